"""Who may import whom, which floor may know what, who may read the environment and the time."""

import ast
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "volunteer_hub"
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS_WITHOUT_TABLES_OR_HTTP = ("rules.py",)
KNOWS_STARLETTE = ("app.py", "routes.py", "health.py", "cli.py")
STARLETTE_ROOMS = ("web", "access")


def imports(path: Path) -> set[str]:
    """The dotted names a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def calls(path: Path) -> set[str]:
    """The dotted names a module mentions as attributes: os.environ, datetime.now …"""
    return {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    command = [lint_imports, "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_rooms_use_only_rooms_to_their_right() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("planted", "line"),
    [
        ("kit/planted.py", "from volunteer_hub import people\n"),
        ("newroom/__init__.py", ""),
        ("intake/planted.py", "import twilio\n"),
    ],
)
def test_control_a_planted_breach_is_found(tmp_path: Path, planted: str, line: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "volunteer_hub", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "volunteer_hub" / planted
    path.parent.mkdir(exist_ok=True)
    path.write_text(line)
    assert lint(tmp_path).returncode != 0


def test_rules_and_engine_know_neither_tables_nor_http() -> None:
    for path in MODULES:
        if path.name in FLOORS_WITHOUT_TABLES_OR_HTTP or "engine" in path.parts:
            known = imports(path)
            outer = ("starlette", "piccolo", "asyncpg", "volunteer_hub.kit.database")
            wrong = {m for m in known if m.startswith(outer)}
            wrong |= {m for m in known if m.endswith((".tables", ".queries", ".actions")) or ".tables." in m}
            assert not wrong, f"{path.relative_to(ROOT)}: {wrong}"


def test_only_pages_and_the_web_side_know_starlette() -> None:
    for path in MODULES:
        room = path.relative_to(PACKAGE).parts[0]
        if room in STARLETTE_ROOMS or path.name in KNOWS_STARLETTE or path.stem.endswith("pages"):
            continue
        assert not {m for m in imports(path) if m.startswith("starlette")}, path.relative_to(ROOT)


def test_no_page_asks_the_database_itself() -> None:
    for path in MODULES:
        if path.stem.endswith("pages"):
            assert not {m for m in imports(path) if m.startswith("volunteer_hub.kit.database")}, path.relative_to(ROOT)


def test_only_settings_reads_the_environment() -> None:
    for path in MODULES:
        if path.name != "settings.py" and path != PACKAGE / "__init__.py":
            assert not calls(path) & {"os.environ", "os.getenv", "os.environb"}, path.relative_to(ROOT)


def test_only_the_clock_reads_the_time() -> None:
    readers = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    for path in MODULES:
        if path != PACKAGE / "kit" / "clock.py":
            assert not calls(path) & readers, path.relative_to(ROOT)


def test_handlers_are_short() -> None:
    """A page loads, asks, answers: 25 lines are enough for that."""
    for path in MODULES:
        if not path.stem.endswith("pages"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                assert length <= 25, f"{path.relative_to(ROOT)}: {node.name} has {length} lines"


def test_no_import_hides_in_a_function() -> None:
    """A lazy import hides a cycle; the allowed ones save start-up time and say so."""
    slow_to_import = {"twilio", "aiosmtplib", "piccolo"}
    for path in MODULES:
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                    late = {name.split(".")[0] for name in names} - slow_to_import
                    assert not late, f"{path.relative_to(ROOT)}:{node.lineno} imports {late} inside {function.name}"


def test_a_test_cannot_leave_this_machine() -> None:
    for address in (("192.0.2.1", 80), ("10.0.0.1", 443)):
        with socket.socket() as outside, pytest.raises(PermissionError, match="leave this machine"):
            outside.connect(address)
