"""Tokens: who may read what, how everybody else is refused, and that nothing tells one wrong token from another."""

from typing import Any

import httpx2
import pytest
from conftest import new_client
from exchange import openly
from starlette.applications import Starlette
from support import people
from support.bearers import administrator, bearer, in_days, made

from volunteer_hub.access.rules import Limit
from volunteer_hub.exchange import figure_pages
from volunteer_hub.exchange.api_access import bearers, tokens
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.kit.refused import Refused

PATHS = {
    Scope.RESOURCES: "/api/v1/services", Scope.OPPORTUNITIES: "/api/v1/opportunities", Scope.GROUPS: "/api/v1/groups",
}  # fmt: skip


def plain(answer: httpx2.Response) -> tuple[int, str, dict[str, str]]:
    loose = ("date", "x-trace-id", "x-request-id", "content-length")
    return answer.status_code, answer.text, {k: v for k, v in answer.headers.items() if k not in loose}


async def test_a_token_reads_what_it_is_for_and_nothing_else(client: httpx2.AsyncClient) -> None:
    for scope in PATHS:
        token = await made(scope)
        for other, where in PATHS.items():
            answer = await client.get(where, headers=bearer(token))
            assert answer.status_code == (200 if other is scope else 403), (scope, other)
            assert "private" in answer.headers["cache-control"] or answer.status_code == 403
        assert (await client.get("/api/v1/openapi.json", headers=bearer(token))).status_code == 200
        refused = (await client.get(next(p for s, p in PATHS.items() if s is not scope), headers=bearer(token))).json()
        assert refused["status"] == 403 and token not in str(refused)


async def test_what_is_public_needs_none(client: httpx2.AsyncClient) -> None:
    for path in PATHS.values():
        answer = await client.get(path)
        assert answer.status_code == 200 and answer.headers["cache-control"].startswith("public")
        assert answer.headers["access-control-allow-origin"] == "*" and "set-cookie" not in answer.headers
    basic = await client.get(PATHS[Scope.GROUPS], headers={"authorization": "Basic eDp5"})
    assert basic.status_code == 200  # a proxy's, not ours


async def test_foreign_ended_and_past_tokens_are_refused_alike(client: httpx2.AsyncClient) -> None:
    actor = await administrator()
    ended, past = await made(Scope.GROUPS), await made(Scope.GROUPS, days=0)
    (line, _) = sorted(await tokens.listed(actor), key=lambda one: one.ends_on, reverse=True)
    await tokens.end(actor, line.id)
    await database.execute("UPDATE api_token SET ends_on = centre_today() - 1 WHERE id <> $1", line.id)
    wrong = ("vhub_" + "A" * 27, ended, past, "x", "ą" * 9, "vhub_" + "A" * 4000)
    answers = [plain(await client.get(PATHS[Scope.GROUPS], headers=[(b"authorization", b"Bearer " + one.encode())]))
               for one in wrong]  # fmt: skip
    assert answers[0][0] == 401 and answers[0][2]["www-authenticate"].startswith("Bearer")
    assert answers == [answers[0]] * len(wrong)


async def test_control_the_same_tokens_are_told_apart_while_they_work(client: httpx2.AsyncClient) -> None:
    token = await made(Scope.GROUPS, days=0)  # until the end of today
    assert (await client.get(PATHS[Scope.GROUPS], headers=bearer(token))).status_code == 200


async def test_every_wrong_token_costs_the_same_one_look(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by a hash of all of it, in one keyed statement, whatever is wrong with it: no comparing, no early end."""
    await made(Scope.GROUPS)
    ended = await made(Scope.GROUPS)
    await database.execute("UPDATE api_token SET ended_at = now()")
    asked: list[tuple[str, Any]] = []
    fetchrow = database.fetchrow

    async def watched(sql: str, *values: object) -> Any:
        asked.append((sql, len(values[0]) if values and isinstance(values[0], bytes) else None))
        return await fetchrow(sql, *values)

    monkeypatch.setattr(database, "fetchrow", watched)
    for one in (ended, "vhub_" + "B" * 27, "x"):
        asked.clear()
        assert (await client.get(PATHS[Scope.GROUPS], headers=bearer(one))).status_code == 401
        assert [each for each in asked if each[0] == tokens.KNOWN] == [(tokens.KNOWN, 32)]


async def test_it_is_kept_as_a_hash_and_shown_once(client: httpx2.AsyncClient) -> None:
    token = await made(Scope.GROUPS)
    row = await database.fetchrow("SELECT * FROM api_token")
    assert row and token not in str(dict(row)) and bytes(row["token_hash"]) not in token.encode()
    actor = await administrator()
    assert token not in str(await tokens.listed(actor))
    await client.get(PATHS[Scope.GROUPS], headers=bearer(token))
    assert (await tokens.listed(actor))[0].used_on == clock.today(people.ZONE)
    verbs = [r["verb"] for r in await database.fetch("SELECT verb FROM audit_entry WHERE verb LIKE 'api.%'")]
    assert verbs == ["api.token-make"]


@pytest.mark.parametrize("role", [*sorted(STAFF - {Role.ADMINISTRATOR}), Role.VOLUNTEER])
async def test_only_administrators_make_end_and_see_tokens(db: str, role: Role) -> None:
    await made(Scope.GROUPS)
    other = people.actor(await people.account(role))
    line = (await tokens.listed(await administrator()))[0]
    for act in (tokens.make(other, "x", [Scope.GROUPS], in_days(1)), tokens.end(other, line.id), tokens.listed(other)):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    assert (await tokens.listed(await administrator()))[0].works


async def test_who_asks_too_often_is_asked_to_wait(app: Starlette, db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearers, "READS_OF_A_TOKEN", Limit("api-token", 3, 3600))
    monkeypatch.setattr(bearers, "READS_OF_AN_ADDRESS", Limit("api-address", 2, 3600))
    monkeypatch.setattr(bearers, "WRONG_TOKENS", Limit("api-wrong", 2, 3600))
    async with new_client(app) as client:
        mine, theirs = await made(Scope.GROUPS), await made(Scope.GROUPS)

        async def statuses(times: int, headers: dict[str, str]) -> list[int]:
            return [(await client.get(PATHS[Scope.GROUPS], headers=headers)).status_code for _ in range(times)]

        assert await statuses(4, bearer(mine)) == [200, 200, 200, 429]
        assert await statuses(3, bearer(theirs)) == [200] * 3  # each has its own
        assert await statuses(3, {}) == [200, 200, 429]
        assert await statuses(3, bearer("x")) == [401, 401, 429]
        answer = await client.get(PATHS[Scope.GROUPS], headers=bearer(mine))
        assert answer.headers["retry-after"] and answer.json()["status"] == 429


async def test_the_open_data_are_counted_for_nobody(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A town gathers all pages, and asking again costs it hardly anything (decision 0029)."""
    monkeypatch.setattr(bearers, "READS_OF_AN_ADDRESS", Limit("api-address", 1, 3600))
    await openly.rich()
    for _ in range(4):
        assert (await client.get("/api/v1/services")).status_code == 200


async def test_the_description_says_every_limit(client: httpx2.AsyncClient, db: str) -> None:
    page = (await client.get("/api/v1/docs")).text
    for limit in (bearers.READS_OF_A_TOKEN, bearers.READS_OF_AN_ADDRESS, figure_pages.YEARS_OF_A_TOKEN):
        assert f" {limit.most} razy na godzinę" in page, limit
