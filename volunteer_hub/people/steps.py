"""Verbs of the way from sign-up to leaving: each step with its day and who took it, none ever erased."""

from datetime import date
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import proven
from volunteer_hub.people.rules import AGREEING, LeaveReason, Step, may_be_agreed_with, may_step
from volunteer_hub.web.i18n import mark

STALE = mark("Ta osoba jest już na innym etapie. Odśwież stronę i zobacz, jak jest teraz.")
NO_CONSENT = mark("Najpierw zgoda opiekuna: bez niej porozumienie z osobą niepełnoletnią jest nieważne.")


async def held(volunteer: UUID) -> asyncpg.Record:
    """Locks the volunteer until the transaction ends; who they are to the papers and steps. Raises Refused 404."""
    row = await database.fetchrow(
        "SELECT step, birth_date, guardian_name, guardian_consent_at, language, centre_today() AS today FROM volunteer"
        " WHERE id = $1 FOR NO KEY UPDATE",
        volunteer,
    )
    if row is None:
        raise Refused("", 404)
    return row


async def take_step(actor: Actor, volunteer: UUID, step: Step) -> None:
    """Moves a volunteer along the way; to the step they are at already: nothing happens. Raises Refused (404, 409).

    Nobody agrees with a minor, not by word of mouth either, before the guardian does. Who comes back after leaving
    starts anew; all that was stays in the history.
    """
    async with database.transaction():
        if await _may_move(volunteer, step):
            await note(actor, volunteer, step)
            phone = await database.fetchval("SELECT phone FROM volunteer WHERE id = $1", volunteer)
            if step is Step.TALKED_TO and phone:
                await proven.note(phone, "desk")


async def pause(actor: Actor, volunteer: UUID, until: date | None = None) -> None:
    """A break, before the day `until` when it is known; said once more, the day is changed. Raises Refused (404, 409).

    On that day the desk is asked to say that they are back: nobody returns by themselves.
    """
    async with database.transaction():
        if await _may_move(volunteer, Step.PAUSED):
            await note(actor, volunteer, Step.PAUSED, until=until)
        else:
            await database.execute(
                """UPDATE step_taken SET until = $2 WHERE id = (
                       SELECT id FROM step_taken WHERE volunteer = $1 AND step = 'paused' ORDER BY at DESC LIMIT 1)""",
                volunteer, until,
            )  # fmt: skip
            await audit.record(actor, "people.pause.until", f"volunteer:{volunteer}")


async def leave(actor: Actor, volunteer: UUID, reason: LeaveReason, today: date) -> None:
    """They help no more from today on: the service and its agreements end. Raises Refused (404, 409)."""
    async with database.transaction():
        if await _may_move(volunteer, Step.LEFT):
            await note(actor, volunteer, Step.LEFT, reason=reason)
            await _end_papers(volunteer, today)


async def note(actor: Actor, volunteer: UUID, step: Step, *, reason: str = "", until: date | None = None) -> None:
    """Writes the step and its history, of a volunteer whose row is held."""
    await database.execute("UPDATE volunteer SET step = $2, step_since = now() WHERE id = $1", volunteer, step.value)
    await database.execute(
        "INSERT INTO step_taken (id, volunteer, step, at, by, reason, until)"
        " VALUES (gen_random_uuid(), $1, $2, clock_timestamp(), $3, $4, $5)",
        volunteer, step.value, actor.account, reason, until,
    )  # fmt: skip
    await audit.record(actor, f"people.step.{step}", f"volunteer:{volunteer}")


def check_consent(row: asyncpg.Record, on: date) -> None:
    """Raises Refused when an agreement with them (`held`), made on that day, would bind nobody."""
    consents = row["guardian_consent_at"] is not None
    if not may_be_agreed_with(row["birth_date"], on, guardian_consents=consents):
        raise Refused(NO_CONSENT)


async def _may_move(volunteer: UUID, step: Step) -> bool:
    """Whether there is a step to take: not when they stand there already. Raises Refused."""
    row = await held(volunteer)
    was = Step(row["step"])
    if was is step:
        return False
    helped = await database.fetchval(
        "SELECT EXISTS (SELECT FROM step_taken WHERE volunteer = $1 AND step = 'active')", volunteer
    )
    if not may_step(was, step, helped=helped):
        raise Refused(STALE)
    if step in AGREEING:
        check_consent(row, row["today"])
    return True


async def _end_papers(volunteer: UUID, last_day: date) -> None:
    """The service that goes on ends, and the agreements made for it."""
    await database.execute(
        "UPDATE service SET last_day = greatest(first_day, $2) WHERE volunteer = $1 AND last_day IS NULL",
        volunteer, last_day,
    )  # fmt: skip
    await database.execute(
        """UPDATE agreement SET valid_until = greatest(valid_from, $2)
           WHERE volunteer = $1 AND (valid_until IS NULL OR valid_until > $2)""",
        volunteer, last_day,
    )  # fmt: skip
