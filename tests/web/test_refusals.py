"""Whatever comes in, the answer is the right status and a plain sentence, never a 5xx; headers are on every answer."""

import json
import re

import httpx2
import pytest
from conftest import new_client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as some
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database

HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy", "x-request-id")


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/nothing", 404), ("/desk/openings/not-an-id", 404), ("/static/nothing.css", 404)]
)
async def test_security_headers_on_every_answer(client: httpx2.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    for name in HEADERS:
        assert name in answer.headers, (path, name)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy


async def test_a_failure_of_ours_is_a_page_with_headers_and_without_details(
    app: Starlette, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(request: object) -> None:
        raise RuntimeError("secret-value 600123456")

    app.router.add_route("/broken", broken)
    async with new_client(app) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "Coś się u nas zepsuło" in answer.text and "secret-value" not in answer.text
    assert "x-request-id" in answer.headers
    logged = capsys.readouterr().out
    assert "secret-value" not in logged and '"error": "RuntimeError"' in logged


async def test_one_line_per_request_without_anybodys_data(
    client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/calendar/very-secret-token.ics?phone=600123456", headers={"user-agent": "Planted Canary"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert len([line for line in lines if line["event"] == "request"]) == 1
    assert not re.search("very-secret|600123456|Canary", json.dumps(lines))


async def test_too_large_a_body_is_413(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/help", content=b"x" * 1_100_000, headers={"content-type": "text/plain"})
    assert answer.status_code == 413
    answer = await client.post("/help", data={"text": "x" * 1_100_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "token", ["", "wrong", "ąęć", "\x00", "a" * 5000], ids=["none", "wrong", "not-ascii", "nul", "long"]
)
async def test_a_form_without_our_mark_is_403(client: httpx2.AsyncClient, token: str) -> None:
    answer = await client.post("/help", data={"csrf": token, "text": "x"})
    assert answer.status_code == 403
    assert "Odśwież" in answer.text


async def test_a_form_from_another_site_is_403_even_with_our_mark(client: httpx2.AsyncClient) -> None:
    mark = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/help")).text)
    assert mark
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.test"}, {"origin": "null"}):
        answer = await client.post("/help", data={"csrf": mark[1]}, headers=headers)
        assert answer.status_code == 403, headers
    control = await client.post("/help", data={"csrf": mark[1]}, headers={"sec-fetch-site": "same-origin"})
    assert control.status_code == 422


async def test_a_mark_of_another_browser_is_403(client: httpx2.AsyncClient, app: Starlette) -> None:
    mark = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/help")).text)
    assert mark
    async with new_client(app) as other:
        assert (await other.post("/help", data={"csrf": mark[1]})).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/%ff", "/%00", "/?lang=%ff%00", "/opportunities?area=%00", "/desk/people?q=%00%ff&q=x", "/calendar/%c4%85.ics"],
)
async def test_broken_bytes_in_the_address(client: httpx2.AsyncClient, path: str) -> None:
    await people.signed_in(client)
    answer = await client.get(path)
    assert answer.status_code < 500, path


async def test_broken_cookies_and_headers(client: httpx2.AsyncClient) -> None:
    for cookie in ("session=\xff\xfe", "visit=%00", "flash=x.y", "session=" + "a" * 4000, "=;=;;"):
        answer = await client.get("/", headers={"cookie": cookie.encode("latin-1")})
        assert answer.status_code < 500, cookie


@bounded(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=some.binary(max_size=300), kind=some.sampled_from(["x-www-form-urlencoded", "multipart/form-data; boundary=x"])
)
async def test_any_bytes_as_a_form(client: httpx2.AsyncClient, body: bytes, kind: str) -> None:
    kind = kind if "/" in kind else f"application/{kind}"
    for path in ("/help", "/volunteer", "/sign-in", "/hooks/twilio/inbound", "/hooks/twilio/status"):
        answer = await client.post(path, content=body, headers={"content-type": kind})
        assert answer.status_code < 500, path


async def test_language_of_the_page(client: httpx2.AsyncClient) -> None:
    assert '<html lang="pl"' in (await client.get("/")).text
    assert '<html lang="uk"' in (await client.get("/", headers={"accept-language": "ru,uk;q=0.9,pl;q=0.1"})).text
    assert '<html lang="en"' in (await client.get("/?lang=en")).text
    assert '<html lang="en"' in (await client.get("/")).text, "the choice is remembered"
    assert '<html lang="en"' in (await client.get("/?lang=xx")).text


async def test_the_database_being_away_is_a_503_and_heals_by_itself(
    client: httpx2.AsyncClient, db: str
) -> None:
    good = dict(database.DB.config)
    await people.signed_in(client)
    await database.DB.pool.expire_connections()
    pool, database.DB.pool = database.DB.pool, None
    database.DB.config = good | {"dsn": "postgresql://x@127.0.0.1:1/none"}
    try:
        answer = await client.get("/desk")
        assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
        assert "Chwilowo nie możemy odpowiedzieć" in answer.text
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200
    finally:
        database.DB.config, database.DB.pool = good, pool
    assert (await client.get("/desk")).status_code == 200
    assert (await client.get("/readyz")).status_code == 200
