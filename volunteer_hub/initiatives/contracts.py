"""Social contracts: goals and steps that a participant and the centre agree on, signed on paper.

Read by who runs one and by the specialists and coordinators named in it, written by who runs it; every opening is a
line in the log. To other coordinators and to administrators it is not there; with a break-glass on the participant a
coordinator reads. Words are sealed under the id of their row (decision 0036).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit, break_glass
from volunteer_hub.initiatives import participants
from volunteer_hub.initiatives.contract_rules import ENDS, ContractState
from volunteer_hub.initiatives.queries import OPEN_KINDS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

WORKING = (Role.COORDINATOR, Role.SPECIALIST)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract without its words. `runs`: it is this actor's own; `runner` is empty once that account is gone.

    `participant` is None and `alias` empty for somebody whose data are erased.
    """

    id: UUID
    version: int
    participant: UUID | None
    alias: str
    full_name: str
    runs: bool
    runner: str
    initiative: UUID | None
    rests_on: str
    state: ContractState
    signed_on: date | None
    annex_on: date | None
    first_day: date
    last_day: date | None
    ended_on: date | None

    @property
    def over(self) -> bool:
        return self.state in ENDS


@dataclass(frozen=True, slots=True)
class Step:
    """`words` is None where they were erased or no key opens them. `attend` meetings of `rests_on` do it too."""

    id: UUID
    goal: UUID
    version: int
    words: str | None
    due: date | None
    initiative: UUID | None
    rests_on: str
    attend: int | None
    done_on: date | None
    done_by: str


@dataclass(frozen=True, slots=True)
class Goal:
    id: UUID
    version: int
    words: str | None
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Whole:
    """A contract with its words, opened. `works`: may note steps, and is not reading through a glass."""

    row: ContractRow
    goals: list[Goal]
    outcome: str
    works: bool

    def step(self, id: UUID) -> Step:
        """Raises Refused 404."""
        return _one((step for goal in self.goals for step in goal.steps), id)

    def goal(self, id: UUID) -> Goal:
        """Raises Refused 404."""
        return _one(self.goals, id)


# $1 is the actor's account.
READS = "(c.runs = $1 OR EXISTS (SELECT FROM contract_member w WHERE w.contract = c.id AND w.account = $1))"
ROW = """
    SELECT c.id, c.version, c.participant, coalesce(p.alias, '') AS alias,
           coalesce(trim(p.first_name || ' ' || p.last_name), '') AS full_name,
           c.runs IS NOT DISTINCT FROM $1 AS runs, coalesce(a.name, '') AS runner, c.initiative,
           coalesce(i.name, '') AS rests_on, c.state, c.signed_on, c.annex_on, c.first_day, c.last_day, c.ended_on
    FROM contract c LEFT JOIN participant p ON p.id = c.participant LEFT JOIN account a ON a.id = c.runs
    LEFT JOIN initiative i ON i.id = c.initiative"""
ORDER = "ORDER BY c.state IN ('finished', 'ended'), c.first_day DESC, c.id"
GOALS = "SELECT id, version, sealed FROM contract_goal WHERE contract = $1 ORDER BY created_at, id"
STEPS = """
    SELECT s.id, s.goal, s.version, s.sealed, s.due, s.initiative, coalesce(i.name, '') AS rests_on, s.attend,
           s.done_on, coalesce(a.name, '') AS done_by
    FROM contract_step s JOIN contract_goal g ON g.id = s.goal LEFT JOIN initiative i ON i.id = s.initiative
    LEFT JOIN account a ON a.id = s.done_by
    WHERE g.contract = $1 ORDER BY s.due NULLS LAST, s.created_at, s.id"""
# A contract is no way to learn who belongs to a group or circle: it rests on what has no secret members.
RESTS_ON = f"""
    SELECT i.id, i.name FROM initiative i JOIN member m ON m.initiative = i.id
    WHERE m.participant = $1 AND {OPEN_KINDS} ORDER BY sort_key(i.name), i.id"""


async def mine(actor: Actor) -> list[ContractRow]:
    """The contracts this actor works with, those that run first."""
    _working(actor)
    return [_row(one) for one in await database.fetch(f"{ROW} WHERE {READS} {ORDER}", actor.account)]


async def of_participant(actor: Actor, participant: UUID) -> list[ContractRow]:
    """Somebody's contracts as far as this actor may know of them. Raises Refused 404 for who is not theirs."""
    if not await participants.sees(actor, participant):
        raise Refused("", 404)
    glass = await break_glass.open_for(actor, f"participant:{participant}")
    rows = await database.fetch(
        f"{ROW} WHERE c.participant = $2 AND ({READS} OR $3) {ORDER}", actor.account, participant, glass
    )
    return [_row(one) for one in rows]


async def may_rest_on(participant: UUID) -> list[tuple[str, str]]:
    """The courses and projects somebody belongs or belonged to, as (id, name)."""
    return [(str(row["id"]), row["name"]) for row in await database.fetch(RESTS_ON, participant)]


