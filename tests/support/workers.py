"""Worker processes on demand: real ones, to be killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol, Self

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests/messaging/nursery.py"


class Installation(Protocol):
    """Whose outbox it is: the settings, with HUB_."""

    environ: dict[str, str]


class Nursery:
    """A process that forks workers. Also a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def worker(self, of: Installation, dsn: str, **order: Any) -> int:
        """Starts a worker on this outbox and answers its process number. See nursery.py for orders."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps({"dsn": dsn, "environ": of.environ, **order}), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
