"""Who has a question about some hours already: an invitation, or a task they asked for, that may still become a yes.

Nobody is proposed for hours they are asked about elsewhere, unless a coordinator says so with a word: of two yeses one
would be refused, and the desk would have lost a day. docs/decisions/0046-plans.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from volunteer_hub.kit import database, geo
from volunteer_hub.matching import rules
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts
from volunteer_hub.schedule.spans import Span
from volunteer_hub.web.i18n import mark

SAID = mark("Z tą osobą ustalamy już te godziny: %(title)s. Napisz jednym zdaniem, dlaczego mimo to.")
# Whoever only waits in line for a place that somebody else has is free until it is offered to them.
READ = """
    SELECT s.volunteer, s.opening, i.name AS title, m.starts_wall, m.ends_wall, p.latitude, p.longitude,
           s.state = 'proposed' AS wished
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN place p ON p.id = m.place JOIN initiative i ON i.id = m.initiative
    WHERE s.volunteer = ANY($1) AND s.state IN ('invited', 'proposed')
      AND (s.waiting_since IS NULL OR s.offer_until > now())
      AND m.state = 'planned' AND m.starts_at > now() AND m.starts_wall >= $2 AND m.starts_wall < $3
    ORDER BY m.starts_wall, s.id"""
# Hours of the same week count to the sums of a plan, and at a week's end the week begins six days before.
AROUND = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Pending:
    """A task that a volunteer may still say yes to, in wall times; `wished`: they asked for it, and may hear a yes."""

    volunteer: UUID
    opening: UUID
    title: str
    starts_wall: datetime
    ends_wall: datetime
    at: geo.Point
    wished: bool

    @property
    def span(self) -> Span:
        return Span(self.starts_wall, self.ends_wall)

    @property
    def facts(self) -> OpeningFacts:
        """What of it counts for whoever takes something else."""
        return OpeningFacts(self.opening, (self.span,), self.at)


async def of(volunteers: Collection[UUID], first: datetime, last: datetime) -> Mapping[UUID, list[Pending]]:
    """By volunteer, those around wall times from `first` to `last`, the soonest first."""
    found = defaultdict[UUID, list[Pending]](list)
    for row in await database.fetch(READ, list(volunteers), first - AROUND, last + AROUND):
        said = dict(row)
        at = (said.pop("latitude"), said.pop("longitude"))
        found[row["volunteer"]].append(Pending(**said, at=at))
    return found


async def in_the_way(o: OpeningFacts, people: Iterable[VolunteerFacts]) -> dict[UUID, Pending]:
    """Of those `people` who are asked elsewhere about the hours of `o`, or too near for the way: about what."""
    asked = {v.id: v for v in people}
    starts = o.times[0].starts
    found = await of(asked, starts, starts) if asked else {}
    clashing = (
        (id, one)
        for id, those in found.items()
        for one in reversed(those)
        if one.opening != o.id and rules.at_one_time(asked[id], o, one.facts)
    )
    return dict(clashing)


async def elsewhere(opening: UUID, volunteers: Collection[UUID]) -> dict[UUID, Pending]:
    """The same of volunteers by id, read anew: for whoever holds their rows. Raises Refused 404 without the opening."""
    o, people = await facts.facts(opening, volunteers)
    return await in_the_way(o, people.values())
