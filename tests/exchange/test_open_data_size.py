"""Open data of 20,000 resources: a page costs a fixed number of statements, and asking again hardly anything."""

import time
from typing import Any

import httpx2
import pytest
from exchange import openly
from support import people

from volunteer_hub.exchange.api_access import changes, webhooks
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import load

MANY = 20_000


async def crowd(how_many: int) -> None:
    """So many public resources at a tenth as many places, most run by one of the others, all with hours."""
    theme, area = await people.theme(), await people.area()
    places = await database.fetch(
        """INSERT INTO place (id, name, address, area, latitude, longitude)
           SELECT gen_random_uuid(), 'Miejsce ' || n, 'ul. ' || n, $1, 52.6 + n * 0.00001, 19.0 + n * 0.00001
           FROM generate_series(1, $2) n RETURNING id""",
        area.id, max(how_many // 10, 1),
    )  # fmt: skip
    await database.execute(
        """INSERT INTO resource (id, name, kind, theme, place, about, public, consent_on, consent_by)
           SELECT gen_random_uuid(), 'Zasób ' || n, CASE WHEN n % 10 = 0 THEN 'organisation' ELSE 'service' END, $1,
                  ($2::uuid[])[1 + n % cardinality($2)], repeat('Opis ', 20), true, '2026-01-01', 'Prezes'
           FROM generate_series(1, $3) n""",
        theme.id, [row["id"] for row in places], how_many,
    )  # fmt: skip
    run = await database.fetch("SELECT id FROM resource WHERE kind = 'organisation' ORDER BY id LIMIT 50")
    await database.execute(
        "UPDATE resource SET organisation = ($1::uuid[])[1 + abs(hashtext(name)) % cardinality($1)]"
        " WHERE kind = 'service'",
        [row["id"] for row in run],
    )
    await database.execute(
        """INSERT INTO opening_hours (id, resource, rrule, opens, closes, first_day)
           SELECT gen_random_uuid(), id, 'FREQ=WEEKLY;BYDAY=MO', '9:00', '15:00', '2026-09-01' FROM resource"""
    )
    await database.execute("ANALYZE")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL that is asked, in order."""
    seen: list[str] = []
    for name in ("fetch", "fetchrow", "fetchval"):
        real = getattr(database, name)

        async def counted(sql: str, *values: object, real: Any = real) -> Any:
            seen.append(sql)
            return await real(sql, *values)

        monkeypatch.setattr(database, name, counted)
    return seen


PATHS = (
    "/services?full=true",
    "/services?page=150&per_page=100",
    "/service_at_locations?full=true",
    "/organizations?full=true",
    "/services?search=Zasób+777",
    "/services?modified_after=2026-01-01&organization_id=x",
    "/resources.geojson",
)


async def test_a_page_of_many_costs_as_many_statements_as_one_of_few(
    client: httpx2.AsyncClient, statements: list[str]
) -> None:
    await openly.rich()
    costs: list[list[int]] = []
    for how_many in (20, 200):
        await crowd(how_many)
        costs.append([])
        for path in PATHS:
            statements.clear()
            await openly.told(client, path)
            costs[-1].append(len(statements))
    assert costs[0] == costs[1] and max(costs[1]) <= 6


async def test_twenty_thousand_are_answered_and_asking_again_costs_one_statement(
    client: httpx2.AsyncClient, statements: list[str]
) -> None:
    await crowd(MANY)
    for path in PATHS:
        answer = await client.get(f"/api/v1{path}")
        assert answer.status_code == 200, path
    statements.clear()
    again = await client.get(f"/api/v1{PATHS[-1]}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and len(statements) == 1
    await a_look_for_changes_takes_no_more_than(3)


async def a_look_for_changes_takes_no_more_than(seconds: float) -> None:
    """The worker's, for the webhooks: among all of them it finds the one that has changed. A tenth of it is usual."""
    settings = load({"HUB_MODE": "demo"})
    actor = people.actor(await people.account(Role.ADMINISTRATOR))
    await webhooks.make(actor, settings, "Miasto", "http://127.0.0.1:9/", [Kind.SERVICE])
    one = "SELECT id FROM resource WHERE kind = 'service' LIMIT 1"
    await database.execute(f"UPDATE resource SET about = 'x' WHERE id = ({one})")
    began = time.monotonic()
    assert await changes.look(settings, Kind.SERVICE, after=0) == 1
    assert time.monotonic() - began < seconds
