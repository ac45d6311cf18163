"""The desk's districts over HTTP without JavaScript: drawn, named, counted by year, taken from the map."""

import json
from uuid import UUID

import asyncpg
import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.atlas import area_actions, areas, drawing
from volunteer_hub.atlas.area_actions import Draft
from volunteer_hub.atlas.areas import AreaLine, Year
from volunteer_hub.kit import database, geo
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused

# The same square as support.people draws; a neighbour to its east, and one far away.
HOME = [(52.6, 19.0), (52.6, 19.1), (52.7, 19.1), (52.7, 19.0)]
EAST = "52.6, 19.1\n52.6, 19.2\n52.7, 19.2\n52.7, 19.1"


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def area(id: UUID) -> asyncpg.Record:
    return await database.fetchrow("SELECT * FROM area WHERE id = $1", id)


async def draw(visitor: Visitor, name: str = "Rybnica", outline: str = EAST) -> str:
    await visitor.open("/desk/areas/new")
    return await visitor.send("/desk/areas/new", name=name, outline=outline)


async def test_a_district_is_drawn_as_text(desk: Visitor) -> None:
    page = await draw(desk)
    assert "Osiedle stoi na mapie." in page and desk.page.status_code == 200
    row = await database.fetchrow("SELECT * FROM area WHERE slug = 'rybnica'")
    assert json.loads(row["shape"])[0][0][0] == [19.1, 52.6] and not row["schematic"]
    assert row["km2"] == pytest.approx(75.0, abs=0.1)
    assert (row["latitude"], row["longitude"]) == pytest.approx((52.65, 19.15), abs=0.01)
    assert json.loads(row["outline"])
    assert "52.6, 19.1\n52.6, 19.2" in page, "as lines again"


async def test_without_an_outline_there_is_no_district(desk: Visitor) -> None:
    assert "Narysuj granicę" in await draw(desk, outline=" ")
    assert desk.page.status_code == 422 and await database.fetchval("SELECT count(*) FROM area") == 0


@pytest.mark.parametrize(
    ("outline", "told"),
    [
        ("52.6, 19.1\n52.7, 19.2\n52.6, 19.2\n52.7, 19.1", "przecina samą siebie w punkcie 52.65000, 19.15000"),
        ("19.1, 52.6\n19.2, 52.6\n19.2, 52.7", "zamienione miejscami"),
        ("[[[", "To nie jest poprawny plik JSON"),
        ("ul. Wiślana", "Wiersz 1"),
        ("52.6, 19.05\n52.6, 19.2\n52.7, 19.2\n52.7, 19.05", "„Rybnica” i „Zawiśle” nachodzą na siebie"),
    ],
)
async def test_a_wrong_outline_is_told_and_what_was_typed_stays(desk: Visitor, outline: str, told: str) -> None:
    await people.area(name="Zawiśle")
    page = await draw(desk, outline=outline)
    assert told in page and outline.splitlines()[0] in page and 'value="Rybnica"' in page
    assert desk.page.status_code == 422 and await database.fetchval("SELECT count(*) FROM area") == 1


async def test_a_name_stands_once(desk: Visitor) -> None:
    await people.area(name="Zawiśle")
    assert "już jest na mapie" in await draw(desk, name="zawiśle")
    assert desk.page.status_code == 409 and await database.fetchval("SELECT count(*) FROM area") == 1


async def test_slugs_of_like_names_differ(db: str) -> None:
    outline = await drawing.read_text(EAST)
    far = await drawing.read_text("53.6, 19.1\n53.6, 19.2\n53.7, 19.2")
    for name, drawn in (("Łęg: Wschód", outline), ("Łęg Wschód", far)):
        await area_actions.add(SYSTEM, Draft(name, drawn))
    rows = await database.fetch("SELECT slug FROM area ORDER BY slug")
    assert [row["slug"] for row in rows] == ["leg-wschod", "leg-wschod-2"]


async def test_a_new_name_leaves_the_outline_and_its_hand_as_they_are(desk: Visitor) -> None:
    row = await people.area(name="Zawiśle", schematic=True)
    await desk.open(f"/desk/areas/{row.id}")
    await desk.send(f"/desk/areas/{row.id}", name="Zawiśle Górne")
    now = await area(row.id)
    assert (now["name"], now["schematic"], now["version"], now["slug"]) == ("Zawiśle Górne", True, 1, row.slug)
    assert now["shape"] == json.dumps(geo.shape_of(HOME)) and now["latitude"] == row.latitude


