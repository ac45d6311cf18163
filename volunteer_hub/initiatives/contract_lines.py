"""The goals and steps of a social contract, who notes them done, and who works with it. Reads: contracts.py."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.initiatives import contract_acts, contracts
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class StepDetails:
    """What is typed about a step: attending `attend` meetings of `initiative` does it too."""

    goal: UUID
    words: str
    due: date | None
    initiative: UUID | None
    attend: int | None


ADD_STEP = """
    INSERT INTO contract_step (id, goal, sealed, due, initiative, attend, version, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, clock_timestamp())"""
SAVE_STEP = """
    UPDATE contract_step SET goal = $2, sealed = $3, due = $4, initiative = $5, attend = $6, version = version + 1
    WHERE id = $1"""
OF_CONTRACT = """
    SELECT s.version FROM contract_step s JOIN contract_goal g ON g.id = s.goal WHERE g.contract = $1 AND s.id = $2"""
STAFF = """
    SELECT id, name FROM account WHERE role IN ('coordinator', 'specialist') AND closed_at IS NULL AND id <> $1
    ORDER BY sort_key(name), id"""


async def add_goal(settings: Settings, actor: Actor, contract: UUID, words: str) -> UUID:
    """Raises Refused 404, 409."""
    id = uuid4()
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        await database.execute(
            "INSERT INTO contract_goal (id, contract, sealed, version, created_at)"
            " VALUES ($1, $2, $3, 0, clock_timestamp())",
            id, contract, contracts.closed(settings, "contract-goal", id, words),
        )  # fmt: skip
        await audit.record(actor, "contract.write", contracts.about(row))
    return id


async def save_goal(settings: Settings, actor: Actor, contract: UUID, goal: UUID, version: int, words: str) -> None:
    """Raises Refused (404, 409), Stale."""
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        _seen(
            await database.fetchval(
                "SELECT version FROM contract_goal WHERE contract = $1 AND id = $2", contract, goal
            ),
            version,
        )
        await database.execute(
            "UPDATE contract_goal SET sealed = $2, version = version + 1 WHERE id = $1",
            goal, contracts.closed(settings, "contract-goal", goal, words),
        )  # fmt: skip
        await audit.record(actor, "contract.write", contracts.about(row))


async def remove_goal(actor: Actor, contract: UUID, goal: UUID) -> None:
    """A goal goes with its steps; one that is gone already is gone. Raises Refused 404, 409."""
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        if await database.execute("DELETE FROM contract_goal WHERE contract = $1 AND id = $2", contract, goal):
            await audit.record(actor, "contract.write", contracts.about(row))


async def add_step(settings: Settings, actor: Actor, contract: UUID, step: StepDetails) -> UUID:
    """Raises Refused (404, 409, 422)."""
    id = uuid4()
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        await _possible(contract, row.participant, step)
        await database.execute(ADD_STEP, id, *_columns(settings, id, step))
        await audit.record(actor, "contract.write", contracts.about(row))
    return id


async def save_step(
    settings: Settings, actor: Actor, contract: UUID, id: UUID, version: int, step: StepDetails
) -> None:
    """Raises Refused (404, 409, 422), Stale."""
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        _seen(await database.fetchval(OF_CONTRACT, contract, id), version)
        await _possible(contract, row.participant, step)
        await database.execute(SAVE_STEP, id, *_columns(settings, id, step))
        await audit.record(actor, "contract.write", contracts.about(row))


async def remove_step(actor: Actor, contract: UUID, id: UUID) -> None:
    """One that is gone already is gone. Raises Refused 404, 409."""
    async with database.transaction():
        row = await contracts.draft(actor, contract)
        if await database.fetchval(OF_CONTRACT, contract, id) is not None:
            await database.execute("DELETE FROM contract_step WHERE id = $1", id)
            await audit.record(actor, "contract.write", contracts.about(row))


async def tick(actor: Actor, contract: UUID, id: UUID, done_on: date | None) -> None:
    """Who works with it notes by hand when a step was done; None takes that back. Raises Refused 404, 409."""
    async with database.transaction():
        row = await contracts.working(actor, contract, runs=False)
        if await database.fetchval(OF_CONTRACT, contract, id) is None:
            raise Refused("", 404)
        if row.state is not ContractState.SIGNED:
            raise Refused(mark("Kroki odhacza się w kontrakcie, który jest podpisany i trwa."))
        await database.execute(
            "UPDATE contract_step SET done_on = $2, done_by = $3 WHERE id = $1",
            id, done_on, actor.account if done_on else None,
        )  # fmt: skip
        await audit.record(actor, "contract.step", contracts.about(row), "done" if done_on else "undone")


async def colleagues(actor: Actor) -> list[tuple[str, str]]:
    """Who may be named in a contract besides who runs it, as (id, name)."""
    return [(str(row["id"]), row["name"]) for row in await database.fetch(STAFF, actor.account)]


async def named(contract: UUID) -> list[tuple[str, str]]:
    """Who works with it besides who runs it, as (id, name)."""
    rows = await database.fetch(
        "SELECT a.id, a.name FROM contract_member w JOIN account a ON a.id = w.account WHERE w.contract = $1"
        " ORDER BY sort_key(a.name), a.id",
        contract,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


async def name(actor: Actor, contract: UUID, accounts: Collection[UUID]) -> None:
    """From now on these colleagues work with it, and nobody else besides who runs it. Raises Refused 404, 422."""
    async with database.transaction():
        row = await contracts.working(actor, contract)
        if {str(one) for one in accounts} - {id for id, _ in await colleagues(actor)}:
            raise Refused(mark("Wybierz z listy."), 422)
        await database.execute(
            "DELETE FROM contract_member WHERE contract = $1 AND account <> ALL($2)", contract, list(accounts)
        )
        await database.execute(
            "INSERT INTO contract_member (id, contract, account) SELECT gen_random_uuid(), $1, account"
            " FROM unnest($2::uuid[]) account ON CONFLICT DO NOTHING",
            contract, list(accounts),
        )  # fmt: skip
        await audit.record(actor, "contract.people", contracts.about(row))


async def _possible(contract: UUID, participant: UUID | None, step: StepDetails) -> None:
    if not await database.fetchval(
        "SELECT true FROM contract_goal WHERE contract = $1 AND id = $2", contract, step.goal
    ):
        raise Refused(mark("Tego celu już nie ma. Odśwież stronę."), 422)
    await contract_acts.rests_on(participant, step.initiative)


def _seen(now: int | None, version: int) -> None:
    if now is None:
        raise Refused("", 404)
    if now != version:
        raise Stale


def _columns(settings: Settings, id: UUID, step: StepDetails) -> tuple[object, ...]:
    words = contracts.closed(settings, "contract-step", id, step.words)
    return step.goal, words, step.due, step.initiative, step.attend if step.initiative else None
