"""The single meetings of a regular task: each an accepted assignment, or left out with its reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.schedule import codes, facts, seats
from volunteer_hub.schedule.rules import WISHES, OpeningFacts, Rule, VolunteerFacts, broken, is_away
from volunteer_hub.schedule.seats import Full, Held, Waiting
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

FULL = "full"
# So many days that are left out are named in an SMS.
IN_AN_SMS = 3
# Said to the volunteer, also by SMS on a family's phone: what gives nobody away.
WHY = {
    FULL: mark("nie ma miejsca"),
    Rule.BUSY: mark("inne zadanie"),
    Rule.TIME: mark("dzień wolny"),
    Rule.TRAVEL: mark("za mało czasu na dojazd"),
}
OTHERWISE = mark("musimy coś sprawdzić")

OPENINGS = """
    SELECT o.id AS opening, o.meeting, m.starts_wall FROM meeting m JOIN opening o ON o.meeting = m.id AND o.role = $2
    WHERE m.series = $1 AND m.state = 'planned' AND m.starts_at > now() AND m.series_day >= $3
      AND ($4::date IS NULL OR m.series_day <= $4) ORDER BY m.starts_at, o.id"""
KNOWN = "SELECT id, state FROM assignment WHERE opening = $1 AND volunteer = $2 FOR UPDATE"
MADE = """
    UPDATE assignment s SET regular = $2, answered_at = now(), answered_by = $3, invited_by = $4, override_word = $5,
        occurrence = m.series_day + r.starts
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN series r ON r.id = m.series
    WHERE s.id = $1 AND o.id = s.opening"""
# What stands as it is: theirs already, or over.
KEPT = (AssignmentState.ACCEPTED, AssignmentState.DONE, AssignmentState.MISSED)


@dataclass(frozen=True, slots=True)
class Task:
    """A regular task while its rows are locked."""

    id: UUID
    series: UUID
    role: UUID
    volunteer: UUID
    state: AssignmentState
    first_day: date
    last_day: date | None
    word: str
    invited_by: UUID | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        return cls(
            id=row["id"],
            series=row["series"],
            role=row["role"],
            volunteer=row["volunteer"],
            state=AssignmentState(row["state"]),
            first_day=row["first_day"],
            last_day=row["last_day"],
            word=row["override_word"],
            invited_by=row["invited_by"],
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A meeting that could not be theirs; `why` is a Rule's value or FULL."""

    starts_wall: datetime
    why: str


class _Left(Exception):
    """Takes back the savepoint of one meeting."""

    def __init__(self, why: str) -> None:
        self.why = why


async def openings(task: Task) -> list[asyncpg.Record]:
    """The places of the role at the planned meetings within the task's days, the soonest first."""
    return await database.fetch(OPENINGS, task.series, task.role, task.first_day, task.last_day)


async def make(
    actor: Actor | None, task: Task, channel: str, among: Collection[UUID] | None = None
) -> tuple[int, list[LeftOut]]:
    """An accepted assignment for each meeting of the task, or of `among` only; how many there are, and which not.

    Under the locks of `regular`. None of them is told by itself.
    """
    wanted = [row for row in await openings(task) if among is None or row["meeting"] in among]
    phone = await seats.volunteer_held(task.volunteer)
    await seats.hold_openings(row["opening"] for row in wanted)
    left: list[LeftOut] = []
    for row in wanted:
        try:
            async with database.transaction():
                await _seat(actor or SYSTEM, task, row, phone, channel)
        except _Left as one:
            left.append(LeftOut(row["starts_wall"], one.why))
    return len(wanted) - len(left), left


async def _seat(actor: Actor, task: Task, row: asyncpg.Record, phone: str, channel: str) -> None:
    known = await database.fetchrow(KNOWN, row["opening"], task.volunteer)
    if known and known["state"] in KEPT:
        await database.execute("UPDATE assignment SET regular = $2 WHERE id = $1", known["id"], task.id)
        return
    asked, people = await facts.facts(row["opening"], [task.volunteer])
    if rule := _bar(people[task.volunteer], asked, task.word):
        raise _Left(rule)
    id = known["id"] if known else uuid4()
    code, _others = await codes.choose(phone, id)
    try:
        await database.execute(seats.INVITE, id, row["opening"], task.volunteer, code, None, None, task.invited_by)
    except asyncpg.CheckViolationError as error:
        raise _Left(seats.guarded(error)) from None
    refused = await seats.take(Held(id, row["opening"], row["meeting"], task.volunteer, AssignmentState.INVITED))
    if isinstance(refused, Waiting):
        raise _Left(refused.rule)
    if refused:
        raise _Left(FULL if isinstance(refused, Full) else Rule.BUSY)
    await database.execute(MADE, id, task.id, channel, task.invited_by, task.word)
    await seats.remember(actor, id, known["state"] if known else "", AssignmentState.ACCEPTED, channel)


def _bar(v: VolunteerFacts, o: OpeningFacts, word: str) -> Rule | None:
    """What keeps them from one meeting: wishes were weighed when the whole was proposed, but not days away, nor the way
    from another task unless a `word` set it aside.
    """
    of_this_one = {Rule.TIME: is_away(v, o), Rule.TRAVEL: not word}
    for rule in broken(v, o):
        if rule is not Rule.ASSIGNED and of_this_one.get(rule, rule not in WISHES):
            return rule
    return None


def said(left_out: Sequence[LeftOut]) -> str:
    """One sentence with the days that are not theirs and why, in the language in use; empty when there are none."""
    days = [f"{formats.short_day(one.starts_wall)} ({_(WHY.get(one.why, OTHERWISE))})" for one in left_out]
    return _("Bez tych dni: %(days)s.", days=", ".join(days)) if days else ""


def in_short(left_out: Sequence[LeftOut]) -> str:
    """As `said`, for an SMS: the first of the days, without the reasons."""
    days = [f"{one.starts_wall:%-d.%m}" for one in left_out[:IN_AN_SMS]]
    if more := len(left_out) - len(days):
        days.append(_("i jeszcze %(n)s", n=more))
    return _("Bez: %(days)s.", days=", ".join(days)) if days else ""
