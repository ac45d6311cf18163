"""Reminders: when one is due, and who gets one now. None is planned ahead, so a moved meeting leaves none behind."""

from datetime import datetime, time, timedelta

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.schedule import notices
from volunteer_hub.settings import Settings

EVENING = time(17)
NIGHT = time(20)
MORNING = time(8)
# From 17:00 to the last minute of the next day, and an hour more when the clock goes back in between.
AHEAD = timedelta(hours=32)
MOST_PER_TICK = 200


def moment(starts_wall: datetime, timezone: str, since: datetime) -> datetime | None:
    """When the reminder of a meeting goes to somebody who is to have one from `since` on; None: it would be too late.

    17:00 of the evening before, on the wall of `timezone`. Whoever joins after that gets it at once, but between 20:00
    and 8:00 the phone stays silent and it waits for the morning. Never once the meeting has begun.
    """
    eve = starts_wall.date() - timedelta(days=1)
    at = max(clock.instant(datetime.combine(eve, EVENING), timezone), since)
    local = clock.wall(at, timezone)
    if local.time() >= NIGHT:
        at = clock.instant(datetime.combine(local.date() + timedelta(days=1), MORNING), timezone)
    elif local.time() < MORNING:
        at = clock.instant(datetime.combine(local.date(), MORNING), timezone)
    return at if at < clock.instant(starts_wall, timezone) else None


def is_due(starts_wall: datetime, timezone: str, now: datetime) -> bool:
    """Whether it is to go out at this very moment, if it has not gone yet."""
    return moment(starts_wall, timezone, now) == now


# So that a tick at noon need not look at all of tomorrow; `is_due` has the last word.
EVE = f"(m.starts_wall::date - 1 + time '{EVENING:%H:%M}') AT TIME ZONE m.timezone <= $1"

VOLUNTEERS = f"""
    SELECT m.id AS meeting, b.id AS booking, b.assignment, m.starts_wall, m.timezone, m.sequence
    FROM meeting m JOIN booking b ON b.meeting = m.id AND b.accepted JOIN volunteer v ON v.id = b.volunteer
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at < $2 AND {EVE}
      AND (sms_to(v) <> '' OR mail_to(v) <> '')
      AND {notices.MAY_HEAR}
      AND NOT EXISTS (SELECT FROM message g WHERE g.key IN (
          'reminder:' || b.id || ':' || m.sequence || ':sms', 'reminder:' || b.id || ':' || m.sequence || ':email'))
    ORDER BY m.starts_at, b.id LIMIT {MOST_PER_TICK}"""

# A participant who has already said no is left alone.
PARTICIPANTS = f"""
    SELECT m.id AS meeting, e.id AS member, m.starts_wall, m.timezone, m.sequence
    FROM meeting m JOIN member e ON e.initiative = m.initiative JOIN participant p ON p.id = e.participant
    LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at < $2 AND {EVE}
      AND p.sms_ok AND p.phone IS NOT NULL AND p.restricted_at IS NULL
      AND e.joined_on <= m.starts_wall::date AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)
      AND c.comes IS DISTINCT FROM false
      AND NOT EXISTS (SELECT FROM message g WHERE g.key = 'reminder:' || c.id || ':' || m.sequence || ':sms')
    ORDER BY m.starts_at, e.id LIMIT {MOST_PER_TICK}"""


# Asked again under a lock: since the list was read, the meeting may have been moved or the yes taken back.
STILL_STANDS = """
    SELECT true FROM meeting m WHERE m.id = $1 AND m.state = 'planned' AND m.sequence = $2
      AND ($3::uuid IS NULL OR EXISTS (SELECT FROM booking b WHERE b.id = $3 AND b.accepted)) FOR SHARE"""


async def plan(settings: Settings, now: datetime | None = None) -> int:
    """Puts what is due at `now` (unless said: by the database's clock) into the outbox, each at most once; how many."""
    now = now or await database.fetchval("SELECT now()")
    volunteers = await database.fetch(VOLUNTEERS, now, now + AHEAD)
    participants = await database.fetch(PARTICIPANTS, now, now + AHEAD)
    due = [row for row in (*volunteers, *participants) if is_due(row["starts_wall"], row["timezone"], now)]
    return sum([await _remind(settings, row) for row in due])


async def _remind(settings: Settings, row: asyncpg.Record) -> bool:
    meeting, sequence, booking = row["meeting"], row["sequence"], row.get("booking")
    async with database.transaction():
        if not await database.fetchval(STILL_STANDS, meeting, sequence, booking):
            return False
        if booking:
            key = f"reminder:{booking}:{sequence}"
            await notices.tell(settings, [row["assignment"]], "reminder", key=key)
        else:
            key, member = f"reminder:{{id}}:{sequence}", row["member"]
            await notices.tell_participants(settings, meeting, "participant_reminder", key=key, member=member)
    return True
