"""Keeps one PostgreSQL server alive exactly as long as standard input stays open.

`embedded.py` runs this file by its path (`python -I -S embedded_watchdog.py [--as=UID:GID] POSTGRES ARG…`), so it
imports nothing of ours. The other end of standard input belongs to the application: when that ends, however it ends,
the kernel closes the pipe and the server is shut down here. A server that somebody kills meanwhile is started again.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
RESTARTS = 10
RAN_WELL_SECONDS = 1


def main(arguments: list[str]) -> int:
    """Run the server until it is told to stop; the return value is the server's own exit code."""
    account: dict[str, Any] = {}
    if arguments[0].startswith("--as="):
        user, group = arguments.pop(0).removeprefix("--as=").split(":")
        account = {"user": int(user), "group": int(group), "extra_groups": []}
    server: subprocess.Popen[bytes] | None = None
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        if server is not None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the application, which closes our input in its turn
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    threading.Thread(target=_at_end_of_input, args=(stop,), daemon=True).start()
    restarts = 0  # a first start that fails is final: the application reports it
    while True:
        started = time.monotonic()
        server = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, preexec_fn=_stop_with_parent, **account)
        if stopping.is_set():  # it was set between the last check and the line above
            stop()
        code = server.wait()
        if time.monotonic() - started > RAN_WELL_SECONDS:
            restarts = RESTARTS
        if stopping.is_set() or not restarts:
            return code
        restarts -= 1
        stopping.wait(0.5)  # the backends of a killed server need a moment to leave


def _at_end_of_input(stop: Callable[[], None]) -> None:
    while os.read(0, 4096):
        pass
    stop()


def _stop_with_parent() -> None:
    """Have the kernel stop the server when this very process is killed (Linux; elsewhere the next start does)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
