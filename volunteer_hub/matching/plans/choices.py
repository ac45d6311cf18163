"""Who else could stand at an opening of a plan, judged with all that the plan gives them elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import pending
from volunteer_hub.matching import queries as matching
from volunteer_hub.matching import rules as words
from volunteer_hub.matching.pending import Pending
from volunteer_hub.matching.plans import rules
from volunteer_hub.matching.plans.queries import OpeningLine, PlanView
from volunteer_hub.matching.queries import Person
from volunteer_hub.matching.rules import Fit, Obstacle
from volunteer_hub.matching.states import PlanState
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.rules import WISHES, as_of, km
from volunteer_hub.web.i18n import mark

# Whoever is further off than so many is better looked for another way than in spite of their wishes.
MOST_IN_SPITE = 10


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who could be chosen: `fit` when nothing is in the way, else the wishes that are, and what they are
    `asked` about already at these hours.

    `km` one way; `planned`: how many other tasks the plan gives them.
    """

    person: Person
    km: float
    fit: Fit | None
    obstacles: tuple[Obstacle, ...]
    planned: int
    asked: Pending | None


@dataclass(frozen=True, slots=True)
class Choices:
    """The best first; then who could be asked in spite of wishes; then who fits, but for the rest of the plan."""

    fitting: list[Other]
    in_spite: list[Other]
    elsewhere: list[Person]


def line_of(view: PlanView, opening: UUID) -> OpeningLine:
    """The opening in the plan. Raises Refused: 404 where it is not in it, 409 where the plan is no draft any more."""
    line = next((line for line in view.openings if line.opening == opening), None)
    if line is None:
        raise Refused("", 404)
    if view.card.state is not PlanState.DRAFT:
        raise Refused(mark("Ten plan jest już zamknięty. Nic w nim nie zmienisz."))
    return line


async def choices(actor: Actor, view: PlanView, line: OpeningLine) -> Choices:
    """Among those whom the opening's own page would show: its best candidates, and the nearest one wish short."""
    found = await matching.staffing(actor, line.opening)
    there = {pair.volunteer for pair in line.pairs if pair.fills}
    shown = [one.person for one in (*found.candidates, *found.elsewhere)]
    shown += [one.person for one in found.excluded if one.may_be_asked]
    persons = {one.id: one for one in shown if one.id not in there}
    planned = _planned(view, line, persons)
    asked = await facts.openings_facts({line.opening, *(other for others in planned.values() for other in others)})
    if (o := asked.get(line.opening)) is None:
        raise Refused("", 404)
    starts = o.times[0].starts
    others, elsewhere = list[Other](), list[Person]()
    people = await facts.volunteers_between(persons, starts, starts)
    open_ = await pending.in_the_way(o, people.values())
    for id, free in people.items():
        of_plan = [asked[other] for other in planned[id] if other in asked]
        v = as_of(words.with_others(free, of_plan), starts)
        obstacles = words.obstacles(v, o)
        if all(one.rule in WISHES for one in obstacles):
            fit = None if obstacles or id in open_ else words.fit(v, o)
            others.append(Other(persons[id], km(v, o), fit, obstacles, len(planned[id]), open_.get(id)))
        elif not words.obstacles(free, o):
            elsewhere.append(persons[id])
    return Choices(
        fitting=sorted((one for one in others if one.fit), key=_best_first),
        in_spite=sorted((one for one in others if not one.fit), key=_least_in_the_way)[:MOST_IN_SPITE],
        elsewhere=sorted(elsewhere, key=lambda one: (one.name, one.id)),
    )


def _planned(view: PlanView, line: OpeningLine, persons: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The other openings that the plan gives each of `persons`, beside what they have accepted or are asked about."""
    of = {
        one.volunteer: [other.opening for other, pair in one.pairs if pair.answer not in rules.THERE]
        for one in view.people
    }
    return {id: [other for other in of.get(id, ()) if other != line.opening] for id in persons}


def _best_first(other: Other) -> tuple[int, UUID]:
    return (-other.fit.score.total if other.fit else 0, other.person.id)


def _least_in_the_way(other: Other) -> tuple[int, float, UUID]:
    return (len(other.obstacles), other.km, other.person.id)
