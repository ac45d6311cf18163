"""A backup comes back whole, or nothing changes; who was erased since stays erased; what was said is not repeated."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from conftest import _named, _sql, clone
from privacy.canaries.eye import WORDS, dumped, seen
from privacy.canaries.persons import participant as plant_participant
from privacy.canaries.persons import volunteer as plant_volunteer
from support import people, processes
from support.processes import fresh

from volunteer_hub.access import canary
from volunteer_hub.kit import database, sealed
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people import confided
from volunteer_hub.privacy import backup, erasure, erasure_list
from volunteer_hub.privacy.backup import BackupError
from volunteer_hub.settings import Settings, load

# The restore itself writes these: that it cleaned, and what it erased.
WRITTEN = ("retention_run", "audit_entry", "audit_link", "erasure", "canary")


@contextlib.asynccontextmanager
async def working_on(dsn: str) -> AsyncIterator[None]:
    """The house's database is this one for the block, then again the test's own."""
    pool, config = database.DB.pool, database.DB.config
    database.DB.pool = None
    database.configure(dsn)
    try:
        yield
    finally:
        database.DB.pool, database.DB.config = pool, config


def called(dsn: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return processes.call(*arguments, MODE="demo", DATABASE_URL=dsn, DATA_DIR=str(folder))


def settings_of(dsn: str, folder: Path) -> Settings:
    return load({"HUB_MODE": "demo", "HUB_DATABASE_URL": dsn, "HUB_DATA_DIR": str(folder)})


async def counts() -> dict[str, int]:
    tables = await database.fetch(
        "SELECT table_name AS name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL($1)",
        list(WRITTEN),
    )
    return {row["name"]: await database.fetchval(f'SELECT count(*) FROM "{row["name"]}"') for row in tables}


async def contents() -> dict[str, str]:
    """A sum over all rows of each table."""
    return {
        name: await database.fetchval(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t')
        for name in await counts()
    }


async def test_an_older_backup_does_not_bring_the_erased_back(db: str, cluster: str, tmp_path: Path) -> None:
    settings = settings_of(db, tmp_path)
    volunteer, participant = await plant_volunteer(), await plant_participant(settings)
    file = tmp_path / "hub.backup"
    await asyncio.to_thread(backup.dump, settings, file)
    for subject in (f"volunteer:{volunteer.id}", f"participant:{participant.id}"):
        assert await erasure.erase(settings, SYSTEM, subject, why="asked")
    theirs = tuple(word for word in WORDS if word != "511777444")
    assert await seen(theirs) == {}
    empty = await fresh(cluster, "restored_erased")
    try:
        later = settings_of(empty, tmp_path)
        await asyncio.to_thread(backup.load, later, file)
        async with working_on(empty):
            assert await seen(theirs) != {}, "control: the backup itself still has them"
            done = await backup.settle(later)
            assert done.erased == 2
            assert await seen(theirs) == {}
            assert dumped(empty, theirs) == []
            assert await database.fetchval("SELECT count(*) FROM confided") == 0
            assert await database.fetchval("SELECT count(*) FROM volunteer WHERE first_name = 'Jan'") == 1
    finally:
        await _sql(cluster, "DROP DATABASE restored_erased WITH (FORCE)")


async def test_the_command_replaces_a_full_database_only_when_told(cluster: str, template: str, tmp_path: Path) -> None:
    async with clone(cluster, template) as dsn:
        settings = settings_of(dsn, tmp_path)
        await people.volunteer()
        file = tmp_path / "hub.backup"
        await asyncio.to_thread(backup.dump, settings, file)
        await people.volunteer(first_name="Nowa")
        refused = await asyncio.to_thread(called, dsn, tmp_path, "restore", str(file))
        assert refused.returncode == 1 and "is not empty; --replace" in refused.stderr
        assert await database.fetchval("SELECT count(*) FROM volunteer") == 2


async def test_with_replace_the_one_that_goes_first_tells_whom_it_erased(
    cluster: str, template: str, tmp_path: Path
) -> None:
    name = "replaced"
    await _sql(cluster, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    dsn = _named(cluster, name)
    try:
        settings = settings_of(dsn, tmp_path)
        database.configure(dsn)
        kept, erased = await people.volunteer(), await people.volunteer()
        file = tmp_path / "hub.backup"
        await asyncio.to_thread(backup.dump, settings, file)
        await erasure.erase(settings, SYSTEM, f"volunteer:{erased.id}", why="asked")
        (tmp_path / "erased.txt").unlink()  # only the database that is about to go knows of it
        await people.volunteer(first_name="Nowa")
        done = await asyncio.to_thread(called, dsn, tmp_path, "restore", str(file), "--replace")
        assert done.returncode == 0 and "Erased again: 1." in done.stdout, done.stderr
        rows = await database.fetch("SELECT id FROM volunteer")
        assert [row["id"] for row in rows] == [kept.id]
        assert erasure_list.known(settings) == [f"volunteer:{erased.id}"]
    finally:
        await _sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_database_in_use_is_not_replaced(db: str, tmp_path: Path) -> None:
    file = tmp_path / "hub.backup"
    settings = settings_of(db, tmp_path)
    await asyncio.to_thread(backup.dump, settings, file)
    other = await database.DB.get_new_connection()
    try:
        with pytest.raises(BackupError, match="stop them first"):
            await backup.may_restore(settings, file, replace=True)
    finally:
        await other.close()


async def test_half_a_backup_or_none_changes_nothing(db: str, tmp_path: Path) -> None:
    settings = settings_of(db, tmp_path)
    who = await people.volunteer()
    file = tmp_path / "hub.backup"
    await asyncio.to_thread(backup.dump, settings, file)
    with pytest.raises(BackupError, match="there already"):
        backup.dump(settings, file)
    whole = file.read_bytes()
    for part in (b"", b"nonsense", whole[: len(whole) // 2], whole[:-1]):
        file.write_bytes(part)
        with pytest.raises(BackupError, match="no whole backup"):
            await backup.may_restore(settings, file, replace=True)
        with pytest.raises(BackupError, match="nothing was restored"):
            await asyncio.to_thread(backup.load, settings, file)
        assert await database.fetchval("SELECT id FROM volunteer") == who.id


async def test_what_was_due_then_is_not_sent_again(db: str, tmp_path: Path) -> None:
    await database.execute(
        "INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html,"
        " calendar_method, reply_code, state, due_at, attempt, deferred, checks, error, trace, created_at)"
        " SELECT gen_random_uuid(), 'k' || n, 'volunteer:x', 'sms', '+48500100200', 'pl', 'unclear', '', 'b', '', '',"
        " '', 'planned', now() + n * interval '1 day', 0, 0, 0, '', '', now() FROM unnest(ARRAY[-1, 1]) n"
    )
    assert (await backup.settle(settings_of(db, tmp_path))).unsent == 1
    rows = await database.fetch("SELECT state FROM message ORDER BY due_at")
    assert [row["state"] for row in rows] == ["expired", "planned"]


async def test_what_is_sealed_stays_sealed(db: str, cluster: str, tmp_path: Path) -> None:
    settings = settings_of(db, tmp_path)
    who, group = await people.participant(), await people.initiative(kind="group")
    await confided.write(settings.field_keys, who.id, group.id, "Nie śpi po nocach.")
    await canary.plant(settings)
    file = tmp_path / "hub.backup"
    await asyncio.to_thread(backup.dump, settings, file)
    assert dumped(db, ("nie śpi",)) == [] and "śpi".encode() not in file.read_bytes()
    empty = await fresh(cluster, "restored_sealed")
    try:
        await asyncio.to_thread(backup.load, settings_of(empty, tmp_path), file)
        async with working_on(empty):
            found = await confided.read(settings.field_keys, who.id, group.id)
            assert found and found.text == "Nie śpi po nocach."
            with pytest.raises(sealed.CannotOpen):
                row = await database.fetchrow("SELECT mark, sealed FROM confided")
                assert row
                sealed.unseal(("x" * 32,), bytes(row["sealed"]), where=f"confided:{bytes(row['mark']).hex()}")
    finally:
        await _sql(cluster, "DROP DATABASE restored_sealed WITH (FORCE)")


async def test_whoever_comes_back_by_another_way_is_erased_at_the_next_start(db: str, tmp_path: Path) -> None:
    settings = settings_of(db, tmp_path)
    who, other = await people.volunteer(), await people.volunteer()
    await erasure_list.add(settings, [f"volunteer:{who.id}"])
    await backup.stay_erased(settings)
    assert [row["id"] for row in await database.fetch("SELECT id FROM volunteer")] == [other.id]


async def test_a_list_that_cannot_be_read_stops_the_start(db: str, tmp_path: Path) -> None:
    (tmp_path / "erased.txt").mkdir()
    with pytest.raises(BackupError, match="HUB_ERASURE_FILE"):
        await backup.stay_erased(settings_of(db, tmp_path))
    refused = await asyncio.to_thread(called, db, tmp_path, "worker")
    assert refused.returncode == 1 and "HUB_ERASURE_FILE" in refused.stderr and "Traceback" not in refused.stderr


def test_without_the_programs_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing() -> Path:
        raise backup.EmbeddedError("not installed")

    monkeypatch.setattr(backup, "installed", missing)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="install PostgreSQL's client programs"):
        backup.program("pg_dump")


def test_a_password_is_not_in_the_command() -> None:
    settings = load({"HUB_MODE": "demo", "HUB_DATABASE_URL": "postgresql://hub:se%40cret@db.example:5433/hub?x=1"})
    address, environment = backup._reached(settings)
    assert address == "postgresql://hub@db.example:5433/hub?x=1"
    assert environment["PGPASSWORD"] == "se@cret"
