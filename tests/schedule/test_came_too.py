"""Volunteers who came without having said yes: on the roster once it has begun, then noted like the others."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people
from support.attended import Attended, attended
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance import came_too
from volunteer_hub.schedule.tables import Assignment


async def asked(at: Attended, state: str = "invited", **values: Any) -> UUID:
    """Somebody who was asked and has not said yes."""
    who = await people.volunteer(**{"first_name": "Ewa"} | values)
    row: Assignment = await people.save(Assignment(opening=at.opening.id, volunteer=who.id, state=state))
    return row.id


async def seats(at: Attended) -> tuple[int, int, int]:
    row = await database.fetchrow(
        """SELECT taken, most, (SELECT count(*) FROM assignment s WHERE s.opening = o.id
                                AND s.state IN ('accepted', 'done', 'missed')) AS people
           FROM opening o WHERE id = $1""",
        at.opening.id,
    )
    assert row
    return row["taken"], row["most"], row["people"]


@pytest.mark.parametrize("state", ["invited", "silent", "declined"])
async def test_they_are_noted_with_the_others_and_their_hours_count(client: httpx2.AsyncClient, state: str) -> None:
    at = await attended(kind="long_term", members=0)
    id = await asked(at, state)
    await people.signed_in(client)
    visitor = Visitor(client)
    assert "Ewa" in await visitor.open(at.page)
    page = await visitor.send("/attendance/more", assignment=str(id))
    assert "Ta osoba jest na liście." in page and await seats(at) == (2, 2, 2), "a seat more than there had been"
    await visitor.send("/attendance", there=[str(await at.assignment()), str(id)])
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", id) == "done"
    assert await database.fetchval("SELECT minutes FROM hours_worked WHERE assignment = $1", id) == 120
    assert await database.fetchval("SELECT count(*) FROM commitment") == 2
    history = await database.fetch("SELECT was, became FROM assignment_change WHERE assignment = $1 ORDER BY at", id)
    assert [tuple(row) for row in history] == [(state, "accepted"), ("accepted", "done")]


async def test_a_second_press_changes_nothing(db: str) -> None:
    at = await attended(kind="long_term", members=0)
    id, me = await asked(at), people.actor(await people.account())
    for _ in range(2):
        await came_too.came_too(me, at.meeting.id, id)
    assert await seats(at) == (2, 2, 2)


async def test_not_before_it_begins_and_not_for_who_does_not_lead_it(db: str) -> None:
    at = await attended(kind="long_term", members=0)
    id, me = await asked(at), people.actor(await people.account())
    stranger = people.actor(await people.account(Role.FACILITATOR))
    elsewhere = await attended(kind="long_term", members=0)
    for who, meeting, status in ((stranger, at, 404), (me, elsewhere, 404)):
        with pytest.raises(Refused) as refused:
            await came_too.came_too(who, meeting.meeting.id, id)
        assert refused.value.status == status
    await at.shift(timedelta(hours=3))
    with pytest.raises(Refused) as refused:
        await came_too.came_too(me, at.meeting.id, id)
    assert refused.value.status == 410 and await seats(at) == (1, 1, 1)


async def test_nobody_was_in_two_places(db: str) -> None:
    at, other = await attended(kind="long_term", members=0), await attended(kind="long_term", members=0)
    await other.shift(timedelta(days=2))
    await database.execute("UPDATE opening SET most = 5")
    who = await people.volunteer(max_hours_week=60)
    await database.execute("UPDATE availability SET starts = '00:00', ends = '23:59:59'")
    await actions.answer(SYSTEM, await actions.invite(SYSTEM, other.opening.id, who.id), accept=True, channel="desk")
    row = await people.save(Assignment(opening=at.opening.id, volunteer=who.id, state="silent"))
    await other.shift(-timedelta(hours=1))
    with pytest.raises(Refused):
        await came_too.came_too(people.actor(await people.account()), at.meeting.id, row.id)
    assert (await seats(at))[0] == 1, "nothing half-written"


async def test_what_the_law_asks_holds_here_too(db: str) -> None:
    at = await attended(kind="long_term", members=0)
    id = await asked(at)
    await database.execute("UPDATE role_asked SET clearances = '{minors}'")
    with pytest.raises(Refused) as refused:
        await came_too.came_too(people.actor(await people.account()), at.meeting.id, id)
    assert "sprawdzenia" in refused.value.sentence and await seats(at) == (1, 1, 1)
