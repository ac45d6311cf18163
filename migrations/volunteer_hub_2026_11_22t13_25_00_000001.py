from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T13:25:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The next to leave of ten thousand due messages is found without sorting them"

# The order of delivery.LOCK; at UTC, for an index may not depend on a session's time zone.
NEXT = """
    CREATE INDEX message_next ON message (
        channel, coalesce(expires_at AT TIME ZONE 'UTC', due_at AT TIME ZONE 'UTC' + interval '1 hour'), due_at
    ) WHERE state = 'planned'"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        await database.execute(NEXT)

    async def down() -> None:
        await database.execute("DROP INDEX message_next")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
