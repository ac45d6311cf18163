"""What is written down is what is: settings, rooms, migrations, promises."""

import dataclasses
import re
from pathlib import Path

from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.columns import Varchar
from piccolo.table import Table

from volunteer_hub.piccolo_app import APP_CONFIG
from volunteer_hub.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]


def test_operating_lists_every_setting_and_no_other() -> None:
    text = (ROOT / "docs/operating.md").read_text()
    written = set(re.findall(rf"^\| `({PREFIX}[A-Z_]+)`", text, re.M))
    assert written == {PREFIX + name.upper() for name in Settings.model_fields}


def test_compose_and_docker_name_only_settings_that_exist() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in ("docker-compose.yml", "Dockerfile"):
        for used in set(re.findall(rf"{PREFIX}[A-Z_]+", (ROOT / name).read_text())):
            assert used in known or used.removesuffix("_FILE") in known, f"{name}: {used}"


def test_readme_lists_the_rooms() -> None:
    text = (ROOT / "README.md").read_text()
    written = set(re.findall(r"^\| `([a-z]+)/` \|", text, re.M))
    rooms = {path.parent.name for path in (ROOT / "volunteer_hub").glob("*/__init__.py")}
    assert written == rooms


async def test_migrations_are_in_step_with_the_tables() -> None:
    statements = await AutoMigrationManager().get_alter_statements(app_config=APP_CONFIG)
    assert [s for group in statements for s in group.statements] == []


async def test_control_a_table_without_migration_is_found() -> None:
    class Planted(Table):
        name = Varchar()

    config = dataclasses.replace(APP_CONFIG, table_classes=[*APP_CONFIG.table_classes, Planted])
    statements = await AutoMigrationManager().get_alter_statements(app_config=config)
    assert [s for group in statements for s in group.statements]


def test_every_promise_names_a_test_or_picture_that_exists() -> None:
    text = (ROOT / "docs/promises.md").read_text()
    shown = set(re.findall(r"`((?:tests|docs|benchmarks)/[^`:]+)(?:::(\w+))?`", text))
    assert len(shown) > 20
    for path, name in shown:
        file = ROOT / path
        assert file.exists(), path
        if name:
            assert re.search(rf"def {name}\b", file.read_text()), f"{path}::{name}"


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Places of files, as documents name them: with their folder, or beside a room.
NAMED = re.compile(r"`((?:\w[\w-]*/)+[\w-]+\.(?:py|md|html|txt|css|js|svg|yml))`")
PLACES = (ROOT, ROOT / "docs", ROOT / "volunteer_hub", ROOT / "templates", ROOT / "static")


def missing(document: Path, text: str) -> list[str]:
    """What `text` links to or names as a file of ours, and is not there."""
    links = [to for to in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in to]
    found = [to for to in links if not (document.parent / to).exists()]
    return found + [to for to in NAMED.findall(text) if not any((place / to).exists() for place in PLACES)]


def test_every_file_a_document_names_is_there() -> None:
    assert {str(path): missing(path, path.read_text()) for path in DOCUMENTS} == {str(path): [] for path in DOCUMENTS}


def test_control_a_name_of_nothing_is_found() -> None:
    text = "[a](docs/nothing.md), [b](docs/api.md#x), `kit/nothing.py`, `kit/database.py`, [c](https://example.org/x)"
    assert missing(ROOT / "README.md", text) == ["docs/nothing.md", "kit/nothing.py"]


def test_decisions_are_numbered_without_gaps_and_say_what_else_there_was() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert text.count("\n") <= 60, f"{path.name} is longer than a screen"
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert re.search(rf"^(?:## {part}$|\*\*{part}\.\*\*)", text, re.M), f"{path.name} has no {part}"
