"""Verbs of a volunteer's papers: the first day of service, the written agreement, the insurance. Dates, never files.

Each is one transaction that holds the volunteer's row, so that whoever books them meanwhile waits. Adding is checked;
ending and taking back is never refused, whatever is planned: who plans is told by the caller (schedule.standing).
"""

from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Step
from volunteer_hub.people.steps import check_consent, held
from volunteer_hub.people.steps import note as note_step
from volunteer_hub.web.i18n import mark


async def start_service(actor: Actor, volunteer: UUID, first_day: date) -> None:
    """Says which was the first day of the service that goes on now; said before, it is corrected.

    Raises Refused (404; 409 when it lies in a service that has ended already).
    """
    async with database.transaction():
        await held(volunteer)
        ended = await database.fetchval(
            "SELECT max(last_day) FROM service WHERE volunteer = $1 AND last_day IS NOT NULL", volunteer
        )
        if ended and first_day <= ended:
            raise Refused(mark("Ten dzień należy do wcześniejszej pomocy, która się już skończyła."))
        await database.execute(
            """INSERT INTO service (id, volunteer, first_day, noted_at, noted_by)
               VALUES (gen_random_uuid(), $1, $2, now(), $3)
               ON CONFLICT (volunteer) WHERE last_day IS NULL
               DO UPDATE SET first_day = excluded.first_day, noted_at = now(), noted_by = excluded.noted_by""",
            volunteer, first_day, actor.account,
        )  # fmt: skip
        await audit.record(actor, "people.service", f"volunteer:{volunteer}")


async def sign_agreement(
    actor: Actor, volunteer: UUID, *, signed_on: date, valid_from: date, valid_until: date | None = None
) -> UUID:
    """Notes a written agreement; who was only talked to is agreed with from now on. The same one twice is one.

    Raises Refused (404; 409 for a minor whose guardian has not consented: without it the agreement binds nobody).
    """
    async with database.transaction():
        row = await held(volunteer)
        check_consent(row, signed_on)
        known: UUID | None = await database.fetchval(
            """SELECT id FROM agreement WHERE volunteer = $1 AND signed_on = $2 AND valid_from = $3
               AND valid_until IS NOT DISTINCT FROM $4""",
            volunteer, signed_on, valid_from, valid_until,
        )  # fmt: skip
        if known:
            return known
        id: UUID = await database.fetchval(
            """INSERT INTO agreement (id, volunteer, signed_on, valid_from, valid_until, noted_at, noted_by)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, now(), $5) RETURNING id""",
            volunteer, signed_on, valid_from, valid_until, actor.account,
        )  # fmt: skip
        await audit.record(actor, "people.agreement.sign", f"volunteer:{volunteer}")
        if row["step"] in (Step.APPLIED, Step.TALKED_TO):
            await note_step(actor, volunteer, Step.AGREED)
    return id


async def end_agreement(actor: Actor, agreement: UUID, last_day: date) -> UUID:
    """The agreement holds no longer than `last_day`; one that would end before it began was a slip and goes.

    Whose it is. Raises Refused 404.
    """
    async with database.transaction():
        volunteer = await _owner("SELECT volunteer FROM agreement WHERE id = $1", agreement)
        if not await database.execute("DELETE FROM agreement WHERE id = $1 AND valid_from > $2", agreement, last_day):
            await database.execute(
                "UPDATE agreement SET valid_until = least(valid_until, $2) WHERE id = $1", agreement, last_day
            )
        await audit.record(actor, "people.agreement.end", f"volunteer:{volunteer}")
    return volunteer


async def add_policy(
    actor: Actor,
    *,
    insurer: str,
    number: str,
    valid_from: date,
    valid_until: date,
    volunteer: UUID | None = None,
) -> UUID:
    """An insurance of all volunteers, or of one. The same one twice is one. Raises Refused 404."""
    async with database.transaction():
        if volunteer:
            await held(volunteer)
        else:
            # Two presses at once write one policy: there is no row yet that both could wait for.
            await database.execute("SELECT pg_advisory_xact_lock(hashtextextended('policy:' || $1, 1))", number)
        known: UUID | None = await database.fetchval(
            """SELECT id FROM policy WHERE number = $1 AND insurer = $2 AND valid_from = $3 AND valid_until = $4
               AND volunteer IS NOT DISTINCT FROM $5""",
            number, insurer, valid_from, valid_until, volunteer,
        )  # fmt: skip
        if known:
            return known
        id: UUID = await database.fetchval(
            """INSERT INTO policy (id, insurer, number, valid_from, valid_until, volunteer, noted_at, noted_by)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, now(), $6) RETURNING id""",
            insurer, number, valid_from, valid_until, volunteer, actor.account,
        )  # fmt: skip
        await audit.record(actor, "people.policy.add", f"volunteer:{volunteer}" if volunteer else f"policy:{id}")
    return id


async def insures_all(policy: UUID) -> bool:
    """Whether it is there and insures everybody, not one volunteer."""
    return await database.fetchval("SELECT EXISTS (SELECT FROM policy WHERE id = $1 AND volunteer IS NULL)", policy)


async def end_policy(actor: Actor, policy: UUID, last_day: date) -> UUID | None:
    """The policy holds no longer than `last_day`; one that would end before it began was a slip and goes.

    Whom it covers; None: everybody. Raises Refused 404.
    """
    async with database.transaction():
        row = await database.fetchrow("SELECT volunteer FROM policy WHERE id = $1", policy)
        if row is None:
            raise Refused("", 404)
        volunteer: UUID | None = row["volunteer"]
        if volunteer:
            await held(volunteer)
        if not await database.execute("DELETE FROM policy WHERE id = $1 AND valid_from > $2", policy, last_day):
            await database.execute(
                "UPDATE policy SET valid_until = least(valid_until, $2) WHERE id = $1", policy, last_day
            )
        await audit.record(actor, "people.policy.end", f"volunteer:{volunteer}" if volunteer else f"policy:{policy}")
    return volunteer


async def _owner(sql: str, id: UUID) -> UUID:
    """Whose row `sql` finds, and holds them."""
    volunteer: UUID | None = await database.fetchval(sql, id)
    if volunteer is None:
        raise Refused("", 404)
    await held(volunteer)
    return volunteer
