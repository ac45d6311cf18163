"""What changes in the schedule and in the desk's queues is told on the channel `desk`, by ids alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:36:00:000038"
VERSION = "1.38.0"
DESCRIPTION = "Pages at the desk hear what has changed"

# The trigger's argument finds the meetings of the rows `changed`; without one only the table is named. More than twenty
# meetings are said as null: whoever hears it looks at all of theirs. Equal words of one transaction are sent once.
HEARS = """
    CREATE FUNCTION desk_hears() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE touched boolean; ids uuid[];
    BEGIN
        EXECUTE format('SELECT EXISTS (SELECT FROM changed WHERE %s)', TG_ARGV[1]) INTO touched;
        IF touched THEN
            IF TG_ARGV[0] <> '' THEN
                EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (SELECT DISTINCT %s LIMIT 21) few (id)', TG_ARGV[0])
                INTO ids;
            END IF;
            IF cardinality(ids) > 20 THEN ids := NULL; END IF;
            PERFORM pg_notify('desk', json_build_object('kind', TG_TABLE_NAME, 'meetings', ids)::text);
        END IF;
        RETURN NULL;
    END $$"""

# Of messages only those that a person must look after, or no more: each sending writes several times into its row.
TABLES = {
    "meeting": ("id FROM changed", "true"),
    "opening": ("meeting FROM changed", "true"),
    "assignment": ("o.meeting FROM changed c JOIN opening o ON o.id = c.opening", "true"),
    "coming": ("meeting FROM changed", "true"),
    "request": ("", "true"),
    "inbound": ("", "true"),
    "message": ("", "state IN ('undelivered', 'suppressed', 'parked', 'to_phone', 'cancelled')"),
}
# A trigger that sees its rows at once may be of one act only.
ACTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def triggers() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{act}_heard AFTER {act.upper()} ON {table} REFERENCING {rows} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION desk_hears($${of}$$, $${where}$$)"
        for table, (of, where) in TABLES.items()
        for act, rows in ACTS.items()
    ]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in (HEARS, *triggers()):
            await database.execute(statement)

    async def down() -> None:
        from volunteer_hub.kit import database

        for table in TABLES:
            for act in ACTS:
                await database.execute(f"DROP TRIGGER {table}_{act}_heard ON {table}")
        await database.execute("DROP FUNCTION desk_hears")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
