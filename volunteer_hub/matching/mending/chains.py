"""The smallest change that fills an opening: who is free, else who moves so that nobody is moved in vain.

By the rules of the house, over rows, and looking only at openings that a move would leave; the engine does the same
over a whole instance (engine/local.py), and a test holds the two together. docs/decisions/0044-mending.md. Moved are
only people with a single task: never out of a group, a circle, a regular task or a role with `continuity`.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import combinations
from uuid import UUID

import asyncpg

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.matching import people_sql as sql
from volunteer_hub.matching import queries
from volunteer_hub.schedule import facts
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.rules import APART, OpeningFacts, Rule, VolunteerFacts, as_of, broken
from volunteer_hub.schedule.scoring import score
from volunteer_hub.schedule.spans import Span
from volunteer_hub.schedule.waiting import offers

# People who do something else than before, at most; openings one of them leaves for another; openings looked at, and
# of each the nearest who could come, and their seats.
PEOPLE = 3
LEFT = 2
LOOKED_AT = 24
MOST_NEAR, MOST_HELD = 600, 120

# What somebody's other tasks are in the way by: it may hold once they leave one.
MOVABLE = frozenset({Rule.BUSY, Rule.TRAVEL, Rule.HOURS, Rule.TIMES, Rule.LIMIT})

# What may be left, from :first to :last around the opening's week, by the nearest who could come but for it. Where
# somebody waits for the place that would come free, it is theirs. `asked` gives each parameter its type, used or not.
HELD = sql.statement(
    f"""
WITH asked AS (SELECT {", ".join(f":{name}" for name in sql.ASKED)}),
places AS MATERIALIZED ({sql.PLACES}),
near AS MATERIALIZED (
  SELECT id, km FROM ({sql.REACHED.format(share=1, gate="")} OFFSET 0) v
  WHERE {sql.AWAKE} AND km <= max_km AND {sql.ALLOWED} AND {sql.SKILLED} AND {sql.SPEAKS}
  ORDER BY km, id LIMIT {MOST_NEAR})
SELECT s.id AS assignment, s.volunteer, o.id AS opening, m.starts_wall, m.ends_wall, o.least, o.taken,
       {schedule.URGENT} AS urgent
FROM near JOIN booking b ON b.volunteer = near.id AND b.accepted AND b.starts_at >= :first - interval '15 hours'
                            AND b.starts_at < :last + interval '15 hours'
JOIN assignment s ON s.id = b.assignment AND s.state = 'accepted' JOIN opening o ON o.id = s.opening
JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role JOIN initiative i ON i.id = m.initiative
JOIN theme t ON t.id = i.theme
WHERE m.state = 'planned' AND m.starts_at > now() AND m.starts_wall >= :first AND m.starts_wall < :last
  AND s.regular IS NULL AND NOT r.continuity AND (s.named_until IS NULL OR s.named_until <= now())
  AND i.kind <> ALL(:kinds) AND NOT t.confidential
  AND NOT EXISTS (SELECT FROM assignment s WHERE s.opening = o.id AND {offers.WAITS})
