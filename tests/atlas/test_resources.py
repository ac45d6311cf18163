"""What helps: written down whole or not at all, public only with a consent, verified, closed, and its help follows."""

import asyncio
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from support import people

from volunteer_hub.atlas import hours, places, resource_queries, resources, told
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.resource_queries import Wanted
from volunteer_hub.atlas.resources import Details
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.rules import week_of

CONSENT: dict[str, Any] = {"public": True, "consent_by": "Zarząd klubu", "consent_on": date(2026, 3, 1)}


def today() -> date:
    return clock.today(people.ZONE)


def mondays(**values: Any) -> Hours:
    return Hours("FREQ=WEEKLY;BYDAY=MO", time(9), time(12), date(2026, 1, 5), **values)


async def details(**values: Any) -> Details:
    defaults: dict[str, Any] = {"name": "Klub seniora", "kind": ResourceKind.GROUP}
    defaults["theme"] = values.get("theme") or (await people.theme()).id
    defaults["place"] = values.get("place") or (await people.place()).id
    return Details(**defaults | values)


async def help_of(resource: UUID) -> list[tuple[Any, ...]]:
    rows = await database.fetch(
        "SELECT name, week, capacity, since, until FROM help WHERE source_id = $1 ORDER BY since, name", resource
    )
    return [tuple(row) for row in rows]


async def test_a_resource_stands_with_its_themes_hours_and_help(db: str) -> None:
    first, further = await people.theme(), await people.theme()
    new = await details(theme=first.id, further=(further.id, first.id), capacity=12, languages=("pl", "uk"))
    made = await resources.add(SYSTEM, new, open_at=[mondays()], source="HSDS", source_id="7")
    card = await resource_queries.resource(SYSTEM, made)
    assert card.details == await details(
        theme=first.id, place=new.place, further=(further.id,), capacity=12, languages=["pl", "uk"]
    )
    assert [one.hours for one in card.hours] == [mondays()] and card.source == "HSDS"
    assert await help_of(made) == [("Klub seniora", week_of(["1-morning"]), 12, today(), None)] * 2


async def test_a_new_place_and_its_resource_stand_both_or_neither(db: str) -> None:
    at = PlaceDetails(name="Dom", address="ul. Ceglana 4", area=(await people.area()).id, accessibility=["lift"])
    theme = (await people.theme()).id
    made = await resources.add(SYSTEM, Details(name="Dom", kind=ResourceKind.VENUE, theme=theme), at=at)
    assert (await resource_queries.resource(SYSTEM, made)).place.accessibility == ("lift",)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await resources.add(SYSTEM, Details(name="Dom", kind=ResourceKind.VENUE, theme=uuid4()), at=at)
    assert await database.fetchval("SELECT count(*) FROM place") == 1


async def test_nothing_is_public_without_a_consent(db: str) -> None:
    with pytest.raises(Refused) as refused:
        await resources.add(SYSTEM, await details(public=True, consent_by="Zarząd"))
    assert refused.value.status == 422
    assert await database.fetchval("SELECT count(*) FROM resource") == 0
    made = await resources.add(SYSTEM, await details(**CONSENT))
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE resource SET consent_by = '' WHERE id = $1", made)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE resource SET consent_on = NULL WHERE id = $1", made)


async def test_control_without_the_check_the_database_would_publish(db: str) -> None:
    made = await resources.add(SYSTEM, await details(**CONSENT))
    await database.execute("ALTER TABLE resource DROP CONSTRAINT resource_public_with_consent")
    await database.execute("UPDATE resource SET consent_by = '', consent_on = NULL")
    assert made in await told.told([made], today())


async def test_an_edit_over_what_was_not_seen_is_refused(db: str) -> None:
    made = await resources.add(SYSTEM, await details())
    was = await resource_queries.resource(SYSTEM, made)
    await resources.correct(SYSTEM, made, was.version, await details(name="Klub Złota jesień"))
    with pytest.raises(Stale):
        await resources.correct(SYSTEM, made, was.version, await details(name="Klub seniorek"))
    assert (await resource_queries.resource(SYSTEM, made)).details.name == "Klub Złota jesień"


