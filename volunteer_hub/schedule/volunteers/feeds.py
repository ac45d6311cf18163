"""A volunteer's own calendar address: a secret link that a calendar program reads again and again.

Only the hash of the secret is kept; a new link ends the old one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import calendar, notices
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, speaking

PAST_DAYS = 60

# What was accepted and then fell through stays, as cancelled: some programs never forget an event that just vanishes.
EVENTS = f"""
    SELECT s.id, {notices.MEETING}, r.name AS role, r.tasks, false AS through_guardian,
           s.state NOT IN ('accepted', 'done', 'missed') OR m.state = 'cancelled' AS off,
           greatest(m.changed_at, c.last) AS stamp
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN role_asked r ON r.id = o.role
    JOIN meeting m ON m.id = o.meeting {notices.AROUND}
    JOIN LATERAL (SELECT max(at) AS last, bool_or(became = 'accepted') AS once FROM assignment_change
                  WHERE assignment = s.id) c ON c.once
    WHERE s.volunteer = $2 AND m.ends_at > now() - make_interval(days => $3)
    ORDER BY m.starts_at, s.id"""


async def renew(actor: Actor) -> str:
    """A new secret for the signed-in volunteer's calendar, told only now; the old one ends. For others: Refused 404."""
    token = secret.token()
    async with database.transaction():
        volunteer = await database.fetchval(
            "UPDATE volunteer SET feed_hash = $1 WHERE account = $2 RETURNING id",
            secret.fingerprint(token).hex(), actor.account,
        )  # fmt: skip
        if volunteer is None:
            raise Refused("", 404)
        await audit.record(actor, "people.calendar", f"volunteer:{volunteer}")
    return token


async def exists(actor: Actor) -> bool:
    """Whether the signed-in volunteer has a calendar address already."""
    return bool(
        await database.fetchval("SELECT feed_hash IS NOT NULL FROM volunteer WHERE account = $1", actor.account)
    )


async def calendar_of(settings: Settings, volunteer: UUID, language: str) -> tuple[bytes, datetime]:
    """All the volunteer accepted, from two months back on, and when it changed; the same bytes while nothing did."""
    rows = await database.fetch(EVENTS, CONFIDENTIAL, volunteer, PAST_DAYS)
    with speaking(language):
        events = [notices.event(settings, row, row["stamp"], cancelled=row["off"]) for row in rows]
        return calendar.feed(events, gettext("Moje zadania"), settings.timezone), changed(settings, rows)


def changed(settings: Settings, rows: Iterable[Mapping[str, Any]]) -> datetime:
    """The newest `stamp`, but at least the beginning of today: of names and places nobody keeps when they changed."""
    today = clock.instant(datetime.combine(clock.today(settings.timezone), time()), settings.timezone)
    return max([today, *(row["stamp"] for row in rows if row["stamp"])])
