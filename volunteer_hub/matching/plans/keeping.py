"""The rows of a plan: whose turn it is to change it, and what a solving leaves in it. In the verbs' transactions."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans.rules import Solved
from volunteer_hub.matching.plans.values import Answer, Pair, Picked, Question, Said, Short
from volunteer_hub.matching.states import PlanState
from volunteer_hub.web.i18n import mark

CLOSED = mark("Ten plan jest już zamknięty. Nic w nim nie zmienisz.")

# Counts the change: whoever comes with the version before is told. The row is held until the transaction ends.
CLAIM = "UPDATE matching_plan SET version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'"
SEEN = "SELECT first_day, last_day, beyond_least, state, version FROM matching_plan WHERE id = $1"
# Proposed, kept, refused; and of sent and kept ones those who are on the opening by now, whoever asked them.
SAID = """
    SELECT p.volunteer, p.opening, p.state, p.state IN ('sent', 'locked')
               AND coalesce(s.state IN ('proposed', 'invited', 'accepted', 'done', 'missed'), false) AS stands
    FROM matching_pair p LEFT JOIN assignment s ON s.opening = p.opening AND s.volunteer = p.volunteer
    WHERE p.plan = $1"""
# Whoever is written stays until the end of the transaction; held before any pair is, as whoever erases or merges people
# holds them first.
HOLD_PEOPLE = "SELECT id FROM volunteer WHERE id = ANY($1) ORDER BY id FOR KEY SHARE"
# Who was erased or became part of somebody else while the plan was solved is not there any more.
PROPOSE = """
    INSERT INTO matching_pair (id, plan, opening, volunteer, state, by_hand, score, rank, km, parts, word, changed_at)
    SELECT gen_random_uuid(), $1, o.id, v.id, 'proposed', false, score, least(rank, 32767), km, parts::jsonb, '', now()
    FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::int[], $6::float8[], $7::text[])
        AS one(opening, volunteer, score, rank, km, parts)
    JOIN volunteer v ON v.id = one.volunteer JOIN opening o ON o.id = one.opening
    ON CONFLICT (plan, opening, volunteer) DO UPDATE
    SET score = excluded.score, rank = excluded.rank, km = excluded.km, parts = excluded.parts
    WHERE matching_pair.state = 'proposed'"""
# What is proposed no more. What was sent stays, whatever was said to it: `outcomes` counts what came of plans.
LET_GO = """
    DELETE FROM matching_pair p WHERE p.plan = $1 AND p.state = 'proposed'
        AND (p.volunteer, p.opening) NOT IN (SELECT * FROM unnest($2::uuid[], $3::uuid[]))"""
GAP = """
    INSERT INTO matching_gap (id, plan, opening, missing, why)
    SELECT one.id, $1, o.id, one.missing, one.why::jsonb
    FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[]) AS one(id, opening, missing, why)
    JOIN opening o ON o.id = one.opening"""
NEAR = """
    INSERT INTO matching_near (id, gap, volunteer, place)
    SELECT gen_random_uuid(), g.id, v.id, one.place
    FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS one(gap, volunteer, place)
    JOIN matching_gap g ON g.id = one.gap JOIN volunteer v ON v.id = one.volunteer"""


class Changed(Refused):
    """Somebody else changed the plan since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            mark("W międzyczasie ktoś zmienił ten plan. Zobacz, jak wygląda teraz, i spróbuj jeszcze raz.")
        )


@dataclass(frozen=True, slots=True)
class Period:
    first_day: date
    last_day: date
    beyond_least: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in a plan before it is solved again. `there`: sent and kept pairs whose volunteer has an invitation
    or a place by now, so that the seat lacks nobody any more."""

    said: Said
    there: frozenset[Pair]


async def claim(plan: UUID, version: int) -> None:
    """This change is the next one. Raises Refused 404, 409 where the plan is no draft any more; Changed."""
    if not await database.execute(CLAIM, plan, version):
        await seen(plan, version)
        raise Changed


async def seen(plan: UUID, version: int) -> Period:
    """The plan, which is still as whoever changes it saw it. Raises as `claim`."""
    row = await database.fetchrow(SEEN, plan)
    if row is None:
        raise Refused("", 404)
    if row["state"] != PlanState.DRAFT:
        raise Refused(CLOSED)
    if row["version"] != version:
        raise Changed
    return Period(row["first_day"], row["last_day"], row["beyond_least"])


async def told(plan: UUID) -> Told:
    rows = await database.fetch(SAID, plan)

    def pairs(state: str) -> frozenset[Pair]:
        return frozenset((row["volunteer"], row["opening"]) for row in rows if row["state"] == state)

    there = frozenset((row["volunteer"], row["opening"]) for row in rows if row["stands"])
    return Told(Said(pairs("proposed"), pairs("locked") - there, pairs("refused")), there)


def solved(question: Question, answer: Answer, there: Collection[Pair] = ()) -> Solved:
    """What is kept of a solving. A pair that is `there` fills a seat that is asked for no more."""
    wanted = {one.id: one.least for one in question.openings}
    for _, opening in there:
        wanted[opening] = wanted.get(opening, 0) + 1
    urgent = frozenset(one.id for one in question.openings if one.urgent)
    return Solved(
        wanted=wanted,
        urgent=urgent,
        seats_bound=answer.seats_bound + len(there),
        urgent_bound=answer.urgent_bound + sum(opening in urgent for _, opening in there),
        proven=answer.proven,
        seconds=answer.seconds,
    )


async def write(plan: UUID, of: Solved, answer: Answer) -> None:
    """The figures, the proposed pairs and what stays short, in the place of those before. The plan's row is held."""
    picks = answer.picks
    people = {one.volunteer for one in picks}.union(*(one.nearest for one in answer.short))
    await database.execute(HOLD_PEOPLE, list(people))
    await database.execute(LET_GO, plan, [one.volunteer for one in picks], [one.opening for one in picks])
    await database.execute(PROPOSE, plan, *_columns(picks))
    await database.execute("DELETE FROM matching_gap WHERE plan = $1", plan)
    gaps = [(uuid4(), one) for one in answer.short]
    await database.execute(GAP, plan, *_gaps(gaps))
    near = [(id, volunteer, place) for id, one in gaps for place, volunteer in enumerate(one.nearest, 1)]
    await database.execute(NEAR, *([row[n] for row in near] for n in range(3)))
    await database.execute(
        "UPDATE matching_plan SET figures = $2::jsonb, solved_at = now() WHERE id = $1", plan, json.dumps(of.to_json())
    )


def _columns(picks: Collection[Picked]) -> Iterable[list[object]]:
    for name in ("opening", "volunteer", "score", "rank", "km"):
        yield [getattr(one, name) for one in picks]
    yield [json.dumps(dict(one.parts)) for one in picks]


def _gaps(gaps: Collection[tuple[UUID, Short]]) -> Iterable[list[object]]:
    yield [id for id, _ in gaps]
    yield [one.opening for _, one in gaps]
    yield [one.missing for _, one in gaps]
    yield [json.dumps(dict(one.why)) for _, one in gaps]
