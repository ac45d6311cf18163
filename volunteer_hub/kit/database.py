"""One lazy engine, transactions that cannot leak, raw SQL on the same connection, and one `migrate`.

Why not piccolo's own engine: it connects when it is made (so on import), and when COMMIT or ROLLBACK raises, its
transaction never gives the connection back and stays the current one, so that later blocks in the same task run
without a transaction. docs/decisions/0003-database-layer.md; tests/kit/test_database.py has both cases.
"""

import contextlib
import io
from collections.abc import AsyncIterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from volunteer_hub.kit import app_role
from volunteer_hub.kit.paths import bundled

MIGRATION_LOCK = 727_001
# Rows of a long answer that are on their way at a time.
AT_ONCE = 500
# What a statement raises when the database is gone, or the way to it. asyncpg says InternalClientError of a connection
# that has read why it is ended and has not yet read its end.
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# A page that waits longer than this is worse than one that says "try again".
TIMEOUTS = {
    "statement_timeout": "15s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "jit": "off",  # its warm-up costs more than our statements take
}


class Transaction(PostgresTransaction):
    """A transaction; opened inside another one it is a savepoint of it, so its failure undoes only its own part."""

    __slots__ = ()

    async def __aenter__(self) -> "Transaction":
        parent = self._parent
        self.connection = parent.connection if parent else _taken() or await self.get_connection()
        try:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        try:
            if error is not None:
                if not self._rolled_back:
                    await self.rollback()
            elif not self._committed and not self._rolled_back:
                await self.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        if self._parent:
            return
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class Engine(PostgresEngine):
    """piccolo's engine, told where its database is by `configure` and connected only when a query needs it."""

    limited = False

    def __init__(self) -> None:
        super().__init__(config={})

    async def get_new_connection(self) -> asyncpg.Connection:
        connection = await super().get_new_connection()
        await _made(connection)
        return connection

    async def check_version(self) -> None:
        """The parent opens a connection here, from its constructor."""

    async def prep_database(self) -> None:
        """As above: extensions come by migration."""

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[asyncpg.Record]:
        return await fetch(query, *(args or ()))

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(engine=self, allow_nested=allow_nested)


DB = Engine()


def configure(
    dsn: str,
    *,
    application: str = "volunteer-hub",
    limited: bool = False,
    timezone: str = "Europe/Warsaw",
    **settings: str,
) -> None:
    """Says which database this process works on. `settings` are PostgreSQL's, over those of TIMEOUTS.

    `limited`: every connection acts in the role of kit.app_role, which cannot change the log. `timezone` is the
    centre's, for SQL that asks which day it is there (centre_today); the session itself stays in UTC.
    """
    DB.limited = limited
    DB.config = {
        "dsn": dsn,
        "timeout": 5,
        "command_timeout": 30,
        "server_settings": {**TIMEOUTS, "application_name": application, "hub.timezone": timezone, **settings},
    }


@contextlib.asynccontextmanager
async def pool(size: int = 10) -> AsyncIterator[asyncpg.Pool]:
    """A pool of at most `size` connections for the whole block. It opens without a database: connections come later."""
    DB.pool = await asyncpg.create_pool(**DB.config, min_size=0, max_size=size, init=_made, reset=_as_it_is)
    try:
        yield DB.pool
    finally:
        closing, DB.pool = DB.pool, None
        try:
            await closing.close()
        except BaseException:
            closing.terminate()
            raise


async def _made(connection: asyncpg.Connection) -> None:
    if DB.limited:
        await app_role.enter(connection)


async def _as_it_is(_: asyncpg.Connection) -> None:
    """A connection goes back to the pool without a RESET ALL, one more way to the database after every statement.

    asyncpg itself still ends an open transaction. Nothing else stays: no code of ours changes a session (SET without
    LOCAL, session locks, LISTEN, temporary tables) on a connection of the pool; tests/kit/test_database.py looks.
    """


def transaction() -> Transaction:
    """`async with transaction():` all or nothing. Nested, it is a savepoint."""
    return DB.transaction()


@contextlib.asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """A transaction that reads everything as it stood at its beginning, and writes nothing. Not inside another one."""
    async with transaction():
        await execute("SET LOCAL transaction_isolation = 'repeatable read'; SET LOCAL transaction_read_only = on")
        yield


