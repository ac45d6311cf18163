"""What a source gives is replaced whole, and what it gave before stays known."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from volunteer_hub.atlas import actions, help, places
from volunteer_hub.atlas.help import HelpAt
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM

DAY = date(2026, 11, 2)
LATER = DAY + timedelta(days=10)
RESOURCE = HelpSource.RESOURCE


@pytest.fixture
async def world(db: str) -> tuple[UUID, UUID]:
    """A theme and a place."""
    square = [(52.6, 19.0), (52.6, 19.2), (52.8, 19.2), (52.8, 19.0)]
    area = await actions.add_area(SYSTEM, slug="centrum", name="Centrum", polygon=square)
    theme = await actions.add_theme(SYSTEM, slug="dzieci", name_pl="Dzieci", name_en="Children", name_uk="Діти")
    club = PlaceDetails(name="Klub", address="Miła 1", area=area, point=(52.65, 19.05))
    return theme, await places.add(SYSTEM, club)


async def rows(source: UUID) -> list[tuple[object, ...]]:
    found = await database.fetch(
        "SELECT name, week, capacity, since, until FROM help WHERE source_id = $1 ORDER BY since, week", source
    )
    return [tuple(row) for row in found]


async def test_help_stands_at_its_place(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world)], DAY)
    assert await rows(source) == [("Klub", 0, None, DAY, None)]
    (row,) = await database.fetch("SELECT latitude, longitude FROM help")
    assert tuple(row) == (52.65, 19.05)


async def test_a_change_ends_the_old_row_and_a_new_name_does_not(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world)], DAY)
    await help.put(RESOURCE, source, [HelpAt("Klub Malucha", *world)], LATER)
    assert await rows(source) == [("Klub Malucha", 0, None, DAY, None)]
    await help.put(RESOURCE, source, [HelpAt("Klub Malucha", *world, week=1, capacity=12)], LATER)
    assert await rows(source) == [
        ("Klub Malucha", 0, None, DAY, LATER),
        ("Klub Malucha", 1, 12, LATER, None),
    ]


async def test_what_was_not_in_force_before_today_leaves_no_history(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, week=1)], DAY)
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, week=2)], DAY)
    assert await rows(source) == [("Klub", 2, None, DAY, None)]


async def test_the_end_is_the_first_day_without_help_and_it_may_come_back(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world)], DAY)
    await help.end(RESOURCE, source, LATER)
    await help.end(RESOURCE, source, LATER)
    assert await rows(source) == [("Klub", 0, None, DAY, LATER)]
    again = LATER + timedelta(days=1)
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, since=DAY)], again)
    assert await rows(source) == [("Klub", 0, None, DAY, LATER), ("Klub", 0, None, LATER, None)]


async def test_days_known_beforehand_are_kept_and_may_be_corrected(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, since=LATER, until=LATER + timedelta(days=5))], DAY)
    assert await rows(source) == [("Klub", 0, None, LATER, LATER + timedelta(days=5))]
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, since=DAY)], DAY)
    assert await rows(source) == [("Klub", 0, None, DAY, None)]
    await help.put(RESOURCE, source, [HelpAt("Klub", *world, until=DAY)], DAY)
    assert await rows(source) == []


async def test_sources_do_not_touch_one_another(world: tuple[UUID, UUID]) -> None:
    one, other = uuid4(), uuid4()
    await help.put(RESOURCE, one, [HelpAt("Jeden", *world)], DAY)
    await help.put(RESOURCE, other, [HelpAt("Drugi", *world)], DAY)
    await help.end(RESOURCE, one, LATER)
    assert await rows(other) == [("Drugi", 0, None, DAY, None)]


async def test_no_source_gives_the_same_twice_at_one_time(world: tuple[UUID, UUID]) -> None:
    source = uuid4()
    await help.put(RESOURCE, source, [HelpAt("Klub", *world)], DAY)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await database.execute(
            "INSERT INTO help SELECT gen_random_uuid(), source, source_id, name, theme, place, latitude, longitude,"
            " week, capacity, since + 1, until FROM help"
        )
