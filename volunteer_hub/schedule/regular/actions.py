"""A task that is somebody's every Tuesday: a role at all meetings of a series, by one invitation and one answer.

Each meeting keeps an assignment of its own, made from the task by the rules, the guard, the seat and the booking of any
yes; what cannot be is left out, and said. docs/decisions/0032-regular-tasks.md.

Locks: the series (shared: nobody fills or splits it meanwhile), then as in schedule/seats.py meetings, role, volunteer,
and the task with them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import answering, centre, codes, facts, notices, seats
from volunteer_hub.schedule.regular import notices as regular_notices
from volunteer_hub.schedule.regular import seats as regular_seats
from volunteer_hub.schedule.regular.seats import LeftOut, Task
from volunteer_hub.schedule.rules import WISHES, Rule, broken
from volunteer_hub.schedule.seats import must_plan
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.web.i18n import mark

S = AssignmentState

# A volunteer's calendar is given further meetings when it holds none beyond this: a letter in two months, not weekly.
CALENDAR_AHEAD = timedelta(weeks=4)

AGAIN = mark("Ktoś właśnie to zmienił. Otwórz stronę jeszcze raz i sprawdź.")
ASKED = mark("Ta osoba ma już tę propozycję albo ją przyjęła.")
OVER = mark("Ta seria kończy się przed tym dniem. Wybierz wcześniejszy.")
PAST = mark("Wybierz dzień od dziś.")
STALE = mark("Ta propozycja jest już nieaktualna.")

PUT = """
    INSERT INTO regular_task (id, series, role, volunteer, state, code, first_day, last_day, invited_by, invited_at,
                              answered_by, override_word, created_at)
    VALUES ($1, $2, $3, $4, 'invited', $5, $6, $7, $8, now(), '', $9, now())
    ON CONFLICT (series, role, volunteer) DO UPDATE SET state = 'invited', code = $5, first_day = $6, last_day = $7,
        invited_by = $8, invited_at = now(), answered_at = NULL, answered_by = '', override_word = $9
    RETURNING id"""
# Asked or taken, and not over.
STANDS = "t.state IN ('invited', 'accepted') AND (t.last_day IS NULL OR t.last_day >= centre_today())"
THEIRS = """
    SELECT t.* FROM regular_task t JOIN volunteer v ON v.id = t.volunteer WHERE t.id = $1 AND ($2 OR v.account = $3)"""
MEETINGS = """
    SELECT m.id FROM meeting m WHERE m.state = 'planned' AND m.starts_at > now()
      AND (m.series = $1 OR m.id IN (SELECT o.meeting FROM assignment s JOIN opening o ON o.id = s.opening
                                     WHERE s.regular = $2))"""
THEIR_TASKS = """
    SELECT DISTINCT t.id FROM regular_task t JOIN assignment s ON s.regular = t.id JOIN opening o ON o.id = s.opening
    WHERE o.meeting = ANY($1) AND s.state = 'accepted' AND s.occurrence IS NOT NULL AND t.state = 'accepted'
    ORDER BY t.id"""
# `alone`: their calendar knows it by itself, for it was theirs before the task, or again after they had given it up.
FUTURE = """
    SELECT s.id, s.opening, o.meeting, s.volunteer, s.state, s.occurrence IS NULL AND EXISTS (
        SELECT FROM message WHERE about = 'assignment:' || s.id AND calendar_method = 'REQUEST') AS alone
    FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting
    WHERE s.regular = $1 AND s.state IN ('invited', 'accepted') AND m.state = 'planned' AND m.starts_at > now()
      AND m.starts_wall >= $2::date ORDER BY m.starts_at, s.id FOR UPDATE OF s"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer came to: `made` meetings are theirs, `left_out` are not, each with its reason."""

    state: AssignmentState
    made: int = 0
    left_out: tuple[LeftOut, ...] = ()


