"""The worker's eye: on the log, so that the protection officer hears of many people read in an hour and of a broken
chain; and on the day's budget of strangers' SMS, so that coordinators hear when it is spent.
"""

from datetime import datetime, time
from uuid import uuid4

import structlog

from volunteer_hub.access import audit, chain, strangers
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

log = structlog.get_logger("watch")

WATCH_LOCK = 727_003
# More people than this within an hour is not a day's work at the desk.
MANY = 50
# Verbs of seeing end so; what they are about are people, or requests with somebody's own words.
SEEING, PEOPLE = r"\.(open|read|export)$", "^(volunteer|participant|request):"

# Who took a list of people away (access/files.py) has seen as many as its file has lines.
LISTS = "^list:/desk/(people|participants|requests|contracts|initiatives/[^?]+/members)"

BUSY = """
    SELECT * FROM (
        SELECT e.account, count(DISTINCT e.about) FILTER (WHERE e.verb <> 'list.export')
               + coalesce(sum(e.outcome::int) FILTER (WHERE e.verb = 'list.export'), 0) AS persons
        FROM audit_entry e
        WHERE e.at > now() - interval '1 hour' AND e.account IS NOT NULL
          AND (e.verb ~ $1 AND e.about ~ $2 OR e.verb = 'list.export' AND e.about ~ $4)
          AND NOT EXISTS (SELECT FROM audit_entry told WHERE told.about = 'account:' || e.account
                          AND told.verb = 'audit.many-reads' AND told.at > now() - interval '1 hour')
        GROUP BY e.account) busy
    WHERE persons > $3"""

VERIFIED = "SELECT EXISTS (SELECT FROM audit_entry WHERE about = 'log' AND verb = 'audit.verify' AND at >= $1)"

# The desk's queue finds it by what it is about (reports/warnings.py).
BUDGET = "sms-budget:{day}"
TOLD = "SELECT EXISTS (SELECT FROM audit_entry WHERE about = $1)"

WITH_ROLE = "SELECT id, email, language FROM account WHERE role = $1 AND closed_at IS NULL AND email IS NOT NULL"


async def plan(settings: Settings) -> None:
    """One round of the worker."""
    await _many_reads(settings)
    await _budget(settings)
    await _every_night(settings)


async def _many_reads(settings: Settings) -> None:
    """One entry and one letter for each account and hour, however many workers look."""
    if not await database.fetch(BUSY, SEEING, PEOPLE, MANY, LISTS):
        return
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", WATCH_LOCK)
        for row in await database.fetch(BUSY, SEEING, PEOPLE, MANY, LISTS):
            await audit.record(SYSTEM, "audit.many-reads", f"account:{row['account']}")
            name = await database.fetchval("SELECT name FROM account WHERE id = $1", row["account"])
            page = f"{settings.public_url}/desk/log?account={row['account']}"
            values = {"name": name or "–", "persons": row["persons"], "page": page}
            await _tell(settings, Role.PROTECTION_OFFICER, "many_reads", values)
            log.warning("many people read in an hour", persons=row["persons"])


async def _budget(settings: Settings) -> None:
    """One entry and one letter to each coordinator on a day when the budget is spent."""
    about = BUDGET.format(day=clock.today(settings.timezone))
    if not await strangers.ran_out(settings) or await database.fetchval(TOLD, about):
        return
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock($1)", WATCH_LOCK)
        if await database.fetchval(TOLD, about):
            return
        await audit.record(SYSTEM, "sms.budget", about)
        values = {"budget": settings.sms_daily_budget, "url": settings.public_url}
        await _tell(settings, Role.COORDINATOR, "sms_budget", values)
        log.warning("the day's SMS of public forms are spent", budget=settings.sms_daily_budget)


async def _every_night(settings: Settings) -> None:
    """The first round after midnight verifies the chain, and a whole one gets its witness."""
    midnight = _midnight(settings.timezone)
    if await database.fetchval(VERIFIED, midnight) or not await database.fetchval("SELECT max(seq) FROM audit_link"):
        return
    async with database.transaction():
        if not await database.fetchval("SELECT pg_try_advisory_xact_lock($1)", WATCH_LOCK):
            return
        if await database.fetchval(VERIFIED, midnight):
            return
        verdict = await chain.verify(settings)
        await audit.record(SYSTEM, "audit.verify", "log", "broken" if verdict.faults else "done")
        if verdict.faults:
            log.error("the log was tampered with", faults=[fault.what for fault in verdict.faults])
            await _tell(settings, Role.PROTECTION_OFFICER, "log_broken", {"page": f"{settings.public_url}/desk/log"})
        else:
            log.info("the log is whole", entries=verdict.seq, hash=verdict.hash.hex())
            await chain.bear_witness(settings, verdict)


def _midnight(timezone: str) -> datetime:
    return clock.instant(datetime.combine(clock.today(timezone), time()), timezone)


async def _tell(settings: Settings, role: Role, template: str, values: dict[str, object]) -> None:
    for person in await database.fetch(WITH_ROLE, role.value):
        await outbox.put(
            key=f"{template}:{uuid4()}",
            about=f"account:{person['id']}",
            channel=Channel.EMAIL,
            address=person["email"],
            language=person["language"],
            template=template,
            values=values | {"centre": settings.centre_name},
        )
