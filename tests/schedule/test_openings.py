"""What a role asks and how many seats a meeting has, corrected with people on them."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule import actions, openings
from volunteer_hub.schedule.openings import Wanted
from volunteer_hub.schedule.series import fill as series_fill


async def planned(most: int = 2, **of: Any) -> tuple[Any, Any]:
    role = await people.role(await people.initiative(**of), least=1, most=most)
    initiative = await people.Initiative.objects().get(people.Initiative.id == role.initiative)
    # At an hour at which people have time, whenever the suite runs.
    soon = (clock.wall(clock.now(), people.ZONE) + timedelta(days=3)).replace(hour=17, minute=0)
    meeting = await people.meeting(initiative, starts=soon)
    return role, await people.opening(meeting, role, least=1, most=most)


async def seats(id: Any) -> tuple[int, int, int]:
    row = await database.fetchrow("SELECT least, most, taken FROM opening WHERE id = $1", id)
    assert row
    return row["least"], row["most"], row["taken"]


async def accepted(opening: Any) -> Any:
    who = await people.volunteer()
    await actions.answer(SYSTEM, await actions.invite(SYSTEM, opening.id, who.id), accept=True, channel="web")
    return who


async def test_one_meeting_asks_for_another_number(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    _, opening = await planned()
    await accepted(opening)
    visitor = Visitor(client)
    assert "Zapisana jest 1 osoba." in await visitor.open(f"/desk/openings/{opening.id}/edit")
    await visitor.send("/edit", least="2", most="4", urgent="yes", urgent_reason="Święta")
    assert await seats(opening.id) == (2, 4, 1)
    await visitor.open(f"/desk/openings/{opening.id}/edit")
    await visitor.send("/edit", least="3", most="2")
    assert visitor.page.status_code == 422 and await seats(opening.id) == (2, 4, 1)


async def test_never_fewer_places_than_people(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    _, opening = await planned(3)
    for _ in range(2):
        await accepted(opening)
    visitor = Visitor(client)
    await visitor.open(f"/desk/openings/{opening.id}/edit")
    page = await visitor.send("/edit", least="1", most="1")
    assert visitor.page.status_code == 409 and "Zapisało się już więcej osób" in page
    assert await seats(opening.id) == (1, 3, 2)


async def test_who_saves_second_sees_what_stands_there_now(client: httpx2.AsyncClient) -> None:
    me = people.actor(await people.signed_in(client))
    _, opening = await planned()
    visitor = Visitor(client)
    await visitor.open(f"/desk/openings/{opening.id}/edit")
    await openings.change(me, opening.id, Wanted(1, 2, False, ""), Wanted(1, 5, False, ""))
    page = await visitor.send("/edit", least="1", most="3")
    assert visitor.page.status_code == 409 and 'value="5"' in page and 'value="3"' in page
    assert await seats(opening.id) == (1, 5, 0)
    await visitor.send("/edit")
    assert await seats(opening.id) == (1, 3, 0), "once seen, it may be written over"


async def test_more_places_go_to_who_waits(db: str) -> None:
    _, opening = await planned(1)
    await accepted(opening)
    waits = await people.volunteer()
    with pytest.raises(Refused):
        await actions.answer(SYSTEM, await invited_past(opening, waits), accept=True, channel="web")
    me = people.actor(await people.account())
    await openings.change(me, opening.id, Wanted(1, 1, False, ""), Wanted(1, 2, False, ""))
    row = await database.fetchrow("SELECT state, offer_until FROM assignment WHERE volunteer = $1", waits.id)
    assert row and row["state"] == "invited" and row["offer_until"], "the new place is offered to them"


async def invited_past(opening: Any, who: Any) -> Any:
    """An invitation from before all seats went."""
    await database.execute("UPDATE opening SET most = 2 WHERE id = $1", opening.id)
    id = await actions.invite(SYSTEM, opening.id, who.id)
    await database.execute("UPDATE opening SET most = 1 WHERE id = $1", opening.id)
    return id


async def test_a_role_is_corrected_for_all_meetings_ahead(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    role, opening = await planned(2, coordinator=me.id)
    own = await people.opening(
        await people.meeting(
            await people.Initiative.objects().get(people.Initiative.id == role.initiative),
            starts=clock.wall(clock.now(), people.ZONE) + timedelta(days=4),
        ),
        role, least=1, most=7,
    )  # fmt: skip
    who = await accepted(opening)
    visitor = Visitor(client)
    await visitor.open(f"/desk/roles/{role.id}/edit")
    await visitor.send("/edit", role="Gotuje", least="1", most="3", clearances=["minors"])
    assert await database.fetchval("SELECT name FROM role_asked WHERE id = $1", role.id) == "Gotuje"
    assert await seats(opening.id) == (1, 3, 1) and await seats(own.id) == (1, 7, 0)
    row = await database.fetchrow("SELECT state, at_risk FROM assignment WHERE volunteer = $1", who.id)
    assert row and tuple(row) == ("accepted", "clearance"), "nobody vanishes from a roster"


async def test_two_correct_a_role_and_nothing_typed_is_lost(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    role, _ = await planned(2, coordinator=me.id)
    visitor = Visitor(client)
    await visitor.open(f"/desk/roles/{role.id}/edit")
    asked = (await openings.role(people.actor(me), role.id)).asked
    changed = openings.Asked(**{**asked.__dict__, "tasks": "Sprząta"})
    await openings.correct_role(people.actor(me), role.id, 0, changed)
    page = await visitor.send("/edit", role="Gotuje")
    assert visitor.page.status_code == 409 and "Sprząta" in page and 'value="Gotuje"' in page
    with pytest.raises(Stale):
        await openings.correct_role(people.actor(me), role.id, 0, changed)


async def test_a_retired_role_is_in_no_new_meeting_and_stays_in_the_old_ones(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    role, opening = await planned(2, coordinator=me.id)
    of = await people.Initiative.objects().get(people.Initiative.id == role.initiative)
    await people.series(of)
    visitor = Visitor(client)
    await visitor.open(f"/desk/roles/{role.id}/edit")
    page = await visitor.send("/retirement")
    assert "wycofana" in page
    await series_fill.plan(sms.SETTINGS)
    made = "SELECT count(*) FROM meeting WHERE series IS NOT NULL"
    assert await database.fetchval(made) > 0
    assert await database.fetchval("SELECT count(*) FROM opening") == 1 and await seats(opening.id) == (1, 2, 0)
    await visitor.open(f"/desk/roles/{role.id}/edit")
    await visitor.send("/retirement")
    assert await database.fetchval("SELECT retired_at FROM role_asked") is None


async def test_a_role_is_added_to_a_meeting_and_taken_away_while_nobody_is_on_it(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    role, opening = await planned(2, coordinator=me.id)
    of = await people.Initiative.objects().get(people.Initiative.id == role.initiative)
    other = await people.role(of, name="Kierowca")
    foreign = await people.role(await people.initiative())
    visitor = Visitor(client)
    await visitor.open(f"/desk/meetings/{opening.meeting}")
    page = await visitor.send("/openings", role=str(other.id))
    assert "Kierowca" in page and await database.fetchval("SELECT count(*) FROM opening") == 2
    with pytest.raises(Refused) as refused:
        await openings.add(people.actor(me), opening.meeting, foreign.id)
    assert refused.value.status == 404
    added = await database.fetchval("SELECT id FROM opening WHERE role = $1", other.id)
    await visitor.open(f"/desk/openings/{added}/edit")
    await visitor.send("/removal")
    assert await database.fetchval("SELECT count(*) FROM opening") == 1
    await accepted(opening)
    with pytest.raises(Refused) as refused:
        await openings.remove(people.actor(me), opening.id)
    assert refused.value.status == 409


async def test_a_yes_and_fewer_places_at_once_never_leave_more_people_than_places(db: str) -> None:
    me = people.actor(await people.account())
    for _ in range(5):
        _, opening = await planned(2)
        await accepted(opening)
        asked = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
        outcomes = await asyncio.gather(
            actions.answer(SYSTEM, asked, accept=True, channel="web"),
            openings.change(me, opening.id, Wanted(1, 2, False, ""), Wanted(1, 1, False, "")),
            return_exceptions=True,
        )
        assert all(not isinstance(one, Exception) or isinstance(one, Refused) for one in outcomes), outcomes
        _, most, taken = await seats(opening.id)
        assert taken <= most and sum(isinstance(one, Refused) for one in outcomes) == 1
