"""Reads of papers: what a volunteer serves on and is insured by, and the insurance of the centre. Coordinators only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import ORAL_DAYS, Term, service_day, uncovered, unwritten, written_from


@dataclass(frozen=True, slots=True)
class AgreementLine:
    id: UUID
    signed_on: date
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """`who` is whom it insures, empty for everybody."""

    id: UUID
    insurer: str
    number: str
    valid_from: date
    valid_until: date
    volunteer: UUID | None
    who: str = ""

    def covers(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True, slots=True)
class Papers:
    """What one volunteer's service rests on. `services`: (first day, last day or None), the newest first."""

    services: tuple[Term, ...]
    agreements: tuple[AgreementLine, ...]
    policies: tuple[PolicyLine, ...]

    @property
    def first_day(self) -> date | None:
        """Of the service that goes on."""
        return next((one.first for one in self.services if one.last is None), None)

    def day(self, today: date) -> int:
        """Which day of service today is; 0 before any."""
        return service_day(self.first_day, today) if self.first_day else 0

    @property
    def written_from(self) -> date | None:
        """From which day only a written agreement will do."""
        return written_from(self.first_day) if self.first_day else None

    def unwritten(self, today: date) -> date | None:
        """The first day, today or later, on which a written agreement is needed and lacks."""
        return unwritten(self.first_day, self._written, today) if self.first_day else None

    def written(self, today: date) -> bool:
        return uncovered(self._written, today) != today

    def policy(self, today: date) -> PolicyLine | None:
        """The insurance of today: the one that lasts longest."""
        today_s = [one for one in self.policies if one.covers(today)]
        return max(today_s, key=lambda one: one.valid_until, default=None)

    def needs_policy(self, today: date) -> bool:
        """Whether it is the centre that must insure them today."""
        return self.day(today) <= ORAL_DAYS

    @property
    def _written(self) -> list[Term]:
        return [Term(one.valid_from, one.valid_until) for one in self.agreements]


POLICIES = """
    SELECT p.id, p.insurer, p.number, p.valid_from, p.valid_until, p.volunteer,
           coalesce(v.first_name || ' ' || v.last_name, '') AS who
    FROM policy p LEFT JOIN volunteer v ON v.id = p.volunteer"""


async def papers(actor: Actor, volunteer: UUID) -> Papers:
    """The papers of one volunteer, the newest first, with the insurance of all. Raises Refused 404."""
    coordinators_only(actor)
    services = await database.fetch(
        "SELECT first_day, last_day FROM service WHERE volunteer = $1 ORDER BY first_day DESC", volunteer
    )
    agreements = await database.fetch(
        "SELECT id, signed_on, valid_from, valid_until FROM agreement WHERE volunteer = $1"
        " ORDER BY valid_from DESC, id",
        volunteer,
    )
    policies = await database.fetch(
        f"{POLICIES} WHERE p.volunteer = $1 OR p.volunteer IS NULL ORDER BY p.valid_until DESC, p.id", volunteer
    )
    return Papers(
        tuple(Term(*row) for row in services),
        tuple(AgreementLine(*row) for row in agreements),
        tuple(PolicyLine(*row) for row in policies),
    )


async def policies(actor: Actor, *, limit: int = 200) -> Sequence[PolicyLine]:
    """Every insurance, the one that lasts longest first. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(f"{POLICIES} ORDER BY p.valid_until DESC, p.id LIMIT $1", limit)
    return [PolicyLine(*row) for row in rows]
