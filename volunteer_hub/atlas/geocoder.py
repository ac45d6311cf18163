"""From an address as people type it to a point: what the map knows, towns, and a geocoder where one is set.

A geocoder that speaks as Nominatim does (HUB_GEOCODER_URL) is asked by the server, never by a browser, at most once a
second by all processes together (Nominatim's usage policy), and once per address: its answers are kept in `geocoded`.
Only the address goes there, with no word of why it is asked.
"""

import asyncio
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import structlog
from pydantic import BaseModel, Field, TypeAdapter

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.atlas import towns
from volunteer_hub.kit import database
from volunteer_hub.kit.geo import Point
from volunteer_hub.people.search import literal
from volunteer_hub.settings import Settings

log = structlog.get_logger("geocoder")

LONGEST = 200
MOST = 5
ONCE_A_SECOND = Limit("geocoder", 1, 1)
TURNS = 6
SECONDS = 5
MOST_BYTES = 1_000_000
# Degrees around the centre's districts that an answer may lie in: some twenty kilometres.
AROUND = 0.25

OWN = """
    SELECT name AS label, latitude, longitude FROM area WHERE fold(name) LIKE '%' || fold($1) || '%'
    UNION ALL
    SELECT concat_ws(', ', nullif(name, ''), nullif(address, '')), latitude, longitude FROM place
    WHERE NOT private AND fold(name || ' ' || address) LIKE '%' || fold($1) || '%'
    ORDER BY label LIMIT $2"""
FRAME = """
    SELECT min(latitude) AS south, max(latitude) AS north, min(longitude) AS west, max(longitude) AS east FROM area"""
KEEP = """
    INSERT INTO geocoded (id, asked, position, label, latitude, longitude, at)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, now()) ON CONFLICT (asked, position) DO NOTHING"""


class Candidate(BaseModel):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    display_name: str = ""


CANDIDATES = TypeAdapter(list[Candidate])


class Silent(Exception):
    """The geocoder did not answer, or had no turn for us."""


@dataclass(frozen=True)
class Found:
    label: str
    point: Point


@dataclass(frozen=True)
class Answer:
    """What was found; `silent` when the geocoder could not be asked, so that there may be more."""

    found: tuple[Found, ...]
    silent: bool = False


async def find(settings: Settings, text: str) -> Answer:
    """Where `text` may be: first what our own map knows, then the geocoder's answers, then towns."""
    asked = " ".join(text.split())[:LONGEST]
    if len(asked) < 2:
        return Answer(())
    rows = await database.fetch(OWN, literal(asked), MOST)
    own = [Found(row["label"], (row["latitude"], row["longitude"])) for row in rows]
    silent = False
    told: list[Found] = []
    if settings.geocoder_url:
        try:
            told = await _told(settings, asked)
        except Silent:
            silent = True
    known = [Found(town.name, town.point) for town in towns.find(asked, most=MOST)]
    return Answer((*own, *told, *known), silent)


async def _told(settings: Settings, text: str) -> list[Found]:
    asked = towns.folded(text)
    rows = await database.fetch("SELECT * FROM geocoded WHERE asked = $1 ORDER BY position", asked)
    if not rows:
        found = await _ask(settings, text)
        for position, one in enumerate(found):
            await database.execute(KEEP, asked, position, one.label, *one.point)
        if not found:
            await database.execute(KEEP, asked, 0, "", None, None)
        return found
    return [Found(row["label"], (row["latitude"], row["longitude"])) for row in rows if row["latitude"] is not None]


async def _ask(settings: Settings, text: str) -> list[Found]:
    frame = await database.fetchrow(FRAME)
    question = {"q": text, "format": "jsonv2", "limit": str(MOST), "accept-language": settings.locale}
    if frame and frame["west"] is not None:
        west, east = frame["west"] - AROUND, frame["east"] + AROUND
        south, north = frame["south"] - AROUND, frame["north"] + AROUND
        question |= {"viewbox": f"{west:.4f},{north:.4f},{east:.4f},{south:.4f}", "bounded": "1"}
    await _turn(settings)
    url = f"{str(settings.geocoder_url).rstrip('/')}/search?{urlencode(question)}"
    try:
        return read(await asyncio.to_thread(_get, url, f"volunteer_hub ({settings.public_url})"))
    except (URLError, HTTPException, OSError, ValueError) as error:
        log.warning("geocoder is silent", error=type(error).__name__)
        raise Silent from None


async def _turn(settings: Settings) -> None:
    """Waits for the second that is ours; raises Silent when others ask so much that it does not come."""
    for _ in range(TURNS):
        if await limits.spend(settings, ONCE_A_SECOND, ""):
            return
        await asyncio.sleep(ONCE_A_SECOND.seconds / 2)
    raise Silent


def _get(url: str, agent: str) -> bytes:
    # The address is the administrator's setting, which allows http and https only.
    request = Request(url, headers={"User-Agent": agent, "Accept": "application/json"})  # noqa: S310
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        body: bytes = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise ValueError("the answer is too long")
    return body


def read(body: bytes) -> list[Found]:
    """The candidates of a jsonv2 answer. Raises ValueError when it is no such answer or lies off the globe."""
    return [Found(one.display_name[:300], (one.lat, one.lon)) for one in CANDIDATES.validate_json(body)[:MOST]]
