"""Accounts opened and entered from the command line: a link that works once, for ten minutes, on a press alone."""

import asyncio
import re

import httpx2
import pytest
from access.by_hand import signed_in_as
from click.testing import Result
from support.visitor import Visitor
from typer.testing import CliRunner

from volunteer_hub.access import links
from volunteer_hub.access.links import Works
from volunteer_hub.cli import cli
from volunteer_hub.kit import database

EMAIL = "hanna@centrum.example"
PATH = re.compile(r"^http://hub\.test(/sign-in/link/\S+)\s*$")


async def command(db: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """Runs volunteer-hub in a thread, as a process of its own would: without this test's pool and loop."""
    environment = {"HUB_MODE": "demo", "HUB_DATABASE_URL": db, "HUB_PUBLIC_URL": "http://hub.test"}
    with monkeypatch.context() as patch:
        patch.setattr(database.DB, "pool", None)
        return await asyncio.to_thread(CliRunner().invoke, cli, list(words), env=environment)


async def link(db: str, monkeypatch: pytest.MonkeyPatch) -> str:
    made = await command(
        db, monkeypatch, "account", "create", "--email", EMAIL, "--role", "coordinator", "--name", "Ewa"
    )
    assert made.exit_code == 0, made.output
    printed = await command(db, monkeypatch, "account", "link", "--email", "HANNA@centrum.example")
    found = PATH.match(printed.stdout)
    assert found, printed.output
    return found[1]


async def test_first_account_and_its_link(client: httpx2.AsyncClient, db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, visitor = await link(db, monkeypatch), Visitor(client)
    for _ in range(3):
        await visitor.open(path)
        assert visitor.page.status_code == 200, "looking at it, as mail scanners do, uses nothing up"
    assert await signed_in_as(client) == "" and visitor.page.headers["referrer-policy"] == "no-referrer"
    await visitor.send(path)
    assert visitor.page.url.path == "/sign-in/new-password"
    assert not (await client.get("/desk/people")).is_success, "not before both factors stand"
    assert await database.fetchval("SELECT name FROM account") == "Ewa"
    client.cookies.clear()
    await visitor.open(path)
    assert visitor.page.status_code == 410 and "już nie działa" in visitor.page.text


async def test_of_two_presses_one_comes_in(
    client: httpx2.AsyncClient, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, visitor = await link(db, monkeypatch), Visitor(client)
    await visitor.open(path)
    mark = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
    assert mark
    answers = await asyncio.gather(*(client.post(path, data={"csrf": mark[1]}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410, 410]


async def test_the_link_dies_after_ten_minutes_and_with_its_account(
    client: httpx2.AsyncClient, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, visitor = await link(db, monkeypatch), Visitor(client)
    for dying in (
        "UPDATE account SET closed_at = now()",
        "UPDATE sign_in_code SET created_at = now() - interval '10 minutes 1 second'",
    ):
        await visitor.open(path)
        mark = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
        assert visitor.page.status_code == 200 and mark
        await database.execute(dying)
        assert (await client.post(path, data={"csrf": mark[1]})).status_code == 410
        await database.execute("UPDATE account SET closed_at = NULL")
    assert await signed_in_as(client) == ""


async def test_a_code_is_no_link(db: str) -> None:
    assert await links.works("000000", "browser") is Works.NO


async def test_a_made_up_link_is_over_and_never_a_500(client: httpx2.AsyncClient) -> None:
    mark = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/sign-in")).text)
    assert mark
    for token in ("x", "za%C5%BC", "%ff", "%00", "a" * 3000, "..%2f..", "%ed%a0%80"):
        assert (await client.get(f"/sign-in/link/{token}")).status_code in (404, 410), token
        answer = await client.post(f"/sign-in/link/{token}", data={"csrf": mark[1]})
        assert answer.status_code in (404, 410), token


async def test_what_the_command_refuses(db: str, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests) -> None:
    create, link = ("account", "create"), ("account", "link")
    await command(db, monkeypatch, *create, "--email", EMAIL, "--role", "coordinator")
    for words, said in (
        ((*create, "--email", EMAIL, "--role", "administrator"), "somebody already signs in"),
        ((*create, "--email", "hanna", "--role", "administrator"), "takes an e-mail address"),
        ((*create, "--email", "b@centrum.example", "--role", "volunteer"), "--role takes one of"),
        ((*create, "--email", "b@centrum.example", "--role", "king"), "--role takes one of"),
        ((*create, "--role", "coordinator"), "Missing option"),
        ((*link, "--email", "nobody@centrum.example"), "nobody signs in"),
        ((*link, "--email", "ą@"), "takes an e-mail address"),
    ):
        with subtests.test(" ".join(words)):
            result = await command(db, monkeypatch, *words)
            assert result.exit_code == 2 and result.stdout == ""
            assert said in " ".join(result.stderr.replace("│", " ").split())
    assert await database.fetchval("SELECT count(*) FROM account") == 1
