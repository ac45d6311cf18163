from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T15:45:00:000051"
VERSION = "1.38.0"
DESCRIPTION = "What left on a day or in a month is found without reading all messages"

UP = (
    "CREATE INDEX message_sent ON message (sent_at) WHERE sent_at IS NOT NULL",
    "CREATE INDEX message_ended_unsent ON message (finished_at) WHERE sent_at IS NULL AND finished_at IS NOT NULL",
)
DOWN = ("DROP INDEX message_ended_unsent", "DROP INDEX message_sent")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        for statement in UP:
            await database.execute(statement)

    async def down() -> None:
        for statement in DOWN:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
