"""Transactions that cannot leak a connection or run without one, and a migrate that many may call at once."""

import ast
import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx2
import pytest
from piccolo.engine.postgres import PostgresTransaction
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.paths import PACKAGE, bundled
from volunteer_hub.privacy import backup
from volunteer_hub.web import errors

DEFERRED = """
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE note (text text)"""


async def failing_commit(make: type[PostgresTransaction]) -> None:
    """A transaction whose COMMIT raises: the foreign key is checked only then."""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with make(engine=database.DB):
            await database.execute("INSERT INTO child VALUES (1, 99)")


async def notes_left(make: type[PostgresTransaction]) -> int:
    """Rows that a rolled-back transaction leaves behind, right after a failed commit in the same task."""
    with pytest.raises(ZeroDivisionError):
        async with make(engine=database.DB):
            await database.execute("INSERT INTO note VALUES ('must not stay')")
            raise ZeroDivisionError
    return await asyncio.create_task(_count(), context=__import__("contextvars").Context())


async def _count() -> int:
    return await database.fetchval("SELECT count(*) FROM note")


async def test_a_failed_commit_gives_the_connection_back(db: str) -> None:
    await database.execute(DEFERRED)
    for _ in range(25):  # the pool holds ten
        await failing_commit(database.Transaction)
    async with asyncio.timeout(2):
        assert await database.fetchval("SELECT 1") == 1


async def test_after_a_failed_commit_the_next_transaction_is_one(db: str) -> None:
    await database.execute(DEFERRED)
    await failing_commit(database.Transaction)
    assert await notes_left(database.Transaction) == 0


async def test_control_the_stock_transaction_does_leak(db: str) -> None:
    """Fails when piccolo mends its transaction: then ours may go."""
    await database.execute(DEFERRED)
    token = database.DB.current_transaction.set(None)
    try:
        await failing_commit(PostgresTransaction)
        assert database.DB.current_transaction.get() is not None
    finally:
        leaked = database.DB.current_transaction.get()
        database.DB.current_transaction.reset(token)
        await database.DB.pool.release(leaked.connection)


async def test_a_lost_connection_gives_its_place_in_the_pool_back(db: str) -> None:
    for _ in range(12):
        with pytest.raises(database.GONE):
            async with database.transaction():
                await database.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")
    async with asyncio.timeout(2):
        assert await database.fetchval("SELECT 1") == 1


async def test_a_connection_that_has_read_why_it_is_ended_and_not_its_end_is_told_from_a_fault(db: str) -> None:
    """Both arrive while the loop is busy; it reads one a turn, and somebody may ask between the two."""
    said = set()
    outside = await database.DB.get_new_connection()
    async with pool_of_one():
        for turns in range(6):
            pid = await database.fetchval("SELECT pg_backend_pid()")
            ending = asyncio.create_task(outside.execute("SELECT pg_terminate_backend($1) FROM pg_sleep(0.1)", pid))
            await asyncio.sleep(0.05)
            time.sleep(0.2)  # noqa: ASYNC251 - busy with something else
            for _ in range(turns):
                await asyncio.sleep(0)
            try:
                async with database.transaction():
                    await database.fetchval("SELECT 1")
            except database.GONE as error:
                said.add(type(error))
            await ending
    await outside.close()
    assert asyncpg.InternalClientError in said, "control: without it there is nothing to tell apart"
    assert all(issubclass(kind, errors.AWAY) for kind in said), "a page answers 503, and the next one is well again"


async def test_a_cancelled_transaction_rolls_back_and_gives_back(db: str) -> None:
    await database.execute("CREATE TABLE note (text text)")

    async def slow() -> None:
        async with database.transaction():
            await database.execute("INSERT INTO note VALUES ('x')")
            await database.execute("SELECT pg_sleep(5)")

    for _ in range(12):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.03)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(2):
        assert await database.fetchval("SELECT count(*) FROM note") == 0


async def test_a_transaction_left_open_ends_with_the_connections_way_back(db: str) -> None:
    await database.execute("CREATE TABLE note (text text)")
    async with database.connection() as one:
        await one.execute("BEGIN")
        await one.execute("INSERT INTO note VALUES ('must not stay')")
    assert await _count() == 0


# What would stay on a connection of the pool for whoever gets it next, as it goes back without RESET ALL. The role is
# meant to: it is every connection's (kit/app_role.py).
STAYS = re.compile(
    r"(^|;)\s*SET (?!LOCAL |CONSTRAINTS |ROLE )|\bLISTEN |set_config\("
    r"|pg_(try_)?advisory_lock\w*\(|WITH HOLD|CREATE TEMP"
)


def test_no_statement_changes_the_session_it_runs_in() -> None:
    sources = [*PACKAGE.rglob("*.py"), *bundled("migrations").rglob("*.py")]
    assert len(sources) > 50
    for path in sources:
        for text in texts(ast.parse(path.read_text())):
            # A restore's own psql says it, and ends with it.
            assert not STAYS.search(text) or text == backup.NO_TIMEOUT, (path.name, text)


def texts(source: ast.AST) -> Iterator[str]:
    """Every string, and an f-string as one, so that its "… SET x = 1" after a table's name begins no statement."""
    for node in ast.iter_child_nodes(source):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "_" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from texts(node) if not isinstance(node, ast.JoinedStr) else ()


