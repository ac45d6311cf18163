"""Who gets a reminder now. None is planned ahead, so a moved meeting leaves none behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import notices
from volunteer_hub.schedule.reminding.rules import USUAL, Audience, Kind, Planned, Rule, covers, due
from volunteer_hub.settings import Settings

# From 17:00 to the last minute of the next day, an hour more when the clock goes back in between, and some days more
# where a reminder leaves before holidays.
AHEAD = timedelta(hours=32 + 4 * 24)
MOST_PER_TICK = 200

# So that a tick need not look at all that is planned; rules.due has the last word.
MEETINGS = """
    SELECT m.id, m.starts_wall, m.timezone, r.rules FROM meeting m
    CROSS JOIN LATERAL (
        SELECT coalesce(max(hours), 0) AS longest,
               coalesce(array_agg(audience || ':' || kind || ':' || hours ORDER BY kind, hours), '{}') AS rules
        FROM reminder_rule WHERE initiative = m.initiative) AS r
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at < $1 + $2 + interval '7 days'
      AND m.starts_at < $1 + $2 + make_interval(hours => r.longest)"""

DUE = """
    unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS due (meeting, rule, since)
    JOIN meeting m ON m.id = due.meeting"""
TOLD = """
    SELECT FROM message g WHERE g.about = {about} AND g.template = '{template}'
      AND g.key LIKE 'reminder:' || {id} || ':' || m.sequence || ':%'
      AND (g.due_at > due.since
           OR g.key IN ('reminder:' || {id} || ':' || m.sequence || due.rule || ':sms',
                        'reminder:' || {id} || ':' || m.sequence || due.rule || ':email'))"""
OF_VOLUNTEER = TOLD.format(about="'assignment:' || b.assignment", template="reminder", id="b.id")
OF_PARTICIPANT = TOLD.format(about="'coming:' || c.id", template="participant_reminder", id="c.id")

VOLUNTEERS = f"""
    SELECT m.id AS meeting, due.rule, due.since, b.id AS booking, b.assignment, m.sequence
    FROM {DUE} JOIN booking b ON b.meeting = m.id AND b.accepted JOIN volunteer v ON v.id = b.volunteer
    WHERE m.state = 'planned' AND (sms_to(v) <> '' OR mail_to(v) <> '') AND {notices.MAY_HEAR}
      AND NOT EXISTS ({OF_VOLUNTEER})
    ORDER BY m.starts_at, b.id LIMIT {MOST_PER_TICK}"""

# A participant who has already said no is left alone.
PARTICIPANTS = f"""
    SELECT m.id AS meeting, due.rule, due.since, e.id AS member, m.sequence
    FROM {DUE} JOIN member e ON e.initiative = m.initiative JOIN participant p ON p.id = e.participant
    LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.state = 'planned' AND p.sms_ok AND p.phone IS NOT NULL AND p.restricted_at IS NULL
      AND e.joined_on <= m.starts_wall::date AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)
      AND c.comes IS DISTINCT FROM false
      AND NOT EXISTS ({OF_PARTICIPANT})
    ORDER BY m.starts_at, e.id LIMIT {MOST_PER_TICK}"""

# Asked again under locks: since the list was read, the meeting may have been moved, the yes taken back, or another
# worker reminded them by another rule.
STANDS = "SELECT true FROM meeting WHERE id = $1 AND state = 'planned' AND sequence = $2 FOR SHARE"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('reminder:' || $1::text, 0))"
VOLUNTEER_STILL = f"""
    SELECT true FROM {DUE} JOIN booking b ON b.meeting = m.id AND b.accepted
    WHERE b.id = $4 AND NOT EXISTS ({OF_VOLUNTEER})"""
PARTICIPANT_STILL = f"""
    SELECT true FROM {DUE} LEFT JOIN coming c ON c.meeting = m.id AND c.member = $4
    WHERE c.comes IS DISTINCT FROM false AND NOT EXISTS ({OF_PARTICIPANT})"""


@dataclass(frozen=True, slots=True)
class _Meetings:
    """The meetings of which somebody is to have been reminded by now, each with its rule and since when one counts."""

    ids: list[UUID]
    rules: list[str]
    since: list[datetime]

    def add(self, meeting: UUID, reminder: Planned) -> None:
        self.ids.append(meeting)
        self.rules.append(reminder.rule.suffix)
        self.since.append(covers(reminder.at))


async def plan(settings: Settings, now: datetime | None = None) -> int:
    """Puts what is due at `now` (unless said: by the database's clock) into the outbox, each at most once; how many."""
    now = now or await database.fetchval("SELECT now()")
    found = {audience: _Meetings([], [], []) for audience in Audience}
    for row in await database.fetch(MEETINGS, now, AHEAD):
        for audience, meetings in found.items():
            rules = of_rows(row["rules"], audience)
            if reminder := due(row["starts_wall"], row["timezone"], rules, quiet.current(), now):
                meetings.add(row["id"], reminder)
    rows = [*await _people(VOLUNTEERS, found[Audience.VOLUNTEERS])]
    rows += await _people(PARTICIPANTS, found[Audience.PARTICIPANTS])
    return sum([await _remind(settings, row) for row in rows])


def of_rows(rows: Sequence[str], audience: Audience) -> tuple[Rule, ...]:
    """The rules for these people, of all of an initiative as "audience:kind:hours"; none are kept: the usual one."""
    told = [row.split(":") for row in rows]
    return tuple(Rule(Kind(kind), int(hours)) for of, kind, hours in told if of == audience) or USUAL


async def _people(sql: str, meetings: _Meetings) -> list[asyncpg.Record]:
    return await database.fetch(sql, meetings.ids, meetings.rules, meetings.since) if meetings.ids else []


async def _remind(settings: Settings, row: asyncpg.Record) -> bool:
    meeting, sequence, booking = row["meeting"], row["sequence"], row.get("booking")
    who = booking or row["member"]
    async with database.transaction():
        if not await database.fetchval(STANDS, meeting, sequence):
            return False
        await database.execute(ONE_AT_A_TIME, str(who))
        still = VOLUNTEER_STILL if booking else PARTICIPANT_STILL
        if not await database.fetchval(still, [meeting], [row["rule"]], [row["since"]], who):
            return False
        if booking:
            key = f"reminder:{booking}:{sequence}{row['rule']}"
            await notices.tell(settings, [row["assignment"]], "reminder", key=key, wakes=Wakes.NEVER)
        else:
            await notices.tell_participants(
                settings, meeting, "participant_reminder", key=f"reminder:{{id}}:{sequence}{row['rule']}",
                member=who, wakes=Wakes.NEVER,
            )  # fmt: skip
    return True
