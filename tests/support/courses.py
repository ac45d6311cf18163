"""A course with sessions behind and ahead, and a social contract that rests on it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from support import people
from volunteer_hub.initiatives import contract_acts, contract_lines
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.tables import Participant
from volunteer_hub.schedule.tables import Meeting
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)
FIRST = date(2026, 1, 1)


async def course(*, held: int = 4, ahead: int = 4, **values: Any) -> tuple[Initiative, list[Meeting]]:
    """A course whose sessions of two hours are a week apart; the last one held was yesterday."""
    of = await people.initiative(**({"kind": "course", "name": "Powrót do pracy", "starts_on": FIRST} | values))
    days = [TODAY - timedelta(days=1 + 7 * n) for n in reversed(range(held))]
    days += [TODAY + timedelta(days=6 + 7 * n) for n in range(ahead)]
    return of, [await people.meeting(of, starts=datetime.combine(day, time(10))) for day in days]


async def student(of: Initiative, **values: Any) -> tuple[Participant, Member]:
    who = await people.participant(**values)
    return who, await people.member(of, who, joined_on=FIRST)


async def attends(member: Member, meetings: Sequence[Meeting], came: str) -> None:
    """`came`: a letter for each meeting: t was there, n was not, anything else: not noted."""
    for meeting, letter in zip(meetings, came, strict=False):
        if letter in "tn":
            await database.execute(
                """INSERT INTO coming (id, meeting, member, code, came, noted_at)
                   VALUES (gen_random_uuid(), $1, $2, '', $3, now())
                   ON CONFLICT (meeting, member) DO UPDATE SET came = excluded.came""",
                meeting.id, member.id, letter == "t",
            )  # fmt: skip


async def contract(
    settings: Settings,
    runs: Actor,
    who: Participant,
    rests_on: Initiative | None = None,
    *,
    words: str = "",
    attend: int = 3,
) -> tuple[UUID, UUID, list[UUID]]:
    """A draft with a goal and two steps, the second by attendance where it rests on a course: their ids."""
    id = await contract_acts.begin(runs, who.id, Details(rests_on.id if rests_on else None, FIRST, None))
    goal = await contract_lines.add_goal(settings, runs, id, f"Znaleźć pracę {words}".strip())
    steps = [
        StepDetails(goal, f"Napisać CV {words}".strip(), TODAY - timedelta(days=2), None, None),
        StepDetails(goal, f"Chodzić na zajęcia {words}".strip(), None, rests_on.id if rests_on else None, attend),
    ]
    return id, goal, [await contract_lines.add_step(settings, runs, id, one) for one in steps]


async def signed(settings: Settings, runs: Actor, who: Participant, rests_on: Initiative | None = None) -> UUID:
    id, _, _ = await contract(settings, runs, who, rests_on)
    await contract_acts.sign(runs, id, 0, TODAY - timedelta(days=30))
    return id
