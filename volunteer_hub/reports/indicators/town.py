"""What the town says of itself, year by year: read, typed in, or taken from a small spreadsheet. Coordinators only."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST = 2_000_000_000
MOST_LINES = LAST_YEAR - FIRST_YEAR + 1
LONGEST_SOURCE = 160
# What each column may be called, as it stands in files; case and the rest of the words do not matter.
COLUMNS = {
    "year": ("rok", "year"),
    "residents": ("mieszka", "ludno", "residents"),
    "assisted": ("osob", "assisted", "people"),
    "families": ("rodzin", "families"),
    "source": ("źród", "zrod", "source"),
}
HEADINGS = mark("W pierwszym wierszu pliku muszą być nazwy kolumn: rok, mieszkańcy, osoby, rodziny, źródło.")
NO_YEAR = mark("Wiersz %(line)s: wpisz rok od 1900 do 2200.")
TWICE = mark("Wiersz %(line)s: rok %(year)s jest w pliku dwa razy.")
NO_NUMBER = mark("Wiersz %(line)s: „%(words)s” to nie jest liczba osób ani rodzin.")
LONG_SOURCE = mark("Wiersz %(line)s: źródło może mieć najwyżej 160 znaków.")
EMPTY = mark("W tym pliku nie ma żadnego roku.")


@dataclass(frozen=True, slots=True)
class Town:
    """The figures of a year; None: not known. `source`: where they are from, also that one of them is assumed."""

    year: int
    residents: int | None = None
    assisted: int | None = None
    families: int | None = None
    source: str = ""
    version: int = 0


SELECT = "SELECT year, residents, assisted, families, source, version FROM town_year"
SAVE = """
    INSERT INTO town_year (id, year, residents, assisted, families, source, version, changed_at, changed_by)
    SELECT gen_random_uuid(), $1, $2, $3, $4, $5, 1, now(), $6
    WHERE $7::int IS NULL OR $7 = 0 OR EXISTS (SELECT FROM town_year WHERE year = $1)
    ON CONFLICT (year) DO UPDATE SET
        residents = coalesce($2, CASE WHEN $7::int IS NULL THEN town_year.residents END),
        assisted = coalesce($3, CASE WHEN $7::int IS NULL THEN town_year.assisted END),
        families = coalesce($4, CASE WHEN $7::int IS NULL THEN town_year.families END),
        source = CASE WHEN $7::int IS NULL AND $5 = '' THEN town_year.source ELSE $5 END,
        version = town_year.version + 1, changed_at = now(), changed_by = $6
    WHERE $7::int IS NULL OR town_year.version = $7"""


async def years(actor: Actor) -> list[Town]:
    """All that are known, the newest first."""
    coordinators_only(actor)
    return [Town(**row) for row in await database.fetch(f"{SELECT} ORDER BY year DESC")]


async def of_year(actor: Actor, year: int) -> Town:
    """The figures of a year; version 0 where nobody gave any."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{SELECT} WHERE year = $1", year)
    return Town(**row) if row else Town(year)


async def save(actor: Actor, town: Town) -> None:
    """Writes the figures of a year over the version that was seen (0: none). Raises Refused 404, Stale."""
    coordinators_only(actor)
    async with database.transaction():
        if not await _put(actor, town, town.version):
            raise Stale


async def remove(actor: Actor, year: int) -> None:
    """The town says nothing of this year any more. Raises Refused 404 where it did not."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.execute("DELETE FROM town_year WHERE year = $1", year):
            raise Refused("", 404)
        await audit.record(actor, "town.year", f"year:{year}")


async def take(actor: Actor, data: bytes) -> list[Town]:
    """Writes every year of a spreadsheet (CSV) over what was known of it: all of them or none. What it leaves
    empty, or has no column for, stays as it was.

    Raises Refused 422 with the line and the reason.
    """
    coordinators_only(actor)
    towns = read(data)
    async with database.transaction():
        for town in towns:
            await _put(actor, town, None)
    return towns


def read(data: bytes) -> list[Town]:
    """The years of a spreadsheet: columns in any order, numbers with spaces or points between thousands, UTF-8 or
    Windows-1250. Raises Refused 422 with the line and the reason."""
    if b"\0" in data:
        raise Refused(HEADINGS, 422)
    try:
        rows = list(csv.reader(io.StringIO(_decoded(data), newline=""), delimiter=_separator(data)))
    except csv.Error:
        raise Refused(HEADINGS, 422) from None
    lines = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not lines:
        raise Refused(EMPTY, 422)
    places = _places(lines[0][1])
    towns: dict[int, Town] = {}
    for number, row in lines[1 : MOST_LINES + 1]:
        town = _town(number, {name: row[at].strip() if at < len(row) else "" for name, at in places.items()})
        if town.year in towns:
            raise Refused(TWICE, 422, line=number, year=town.year)
        towns[town.year] = town
    if not towns:
        raise Refused(EMPTY, 422)
    return list(towns.values())


async def _put(actor: Actor, town: Town, version: int | None) -> bool:
    """Over `version`; None: over whatever stands there, as far as `town` knows better."""
    written = await database.execute(
        SAVE, town.year, town.residents, town.assisted, town.families, town.source, actor.account, version
    )
    if written:
        await audit.record(actor, "town.year", f"year:{town.year}")
    return bool(written)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1250", errors="replace")


def _separator(data: bytes) -> str:
    first = data.partition(b"\n")[0]
    return max(";", "\t", ",", key=lambda mark: first.count(mark.encode()))


def _places(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds what. "Osoby" and "rodziny" may both stand in words: the first heading that says it counts."""
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        said = heading.strip().casefold()
        for name, beginnings in COLUMNS.items():
            if name not in places and said.startswith(beginnings):
                places[name] = at
                break
    if "year" not in places or len(places) < 2:
        raise Refused(HEADINGS, 422)
    return places


def _town(number: int, cells: dict[str, str]) -> Town:
    year = cells["year"]
    if not (year.isascii() and year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise Refused(NO_YEAR, 422, line=number)
    if len(cells.get("source", "")) > LONGEST_SOURCE:
        raise Refused(LONG_SOURCE, 422, line=number)
    residents, assisted, families = (
        _count(number, cells.get(name, "")) for name in ("residents", "assisted", "families")
    )
    return Town(int(year), residents, assisted, families, cells.get("source", ""))


def _count(number: int, words: str) -> int | None:
    digits = "".join(words.split()).replace("\u00a0", "")
    if "." in digits and all(len(part) == 3 for part in digits.split(".")[1:]):
        digits = digits.replace(".", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and int(digits) <= MOST):
        raise Refused(NO_NUMBER, 422, line=number, words=words[:40])
    return int(digits)
