"""The centre's year for programs: for a token of that scope, the edition for publication and no other."""

from datetime import datetime
from typing import Any

import httpx2
import pytest
from exchange.openly import told
from jsonschema import Draft202012Validator
from support import people
from support.bearers import bearer, made

from volunteer_hub.exchange import figure_pages
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.kit import clock, database
from volunteer_hub.reports.indicators import figures, publication
from volunteer_hub.reports.indicators.values import Period

YEAR = 2024
PATH = f"/api/v1/indicators?year={YEAR}"


async def registered(many: int) -> None:
    for _ in range(many):
        who = await people.volunteer()
        at = clock.instant(datetime(YEAR, 5, 5, 12), people.ZONE)
        await database.execute("UPDATE volunteer SET created_at = $2 WHERE id = $1", who.id, at)


async def year(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get(PATH, headers=bearer(await made(Scope.INDICATORS)))
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["indicators"]} | {"whole": answer.json()}


async def test_the_year_is_told_rounded_and_said_how_it_is_counted(client: httpx2.AsyncClient) -> None:
    await registered(23)
    found = await year(client)
    assert found["registered"]["value"] == 20 and found["registered"]["unit"] == "people"
    assert "Każda osoba raz" in found["registered"]["how"] and found["whole"]["edition"] == "public"
    assert found["agreed"]["under"] == 10 and "value" not in found["agreed"]
    document = await told(client, "/openapi.json")
    operation = document["paths"]["/indicators"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(found["whole"])
    assert operation["security"] == [{"token": ["indicators"]}]
    assert [one["required"] for one in operation["parameters"] if one["name"] == "year"] == [True]


async def test_no_exact_number_leaves(client: httpx2.AsyncClient) -> None:
    """Of every amount in the answer: a multiple of its step, a sum of money, a share of these, or nothing said."""
    await registered(23)
    found = await year(client)
    for name, one in found.items():
        if name == "whole" or one["unit"] in ("zloty", "percent"):
            continue
        amounts = [one, *(part for division in one["divisions"] for part in division["parts"])]
        for amount in amounts:
            assert amount.get("value", 0) % 10 == 0, (name, amount)
            assert sum(key in amount for key in ("value", "under", "withheld")) <= 1


async def test_control_the_edition_inside_is_exact(db: str) -> None:
    await registered(23)
    exact = await figures.figures(publication.ANY_COORDINATOR, Period.of_year(YEAR), people.ZONE)
    assert 23 in [figure.amount for figure in exact]


async def test_it_takes_a_token_of_its_scope(client: httpx2.AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 401
    for scope in set(Scope) - {Scope.INDICATORS}:
        assert (await client.get(PATH, headers=bearer(await made(scope)))).status_code == 403
    assert (await client.get(PATH, headers=bearer("vhub_x"))).status_code == 401


async def test_only_years_that_are_over_and_only_so_often(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = bearer(await made(Scope.INDICATORS))
    this = clock.today(people.ZONE).year
    asked = {
        f"year={this}": 404,
        f"year={this + 1}": 404,
        "": 400,
        "year=x": 400,
        "year=1": 400,
        "year=2024&month=2": 400,
    }
    for query, status in asked.items():
        answer = await client.get(f"/api/v1/indicators?{query}", headers=heads)
        assert (answer.status_code, bool(answer.json()["detail"])) == (status, True), query
    first = await client.get(PATH, headers=heads)
    tag = first.headers["etag"]
    assert (await client.get(PATH, headers=heads | {"if-none-match": tag})).status_code == 304
    for _ in range(figure_pages.YEARS_OF_A_TOKEN.most):
        last = await client.get("/api/v1/indicators?year=x", headers=heads)
    assert last.status_code == 429
