"""Where volunteers and everybody else may learn that a need is: over random towns, through every answer they get.

Each need has a theme of its own, so that an answer tells where it puts which need; that is what the eyes below read.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import cos, floor, radians
from typing import Any

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub import routes
from volunteer_hub.atlas import squares
from volunteer_hub.atlas.squares import Square
from volunteer_hub.atlas.tables import AreaYear
from volunteer_hub.atlas.viewport import Wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.settings import Settings

SEEDS = range(8)
KM = 6371.0088 * radians(1)
CANARY = "Kanarek"
Point = tuple[float, float]


@dataclass(frozen=True)
class District:
    south: float
    west: float
    size: float
    residents: int | None

    @property
    def km2(self) -> float:
        return self.size * KM * self.size * KM * cos(radians(self.south))

    @property
    def middle(self) -> Point:
        return self.south + self.size / 2, self.west + self.size / 2


@dataclass(frozen=True)
class Lack:
    """A need under a theme of its own, `n`. `hidden`: the theme, or the one above it, is confidential."""

    n: int
    district: int
    at: Point
    personal: bool
    hidden: bool
    state: str = "open"
    urgency: int = 2

    @property
    def theme(self) -> str:
        return f"Temat-{self.n:03}"

    @property
    def shown(self) -> bool:
        return self.state == "open" and not self.hidden


@dataclass(frozen=True)
class Town:
    districts: tuple[District, ...]
    needs: tuple[Lack, ...]


def side(of: District) -> float | None:
    """The issue's sentence reckoned anew: 300·2ⁿ m, the smallest with 50 residents at least; None: the district."""
    if not of.residents:
        return None
    sides = (0.3 * 2**n for n in range(30))
    found = next(one for one in sides if of.residents / of.km2 * one * one >= 50)
    return found if found * found <= of.km2 else None


def cell(of: District, at: Point) -> tuple[int, int] | None:
    """In which cell of its district's grid a point lies; None where the district is the cell."""
    size = side(of)
    if size is None:
        return None
    row = floor(at[0] * KM / size)
    return row, floor(at[1] * KM * cos(radians((row + 0.5) * size / KM)) / size)


def made(seed: int) -> tuple[Town, random.Random]:
    chance = random.Random(seed)
    districts = tuple(
        District(52.6 + n * 0.05, 19.0, chance.uniform(0.01, 0.04), chance.choice([None, 3, 700, 5_000, 40_000]))
        for n in range(3)
    )
    return Town(districts, tuple(lack(n, districts, chance) for n in range(14))), chance


def lack(n: int, districts: tuple[District, ...], chance: random.Random) -> Lack:
    where = chance.randrange(len(districts))
    of = districts[where]
    at = (of.south + chance.random() * of.size, of.west + chance.random() * of.size)
    return Lack(n, where, at, chance.random() < 0.6, chance.random() < 0.25, urgency=chance.randint(1, 4))


async def build(town: Town) -> None:
    """Writes the town down in place of the one before; a need's words hold the canary where it is a person's."""
    await database.execute("TRUNCATE area, theme, place, resource, need CASCADE")
    secret = await people.theme(slug="secret", confidential=True)
    areas = []
    for n, of in enumerate(town.districts):
        area = await people.area(
            slug=f"a{n}", name=f"Rejon {n}", km2=of.km2, latitude=of.middle[0], longitude=of.middle[1]
        )
        areas.append(area)
        if of.residents:
            await people.save(AreaYear(area=area.id, year=2025, residents=of.residents))
    for one in town.needs:
        # Some are confidential themselves, some by what they lie under.
        above = {"parent": secret.id} if one.hidden and one.n % 2 else {"confidential": one.hidden}
        theme = await people.theme(slug=f"t{one.n}", name_pl=one.theme, **above)
        words = f"{CANARY} {one.n}" if one.personal or one.hidden else f"Wspólne {one.n}"
        await people.need(
            title=words, about=f"{CANARY} about", address=f"{CANARY} ulica {one.n}", voiced_by=f"{CANARY} Anna",
            theme=theme.id, area=areas[one.district].id, latitude=one.at[0], longitude=one.at[1],
            personal=one.personal, state=one.state, urgency=one.urgency,
        )  # fmt: skip


async def told(client: httpx2.AsyncClient, query: str = "") -> dict[str, Any]:
    """Theme → where the volunteer's map puts it: the picture's data, and which square of the list holds it."""
    data = (await client.get(f"/me/map.geojson{query}")).json()
    found: dict[str, Any] = {}
    for feature in data["features"]:
        if feature["properties"]["kind"] == "square":
            for line in feature["properties"]["lines"]:
                where = feature["properties"]["url"].partition("#")[2]
                found[line.partition(":")[0]] = (tuple(feature["geometry"]["coordinates"]), where)
    pages = ""
    for page in range(1, 4):
        pages += (await client.get(f"/me/map{query or '?'}&page={page}")).text
    for theme, (_at, where) in found.items():
        card = re.search(rf'id="{where}".*?</li>\s*</ul>\s*</li>', pages, re.S)
        assert card and theme in card[0], (theme, where)
    return found


def near(text: str, needs: tuple[Lack, ...]) -> list[Lack]:
    """Needs of which both degrees stand in a text, to within a few metres."""
    numbers = [float(number) for number in re.findall(r"(?<![\w.])\d{2}[._]\d{4,}", text.replace("_", "."))]
    return [one for one in needs if all(any(abs(degrees - n) < 2e-5 for n in numbers) for degrees in one.at)]


