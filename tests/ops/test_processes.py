"""The command as an administrator runs it: what it says when something is missing, how it stops, what a kill leaves."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx2
import pytest
from support import processes
from support.processes import fresh


def lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def children(pid: int) -> list[int]:
    command = ["ps", "-o", "pid=", "--ppid", str(pid)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = [int(line) for line in listed.split()]
    return found + [grandchild for child in found for grandchild in children(child)]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"MODE": "demo", "NOSUCH": "1"}, "HUB_NOSUCH is not a setting"),
        ({}, "HUB_SECRET_KEY is needed in production"),
        ({"MODE": "demo", "TIMEZONE": "Mars"}, "HUB_TIMEZONE is not the name of a time zone"),
        ({"MODE": "demo", "SECRET_KEY_FILE": "/nowhere/key"}, "HUB_SECRET_KEY_FILE names a file that cannot be read"),
    ],
)
def test_a_bad_setting_is_one_sentence(settings: dict[str, str], sentence: str) -> None:
    result = processes.call("doctor", **settings)
    assert result.returncode != 0 and sentence in result.stderr
    assert "Traceback" not in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_a_secret_value_is_never_shown() -> None:
    result = processes.call("doctor", MODE="production", SECRET_KEY="planted-canary")
    assert "planted-canary" not in result.stderr + result.stdout and "too short" in result.stderr


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = processes.call("run", "--port", port, MODE="demo", DATA_DIR=str(tmp_path))
    assert result.returncode != 0 and f"port {port}" in result.stderr and "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir()), "nothing was set up for a start that could not be"


def test_a_database_that_is_away_is_one_sentence() -> None:
    result = processes.call("migrate", MODE="demo", DATABASE_URL="postgresql://x@127.0.0.1:1/none")
    assert result.returncode != 0 and "Traceback" not in result.stderr and "database" in result.stderr


async def test_sigterm_finishes_the_request_that_is_begun(cluster: str) -> None:
    dsn = await fresh(cluster, "sigterm")
    port = processes.free_port()
    settings = {"MODE": "demo", "DATABASE_URL": dsn}
    assert processes.call("migrate", **settings).returncode == 0
    with processes.running("serve", "--port", str(port), **settings) as process:
        processes.answers(f"http://127.0.0.1:{port}/livez", process)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = b"csrf=x&text=slow"
        head = f"POST /help HTTP/1.1\r\nHost: hub\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body[:5])
        await writer.drain()
        await asyncio.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        writer.write(body[5:])
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 403"), "the form without our mark is answered, not dropped"
        assert process.wait(10) is not None
        lines = [json.loads(line) for line in process.output.read_text().splitlines() if line.startswith("{")]  # type: ignore[attr-defined]
        assert any(line.get("route") == "/help" and line["status"] == 403 for line in lines)


def test_kill_9_leaves_nothing_running_and_loses_no_committed_row(open_folder: Path) -> None:
    home = open_folder / "a folder"
    home.mkdir()
    port = processes.free_port()
    settings = {"MODE": "demo", "DATA_DIR": str(home)}
    with processes.running("run", "--port", str(port), **settings) as process:
        processes.answers(f"http://127.0.0.1:{port}/livez", process, 60)
        family = children(process.pid)
        assert family, "the database runs as a child"
        made = processes.call("account", "create", "--email", "a@example.org", "--role", "administrator", **settings)
        assert made.returncode == 0, made.stderr
        process.kill()
        process.wait()
        end = time.monotonic() + 15
        while any(map(lives, family)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not [pid for pid in family if lives(pid)]
    again = processes.call("account", "link", "--email", "a@example.org", **settings)
    assert again.returncode == 0 and "/sign-in/link/" in again.stdout, again.stderr


async def test_several_web_processes_serve_one_port(cluster: str) -> None:
    dsn = await fresh(cluster, "several")
    port = processes.free_port()
    settings = {"MODE": "demo", "DATABASE_URL": dsn}
    assert processes.call("migrate", **settings).returncode == 0
    with processes.running("serve", "--workers", "2", "--port", str(port), **settings) as process:
        processes.answers(f"http://127.0.0.1:{port}/livez", process, 40)
        assert httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
        assert len(children(process.pid)) >= 2
