"""Hours that volunteers report themselves: taken back while they wait, approved or refused by somebody else.

docs/decisions/0035-attendance-and-hours.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.schedule.hours.queries import DAYS_BACK, LEADS
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.web.i18n import mark

MOST_A_DAY = 16 * 60

FUTURE = mark("Ten dzień jeszcze nie minął. Godziny zgłasza się po fakcie.")
LONG_AGO = mark("To było zbyt dawno. Zadzwoń do centrum, wpiszemy to razem.")
TOO_MUCH = mark("To razem ponad 16 godzin jednego dnia. Sprawdź dzień i czas.")
NOT_YOURS = mark("Wybierz inicjatywę, w której pomagasz.")
SETTLED = mark("Ktoś już to rozpatrzył.")
OWN = mark("Swoich godzin nikt nie zatwierdza. Zrobi to inna osoba.")

# Of the tasks on that day the one of this initiative without hours; whoever notes its attendance then finds the report.
TASK = """
    SELECT s.id FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.volunteer = $1 AND m.initiative = $2 AND m.starts_wall::date = $3 AND m.state = 'planned'
      AND s.state IN ('accepted', 'done', 'missed')
      AND NOT EXISTS (SELECT FROM hours_worked h WHERE h.assignment = s.id)
    ORDER BY m.starts_at, s.id LIMIT 1"""
INSERT = """
    INSERT INTO hours_worked (id, volunteer, initiative, assignment, day, minutes, words, state, reported_by,
                              reported_at, reason)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, 'reported', $7, now(), '')"""
ONE = f"""
    SELECT h.volunteer, h.assignment, h.state, h.minutes, h.reported_by, v.account, o.meeting, o.id AS opening
    FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer LEFT JOIN assignment s ON s.id = h.assignment
    LEFT JOIN opening o ON o.id = s.opening WHERE h.id = $3 AND {LEADS}"""
DECIDE = """
    UPDATE hours_worked SET state = $2, decided_by = $3, decided_at = now(), reason = $4, minutes = $5,
           minutes_said = CASE WHEN minutes <> $5 THEN minutes ELSE minutes_said END
    WHERE id = $1 AND state = 'reported'"""


class NotTaken(Refused):
    """The report cannot be so; `field` is where it is said."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, 422)
        self.field = field


class Twice(Refused):
    """There are hours on that day already: perhaps the same ones. Said `again`, it is taken."""

    def __init__(self, minutes: int) -> None:
        super().__init__(mark("Na ten dzień są już zapisane godziny. Jeśli to inne, wyślij jeszcze raz."))
        self.minutes = minutes


@dataclass(frozen=True, slots=True)
class Report:
    initiative: UUID
    day: date
    minutes: int
    words: str = ""


async def report(actor: Actor, said: Report, *, again: bool = False) -> None:
    """A volunteer says how long they helped. Raises Refused 404 for others, NotTaken, Twice."""
    async with database.transaction():
        who = await database.fetchval(
            "SELECT id FROM volunteer WHERE account = $1 FOR NO KEY UPDATE",
            actor.account if actor.role is Role.VOLUNTEER else None,
        )
        if who is None:
            raise Refused("", 404)
        await _may_be(actor, who, said, again=again)
        task = await database.fetchval(TASK, who, said.initiative, said.day)
        await database.execute(INSERT, who, said.initiative, task, said.day, said.minutes, said.words, actor.account)


async def take_back(actor: Actor, id: UUID) -> None:
    """The volunteer's own report goes, as long as it waits. Raises Refused (404, 409)."""
    state = await database.fetchval(
        "SELECT h.state FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer WHERE h.id = $1 AND v.account = $2",
        *(id, actor.account),
    )
    if state is None:
        raise Refused("", 404)
    if not await database.execute("DELETE FROM hours_worked WHERE id = $1 AND state = 'reported'", id):
        raise Refused(SETTLED)


async def approve(actor: Actor, id: UUID, minutes: int) -> None:
    """They count, perhaps for another time than was reported. Raises Refused (404, 403 for one's own, 409)."""
    await _decide(actor, id, "approved", minutes, "")


async def refuse(actor: Actor, id: UUID, reason: str) -> None:
    """They do not count, for a reason the volunteer reads. Raises Refused (404, 403 for one's own, 409)."""
    await _decide(actor, id, "refused", None, reason)


async def _may_be(actor: Actor, who: UUID, said: Report, *, again: bool) -> None:
    today = await database.fetchval("SELECT centre_today()")
    if str(said.initiative) not in dict(await hours_queries.own_initiatives(actor)):
        raise NotTaken("initiative", NOT_YOURS)
    if said.day > today:
        raise NotTaken("day", FUTURE)
    if said.day < today - timedelta(days=DAYS_BACK):
        raise NotTaken("day", LONG_AGO)
    there = await database.fetchval(
        "SELECT coalesce(sum(minutes), 0)::int FROM hours_worked WHERE volunteer = $1 AND day = $2"
        " AND state <> 'refused'",
        *(who, said.day),
    )
    if there + said.minutes > MOST_A_DAY:
        raise NotTaken("time", TOO_MUCH)
    if there and not again:
        raise Twice(there)


async def _decide(actor: Actor, id: UUID, state: str, minutes: int | None, reason: str) -> None:
    async with database.transaction():
        row = await database.fetchrow(ONE, actor.role, actor.account, id)
        if row is None:
            raise Refused("", 404)
        if actor.account and actor.account in (row["reported_by"], row["account"]):
            raise Refused(OWN, 403)
        if row["assignment"]:
            await _was_there(actor, row, came=state == "approved")
        if not await database.execute(DECIDE, id, state, actor.account, reason, minutes or row["minutes"]):
            raise Refused(SETTLED)
        await audit.record(actor, f"hours.{state}", f"volunteer:{row['volunteer']}")


async def _was_there(actor: Actor, row: asyncpg.Record, *, came: bool) -> None:
    """Who gave approved hours at a meeting was there, whatever its list had said or not said."""
    await database.execute("SELECT FROM meeting WHERE id = $1 FOR NO KEY UPDATE", row["meeting"])
    await database.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", row["volunteer"])
    was = await database.fetchval("SELECT state FROM assignment WHERE id = $1 FOR NO KEY UPDATE", row["assignment"])
    if came and was and may_become(AssignmentState(was), AssignmentState.DONE):
        of = Held(row["assignment"], row["opening"], row["meeting"], row["volunteer"], AssignmentState(was))
        await seats.become(actor, of, AssignmentState.DONE, "desk")
        await clashes.noted(row["volunteer"])
        await database.execute(
            "UPDATE assignment SET missed_reason = '', missed_words = '' WHERE id = $1", row["assignment"]
        )
