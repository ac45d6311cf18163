"""One style for all code: what pyproject.toml asks of ruff holds everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def ruff(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--output-format", "concise", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_ruff_has_nothing_to_say() -> None:
    result = ruff(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("volunteer_hub/kit/planted.py", "import os\n", "F401"),
        ("volunteer_hub/kit/planted.py", "x = 1  # noqa: F401\n", "RUF100"),
        ("tests/kit/test_planted.py", f'"""{"long " * 30}"""\n', "E501"),
        ("dev.py", "import sys\nimport os\n\nprint(os, sys)\n", "I001"),
    ],
)
def test_control_a_planted_defect_is_found(tmp_path: Path, path: str, text: str, rule: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(text)
    result = ruff(tmp_path)
    assert result.returncode == 1 and f"{path}:" in result.stdout and rule in result.stdout, result.stdout
