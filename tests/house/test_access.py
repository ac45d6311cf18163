"""Every route stands in docs/access.md, and every role is let in or kept out just as it says there."""

import re
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub import routes
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
ROLES = [Role.ANYONE, Role.VOLUNTEER, *sorted(STAFF)]


def written() -> dict[tuple[str, str], frozenset[str]]:
    rows = re.findall(r"^\| (GET|POST) \| `([^`]+)` \| ([^|]+) \|", (ROOT / "docs/access.md").read_text(), re.M)
    return {(method, path): frozenset(who.strip().split(", ")) for method, path, who in rows}


def test_the_access_table_is_the_routes(settings: Settings) -> None:
    real = {(method, path): frozenset(map(str, who)) for method, path, _, who in routes.table(settings)}
    assert written() == real


def test_production_has_nothing_of_the_demo() -> None:
    production = load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40})
    paths = {path for _, path, _, _ in routes.table(production)}
    assert not [path for path in paths if path.startswith("/dev")]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::(\w+))?\}", lambda m: str(uuid4()) if m[2] == "uuid" else "nobody", path)


async def ask(client: httpx2.AsyncClient, method: str, path: str) -> httpx2.Response:
    if method == "GET":
        return await client.get(filled(path))
    form = await client.get("/help")
    mark = re.search(r'name="csrf" value="([^"]+)"', form.text)
    return await client.post(filled(path), data={"csrf": mark[1] if mark else ""})


def turned_away(answer: httpx2.Response) -> bool:
    return answer.status_code == 403 or answer.headers.get("location", "").startswith("/sign-in?next=")


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_walked_as(role: Role, db: str, app: Starlette, settings: Settings) -> None:
    row = await people.account(role) if role is not Role.ANYONE else None
    for method, path, _, who in routes.table(settings):
        if Role.MACHINE in who:
            continue
        async with new_client(app) as client:
            if row:
                await people.sign_in(client, row)
            answer = await ask(client, method, path)
        may = Role.ANYONE in who or role in who
        assert turned_away(answer) is not may, (role, method, path, answer.status_code)
        assert answer.status_code < 500, (role, method, path)


async def test_control_an_open_door_is_noticed(db: str, app: Starlette) -> None:
    """The walk's own eye: a page for anyone does not look turned away, a closed one does."""
    async with new_client(app) as client:
        assert not turned_away(await client.get("/help"))
        assert turned_away(await client.get("/desk"))


async def test_a_page_that_is_not_there_looks_the_same_for_all(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/nothing-here")).status_code == 404
