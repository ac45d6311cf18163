"""One file is the whole centre: a full town comes back to the last row, serves its pages, forgets who is erased."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import _sql, new_client
from privacy.canaries.persons import participant as plant_participant
from privacy.canaries.persons import volunteer as plant_volunteer
from privacy.test_backup import called, contents, counts, settings_of, working_on
from support import people, processes
from support.processes import fresh

from volunteer_hub import app as application
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.privacy import backup, erasure, retention
from volunteer_hub.privacy.backup import BackupError

ROOT = Path(backup.__file__).parents[2]
TOLD = "Trzeci miesiąc bez picia"
OTHER_KEY = "another-key-that-sealed-nothing-of-this-town"
PAGES = ("/", "/opportunities", "/groups", "/map", "/desk", "/desk/people", "/desk/calendar", "/desk/reports")
# What the rows rest on: without it a database works until somebody breaks a rule. A check comes back in other words for
# the same thing, so all by name.
RULES = """
    SELECT 'constraint' AS what, conrelid::regclass::text || ' ' || conname || ' ' || contype::text AS one
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', concat_ws(' ', tgrelid::regclass, tgname, tgtype, tgenabled::text)
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'view', viewname FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT 'sequence', sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences
        WHERE schemaname = 'public' AND sequencename NOT LIKE 'audit%'
    ORDER BY 1, 2"""


async def rules() -> list[tuple[str, str]]:
    return [(row["what"], row["one"]) for row in await database.fetch(RULES)]


async def test_a_full_town_comes_back_to_the_last_row_and_goes_on(town: str, cluster: str, tmp_path: Path) -> None:
    settings = settings_of(town, tmp_path)
    gone, _ = await plant_volunteer(), await plant_participant(settings)
    await retention.now(settings)  # a restore does it: what is past its period would be missing on the other side
    file = tmp_path / "hub.backup"
    made = await asyncio.to_thread(called, town, tmp_path, "backup", str(file))
    assert made.returncode == 0 and "HUB_FIELD_KEY" in made.stdout, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    before, rows, resting = await contents(), await counts(), await rules()
    assert rows["volunteer"] > 60 and rows["message"] > 10 and rows["funding_line"] > 10 and len(resting) > 300
    empty = await fresh(cluster, "restored_town")
    try:
        restored = await asyncio.to_thread(called, empty, tmp_path, "restore", str(file))
        assert restored.returncode == 0 and "Erased again: 0." in restored.stdout, restored.stderr
        async with working_on(empty):
            assert await counts() == rows
            assert set(await rules()) ^ set(resting) == set()
            after = await contents()
            # Messages that were due by now are not sent again; all else is as it was, byte for byte.
            assert {name for name in before if before[name] != after[name]} <= {"message"}
            assert await database.is_newest()
            await _serves(empty, tmp_path)
        assert await erasure.erase(settings, SYSTEM, f"volunteer:{gone.id}", why="asked")
        again = await asyncio.to_thread(called, empty, tmp_path, "restore", str(file), "--replace")
        assert again.returncode == 0 and "Erased again: 1." in again.stdout, again.stderr
        async with working_on(empty):
            assert await database.fetchval("SELECT count(*) FROM volunteer") == rows["volunteer"] - 1
            assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE id = $1", gone.id)
    finally:
        await _sql(cluster, "DROP DATABASE restored_town WITH (FORCE)")


async def _serves(dsn: str, folder: Path) -> None:
    """The application on what came back: pages answer; what is sealed is read with the key, and not with another."""
    settings = settings_of(dsn, folder)
    me = await Account.objects().get(Account.email == "hanna@centrum.example")
    confided = await database.fetchrow(
        """SELECT m.initiative, m.id FROM member m JOIN participant p ON p.id = m.participant
           JOIN initiative i ON i.id = m.initiative WHERE p.alias = 'Zofia N.' AND i.kind = 'group'"""
    )
    assert me and confided
    note = f"/desk/initiatives/{confided['initiative']}/members/{confided['id']}/note"
    async with new_client(application.create(settings)) as client:
        await people.sign_in(client, me)
        for path in PAGES:
            answer = await client.get(path)
            assert answer.status_code == 200, path
        assert TOLD in (await client.get(note)).text
    locked = settings.model_copy(update={"field_key": OTHER_KEY})
    async with new_client(application.create(locked)) as client:
        await people.sign_in(client, me)
        assert TOLD not in (await client.get(note)).text


async def test_it_is_led_into_a_program_that_encrypts_and_never_onto_a_screen(
    town: str, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = processes.environment(MODE="demo", DATABASE_URL=town, DATA_DIR=str(tmp_path))
    command = [sys.executable, "-m", "volunteer_hub", "backup", "-"]
    made = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, timeout=60)
    assert made.returncode == 0 and b"written out" in made.stderr and made.stdout.startswith(b"PGDMP")
    file = tmp_path / "led.backup"
    file.write_bytes(made.stdout)
    await backup.may_restore(settings_of(await fresh(cluster, "led"), tmp_path), file, replace=True)
    await _sql(cluster, "DROP DATABASE led WITH (FORCE)")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(BackupError, match="not for a screen"):
        backup.dump(settings_of(town, tmp_path), backup.STDOUT)


async def test_each_backup_and_each_restore_is_a_line_of_the_log(db: str, cluster: str, tmp_path: Path) -> None:
    file = tmp_path / "hub.backup"
    assert (await asyncio.to_thread(called, db, tmp_path, "backup", str(file))).returncode == 0
    refused = await asyncio.to_thread(called, db, tmp_path, "backup", str(file))
    assert refused.returncode == 1
    verbs = "SELECT verb FROM audit_entry WHERE verb LIKE 'backup%' AND about = 'database'"
    assert [row["verb"] for row in await database.fetch(verbs)] == ["backup.made"], "one that failed is none"
    await backup.settle(settings_of(db, tmp_path))
    assert {row["verb"] for row in await database.fetch(verbs)} == {"backup.made", "backup.restored"}


async def test_what_newer_programs_ask_of_every_server_is_found_where_we_take_it_out(db: str, tmp_path: Path) -> None:
    """PostgreSQL 15 and 16 refuse a setting that pg_restore of 17 and newer begins with; we ask for it where it is."""
    file = tmp_path / "hub.backup"
    await asyncio.to_thread(backup.dump, settings_of(db, tmp_path), file)
    command = [backup.program("pg_restore"), "--file=-", str(file)]
    text = (await asyncio.to_thread(subprocess.run, command, capture_output=True)).stdout
    sets = re.findall(rb"^SET (\w+)", text, re.MULTILINE)
    assert text.count(backup.TIMEOUT) == text[: backup.HEAD].count(backup.TIMEOUT)
    assert b"transaction_timeout" not in re.findall(
        rb"^SET (\w+)", text[: backup.HEAD].replace(backup.TIMEOUT, b"", 1) + text[backup.HEAD :], re.MULTILINE
    )
    assert b"statement_timeout" in sets, "control: its settings are found"


async def test_programs_of_the_path_do_the_same_or_say_why_not(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise backup.EmbeddedError("not installed")

    monkeypatch.setattr(backup, "installed", missing)
    try:
        told = subprocess.run([backup.program("pg_dump"), "--version"], capture_output=True, text=True)  # noqa: ASYNC221
    except BackupError:
        pytest.skip("no PostgreSQL programs on the PATH")
    theirs = int(told.stdout.split()[2].split(".")[0])
    ours = await database.fetchval("SELECT current_setting('server_version_num')::int / 10000")
    file = tmp_path / "hub.backup"
    if theirs < ours:
        with pytest.raises(BackupError, match=r"the backup was not made: .*version mismatch"):
            await asyncio.to_thread(backup.dump, settings_of(db, tmp_path), file)
        assert os.listdir(tmp_path) == []
    else:
        await asyncio.to_thread(backup.dump, settings_of(db, tmp_path), file)
        await backup.may_restore(settings_of(db, tmp_path), file, replace=True)


def test_what_stands_beside_the_database_is_told(subtests: pytest.Subtests) -> None:
    """A file anywhere else would be lost with the machine: whoever writes one into HUB_DATA_DIR says so in the docs."""
    writers = {
        str(path.relative_to(ROOT / "volunteer_hub")): set(re.findall(r'data_dir / "([^"]+)"', path.read_text()))
        for path in (ROOT / "volunteer_hub").rglob("*.py")
        if "data_dir" in path.read_text()
    }
    assert set(writers) == {"cli.py", "doctor.py", "settings.py", "privacy/erasure_list.py"}
    assert set().union(*writers.values()) == {"postgres", "erased.txt"}
    told = (ROOT / "docs" / "operating.md").read_text().partition("## Backups")[2].partition("\n## ")[0]
    assert "list of the erased" in told and "of `run`, a log" in told
