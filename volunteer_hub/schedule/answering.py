"""What a volunteer says to an invitation, and afterwards: yes, no, not after all."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre, notices, seats
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.seats import Busy, Full, Held, Rushed, Waiting
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.waiting import substitutes
from volunteer_hub.web.i18n import mark

STALE = mark("To zaproszenie jest już nieaktualne.")

# They asked for it themselves, and the centre's yes is not there yet, or its no is.
NOT_THEIRS_TO_SAY = """
    SELECT s.asked_at IS NOT NULL AND (
        s.state = 'proposed' AND s.waiting_since IS NULL
        OR s.state = 'declined' AND c.was = 'proposed' AND c.channel = 'desk')
    FROM assignment s LEFT JOIN LATERAL (
        SELECT was, channel FROM assignment_change WHERE assignment = s.id ORDER BY at DESC, id LIMIT 1) c ON true
    WHERE s.id = $1"""
SOON = "SELECT starts_at < now() + make_interval(hours => $2) FROM meeting WHERE id = $1"
LATE = "SELECT late FROM assignment_change WHERE assignment = $1 ORDER BY at DESC, id LIMIT 1"


async def answer(actor: Actor, assignment: UUID, *, accept: bool, channel: str) -> AssignmentState:
    """The volunteer says yes or no; the state after it. The same answer once more changes nothing.

    A volunteer answers for themselves only; coordinators and the machine for whoever told them. A no after a yes frees
    the seat. Raises Full or Waiting (the yes is kept), Busy, or Refused 410 when the invitation no longer stands, or
    there was none: what a volunteer asked for is the centre's to give.
    """
    becomes = AssignmentState.ACCEPTED if accept else AssignmentState.DECLINED
    async with database.transaction():
        await substitutes.hold(assignment)
        now = await seats.held(actor, assignment)
        if now.state is becomes or (not accept and now.state is AssignmentState.WITHDRAWN):
            return now.state
        await seats.meeting_stands(now.meeting)
        if not may_become(now.state, becomes):
            raise Refused(STALE, 410)
        if accept and actor.role is not Role.COORDINATOR and await database.fetchval(NOT_THEIRS_TO_SAY, assignment):
            raise Refused(STALE, 410)
        refusal = (await standing.objection(now) or await _take(actor, now)) if accept else None
        if isinstance(refusal, Waiting):
            refusal = await standing.keep(actor, now, refusal)
        if not isinstance(refusal, Busy | Rushed):
            await database.execute(
                "UPDATE assignment SET answered_at = now(), answered_by = $2 WHERE id = $1", assignment, channel
            )
        if isinstance(refusal, Full):
            await waiting.join(actor, now, channel)
        if refusal is None:
            await _become(actor, now, becomes, channel)
    if refusal:  # after the transaction, so that a yes which cannot be confirmed yet is kept
        raise refusal
    return becomes


async def withdraw(actor: Actor, assignment: UUID, word: str = "") -> AssignmentState:
    """A volunteer says they cannot come after all, or the desk takes them off; the state after it. Frees the seat.

    `word`: why, if they like to say. Later than HUB_NOTICE_HOURS before it begins it is kept that it came late.
    """
    async with database.transaction():
        await substitutes.hold(assignment)
        now = await seats.held(actor, assignment)
        if now.state in (AssignmentState.WITHDRAWN, AssignmentState.DECLINED):
            return now.state
        await seats.meeting_stands(now.meeting)
        if not may_become(now.state, AssignmentState.WITHDRAWN):
            raise Refused(STALE, 410)
        channel = "web" if actor.role is Role.VOLUNTEER else "desk"
        await _become(actor, now, AssignmentState.WITHDRAWN, channel, words=word)
    return AssignmentState.WITHDRAWN


async def leave(actor: Actor, now: Held, channel: str, *, letter: bool = False) -> None:
    """As `withdraw`, of one of many that are given up together, all rows locked: whoever calls tells of all at once.

    `letter`: this one stands in their calendar by itself, so a letter of its own takes it out.
    """
    await _become(actor, now, AssignmentState.WITHDRAWN, channel, quiet=not letter, sms=False)


async def was_late(assignment: UUID) -> bool:
    """Whether a place was given up just now with less notice than the centre asks for: they should ring as well."""
    return bool(await database.fetchval(LATE, assignment))


async def _take(actor: Actor, now: Held) -> Refused | None:
    """A coordinator who writes down a yes may seat by hand where the place is offered to somebody else."""
    return await substitutes.take(actor, now, by_hand=actor.role is Role.COORDINATOR)


async def _become(
    actor: Actor,
    now: Held,
    becomes: AssignmentState,
    channel: str,
    *,
    words: str = "",
    quiet: bool = False,
    sms: bool = True,
) -> None:
    """The new state, what it does to the seat, and what the volunteer is told of it, unless `quiet`.

    By SMS only when the desk took them off, and if `sms`: who has just said something by SMS is answered by the room
    that read it.
    """
    own = becomes is AssignmentState.DECLINED or actor.role is Role.VOLUNTEER
    late = own and now.state is AssignmentState.ACCEPTED and await _is_soon(now.meeting)
    if now.state is AssignmentState.ACCEPTED:
        await seats.free(now)
    await seats.become(actor, now, becomes, channel, words=words, late=late)
    await standing.mend(actor, now.volunteer)
    knew = await notices.recall(f"assignment:{now.id}") or now.state is AssignmentState.ACCEPTED
    turn = await database.fetchval("SELECT count(*) FROM assignment_change WHERE assignment = $1", now.id)
    key = f"assignment:{{id}}:{becomes}:{turn}"
    if becomes is AssignmentState.ACCEPTED:
        await notices.tell(centre.settings(), [now.id], "accepted", key=key, method="REQUEST", sms=False)
    elif knew and not quiet:
        await notices.tell(
            centre.settings(), [now.id], "withdrawn", key=key, method="CANCEL", sms=sms and not own, own=own
        )
    if now.state is AssignmentState.ACCEPTED:
        await waiting.seat_freed(now.opening)
    elif becomes is not AssignmentState.ACCEPTED:
        await substitutes.refused(now.id)
        await waiting.offer(now.opening)


async def _is_soon(meeting: UUID) -> bool:
    return bool(await database.fetchval(SOON, meeting, centre.settings().notice_hours))