async def faults(app: Starlette, town: Town, chance: random.Random) -> list[str]:
    """All that is wrong with what a volunteer and a visitor are told of the needs of one town and of its changes."""
    found: list[str] = []
    async with new_client(app) as volunteer, new_client(app) as visitor:
        await people.signed_in(volunteer, Role.VOLUNTEER)
        await build(town)
        before, public = await told(volunteer), await everybodys(visitor)
        shown = {one.theme for one in town.needs if one.shown}
        if set(before) != shown:
            found.append(f"shown: {set(before) ^ shown}")
        whole = public + (await volunteer.get("/me/map.geojson")).text + (await volunteer.get("/me/map")).text
        found += [f"exact: {one}" for one in near(whole, town.needs)]
        found += [f"words: {CANARY}"] if CANARY in whole else []
        found += _in_one_square(town, before)

        for query in ("?urgency=3", "?area=a1", f"?theme=t{town.needs[0].n}", "?when=work-morning"):
            found += [f"filter: {theme}" for theme, at in (await told(volunteer, query)).items() if before[theme] != at]

        fewer = replace(town, needs=tuple(one for one in town.needs if chance.random() < 0.5))
        await build(fewer)
        found += [f"removed: {theme}" for theme, at in (await told(volunteer)).items() if before[theme] != at]

        more = replace(town, needs=(*town.needs, *(lack(n, town.districts, chance) for n in range(100, 108))))
        await build(more)
        after = await told(volunteer)
        found += [f"added: {theme}" for theme in before if before[theme] != after.get(theme)]

        moved = replace(town, needs=tuple(_moved(one, town, chance) for one in town.needs))
        await build(moved)
        after = await told(volunteer)
        for was, now in zip(town.needs, moved.needs, strict=True):
            of = town.districts[was.district]
            stays = cell(of, was.at) == cell(of, now.at)
            if was.shown and (before[was.theme] == after.get(was.theme)) is not stays:
                found.append(f"moved: {was} {now}")
        if await everybodys(visitor) != public:
            found.append("public: the place of a need changed what everybody is told")
    return found


def _moved(one: Lack, town: Town, chance: random.Random) -> Lack:
    of = town.districts[one.district]
    step = chance.choice([0.00003, 0.001, 0.01])
    at = (one.at[0] + chance.uniform(-step, step), one.at[1] + chance.uniform(-step, step))
    inside = of.south < at[0] < of.south + of.size and of.west < at[1] < of.west + of.size
    return replace(one, at=at) if inside else one


def _in_one_square(town: Town, before: Mapping[str, Any]) -> list[str]:
    """Needs of one cell that are told apart by place, or of two cells that are not."""
    shown = [one for one in town.needs if one.shown and one.theme in before]
    wrong = []
    for a in shown:
        for b in shown:
            here = (a.district, cell(town.districts[a.district], a.at))
            there = (b.district, cell(town.districts[b.district], b.at))
            if (here == there) is not (before[a.theme] == before[b.theme]):
                wrong.append(f"square: {a} {b}")
    return wrong


async def everybodys(visitor: httpx2.AsyncClient) -> str:
    """What a visitor is told of the map."""
    paths = ("/map", "/map.geojson", "/map/points", "/map/embed", "/map?area=a1", "/map.geojson?theme=t1")
    answers = [(await visitor.get(path)).text for path in paths]
    return "\n".join(answers)


@pytest.mark.parametrize("seed", SEEDS)
async def test_positions_know_of_a_need_its_cell_alone(db: str, app: Starlette, seed: int) -> None:
    town, chance = made(seed)
    assert await faults(app, town, chance) == []


async def test_control_exact_points_are_found(db: str, app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(squares, "published_point", lambda at, **_district: at)
    found = await faults(app, *made(1))
    assert any(one.startswith("exact") for one in found) and any(one.startswith("moved") for one in found)


async def test_control_a_place_that_depends_on_others_is_found(
    db: str, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if squares stood the farther north the more needs there are: adding and filtering then moves them."""
    honest = squares.squares

    async def wandering(actor: Actor, wanted: Wanted) -> list[Square]:
        found = await honest(actor, wanted)
        return [replace(one, at=(one.at[0] + len(found) * 0.001, one.at[1])) for one in found]

    monkeypatch.setattr(squares, "squares", wandering)
    found = await faults(app, *made(2))
    for change in ("filter", "removed", "added"):
        assert any(one.startswith(change) for one in found), change


async def test_no_answer_at_all_holds_a_needs_point(db: str, app: Starlette, settings: Settings) -> None:
    """Every page and every data of routes that a visitor or a volunteer may open, one after the other."""
    town, _chance = made(3)
    await build(town)
    walked = 0
    async with new_client(app) as client:
        await people.signed_in(client, Role.VOLUNTEER)
        for method, path, _handler, who in routes.table(settings):
            if method == "GET" and "{" not in path and who & {Role.ANYONE, Role.VOLUNTEER}:
                answer = await client.get(path)
                assert answer.status_code < 500, path
                assert near(answer.text, town.needs) == [] and CANARY not in answer.text, path
                walked += 1
    assert walked > 30


async def test_control_the_eyes_see_a_point(db: str, app: Starlette) -> None:
    town, _chance = made(3)
    await build(town)
    async with new_client(app) as client:
        await people.signed_in(client)
        points = (await client.get("/desk/map/points")).text
        assert len(near(points, town.needs)) == len(town.needs) and CANARY in points
