"""docker-compose.yml, examined by Docker Compose itself (its program comes with the test packages)."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from volunteer_hub.kit.embedded import INITDB

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = Path(sys.executable).with_name("docker-compose")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the compose file and the administrator's settings that docs/installing.md has them make."""
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "hub.env").write_text("HUB_PUBLIC_URL=https://hub.example.org\n")
    return tmp_path


def examine(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [COMPOSE, "--project-directory", project, "config", *words]
    return subprocess.run(command, cwd=project, env={"HOME": str(project)}, capture_output=True, text=True, timeout=30)


def services(project: Path) -> dict[str, Any]:
    done = examine(project, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def test_it_is_valid(project: Path) -> None:
    done = examine(project, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("condition: service_healthy", "condition: service_well"),
        ("secrets: [db_password]", "secrets: [password]"),
        ("    volumes:\n      - db:", "    volumes:\n      - data:"),
        ("replicas: 2", "replicas: two"),
    ],
)
def test_a_planted_defect_is_refused(project: Path, right: str, wrong: str) -> None:
    text = (project / "docker-compose.yml").read_text()
    assert right in text
    (project / "docker-compose.yml").write_text(text.replace(right, wrong, 1))
    assert examine(project, "--quiet").returncode != 0


def test_answers_from_calendars_have_a_service_that_is_left_out_unless_asked_for(project: Path) -> None:
    assert "mail-listen" not in services(project)
    asked = subprocess.run(
        [COMPOSE, "--project-directory", project, "--profile", "mail", "config", "--format", "json"],
        cwd=project, env={"HOME": str(project)}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    found = json.loads(asked.stdout)["services"]["mail-listen"]
    assert found["command"] == ["mail-listen"] and found["read_only"]
    assert {"/var/lib/hub", "/run/hub"} == {one["target"] for one in found["volumes"]}


def test_the_topology_is_a_database_a_migration_two_webs_and_a_worker(project: Path) -> None:
    found = services(project)
    assert set(found) == {"db", "migrate", "web", "worker"}
    assert found["web"]["deploy"]["replicas"] == 2
    assert found["web"]["command"][0] == "serve"
    assert "--no-worker" in found["web"]["command"]
    assert found["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        assert found[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert found[name]["stop_grace_period"] == "15s"


def test_the_database_sorts_and_keeps_its_files_like_the_embedded_one(project: Path) -> None:
    db = services(project)["db"]
    arguments = set(db["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert arguments == {word for word in INITDB if "locale" in word or "ctype" in word or "encoding" in word}
    assert [volume["target"] for volume in db["volumes"]] == ["/var/lib/postgresql"]


def test_no_secret_stands_in_the_environment(project: Path) -> None:
    for name, service in services(project).items():
        for variable in service.get("environment", {}):
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "DATABASE_URL", "TOKEN"))
            assert not secret or variable.endswith("_FILE"), f"{name}: {variable}"
