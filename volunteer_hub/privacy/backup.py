"""A backup into one file, and the way back: whole or not at all, and without anybody who was erased since.

pg_dump, pg_restore and psql are the embedded PostgreSQL's when it is installed, else those of the PATH. What a backup
holds is as confidential as the database; sealed fields stay sealed in it. Decision 0020.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
import structlog

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.embedded_binaries import EmbeddedError, installed
from volunteer_hub.privacy import erasure, erasure_list, retention
from volunteer_hub.settings import Settings
from volunteer_hub.web.errors import AWAY

log = structlog.get_logger("backup")

STDOUT = Path("-")
CONFIDENTIAL = "It is as confidential as the database; what is sealed in it needs HUB_FIELD_KEY."
CHUNK = 1 << 20
# pg_restore of 17 and newer begins with a setting that an older server refuses; we say the same where it is known.
HEAD, TIMEOUT = 2048, b"SET transaction_timeout = 0;\n"
NO_TIMEOUT = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'"
# No PGPORT or PGDATABASE of the person who starts us: all there is to know stands in HUB_DATABASE_URL.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5"}

TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name LIKE 'volunteer-hub%'"""

# What was due since the backup was made has long been said, or is too late; what is ahead is said still.
SAID = """
    UPDATE message SET state = 'expired', finished_at = now(), error = 'restored'
    WHERE state = 'planned' AND due_at <= now()"""


class BackupError(Exception):
    """The backup cannot be made or restored; the text is one sentence for the administrator."""


@dataclass(frozen=True)
class Restored:
    """What was done after the rows were back."""

    erased: int
    unsent: int
    past_period: int

    def __str__(self) -> str:
        return (
            f"Restored. Erased again: {self.erased}. Rows past their period that are gone: {self.past_period}."
            f" Messages of then that are not sent any more: {self.unsent}."
        )


def program(name: str) -> str:
    """The program's place. Raises BackupError when it is nowhere."""
    try:
        own = installed() / "bin" / name
    except EmbeddedError:
        own = None
    found = str(own) if own and own.exists() else shutil.which(name)
    if not found:
        raise BackupError(f"{name} is not there: install PostgreSQL's client programs or volunteer-hub[embedded].")
    return found


def dump(settings: Settings, file: Path) -> str:
    """Writes the database into a new `file` that only its owner may read; what to know of it. Raises BackupError.

    `-` is standard output, for a program that encrypts what it reads; never a terminal.
    """
    if file == STDOUT:
        if sys.stdout.isatty():
            raise BackupError("a backup is not for a screen: lead it into a program that encrypts it, or name a file.")
        _dump(settings, [])
        return f"The backup is written out. {CONFIDENTIAL}"
    if file.exists():
        raise BackupError(f"{file} is there already; name another file.")
    half_made = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from None
    try:
        _dump(settings, [f"--file={half_made}"])
    except BackupError:
        half_made.unlink()
        raise
    half_made.rename(file)
    return f"{file}: {file.stat().st_size:,} bytes. {CONFIDENTIAL}"


def _dump(settings: Settings, where: list[str]) -> None:
    address, environment = _reached(settings)
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--dbname={address}", *where]
    made = subprocess.run(command, stderr=subprocess.PIPE, env=environment)
    if made.returncode:
        raise BackupError(f"the backup was not made: {_complaint(made.stderr)}")


async def note(verb: str) -> None:
    """Writes into the log that everything was copied out ("backup.made") or put back: both must be answered for."""
    if await database.fetchval("SELECT to_regclass('audit_entry') IS NOT NULL"):
        await audit.record(SYSTEM, verb, "database")


async def may_restore(settings: Settings, file: Path, *, replace: bool) -> None:
    """Refuses what would lose something: a file that is no backup, a database in use, a full one without `replace`.

    Whoever was erased in the database that is about to go is in the list outside it afterwards. Raises BackupError.
    """
    read = subprocess.run([program("pg_restore"), "--file=/dev/null", str(file)], capture_output=True)  # noqa: ASYNC221
    if read.returncode:
        raise BackupError(f"{file} is no whole backup: {_complaint(read.stderr)}")
    if await database.fetchval(TABLES):
        if not replace:
            raise BackupError("the database is not empty; --replace puts the backup in its place.")
        if await database.fetchval(OTHERS):
            raise BackupError("web or worker still use this database; stop them first.")
        if await database.fetchval("SELECT to_regclass('erasure') IS NOT NULL"):
            await erasure_list.complete(settings)


def load(settings: Settings, file: Path) -> None:
    """Puts the backup in the place of whatever is in the database, in one transaction. Raises BackupError."""
    address, environment = _reached(settings)
    read = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    write = [
        program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        "--output=/dev/null", "--command=SET client_min_messages = error",
        f"--command={NO_TIMEOUT}", "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public",
        "--file=-", f"--dbname={address}",
    ]  # fmt: skip
    with (
        subprocess.Popen(read, stdout=subprocess.PIPE) as reading,
        subprocess.Popen(write, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as writing,
    ):
        assert reading.stdout and writing.stdin and writing.stderr  # noqa: S101 - pipes were asked for
        try:
            writing.stdin.write(reading.stdout.read(HEAD).replace(TIMEOUT, b"", 1))
            while part := reading.stdout.read(CHUNK):
                writing.stdin.write(part)
            if reading.wait():
                writing.kill()  # the end of its input would be a commit of half a backup
            writing.stdin.close()
        except BrokenPipeError:
            reading.kill()
        complaint = writing.stderr.read()
        if writing.wait() or reading.returncode:
            raise BackupError(f"nothing was restored: {_complaint(complaint)}")


async def settle(settings: Settings) -> Restored:
    """After the schema is the newest again and before anybody is served: erases anew, sends nothing twice, cleans."""
    unsent = await database.execute(SAID)
    await erasure_list.complete(settings)
    erased = await erasure.again(settings)
    await note("backup.restored")
    return Restored(erased, unsent, sum((await retention.now(settings)).values()))


async def stay_erased(settings: Settings) -> None:
    """At every start: whoever put a backup back by other means than `restore` may have brought the erased back too.

    A database that is away is told elsewhere. Raises BackupError when the list is there and cannot be read.
    """
    try:
        erasure_list.known(settings)
    except OSError as error:
        raise BackupError(f"the list of the erased cannot be read: {error.strerror}; see HUB_ERASURE_FILE.") from None
    with contextlib.suppress(*AWAY, asyncpg.PostgresError):
        if count := await erasure.again(settings):
            log.warning("the erased were here again", erased=count)


def _reached(settings: Settings) -> tuple[str, dict[str, str]]:
    """The address without the password, which other people's `ps` would show, and the environment that has it."""
    dsn = settings.database_url.get_secret_value() if settings.database_url else ""
    parts = urlsplit(dsn)
    name, _, host = parts.netloc.rpartition("@")
    user, _, password = name.partition(":")
    environment = dict(ENVIRONMENT)
    if password:
        environment["PGPASSWORD"] = unquote(password)
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if name else host)), environment


def _complaint(said: bytes) -> str:
    """The first line a program complained with; rows and addresses do not stand in it."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[0].split(": ", 1)[-1][:200] if lines else "it gives no reason"
