"""What is newly urgent reaches coordinators by e-mail: once each, not at night, never with a name or a theme.

docs/decisions/0039-the-days-queue.md says what is urgent, who is told, and why this way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.intake import queries as requests
from volunteer_hub.intake.desks import shown
from volunteer_hub.intake.queries import LATE
from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import outbox, quiet
from volunteer_hub.messaging.quiet import Hours
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.reports import rules
from volunteer_hub.reports.lines_now import OUR_DESKS
from volunteer_hub.reports.queue import FAILED
from volunteer_hub.settings import Settings

# Of all workers one looks, every two minutes.
OFTEN = Limit("urgent", 1, 120)
PAUSE = timedelta(minutes=15)
# What is still in the outbox by then is old news: the page says how things stand.
STALE = timedelta(hours=6)
REPLY_WAITS = timedelta(hours=1)
FAILED_HOURS = 24
# So many lines stand in a mail; the rest is a number.
MOST_LINES = 10

# $1: now; $2: states of messages that need a call; $3: since when requests are not late; $4: the centre's zone.
# `at`: when its meeting begins, or since when it waits.
ITEMS = f"""
    SELECT 'short:' || o.id AS item, 'short' AS kind, o.id AS page, i.coordinator AS runs, m.starts_at AS meets,
           m.starts_at AS at, o.least - o.taken AS n
    FROM meeting m JOIN opening o ON o.meeting = m.id AND o.taken < o.least JOIN initiative i ON i.id = m.initiative
    WHERE m.state = 'planned' AND m.starts_at BETWEEN $1 AND $1 + interval '{rules.NEAR.days} days'
    UNION ALL
    SELECT 'gone:' || c.id, 'gone', o.id, i.coordinator, m.starts_at, m.starts_at, 1
    FROM assignment_change c JOIN assignment a ON a.id = c.assignment JOIN opening o ON o.id = a.opening
    JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    WHERE c.was = 'accepted' AND c.became IN ('withdrawn', 'declined') AND c.channel <> 'desk'
      AND c.at > $1 - interval '1 day' AND (c.at AT TIME ZONE $4)::date = m.starts_wall::date
      AND m.state = 'planned' AND m.starts_at > $1 AND o.taken < o.most
    UNION ALL
    (SELECT DISTINCT ON (w.address) 'reply:' || w.id, 'reply', w.id, NULL, NULL, w.received_at, 1 FROM inbound w
     WHERE w.handled_at IS NULL AND w.received_at <= $1 ORDER BY w.address, w.received_at, w.id)
    UNION ALL
    SELECT 'failed:' || g.id, 'failed', g.id, i.coordinator, m.starts_at, m.starts_at, 1
    FROM message g
    JOIN assignment a ON a.id = CASE WHEN g.about ~ '^assignment:[0-9a-f-]{{36}}$' THEN substr(g.about, 12)::uuid END
    JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    WHERE g.state = ANY($2) AND {shown("g.about", OUR_DESKS)} AND m.state = 'planned'
      AND m.starts_at BETWEEN $1 AND $1 + interval '{FAILED_HOURS} hours'
    UNION ALL
    SELECT 'request:' || r.id || ':' || r.state, 'request', r.id, NULL, NULL, r.desk_since, 1 FROM request r
    WHERE r.desk IN ({", ".join(f"'{desk}'" for desk in OUR_DESKS)}) AND {LATE.replace("$2", "$3")}
    ORDER BY at, item"""

COORDINATORS = """
    SELECT id, email, language, urgent_mail FROM account
    WHERE role = 'coordinator' AND closed_at IS NULL AND email IS NOT NULL ORDER BY id"""

# Holds the account until the mail is put, so that two workers do not each find that nothing went out lately.
MAY_BE_TOLD = "SELECT 1 FROM account WHERE id = $1 AND urgent_mail AND closed_at IS NULL FOR NO KEY UPDATE"
TOLD_LATELY = "SELECT EXISTS (SELECT FROM urgent_told WHERE account = $1 AND at > $2)"
TELL = """
    INSERT INTO urgent_told (id, account, item, at) SELECT gen_random_uuid(), $1, item, $3 FROM unnest($2::text[]) item
    ON CONFLICT (account, item) DO NOTHING RETURNING item"""
# Only what was told a while ago: another worker may just have found what this one did not see yet.
FORGET = "DELETE FROM urgent_told WHERE item <> ALL($1) AND at < $2"


@dataclass(frozen=True, slots=True)
class Item:
    """Something urgent. `meets`: when its meeting begins, if it has one; `at`: that, or since when it waits."""

    item: str
    kind: str
    page: UUID
    runs: UUID | None
    meets: datetime | None
    at: datetime
    n: int


async def plan(settings: Settings) -> None:
    """The worker's: every two minutes, whoever comes first."""
    if await limits.spend(settings, OFTEN, "hub"):
        await tell(settings)


