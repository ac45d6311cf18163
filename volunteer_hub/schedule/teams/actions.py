"""Verbs of interdisciplinary teams: who they are, when they meet, what is on the agenda, decided and taken on.

The letters say only that a team meets, when and where. What it speaks of stays at the desk.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre
from volunteer_hub.schedule.actions import instants
from volunteer_hub.schedule.teams import letters as team_letters
from volunteer_hub.web.i18n import mark

OVER = mark("Tego spotkania nie można już zmienić: odbyło się albo jest odwołane.")
MEET = """
    INSERT INTO team_meeting (id, team, area, place, starts_wall, ends_wall, timezone, starts_at, ends_at, state,
                              sequence, created_at, changed_at)
    SELECT $1, t.id, $3, p.id, $5, $6, $7, $8, $9, 'planned', 0, now(), now()
    FROM team t, place p WHERE t.id = $2 AND t.closed_at IS NULL AND p.id = $4 AND NOT p.private"""
# What a former meeting left undecided comes up again, with the points that were to be discussed first.
CARRY_OVER = """
    INSERT INTO agenda_item (id, meeting, need, position, words, decision)
    SELECT gen_random_uuid(), $1, i.need, i.position, i.words, '' FROM agenda_item i
    LEFT JOIN need n ON n.id = i.need
    WHERE i.meeting = (SELECT id FROM team_meeting WHERE team = $2 AND id <> $1 AND state = 'planned'
                       AND starts_at < $3 ORDER BY starts_at DESC LIMIT 1)
      AND i.decision = '' AND (i.need IS NULL OR n.state IN ('open', 'addressed'))"""
# The last position is read under the meeting's lock, so that two who add at once do not get the same.
ADD = """
    INSERT INTO agenda_item (id, meeting, need, position, words, decision)
    SELECT gen_random_uuid(), $1, n, $3 + nr, $4, '' FROM unnest($2::uuid[]) WITH ORDINALITY AS u(n, nr)
    WHERE n IS NULL OR (EXISTS (SELECT FROM need WHERE id = n)
                        AND NOT EXISTS (SELECT FROM agenda_item WHERE meeting = $1 AND need = n))"""


async def start(actor: Actor, name: str, area: UUID | None) -> UUID:
    """A new team, of one district or of the whole town."""
    coordinators_only(actor)
    made: UUID = await database.fetchval(
        "INSERT INTO team (id, name, area, coordinator, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, $3, now()) RETURNING id",
        name, area, actor.account,
    )  # fmt: skip
    return made


async def add_member(actor: Actor, team: UUID, *, name: str, function: str, email: str, phone: str) -> None:
    """Somebody joins today; they get the letters of every meeting ahead. Raises Refused (404)."""
    coordinators_only(actor)
    async with database.transaction():
        member = await database.fetchval(
            "INSERT INTO team_member (id, team, name, function, email, phone, joined_on)"
            " SELECT gen_random_uuid(), id, $2, $3, $4, $5, $6 FROM team WHERE id = $1 AND closed_at IS NULL"
            " RETURNING id",
            team, name, function, email, phone, clock.today(centre.settings().timezone),
        )  # fmt: skip
        if member is None:
            raise Refused("", 404)
        for meeting in await _ahead(team):
            await team_letters.invite(centre.settings(), meeting, member=member)


async def end_member(actor: Actor, team: UUID, member: UUID) -> None:
    """Somebody leaves today; meetings ahead leave their calendar too. Once more: nothing happens."""
    coordinators_only(actor)
    async with database.transaction():
        left = await database.fetchval(
            "UPDATE team_member SET left_on = $3 WHERE id = $2 AND team = $1 AND left_on IS NULL RETURNING id",
            team, member, clock.today(centre.settings().timezone),
        )  # fmt: skip
        for meeting in await _ahead(team) if left else ():
            await team_letters.take_back(centre.settings(), meeting, member=member)


async def close(actor: Actor, team: UUID) -> None:
    """The team meets no more. Refused while a meeting is ahead."""
    coordinators_only(actor)
    async with database.transaction():
        await _held_team(team)
        if await _ahead(team):
            raise Refused(mark("Ten zespół ma jeszcze spotkanie przed sobą. Najpierw je odwołaj."))
        await database.execute("UPDATE team SET closed_at = coalesce(closed_at, now()) WHERE id = $1", team)


async def plan(
    actor: Actor,
    team: UUID,
    place: UUID,
    starts: datetime,
    ends: datetime,
    *,
    area: UUID | None,
    needs: Sequence[UUID] = (),
) -> UUID:
    """A meeting at naive wall times of the centre; everybody of the team gets it into their calendar.

    Its agenda: what the last meeting left undecided, then `needs`. Raises Refused (404; 409 for the past).
    """
    coordinators_only(actor)
    zone = centre.settings().timezone
    starts_at, ends_at = _ahead_of_now(starts, ends, zone)
    meeting = uuid4()
    async with database.transaction():
        await _held_team(team)
        made = await database.fetchval(
            f"{MEET} RETURNING id", meeting, team, area, place, starts, ends, zone, starts_at, ends_at
        )
        if made is None:
            raise Refused("", 404)
        await database.execute(CARRY_OVER, meeting, team, starts_at)
        await _put_on_agenda(meeting, list(needs), "")
        await team_letters.invite(centre.settings(), meeting)
    return meeting


async def move(actor: Actor, meeting: UUID, place: UUID, starts: datetime, ends: datetime) -> None:
    """Another time or place; the same entry in everybody's calendar changes. The same once more changes nothing."""
    coordinators_only(actor)
    starts_at, ends_at = _ahead_of_now(starts, ends, centre.settings().timezone)
    async with database.transaction():
        await _held(meeting, ahead=True)
        moved = await database.fetchval(
            "UPDATE team_meeting m SET place = p.id, starts_wall = $3, ends_wall = $4, starts_at = $5, ends_at = $6,"
            " sequence = sequence + 1, changed_at = now() FROM place p"
            " WHERE m.id = $1 AND p.id = $2 AND NOT p.private"
            " AND (m.place, m.starts_wall, m.ends_wall) IS DISTINCT FROM (p.id, $3, $4) RETURNING m.id",
            meeting, place, starts, ends, starts_at, ends_at,
        )  # fmt: skip
        if moved:
            await team_letters.invite(centre.settings(), meeting)


