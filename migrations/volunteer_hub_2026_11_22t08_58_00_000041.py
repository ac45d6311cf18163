"""What the clocks of the centre show at an instant, for statements that tell people until when something is kept."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:58:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "The centre's wall time in SQL"

UP = """
    CREATE FUNCTION centre_wall(at timestamptz) RETURNS timestamp LANGUAGE sql STABLE AS $$
        SELECT at AT TIME ZONE coalesce(nullif(current_setting('hub.timezone', true), ''), 'Europe/Warsaw') $$"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        await database.execute(UP)

    async def down() -> None:
        from volunteer_hub.kit import database

        await database.execute("DROP FUNCTION centre_wall(timestamptz)")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