async def test_a_new_outline_is_drawn_and_no_longer_schematic(desk: Visitor) -> None:
    row = await people.area(schematic=True)
    await desk.open(f"/desk/areas/{row.id}")
    page = await desk.send(f"/desk/areas/{row.id}", outline=EAST)
    now = await area(row.id)
    assert "co stoi teraz w innych granicach" in page
    assert not now["schematic"] and now["version"] == 1 and now["longitude"] == pytest.approx(19.15, abs=0.01)


async def test_both_versions_are_shown_when_somebody_else_saved_meanwhile(desk: Visitor) -> None:
    row = await people.area(name="Zawiśle")
    await desk.open(f"/desk/areas/{row.id}")
    theirs = Draft("Zawiśle Dolne", await drawing.read_text("52.6, 19.3\n52.6, 19.4\n52.7, 19.4"))
    await area_actions.change(SYSTEM, row.id, theirs, 0)
    page = await desk.send(f"/desk/areas/{row.id}", name="Zawiśle Górne", outline=EAST)
    assert desk.page.status_code == 409 and (await area(row.id))["name"] == "Zawiśle Dolne"
    for words in ("Zawiśle Dolne", "52.6, 19.3", 'value="Zawiśle Górne"', "52.6, 19.2"):
        assert words in page
    await desk.send(f"/desk/areas/{row.id}")
    now = await area(row.id)
    assert desk.page.status_code == 200 and now["name"] == "Zawiśle Górne"
    assert json.loads(now["shape"])[0][0][0] == [19.1, 52.6]


async def test_a_district_with_a_hole_is_typed_as_geojson(desk: Visitor) -> None:
    ring = [[19.0, 52.6], [19.1, 52.6], [19.1, 52.7], [19.0, 52.6]]
    hole = [[19.05, 52.62], [19.08, 52.64], [19.08, 52.62], [19.05, 52.62]]
    row = await people.area(shape=json.dumps([[ring, hole]]))
    page = await desk.open(f"/desk/areas/{row.id}")
    assert "MultiPolygon&#34;, &#34;coordinates" in page or '"MultiPolygon", "coordinates' in page
    await desk.send(f"/desk/areas/{row.id}", name="Z dziurą")
    assert len(json.loads((await area(row.id))["shape"])[0]) == 2


async def test_an_outline_of_very_many_corners_is_left_to_files(desk: Visitor) -> None:
    ring = [[19 + n / 100_000, 52.6] for n in range(5_001)] + [[19.0, 52.7]]
    row = await people.area(shape=json.dumps([[[*ring, ring[0]]]]))
    page = await desk.open(f"/desk/areas/{row.id}")
    assert "za dużo punktów" in page and "<textarea" not in page
    await desk.send(f"/desk/areas/{row.id}", name="Wielkie")
    assert (await area(row.id))["name"] == "Wielkie" and len((await area(row.id))["shape"]) > 50_000


async def test_figures_of_a_year_are_added_corrected_and_removed(desk: Visitor) -> None:
    row = await people.area()
    await desk.open(f"/desk/areas/{row.id}")
    await desk.send("/years", year="2026", residents="12000", assisted="900", families="410", source="GUS")
    await desk.open(f"/desk/areas/{row.id}?year=2026")
    page = await desk.send("/years", assisted="960")
    assert "80" in page and "GUS" in page
    assert await areas.years(SYSTEM) == [2026]
    (line,) = await areas.lines(SYSTEM, 2026)
    assert line.figures == Year(2026, 12_000, 960, 410, "GUS") and line.figures.per_thousand == 80.0
    await desk.send("/years/removal")
    assert await database.fetchval("SELECT count(*) FROM area_year") == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"residents": "", "assisted": ""}, "Wpisz przynajmniej jedną liczbę."),
        ({"residents": "100", "assisted": "101"}, "To więcej osób, niż tu mieszka."),
        ({"residents": "-1"}, "Wpisz liczbę osób, na przykład 1200."),
        ({"residents": "dużo"}, "Wpisz liczbę osób, na przykład 1200."),
        ({"residents": "99999999999999999999"}, "Wpisz liczbę osób, na przykład 1200."),
        ({"year": "1900", "residents": "1"}, "1950"),
    ],
)
async def test_wrong_figures_are_told(desk: Visitor, typed: dict[str, str], told: str) -> None:
    row = await people.area()
    await desk.open(f"/desk/areas/{row.id}")
    page = await desk.send("/years", **{"year": "2026"} | typed)
    assert told in page and desk.page.status_code == 422
    assert await database.fetchval("SELECT count(*) FROM area_year") == 0