async def cancel(actor: Actor, meeting: UUID) -> None:
    """Calls the meeting off and takes it out of calendars. Its agenda waits for the next one."""
    coordinators_only(actor)
    async with database.transaction():
        await _held(meeting, ahead=True)
        await database.execute(
            "UPDATE team_meeting SET state = 'cancelled', sequence = sequence + 1, changed_at = now() WHERE id = $1",
            meeting,
        )
        await team_letters.take_back(centre.settings(), meeting)


async def put_on_agenda(actor: Actor, meeting: UUID, *, needs: Sequence[UUID] = (), words: str = "") -> None:
    """New points at the end: needs of the map that are not on it yet, or one in words."""
    coordinators_only(actor)
    async with database.transaction():
        await _held(meeting)
        await _put_on_agenda(meeting, list(needs), words)


async def take_off_agenda(actor: Actor, meeting: UUID, item: UUID) -> None:
    """Takes off a point that nothing was decided about and no task came from. Raises Refused (404, 409)."""
    coordinators_only(actor)
    async with database.transaction():
        await _held(meeting)
        known = await database.fetchval(
            "SELECT decision FROM agenda_item WHERE id = $1 AND meeting = $2", item, meeting
        )
        if known is None:
            raise Refused("", 404)
        if known or await database.fetchval("SELECT EXISTS (SELECT FROM team_task WHERE item = $1)", item):
            raise Refused(mark("Ten punkt ma już ustalenie albo zadanie, więc zostaje."))
        await database.execute("DELETE FROM agenda_item WHERE id = $1", item)