async def read(settings: Settings, actor: Actor, id: UUID) -> Whole:
    """A contract and its words, once it is written down that they were opened. Raises Refused 404."""
    _working(actor)
    row = await _found(actor, id, "")
    if row is None or not (works := await _works(actor, id)):
        works = False
        row = await _through_glass(actor, id)
    async with database.transaction():
        await audit.record(actor, "contract.open", about(row))
        goals = await database.fetch(GOALS, id)
        steps = await database.fetch(STEPS, id)
        outcome = await database.fetchval("SELECT outcome FROM contract WHERE id = $1", id)
    opened = [_step(settings, one) for one in steps]
    return Whole(
        row,
        [
            Goal(
                one["id"], one["version"], _opened(settings, "contract-goal", one["id"], one["sealed"]),
                [step for step in opened if step.goal == one["id"]],
            )
            for one in goals
        ],
        _opened(settings, "contract", id, outcome) or "",
        works,
    )  # fmt: skip


async def working(actor: Actor, id: UUID, *, runs: bool = True) -> ContractRow:
    """The contract, locked until the transaction ends, of who runs it; or, not `runs`, works with it. Refused 404."""
    _working(actor)
    row = await _found(actor, id, " FOR NO KEY UPDATE OF c")
    if row is None or not (row.runs if runs else await _works(actor, id)):
        raise Refused("", 404)
    return row


async def draft(actor: Actor, id: UUID) -> ContractRow:
    """As `working`, and its words may be changed. Raises Refused 404; 409 once it is signed."""
    row = await working(actor, id)
    if row.state is not ContractState.DRAFT:
        raise Refused(mark("Ten kontrakt jest podpisany. Najpierw wybierz „Zmień treść”, a potem podpiszcie aneks."))
    return row


def about(row: ContractRow) -> str:
    """Whom the log names: the participant, as long as there is one."""
    return f"participant:{row.participant}" if row.participant else f"contract:{row.id}"


def closed(settings: Settings, what: str, id: UUID, words: str) -> bytes:
    """`words` as they are kept in the row `id`."""
    return seal(settings.field_keys, words, where=f"{what}:{id}")


async def signed_between(first: date, last: date) -> int:
    """How many contracts were signed for the first time in these days, both included; for reports."""
    return int(
        await database.fetchval("SELECT count(*) FROM contract WHERE signed_on BETWEEN $1 AND $2", first, last) or 0
    )


async def forget(participants: list[UUID]) -> None:
    """Leaves of the contracts of who is erased that they were signed and when, and nothing they said."""
    of = "(SELECT id FROM contract WHERE participant = ANY($1))"
    for statement in (
        f"DELETE FROM contract_goal WHERE contract IN {of}",
        "DELETE FROM contract WHERE participant = ANY($1) AND signed_on IS NULL",
        "UPDATE contract SET outcome = NULL WHERE participant = ANY($1)",
    ):
        await database.execute(statement, participants)


SEALED = (("contract_goal", "sealed", "contract-goal"), ("contract_step", "sealed", "contract-step"),
          ("contract", "outcome", "contract"))  # fmt: skip


async def forget_saying(settings: Settings, says: Callable[[str], bool]) -> None:
    """Empties the sealed words that `says` holds of; for erasing somebody. What no key opens stays."""
    for table, column, what in SEALED:
        rows = await database.fetch(f"SELECT id, {column} AS sealed FROM {table} WHERE {column} IS NOT NULL")
        told = {row["id"]: _opened(settings, what, row["id"], row["sealed"]) for row in rows}
        gone = [id for id, text in told.items() if text and says(text)]
        await database.execute(f"UPDATE {table} SET {column} = NULL WHERE id = ANY($1)", gone)


async def _found(actor: Actor, id: UUID, lock: str) -> ContractRow | None:
    row = await database.fetchrow(f"{ROW} WHERE c.id = $2{lock}", actor.account, id)
    return _row(row) if row else None


async def _works(actor: Actor, id: UUID) -> bool:
    return bool(await database.fetchval(f"SELECT true FROM contract c WHERE c.id = $2 AND {READS}", actor.account, id))


async def _through_glass(actor: Actor, id: UUID) -> ContractRow:
    row = await _found(actor, id, "")
    if row is None or not row.participant or not await break_glass.open_for(actor, f"participant:{row.participant}"):
        raise Refused("", 404)
    return row


def _working(actor: Actor) -> None:
    if actor.role not in WORKING:
        raise Refused("", 404)


def _row(row: Mapping[str, Any]) -> ContractRow:
    return ContractRow(**dict(row) | {"state": ContractState(row["state"])})


def _step(settings: Settings, row: Mapping[str, Any]) -> Step:
    values = dict(row)
    return Step(**values | {"words": _opened(settings, "contract-step", row["id"], values.pop("sealed"))})


def _opened(settings: Settings, what: str, id: UUID, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    try:
        return unseal(settings.field_keys, bytes(sealed), where=f"{what}:{id}")
    except CannotOpen:
        return None


def _one(rows: Any, id: UUID) -> Any:
    for row in rows:
        if row.id == id:
            return row
    raise Refused("", 404)
