"""What went out stays counted by month, whoever deletes the messages: retention, an erasure, a hand at a prompt."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T15:05:00:000051"
VERSION = "1.38.0"
DESCRIPTION = "Deleted messages stay as sums of their month"

# Whose cause a message was, as far as what it is about still stands.
CAUSE = """
    CREATE FUNCTION message_initiative(about text) RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT CASE substring(about FROM '^([a-z]+):[0-9a-f-]{36}$')
            WHEN 'assignment' THEN (
                SELECT r.initiative FROM assignment a JOIN opening o ON o.id = a.opening
                JOIN role_asked r ON r.id = o.role WHERE a.id = substr(about, 12)::uuid)
            WHEN 'regular' THEN (
                SELECT r.initiative FROM regular_task t JOIN role_asked r ON r.id = t.role
                WHERE t.id = substr(about, 9)::uuid)
            WHEN 'coming' THEN (
                SELECT m.initiative FROM coming c JOIN meeting m ON m.id = c.meeting
                WHERE c.id = substr(about, 8)::uuid)
            WHEN 'joining' THEN (SELECT j.initiative FROM joining j WHERE j.id = substr(about, 9)::uuid)
        END $$"""

ADD = """
    CREATE FUNCTION message_month_add() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO message_month (id, month, channel, template, language, encoding, initiative, messages, parts)
        SELECT gen_random_uuid(), date_trunc('month', centre_wall(sent_at))::date, channel, template, language,
               encoding, message_initiative(about), count(*), sum(parts)
        FROM gone WHERE sent_at IS NOT NULL GROUP BY 2, 3, 4, 5, 6, 7;
        RETURN NULL;
    END $$"""

TRIGGER = """
    CREATE TRIGGER message_month_add AFTER DELETE ON message REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION message_month_add()"""

UP = (CAUSE, ADD, TRIGGER)
DOWN = (
    "DROP TRIGGER message_month_add ON message",
    "DROP FUNCTION message_month_add()",
    "DROP FUNCTION message_initiative(text)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        for statement in UP:
            await database.execute(statement)

    async def down() -> None:
        for statement in DOWN:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
