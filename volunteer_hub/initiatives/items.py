"""The lists of an initiative, kept line by line: goals, partners, money, a campaign's work, a group's way.

One engine for all: a line is added, corrected over what was seen, and removed, by who may change the initiative.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.item_forms import (
    ActionForm,
    FundingForm,
    GoalForm,
    ItemForm,
    MaterialForm,
    PaperForm,
    PartnerForm,
    TakeoverForm,
)
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale

ALL = frozenset(InitiativeKind)


@dataclass(frozen=True)
class Sort:
    """One of the lists: `slug` in addresses, the form whose fields are its columns, and which kinds have it.

    `settle`: SQL that completes a written line, whose id is $1. `leaders`: whoever leads may write too.
    """

    slug: str
    table: str
    form: type[ItemForm]
    kinds: frozenset[InitiativeKind] = ALL
    settle: str = ""
    leaders: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.form.model_fields if name != "version")


GOALS = Sort("goals", "goal", GoalForm)
PARTNERS = Sort(
    "partners", "partner", PartnerForm,
    settle="UPDATE partner p SET name = r.name FROM resource r WHERE p.id = $1 AND r.id = p.resource",
)  # fmt: skip
FUNDING = Sort("funding", "funding_line", FundingForm)
PAPERS = Sort("papers", "paper", PaperForm)
MATERIALS = Sort("materials", "material", MaterialForm, frozenset({InitiativeKind.EDUCATIONAL}))
ACTIONS = Sort("actions", "campaign_action", ActionForm, frozenset({InitiativeKind.EDUCATIONAL}))
TAKEOVERS = Sort("takeovers", "takeover", TakeoverForm, frozenset({InitiativeKind.GROUP}), leaders=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in its form."""

    initiative: InitiativeRow
    version: int
    values: Mapping[str, Any]


async def initiative_of(actor: Actor, sort: Sort, initiative: UUID) -> InitiativeRow:
    """The initiative whose list of this sort the actor may change. Raises Refused 404."""
    if not sort.leaders:
        coordinators_only(actor)
    row = await queries.changing(actor, initiative)
    if row.kind not in sort.kinds:
        raise Refused("", 404)
    return row


async def line(actor: Actor, sort: Sort, initiative: UUID, item: UUID) -> Line:
    """Raises Refused 404."""
    row = await initiative_of(actor, sort, initiative)
    found = await database.fetchrow(
        f"SELECT version, {', '.join(sort.columns)} FROM {sort.table} WHERE id = $1 AND initiative = $2",
        item, initiative,
    )  # fmt: skip
    if found is None:
        raise Refused("", 404)
    return Line(row, found["version"], {name: found[name] for name in sort.columns})


async def add(actor: Actor, sort: Sort, initiative: UUID, values: Mapping[str, Any]) -> UUID:
    """Raises Refused 404."""
    columns = sort.columns
    async with database.transaction():
        await initiative_of(actor, sort, initiative)
        await _members_own(initiative, values)
        made: UUID = await database.fetchval(
            f"INSERT INTO {sort.table} (id, initiative, version, created_at, {', '.join(columns)})"
            f" VALUES (gen_random_uuid(), $1, 0, clock_timestamp(),"
            f" {', '.join(f'${n}' for n in range(2, 2 + len(columns)))}) RETURNING id",
            initiative, *(values[name] for name in columns),
        )  # fmt: skip
        await _settle(actor, sort, initiative, made)
    return made


async def correct(
    actor: Actor, sort: Sort, initiative: UUID, item: UUID, version: int, values: Mapping[str, Any]
) -> None:
    """Writes what was typed over the version that was shown. Raises Refused 404, Stale."""
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(sort.columns, 4))
    async with database.transaction():
        await line(actor, sort, initiative, item)
        await _members_own(initiative, values)
        written = await database.execute(
            f"UPDATE {sort.table} SET version = version + 1, {sets} WHERE id = $1 AND initiative = $2 AND version = $3",
            item, initiative, version, *(values[name] for name in sort.columns),
        )  # fmt: skip
        if not written:
            raise Stale
        await _settle(actor, sort, initiative, item)


async def remove(actor: Actor, sort: Sort, initiative: UUID, item: UUID) -> None:
    """Takes a line away; one that is gone already is gone. Raises Refused 404."""
    async with database.transaction():
        await initiative_of(actor, sort, initiative)
        gone = await database.execute(
            f"DELETE FROM {sort.table} WHERE id = $1 AND initiative = $2", item, initiative
        )
        if gone:
            await audit.record(actor, "initiatives.work", f"initiative:{initiative}", f"{sort.slug} removed")


async def resource_name(actor: Actor, id: UUID) -> str:
    """The name of a resource of the map, empty where there is none. Raises Refused 404."""
    coordinators_only(actor)
    return await database.fetchval("SELECT name FROM resource WHERE id = $1", id) or ""


async def _settle(actor: Actor, sort: Sort, initiative: UUID, item: UUID) -> None:
    if sort.settle:
        await database.execute(sort.settle, item)
    await audit.record(actor, "initiatives.work", f"initiative:{initiative}", sort.slug)


async def _members_own(initiative: UUID, values: Mapping[str, Any]) -> None:
    """Raises Refused 404 where a line names a member of another initiative."""
    member = values.get("member")
    own = "SELECT true FROM member WHERE id = $1 AND initiative = $2"
    if member and not await database.fetchval(own, member, initiative):
        raise Refused("", 404)
