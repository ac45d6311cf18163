"""What the pages of matching show: an opening with its candidates, and openings that lack people. Coordinators only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.atlas.rules import CALM, PRESSING, TODAY
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import pending, rules, search, soft
from volunteer_hub.matching.pending import Pending
from volunteer_hub.matching.rules import Fit, Obstacle
from volunteer_hub.matching.soft import Adds
from volunteer_hub.schedule import facts
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.queries import OpeningRow, RosterRow
from volunteer_hub.schedule.rules import WISHES, OpeningFacts, Rule, broken, km
from volunteer_hub.schedule.scoring import score

MOST_EXCLUDED = 30
DAYS = 14
MOST_SHORT = 20
# Of the best for an opening in a list of many so many are judged: the first of them may be asked elsewhere already.
FIRST_FEW = 5

OPENING = f"""
    SELECT o.id, m.id AS meeting, i.id AS initiative, i.name AS title, i.kind, t.slug AS cause,
           r.name AS role, r.tasks, r.skills, r.languages, r.clearances, r.min_age, r.max_age, r.minor_safe, r.gender,
           m.starts_wall, m.ends_wall, m.timezone, p.name AS place, a.name AS area, o.least, o.most, o.taken,
           {schedule.INVITED} AS invited, {schedule.URGENT} AS urgent, o.urgent_reason,
           coalesce((SELECT max(n.urgency) FROM need_met nm JOIN need n ON n.id = nm.need
                     WHERE nm.initiative = i.id AND n.state IN ('open', 'addressed')), 0) AS need_urgency,
           m.state = 'cancelled' AS cancelled, m.starts_at <= now() AS begun
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = m.place
    JOIN area a ON a.id = p.area WHERE o.id = $1"""

PEOPLE = """
    SELECT v.id, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, v.kind, v.step,
           coalesce(a.name, '') AS area, v.latitude IS NULL AS by_area, v.travels
    FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug WHERE v.id = ANY($1)"""


@dataclass(frozen=True, slots=True)
class OpeningView:
    """An opening at the desk. `need_urgency` is that of the most urgent need its initiative stands for, or 0."""

    id: UUID
    meeting: UUID
    initiative: UUID
    title: str
    kind: str
    cause: str
    role: str
    tasks: str
    skills: list[str]
    languages: list[str]
    clearances: list[str]
    min_age: int | None
    max_age: int | None
    minor_safe: bool
    gender: str
    starts_wall: datetime
    ends_wall: datetime
    timezone: str
    place: str
    area: str
    least: int
    most: int
    taken: int
    invited: int
    urgent: bool
    urgent_reason: str
    need_urgency: int
    cancelled: bool
    begun: bool

    @property
    def open(self) -> bool:
        """Whether anybody may still be invited."""
        return not (self.cancelled or self.begun or self.taken >= self.most)

    @property
    def days_left(self) -> int:
        return (self.starts_wall.date() - clock.today(self.timezone)).days

    @property
    def urgency(self) -> int:
        """1…4 as at the desk: a need for today makes its openings PRESSING, and TODAY on the day itself."""
        if self.need_urgency == TODAY and self.days_left > 0:
            return PRESSING
        return max(self.need_urgency, PRESSING if self.urgent else CALM)


@dataclass(frozen=True, slots=True)
class Person:
    """A volunteer in a list of suggestions. `by_area`: no point is known, the middle of their area stands for it.

    `travels` is how they usually come (people.week.TRAVELS), empty when they did not say.
    """

    id: UUID
    name: str
    kind: str
    step: str
    area: str
    by_area: bool
    travels: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """`obstacles`: the wishes that somebody breaks who is shown because these are set aside; `asked`: what they are
    asked about already, at hours that leave no time for this. Either has no rank, 0, and is asked with a word."""

    rank: int
    person: Person
    fit: Fit
    obstacles: tuple[Obstacle, ...] = ()
    asked: Pending | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    person: Person
    obstacles: tuple[Obstacle, ...]

    @property
    def may_be_asked(self) -> bool:
        """Whether only wishes stand in the way: a coordinator may ask in spite of them, with a word."""
        return all(one.rule in WISHES for one in self.obstacles)


@dataclass(frozen=True, slots=True)
class Staffing:
    """An opening, who could fill it and who stands on its roster. `more`: how many more of the nearest do not fit.

    `elsewhere`: who would fit, and is asked about these hours elsewhere already.
    `relaxed`: who would fit with the wishes set aside that the coordinator named; `adds`: how many each other adds.
    """

    opening: OpeningView
    candidates: list[Candidate]
    elsewhere: list[Candidate]
    excluded: list[Excluded]
    more: int
    roster: list[RosterRow]
    relaxed: list[Candidate]
    adds: dict[Rule, Adds]


@dataclass(frozen=True, slots=True)
class ShortRow:
    """An opening that lacks people, and who would fit it best now."""

    opening: OpeningRow
    cause: str
    best: Candidate | None


async def staffing(actor: Actor, id: UUID, without: Collection[Rule] = ()) -> Staffing:
    """All that the opening's page shows, with the wishes `without` set aside. Nobody is suggested for one that is over,
    off or full.

    Raises Refused 404 when the opening is not there for this actor.
    """
    _must_match(actor)
    row = await database.fetchrow(OPENING, id)
    if row is None:
        raise Refused("", 404)
    view = OpeningView(**row)
    roster = await schedule.roster(actor, id)
    if not view.open:
        return Staffing(view, [], [], [], 0, roster, [], {})
    asked = await facts.opening_facts(id)
    would = await soft.would_fit(asked, without)
    adds = {rule: would.adds[rule] for rule in soft.SOFT if rule in would.adds}
    found, relaxed = await _best(asked, search.BEST), await _relaxed(asked, would.relaxed, without)
    excluded, more = await _excluded(asked, {one.person.id for one in relaxed})
    free, elsewhere = [one for one in found if not one.asked], [one for one in found if one.asked]
    return Staffing(view, free, elsewhere, excluded, more, roster, relaxed, adds)


async def candidates(actor: Actor, opening: UUID) -> list[Candidate]:
    """Who fits the opening, is not on it in any state and not asked about these hours elsewhere; the best first, at
    most search.BEST."""
    return [one for one in await fitting(actor, opening) if not one.asked]


async def fitting(actor: Actor, opening: UUID) -> list[Candidate]:
    """The same, and after them, without a rank, who is `asked` elsewhere."""
    _must_match(actor)
    return await _best(await facts.opening_facts(opening), search.BEST)


async def short(actor: Actor) -> list[ShortRow]:
    """Openings of the coming DAYS days with fewer people than they need, each with its best candidate now."""
    _must_match(actor)
    coming = await schedule.coming_openings(actor, DAYS)
    rows = []
    for opening in [opening for opening in coming if opening.taken < opening.least][:MOST_SHORT]:
        asked = await facts.opening_facts(opening.id)
        best = next((one for one in await _best(asked, FIRST_FEW) if not one.asked), None)
        rows.append(ShortRow(opening, asked.cause, best))
    return rows


async def _best(asked: OpeningFacts, limit: int) -> list[Candidate]:
    """The first of the search; the rules look at each again, so what SQL may get wrong is never shown. Who is asked
    elsewhere comes last."""
    found = [volunteer for volunteer, _ in await search.best(asked)][:limit]
    people, known = await persons(found), await facts.volunteer_facts(asked, found)
    fit = sorted((v for v in known.values() if not broken(v, asked)), key=lambda v: (-score(v, asked).total, v.id))
    elsewhere = await pending.in_the_way(asked, fit)
    free = [v for v in fit if v.id not in elsewhere]
    return [
        *(Candidate(rank, people[v.id], rules.fit(v, asked)) for rank, v in enumerate(free, 1)),
        *(Candidate(0, people[v.id], rules.fit(v, asked), asked=elsewhere[v.id]) for v in fit if v.id in elsewhere),
    ]


async def _relaxed(asked: OpeningFacts, found: list[tuple[UUID, int]], without: Collection[Rule]) -> list[Candidate]:
    """Those `found` whom, the rules say too, only wishes of `without` keep out; the best first."""
    ids = [volunteer for volunteer, _ in found]
    people, known = await persons(ids), await facts.volunteer_facts(asked, ids)
    stand = {v.id: rules.obstacles(v, asked) for v in known.values()}
    may = [v for v in known.values() if stand[v.id] and all(one.rule in without for one in stand[v.id])]
    may.sort(key=lambda v: (-score(v, asked).total, v.id))
    elsewhere = await pending.in_the_way(asked, may)
    return [Candidate(0, people[v.id], rules.fit(v, asked), stand[v.id], elsewhere.get(v.id)) for v in may]


async def _excluded(asked: OpeningFacts, but: Collection[UUID]) -> tuple[list[Excluded], int]:
    """The nearest whom a rule keeps out, one rule short first; and how many more there are among those looked at.

    `but`: those who are shown already.
    """
    near = [id for id in await search.nearest(asked) if id not in but]
    known = await facts.volunteer_facts(asked, near)
    short = [(len(named), km(v, asked), v) for v in known.values() if (named := broken(v, asked))]
    short.sort(key=lambda one: (one[0], one[1], one[2].id))
    shown = [v for _, _, v in short[:MOST_EXCLUDED]]
    people = await persons([v.id for v in shown])
    return [Excluded(people[v.id], rules.obstacles(v, asked)) for v in shown], len(short) - len(shown)


async def persons(ids: Collection[UUID]) -> dict[UUID, Person]:
    """These people as lists of suggestions show them, by id."""
    return {row["id"]: Person(**row) for row in await database.fetch(PEOPLE, list(ids))}


def _must_match(actor: Actor) -> None:
    coordinators_only(actor)
