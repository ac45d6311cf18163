"""Which e-mail addresses are one mailbox, and whose names are near: what possible duplicates are found by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:45:00:000017"
VERSION = "1.38.0"
DESCRIPTION = "Near names and the same mailbox"

FORWARDS = (
    # Dots and what follows a plus make no other mailbox: ewa.nowak+praca@… is ewanowak@….
    """CREATE FUNCTION mailbox(email text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
       RETURN replace(regexp_replace(split_part(lower(email), '@', 1), '[+].*$', ''), '.', '')
              || '@' || split_part(lower(email), '@', 2)""",
    "CREATE INDEX volunteer_mailbox ON volunteer (mailbox(email)) WHERE email IS NOT NULL",
    # Trigrams know no order of words, so swapped names are equal; a letter wrong leaves most of them. 0.45 is where
    # Ewa Lis and Ewa Lys are near still, and Anna Kowalska and Anna Malinowska not.
    """CREATE FUNCTION near_names(a volunteer, b volunteer) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN similarity(left(a.found_by, -length(a.phone) - 1), left(b.found_by, -length(b.phone) - 1)) >= 0.45""",
)

BACKWARDS = ("DROP FUNCTION near_names", "DROP INDEX volunteer_mailbox", "DROP FUNCTION mailbox")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    async def down() -> None:
        from volunteer_hub.kit import database

        for statement in BACKWARDS:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
