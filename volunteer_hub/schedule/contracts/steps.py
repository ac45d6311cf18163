"""Steps of social contracts that rest on an initiative are reached by attending it: told anew at every reading.

So a correction of attendance is at once one of the contract, and nothing has to be kept in step.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.initiatives import contracts
from volunteer_hub.initiatives.contract_rules import StepState, reached, step_state
from volunteer_hub.initiatives.contracts import READS, Step, Whole
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.settings import Settings

# The meetings a contract's participant attended, or made up for, while the contract ran.
DAYS = """
    SELECT s.id, m.starts_wall::date AS day
    FROM contract c JOIN contract_goal g ON g.contract = c.id JOIN contract_step s ON s.goal = g.id
    JOIN member e ON e.initiative = s.initiative AND e.participant = c.participant
    JOIN coming a ON a.member = e.id AND (a.came OR a.made_up <> '')
    JOIN meeting m ON m.id = a.meeting AND m.initiative = s.initiative AND m.state <> 'cancelled'
    WHERE c.id = ANY($1) AND s.attend IS NOT NULL AND m.starts_wall::date >= c.first_day
      AND (c.ended_on IS NULL OR m.starts_wall::date <= c.ended_on)"""
OPEN = f"""
    SELECT c.id AS contract, s.id, coalesce(p.alias, '') AS alias, s.due, s.attend
    FROM contract c JOIN contract_goal g ON g.contract = c.id JOIN contract_step s ON s.goal = g.id
    JOIN participant p ON p.id = c.participant
    WHERE {READS} AND c.state = 'signed' AND s.done_on IS NULL AND s.due < $2 ORDER BY s.due, s.id LIMIT 200"""


@dataclass(frozen=True, slots=True)
class Stood:
    """How a step stands. `attended`: of the meetings it rests on; `by_hand`: somebody noted it done."""

    step: Step
    state: StepState
    done_on: date | None
    attended: int
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """A step of a contract this actor works with whose day has passed; without its words."""

    contract: UUID
    step: UUID
    alias: str
    due: date


async def read(settings: Settings, actor: Actor, id: UUID, today: date) -> tuple[Whole, Mapping[UUID, Stood]]:
    """A contract, and by step how it stands. Raises Refused 404."""
    whole = await contracts.read(settings, actor, id)
    days = await _days([id])
    steps = [step for goal in whole.goals for step in goal.steps]
    return whole, {step.id: _stood(step, days[step.id], today) for step in steps}


async def overdue(actor: Actor, today: date) -> list[Overdue]:
    """For the desk's queue: what is late in the contracts this actor works with, the longest first."""
    rows = await database.fetch(OPEN, actor.account, today)
    days = await _days(list({row["contract"] for row in rows}))
    return [
        Overdue(row["contract"], row["id"], row["alias"], row["due"])
        for row in rows
        if row["attend"] is None or reached(days[row["id"]], row["attend"]) is None
    ]


async def _days(of: list[UUID]) -> defaultdict[UUID, list[date]]:
    found: defaultdict[UUID, list[date]] = defaultdict(list)
    for row in await database.fetch(DAYS, of):
        found[row["id"]].append(row["day"])
    return found


def _stood(step: Step, days: list[date], today: date) -> Stood:
    by_attending = reached(days, step.attend) if step.attend else None
    done_on = step.done_on or by_attending
    return Stood(step, step_state(done_on, step.due, today), done_on, len(days), step.done_on is not None)
