"""The list of the erased in a file beside the database: a backup knows nothing of what was erased after it was made.

One line each, the moment and an id, which names nobody once the person is gone. Lines are only ever added.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

CANNOT = mark("Nie udało się zapisać usunięcia, więc nic nie zostało usunięte. Spróbuj za chwilę albo zadzwoń do nas.")


def path(settings: Settings) -> Path:
    return settings.erasure_file or settings.data_dir / "erased.txt"


async def add(settings: Settings, subjects: Iterable[str]) -> None:
    """Those who are not in it yet; on the disk before this returns. Raises Refused 503 when it cannot be."""
    try:
        there = set(known(settings))
        lines = [f"{clock.now().isoformat(timespec='seconds')} {one}\n" for one in subjects if one not in there]
        _append(path(settings), "".join(lines).encode())
    except OSError:
        raise Refused(CANNOT, 503) from None


def known(settings: Settings) -> list[str]:
    """Everybody in the file, in their order, once. Raises OSError when there is one and it cannot be read."""
    file = path(settings)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return list(dict.fromkeys(line.split()[1] for line in lines if len(line.split()) == 2))


async def lacking(settings: Settings) -> tuple[int, int]:
    """How many of those the database knows to be erased are not in the file, and how many it knows.

    Raises OSError when the file cannot be read, or nothing could be added to it.
    """
    file = path(settings)
    there = set(known(settings))
    if file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND))
    elif not os.access(_standing(file.absolute().parent), os.W_OK | os.X_OK):
        raise PermissionError(f"{file.parent} is closed")
    here = {row["subject"] for row in await database.fetch("SELECT subject FROM erasure")}
    return len(here - there), len(here)


def _standing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already."""
    return folder if folder.exists() else _standing(folder.parent)


async def complete(settings: Settings) -> list[str]:
    """Everybody in the file or in the database's own list; who was only in the database is in the file afterwards."""
    here = [row["subject"] for row in await database.fetch("SELECT subject FROM erasure ORDER BY at, subject")]
    await add(settings, dict.fromkeys(here))
    return known(settings)


def _append(file: Path, lines: bytes) -> None:
    """One write at the end of the file, so that several processes never mix their lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
