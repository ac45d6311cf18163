"""Ends what an earlier owner of an embedded PostgreSQL left working in its data folder."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from volunteer_hub.kit.embedded_binaries import EmbeddedError


def settle(data: Path, end: float) -> None:
    """Return when no server works in `data` and no `postmaster.pid` claims so; until then ask it to stop.

    For the holder of the folder's lock only: then nobody wants that server any more. PostgreSQL itself would take a
    zombie or a reused process number in the file for a living server. The file goes only when no process works in the
    folder: a second server beside old backends would corrupt the data. Raises EmbeddedError at `end` (monotonic time).
    """
    pid_file = data / "postmaster.pid"
    while pid_file.exists():
        if server := _server_named_in(pid_file):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGINT)
        elif not _anyone_works_in(data):
            pid_file.unlink(missing_ok=True)
        if time.monotonic() > end:
            raise EmbeddedError(f"an earlier PostgreSQL still works in {data} and does not stop")
        time.sleep(0.05)


def _server_named_in(pid_file: Path) -> int | None:
    try:
        pid = int(pid_file.read_text().partition("\n")[0])
        if Path("/proc/self").exists():  # a slim image has no `ps`; a zombie's command line is empty
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        else:
            command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(pid_file.parent) in command else None


def _anyone_works_in(folder: Path) -> bool:
    """Whether a process has `folder` as its working directory, as every backend has. False without /proc."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if os.readlink(link) == str(folder):
                return True
    return False
