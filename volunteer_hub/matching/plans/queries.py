"""What the desk sees of a plan of a period: by opening, by volunteer, in figures. Coordinators only."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries as matching
from volunteer_hub.matching import rules as words
from volunteer_hub.matching.plans import questions, rules
from volunteer_hub.matching.plans.rules import Figures, Pick, Solved
from volunteer_hub.matching.queries import Excluded
from volunteer_hub.matching.states import PairState, PlanState
from volunteer_hub.schedule import facts
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.states import AssignmentState

CARD = """
    SELECT p.id, p.first_day, p.last_day, p.beyond_least, p.state, p.version, coalesce(a.name, '') AS made_by,
           p.made_at, p.solved_at, p.sent_at
    FROM matching_plan p LEFT JOIN account a ON a.id = p.made_by"""
FIGURES = "SELECT figures FROM matching_plan WHERE id = $1"
OPENINGS = f"""
    SELECT o.id AS opening, m.id AS meeting, i.id AS initiative, i.name AS title, i.kind, t.slug AS cause,
           r.name AS role, r.id AS role_id, m.starts_wall, m.ends_wall, p.name AS place, a.name AS area,
           o.least, o.most, o.taken, {schedule.INVITED} AS invited,
           m.state = 'planned' AND m.starts_at > now() AS stands, {questions.WAVES} AS waves
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = m.place
    JOIN area a ON a.id = p.area WHERE o.id = ANY($1) ORDER BY m.starts_at, sort_key(i.name), sort_key(r.name), o.id"""
# Who asked us to restrict the use of their data is proposed to nobody; what was sent to them stands on the roster too.
PAIRS = """
    SELECT p.id, p.opening, p.volunteer, p.state, p.by_hand, p.score, p.rank, p.km, p.parts, p.word, p.changed_at,
           v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, s.state AS answer
    FROM matching_pair p JOIN volunteer v ON v.id = p.volunteer
    LEFT JOIN assignment s ON s.opening = p.opening AND s.volunteer = p.volunteer
    WHERE p.plan = $1 AND (v.restricted_at IS NULL OR p.state = 'sent')
    ORDER BY p.state = 'refused', p.score DESC NULLS LAST, p.id"""
GAPS = """
    SELECT g.opening, g.why, ARRAY(SELECT n.volunteer FROM matching_near n WHERE n.gap = g.id ORDER BY n.place) AS near
    FROM matching_gap g WHERE g.plan = $1"""
BOOKED = """
    SELECT volunteer, count(*) AS times, sum(extract(epoch FROM ends_wall - starts_wall))::float8 / 3600 AS hours
    FROM commitment WHERE volunteer = ANY($1) AND starts_wall >= $2::date AND starts_wall < $3::date + 1
    GROUP BY volunteer"""


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan without its pairs. `version` goes with each change of it (actions); `made_by` may be empty."""

    id: UUID
    first_day: date
    last_day: date
    beyond_least: bool
    state: PlanState
    version: int
    made_by: str
    made_at: datetime
    solved_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class PairLine:
    """Somebody at an opening. `answer`: the state of their assignment there, if they have one by now.

    `rank`: their place among all who might take the opening, by score, when the plan was solved. `parts` (of the score,
    as matching.rules.PARTS), `score` and `rank` are absent for who was put there in spite of wishes.
    """

    id: UUID
    opening: UUID
    volunteer: UUID
    name: str
    state: PairState
    by_hand: bool
    score: int | None
    rank: int | None
    km: float | None
    parts: Mapping[str, int]
    word: str
    changed_at: datetime
    answer: AssignmentState | None

    @property
    def fills(self) -> bool:
        return rules.fills(self.state, self.answer)


@dataclass(frozen=True, slots=True)
class Why:
    """Why an opening stays short, as counts of people. `blocked_by`: by the only rule (schedule.rules.Rule) that keeps
    each out; `several`: by more than one. The others might take it: `asked` about these hours elsewhere, `taken` by
    another pair of the plan at a time too near, `hours_used` by others of the week, `refused`: free, but no better plan
    has them here, or somebody said no.
    """

    candidates: int
    blocked_by: Mapping[str, int]
    several: int
    taken: int
    hours_used: int
    refused: int
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """What an opening lacks in the plan. `why` is None where it has not been solved since, or there was no time to say.

    `nearest`: who comes nearest to filling it, with what stands in their way now.
    """

    missing: int
    why: Why | None
    nearest: list[Excluded]


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """An opening that lacked `wanted` people when the plan was solved (0: only seats above its least were free).

    `taken` and `invited` are as they stand now; not `stands`: it has begun or is off; `waves`: invitations leave there
    in waves now, and the plan proposes nobody. `pairs`: those of the plan, then
    those refused; `filled` is how many of them fill it: not who has said no or nothing to what was sent.
    """

    opening: UUID
    meeting: UUID
    initiative: UUID
    title: str
    kind: str
    cause: str
    role: str
    role_id: UUID
    starts_wall: datetime
    ends_wall: datetime
    place: str
    area: str
    urgent: bool
    least: int
    most: int
    taken: int
    invited: int
    stands: bool
    waves: bool
    wanted: int
    filled: int
    pairs: list[PairLine]
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A volunteer of the plan. `booked_…`: accepted in its days already; `planned_…`: what it adds; `km`: one way each.

    `pairs` by time, each with its opening.
    """

    volunteer: UUID
    name: str
    booked_times: int
    booked_hours: float
    planned_times: int
    planned_hours: float
    km: float
    pairs: list[tuple[OpeningLine, PairLine]]


@dataclass(frozen=True, slots=True)
class PlanView:
    """All that a plan's page shows."""

    card: PlanCard
    figures: Figures
    openings: list[OpeningLine]
    people: list[PersonLine]


