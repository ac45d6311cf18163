"""The worker's look at what is public: what has come, changed or gone since the last one is told to the webhooks.

A look and all that it tells are one transaction: a worker that dies before its end has looked at nothing and told
nothing, and the next look finds the same. What changed and changed back in between is no change.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.exchange.api_access import events, public_marks
from volunteer_hub.exchange.api_access.rules import Ended, Kind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging import hooks, outbox
from volunteer_hub.settings import Settings

# How old a look is before the next one.
LOOK_SECONDS = 10.0

HEARING = """
    SELECT id, kinds FROM webhook WHERE ended_at IS NULL AND stopped_at IS NULL AND $1 = ANY(kinds) ORDER BY id"""

# Of what nobody hears any more nothing is remembered: who asks for it again begins with what is public then.
FORGET = """
    WITH heard AS (SELECT DISTINCT unnest(kinds) AS kind FROM webhook WHERE ended_at IS NULL AND stopped_at IS NULL),
         gone AS (DELETE FROM public_look WHERE kind NOT IN (SELECT kind FROM heard)),
         marks AS (DELETE FROM public_mark WHERE kind NOT IN (SELECT kind FROM heard))
    SELECT kind FROM heard"""

FIRST = "INSERT INTO public_look (kind, looked_at) VALUES ($1, now()) ON CONFLICT DO NOTHING RETURNING kind"

# One worker looks; another that comes meanwhile has nothing to do.
MINE = """
    SELECT now() AS now FROM public_look
    WHERE kind = $1 AND looked_at <= now() - $2 * interval '1 second' FOR UPDATE SKIP LOCKED"""
LOOKED = "UPDATE public_look SET looked_at = now() WHERE kind = $1"

REMEMBER = """
    WITH seen AS (SELECT * FROM unnest($2::uuid[], $3::bytea[]) AS s (subject, mark)),
         gone AS (
             DELETE FROM public_mark m WHERE m.kind = $1 AND NOT EXISTS (SELECT FROM seen s WHERE s.subject = m.subject)
             RETURNING m.subject),
         told AS (
             INSERT INTO public_mark AS m (id, kind, subject, mark)
             SELECT gen_random_uuid(), $1, s.subject, s.mark FROM seen s
             LEFT JOIN public_mark o ON o.kind = $1 AND o.subject = s.subject
             WHERE o.mark IS DISTINCT FROM s.mark
             ON CONFLICT (kind, subject) DO UPDATE SET mark = excluded.mark
             RETURNING m.subject, m.xmax = 0 AS new)
    SELECT subject, 'removed' AS what FROM gone
    UNION ALL SELECT subject, CASE WHEN new THEN 'created' ELSE 'changed' END FROM told ORDER BY subject"""

# A receiver that says 410 wants no more.
GONE = """
    UPDATE webhook w SET ended_at = now(), ended_why = $1
    WHERE ended_at IS NULL AND EXISTS (
        SELECT FROM message m WHERE m.about = 'webhook:' || w.id AND m.state = 'undelivered' AND m.error = '410')
    RETURNING w.id"""


async def plan(settings: Settings) -> int:
    """One round of the worker; how many hooks it put."""
    await _end_what_is_gone()
    heard = {Kind(row["kind"]) for row in await database.fetch(FORGET)}
    return sum([await look(settings, kind) for kind in Kind if kind in heard])


async def begin(settings: Settings, kinds: frozenset[Kind]) -> None:
    """What is public of these now is known from now on. In the transaction that makes or starts a webhook."""
    for kind in kinds:
        if await database.fetchval(FIRST, kind.value):
            await _remember(kind, await public_marks.now(settings, kind))


async def look(settings: Settings, kind: Kind, *, after: float = LOOK_SECONDS) -> int:
    """Tells what has changed, unless the last look was less than `after` seconds ago; how many hooks that are."""
    async with database.transaction():
        if not (mine := await database.fetchval(MINE, kind.value, after)):
            await begin(settings, frozenset({kind}))
            return 0
        changed = await _remember(kind, await public_marks.now(settings, kind))
        await database.execute(LOOKED, kind.value)
        return await _tell(settings, kind, changed, mine)


async def _remember(kind: Kind, public: Mapping[UUID, bytes]) -> list[tuple[UUID, events.What]]:
    rows = await database.fetch(REMEMBER, kind.value, list(public), list(public.values()))
    return [(row["subject"], row["what"]) for row in rows]


async def _tell(settings: Settings, kind: Kind, changed: list[tuple[UUID, events.What]], at: datetime) -> int:
    heard_by = [row["id"] for row in await database.fetch(HEARING, kind.value)] if changed else []
    said = [(subject, events.of(settings.public_url, kind, what, subject, at)) for subject, what in changed]
    return await hooks.put([
        (webhook, f"hook:{webhook.hex}:{subject.hex}:{at.timestamp():.6f}", event.type, events.written(event))
        for webhook in heard_by
        for subject, event in said
    ])  # fmt: skip


async def _end_what_is_gone() -> None:
    async with database.transaction():
        for row in await database.fetch(GONE, Ended.BY_THEM.value):
            await outbox.cancel(about=hooks.about(row["id"]))
            await audit.record(SYSTEM, "webhook.gone", hooks.about(row["id"]))
