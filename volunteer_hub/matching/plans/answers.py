"""Answers a question: the engine proposes, the house's rules judge, and what they refuse is solved again.

For a process of its own only: the engine brings scipy. Nothing here reads the clock but to stop.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from volunteer_hub.matching.engine import planning
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.plans.instance import Posed, posed
from volunteer_hub.matching.plans.values import Answer, Asked, Pair, Picked, Question, Short
from volunteer_hub.matching.rules import AT_ONE_TIME, with_others
from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts, as_of, broken, km
from volunteer_hub.schedule.scoring import score

# How often what the house's rules refuse is solved again; what they refuse then is left out.
ROUNDS = 5
# The first round has this part of the time and each later one of what is left; the rest is for saying why.
SHARE = 0.7
NEAREST = 5
# Thousandths of the objective that a pair of the plan before is worth: less than a third of a perfect fit.
STABILITY = 300

Scored = tuple[int, UUID]


@dataclass
class _Search:
    """What is known on the way, by opening: `fits`: all who may have it, best first; `never`: who must not, here.

    `people`: everybody as if they had accepted what they were asked and what is kept for them.
    """

    question: Question
    people: Mapping[UUID, VolunteerFacts]
    fits: dict[UUID, list[Scored]] = field(default_factory=dict)
    never: dict[UUID, set[UUID]] = field(default_factory=dict)


def answer(question: Question, ends: float) -> Answer:
    """The best plan found before `ends` (of time.monotonic), beside what is locked in it."""
    began = time.monotonic()
    search = _found(question)
    asked = {one.id: one for one in question.openings}
    picks, bounds, proven = _solved(search, asked, lambda: ends - time.monotonic())
    locked = {(volunteer, one.id) for one in question.openings for volunteer in one.locked}
    return Answer(
        picks=tuple(_picked(search, asked[opening], volunteer) for volunteer, opening in sorted(picks)),
        short=tuple(_short(search, picks | locked, lambda: time.monotonic() >= ends)),
        seats_bound=bounds[0],
        urgent_bound=bounds[1],
        proven=proven,
        seconds=time.monotonic() - began,
    )


def _found(question: Question) -> _Search:
    """Who fits what: the engine's index finds, the house's rules judge each pair once."""
    people = question.with_locked()
    search = _Search(question, people, never={one.id: set(one.stand) for one in question.openings})
    wide = posed(question, question.volunteers, search.never)
    candidates = planning.posed(wide.instance, Masks(wide.instance)).candidates
    for n, one in enumerate(question.openings):
        never = search.never[one.id]
        fits = []
        for id in dict.fromkeys(wide.whose[place] for place in candidates.volunteer[candidates.of(n)].tolist()):
            v = question.volunteers[id]
            if broken(v, one.facts) or _is_asked(question, v, one.facts):
                never.add(id)
                continue
            fits.append((score(as_of(v, one.starts), one.facts).total, id))
            if people[id] is not v and broken(people[id], one.facts):
                never.add(id)
        search.fits[one.id] = sorted(fits, key=lambda fit: (-fit[0], fit[1]))
        never.update(one.refused, one.locked)
    return search


def _is_asked(question: Question, v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether they have a question about these hours already: the opening's own list gives them no place either."""
    asked = question.asked.get(v.id, ())
    return bool(asked) and bool(AT_ONE_TIME & set(broken(with_others(v, asked), o)))


def _solved(
    search: _Search, asked: Mapping[UUID, Asked], left: Callable[[], float]
) -> tuple[set[Pair], tuple[int, int], bool]:
    """The picks, the bounds of seats and urgent seats, and whether no plan is better."""
    stability = STABILITY if search.question.keep else 0
    bounds, proven, picks = (0, 0), False, set[Pair]()
    for turn in range(ROUNDS):
        given = posed(search.question, search.people, search.never, stability=stability)
        plan = planning.plan(given.instance, time.monotonic() + SHARE * left())
        picks = _pairs(given, plan, search.question)
        if turn == 0:
            bounds = _with_locked(search.question, plan.seats_bound, plan.urgent_bound)
        refused = _refused(search, asked, picks)
        proven = turn == 0 and plan.is_optimal and not refused
        picks -= refused
        if not refused or left() <= 0:
            break
        for volunteer, opening in refused:
            search.never[opening].add(volunteer)
    return picks, bounds, proven


def _pairs(given: Posed, plan: planning.Plan, question: Question) -> set[Pair]:
    pairs = [plan.draft.pair(candidate) for candidate in plan.draft.chosen()]
    return {(given.whose[v], question.openings[o].id) for v, o in pairs}