@pytest.mark.parametrize(
    "bad", ["SET lock_timeout = 0", "SELECT 1; SET x = 1", "SELECT pg_advisory_lock(1)", "CREATE TEMP TABLE a ()"]
)
def test_control_such_a_statement_is_found(bad: str) -> None:
    assert any(map(STAYS.search, texts(ast.parse(f"run(f{bad!r})")))), "in an f-string too"
    assert STAYS.search(bad) and not STAYS.search("SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(1)")


@contextlib.asynccontextmanager
async def pool_of_one() -> AsyncIterator[asyncpg.Pool]:
    outer = database.DB.pool
    try:
        async with database.pool(1) as pool:
            yield pool
    finally:
        database.DB.pool = outer


async def test_a_reading_block_holds_one_connection_and_never_waits_for_a_second(db: str) -> None:
    await database.execute("CREATE TABLE note (text text)")
    async with pool_of_one() as pool, asyncio.timeout(5):
        async with database.reading():
            assert pool.get_size() == 0, "none before the first statement"
            first = await database.fetchval("SELECT pg_backend_pid()")
            assert pool.get_idle_size() == 0, "the block keeps it"
            async with database.transaction():
                await database.execute("INSERT INTO note VALUES ('a')")
                assert await database.fetchval("SELECT pg_backend_pid()") == first
            assert await database.DB._run_in_pool("SELECT pg_backend_pid()") == [(first,)], "piccolo's statements too"
            late = asyncio.get_running_loop().create_future()

            async def outlive() -> None:
                await late
                await database.fetch("SELECT 1")

            outliving = asyncio.create_task(outlive())
        assert pool.get_idle_size() == 1
        late.set_result(None)
        await outliving
        assert pool.get_idle_size() == 1, "a task that outlives the block gives back what it takes"
        with pytest.raises(asyncpg.UndefinedTableError):
            async with database.reading():
                await database.fetch("SELECT * FROM nowhere")
        assert pool.get_idle_size() == 1


@pytest.mark.parametrize("path", ["/desk", "/desk/people", "/opportunities", "/groups", "/map.geojson", "/readyz"])
async def test_a_page_is_content_with_one_connection(path: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    async with pool_of_one() as pool, asyncio.timeout(5):
        assert (await client.get(path)).status_code == 200
        assert pool.get_idle_size() == 1


async def test_control_who_holds_one_and_waits_for_a_second_waits_for_ever(db: str) -> None:
    async with pool_of_one():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), database.connection(), database.transaction():
                pass


async def test_two_at_once_in_a_reading_block_do_not_meet_on_its_connection(db: str) -> None:
    async with database.reading():
        ids = await asyncio.gather(*(database.fetchval("SELECT pg_backend_pid() FROM pg_sleep(0.05)") for _ in "ab"))
        assert len(set(ids)) == 2


async def test_nested_is_a_savepoint(db: str) -> None:
    await database.execute("CREATE TABLE note (text text PRIMARY KEY)")
    async with database.transaction():
        await database.execute("INSERT INTO note VALUES ('outer')")
        with pytest.raises(asyncpg.UniqueViolationError):
            async with database.transaction():
                await database.execute("INSERT INTO note VALUES ('inner')")
                await database.execute("INSERT INTO note VALUES ('outer')")
        await database.execute("INSERT INTO note VALUES ('after')")
    rows = await database.fetch("SELECT text FROM note ORDER BY text")
    assert [row["text"] for row in rows] == ["after", "outer"]


async def test_importing_and_configuring_connects_nowhere() -> None:
    engine = database.Engine()
    assert engine.pool is None and engine.config == {}
    database.configure("postgresql://nobody@127.0.0.1:1/none")
    async with database.pool():
        with pytest.raises(OSError):
            await database.fetchval("SELECT 1")


async def test_timeouts_are_set_on_every_connection(db: str) -> None:
    for name, value in database.TIMEOUTS.items():
        assert str(await database.fetchval(f"SHOW {name}")).lower() == value.lower()


async def test_four_migrate_at_once(cluster: str) -> None:
    connection = await asyncpg.connect(cluster)
    await connection.execute("CREATE DATABASE migrated_at_once TEMPLATE template0")
    await connection.close()
    database.configure(cluster.replace("/postgres?", "/migrated_at_once?"))
    async with database.pool():
        await asyncio.gather(*(database.migrate() for _ in range(4)))
        assert await database.fetchval("SELECT count(*) = count(DISTINCT name) FROM migration")
        assert await database.fetchval("SELECT count(*) FROM account") == 0


async def test_a_snapshot_sees_what_was_there_at_its_beginning_row_by_row_and_writes_nothing(db: str) -> None:
    numbers = "SELECT n FROM generate_series(1, 1200) n"
    async with database.snapshot():
        before = await database.fetchval("SELECT count(*) FROM account")
        at_once = asyncio.create_task(_another_account())
        await at_once
        assert await database.fetchval("SELECT count(*) FROM account") == before
        assert [row["n"] async for row in database.each(numbers)] == list(range(1, 1201))
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await database.execute("DELETE FROM account")
    assert await database.fetchval("SELECT count(*) FROM account") == before + 1
    async with database.transaction():  # the control: an ordinary transaction sees the other's
        before = await database.fetchval("SELECT count(*) FROM account")
        await asyncio.create_task(_another_account())
        assert await database.fetchval("SELECT count(*) FROM account") == before + 1


async def _another_account() -> None:
    """On a connection of its own, in a context that has no transaction."""
    token = database.DB.current_transaction.set(None)
    try:
        await people.account(Role.FACILITATOR)
    finally:
        database.DB.current_transaction.reset(token)