async def tell(settings: Settings, now: datetime | None = None) -> int:
    """Tells each coordinator what is urgent at `now` and is new to them; how many e-mails. Any number may run."""
    now = now or await database.fetchval("SELECT now()")
    zone, hours = settings.timezone, quiet.hours(settings)
    rows = await database.fetch(ITEMS, now, FAILED, requests.not_late_since(zone), zone)
    items = [Item(**row) for row in rows]
    coordinators = await database.fetch(COORDINATORS)
    ids = {row["id"] for row in coordinators}
    put = 0
    for row in coordinators:
        theirs = [item for item in items if item.runs == row["id"] or item.runs not in ids]
        due = [item for item in theirs if is_due(item, now, zone, hours)]
        put += bool(row["urgent_mail"] and due) and await _tell(settings, row, due, now)
    await database.execute(FORGET, [item.item for item in items], now - PAUSE)
    return put


def is_due(item: Item, now: datetime, zone: str, hours: Hours | None) -> bool:
    """Whether this may be written of now: by day, or where the meeting is near; an SMS after an hour's work."""
    if quiet.is_quiet(now, hours) and not (item.meets and item.meets - now <= rules.AT_NIGHT_TOO):
        return False
    if item.kind != "reply":
        return True
    return rules.at_work(clock.wall(item.at, zone), clock.wall(now, zone)) > REPLY_WAITS


async def _tell(settings: Settings, coordinator: Any, due: Sequence[Item], now: datetime) -> bool:
    async with database.transaction():
        id = coordinator["id"]
        if not await database.fetchval(MAY_BE_TOLD, id) or await database.fetchval(TOLD_LATELY, id, now - PAUSE):
            return False
        new = {row["item"] for row in await database.fetch(TELL, id, [item.item for item in due], now)}
        if not new:
            return False
        return await outbox.put(
            key=f"urgent:{uuid4()}",
            about=f"account:{id}",
            channel=Channel.EMAIL,
            address=coordinator["email"],
            language=coordinator["language"],
            template="urgent",
            values=_said(settings, [item for item in due if item.item in new]),
            expires_at=now + STALE,
        )


def _said(settings: Settings, new: Sequence[Item]) -> dict[str, object]:
    """What the mail says: kinds, numbers, hours and links."""
    where = {"reply": "messages", "failed": "messages", "request": "requests"}
    lines = [
        {"kind": one.kind, "n": one.n, "at": one.at,
         "url": f"{settings.public_url}/desk/{where.get(one.kind, 'openings')}/{one.page}"}
        for one in new[:MOST_LINES]
    ]  # fmt: skip
    return {
        "lines": lines, "total": len(new), "more": len(new) - len(lines), "zone": settings.timezone,
        "desk": f"{settings.public_url}/desk", "account": f"{settings.public_url}/desk/account",
        "centre": settings.centre_name,
    }  # fmt: skip
