"""Invitations that nobody answered: when their meeting begins they become silent, and no longer wait for anybody.

So does one that is not needed any more because all seats are taken; a yes after that has its turn as any late one.
By the worker, a few hundred at a time, each in a transaction of its own under the locks of any answer: an answer that
comes at the same moment is either in time or told that the meeting has begun.
"""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, notices, seats
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.settings import Settings

MOST_PER_TICK = 200

# A regular task that nobody answered before the first of its meetings began. A late yes is one to the rest.
REGULAR = f"""
    UPDATE regular_task SET state = 'silent' WHERE id IN (
        SELECT t.id FROM regular_task t WHERE t.state = 'invited' AND EXISTS (
            SELECT FROM meeting m WHERE m.series = t.series AND m.series_day >= t.first_day AND m.state = 'planned'
              AND m.starts_at <= now() AND m.starts_at > t.invited_at)
        ORDER BY t.id LIMIT {MOST_PER_TICK} FOR UPDATE SKIP LOCKED)"""

# Who said yes where no place was left has answered.
UNANSWERED = """
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.state = 'invited' AND s.answered_at IS NULL AND m.state = 'planned' AND m.starts_at <= now()"""
DUE = f"SELECT s.id {UNANSWERED} ORDER BY s.id LIMIT {MOST_PER_TICK}"
STILL = f"SELECT EXISTS (SELECT {UNANSWERED} AND s.id = $1)"

# An open invitation to an opening that is full: neither an offer nor a place in line, which have ends of their own.
NOT_NEEDED = """
    s.state = 'invited' AND s.answered_at IS NULL AND s.waiting_since IS NULL AND s.offer_until IS NULL
    AND o.taken >= o.most AND m.state = 'planned' AND m.starts_at > now()"""
CLOSED = f"""
    SELECT (SELECT count(*) FROM assignment_change c WHERE c.assignment = s.id) AS turn
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.id = $1 AND {NOT_NEEDED}"""
# How the change to silent says that it was we who needed no answer (assignment_change.channel).
FULL = "full"


async def plan(_: Settings) -> int:
    """The worker's: how many invitations to a meeting became silent."""
    await database.execute(REGULAR)
    return sum([await _silent(row["id"]) for row in await database.fetch(DUE)])


async def not_needed(assignment: UUID) -> bool:
    """Closes an open invitation to an opening that is full, once, and thanks whoever may have read it.

    By day: an SMS at night waits for the morning. What has not left yet is called off, and nothing is said of it.
    """
    async with database.transaction():
        now = await seats.held(SYSTEM, assignment)
        of = await database.fetchrow(CLOSED, assignment)
        if of is None:
            return False
        await seats.become(SYSTEM, now, AssignmentState.SILENT, FULL)
        if await notices.recall(f"assignment:{assignment}"):
            key = f"assignment:{{id}}:full:{of['turn']}"
            await notices.tell(centre.settings(), [assignment], "filled", key=key, method="CANCEL", wakes=Wakes.NEVER)
    return True


async def _silent(assignment: UUID) -> bool:
    async with database.transaction():
        now = await seats.held(SYSTEM, assignment)
        if not await database.fetchval(STILL, assignment):
            return False
        await seats.become(SYSTEM, now, AssignmentState.SILENT, "")
        await notices.recall(f"assignment:{assignment}")
    return True
