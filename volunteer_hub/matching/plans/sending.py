"""A plan leaves the desk: its pairs are asked, opening by opening. docs/decisions/0046-plans.md."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import pending
from volunteer_hub.matching.pending import Pending
from volunteer_hub.matching.plans import keeping
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.schedule import inviting, seats
from volunteer_hub.web.i18n import gettext, mark

IN_USE = mark("Ktoś właśnie coś tu zmienia. Spróbuj za chwilę.")
ASKED = mark("Z tą osobą ustalamy już te godziny: %(title)s.")

CHOSEN = """
    SELECT p.id, p.opening FROM matching_pair p JOIN opening o ON o.id = p.opening JOIN meeting m ON m.id = o.meeting
    WHERE p.plan = $1 AND p.state IN ('proposed', 'locked') AND ($2::uuid[] IS NULL OR p.id = ANY($2))
    ORDER BY m.starts_at, p.opening, p.score DESC NULLS LAST, p.id"""
# Those that are still to be sent: whoever pressed twice finds none of them.
PAIRS = """
    SELECT p.id, p.volunteer, p.score, p.rank, p.word, i.name AS title,
           v.first_name || ' ' || left(v.last_name, 1) || '.' AS name
    FROM matching_pair p JOIN volunteer v ON v.id = p.volunteer JOIN opening o ON o.id = p.opening
    JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    WHERE p.id = ANY($1) AND p.state IN ('proposed', 'locked')
    ORDER BY p.score DESC NULLS LAST, p.id"""
# People before their pairs, as whoever erases or merges them has it.
HOLD_PEOPLE = """
    SELECT FROM volunteer WHERE id IN (SELECT volunteer FROM matching_pair WHERE id = ANY($1))
    ORDER BY id FOR NO KEY UPDATE"""
HOLD_PAIRS = "SELECT FROM matching_pair WHERE id = ANY($1) ORDER BY id FOR UPDATE"
MARK_SENT = """
    UPDATE matching_pair SET state = 'sent', changed_by = $2, changed_at = now() WHERE id = $1"""
# A draft from which all has left is one no more; what could not leave stays in it.
CLOSE = """
    UPDATE matching_plan p SET sent_at = now(), state = CASE WHEN EXISTS (
            SELECT FROM matching_pair x WHERE x.plan = p.id AND x.state IN ('proposed', 'locked'))
        THEN 'draft' ELSE 'sent' END
    WHERE id = $1 AND state = 'draft'"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One pair that was to be asked. `why_not` is a sentence for the desk; empty: the invitation has left."""

    pair: UUID
    opening: UUID
    volunteer: UUID
    name: str
    title: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Who was asked, who could not be and why; at how many openings it goes on in waves."""

    invited: list[Letter]
    refused: list[Letter]
    waves: int


async def send(
    actor: Actor,
    plan: UUID,
    version: int,
    *,
    pairs: Sequence[UUID] | None = None,
    wave_size: int | None = None,
    wave_hours: int | None = None,
    wakes: bool = False,
) -> Sent:
    """Invites the pairs that nobody refused, or of them only `pairs`; SMS of night hours leave in the morning,
    unless `wakes` says that they leave now.

    With a size and hours the others of each opening's list are asked in waves later, if these say no. Each opening is
    one transaction: a pair that a rule or a lost seat keeps out stays in the draft and is told; after a crash the next
    press sends what has not left. Raises Refused 404, 409; Changed.
    """
    coordinators_only(actor)
    async with database.transaction():
        await keeping.claim(plan, version)
        rows = await database.fetch(CHOSEN, plan, None if pairs is None else list(pairs))
        await audit.record(actor, "plan.send", f"plan:{plan}")
    of = defaultdict[UUID, list[UUID]](list)
    for row in rows:
        of[row["opening"]].append(row["id"])
    letters, in_waves = list[Letter](), 0
    for opening, chosen in of.items():
        hours = wave_hours if wave_size else None
        told, goes_on = await _opening(actor, plan, opening, chosen, wave_size or 0, hours, wakes)
        letters += told
        in_waves += goes_on
    if any(not letter.why_not for letter in letters):
        await database.execute(CLOSE, plan)
    return Sent(
        [letter for letter in letters if not letter.why_not], [letter for letter in letters if letter.why_not], in_waves
    )


async def _opening(
    actor: Actor, plan: UUID, opening: UUID, chosen: list[UUID], size: int, hours: int | None, wakes: bool
) -> tuple[list[Letter], bool]:
    """What came of each pair of one opening, and whether it goes on in waves."""
    try:
        async with database.transaction():
            await _hold(opening, chosen)
            rows = await database.fetch(PAIRS, chosen)
            asked = await pending.elsewhere(opening, [row["volunteer"] for row in rows if not row["word"]])
            letters = [await _pair(actor, opening, wakes, row, asked.get(row["volunteer"])) for row in rows]
            goes_on = False
            if hours is not None and any(not letter.why_not for letter in letters):
                goes_on = await waves.after_first(actor, opening, size, hours, plan)
            return letters, goes_on
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
        return [_letter(opening, row, gettext(IN_USE)) for row in await database.fetch(PAIRS, chosen)], False


async def _hold(opening: UUID, pairs: list[UUID]) -> None:
    """In the order of schedule/seats.py, before the first of them is asked; the pairs last."""
    of = await database.fetchrow("SELECT meeting, role FROM opening WHERE id = $1", opening)
    if of is not None:
        await database.execute("SELECT FROM meeting WHERE id = $1 FOR SHARE", of["meeting"])
        await seats.role_stands(of["role"])
        await database.execute(HOLD_PEOPLE, pairs)
        await database.execute(HOLD_PAIRS, pairs)


async def _pair(actor: Actor, opening: UUID, wakes: bool, row: asyncpg.Record, asked: Pending | None) -> Letter:
    """`asked`: what they have been asked about at these hours since the plan was made, and nobody said to ask them in
    spite of it."""
    if asked:
        return _letter(opening, row, gettext(ASKED, title=asked.title))
    try:
        await inviting.invite(
            actor, opening, row["volunteer"], score=row["score"], rank=row["rank"], word=row["word"], wakes=wakes
        )
    except Refused as refused:
        return _letter(opening, row, gettext(refused.sentence, **refused.values))
    await database.execute(MARK_SENT, row["id"], actor.account)
    return _letter(opening, row)


def _letter(opening: UUID, row: asyncpg.Record, why_not: str = "") -> Letter:
    return Letter(row["id"], opening, row["volunteer"], row["name"], row["title"], why_not)