async def test_the_list_shows_the_newest_year_a_rate_and_a_sum_only_where_all_is_known(desk: Visitor) -> None:
    one, two = await people.area(name="Michelin"), await people.area(name="Zazamcze")
    await area_actions.put_year(SYSTEM, one.id, Year(2025, 9_000, 450, None))
    for which in (one, two):
        await area_actions.put_year(SYSTEM, which.id, Year(2026, 10_000, 500, None))
    page = await desk.open("/desk/areas")
    assert "Osiedla w roku 2026" in page and page.count("10 000".replace(" ", "\xa0")) == 2
    assert "20 000".replace(" ", "\xa0") in page and "1000" in page
    older = await desk.open("/desk/areas?year=2025")
    assert "Osiedla w roku 2025" in older and older.count("9\xa0000") == 1
    assert "Osiedla w roku 2026" in await desk.open("/desk/areas?year=nonsense")


def test_a_sum_is_known_when_every_part_is() -> None:
    def line(figures: Year | None) -> AreaLine:
        return AreaLine(UUID(int=0), "", "", None, False, figures)

    assert areas.total([line(Year(2026, 5, 1, None)), line(Year(2026, 7, None, 2))], 2026) == Year(2026, 12, None, None)
    assert areas.total([line(Year(2026, 5, 1, 1)), line(None)], 2026) == Year(2026, None, None, None)
    assert areas.total([], 2026).per_thousand is None and Year(2026, 0, 0, 0).per_thousand is None


@pytest.mark.parametrize("stands", ["need", "place", "volunteer"])
async def test_a_district_leaves_the_map_only_when_nothing_stands_in_it(desk: Visitor, stands: str) -> None:
    row = await people.area(name="Zawiśle")
    await desk.open(f"/desk/areas/{row.id}/removal")
    held = {"area_slug": row.slug} if stands == "volunteer" else {"area": row.id}
    made = await getattr(people, stands)(**held)
    page = await desk.send("/removal")
    assert desk.page.status_code == 409 and "Na osiedlu „Zawiśle” stoją jeszcze: 1 " in page
    await desk.open(f"/desk/areas/{row.id}/removal")
    assert "Przenieś je najpierw gdzie indziej" in desk.page.text
    await made.remove()
    await desk.open(f"/desk/areas/{row.id}/removal")
    await desk.send("/removal")
    assert await database.fetchval("SELECT count(*) FROM area WHERE id = $1", row.id) == 0


async def test_what_lies_in_other_borders_is_counted_and_moved_on_a_word(desk: Visitor) -> None:
    home, east = await people.area(), await people.area(shape=(await drawing.read_text(EAST)).shape)
    there = {"latitude": 52.65, "longitude": 19.15}
    moved = await people.need(area=home.id, **there)
    stays = await people.need(area=home.id)
    place = await people.place(area=home.id, **there)
    nowhere = await people.need(area=home.id, latitude=54.0, longitude=17.0)
    who = await people.volunteer(area_slug=home.slug, **there)
    page = await desk.open("/desk/areas/standing")
    assert "Potrzeby" in page and "Miejsca i ich zasoby" in page
    assert "Przeniesione do właściwych osiedli: 3." in await desk.send("/desk/areas/standing")
    found = dict(await database.fetch("SELECT id, area FROM need"))
    assert found == {moved.id: east.id, stays.id: home.id, nowhere.id: home.id}
    assert await database.fetchval("SELECT area FROM place WHERE id = $1", place.id) == east.id
    assert await database.fetchval("SELECT area_slug FROM volunteer WHERE id = $1", who.id) == east.slug
    assert "Wszystko, co ma punkt na mapie, stoi na swoim osiedlu." in await desk.open("/desk/areas/standing")


async def test_a_map_that_changed_while_it_was_reckoned_is_not_written_over(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = await people.area(), await people.area(shape="[]")
    reckon = drawing.lay

    async def slow(*given: object) -> drawing.Laid:
        laid = await reckon(*given)  # type: ignore[arg-type]
        await database.execute("UPDATE area SET name = 'Inne' WHERE id = $1", other.id)
        return laid

    monkeypatch.setattr(drawing, "lay", slow)
    with pytest.raises(Refused, match="Ktoś właśnie zmienił mapę"):
        await area_actions.change(SYSTEM, home.id, Draft("Nowe", await drawing.read_text(EAST)), 0)
    assert (await area(home.id))["version"] == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FACILITATOR, Role.FIRST_CONTACT, Role.VOLUNTEER])
async def test_districts_are_kept_by_coordinators_alone(client: httpx2.AsyncClient, role: Role) -> None:
    row = await people.area()
    await people.signed_in(client, role)
    for path in ("/desk/areas", f"/desk/areas/{row.id}", "/desk/areas/import", "/desk/areas/outlines.geojson"):
        assert (await client.get(path)).status_code == 403
    someone = people.actor(await people.account(role))
    for act in (areas.years(someone), areas.card(someone, row.id), area_actions.remove(someone, row.id)):
        with pytest.raises(Refused):
            await act
