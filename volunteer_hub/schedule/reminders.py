"""Reminders: when one is due, and who gets one now. None is planned ahead, so a moved meeting leaves none behind."""

from datetime import datetime, time, timedelta

import structlog

from volunteer_hub.kit import clock, database
from volunteer_hub.schedule import notices
from volunteer_hub.settings import Settings

log = structlog.get_logger("schedule")

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


VOLUNTEERS = """
    SELECT b.assignment, m.starts_wall, m.timezone, 'reminder:' || b.id || ':' || m.sequence AS key
    FROM meeting m JOIN booking b ON b.meeting = m.id AND b.accepted
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at < $2
      AND NOT EXISTS (SELECT FROM message g WHERE g.key = 'reminder:' || b.id || ':' || m.sequence || ':sms')
    ORDER BY m.starts_at, b.id LIMIT $3"""

# A participant who has already said no is left alone.
PARTICIPANTS = """
    SELECT m.id AS meeting, e.id AS member, m.starts_wall, m.timezone, m.sequence
    FROM meeting m JOIN member e ON e.initiative = m.initiative JOIN participant p ON p.id = e.participant
    LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at < $2 AND p.sms_ok AND p.phone IS NOT NULL
      AND e.joined_on <= m.starts_wall::date AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)
      AND c.comes IS DISTINCT FROM false
      AND NOT EXISTS (SELECT FROM message g WHERE g.key = 'reminder:' || c.id || ':' || m.sequence || ':sms')
    ORDER BY m.starts_at, e.id LIMIT $3"""


async def plan(settings: Settings, now: datetime | None = None) -> int:
    """Puts what is due at `now` (unless said: by the database's clock) into the outbox, each at most once; how many."""
    now = now or await database.fetchval("SELECT now()")
    put = 0
    for row in await database.fetch(VOLUNTEERS, now, now + AHEAD, MOST_PER_TICK):
        if is_due(row["starts_wall"], row["timezone"], now):
            async with database.transaction():
                await notices.tell(settings, [row["assignment"]], "reminder", key=row["key"])
            put += 1
    for row in await database.fetch(PARTICIPANTS, now, now + AHEAD, MOST_PER_TICK):
        if is_due(row["starts_wall"], row["timezone"], now):
            async with database.transaction():
                key = f"reminder:{{id}}:{row['sequence']}"
                await notices.tell_participants(
                    settings, row["meeting"], "participant_reminder", key=key, member=row["member"]
                )
            put += 1
    return put