@dataclass(slots=True)
class Reading:
    """The connection of a `reading` block and the pool it came from; `busy` while a statement runs on it.

    After the block it stays `busy`: a task that outlives the block must not take one that nobody gives back.
    """

    pool: asyncpg.Pool
    connection: asyncpg.Connection | None = None
    busy: bool = False


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextlib.asynccontextmanager
async def reading() -> AsyncIterator[None]:
    """All that the block asks for goes over one connection of the pool, taken at its first statement.

    Taking one and giving it back costs as much as a small statement. Nobody holds one and waits for another, so that
    blocks side by side cannot starve each other: a transaction inside takes this connection over.
    """
    kept = Reading(DB.pool) if DB.pool else None
    before = _reading.set(kept)
    try:
        yield
    finally:
        _reading.reset(before)
        if kept:
            kept.busy = True
            if kept.connection:
                await kept.pool.release(kept.connection)


def _taken() -> asyncpg.Connection | None:
    """The connection of the current `reading` block, which has none from now on."""
    kept = _reading.get()
    if kept is None or kept.busy:
        return None
    taken, kept.connection = kept.connection, None
    return taken


@contextlib.asynccontextmanager
async def connection() -> AsyncIterator[asyncpg.Connection]:
    """The current transaction's connection, that of the `reading` block, or one for this block alone."""
    kept = _reading.get()
    if current := DB.current_transaction.get():
        yield current.connection
    elif kept and not kept.busy:
        kept.busy = True
        try:
            kept.connection = kept.connection or await kept.pool.acquire()
            yield kept.connection
        finally:
            kept.busy = False
    elif DB.pool:
        async with DB.pool.acquire() as one:
            yield one
    else:
        one = await DB.get_new_connection()
        try:
            yield one
        finally:
            await one.close()


async def fetch(sql: str, *values: object) -> list[asyncpg.Record]:
    """Rows of `sql` with $1, $2 … bound; inside the current transaction when there is one."""
    async with connection() as db:
        return await db.fetch(sql, *values)


async def each(sql: str, *values: object) -> AsyncIterator[asyncpg.Record]:
    """The rows of `sql` one by one, brought a few hundred at a time; only inside a transaction."""
    async with connection() as db:
        async for row in db.cursor(sql, *values, prefetch=AT_ONCE):
            yield row


async def fetchrow(sql: str, *values: object) -> asyncpg.Record | None:
    async with connection() as db:
        return await db.fetchrow(sql, *values)


async def fetchval(sql: str, *values: object) -> Any:
    async with connection() as db:
        return await db.fetchval(sql, *values)


async def execute(sql: str, *values: object) -> int:
    """Runs `sql`; answers how many rows it touched."""
    async with connection() as db:
        status = await db.execute(sql, *values)
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


async def executemany(sql: str, rows: Sequence[Sequence[object]]) -> None:
    async with connection() as db:
        await db.executemany(sql, rows)


class MigrationFailed(Exception):
    """A migration did not run; the schema is as it was."""


async def is_newest() -> bool:
    """Whether every migration of this installation has run in the database."""
    known = len(list(bundled("migrations").glob("volunteer_hub_*.py")))
    if not await fetchval("SELECT to_regclass('migration') IS NOT NULL"):
        return False
    return await fetchval("SELECT count(*) FROM migration WHERE app_name = 'volunteer_hub'") >= known


async def migrate() -> None:
    """Brings the schema to the newest version: one transaction, one at a time. Raises MigrationFailed.

    Any number of processes may call it at once; piccolo records a migration outside the migration's own transaction and
    takes no lock, so both are done around it here.
    """
    if await is_newest():
        await _let_the_role_in()
        return
    # Half a second and 30 MB that every later start does without.
    from piccolo.apps.migrations.commands.forwards import run_forwards

    async with transaction() as tx:
        await tx.connection.execute("SET LOCAL lock_timeout = '60s'")
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        await tx.connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        with contextlib.redirect_stdout(io.StringIO()):
            result = await run_forwards("all")
        if not result.success:
            raise MigrationFailed(result.message)
    await _let_the_role_in()


async def _let_the_role_in() -> None:
    """Its rights, after new tables and on a database that was restored without them; one process at a time."""
    async with transaction() as tx:
        await tx.connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        await app_role.grant(tx.connection)