async def propose(
    actor: Actor, series: UUID, role: UUID, volunteer: UUID, first_day: date, last_day: date | None, word: str = ""
) -> UUID:
    """Asks by SMS and e-mail, in one message, whether all meetings of a series from a day on may be theirs.

    Judged by the rules over the meetings that are planned: what holds on none of them is told. A wish is set aside by
    a `word`, which is kept. Raises Refused: 404, 409 with the rule, or when they are asked already.
    """
    must_plan(actor)
    if first_day < clock.today(centre.settings().timezone):
        raise Refused(PAST)
    async with database.transaction():
        row = await database.fetchrow("SELECT initiative, last_day FROM series WHERE id = $1 FOR SHARE", series)
        of = "SELECT initiative FROM role_asked WHERE id = $1"
        if row is None or await database.fetchval(of, role) != row["initiative"]:
            raise Refused("", 404)
        if row["last_day"] and row["last_day"] < first_day:
            raise Refused(OVER)
        known = await database.fetchval(
            "SELECT id FROM regular_task WHERE series = $1 AND role = $2 AND volunteer = $3", series, role, volunteer
        )
        id = known or uuid4()
        phone = await _hold(series, id, role, volunteer)
        if await database.fetchval(f"SELECT EXISTS (SELECT FROM regular_task t WHERE t.id = $1 AND {STANDS})", id):
            raise Refused(ASKED)
        planned = Task(id, series, role, volunteer, S.INVITED, first_day, last_day, word)
        await _judge(planned, await regular_seats.openings(planned), word)
        code, _ = await codes.choose(phone, id)
        await database.fetchval(PUT, id, series, role, volunteer, code, first_day, last_day, actor.account, word)
        turn = await database.fetchval("SELECT extract(epoch FROM clock_timestamp())::bigint")
        await regular_notices.tell(id, "regular_invitation", key=f"regular:{id}:invite:{turn}", own=False)
    return id


async def answer(actor: Actor, id: UUID, *, accept: bool, channel: str) -> Outcome:
    """The one answer to all meetings; the same once more changes nothing. A no after a yes gives up what is to come.

    A volunteer answers for themselves only. Raises Refused 404, or 410 when the proposal no longer stands.
    """
    async with database.transaction():
        task = await _held(actor, id)
        becomes = S.ACCEPTED if accept else S.DECLINED
        today = clock.today(centre.settings().timezone)
        if task.state is becomes or (not accept and task.state is S.WITHDRAWN):
            return Outcome(task.state)
        if task.state is S.ACCEPTED:
            await _end(actor, task, today, channel)
            return Outcome(S.WITHDRAWN)
        if not may_become(task.state, becomes) or (task.last_day and task.last_day < today):
            raise Refused(STALE, 410)
        await database.execute(
            "UPDATE regular_task SET state = $2, answered_at = now(), answered_by = $3 WHERE id = $1",
            *(id, becomes, channel),
        )
        await notices.recall(f"regular:{id}")
        if not accept:
            return Outcome(S.DECLINED)
        made, left_out = await regular_seats.make(actor, task, channel)
        await regular_notices.tell(
            id, "regular_accepted", key=f"regular:{id}:yes:{clock.now().timestamp():.3f}", sms=channel == "desk",
            left_out=left_out,
        )  # fmt: skip
    return Outcome(S.ACCEPTED, made, tuple(left_out))


async def end(actor: Actor, id: UUID, since: date) -> int:
    """They give it up: `since` is the first day without them. Frees the places from then on; how many.

    The volunteer or a coordinator. Raises Refused 404, 409 for a day that is over, 410 when it does not stand.
    """
    if since < clock.today(centre.settings().timezone):
        raise Refused(PAST)
    async with database.transaction():
        task = await _held(actor, id)
        if task.state is S.WITHDRAWN:
            return 0
        if task.state not in (S.INVITED, S.ACCEPTED):
            raise Refused(STALE, 410)
        return await _end(actor, task, since, "web" if actor.role is Role.VOLUNTEER else "desk")


