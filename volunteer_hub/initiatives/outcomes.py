"""What came of an initiative, against each of its goals; without goals, in words of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only


@dataclass(frozen=True, slots=True)
class Goal:
    """`target` and `reached` are counted in `unit`; None: not said."""

    id: UUID
    version: int
    words: str
    unit: str
    target: Decimal | None
    reached: Decimal | None
    outcome: str

    @property
    def met(self) -> bool:
        return self.target is not None and self.reached is not None and self.reached >= self.target


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much of a goal was reached, and what came of it in words."""

    reached: Decimal | None
    words: str


async def goals(of: InitiativeRow) -> list[Goal]:
    """Its goals as they were written down; none for whom its inside is closed."""
    if not of.inside:
        return []
    rows = await database.fetch(
        "SELECT id, version, words, unit, target, reached, outcome FROM goal WHERE initiative = $1"
        " ORDER BY created_at, id",
        of.id,
    )
    return [Goal(**row) for row in rows]


async def record(actor: Actor, initiative: UUID, outcomes: Mapping[UUID, Outcome], words: str | None) -> None:
    """Writes down the outcome of each goal that is still there, and `words` (None: as they are) of the whole.

    Raises Refused 404.
    """
    coordinators_only(actor)
    async with database.transaction():
        await queries.changing(actor, initiative)
        for goal, outcome in sorted(outcomes.items()):
            await database.execute(
                """UPDATE goal SET reached = $3, outcome = $4, version = version + 1
                   WHERE id = $2 AND initiative = $1 AND (reached, outcome) IS DISTINCT FROM ($3, $4::text)""",
                initiative, goal, outcome.reached, outcome.words,
            )  # fmt: skip
        if words is not None:
            await database.execute("UPDATE initiative SET outcome = $2 WHERE id = $1", initiative, words)
        await audit.record(actor, "initiatives.outcome", f"initiative:{initiative}")
