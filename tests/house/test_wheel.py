"""The wheel, built from the locked tools, is the whole product: installed alone elsewhere it migrates and serves."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import asyncpg
import httpx2
import pytest
from support.processes import free_port

import volunteer_hub

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with the wheel installed into it; what it depends on is in the environment."""
    folder = tmp_path_factory.mktemp("installed")
    uv = shutil.which("uv") or str(ROOT / ".venv-uv/bin/uv")
    command = [uv, "pip", "install", "--offline", "--no-deps", "--no-cache", "--python", sys.executable]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True, capture_output=True, timeout=60)
    return folder


def test_it_holds_all_that_travels_with_the_code_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith(f"volunteer_hub-{volunteer_hub.__version__}-py3-none-any")
    assert {name.split("/")[0].partition(".dist-info")[0] for name in names} == {
        "volunteer_hub",
        f"volunteer_hub-{volunteer_hub.__version__}",
    }
    assert {"volunteer_hub/static/vendor/htmx.min.js", "volunteer_hub/static/vendor/leaflet.LICENSE.txt"} <= set(names)
    for folder in ("migrations", "templates", "static"):
        here = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
        assert {f"volunteer_hub/{path.relative_to(ROOT)}" for path in here} <= set(names)


async def test_it_migrates_and_serves_a_page_from_an_empty_folder(
    installed: Path, cluster: str, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(cluster)
    await connection.execute("CREATE DATABASE wheel TEMPLATE template0")
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")} | {
        "PYTHONPATH": str(installed),
        "HUB_DATABASE_URL": cluster.replace("/postgres?", "/wheel?"),
        "HUB_MODE": "demo",
        "HUB_SECRET_KEY": "k" * 40,
        "HUB_FIELD_KEY": "f" * 40,
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }

    def run(*words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        where = run("-P", "-c", "import volunteer_hub; print(volunteer_hub.__file__)")
        assert Path(where.strip()).is_relative_to(installed)
        run("-P", "-m", "volunteer_hub", "migrate")
        serve = [sys.executable, "-P", "-m", "volunteer_hub", "serve", "--no-worker", "--port", str(port)]
        with subprocess.Popen(
            serve, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as server:
            try:
                assert "<html" in first_page(f"http://127.0.0.1:{port}", server)
                for file in ("htmx.min.js", "leaflet.css"):
                    assert httpx2.get(f"http://127.0.0.1:{port}/static/vendor/{file}").status_code == 200
            finally:
                server.terminate()
                server.communicate(timeout=15)
    finally:
        await connection.execute("DROP DATABASE wheel WITH (FORCE)")
        await connection.close()


def first_page(address: str, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            answer = httpx2.get(address, timeout=10)
            assert answer.status_code == 200
            return answer.text
        time.sleep(0.05)
    assert server.stderr
    pytest.fail(f"the wheel does not serve: {server.stderr.read(2000)!r}")
