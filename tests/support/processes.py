"""The command volunteer-hub as processes of its own, on loopback, always stopped in the end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx2

ROOT = Path(__file__).resolve().parents[2]


async def fresh(cluster: str, name: str) -> str:
    """An empty database of the test cluster, not yet migrated; its address."""
    connection = await asyncpg.connect(cluster)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    await connection.close()
    return cluster.replace("/postgres?", f"/{name}?")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings: str) -> dict[str, str]:
    """An environment with nothing of ours but `settings`, named without their prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return kept | {"PYTHONPATH": str(ROOT)} | {f"HUB_{name}": value for name, value in settings.items()}


def call(*arguments: str, timeout: float = 60, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "volunteer_hub", *arguments],
        env=environment(**settings), capture_output=True, text=True, timeout=timeout, check=False,
    )


@contextlib.contextmanager
def running(*arguments: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on; its output lies in the file named by `.output`."""
    with tempfile.NamedTemporaryFile(prefix="hub-output-") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "volunteer_hub", *arguments],
            env=environment(**settings), stdout=output, stderr=subprocess.STDOUT,
        )
        process.output = Path(output.name)  # type: ignore[attr-defined]
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def answers(address: str, process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Waits until the address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, process.output.read_text()[-2000:]  # type: ignore[attr-defined]
        with contextlib.suppress(httpx2.HTTPError):
            httpx2.get(address, timeout=2)
            return
        time.sleep(0.05)
    raise AssertionError(f"{address} does not answer: {process.output.read_text()[-2000:]}")  # type: ignore[attr-defined]
