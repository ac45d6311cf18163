"""Whose yes waits for a confirmation is found without reading all assignments: the desk's first page asks each time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:40:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "An index of yeses that wait"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        await database.execute(
            "CREATE INDEX assignment_waiting ON assignment (opening) WHERE state = 'invited' AND answered_at IS NOT NULL"
        )

    async def down() -> None:
        from volunteer_hub.kit import database

        await database.execute("DROP INDEX assignment_waiting")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
