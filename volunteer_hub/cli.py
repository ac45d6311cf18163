"""One command, volunteer-hub: serve, worker, migrate, demo and the rest. The only place that starts things."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any

import typer
import uvicorn

from volunteer_hub import app as application
from volunteer_hub import settings as settings_module
from volunteer_hub.kit import database
from volunteer_hub.kit.embedded import Embedded, EmbeddedError
from volunteer_hub.settings import BadSettings, Settings

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
GRACE_SECONDS = 8


@contextlib.contextmanager
def _database(settings: Settings) -> Any:
    """The settings with a database to work on: the one they name, else our own, running for the block."""
    if settings.database_url:
        database.configure(settings.database_url.get_secret_value())
        yield settings
        return
    with Embedded(settings.data_dir / "postgres") as embedded:
        dsn = embedded.dsn
        database.configure(dsn)
        yield settings.model_copy(update={"database_url": settings_module.SecretStr(dsn)})


async def _serve(settings: Settings, host: str, port: int, *, with_worker: bool) -> None:
    config = uvicorn.Config(
        application.create(settings, with_worker=with_worker),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=400,
    )
    await uvicorn.Server(config).serve()


@cli.command()
def serve(host: str = "127.0.0.1", port: int = 8000, *, worker: bool = True) -> None:
    """Serves the web, with a worker in the same process unless --no-worker."""
    with _database(settings_module.load()) as settings:
        asyncio.run(_serve(settings, host, port, with_worker=worker))


@cli.command()
def migrate() -> None:
    """Brings the schema to the newest version; safe when several start at once."""
    with _database(settings_module.load()):
        asyncio.run(database.migrate())


@cli.command()
def run(port: int = 8000) -> None:
    """The trial: everything in one process, with the demo town."""
    with _database(settings_module.load()) as settings:
        asyncio.run(database.migrate())
        print(f"http://127.0.0.1:{port}", file=sys.stderr)
        asyncio.run(_serve(settings, "127.0.0.1", port, with_worker=True))


def main() -> None:
    """Runs the command; what stops it is one sentence, never a traceback."""
    try:
        cli()
    except (BadSettings, EmbeddedError, database.MigrationFailed) as error:
        sys.exit(f"volunteer-hub: {error}")
