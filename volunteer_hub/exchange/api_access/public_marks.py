"""What is public now, by id, with a mark of each that changes when what the API answers of it does."""

from hashlib import sha256
from uuid import UUID

from pydantic import BaseModel

from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.exchange import open_data, work
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.exchange.open_data import ORGANISATIONS, SERVICES, Wanted
from volunteer_hub.kit import database
from volunteer_hub.settings import Settings

# More of them than any town has within three weeks.
MOST_OPPORTUNITIES = 20_000


async def now(settings: Settings, kind: Kind) -> dict[UUID, bytes]:
    """Read by the very queries that the API answers with, so that nothing else can ever be told of."""
    match kind:
        case Kind.OPPORTUNITY:
            return {one.id: _mark(one) for one in await work.opportunities(settings, MOST_OPPORTUNITIES)}
        case Kind.GROUP:
            return {one.id: _mark(one) for one in await work.groups(settings)}
        case Kind.SERVICE:
            return await _resources(SERVICES)
        case Kind.ORGANIZATION:
            return await _resources(ORGANISATIONS)


async def _resources(kinds: frozenset[ResourceKind]) -> dict[UUID, bytes]:
    """When each was changed, which triggers note; 20,000 of them need not be put into words for that."""
    where, values = open_data.conditions(Wanted(kinds), await open_data.themes())
    rows = await database.fetch(f"SELECT r.id, r.changed_at {open_data.FROM} WHERE {where}", *values)
    return {row["id"]: row["changed_at"].isoformat().encode() for row in rows}


def _mark(one: BaseModel) -> bytes:
    return sha256(one.model_dump_json().encode()).digest()