def _with_locked(question: Question, seats: int, urgent: int) -> tuple[int, int]:
    """Bounds of the whole: what is locked fills seats before the engine is asked; none is more than there are seats."""
    wanted = sum(one.least for one in question.openings)
    urgent_wanted = sum(one.least for one in question.openings if one.urgent)
    held = [(one.urgent, min(one.least, len(one.locked))) for one in question.openings]
    return (
        min(wanted, seats + sum(n for _, n in held)),
        min(urgent_wanted, urgent + sum(n for is_urgent, n in held if is_urgent)),
    )


def _refused(search: _Search, asked: Mapping[UUID, Asked], picks: Iterable[Pair]) -> set[Pair]:
    """Which of the picks the house's rules refuse beside the others: the urgent and then the best fits stay."""
    of = defaultdict[UUID, list[UUID]](list)
    for volunteer, opening in picks:
        of[volunteer].append(opening)
    refused = set[Pair]()
    for volunteer, openings in of.items():
        v = search.people[volunteer]
        kept = list[OpeningFacts]()
        for opening in sorted(openings, key=lambda id: (not asked[id].urgent, -_score(search, asked[id], v), id)):
            together = [*kept, asked[opening].facts]
            if _stand(v, together):
                kept = together
            else:
                refused.add((volunteer, opening))
    return refused


def _stand(v: VolunteerFacts, openings: list[OpeningFacts]) -> bool:
    """Whether none of the openings breaks a rule for `v` beside the others."""
    return not any(broken(with_others(v, (b for b in openings if b is not a)), a) for a in openings)


def _score(search: _Search, one: Asked, v: VolunteerFacts) -> int:
    return score(as_of(search.question.volunteers[v.id], one.starts), one.facts).total


def _picked(search: _Search, one: Asked, volunteer: UUID) -> Picked:
    v = as_of(search.question.volunteers[volunteer], one.starts)
    fit = score(v, one.facts)
    rank = search.fits[one.id].index((fit.total, volunteer)) + 1
    return Picked(one.id, volunteer, fit.total, rank, km(v, one.facts), dict(fit.parts))


def _short(search: _Search, picks: set[Pair], late: Callable[[], bool]) -> Iterable[Short]:
    """Openings below what was asked, the urgent first: once it is late, without saying why."""
    of = defaultdict[UUID, set[UUID]](set)
    for volunteer, opening in picks:
        of[opening].add(volunteer)
    others = defaultdict[UUID, list[OpeningFacts]](
        list, {id: list(those) for id, those in search.question.asked.items()}
    )
    for one in search.question.openings:
        for volunteer in of[one.id]:
            others[volunteer].append(one.facts)
    for one in sorted(search.question.openings, key=lambda one: not one.urgent):
        missing = one.least - len(of[one.id])
        if missing > 0:
            why, near = ({}, ()) if late() else _why(search, one, of[one.id], others)
            yield Short(one.id, missing, why, near)


def _why(
    search: _Search, one: Asked, here: set[UUID], others: Mapping[UUID, list[OpeningFacts]]
) -> tuple[dict[str, object], tuple[UUID, ...]]:
    """Counts of people by what keeps them out, as queries.Why, and the nearest to being able to help."""
    blocked, several = defaultdict[str, int](int), 0
    counts = dict.fromkeys(("candidates", "asked", "taken", "hours_used", "refused"), 0)
    near = list[tuple[int, float, UUID]]()
    for id, v in search.question.volunteers.items():
        if id in one.stand or id in here:
            continue
        if rules := broken(v, one.facts):
            several += len(rules) > 1
            if len(rules) == 1:
                blocked[rules[0]] += 1
            near.append((len(rules), km(v, one.facts), id))
            continue
        counts["candidates"] += 1
        counts[_what_keeps(search.question, one, v, others.get(id, ()))] += 1
    nearest = tuple(id for *_, id in sorted(near)[:NEAREST])
    return {**counts, "blocked_by": dict(blocked), "several": several}, nearest


def _what_keeps(question: Question, one: Asked, v: VolunteerFacts, others: Iterable[OpeningFacts]) -> str:
    """Why somebody who may take the opening is not in it: a name of queries.Why."""
    if v.id in one.refused:
        return "refused"
    if _is_asked(question, v, one.facts):
        return "asked"
    beside = broken(with_others(v, others), one.facts)
    return "taken" if AT_ONE_TIME & set(beside) else "hours_used" if beside else "refused"
