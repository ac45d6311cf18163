"""The role of web and worker: it works on every table, and of the log it can change nothing."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from support.processes import call, fresh

from volunteer_hub.access import audit
from volunteer_hub.kit import app_role, database
from volunteer_hub.kit.actor import VISITOR

TAMPERING = (
    "UPDATE audit_entry SET verb = 'other'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE audit_link SET hash = ''",
    "DELETE FROM audit_link",
)
TRIGGERS = (
    "DROP TRIGGER audit_entry_only_grows ON audit_entry; DROP TRIGGER audit_entry_unchanged ON audit_entry;"
    " DROP TRIGGER audit_link_only_grows ON audit_link"
)


@pytest.fixture
async def limited(db: str) -> AsyncIterator[str]:
    """The test's database as web and worker have it. Its address connects as the owner."""
    await audit.record(VISITOR, "test", "thing:1")
    held, database.DB.pool = database.DB.pool, None
    database.configure(db, limited=True)
    try:
        async with database.pool():
            yield db
    finally:
        database.DB.pool = held
        database.configure(db)


async def as_owner(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_web_and_worker_act_in_the_role_and_have_rights_on_everything(limited: str) -> None:
    assert await database.fetchval("SELECT current_user") == app_role.NAME
    async with database.connection() as connection:
        assert await app_role.missing(connection) == ""
    await audit.record(VISITOR, "test", "thing:2")
    assert await database.fetchval("SELECT count(*) FROM audit_link") == 2, "the database chains what the role writes"


@pytest.mark.parametrize("statement", TAMPERING)
async def test_the_role_alone_refuses_what_the_triggers_refused(limited: str, statement: str) -> None:
    await as_owner(limited, TRIGGERS)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.execute(statement)


@pytest.mark.parametrize("statement", ["INSERT INTO audit_link VALUES (9, gen_random_uuid(), '')",
                                       "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_link",
                                       "SET session_replication_role = replica"])  # fmt: skip
async def test_the_role_cannot_forge_a_link_or_turn_the_triggers_off(limited: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.execute(statement)


@pytest.mark.parametrize("statement", TAMPERING)
async def test_the_triggers_alone_refuse_the_owner(db: str, statement: str) -> None:
    await audit.record(VISITOR, "test", "thing:1")
    with pytest.raises(asyncpg.RaiseError):
        await database.execute(statement)


@pytest.mark.parametrize("statement", TAMPERING)
async def test_control_without_role_and_triggers_it_goes_through(db: str, statement: str) -> None:
    await audit.record(VISITOR, "test", "thing:1")
    await database.execute(TRIGGERS)
    await database.execute(statement)


async def test_a_table_that_lost_its_rights_is_named_and_migrate_mends_it(db: str) -> None:
    await database.execute(f"REVOKE SELECT ON need FROM {app_role.NAME}")
    await database.execute(f"GRANT DELETE ON audit_entry TO {app_role.NAME}")
    async with database.connection() as connection:
        assert "audit_entry, need" in await app_role.missing(connection)
    await database.migrate()
    async with database.connection() as connection:
        assert await app_role.missing(connection) == ""


async def test_who_may_not_make_the_role_migrates_all_the_same(cluster: str) -> None:
    """A managed server: the owner is no superuser, may make no role, and the role is of another owner's making."""
    dsn = await fresh(cluster, "plain_owner")
    await as_owner(
        dsn,
        "CREATE ROLE plain LOGIN; ALTER DATABASE plain_owner OWNER TO plain; ALTER SCHEMA public OWNER TO plain;"
        " CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm",
    )
    plain = dsn.replace("//volunteer_hub@", "//plain@")
    settings = {"MODE": "demo", "DATABASE_URL": plain}
    done = await asyncio.to_thread(call, "migrate", **settings)
    assert done.returncode == 0, done.stderr
    assert "GRANT volunteer_hub_app TO plain;" in done.stderr
    looked = await asyncio.to_thread(call, "doctor", **settings)
    assert looked.returncode == 1 and "MEND  web and worker have the rights of the owner" in looked.stdout
    await as_owner(dsn, f"GRANT {app_role.NAME} TO plain")
    done = await asyncio.to_thread(call, "migrate", **settings)
    assert done.returncode == 0 and "GRANT" not in done.stderr
    connection = await asyncpg.connect(plain)
    try:
        assert await app_role.missing(connection) == ""
    finally:
        await connection.close()


async def test_two_databases_of_one_server_may_migrate_at_once(cluster: str) -> None:
    dsns = [await fresh(cluster, f"side_{n}") for n in range(2)]
    done = await asyncio.gather(*(asyncio.to_thread(call, "migrate", MODE="demo", DATABASE_URL=dsn) for dsn in dsns))
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    for dsn in dsns:
        connection = await asyncpg.connect(dsn)
        assert await app_role.missing(connection) == ""
        await connection.close()
