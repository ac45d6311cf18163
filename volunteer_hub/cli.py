"""One command, volunteer-hub: serve, worker, migrate, demo and the rest. The only place that starts things."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import asyncpg
import typer
import uvicorn
from pydantic import SecretStr
from typer import Option
from uvicorn.supervisors import Multiprocess

from volunteer_hub import app as application
from volunteer_hub import demo, doctor, routes, worker
from volunteer_hub import settings as settings_module
from volunteer_hub.access import account_commands, canary
from volunteer_hub.access import queries as staff
from volunteer_hub.exchange import export_command, import_command
from volunteer_hub.kit import app_role, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.embedded import Embedded, EmbeddedError
from volunteer_hub.matching import plan_command
from volunteer_hub.messaging import channels, let_go_command, quiet
from volunteer_hub.privacy import backup, reseal, retention
from volunteer_hub.privacy.backup import BackupError
from volunteer_hub.replies.mailbox import commands as mail_commands
from volunteer_hub.replies.mailbox import lmtp as mailbox_lmtp
from volunteer_hub.replies.mailbox.imap import Mailbox
from volunteer_hub.schedule import centre
from volunteer_hub.settings import BadSettings, Settings
from volunteer_hub.web import errors, logs

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
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
def _database(settings: Settings, *, limited: bool = False) -> Iterator[Settings]:
    """The settings with a database to work on: the one they name, else our own, running for the block.

    `limited`: in the role that cannot change the log (kit/app_role.py).
    """
    centre.configure(settings)
    quiet.configure(settings)
    channels.for_settings(settings)  # opens nothing; a wrong address of a mail server is told before anything starts
    Mailbox(settings)
    mailbox_lmtp.check(settings)
    if settings.database_url:
        database.configure(settings.database_url.get_secret_value(), limited=limited, timezone=settings.timezone)
        yield settings
        return
    with Embedded(settings.data_dir / "postgres") as embedded:
        dsn = embedded.dsn
        database.configure(dsn, limited=limited, timezone=settings.timezone)
        yield settings.model_copy(update={"database_url": SecretStr(dsn)})


account_commands.register(cli, _database)
import_command.register(cli, _database)
export_command.register(cli, _database, routes.table)
plan_command.register(cli)
let_go_command.register(cli, _database)
mail_commands.register(cli, lambda settings: _database(settings, limited=True))


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
        asyncio.run(_first_steps(settings))
        asyncio.run(backup.stay_erased(settings))
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
    with _database(settings_module.load(), limited=True) as settings:
        asyncio.run(backup.stay_erased(settings))
        asyncio.run(worker.run(settings))


@cli.command()
def migrate() -> None:
    """Brings the schema to the newest version; safe when several start at once."""
    with _database(settings_module.load()) as settings:
        asyncio.run(_migrate(settings))


@cli.command("demo")
def load_demo() -> None:
    """Loads the demo town into an empty database; refuses a full one."""
    with _database(settings_module.load()) as settings:
        asyncio.run(demo.load(settings))


@cli.command("doctor")
def examine(
    *, send_nothing: Annotated[bool, Option("--send-nothing", help="Also try mail and SMS, sending nothing.")] = False
) -> None:
    """Checks settings, database, log, worker, keys; says what to mend. Ends with 1 when something is wrong."""
    with _database(settings_module.load()) as settings:
        findings = asyncio.run(doctor.examine(settings, probe_channels=send_nothing))
    for finding in findings:
        print(finding)
    if any(finding.startswith("MEND") for finding in findings):
        raise typer.Exit(1)


@cli.command("reseal")
def seal_anew() -> None:
    """After a new HUB_FIELD_KEY (the former in HUB_FIELD_KEY_OLD): seals every encrypted field with it."""
    with _database(settings_module.load()) as settings:
        counts = asyncio.run(reseal.reseal(settings))
    print(f"{counts.sealed} sealed anew, {counts.already} were already, {counts.lost} cannot be opened by these keys")
    if counts.lost:
        raise typer.Exit(1)


@cli.command("retention")
def keep_no_longer(
    *, dry_run: Annotated[bool, Option("--dry-run", help="Only counts what would go now.")] = False
) -> None:
    """Deletes at once what is past its period, as a worker does every night; prints a line for each rule."""
    with _database(settings_module.load()) as settings:
        counts = asyncio.run(retention.dry() if dry_run else retention.now(settings))
    print("\n".join(retention.table(counts)))


@cli.command("backup")
def back_up(file: Path) -> None:
    """Writes the whole database into a new file, or to standard output (-); web and worker may go on."""
    with _database(settings_module.load()) as settings:
        said = backup.dump(settings, file)
        asyncio.run(backup.note("backup.made"))
    print(said, file=sys.stderr if file == backup.STDOUT else sys.stdout)


@cli.command("restore")
def restore(
    file: Path, *, replace: Annotated[bool, Option("--replace", help="Also over a database that is not empty.")] = False
) -> None:
    """Puts a backup into the database, migrates it, and erases again whoever was erased since it was made."""
    with _database(settings_module.load()) as settings:
        asyncio.run(backup.may_restore(settings, file, replace=replace))
        backup.load(settings, file)
        asyncio.run(_migrate(settings))
        print(asyncio.run(backup.settle(settings)))


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


def _log_file(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "volunteer-hub.log").open("a", buffering=1, encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"the folder {folder} cannot be used: {error.strerror}.") from None


async def _migrate(settings: Settings) -> None:
    """The schema, the role's rights and the canary; what could not be done, or comes next, is one line."""
    await database.migrate()
    async with database.connection() as connection:
        if missing := await app_role.missing(connection):
            print(f"volunteer-hub: web and worker will have the owner's rights: {missing}", file=sys.stderr)
    await canary.plant(settings)
    if await canary.sings(settings) is False:
        print("volunteer-hub: HUB_FIELD_KEY is not the key this database was sealed with.", file=sys.stderr)
    await _first_steps(settings)


async def _first_steps(settings: Settings) -> None:
    """A centre without an administrator is told what to type; what keeps us from looking is told elsewhere."""
    with contextlib.suppress(*errors.AWAY, asyncpg.PostgresError):
        if not settings.demo and Role.ADMINISTRATOR not in await staff.roles_there():
            print(f"volunteer-hub: there is no administrator yet: {doctor.FIRST_ADMINISTRATOR}", file=sys.stderr)


async def _prepare(settings: Settings) -> None:
    await _migrate(settings)
    await backup.stay_erased(settings)
    if settings.demo and await demo.is_empty():
        print("Loading the demo town ...", file=sys.stderr, flush=True)
        await demo.load(settings)


def main() -> None:
    """Runs the command; what stops it is one sentence, never a traceback."""
    try:
        cli()
    except (BadSettings, EmbeddedError, CannotStart, BackupError, database.MigrationFailed, demo.NotEmpty) as error:
        sys.exit(f"volunteer-hub: {error}")
    except errors.AWAY as error:
        sys.exit(f"volunteer-hub: the database cannot be used ({type(error).__name__}); check HUB_DATABASE_URL.")
    except KeyboardInterrupt:
        sys.exit(130)
