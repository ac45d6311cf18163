"""The database goes away under a running web with a worker: a clear page meanwhile, and everything by itself after."""

import time
from pathlib import Path

import httpx2
from support import processes

from volunteer_hub.kit.embedded import Embedded


def test_the_database_stops_and_comes_back(open_folder: Path) -> None:
    server = Embedded(open_folder / "postgres")
    settings = {"MODE": "demo", "DATABASE_URL": server.start()}
    port = processes.free_port()
    try:
        assert processes.call("migrate", **settings).returncode == 0
        with processes.running("serve", "--port", str(port), **settings) as process:
            processes.answers(f"http://127.0.0.1:{port}/livez", process)
            with httpx2.Client(
                base_url=f"http://127.0.0.1:{port}", timeout=10, headers={"accept-language": "pl"}
            ) as web:
                assert web.get("/opportunities").status_code == 200
                server.stop()
                for _ in range(3):
                    away = web.get("/opportunities")
                    assert away.status_code == 503 and away.headers["retry-after"] == "5"
                    assert "Chwilowo nie możemy odpowiedzieć" in away.text and "Traceback" not in away.text
                assert web.get("/readyz").status_code == 503
                assert web.get("/livez").status_code == 200
                server.start()
                came_back = time.monotonic()
                while web.get("/opportunities").status_code != 200:
                    assert time.monotonic() - came_back < 5, "the first page works within seconds"
                    time.sleep(0.05)
                while (age := web.get("/readyz").json()["worker_seconds_ago"]) is None or age > 5:
                    assert time.monotonic() - came_back < 15, "the worker goes on by itself"
                    time.sleep(0.1)
            assert process.poll() is None
    finally:
        server.stop()
