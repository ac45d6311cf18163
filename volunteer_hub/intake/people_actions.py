"""Verbs of the desk about one volunteer that reach into the plan: the change, and what it does to what is agreed.

People below know nothing of meetings. Here both happen in one transaction: who leaves is taken off first, and after
every change of papers it is judged anew who may still come.
"""

from datetime import date
from uuid import UUID

from volunteer_hub.intake import merged_seats
from volunteer_hub.intake.volunteer_forms import DetailsForm
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people import actions as people
from volunteer_hub.people import clearances, corrections, papers, steps
from volunteer_hub.people.forms import NewAgreement, NewClearance, NewPolicy
from volunteer_hub.people.rules import LeaveReason, Step
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.volunteers import of_volunteer


async def take_step(actor: Actor, volunteer: UUID, step: Step) -> None:
    """Raises Refused (404, 409)."""
    async with database.transaction():
        await steps.take_step(actor, volunteer, step)
        await standing.recheck(actor, volunteer)


async def pause(actor: Actor, volunteer: UUID, until: date | None) -> int:
    """A break; of how many tasks before its end they were taken off. Raises Refused (404, 409)."""
    async with database.transaction():
        freed = await of_volunteer.take_off(actor, volunteer, until)
        await steps.pause(actor, volunteer, until)
        await standing.recheck(actor, volunteer)
    return freed


async def leave(actor: Actor, volunteer: UUID, reason: LeaveReason, today: date) -> int:
    """They help no more; of how many tasks they were taken off. Raises Refused (404, 409)."""
    async with database.transaction():
        freed = await of_volunteer.take_off(actor, volunteer)
        await steps.leave(actor, volunteer, reason, today)
    return freed


async def record_guardian_consent(actor: Actor, volunteer: UUID) -> None:
    """Raises Refused (404, 409)."""
    async with database.transaction():
        await people.record_guardian_consent(actor, volunteer)
        await standing.recheck(actor, volunteer)


async def record_clearance(actor: Actor, volunteer: UUID, new: NewClearance) -> None:
    """Raises Refused 404."""
    async with database.transaction():
        await clearances.record_clearance(actor, volunteer, **new.model_dump())
        await standing.recheck(actor, volunteer)


async def revoke_clearance(actor: Actor, volunteer: UUID, kind: str, today: date) -> None:
    """Raises Refused 404."""
    async with database.transaction():
        await clearances.revoke_clearance(actor, volunteer, kind, today)
        await standing.recheck(actor, volunteer)


async def shorten_clearance(actor: Actor, volunteer: UUID, kind: str, valid_until: date) -> None:
    """Raises Refused 404."""
    async with database.transaction():
        await clearances.shorten_clearance(actor, volunteer, kind, valid_until)
        await standing.recheck(actor, volunteer)


async def start_service(actor: Actor, volunteer: UUID, first_day: date) -> None:
    """Raises Refused (404, 409)."""
    async with database.transaction():
        await papers.start_service(actor, volunteer, first_day)
        await standing.recheck(actor, volunteer)


async def sign_agreement(actor: Actor, volunteer: UUID, new: NewAgreement) -> UUID:
    """Which agreement it is now. Raises Refused (404, 409)."""
    async with database.transaction():
        agreement = await papers.sign_agreement(actor, volunteer, **new.model_dump())
        await standing.recheck(actor, volunteer)
    return agreement


async def end_agreement(actor: Actor, agreement: UUID, last_day: date) -> UUID:
    """Whose it was. Raises Refused 404."""
    async with database.transaction():
        volunteer = await papers.end_agreement(actor, agreement, last_day)
        await standing.recheck(actor, volunteer)
    return volunteer


async def add_policy(actor: Actor, new: NewPolicy, volunteer: UUID | None = None) -> None:
    """Of one volunteer, or of all. Raises Refused 404."""
    async with database.transaction():
        await papers.add_policy(actor, **new.model_dump(), volunteer=volunteer)
        await _recheck(actor, volunteer)


async def end_policy(actor: Actor, policy: UUID, last_day: date) -> UUID | None:
    """Whom it covered; None: everybody. Raises Refused 404."""
    async with database.transaction():
        if await papers.insures_all(policy):
            await standing.hold_all()
        volunteer = await papers.end_policy(actor, policy, last_day)
        await _recheck(actor, volunteer)
    return volunteer


async def correct(actor: Actor, volunteer: UUID, new: DetailsForm) -> None:
    """Raises Refused 404, corrections.Stale, corrections.Taken."""
    async with database.transaction():
        await corrections.correct(actor, volunteer, new.version, new.details())
        # A number that is another's too may have the same code open already.
        await merged_seats.tell_again(volunteer, f"corrected:{new.version}")
        await standing.recheck(actor, volunteer)


async def _recheck(actor: Actor, volunteer: UUID | None) -> None:
    if volunteer:
        await standing.recheck(actor, volunteer)
    else:
        await standing.recheck_all(actor)
