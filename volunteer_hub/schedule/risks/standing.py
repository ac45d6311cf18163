"""Whether those on a roster may still be there: what has stopped holding is marked, shown and told at once.

Taking a clearance, a consent or a cover away is never refused, and nobody silently vanishes from a roster: a
coordinator decides. Only without the guardian's consent the place is freed at once.
docs/decisions/0018-guards-in-the-database.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.initiatives import limits
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import centre, facts, notices, seats
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.rules import CLASH, STANDING, OpeningFacts, Rule, VolunteerFacts, broken, rush
from volunteer_hub.schedule.seats import Held, Rushed, Waiting
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import offers as waiting

# {which} narrows them by o, m, s or v.
OPEN = """
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN volunteer v ON v.id = s.volunteer
    WHERE s.state IN ('invited', 'accepted') AND m.state = 'planned' AND m.starts_at > now() AND {which}"""
HOLDERS = f"SELECT DISTINCT s.volunteer {OPEN}"
THEIRS = f"""
    SELECT s.id, s.opening, o.meeting, s.volunteer, s.state, s.at_risk
    {OPEN.format(which="s.volunteer = ANY($1)")} ORDER BY s.id FOR UPDATE OF s"""

MARK = """
    UPDATE assignment SET at_risk = $2::varchar, at_risk_since = CASE
        WHEN $2 = '' THEN NULL WHEN at_risk = '' THEN now() ELSE at_risk_since END
    WHERE id = $1"""

# Who cannot take the place that is offered to them now keeps their place in line only.
PASSED_BY = f"""
    UPDATE assignment s SET offer_until = NULL, answered_at = s.waiting_since
    WHERE s.id = ANY($1) AND {seats.OFFERED} AND s.waiting_since IS NOT NULL RETURNING s.id, s.opening"""

# What the guard in the database would say now, against the mark; and all marks, which may have become too many.
DOUBTFUL = HOLDERS.format(
    which="""(s.at_risk <> '' OR assignment_obstacle(s.volunteer, s.opening) IS NOT NULL)
             AND m.starts_at < now() + make_interval(days => $1)"""
)

# Whoever coordinates the initiative; where nobody does who can be written to, every coordinator.
COORDINATORS = """
    SELECT a.id AS account, a.email, a.language, s.id AS assignment, o.id AS opening, m.starts_wall, m.ends_wall
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN initiative i ON i.id = m.initiative
    JOIN account a ON a.role = 'coordinator' AND a.closed_at IS NULL AND a.email IS NOT NULL
      AND (a.id = i.coordinator OR NOT EXISTS (
            SELECT FROM account c WHERE c.id = i.coordinator AND c.role = 'coordinator' AND c.closed_at IS NULL
                                    AND c.email IS NOT NULL))
    WHERE s.id = ANY($1) ORDER BY a.id, m.starts_wall, s.id"""


async def recheck(actor: Actor, *volunteers: UUID) -> None:
    """Judges anew all that these people are asked to do or have accepted, from now on.

    Called in the transaction that changed a clearance, consent, agreement, service, policy, birth date, restriction or
    limit, after the change. Marks what no longer holds or is at one time with something accepted before, clears the
    marks where all is well again, frees the places of minors without consent, passes on what is offered to who cannot
    take it, tells the coordinators. A second time it changes nothing and tells nobody.
    """
    async with database.transaction():
        await database.execute(
            "SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(volunteers)
        )
        rows = await database.fetch(THEIRS, list(volunteers))
        found: dict[UUID, str] = {row["id"]: rule or "" for row, rule in await _judged(rows)}
        freed = {row["id"] for row in rows if found[row["id"]] == Rule.CONSENT}
        for row in sorted(rows, key=lambda row: row["opening"]):
            if row["id"] in freed:
                await _free(actor, row)
        clashing = await clashes.settle(volunteers)
        found |= {id: CLASH for id in clashing if not found.get(id)}
        changed = [row for row in rows if found[row["id"]] != row["at_risk"]]
        for row in changed:
            if row["id"] not in freed:
                await database.execute(MARK, row["id"], found[row["id"]])
        await _pass_by([row["id"] for row in changed if found[row["id"]]])
        await _tell([row["id"] for row in changed if found[row["id"]]], freed)


async def mend(actor: Actor, *volunteers: UUID) -> None:
    """After something of theirs was given up: what was set aside for its sake counts again. Under their locks."""
    if theirs := await clashes.set_aside(volunteers):
        await recheck(actor, *theirs)


async def recheck_meeting(actor: Actor, meeting: UUID) -> None:
    """As `recheck`, of everybody on the rosters of a meeting that was moved, under its lock."""
    await recheck(actor, *await _holders("m.id = $1", meeting))


async def recheck_role(actor: Actor, role: UUID) -> None:
    """As `recheck`, of everybody who holds this role, after what it asks was changed (which locks it)."""
    await recheck(actor, *await _holders("o.role = $1", role))


async def recheck_all(actor: Actor, *, under_age: int | None = None) -> None:
    """As `recheck`, of everybody who has something before them, or of those under an age: after a limit or a policy."""
    which = "($1::int IS NULL OR v.birth_date > centre_today() - make_interval(years => $1))"
    await recheck(actor, *await _holders(which, under_age))


async def hold_all() -> None:
    """Locks everybody who has something before them: for whoever ends a policy of all, before they touch its row.

    The guard locks the volunteer first and then the policies that cover them, and no two may wait for each other. Who
    is asked for the first time in between may still meet a deadlock, never a wrong row.
    """
    holders = HOLDERS.format(which="true")
    await database.execute(f"SELECT FROM volunteer WHERE id IN ({holders}) ORDER BY id FOR NO KEY UPDATE")


async def add_limit(actor: Actor, **limit: Any) -> UUID:
    """A limit by age (initiatives.limits.add_limit), and what it does to the rosters. Raises Refused (404, 409)."""
    async with database.transaction():
        id = await limits.add_limit(actor, **limit)
        await recheck_all(actor, under_age=limit["under_age"])
    return id


async def end_limit(actor: Actor, id: UUID, last_day: date) -> None:
    """The end of one; who was at risk by it no longer is. Raises Refused 404."""
    async with database.transaction():
        await limits.end_limit(actor, id, last_day)
        await recheck_all(actor)


async def release(actor: Actor, *volunteers: UUID) -> None:
    """Frees every place that people who are about to be erased have before them, and tells the coordinators where.

    Under the locks of schedule/seats.py, in the transaction of the erasure, before the rows go.
    """
    rows = await database.fetch(THEIRS, list(volunteers))
    for row in sorted(rows, key=lambda row: row["opening"]):
        await _free(actor, row)
    ids = [row["id"] for row in rows]
    await _tell(ids, set(ids))


async def sweep(days: int) -> int:
    """Finds what changed past the verbs, by hand in the database, in the next `days` days; how many people it concerns.

    Each in a transaction of their own, so that nobody waits for all of them.
    """
    doubtful = [row["volunteer"] for row in await database.fetch(DOUBTFUL, days)]
    for volunteer in doubtful:
        await recheck(SYSTEM, volunteer)
    return len(doubtful)


async def objection(of: Held) -> Waiting | Rushed | None:
    """What keeps the volunteer from saying yes now, though they were rightly asked; None when nothing does.

    Other wishes were weighed when they were asked; what they have accepted since then may leave no time for the way.
    """
    asked, people = await facts.facts(of.opening, [of.volunteer])
    who = people[of.volunteer]
    if rule := standing_rule(who, asked):
        return Waiting(rule)
    in_spite = "SELECT override_word <> '' FROM assignment WHERE id = $1"
    return Rushed() if rush(who, asked) and not await database.fetchval(in_spite, of.id) else None


async def keep(actor: Actor, of: Held, refusal: Waiting) -> Waiting:
    """Marks a yes that cannot be confirmed yet, tells the coordinator; the refusal in words for whoever brought it.

    Without the guardian's consent nothing waits: the place is freed, as in `recheck`.
    """
    if refusal.rule is Rule.CONSENT:
        await recheck(actor, of.volunteer)
    elif await database.fetchval("SELECT at_risk FROM assignment WHERE id = $1", of.id) != refusal.rule:
        await database.execute(MARK, of.id, refusal.rule)
        await _tell([of.id], ())
    return Waiting(refusal.rule, desk=actor.role is Role.COORDINATOR)


def standing_rule(v: VolunteerFacts, o: OpeningFacts) -> Rule | None:
    """The first rule that must hold until the meeting and does not."""
    return next((rule for rule in broken(v, o) if rule in STANDING), None)


async def _holders(which: str, value: object) -> list[UUID]:
    return [row["volunteer"] for row in await database.fetch(HOLDERS.format(which=which), value)]


async def _judged(rows: Iterable[asyncpg.Record]) -> list[tuple[asyncpg.Record, Rule | None]]:
    by_opening: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_opening[row["opening"]].append(row)
    judged = []
    for opening, on_it in by_opening.items():
        asked, people = await facts.facts(opening, [row["volunteer"] for row in on_it])
        judged += [(row, standing_rule(people[row["volunteer"]], asked)) for row in on_it]
    return judged


async def _pass_by(assignments: Collection[UUID]) -> None:
    """What was offered to them goes to the next in line at once."""
    for row in sorted(await database.fetch(PASSED_BY, list(assignments)), key=lambda row: row["opening"]):
        await notices.recall(f"assignment:{row['id']}")
        await waiting.offer(row["opening"])


async def _free(actor: Actor, row: asyncpg.Record) -> None:
    """Takes a minor off whose guardian does not consent. The minor is told nothing; their calendar feed shows it."""
    of = Held(row["id"], row["opening"], row["meeting"], row["volunteer"], AssignmentState(row["state"]))
    if of.state is AssignmentState.ACCEPTED:
        await seats.free(of)
    await seats.become(actor, of, AssignmentState.WITHDRAWN, "guardian")
    await notices.recall(f"assignment:{of.id}")
    await (waiting.seat_freed if of.state is AssignmentState.ACCEPTED else waiting.offer)(of.opening)


async def _tell(assignments: Collection[UUID], freed: Collection[UUID]) -> None:
    """One e-mail to each coordinator concerned: which openings need them, and neither who nor why."""
    change, settings = uuid4(), centre.settings()
    letters: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in await database.fetch(COORDINATORS, list(assignments)):
        letters[row["account"]].append(row)
    for account, rows in letters.items():
        values: dict[str, Any] = {
            "centre": settings.centre_name,
            "url": f"{settings.public_url}/desk/risks",
            "openings": [
                {
                    "starts": row["starts_wall"],
                    "ends": row["ends_wall"],
                    "url": f"{settings.public_url}/desk/openings/{row['opening']}",
                    "freed": row["assignment"] in freed,
                }
                for row in rows
            ],
        }
        await outbox.put(
            key=f"standing:{change}:{account}",
            about=f"account:{account}",
            channel=Channel.EMAIL,
            address=rows[0]["email"],
            language=rows[0]["language"],
            template="at_risk",
            values=values,
        )
