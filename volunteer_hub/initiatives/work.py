"""What stands inside an initiative, for its page: goals, partners, money, a campaign's work, a group's way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from volunteer_hub.initiatives import outcomes
from volunteer_hub.initiatives.outcomes import Goal
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import FundingSource
from volunteer_hub.kit import database


@dataclass(frozen=True, slots=True)
class Partner:
    """`resource` is None where the partner does not stand on the map."""

    id: UUID
    resource: UUID | None
    name: str
    gives: str


@dataclass(frozen=True, slots=True)
class Money:
    """In zloty."""

    amount: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        return self.amount - self.spent


@dataclass(frozen=True, slots=True)
class FundingLine:
    id: UUID
    year: int
    source: FundingSource
    payer: str
    amount: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Material:
    id: UUID
    name: str
    made: int


@dataclass(frozen=True, slots=True)
class Action:
    """A campaign was at `place`, which may be of the map or in words."""

    id: UUID
    day: date
    words: str
    place: str
    reached: int
    given: int


@dataclass(frozen=True, slots=True)
class Takeover:
    """`who` is the alias of the member who took it over, empty while nobody did, or once they are gone."""

    id: UUID
    words: str
    who: str
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class Paper:
    """`over`: it holds no more."""

    id: UUID
    words: str
    signed_on: date | None
    ends_on: date | None
    kept_at: str
    over: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    """The sums of a campaign. The same person may have been reached twice."""

    actions: int
    places: int
    reached: int
    given: int
    made: int


@dataclass(frozen=True, slots=True)
class Work:
    goals: Sequence[Goal] = ()
    partners: Sequence[Partner] = ()
    funding: Sequence[FundingLine] = ()
    materials: Sequence[Material] = ()
    actions: Sequence[Action] = ()
    takeovers: Sequence[Takeover] = ()
    papers: Sequence[Paper] = ()

    @property
    def money(self) -> Money:
        return total(self.funding)

    @property
    def by_source(self) -> list[tuple[FundingSource, Money]]:
        """The sums of every source there is money from."""
        found = [(source, [one for one in self.funding if one.source is source]) for source in FundingSource]
        return [(source, total(lines)) for source, lines in found if lines]

    @property
    def campaign(self) -> Campaign:
        return Campaign(
            actions=len(self.actions),
            places=len({one.place.casefold() for one in self.actions}),
            reached=sum(one.reached for one in self.actions),
            given=sum(one.given for one in self.actions),
            made=sum(one.made for one in self.materials),
        )

    @property
    def taken(self) -> int:
        return sum(one.taken_on is not None for one in self.takeovers)


def total(lines: Sequence[FundingLine]) -> Money:
    return Money(sum((one.amount for one in lines), Decimal(0)), sum((one.spent for one in lines), Decimal(0)))


PARTNERS = """
    SELECT p.id, p.resource, coalesce(r.name, p.name) AS name, p.gives
    FROM partner p LEFT JOIN resource r ON r.id = p.resource WHERE p.initiative = $1 ORDER BY sort_key(p.name), p.id"""
FUNDING = """
    SELECT id, year, source, payer, amount, spent FROM funding_line WHERE initiative = $1
    ORDER BY year DESC, source, created_at, id"""
MATERIALS = "SELECT id, name, made FROM material WHERE initiative = $1 ORDER BY sort_key(name), id"
# Somebody's home is told by its district: a campaign's page is read on many screens.
ACTIONS = """
    SELECT c.id, c.day, c.words, c.reached, c.given,
           coalesce(CASE WHEN p.private THEN a.name ELSE p.name END, c.place_name) AS place
    FROM campaign_action c LEFT JOIN place p ON p.id = c.place LEFT JOIN area a ON a.id = p.area
    WHERE c.initiative = $1 ORDER BY c.day DESC, c.created_at DESC, c.id"""
PAPERS = """
    SELECT id, words, signed_on, ends_on, kept_at, coalesce(ends_on < centre_today(), false) AS over FROM paper
    WHERE initiative = $1 ORDER BY over, ends_on NULLS LAST, created_at, id"""
TAKEOVERS = """
    SELECT t.id, t.words, t.taken_on, coalesce(p.alias, '') AS who FROM takeover t
    LEFT JOIN member m ON m.id = t.member LEFT JOIN participant p ON p.id = m.participant
    WHERE t.initiative = $1 ORDER BY t.taken_on IS NOT NULL, t.created_at, t.id"""


async def of(row: InitiativeRow) -> Work:
    """Nothing for whom its inside is closed."""
    if not row.inside:
        return Work()
    return Work(
        goals=await outcomes.goals(row),
        partners=[Partner(**one) for one in await database.fetch(PARTNERS, row.id)],
        funding=[
            FundingLine(**dict(one) | {"source": FundingSource(one["source"])})
            for one in await database.fetch(FUNDING, row.id)
        ],
        materials=[Material(**one) for one in await database.fetch(MATERIALS, row.id)],
        actions=[Action(**one) for one in await database.fetch(ACTIONS, row.id)],
        papers=[Paper(**one) for one in await database.fetch(PAPERS, row.id)],
        takeovers=[Takeover(**one) for one in await database.fetch(TAKEOVERS, row.id)],
    )
