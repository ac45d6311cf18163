"""Help of one source, theme and place has a history without overlaps."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:18:01:000027"
VERSION = "1.38.0"
DESCRIPTION = "Help at one place is there once at a time"

FORWARDS = (
    "ALTER TABLE help ADD CONSTRAINT help_order CHECK (until > since)",
    """ALTER TABLE help ADD CONSTRAINT help_once EXCLUDE USING gist
       (source_id WITH =, theme WITH =, place WITH =, source WITH =, daterange(since, until) WITH &&)""",
)
BACKWARDS = ("ALTER TABLE help DROP CONSTRAINT help_once", "ALTER TABLE help DROP CONSTRAINT help_order")


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
