"""The rules of keeping carried out: once a night by a worker, in small steps beside a running centre; or only counted.

A night belongs to whoever writes its row first, which the database allows once. What a night does not manage, or a
killed worker leaves, the next one finds: the rules ask for what is due, not for what was not done.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import erasure
from volunteer_hub.privacy.map_periods import OF_MAP
from volunteer_hub.privacy.message_periods import OF_MESSAGES, OF_SECURITY
from volunteer_hub.privacy.paper_periods import OF_PAPERS
from volunteer_hub.privacy.people_periods import OF_PEOPLE
from volunteer_hub.privacy.periods import Act, Rule
from volunteer_hub.settings import Settings

log = structlog.get_logger("retention")

# People first: what hangs on them goes with them.
RULES: tuple[Rule, ...] = (*OF_PEOPLE, *OF_PAPERS, *OF_MAP, *OF_MESSAGES, *OF_SECURITY)
BY_KEY = {rule.key: rule for rule in RULES}

# What is of one person, and whose a row is: each of them gets a line in the log, as for any other change.
OF_PERSON = {"volunteer": "'volunteer:' || id"} | dict.fromkeys(
    ("availability", "away", "clearance"), "'volunteer:' || volunteer"
)

BATCH = 200
# A night's share of one rule; a round of the worker must come to an end.
BATCHES = 25

CLAIM = """
    INSERT INTO retention_run (id, at, night, dry, counts) VALUES (gen_random_uuid(), now(), $1, false, '{}')
    ON CONFLICT (night) DO NOTHING RETURNING id"""


@dataclass(frozen=True)
class Run:
    """One night, or a dry run: how many rows of which rule, by its key."""

    at: datetime
    night: date | None
    dry: bool
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


async def plan(settings: Settings) -> None:
    """One round of the worker: the first of a night cleans, of all workers one."""
    night = clock.today(settings.timezone)
    if await database.fetchval("SELECT EXISTS (SELECT FROM retention_run WHERE night = $1)", night):
        return
    if run := await database.fetchval(CLAIM, night):
        await _clean(settings, run)


async def now(settings: Settings) -> dict[str, int]:
    """Cleans at once, whatever night it is: after a backup was restored. How many rows of which rule."""
    run = await database.fetchval(
        "INSERT INTO retention_run (id, at, dry, counts) VALUES (gen_random_uuid(), now(), false, '{}') RETURNING id"
    )
    return await _clean(settings, run)


async def dry() -> dict[str, int]:
    """How many rows of which rule would go now. Written down, so that the protection officer sees it was asked."""
    counts = await due()
    await database.execute(
        "INSERT INTO retention_run (id, at, dry, counts) VALUES (gen_random_uuid(), now(), true, $1::jsonb)",
        json.dumps(counts),
    )
    return counts


async def due() -> dict[str, int]:
    """How many rows of which rule are past their period at this moment."""
    return {
        rule.key: await database.fetchval(f"SELECT count(*) FROM {rule.table} r WHERE {rule.where}") for rule in RULES
    }


def table(counts: dict[str, int]) -> list[str]:
    """A line for each rule: how many rows, of what, what happens to them, after how long. For administrators."""
    rows = [(n, BY_KEY[key]) for key, n in counts.items()]
    return [f"{n:>8}  {r.key:<18}{r.table:<18}{r.act:<8}after {r.period.n} {r.period.unit}" for n, r in rows]


async def runs(most: int = 14) -> list[Run]:
    """The newest runs first."""
    rows = await database.fetch("SELECT at, night, dry, counts FROM retention_run ORDER BY at DESC, id LIMIT $1", most)
    return [Run(row["at"], row["night"], row["dry"], json.loads(row["counts"])) for row in rows]


async def carry_out(settings: Settings, rule: Rule) -> int:
    """Does what one rule says to at most a night's share of what is due; how many rows that was."""
    total = 0
    for _ in range(BATCHES):
        done = await (_erase(settings, rule) if rule.act is Act.ERASE else _change(rule))
        total += done
        if done < BATCH:
            break
    return total


async def _clean(settings: Settings, run: UUID) -> dict[str, int]:
    counts: dict[str, int] = {}
    for rule in RULES:
        counts[rule.key] = await carry_out(settings, rule)
        await database.execute("UPDATE retention_run SET counts = $2::jsonb WHERE id = $1", run, json.dumps(counts))
    await audit.record(SYSTEM, "retention", "database")
    log.info("retention", **{key: count for key, count in counts.items() if count})
    return counts


async def _change(rule: Rule) -> int:
    """Rows somebody holds are left for the next step or night; a row that was changed meanwhile is judged anew."""
    due = f"SELECT r.ctid FROM {rule.table} r WHERE {rule.where} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"
    some = f"ctid = ANY (ARRAY({due}))"
    blank = rule.act is Act.BLANK
    change = f"UPDATE {rule.table} SET {rule.blank}" if blank else f"DELETE FROM {rule.table}"
    async with database.transaction():
        if rule.table not in OF_PERSON:
            return await database.execute(f"{change} WHERE {some}")
        rows = await database.fetch(f"{change} WHERE {some} RETURNING {OF_PERSON[rule.table]} AS who")
        await audit.record_each(SYSTEM, "people.retention", sorted({row["who"] for row in rows}))
    return len(rows)


async def _erase(settings: Settings, rule: Rule) -> int:
    rows = await database.fetch(f"SELECT r.id FROM {rule.table} r WHERE {rule.where} LIMIT {BATCH}")
    erased = 0
    for row in rows:
        try:
            erased += await erasure.erase(
                settings, SYSTEM, f"{rule.table}:{row['id']}", why="retention", only_if=rule.where
            )
        except Refused as refused:  # in somebody's hands, or the list of the erased cannot be written: the next night
            log.warning("not erased", rule=rule.key, status=refused.status)
    return erased