async def newest(actor: Actor) -> PlanCard | None:
    """The draft that was made last, or None."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{CARD} WHERE p.state = 'draft' ORDER BY p.made_at DESC, p.id LIMIT 1")
    return _card(row) if row else None


async def latest(actor: Actor, most: int = 20) -> list[PlanCard]:
    """Plans that were made last, drafts and sent ones, the newest first."""
    coordinators_only(actor)
    rows = await database.fetch(f"{CARD} WHERE p.state <> 'dropped' ORDER BY p.made_at DESC, p.id LIMIT $1", most)
    return [_card(row) for row in rows]


async def plan(actor: Actor, id: UUID) -> PlanView:
    """Raises Refused 404 when it is not there for this actor."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{CARD} WHERE p.id = $1", id)
    if row is None:
        raise Refused("", 404)
    card = _card(row)
    solved = Solved.from_json(json.loads(await database.fetchval(FIGURES, id)))
    pairs = [_pair(row) for row in await database.fetch(PAIRS, id)]
    openings = await _openings(card, solved, pairs)
    filling = [(line, pair) for line in openings for pair in line.pairs if pair.fills]
    picks = [Pick(pair.opening, pair.volunteer, pair.km) for _, pair in filling]
    days = {line.opening: line.starts_wall.date() for line in openings}
    return PlanView(card, rules.figures(solved, days, picks), openings, await _people(card, filling))


async def _openings(card: PlanCard, solved: Solved, pairs: Sequence[PairLine]) -> list[OpeningLine]:
    of: dict[UUID, list[PairLine]] = defaultdict(list)
    for pair in pairs:
        of[pair.opening].append(pair)
    gaps = {row["opening"]: row for row in await database.fetch(GAPS, card.id)}
    nearest = await _nearest(card, {opening: row["near"] for opening, row in gaps.items()})
    lines = []
    for row in await database.fetch(OPENINGS, list({*solved.wanted, *of})):
        opening = row["opening"]
        wanted, filled = solved.wanted.get(opening, 0), sum(pair.fills for pair in of[opening])
        gap = None
        if wanted > filled:
            why = json.loads(gaps[opening]["why"]) if opening in gaps else {}
            gap = Gap(wanted - filled, Why(**why) if why else None, nearest.get(opening, []))
        lines.append(
            OpeningLine(
                **row, urgent=opening in solved.urgent, wanted=wanted, filled=filled, pairs=of[opening], gap=gap
            )
        )
    return lines


async def _nearest(card: PlanCard, near: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, list[Excluded]]:
    """By opening; whom nothing keeps out any more since the plan was solved is left out."""
    ids = {volunteer for some in near.values() for volunteer in some}
    if not ids:
        return {}
    asked = await facts.openings_facts(near)
    first, last = (datetime.combine(day, time()) for day in (card.first_day, card.last_day))
    people = await facts.volunteers_between(ids, first, last)
    persons = await matching.persons(ids)
    found = {}
    for opening, o in asked.items():
        stand = [(v, words.obstacles(people[v], o)) for v in near[opening] if v in people and not people[v].restricted]
        found[opening] = [Excluded(persons[v], obstacles) for v, obstacles in stand if obstacles]
    return found


async def _people(card: PlanCard, filling: Sequence[tuple[OpeningLine, PairLine]]) -> list[PersonLine]:
    of: dict[UUID, list[tuple[OpeningLine, PairLine]]] = defaultdict(list)
    for line, pair in filling:
        of[pair.volunteer].append((line, pair))
    rows = await database.fetch(BOOKED, list(of), card.first_day, card.last_day)
    booked = {row["volunteer"]: (row["times"], row["hours"]) for row in rows}
    people = [
        PersonLine(
            volunteer=volunteer,
            name=pairs[0][1].name,
            booked_times=booked.get(volunteer, (0, 0.0))[0],
            booked_hours=booked.get(volunteer, (0, 0.0))[1],
            planned_times=len(pairs),
            planned_hours=sum((line.ends_wall - line.starts_wall).total_seconds() for line, _ in pairs) / 3600,
            km=sum(pair.km or 0.0 for _, pair in pairs),
            pairs=pairs,
        )
        for volunteer, pairs in of.items()
    ]
    return sorted(people, key=lambda one: (-one.planned_times, -one.planned_hours, one.name, one.volunteer))


def _card(row: Any) -> PlanCard:
    return PlanCard(**dict(row) | {"state": PlanState(row["state"])})


def _pair(row: Any) -> PairLine:
    said = {"state": PairState(row["state"]), "parts": json.loads(row["parts"])}
    return PairLine(**dict(row) | said | {"answer": AssignmentState(row["answer"]) if row["answer"] else None})
