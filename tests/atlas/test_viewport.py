"""A part of the map: what stands in it, narrowed, in clusters of a grid that moves with nothing, found by index."""

from datetime import date

import pytest
from support import people

from volunteer_hub.atlas import viewport
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.atlas.tables import Help
from volunteer_hub.atlas.viewport import EVERYWHERE, Box, Wanted, box_of
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, VISITOR
from volunteer_hub.people.rules import week_of

HERE = Box(52.6, 19.0, 52.7, 19.1)


async def found(wanted: Wanted = viewport.ALL, box: Box = EVERYWHERE) -> set[str]:
    return {spot.name for spot in (await viewport.points(SYSTEM, wanted, box)).spots}


async def standing(wanted: Wanted = viewport.ALL, box: Box = EVERYWHERE) -> set[str]:
    return {spot.name for spot in (await viewport.resources(SYSTEM, wanted, box)).spots}


async def test_only_what_lies_in_the_box(db: str) -> None:
    await people.need(title="Tu")
    await people.need(title="Na brzegu", latitude=52.7, longitude=19.1)
    await people.need(title="Dalej", latitude=52.71, longitude=19.05)
    await people.resource(name="Klub")
    assert await found(box=HERE) == {"Tu", "Na brzegu"}
    assert await found() == {"Tu", "Na brzegu", "Dalej"}
    assert await standing(box=HERE) == {"Klub"}
    assert await standing(box=Box(0, 0, 1, 1)) == set()


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "19,53,18,52", "nan,52,20,53", "0,0,0,inf", "19,52,20,53,54", "1,99,2,100"]
)
def test_a_box_that_is_none_is_everywhere(text: str) -> None:
    assert box_of(text) == EVERYWHERE


def test_a_box_is_read_as_browsers_say_it() -> None:
    assert box_of("19.0,52.6,19.1,52.7") == HERE


async def test_a_theme_means_what_lies_under_it(db: str) -> None:
    elders = await people.theme(slug="elders")
    meals = await people.theme(slug="meals", parent=elders.id)
    soup = await people.theme(slug="soup", parent=meals.id)
    other = await people.theme(slug="other")
    for theme in (elders, meals, soup, other):
        await people.need(title=theme.slug, theme=theme.id)
        await people.resource(name=theme.slug, theme=theme.id)
    assert await found(Wanted(theme="elders")) == await standing(Wanted(theme="elders")) == {"elders", "meals", "soup"}
    assert await found(Wanted(theme="soup")) == {"soup"}
    assert await found(Wanted(theme="nothing")) == set()


async def test_by_urgency_state_district_words_and_time(db: str) -> None:
    morning, evening = week_of(["1-morning"]), week_of(["1-evening"])
    river = await people.area(slug="zawisle")
    await people.need(title="Ciekną krany", urgency=1, week=morning)
    await people.need(title="Samotność", about="Wieczory bez nikogo", urgency=3, area=river.id, week=evening)
    await people.need(title="Załatwione", state="met")
    await people.need(title="100% pewne", state="addressed")
    assert await found() == {"Ciekną krany", "Samotność", "100% pewne"}
    assert await found(Wanted(urgency=3)) == {"Samotność"}
    assert await found(Wanted(state="met")) == {"Załatwione"}
    assert await found(Wanted(area="zawisle")) == {"Samotność"}
    assert await found(Wanted(words="WIECZORY samotnosc")) == {"Samotność"}
    assert await found(Wanted(words="0% p")) == {"100% pewne"}
    assert await found(Wanted(words="%")) == {"100% pewne"}
    assert await found(Wanted(week=morning)) == {"Ciekną krany", "100% pewne"}


async def test_a_resource_is_there_at_its_hours_until_it_closes(db: str) -> None:
    early, late, closed = [await people.resource(name=name) for name in ("Rano", "Wieczorem", "Zamknięty")]
    await people.resource(name="Nie wiadomo kiedy")
    closed.closed_on = date(2020, 1, 1)
    await closed.save()
    for one, slot in ((early, "1-morning"), (late, "1-evening")):
        at = {"theme": one.theme, "place": one.place, "latitude": 52.6, "longitude": 19.0}
        await people.save(
            Help(source=HelpSource.RESOURCE, source_id=one.id, week=week_of([slot]), since=date(2020, 1, 1), **at)
        )
    assert await standing() == {"Rano", "Wieczorem", "Nie wiadomo kiedy"}
    assert await standing(Wanted(week=week_of(["1-morning"]))) == {"Rano", "Nie wiadomo kiedy"}


async def many(n: int) -> None:
    need = await people.need()
    await database.execute(
        """INSERT INTO need (id, title, theme, area, latitude, longitude, urgency, voiced_on, state, created_at)
           SELECT gen_random_uuid(), 'Potrzeba ' || i, $1, $2, 52.6 + (i * 7919 % 10007) / 100070.0,
                  19 + (i * 104729 % 10007) / 100070.0, 1 + i % 4, '2026-11-01', 'open', now()
           FROM generate_series(1, $3) i""",
        need.theme, need.area, n - 1,
    )  # fmt: skip
    await database.execute("ANALYZE need")


async def test_past_the_bound_cells_of_a_grid_stand_for_needs(db: str) -> None:
    await many(viewport.MOST_POINTS)
    assert not (await viewport.points(SYSTEM)).clustered
    await people.need(title="Jedna więcej")
    whole = await viewport.points(SYSTEM, zoom=12)
    assert whole.clustered and sum(spot.count for spot in whole.spots) == viewport.MOST_POINTS + 1
    assert len(whole.spots) < 200 and not any(spot.name for spot in whole.spots)
    nearer = await viewport.points(SYSTEM, zoom=14)
    assert len(nearer.spots) > len(whole.spots)


async def test_a_cell_stays_where_it_is_when_the_map_is_moved(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewport, "MOST_POINTS", 10)
    await many(2000)
    height, width = viewport.cell(13)

    def cells(spots: viewport.Spots) -> dict[tuple[int, int], int]:
        return {(int(spot.at[0] // height), int(spot.at[1] // width)): spot.count for spot in spots.spots}

    whole = cells(await viewport.points(SYSTEM, box=HERE, zoom=13))
    aside = cells(await viewport.points(SYSTEM, box=Box(52.62, 19.03, 52.68, 19.08), zoom=13))
    assert aside and aside.items() <= whole.items() and len(aside) < len(whole)


async def test_a_part_of_the_map_comes_from_an_index(db: str) -> None:
    await many(20_000)
    asked = viewport.Asked()
    viewport.needs_wanted(asked, viewport.ALL)
    asked = asked.inside("n", Box(52.64, 19.04, 52.65, 19.05))
    plan = await database.fetch(f"EXPLAIN SELECT n.id FROM need n WHERE {asked.where}", *asked.values)
    assert any("need_point" in row[0] for row in plan), plan


async def test_nobody_but_the_desk_gets_exact_points(db: str) -> None:
    await people.need()
    await people.resource()
    assert (await viewport.points(VISITOR)).spots == [] == (await viewport.resources(VISITOR)).spots
