"""What who runs a social contract does with it: begins, corrects, notes the signature, ends. Reads: contracts.py."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import contracts, participants
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed about a contract itself; `initiative`: what it rests on."""

    initiative: UUID | None
    first_day: date
    last_day: date | None


async def begin(actor: Actor, participant: UUID, details: Details) -> UUID:
    """A draft that this actor runs. Raises Refused 404 for who is not theirs, 422 for what it may not rest on."""
    if not await participants.sees(actor, participant):
        raise Refused("", 404)
    async with database.transaction():
        await rests_on(participant, details.initiative)
        id: UUID = await database.fetchval(
            """INSERT INTO contract (id, participant, runs, initiative, state, first_day, last_day, version, created_at)
               VALUES (gen_random_uuid(), $1, $2, $3, 'draft', $4, $5, 0, now()) RETURNING id""",
            participant, actor.account, details.initiative, details.first_day, details.last_day,
        )  # fmt: skip
        await audit.record(actor, "contract.begin", f"participant:{participant}")
    return id


async def correct(actor: Actor, id: UUID, version: int, details: Details) -> None:
    """Its days and what it rests on, over what was seen. Raises Refused (404, 409, 422), Stale."""
    async with database.transaction():
        row = await contracts.draft(actor, id)
        if row.version != version:
            raise Stale
        await rests_on(row.participant, details.initiative)
        await database.execute(
            "UPDATE contract SET initiative = $2, first_day = $3, last_day = $4, version = version + 1 WHERE id = $1",
            id, details.initiative, details.first_day, details.last_day,
        )  # fmt: skip
        await audit.record(actor, "contract.correct", contracts.about(row))


async def discard(actor: Actor, id: UUID) -> None:
    """A draft that was never signed goes. Raises Refused 404, 409."""
    async with database.transaction():
        row = await contracts.draft(actor, id)
        if row.signed_on:
            raise Refused(mark("Ten kontrakt był już podpisany, więc zostaje. Możesz go zakończyć."))
        await database.execute("DELETE FROM contract WHERE id = $1", id)
        await audit.record(actor, "contract.discard", contracts.about(row))


async def sign(actor: Actor, id: UUID, version: int, day: date) -> None:
    """It was signed on paper; a second time that is an annex. Raises Refused (404, 409), Stale."""
    async with database.transaction():
        row = await contracts.draft(actor, id)
        if row.version != version:
            raise Stale
        if not await database.fetchval(
            "SELECT true FROM contract_step s JOIN contract_goal g ON g.id = s.goal WHERE g.contract = $1 LIMIT 1", id
        ):
            raise Refused(mark("Najpierw wpisz cel i przynajmniej jeden krok."))
        if row.signed_on and day < (row.annex_on or row.signed_on):
            raise Refused(mark("Ta data nie może być wcześniejsza niż poprzednia."))
        await database.execute(
            """UPDATE contract SET state = 'signed', signed_on = coalesce(signed_on, $2), version = version + 1,
                      annex_on = CASE WHEN signed_on IS NULL THEN annex_on ELSE $2 END WHERE id = $1""",
            id, day,
        )  # fmt: skip
        await audit.record(actor, "contract.sign", contracts.about(row))


async def change(actor: Actor, id: UUID) -> None:
    """A signed one may be changed again, and waits for a new signature. Raises Refused 404, 409."""
    await _become(actor, id, ContractState.SIGNED, ContractState.DRAFT, "contract.change")


async def take_up(actor: Actor, id: UUID) -> None:
    """One that was ended by mistake runs again. Raises Refused 404, 409."""
    await _become(actor, id, None, ContractState.SIGNED, "contract.take-up")


async def end(
    settings: Settings, actor: Actor, id: UUID, version: int, how: ContractState, day: date, outcome: str
) -> None:
    """It is finished or ended early, on `day`, with what came of it. Raises Refused (404, 409), Stale."""
    async with database.transaction():
        row = await contracts.working(actor, id)
        if row.version != version:
            raise Stale
        if row.over or row.signed_on is None:
            raise Refused(mark("Zakończyć można kontrakt, który był podpisany i trwa."))
        if day < row.signed_on:
            raise Refused(mark("Koniec nie może być przed dniem podpisania."))
        await database.execute(
            "UPDATE contract SET state = $2, ended_on = $3, outcome = $4, version = version + 1 WHERE id = $1",
            id, how.value, day, contracts.closed(settings, "contract", id, outcome),
        )  # fmt: skip
        await audit.record(actor, "contract.end", contracts.about(row), how.value)


async def rests_on(participant: UUID | None, initiative: UUID | None) -> None:
    """Raises Refused 422 for what this participant does not belong to, or what must not show that they do."""
    if initiative is None:
        return
    known = await contracts.may_rest_on(participant) if participant else []
    if str(initiative) not in {id for id, _ in known}:
        raise Refused(mark("Wybierz szkolenie albo projekt, do którego ta osoba należy."), 422)


async def _become(actor: Actor, id: UUID, was: ContractState | None, becomes: ContractState, verb: str) -> None:
    async with database.transaction():
        row = await contracts.working(actor, id)
        if row.state is not was and not (was is None and row.over):
            raise Refused(mark("Ktoś zmienił już stan tego kontraktu. Zobacz, jaki jest teraz."))
        await database.execute(
            "UPDATE contract SET state = $2, ended_on = NULL, version = version + 1 WHERE id = $1", id, becomes.value
        )
        await audit.record(actor, verb, contracts.about(row))
