"""Asks others who fit when a place came free and nobody on its waiting list can take it. By the worker."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries
from volunteer_hub.schedule import actions
from volunteer_hub.settings import Settings

# Claimed before anybody is asked, so that two workers never ask twice as many. One that dies in between has asked too
# few: then nobody answers, and the search goes on to the coordinator.
CLAIM = """
    UPDATE refill r SET told_at = now() FROM opening o, meeting m, initiative i
    WHERE r.stage = 'wider' AND r.told_at IS NULL AND o.id = r.opening AND o.taken < o.most AND m.id = o.meeting
      AND m.state = 'planned' AND m.starts_at > now() AND i.id = m.initiative
    RETURNING r.opening, i.widens"""


async def plan(_: Settings) -> int:
    """The worker's: how many people were asked."""
    return sum([await _ask(row["opening"], row["widens"]) for row in await database.fetch(CLAIM)])


async def _ask(opening: UUID, most: int) -> int:
    """Invites the best who fit and were never asked about this opening, all at once: the first yes has the place."""
    asked = 0
    for candidate in (await queries.candidates(SYSTEM, opening))[:most]:
        try:
            await actions.invite(
                SYSTEM, opening, candidate.person.id, score=candidate.fit.score.total, rank=candidate.rank, wakes=False
            )
        except Refused:  # somebody else was just asked, or the place is gone
            continue
        asked += 1
    return asked