async def decide(actor: Actor, meeting: UUID, item: UUID, words: str, *, seen: datetime | None) -> None:
    """Writes down what was decided. `seen` is when the decision that the writer saw was written; Refused 409 else."""
    coordinators_only(actor)
    async with database.transaction():
        await _held(meeting)
        kept = await database.fetchval(
            "UPDATE agenda_item SET decision = $3, decided_at = now(), decided_by = $4"
            " WHERE id = $1 AND meeting = $2 AND decided_at IS NOT DISTINCT FROM $5 RETURNING id",
            item, meeting, words, actor.account, seen,
        )  # fmt: skip
        if not kept:
            raise Refused(mark("Ktoś właśnie zapisał to ustalenie inaczej. Twoje słowa stoją niżej, nic nie zginęło."))


async def give_task(
    actor: Actor, meeting: UUID, words: str, *, item: UUID | None, member: UUID | None, due: date | None
) -> None:
    """Somebody of the team takes something on. Raises Refused (404) for a point or a person of elsewhere."""
    coordinators_only(actor)
    async with database.transaction():
        team = await _held(meeting)
        made = await database.fetchval(
            "INSERT INTO team_task (id, meeting, item, words, member, due)"
            " SELECT gen_random_uuid(), $1, $2, $3, $4, $5"
            " WHERE ($2::uuid IS NULL OR EXISTS (SELECT FROM agenda_item WHERE id = $2 AND meeting = $1))"
            " AND ($4::uuid IS NULL OR EXISTS (SELECT FROM team_member WHERE id = $4 AND team = $6)) RETURNING id",
            meeting, item, words, member, due, team,
        )  # fmt: skip
        if made is None:
            raise Refused("", 404)


async def set_done(actor: Actor, team: UUID, task: UUID, *, done: bool) -> None:
    """Ticks a task off, or opens it again. Raises Refused (404)."""
    coordinators_only(actor)
    known = await database.fetchval(
        "UPDATE team_task t SET done_on = CASE WHEN $3 THEN coalesce(t.done_on, $4) END FROM team_meeting m"
        " WHERE t.id = $2 AND m.id = t.meeting AND m.team = $1 RETURNING t.id",
        team, task, done, clock.today(centre.settings().timezone),
    )  # fmt: skip
    if known is None:
        raise Refused("", 404)


def _ahead_of_now(starts: datetime, ends: datetime, zone: str) -> tuple[datetime, datetime]:
    starts_at, ends_at = instants(starts, ends, zone)
    if starts_at <= clock.now():
        raise Refused(mark("Ten termin już minął."))
    return starts_at, ends_at


async def _put_on_agenda(meeting: UUID, needs: list[UUID | None], words: str) -> None:
    last = await database.fetchval("SELECT coalesce(max(position), 0) FROM agenda_item WHERE meeting = $1", meeting)
    await database.execute(ADD, meeting, [*needs, *([None] if words else [])], last, words)


async def _ahead(team: UUID) -> list[UUID]:
    rows = await database.fetch(
        "SELECT id FROM team_meeting WHERE team = $1 AND state = 'planned' AND starts_at > now()"
        " ORDER BY id FOR UPDATE",
        team,
    )
    return [row["id"] for row in rows]


async def _held_team(team: UUID) -> None:
    if await database.fetchval("SELECT id FROM team WHERE id = $1 AND closed_at IS NULL FOR UPDATE", team) is None:
        raise Refused("", 404)


async def _held(meeting: UUID, *, ahead: bool = False) -> UUID:
    """Locks the meeting; its team. Raises Refused (404), and 409 when it is off or, if `ahead`, has begun."""
    row = await database.fetchrow(
        "SELECT team, state = 'planned' AS stands, starts_at > now() AS ahead FROM team_meeting WHERE id = $1"
        " FOR UPDATE",
        meeting,
    )
    if row is None:
        raise Refused("", 404)
    if not row["stands"] or (ahead and not row["ahead"]):
        raise Refused(OVER)
    team: UUID = row["team"]
    return team
