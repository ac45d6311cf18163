"""When the last backup was made is found at once, however long the log is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T19:22:00:000088"
VERSION = "1.38.0"
DESCRIPTION = "When the last backup was made is found at once, however long the log is"

INDEX = """
    CREATE INDEX audit_entry_backup ON audit_entry (verb, at) WHERE verb IN ('backup.made', 'backup.restored')"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        await database.execute(INDEX)

    async def down() -> None:
        await database.execute("DROP INDEX audit_entry_backup")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