ORDER BY near.km, s.id LIMIT {MOST_HELD}""",
    {"first": "timestamp", "last": "timestamp", "kinds": "varchar[]"},
)
# Whoever cannot come is left alone.
CANCELLED = "SELECT volunteer FROM assignment WHERE opening = $1 AND state IN ('declined', 'withdrawn')"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's accepted seat, by its assignment, that they might leave."""

    assignment: UUID
    opening: UUID
    span: Span
    spare: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A volunteer takes an opening and leaves these seats for it. `rank`: of who is free, on the opening's list."""

    volunteer: UUID
    opening: UUID
    score: int
    left: tuple[Seat, ...] = ()
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Steps that fill an opening, its own first; `short`: the opening that is left short instead, as it can wait."""

    steps: tuple[Step, ...] = ()
    short: UUID | None = None


async def find(actor: Actor, opening: UUID, *, urgent: bool) -> Way | None:
    """Fewest people first; an urgent opening, where all else fails, at the cost of one that is not."""
    coordinators_only(actor)
    search, alone = _Search(actor), frozenset(row["volunteer"] for row in await database.fetch(CANCELLED, opening))
    for swap in (False, True) if urgent else (False,):
        for people in range(1, PEOPLE + 1):
            way = await search.filled((opening,), people, alone, swap=swap)
            if way is not None:
                return way
    return None


class _Search:
    """A search by depth; what was found out about an opening is kept."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._free: dict[UUID, list[Step]] = {}
        self._moving: dict[UUID, list[Step]] = {}

    async def filled(
        self,
        gaps: tuple[Seat | UUID, ...],
        people: int,
        moved: frozenset[UUID],
        spared: tuple[UUID, ...] = (),
        *,
        swap: bool,
    ) -> Way | None:
        """The first way to fill all gaps by so many people, beside those `moved`; `spared`: left without a gap.

        With `swap` one seat that is not urgent is left short.
        """
        if not gaps:
            return Way()
        gap, others = gaps[0], gaps[1:]
        if swap and not people:
            return Way(short=gap.opening) if isinstance(gap, Seat) and not others and not gap.urgent else None
        async for step in self._steps(gap.opening if isinstance(gap, Seat) else gap):
            more, spare = _gaps(step.left, spared)
            if step.volunteer in moved or len(more) + len(others) > people - 1 + swap:
                continue
            then = await self.filled((*others, *more), people - 1, moved | {step.volunteer}, spare, swap=swap)
            if then is not None:
                return Way((step, *then.steps), then.short)
        return None

    async def _steps(self, opening: UUID) -> AsyncIterator[Step]:
        """Who is free first, then who would leave something."""
        for found, look in ((self._free, self._who_is_free), (self._moving, self._who_moves)):
            if opening not in found and len(found) < LOOKED_AT:
                found[opening] = await look(opening)
            for step in found.get(opening, ()):
                yield step

    async def _who_is_free(self, opening: UUID) -> list[Step]:
        candidates = await queries.candidates(self.actor, opening)
        return [Step(one.person.id, opening, one.fit.score.total, (), one.rank) for one in candidates]

    async def _who_moves(self, opening: UUID) -> list[Step]:
        asked = await facts.opening_facts(opening)
        held = await _held(asked)
        known = await facts.volunteer_facts(asked, list(held))
        steps = [step for v in known.values() for step in ways(v, asked, held[v.id])]
        return sorted(steps, key=lambda step: (len(step.left), sum(s.urgent for s in step.left), -step.score))


def ways(v: VolunteerFacts, o: OpeningFacts, held: Collection[Seat]) -> list[Step]:
    """How `v` can take `o` by leaving as few of the seats they hold as will do; none where more than tasks are in the
    way. Pure."""
    if set(broken(v, o)) - MOVABLE:
        return []
    for size in range(1, LEFT + 1):
        found = []
        for left in combinations(held, size):
            then = without(v, o, [seat.span for seat in left])
            if not broken(then, o):
                found.append(Step(v.id, o.id, score(then, o).total, left))
        if found:
            return found
    return []


def without(v: VolunteerFacts, o: OpeningFacts, spans: Sequence[Span]) -> VolunteerFacts:
    """`v` as they would be for `o` without what they do at these times."""
    booked = tuple(span for span in v.booked if span not in spans)
    stops = tuple(stop for stop in v.stops if Span(stop.starts, stop.ends) not in spans)
    return as_of(replace(v, booked=booked, stops=stops), o.times[0].starts)


def _gaps(left: Sequence[Seat], spared: tuple[UUID, ...]) -> tuple[tuple[Seat, ...], tuple[UUID, ...]]:
    """Which of these openings come below their least when they are left, and who else can be spared no more."""
    gaps = []
    for seat in left:
        if seat.spare > spared.count(seat.opening):
            spared = (*spared, seat.opening)
        else:
            gaps.append(seat)
    return tuple(gaps), spared


async def _held(o: OpeningFacts) -> dict[UUID, list[Seat]]:
    """Seats that the nearest who could come to `o` hold in its week or so near that they may be in the way."""
    starts, ends = o.times[0]
    monday = datetime.combine(starts.date() - timedelta(days=starts.weekday()), time())
    until = datetime.combine(ends.date() + timedelta(days=7 - ends.weekday()), time())
    held: dict[UUID, list[Seat]] = defaultdict(list)
    rows = await database.fetch(HELD, *sql.values(o), monday - APART, until + APART, CONFIDENTIAL)
    for row in rows:
        held[row["volunteer"]].append(_seat(row))
    return held


def _seat(row: asyncpg.Record) -> Seat:
    span = Span(row["starts_wall"], row["ends_wall"])
    return Seat(row["assignment"], row["opening"], span, row["taken"] - row["least"], row["urgent"])
