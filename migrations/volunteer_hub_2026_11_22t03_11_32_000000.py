"""A participant's version rises with what is typed about them; the list of them is ordered and searched by keys."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T03:11:32:000000"
VERSION = "1.38.0"
DESCRIPTION = "Participants: versions, order, search"

TYPED = ("first_name", "last_name", "alias", "phone", "language", "reach", "reach_note")


def row(of: str) -> str:
    return ", ".join(f"{of}.{name}" for name in TYPED)


FORWARDS = (
    f"""CREATE FUNCTION participant_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ({row("NEW")}) IS DISTINCT FROM ({row("OLD")}) THEN
                NEW.version := OLD.version + 1;
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE TRIGGER participant_version BEFORE UPDATE OF {", ".join(TYPED)} ON participant
        FOR EACH ROW EXECUTE FUNCTION participant_new_version()""",
    # On shared screens stands the alias: without one a row would be nameless there, or tell the name.
    "ALTER TABLE participant ADD CONSTRAINT participant_alias CHECK (alias <> '')",
    """ALTER TABLE participant
       ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (
           sort_key(CASE WHEN last_name <> '' THEN last_name ELSE alias END) || U&'\\0001' || sort_key(first_name)
       ) STORED,
       ADD COLUMN found_by text GENERATED ALWAYS AS (
           fold(' ' || first_name || ' ' || last_name || ' ' || alias || ' ' || coalesce(phone, ''))) STORED""",
    "CREATE INDEX participant_name ON participant (name_key, id) INCLUDE (found_by)",
    "CREATE INDEX participant_search ON participant USING gin (found_by gin_trgm_ops)",
    "CREATE INDEX member_of_participant ON member (participant)",
)

BACKWARDS = (
    "DROP INDEX member_of_participant, participant_search, participant_name",
    "ALTER TABLE participant DROP COLUMN found_by, DROP COLUMN name_key, DROP CONSTRAINT participant_alias",
    "DROP TRIGGER participant_version ON participant",
    "DROP FUNCTION participant_new_version",
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
