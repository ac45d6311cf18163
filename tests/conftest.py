"""Real parts: a throw-away PostgreSQL per test process, a migrated template in it, a clone of it per test, the app
over HTTP, Chromium. Sockets to anywhere but this machine stay closed."""

import asyncio
import contextlib
import ipaddress
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import hypothesis
import pytest
import uvicorn
from starlette.applications import Starlette
from support import names_kept
from support.processes import free_port

from volunteer_hub import app as application
from volunteer_hub import demo, worker
from volunteer_hub.kit import database
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.messaging import quiet
from volunteer_hub.settings import Settings, load

IN_MEMORY = Path("/dev/shm")
# A test's database may be lost: none of it must reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


# How long an example takes is the machine's affair.
hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        del os.environ[name]
    _close_the_door()
    names_kept.watch()


def _close_the_door() -> None:
    """Connections leave only for loopback and local sockets: a test that needs more is wrong."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise PermissionError(f"a test wants to leave this machine: {address}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="hub-test-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other accounts may enter: as root, PostgreSQL runs as nobody. pytest's own tmp_path is closed."""
    with _open_folder() as home:
        yield home


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as this test process."""
    with _open_folder() as home, Embedded(home / "postgres", settings=FAST) as embedded:
        yield embedded.dsn


def _named(dsn: str, name: str) -> str:
    return dsn.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
async def template(cluster: str) -> str:
    """The name of a migrated, empty database to clone."""
    name = "hub_template"
    await _sql(cluster, f"CREATE DATABASE {name} TEMPLATE template0")
    database.configure(_named(cluster, name))
    await database.migrate()
    return name


async def _sql(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def clone(cluster: str, template: str) -> AsyncIterator[str]:
    """A fresh copy of the database `template`, configured as the current one, with a pool; gone afterwards."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    await _sql(cluster, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    dsn = _named(cluster, name)
    database.configure(dsn)
    try:
        async with database.pool():
            yield dsn
    finally:
        await _sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def db(cluster: str, template: str) -> AsyncIterator[str]:
    """An empty, migrated database of this test's own; volunteer_hub.kit.database works on it."""
    async with clone(cluster, template) as dsn:
        yield dsn


@pytest.fixture(autouse=True)
def at_any_hour() -> Iterator[None]:
    """No test depends on the hour it is run at: quiet hours that an application of production brought go with it."""
    yield
    quiet.configure(load({"HUB_MODE": "demo"}))


@pytest.fixture
def settings() -> Settings:
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})


@pytest.fixture
def app(settings: Settings) -> Starlette:
    """The application; its lifespan is not run, the `db` fixture holds the pool."""
    return application.create(settings)


@pytest.fixture
async def client(db: str, app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser without JavaScript: keeps cookies, follows no redirect by itself, asks in Polish."""
    async with new_client(app) as one:
        yield one


def new_client(app: Starlette) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://hub.test",
        headers={"accept-language": "pl"},
    )


@contextlib.asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """`app` on a loopback port (0: a free one), in this event loop."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2))
        server.capture_signals = contextlib.nullcontext  # type: ignore[assignment]  # Ctrl-C stays pytest's
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
            if task.done():
                task.result()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@pytest.fixture
def own_address() -> Settings:
    """Settings whose PUBLIC_URL is a free port of this machine: webhooks and links then lead to the server here."""
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": f"http://127.0.0.1:{free_port()}"})


@pytest.fixture
async def server(db: str, own_address: Settings) -> AsyncIterator[str]:
    """The application on a real port, for a browser, over an empty database."""
    async with served(application.create(own_address), urlsplit(own_address.public_url).port or 0) as address:
        yield address


@pytest.fixture(scope="session")
async def town_template(cluster: str, template: str) -> str:
    """The name of a database that holds the demo town, to clone."""
    await _sql(cluster, f"CREATE DATABASE hub_town TEMPLATE {template} STRATEGY FILE_COPY")
    database.configure(_named(cluster, "hub_town"))
    await demo.load(load({"HUB_MODE": "demo"}))
    return "hub_town"


@pytest.fixture
async def town(cluster: str, town_template: str) -> AsyncIterator[str]:
    """A demo town of this test's own; volunteer_hub.kit.database works on it."""
    async with clone(cluster, town_template) as dsn:
        yield dsn


@pytest.fixture
async def town_server(town: str, own_address: Settings) -> AsyncIterator[str]:
    """The demo town on a real port with a worker beside it, as `volunteer-hub run` has it."""
    async with (
        worker.beside(own_address),
        served(application.create(own_address), urlsplit(own_address.public_url).port or 0) as address,
    ):
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")
    return {
        **browser_type_launch_args,
        "args": quiet,
        "executable_path": os.environ.get("CHROMIUM") or shutil.which("chromium"),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "pl-PL", "timezone_id": "Europe/Warsaw"}


