"""A district's version rises with each edit; themes are a tree without circles, confidential all the way down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:24:02:000025"
VERSION = "1.38.0"
DESCRIPTION = "Versions of districts, the tree of themes"

TREE_LOCK = 727_025

FORWARDS = (
    # Whoever writes: an edit of what one has not seen is found by this number.
    """CREATE FUNCTION area_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           IF (NEW.name, NEW.shape, NEW.schematic) IS DISTINCT FROM (OLD.name, OLD.shape, OLD.schematic) THEN
               NEW.version := OLD.version + 1;
           END IF;
           RETURN NEW;
       END $$""",
    """CREATE TRIGGER area_version BEFORE UPDATE OF name, shape, schematic ON area
       FOR EACH ROW EXECUTE FUNCTION area_new_version()""",
    # A theme and all beneath it, by slug; a theme and all above it, by id.
    """CREATE FUNCTION themes_under(root text) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
       WITH RECURSIVE under AS (
           SELECT id FROM theme WHERE slug = root UNION SELECT t.id FROM theme t JOIN under u ON t.parent = u.id)
       SELECT id FROM under $$""",
    """CREATE FUNCTION themes_above(leaf uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
       WITH RECURSIVE above AS (
           SELECT id, parent FROM theme WHERE id = leaf
           UNION SELECT t.id, t.parent FROM theme t JOIN above a ON t.id = a.parent)
       SELECT id FROM above $$""",
    # Two who move two branches at once could close a circle that neither sees: the tree changes one hand at a time, and
    # a plpgsql statement after the lock sees what the hand before has committed.
    f"""CREATE FUNCTION theme_in_tree() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock({TREE_LOCK});
            IF NEW.parent IS NULL THEN
                RETURN NEW;
            END IF;
            IF NEW.parent = NEW.id OR NEW.id IN (SELECT themes_above(NEW.parent)) THEN
                RAISE EXCEPTION 'a theme cannot lie beneath itself'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'theme_no_circle', TABLE = 'theme';
            END IF;
            IF (SELECT confidential FROM theme WHERE id = NEW.parent) THEN
                NEW.confidential := true;
            END IF;
            RETURN NEW;
        END $$""",
    """CREATE TRIGGER theme_tree BEFORE INSERT OR UPDATE OF parent, confidential ON theme
       FOR EACH ROW EXECUTE FUNCTION theme_in_tree()""",
    """CREATE FUNCTION theme_confides_down() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           UPDATE theme SET confidential = true WHERE parent = NEW.id AND NOT confidential;
           RETURN NULL;
       END $$""",
    # `OF` names what a statement set, not what a trigger before it changed: so any update that ends confidential.
    """CREATE TRIGGER theme_confidential AFTER UPDATE ON theme FOR EACH ROW
       WHEN (NEW.confidential AND NOT OLD.confidential) EXECUTE FUNCTION theme_confides_down()""",
    # What stands in a district: while anything does, it cannot be taken from the map.
    """CREATE FUNCTION area_holds(wanted uuid) RETURNS TABLE (what text, n bigint) LANGUAGE sql STABLE AS $$
       SELECT 'needs', count(*) FROM need WHERE area = wanted
       UNION ALL SELECT 'places', count(*) FROM place WHERE area = wanted
       UNION ALL SELECT 'volunteers', count(*) FROM volunteer v JOIN area a ON a.slug = v.area_slug WHERE a.id = wanted
       UNION ALL SELECT 'requests', count(*) FROM request r JOIN area a ON a.slug = r.area_slug WHERE a.id = wanted
       UNION ALL SELECT 'teams', (SELECT count(*) FROM team WHERE area = wanted)
                               + (SELECT count(*) FROM team_meeting WHERE area = wanted)
       UNION ALL SELECT 'figures', count(*) FROM past_figure f JOIN area a ON a.slug = f.district WHERE a.id = wanted
       $$""",
)

BACKWARDS = (
    "DROP FUNCTION area_holds",
    "DROP TRIGGER theme_confidential ON theme",
    "DROP TRIGGER theme_tree ON theme",
    "DROP FUNCTION theme_confides_down, theme_in_tree",
    "DROP FUNCTION themes_under, themes_above",
    "DROP TRIGGER area_version ON area",
    "DROP FUNCTION area_new_version",
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
