"""Meetings that are over and not noted are found by index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:36:00:000035"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of attendance that is missing"

UP = ("CREATE INDEX meeting_not_noted ON meeting (ends_at) WHERE noted_at IS NULL AND state = 'planned'",)
DOWN = ("DROP INDEX meeting_not_noted",)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def run(statements: tuple[str, ...]) -> None:
        from volunteer_hub.kit import database

        for statement in statements:
            await database.execute(statement)

    async def up() -> None:
        await run(UP)

    async def down() -> None:
        await run(DOWN)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