async def test_of_two_at_once_one_is_told(db: str) -> None:
    made = await resources.add(SYSTEM, await details())
    new = [await details(name=f"Klub {n}") for n in range(5)]
    results = await asyncio.gather(
        *(resources.correct(SYSTEM, made, 0, one) for one in new), return_exceptions=True
    )
    assert [type(one) for one in results if one is not None] == [Stale] * 4


async def test_control_without_the_trigger_both_would_write(db: str) -> None:
    made = await resources.add(SYSTEM, await details())
    await database.execute("DROP TRIGGER resource_version ON resource")
    for name in ("Klub 1", "Klub 2"):
        await resources.correct(SYSTEM, made, 0, await details(name=name))


async def test_verifying_is_no_edit_and_says_who_and_when(db: str) -> None:
    hanna = people.actor(await people.account(name="Hanna Lis"))
    made = await resources.add(SYSTEM, await details())
    await resources.verify(hanna, made)
    card = await resource_queries.resource(SYSTEM, made)
    assert (card.verified_on, card.verified_by, card.version) == (today(), "Hanna Lis", 0)
    assert await database.fetchval("SELECT verb FROM audit_entry WHERE about = $1", f"resource:{made}") == (
        "atlas.verify-resource"
    )


async def test_help_follows_hours_themes_place_and_closing(db: str) -> None:
    made = await resources.add(SYSTEM, await details(opened_on=date(2025, 1, 1)))
    assert await help_of(made) == [("Klub seniora", 0, None, date(2025, 1, 1), None)]
    line = await resources.add_hours(SYSTEM, made, mondays())
    assert (await help_of(made))[-1][1:] == (week_of(["1-morning"]), None, today(), None)
    later = mondays(last_day=today() + timedelta(days=30))
    await resources.set_hours(SYSTEM, made, line, mondays(), later)
    assert (await help_of(made))[-1][4] == hours.ends_on(later) + timedelta(days=1)  # type: ignore[operator]
    with pytest.raises(Stale):
        await resources.set_hours(SYSTEM, made, line, mondays(), mondays(note="x"))
    await resources.remove_hours(SYSTEM, made, line)
    assert (await help_of(made))[-1][1] == 0 and (await help_of(made))[-1][4] is None
    await resources.close(SYSTEM, made, today())
    assert all(row[4] is not None for row in await help_of(made))
    with pytest.raises(Refused):
        await resources.verify(SYSTEM, made)
    await resources.reopen(SYSTEM, made)
    assert (await help_of(made))[-1][4] is None


async def test_what_stands_at_a_place_moves_with_it(db: str) -> None:
    place = await people.place()
    made = await resources.add(SYSTEM, await details(place=place.id))
    card = (await resource_queries.resource(SYSTEM, made)).place
    moved = PlaceDetails(name="Klub", address="ul. Inna 1", area=card.area, point=(52.61, 19.02))
    await places.correct(SYSTEM, place.id, card.version, moved)
    (row,) = await database.fetch("SELECT latitude, longitude FROM help WHERE until IS NULL")
    assert tuple(row) == (52.61, 19.02)
    with pytest.raises(Stale):
        await places.correct(SYSTEM, place.id, card.version, moved)


async def test_reopened_after_its_consent_has_gone_it_is_the_desks_alone(db: str) -> None:
    made = await resources.add(SYSTEM, await details(**CONSENT))
    await resources.close(SYSTEM, made, today())
    await database.execute("UPDATE resource SET consent_by = ''")
    await resources.reopen(SYSTEM, made)
    assert not (await resource_queries.resource(SYSTEM, made)).details.public


async def test_everybody_is_told_of_what_is_public_and_of_nobody_to_ask_for(db: str) -> None:
    place = await people.place(accessibility=["step-free", "toilet"])
    new = await details(
        place=place.id, **CONSENT, contact_name="Jan Kowal", phone="+48600100200", for_whom="dla seniorów",
        languages=("pl",),
    )  # fmt: skip
    made = await resources.add(SYSTEM, new, open_at=[mondays()], verified_on=date(2026, 3, 9))
    (one,) = (await told.told([made], date(2026, 11, 22))).values()
    assert one.hours[0].startswith("poniedziałki 9:00") and one.checked == "sprawdzone w marcu 2026"
    assert (one.phone, one.for_whom, one.accessibility) == ("+48600100200", "dla seniorów", ("step-free", "toilet"))
    assert "Kowal" not in str(one)


