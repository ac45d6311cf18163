"""Who was there: noted by who leads or coordinates, for everybody at once; corrected the same way, with its history.

Of a volunteer follow done or missed, and the hours, which the person who noted them approves; never their own.
docs/decisions/0035-attendance-and-hours.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.queries import Helper, Participant, Sheet
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.states import AssignmentState, Missed
from volunteer_hub.web.i18n import gettext, mark

EARLY = mark("Obecność można zapisać najwcześniej godzinę przed spotkaniem.")
CLOSED = mark("Na zapisanie albo poprawienie tej obecności jest już za późno.")
MEANWHILE = mark("Ktoś właśnie zapisał tu coś innego. Sprawdź listę i zapisz jeszcze raz.")
WAS_NOT_THERE = mark("Na liście obecności zapisano, że tej osoby nie było.")

CAME = """
    INSERT INTO coming (id, meeting, member, came, noted_at, noted_by)
    VALUES (gen_random_uuid(), $1, $2, $3, now(), $4)
    ON CONFLICT (meeting, member) DO UPDATE SET came = excluded.came, noted_at = now(), noted_by = excluded.noted_by
    RETURNING id"""
CAME_BEFORE = """
    INSERT INTO coming_change (id, coming, was, became, at, by)
    VALUES (gen_random_uuid(), $1, $2, $3, clock_timestamp(), $4)"""
# Reported by $5 means one's own: it then waits for somebody else.
HOURS = """
    INSERT INTO hours_worked (id, volunteer, initiative, assignment, day, minutes, words, state, reported_by,
                              reported_at, decided_by, decided_at, reason)
    SELECT gen_random_uuid(), s.volunteer, m.initiative, s.id, m.starts_wall::date, $2, '',
           CASE WHEN $4 THEN 'reported' ELSE 'approved' END, CASE WHEN $4 THEN $3::uuid END, now(),
           CASE WHEN NOT $4 THEN $3::uuid END, CASE WHEN NOT $4 THEN now() END, ''
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting WHERE s.id = $1
    ON CONFLICT (assignment) DO UPDATE SET
        minutes_said = CASE WHEN hours_worked.state = 'reported' AND hours_worked.minutes <> excluded.minutes
                            THEN hours_worked.minutes ELSE hours_worked.minutes_said END,
        minutes = excluded.minutes, state = 'approved', decided_by = excluded.decided_by, decided_at = now(),
        reason = ''
    WHERE NOT $4"""
# What they had reported themselves is answered, what only we had written goes.
NO_HOURS = """
    UPDATE hours_worked SET state = 'refused', decided_by = $2, decided_at = now(), reason = $3
    WHERE assignment = $1 AND reported_by IS NOT NULL AND reported_by IS DISTINCT FROM $2"""


class Meanwhile(Refused):
    """Somebody else has noted something that differs, since the list was shown."""

    def __init__(self) -> None:
        super().__init__(MEANWHILE)


@dataclass(frozen=True, slots=True)
class Noted:
    """What is said of one volunteer: the minutes they gave, or why they were not there."""

    minutes: int
    reason: Missed = Missed.NO_WORD
    words: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody noted: who of those `listed` was `there`. `seen` is the mark of the list they looked at."""

    seen: str
    listed: Collection[UUID]
    there: Collection[UUID]
    helpers: Mapping[UUID, Noted]


async def note(actor: Actor, meeting: UUID, said: Said) -> None:
    """Writes down who was there. The same once more changes nothing; who is not `listed` stays as they are.

    From an hour before the meeting until HUB_ATTENDANCE_DAYS after it. Raises Refused (404, 410), Meanwhile.
    """
    async with database.transaction():
        await held(meeting)
        now = await attendance_queries.sheet(actor, meeting)
        if not now.begun or not now.open:
            raise Refused(CLOSED if now.begun else EARLY, 410)
        people = [one for one in now.participants if one.id in said.listed and one.came != (one.id in said.there)]
        helpers = [one for one in now.helpers if one.id in said.listed and _differs(one, said, now)]
        if (people or helpers) and said.seen != now.mark:
            raise Meanwhile
        for person in people:
            await _came(actor, meeting, person, person.id in said.there)
        for helper in helpers:
            await _helped(actor, meeting, helper, said.helpers[helper.id], there=helper.id in said.there)
        # Where participants are not for these eyes, the meeting still waits for who leads it.
        if not now.hidden:
            await database.execute("UPDATE meeting SET noted_at = now() WHERE id = $1 AND noted_at IS NULL", meeting)
        if people or helpers or not now.noted_at:
            await audit.record(actor, "attendance.note", f"meeting:{meeting}")


async def held(meeting: UUID) -> None:
    """The locks of schedule/seats.py: whoever notes the same meeting, or changes who is on its roster, waits."""
    await database.execute("SELECT FROM meeting WHERE id = $1 FOR NO KEY UPDATE", meeting)
    of = "SELECT s.{what} FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1"
    for table, what in (("volunteer", "volunteer"), ("assignment", "id")):
        await database.execute(
            f"SELECT FROM {table} WHERE id IN ({of.format(what=what)}) ORDER BY id FOR NO KEY UPDATE", meeting
        )


def _differs(one: Helper, said: Said, now: Sheet) -> bool:
    noted = said.helpers[one.id]
    if one.id in said.there:
        waits = one.reported and not one.own
        return one.state is not AssignmentState.DONE or (one.minutes or now.minutes) != noted.minutes or waits
    return one.state is not AssignmentState.MISSED or (one.reason, one.words) != (noted.reason, noted.words)


async def _came(actor: Actor, meeting: UUID, who: Participant, came: bool) -> None:
    coming = await database.fetchval(CAME, meeting, who.id, came, actor.account)
    await database.execute(CAME_BEFORE, coming, who.came, came, actor.account)


async def _helped(actor: Actor, meeting: UUID, who: Helper, noted: Noted, *, there: bool) -> None:
    becomes = AssignmentState.DONE if there else AssignmentState.MISSED
    if who.state is not becomes:
        of = Held(who.id, who.opening, meeting, who.volunteer, who.state)
        await seats.become(actor, of, becomes, "desk")
        await clashes.noted(who.volunteer)
    await database.execute(
        "UPDATE assignment SET missed_reason = $2, missed_words = $3 WHERE id = $1",
        *(who.id, "" if there else noted.reason, "" if there else noted.words),
    )
    if there:
        await database.execute(HOURS, who.id, noted.minutes, actor.account, who.own)
        return
    if not await database.execute(NO_HOURS, who.id, actor.account, gettext(WAS_NOT_THERE)):
        await database.execute("DELETE FROM hours_worked WHERE assignment = $1", who.id)
