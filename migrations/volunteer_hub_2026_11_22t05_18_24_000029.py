"""When what is told of a resource last changed: whoever reads the open data asks for what is newer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:18:24:000029"
VERSION = "1.38.0"
DESCRIPTION = "Triggers that note when a resource last changed"

FORWARDS = (
    "UPDATE resource SET changed_at = created_at",
    """CREATE FUNCTION resource_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW IS DISTINCT FROM OLD THEN NEW.changed_at := clock_timestamp(); END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER resource_changed BEFORE UPDATE ON resource
       FOR EACH ROW EXECUTE FUNCTION resource_changed()""",
    """CREATE FUNCTION resource_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP <> 'INSERT' THEN UPDATE resource SET changed_at = clock_timestamp() WHERE id = OLD.resource; END IF;
         IF TG_OP <> 'DELETE' THEN UPDATE resource SET changed_at = clock_timestamp() WHERE id = NEW.resource; END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER resource_hours_changed AFTER INSERT OR UPDATE OR DELETE ON opening_hours
       FOR EACH ROW EXECUTE FUNCTION resource_part_changed()""",
    """CREATE TRIGGER resource_themes_changed AFTER INSERT OR UPDATE OR DELETE ON further_theme
       FOR EACH ROW EXECUTE FUNCTION resource_part_changed()""",
    """CREATE FUNCTION resource_place_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         UPDATE resource SET changed_at = clock_timestamp() WHERE place = NEW.id;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER resource_place_changed AFTER UPDATE ON place
       FOR EACH ROW WHEN (NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION resource_place_changed()""",
    "CREATE INDEX resource_source ON resource (source, source_id) WHERE source_id <> ''",
)
BACKWARDS = (
    "DROP INDEX resource_source",
    "DROP TRIGGER resource_place_changed ON place",
    "DROP TRIGGER resource_themes_changed ON further_theme",
    "DROP TRIGGER resource_hours_changed ON opening_hours",
    "DROP TRIGGER resource_changed ON resource",
    "DROP FUNCTION resource_place_changed, resource_part_changed, resource_changed",
)


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
