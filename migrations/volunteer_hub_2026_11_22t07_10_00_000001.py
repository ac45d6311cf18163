"""Whether a resource changed is asked of what was written: before an update its generated column is still empty."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T07:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "A resource that was written as it was has not changed"

CHANGED = """CREATE OR REPLACE FUNCTION resource_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {new} IS DISTINCT FROM {old} THEN NEW.changed_at := clock_timestamp(); END IF;
      RETURN NEW;
    END $$"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        written = {"new": "to_jsonb(NEW) - 'found_by'", "old": "to_jsonb(OLD) - 'found_by'"}
        await database.execute(CHANGED.format(**written))

    async def down() -> None:
        from volunteer_hub.kit import database

        await database.execute(CHANGED.format(new="NEW", old="OLD"))

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