@pytest.mark.parametrize(
    "hide",
    ["UPDATE resource SET public = false", "UPDATE resource SET closed_on = '2026-01-01'",
     "UPDATE place SET private = true"],
)  # fmt: skip
async def test_nobody_is_told_of_what_is_not_public_closed_or_a_home(db: str, hide: str) -> None:
    made = await resources.add(SYSTEM, await details(**CONSENT))
    assert await told.told([made], today())
    await database.execute(hide)
    assert await told.told([made], today()) == {}


async def names(**wanted: str) -> list[str]:
    found = await resource_queries.find(SYSTEM, Wanted(**wanted), today(), 180)
    return [one.name for one in found.lines]


async def test_the_list_is_narrowed_and_searched_by_any_part(db: str) -> None:
    elders = await people.theme(slug="elders")
    under = await people.theme(slug="visits", parent=elders.id)
    area = await people.area(slug="poludnie")
    place = await people.place(area=area.id, address="ul. Żytnia 58")
    await people.resource(name="Świetlica Źródło", kind="venue", theme=under.id, place=place.id)
    await people.resource(name="Bank żywności", public=False, verified_on=today())
    await people.resource(name="Zamknięty", closed_on=today())
    assert await names() == ["Bank żywności", "Świetlica Źródło"]
    for wanted in ({"q": "swietlica zrodlo"}, {"q": "żytn"}, {"q": "zytnia"}, {"theme": "elders"}, {"kind": "venue"},
                   {"area": "poludnie"}, {"shown": "public"}, {"state": "stale"}):  # fmt: skip
        assert await names(**wanted) == ["Świetlica Źródło"], wanted
    assert await names(state="closed") == ["Zamknięty"]
    assert await names(q="100%") == []


async def test_pages_follow_one_another_to_and_fro(db: str) -> None:
    area, theme = (await people.area()).id, (await people.theme()).id
    place = (await people.place(area=area)).id
    for n in range(120):
        await people.resource(name=f"Zasób {n:03d}", theme=theme, place=place)
    seen: list[str] = []
    after = ""
    while True:
        page = await resource_queries.find(SYSTEM, Wanted(), today(), 180, after=after)
        seen += [one.name for one in page.lines]
        if not page.page.after:
            break
        after = page.page.after
    assert seen == sorted(seen) and len(seen) == 120
    back = await resource_queries.find(SYSTEM, Wanted(), today(), 180, before=page.page.before)
    assert back.lines[0].name == "Zasób 050" and back.page.total == 120
    first = await resource_queries.find(SYSTEM, Wanted(), today(), 180, before=back.page.before)
    assert first.lines[0].name == "Zasób 000" and not first.page.before


async def test_the_queue_begins_with_what_was_never_verified(db: str) -> None:
    long_ago = today() - timedelta(days=200)
    await people.resource(name="Dawno", verified_on=long_ago)
    await people.resource(name="Dawniej", verified_on=long_ago - timedelta(days=1))
    await people.resource(name="Nigdy")
    await people.resource(name="Świeżo", verified_on=today() - timedelta(days=180))
    assert await names(state="stale") == ["Nigdy", "Dawniej", "Dawno"]
    assert await resource_queries.stale_count(SYSTEM, today(), 180) == 3


async def test_others_than_coordinators_read_and_change_nothing(db: str) -> None:
    made = await resources.add(SYSTEM, await details())
    facilitator = Actor(role=Role.FACILITATOR, account=uuid4())
    for act in (
        resource_queries.find(facilitator, Wanted(), today(), 180), resource_queries.resource(facilitator, made),
        resources.verify(facilitator, made), resources.close(facilitator, made, today()),
        resources.remove_hours(facilitator, made, uuid4()),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
