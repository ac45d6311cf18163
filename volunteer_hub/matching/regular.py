"""Whom to ask whether a series may be theirs regularly: who helped there and who fits, or people found by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.matching import queries, rules, search
from volunteer_hub.matching.queries import Person
from volunteer_hub.matching.rules import Obstacle
from volunteer_hub.people import search as people
from volunteer_hub.people.wanted import Wanted
from volunteer_hub.schedule import centre, facts
from volunteer_hub.schedule.rules import WISHES, Rule, km
from volunteer_hub.schedule.scoring import score

MOST = 10
# What is of one meeting alone says nothing about the others.
OF_ONE_MEETING = (Rule.ASSIGNED, Rule.BUSY)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be asked. `obstacles` are wishes, and a coordinator asks in spite of them only with a word."""

    person: Person
    km: float
    times_here: int
    obstacles: tuple[Obstacle, ...]


async def choices(
    actor: Actor, opening: UUID, q: str = "", but: Collection[UUID] = (), among: Sequence[UUID] = ()
) -> list[Choice]:
    """Judged by the role's next meeting, at most MOST; who helped there before comes first, then who fits best.

    `q`: those of this name, `among`: those alone, whether they fit or not. Whom law or safety keeps out is not there.
    """
    coordinators_only(actor)
    asked = await facts.opening_facts(opening)
    ids = list(among)
    if q:
        found = await people.find(actor, Wanted(q=q, step="active"), clock.today(centre.settings().timezone))
        ids = [row.id for row in found.people]
    elif not ids:
        ids = [*asked.known, *(volunteer for volunteer, _ in await search.best(asked))]
    wanted = [id for id in dict.fromkeys(ids) if id not in but]
    known = (await facts.volunteer_facts(asked, wanted)).values()
    stands = {v.id: tuple(o for o in rules.obstacles(v, asked) if o.rule not in OF_ONE_MEETING) for v in known}
    may = [v for v in known if all(one.rule in WISHES for one in stands[v.id])]
    may.sort(key=lambda v: (len(stands[v.id]), -asked.known.get(v.id, 0), -score(v, asked).total, v.id))
    persons = await queries.persons([v.id for v in may[:MOST]])
    here = asked.known
    return [Choice(persons[v.id], km(v, asked), here.get(v.id, 0), stands[v.id]) for v in may[:MOST]]