async def join(series: UUID, meetings: Collection[UUID]) -> None:
    """Gives new meetings of a series, which the caller has locked, their regular people. Called by series_fill."""
    rows = await database.fetch(
        "SELECT * FROM regular_task WHERE series = $1 AND state = 'accepted' ORDER BY answered_at, id", series
    )
    if not rows or not meetings:
        return
    roles, volunteers = ([row[name] for row in rows] for name in ("role", "volunteer"))
    await database.execute("SELECT FROM role_asked WHERE id = ANY($1) ORDER BY id FOR SHARE", roles)
    await database.execute("SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", volunteers)
    soon = clock.today(centre.settings().timezone) + CALENDAR_AHEAD
    for row in rows:
        made, _ = await regular_seats.make(None, Task.of(row), "regular", among=meetings)
        if made and row["calendar_until"] and row["calendar_until"] < soon:
            key = f"regular:{row['id']}:more:{row['calendar_until']}"
            await regular_notices.tell(row["id"], "regular_more", key=key, sms=False)


async def moved(meetings: Collection[UUID]) -> None:
    """Tells, once each, whose regular tasks these `meetings` of are, that they have another time or place now."""
    for row in await database.fetch(THEIR_TASKS, list(meetings)):
        key = f"regular:{row['id']}:moved:{clock.now().timestamp():.3f}"
        await regular_notices.tell(row["id"], "regular_moved", key=key)


async def _hold(series: UUID, id: UUID, role: UUID, volunteer: UUID) -> str:
    """Locks the meetings, the role and the volunteer; the phone we write to."""
    await database.execute(f"SELECT FROM meeting WHERE id IN ({MEETINGS}) ORDER BY id FOR SHARE", series, id)
    await seats.role_stands(role)
    return await seats.volunteer_held(volunteer)


async def _held(actor: Actor, id: UUID) -> Task:
    row = await database.fetchrow(THEIRS, id, actor.coordinates, actor.account)
    if row is None:
        raise Refused("", 404)
    await database.execute("SELECT FROM series WHERE id = $1 FOR SHARE", row["series"])
    await _hold(row["series"], id, row["role"], row["volunteer"])
    now = await database.fetchrow("SELECT * FROM regular_task WHERE id = $1 FOR UPDATE", id)
    if now is None or (now["series"], now["volunteer"]) != (row["series"], row["volunteer"]):
        raise Refused(AGAIN)
    return Task.of(now)


async def _judge(task: Task, openings: Sequence[asyncpg.Record], word: str) -> None:
    """Raises Refused with what keeps them from every single meeting; one that is busy or away may be left out later."""
    always: set[Rule] | None = None
    for opening in openings:
        asked, people = await facts.facts(opening["opening"], [task.volunteer])
        here = set(broken(people[task.volunteer], asked)) - {Rule.ASSIGNED}
        always = here if always is None else always & here
    for rule in Rule:
        if rule in (always or ()) and not (rule in WISHES and word):
            raise Refused(seats.WHY_NOT[rule])


async def _end(actor: Actor, task: Task, since: date, channel: str) -> int:
    held = {row["id"] for row in await database.fetch(MEETINGS, task.series, task.id)}
    rows = await database.fetch(FUTURE, task.id, since)
    if not {row["meeting"] for row in rows} <= held:
        raise Refused(AGAIN)
    await seats.hold_openings(row["opening"] for row in rows)
    for row in rows:
        await answering.leave(actor, _of(row), channel, letter=row["alone"])
    stays = task.state is S.ACCEPTED and since > task.first_day
    await database.execute(
        """UPDATE regular_task SET state = $2, last_day = CASE WHEN $3 THEN least(last_day, $4) ELSE last_day END,
               answered_at = now(), answered_by = $5 WHERE id = $1""",
        *(task.id, S.ACCEPTED if stays else S.WITHDRAWN, stays, since - timedelta(days=1), channel),
    )
    knew = await notices.recall(f"regular:{task.id}") or task.state is S.ACCEPTED
    if knew:
        await regular_notices.tell(
            task.id, "regular_ended", key=f"regular:{task.id}:end:{since}:{clock.now().timestamp():.3f}",
            sms=channel == "desk", since=since,
        )  # fmt: skip
    return len(rows)


def _of(row: asyncpg.Record) -> seats.Held:
    return seats.Held(row["id"], row["opening"], row["meeting"], row["volunteer"], S(row["state"]))
