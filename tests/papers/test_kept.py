"""A paper that was issued is kept with what it is about, and opens the same again only there."""

from uuid import UUID

import httpx2
import pytest
from papers.printed import group, printed
from support import people

from volunteer_hub.kit import database
from volunteer_hub.papers import kept
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings

ABOUT = {Kind.ATTENDANCE: "meeting", Kind.POSTER: "initiative", Kind.SLIP: "request", Kind.INSURANCE: None}


async def test_a_paper_opens_the_same_again_and_only_where_it_belongs(
    client: httpx2.AsyncClient, db: str, settings: Settings
) -> None:
    await people.signed_in(client)
    of, other = await group(), await group()
    first = await printed(client, f"/desk/initiatives/{of.id}/poster")
    await database.execute("UPDATE initiative SET name = 'Inna nazwa' WHERE id = $1", of.id)
    id: UUID = await database.fetchval("SELECT id FROM issued_paper")
    address = f"/desk/initiatives/{of.id}/poster"
    assert (await client.get(address, params={"kept": str(id)})).content == first
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'paper.open'") == 2
    for wrong in (f"/desk/initiatives/{other.id}/poster?kept={id}", f"{address}?kept=x", f"{address}?kept={of.id}"):
        assert (await client.get(wrong)).status_code == 404
    assert (await client.get("/desk/papers/insurance", params={"kept": str(id)})).status_code == 404


@pytest.mark.parametrize("kind", list(ABOUT))
def test_each_kind_is_kept_by_what_it_is_about(kind: Kind) -> None:
    assert kept.COLUMN.get(kind) == ABOUT[kind]
