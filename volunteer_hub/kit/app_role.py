"""The database role that web and worker act in: it may do everything but change what is only ever added to.

`migrate` runs as the owner and keeps the role's rights in step with the tables. A role belongs to the whole server, so
several databases on one share its name, each with rights of its own. docs/decisions/0016-audit-and-break-glass.md.
"""

import asyncpg
import structlog

log = structlog.get_logger("database")

NAME = "volunteer_hub_app"
# Only read and added to by the role; nothing is taken out of them or changed.
GROWS = ("audit_entry", "audit_witness")
# Only read by it: the database itself writes the one, `migrate` the other.
READS = ("audit_link", "migration")

TABLES = """
    SELECT c.relname AS name, p.name IS NOT NULL AS granted FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    LEFT JOIN LATERAL (
        SELECT c.relname AS name WHERE has_table_privilege($1, c.oid, 'SELECT')
           AND has_table_privilege($1, c.oid, 'INSERT') = (c.relname <> ALL ($3))
           AND has_table_privilege($1, c.oid, 'UPDATE') = (c.relname <> ALL ($2 || $3))
           AND has_table_privilege($1, c.oid, 'DELETE') = (c.relname <> ALL ($2 || $3))
           AND NOT has_table_privilege($1, c.oid, 'TRUNCATE')) AS p ON true
    WHERE c.relkind IN ('r', 'p', 'v')"""

GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {NAME}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {NAME}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {NAME}",
    f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {', '.join(READS)} FROM {NAME}",
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(GROWS)} FROM {NAME}",
    # Tables of later versions, in case somebody makes one by hand before `migrate` runs again.
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {NAME}",
)

# What two databases on one server may do to each other's CREATE ROLE and GRANT; the second try finds them done.
COLLISIONS = (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError, asyncpg.InternalServerError)


async def missing(connection: asyncpg.Connection) -> str:
    """What keeps web and worker from acting in the role, as one sentence that says what to type; empty when nothing."""
    user = await connection.fetchval("SELECT quote_ident(session_user)")
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", NAME):
        make = f"CREATE ROLE {NAME} NOLOGIN; GRANT {NAME} TO {user};"
        return f"the role {NAME} is not there; have a superuser type: {make} then run volunteer-hub migrate"
    if not await _may_act(connection):
        return f"{user} may not act as {NAME}; have a superuser type: GRANT {NAME} TO {user};"
    rows = await connection.fetch(TABLES, NAME, list(GROWS), list(READS))
    wrong = ", ".join(sorted(row["name"] for row in rows if not row["granted"])[:3])
    return f"the rights of {NAME} on {wrong} are not in order; run volunteer-hub migrate" if wrong else ""


async def grant(connection: asyncpg.Connection) -> None:
    """Makes the role and gives it its rights, as far as who is connected may; the rest `missing` tells.

    In the caller's transaction; what is refused is undone alone.
    """
    if not await missing(connection):
        return
    for statement in (f"CREATE ROLE {NAME} NOLOGIN", f"GRANT {NAME} TO CURRENT_USER"):
        if not await _may_act(connection):
            await _try(connection, statement)
    try:
        async with connection.transaction():
            for statement in GRANTS:
                await connection.execute(statement)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedObjectError):
        return


async def enter(connection: asyncpg.Connection) -> None:
    """From now on `connection` acts in the role. Without it, as who it is: the doctor and the log say so."""
    try:
        await connection.execute(f"SET ROLE {NAME}")
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError):
        log.error("the database role cannot be used; run volunteer-hub doctor", role=NAME)


async def _may_act(connection: asyncpg.Connection) -> bool:
    """Tried, not asked: what pg_has_role says of SET ROLE differs between the versions of PostgreSQL."""
    trial = connection.transaction()
    await trial.start()
    try:
        await connection.execute(f"SET LOCAL ROLE {NAME}")
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError):
        return False
    finally:
        await trial.rollback()
    return True


async def _try(connection: asyncpg.Connection, statement: str) -> None:
    for _ in range(3):
        try:
            async with connection.transaction():
                await connection.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            return
        except COLLISIONS:
            continue
        return
