"""Verbs of a plan: made, solved again around what people said, changed pair by pair. Coordinators only.

Each change counts the plan's `version`: who changes what they saw before somebody else's change is told (Changed).
Nobody outside hears of any of it; that is `send`, in `sending`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import keeping, placing, questions, rules, solving
from volunteer_hub.matching.plans.keeping import Changed
from volunteer_hub.matching.plans.sending import Sent, send
from volunteer_hub.matching.states import PairState
from volunteer_hub.web.i18n import mark

__all__ = [
    "Again", "Changed", "Sent", "add", "drop", "lock", "make", "refuse", "send", "solve_again", "swap", "take_back",
    "unlock",
]  # fmt: skip

ORDER = mark("Koniec nie może być przed początkiem.")
TOO_MANY_DAYS = mark("Plan obejmuje najwyżej %(n)s dni. Podziel ten okres na krótsze.")
NO_WORD = mark("Napisz krótko dlaczego.")
NOT_SO = mark("To już zostało zmienione. Zobacz, jak plan wygląda teraz.")

MAKE = """
    INSERT INTO matching_plan (id, first_day, last_day, beyond_least, state, version, figures, made_by, made_at,
                               solved_at)
    VALUES ($1, $2, $3, $4, 'draft', 0, '{}', $5, now(), now())"""
HOLD_PAIR = "SELECT opening, volunteer, state, word FROM matching_pair WHERE id = $1 AND plan = $2 FOR UPDATE"
SAY = "UPDATE matching_pair SET state = $2, word = $3, changed_by = $4, changed_at = now() WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Again:
    """What solving again changed of what had been proposed."""

    kept: int
    dropped: int
    added: int


async def make(actor: Actor, first_day: date, last_day: date, *, beyond_least: bool) -> UUID:
    """A draft for the days from `first_day` to `last_day`, solved; its id. `beyond_least`: seats above what openings
    need at least are filled too.

    Raises Refused: 404 for others than coordinators, 422 for days that make no sense, 409 while another plan is solved.
    """
    coordinators_only(actor)
    if last_day < first_day:
        raise Refused(ORDER, 422)
    if (last_day - first_day).days >= rules.MOST_DAYS:
        raise Refused(TOO_MANY_DAYS, 422, n=rules.MOST_DAYS)
    question = await questions.of_period(first_day, last_day, beyond_least=beyond_least)
    answer = await solving.solved(question)
    id = uuid4()
    async with database.transaction():
        await database.execute(MAKE, id, first_day, last_day, beyond_least, actor.account)
        await keeping.write(id, keeping.solved(question, answer), answer)
        await audit.record(actor, "plan.make", f"plan:{id}")
    return id


async def solve_again(actor: Actor, plan: UUID, version: int) -> Again:
    """What is kept stays, what was refused stays away, the rest is solved anew with few changes.

    Raises Refused as `make`; Changed also when somebody changed the plan while it was solved: nothing is written then.
    """
    coordinators_only(actor)
    period = await keeping.seen(plan, version)
    told = await keeping.told(plan)
    question = await questions.of_period(
        period.first_day, period.last_day, beyond_least=period.beyond_least, said=told.said
    )
    answer = await solving.solved(question)
    async with database.transaction():
        await keeping.claim(plan, version)
        await keeping.write(plan, keeping.solved(question, answer, told.there), answer)
        await audit.record(actor, "plan.solve", f"plan:{plan}")
    before, after = told.said.keep, {(one.volunteer, one.opening) for one in answer.picks}
    return Again(len(before & after), len(before - after), len(after - before))


async def lock(actor: Actor, plan: UUID, pair: UUID, version: int) -> None:
    """This pair stays when the rest is solved again. Raises Refused 404, 409; Changed."""
    await _say(actor, plan, pair, version, PairState.LOCKED, "plan.lock")


async def unlock(actor: Actor, plan: UUID, pair: UUID, version: int) -> None:
    """The pair is a proposal again. Raises Refused 404, 409; Changed."""
    await _say(actor, plan, pair, version, PairState.PROPOSED, "plan.unlock")


async def refuse(actor: Actor, plan: UUID, pair: UUID, version: int, word: str = "") -> None:
    """This pair is out, and is not proposed again. Raises Refused 404, 409; Changed."""
    await _say(actor, plan, pair, version, PairState.REFUSED, "plan.refuse", word)


async def take_back(actor: Actor, plan: UUID, pair: UUID, version: int) -> bool:
    """A refused pair is proposed again; False: its seat is filled by now or the rules stand against it, and it is only
    refused no more, so that solving again may choose it. Raises Refused 404, 409; Changed."""
    coordinators_only(actor)
    async with database.transaction():
        await keeping.claim(plan, version)
        row = await _held(plan, pair, PairState.PROPOSED)
        back = await placing.may_return(plan, row["opening"], row["volunteer"])
        if back:
            await database.execute(SAY, pair, PairState.PROPOSED, "", actor.account)
        else:
            await database.execute("DELETE FROM matching_pair WHERE id = $1", pair)
        await audit.record(actor, "plan.take-back", f"plan:{plan}")
    return back


async def swap(actor: Actor, plan: UUID, pair: UUID, volunteer: UUID, version: int, word: str) -> None:
    """Another volunteer in the place of the pair's, kept there by hand; `word` says why and stays with both.

    Raises Refused: 404; 422 without a word; 409 when a rule that is no wish (schedule.rules.WISHES) keeps them out, be
    it by another pair of this plan; Changed.
    """
    coordinators_only(actor)
    if not word:
        raise Refused(NO_WORD, 422)
    async with database.transaction():
        await keeping.claim(plan, version)
        row = await _held(plan, pair, PairState.REFUSED)
        await database.execute(SAY, pair, PairState.REFUSED, word, actor.account)
        await placing.place(actor, plan, row["opening"], volunteer, word)
        await audit.record(actor, "plan.swap", f"plan:{plan}")


async def add(actor: Actor, plan: UUID, opening: UUID, volunteer: UUID, version: int, word: str = "") -> None:
    """A volunteer at an opening of the plan that still has a seat, kept there by hand.

    Raises Refused as `swap`; a `word` is needed in spite of wishes and for who is not among the first of the list.
    """
    coordinators_only(actor)
    async with database.transaction():
        await keeping.claim(plan, version)
        await placing.must_have_room(plan, opening)
        await placing.place(actor, plan, opening, volunteer, word)
        await audit.record(actor, "plan.add", f"plan:{plan}")


async def drop(actor: Actor, plan: UUID) -> None:
    """The draft is given up, and what it said of people goes at once. Twice is once. Raises Refused 404, 409."""
    coordinators_only(actor)
    async with database.transaction():
        state = await database.fetchval("SELECT state FROM matching_plan WHERE id = $1 FOR UPDATE", plan)
        if state is None:
            raise Refused("", 404)
        if state == "sent":
            raise Refused(keeping.CLOSED)
        await database.execute("DELETE FROM matching_pair WHERE plan = $1 AND state <> 'sent'", plan)
        await database.execute("DELETE FROM matching_gap WHERE plan = $1", plan)
        await database.execute("UPDATE matching_plan SET state = 'dropped', version = version + 1 WHERE id = $1", plan)
        await audit.record(actor, "plan.drop", f"plan:{plan}")


async def _say(
    actor: Actor, plan: UUID, pair: UUID, version: int, becomes: PairState, verb: str, word: str | None = None
) -> None:
    coordinators_only(actor)
    async with database.transaction():
        await keeping.claim(plan, version)
        row = await _held(plan, pair, becomes)
        await database.execute(SAY, pair, becomes, row["word"] if word is None else word, actor.account)
        await audit.record(actor, verb, f"plan:{plan}")


async def _held(plan: UUID, pair: UUID, becomes: PairState) -> asyncpg.Record:
    """The pair, its row held. Raises Refused: 404, 409 when it may not become so."""
    row = await database.fetchrow(HOLD_PAIR, pair, plan)
    if row is None:
        raise Refused("", 404)
    if not rules.may_become(PairState(row["state"]), becomes):
        raise Refused(NOT_SO)
    return row
