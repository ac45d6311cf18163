"""Lock files name what was chosen by its hash, and no place to fetch it from: that is the machine's own business."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NPM_LOCKS = [ROOT / "package-lock.json", *(ROOT / "requirements").glob("*/package-lock.json")]


def requirements(text: str) -> Iterator[tuple[str, bool]]:
    """Each requirement of a Python lock file and whether it has a hash."""
    for line in re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)).splitlines():
        yield line.split("#")[0].split("--hash")[0].strip(), "--hash=sha256:" in line


def complaints(text: str) -> list[str]:
    found = [line for line in text.splitlines() if "://" in line]
    for requirement, hashed in requirements(text):
        if not hashed or not re.match(r"[\w.\-\[\]]+==\S+", requirement):
            found.append(requirement)
    return found


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_a_python_lock_is_pinned_hashed_and_without_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert len(list(requirements(text))) == len(re.findall(r"^[\w.\-]+", text, re.MULTILINE)) > 0
    assert complaints(text) == []


@pytest.mark.parametrize(
    "defect",
    [
        "anyio==4.16.0\n",
        "anyio>=4 \\\n    --hash=sha256:00\n",
        "anyio @ https://example.org/anyio.whl \\\n    --hash=sha256:00\n",
        "--index-url https://example.org/simple\n",
        "anyio==4.16.0 \\\n    --hash=sha256:00\nidna==3.20\n",
    ],
)
def test_a_planted_defect_is_found(defect: str) -> None:
    assert complaints("idna==3.20 \\\n    --hash=sha256:00\n    # via anyio\n") == []
    assert complaints(defect)


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_an_npm_lock_is_hashed_and_without_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert len(packages) > 1
    assert [name for name, package in packages.items() if name and not package["integrity"].startswith("sha512-")] == []


def locked(name: str) -> dict[str, str]:
    found = {}
    for requirement, _ in requirements((ROOT / "requirements" / name).read_text()):
        package, _, version = requirement.partition(";")[0].strip().partition("==")
        found[package.partition("[")[0]] = version
    return found


def test_the_tests_run_what_the_product_runs() -> None:
    product, tests = locked("run.txt"), locked("test.txt")
    assert {name: tests.get(name) for name in product} == product


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "run.txt": project["project"]["dependencies"] + project["project"]["optional-dependencies"]["embedded"],
        "test.txt": project["dependency-groups"]["test"],
    }
    for name, texts in asked.items():
        for wanted in map(Requirement, texts):
            version = locked(name).get(wanted.name)
            assert version and wanted.specifier.contains(version), (
                f"{wanted} is not in requirements/{name}: lock it anew"
            )
