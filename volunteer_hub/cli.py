"""One command, volunteer-hub: serve, worker, migrate, demo and the rest. The only place that starts things."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
import uvicorn
from pydantic import SecretStr, ValidationError
from typer import Option
from uvicorn.supervisors import Multiprocess

from volunteer_hub import app as application
from volunteer_hub import demo, health, worker
from volunteer_hub import settings as settings_module
from volunteer_hub.access import actions as accounts
from volunteer_hub.access import codes
from volunteer_hub.access.forms import EMAIL
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.embedded import Embedded, EmbeddedError
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import channels
from volunteer_hub.schedule import centre
from volunteer_hub.settings import BadSettings, Settings
from volunteer_hub.web import errors, logs

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
account = typer.Typer(no_args_is_help=True, help="Accounts of those who work at the centre.")
cli.add_typer(account, name="account")
# The worker beside the web stops after the web: together they stay under the ten seconds that a stop may take.
GRACE_SECONDS = 5

WELCOME = """
volunteer_hub is running: {url}

  {url}/sign-in      one button for each role: coordinator, volunteer, first contact ...
  {url}/dev/phones   every phone and mailbox of the demo town: read what came, answer it

Its log is {log}. Ctrl-C stops it; everything stays, and the same command starts it again.
"""


class CannotStart(Exception):
    """Something outside keeps the command from starting; the message is one sentence."""


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[Settings]:
    """The settings with a database to work on: the one they name, else our own, running for the block."""
    centre.configure(settings)
    channels.for_settings(settings)  # opens nothing; a wrong address of a mail server is told before anything starts
    if settings.database_url:
        database.configure(settings.database_url.get_secret_value())
        yield settings
        return
    with Embedded(settings.data_dir / "postgres") as embedded:
        dsn = embedded.dsn
        database.configure(dsn)
        yield settings.model_copy(update={"database_url": SecretStr(dsn)})


def _config(settings: Settings, app: Any, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )


def _free(host: str, port: int) -> None:
    """Raises CannotStart when the port is taken: uvicorn would say so in a log line only, after all the rest."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"port {port} on {host} cannot be used: {error.strerror}; choose another with --port."
            ) from None


def _serve(settings: Settings, host: str, port: int, *, with_worker: bool) -> None:
    server = uvicorn.Server(_config(settings, application.create(settings, with_worker=with_worker), host, port))
    server.run()


@cli.command()
def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1, *, worker: bool = True) -> None:
    """Serves the web with a message worker inside; --no-worker leaves that out, --workers N starts N web processes."""
    settings = settings_module.load()
    _free(host, port)
    with _database(settings) as settings:
        if workers == 1:
            _serve(settings, host, port, with_worker=worker)
            return
        # Each process reads its settings anew, so an own database is named to them through the environment.
        settings_module.hand_down(settings)
        factory = "volunteer_hub.app:create_with_worker" if worker else "volunteer_hub.app:create"
        config = _config(settings, factory, host, port)
        config.workers = workers
        Multiprocess(config, sockets=[config.bind_socket()]).run()


@cli.command("worker")
def work() -> None:
    """Plans and delivers messages; any number of them side by side."""
    with _database(settings_module.load()) as settings:
        asyncio.run(worker.run(settings))


@cli.command()
def migrate() -> None:
    """Brings the schema to the newest version; safe when several start at once."""
    with _database(settings_module.load()):
        asyncio.run(database.migrate())


@cli.command("demo")
def load_demo() -> None:
    """Loads the demo town into an empty database; refuses a full one."""
    with _database(settings_module.load()) as settings:
        asyncio.run(demo.load(settings))


@cli.command()
def doctor() -> None:
    """Checks settings, database, schema and channels; says what to mend. Ends with 1 when something is wrong."""
    with _database(settings_module.load()) as settings:
        findings = asyncio.run(health.examine(settings))
    for finding in findings:
        print(finding)
    if any(finding.startswith("MEND") for finding in findings):
        raise typer.Exit(1)


@cli.command()
def run(port: int = 8000) -> None:
    """The trial: own database, migrations, the demo town when it is empty, web and worker in one process."""
    settings = settings_module.load()
    _free("127.0.0.1", port)
    settings = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    settings = demo.dressed(settings) if settings.demo else settings
    with _database(settings) as settings, _log_file(settings.data_dir) as log:
        logs.setup(log)
        asyncio.run(_prepare(settings))
        print(WELCOME.format(url=settings.public_url, log=log.name), file=sys.stderr, flush=True)
        _serve(settings, "127.0.0.1", port, with_worker=True)


@account.command("create")
def create_account(email: Annotated[str, Option()], role: Annotated[str, Option()], name: str = "") -> None:
    """Opens an account; `account link` then prints the way in."""
    address, known = _address(email), {one.value: one for one in STAFF_ROLES}
    if role not in known:
        raise typer.BadParameter(f"--role takes one of: {', '.join(known)}")
    with _database(settings_module.load()):
        try:
            asyncio.run(
                accounts.create_account(SYSTEM, name=name or address.partition("@")[0], role=known[role], email=address)
            )
        except Refused:
            raise typer.BadParameter("somebody already signs in by this e-mail") from None
    print(f"Account of {address} opened. The way in: volunteer-hub account link --email {address}", file=sys.stderr)


@account.command("link")
def link_account(email: Annotated[str, Option()]) -> None:
    """Prints a link that signs in once, within ten minutes."""
    address = _address(email)
    with _database(settings_module.load()) as settings:
        link = asyncio.run(codes.make_link(settings, address))
    if link is None:
        raise typer.BadParameter("nobody signs in by this e-mail; volunteer-hub account create opens an account")
    print(link)


def _address(email: str) -> str:
    try:
        return EMAIL.validate_python(email)
    except ValidationError:
        raise typer.BadParameter("--email takes an e-mail address, such as ewa@poczta.pl") from None


def _log_file(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "volunteer-hub.log").open("a", buffering=1, encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"the folder {folder} cannot be used: {error.strerror}.") from None


async def _prepare(settings: Settings) -> None:
    await database.migrate()
    if settings.demo and await demo.is_empty():
        print("Loading the demo town ...", file=sys.stderr, flush=True)
        await demo.load(settings)


def main() -> None:
    """Runs the command; what stops it is one sentence, never a traceback."""
    try:
        cli()
    except (BadSettings, EmbeddedError, CannotStart, database.MigrationFailed, demo.NotEmpty) as error:
        sys.exit(f"volunteer-hub: {error}")
    except errors.AWAY as error:
        sys.exit(f"volunteer-hub: the database cannot be used ({type(error).__name__}); check HUB_DATABASE_URL.")
    except KeyboardInterrupt:
        sys.exit(130)
