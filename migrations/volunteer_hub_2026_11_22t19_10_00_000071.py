"""A message to a program leaves by a channel of its own, `hook`; the sums of months are of messages to people alone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T19:10:00:000071"
VERSION = "1.38.0"
DESCRIPTION = "Messages to programs"

CHECKS = (("message", "message_channel"), ("channel_pause", "pause_channel"), ("channel_pace", "pace_channel"))
TO_ANY = "channel IN ('sms', 'email', 'hook')"
TO_PEOPLE = "channel IN ('sms', 'email')"

ADD = """
    CREATE OR REPLACE FUNCTION message_month_add() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO message_month (id, month, channel, template, language, encoding, initiative, messages, parts)
        SELECT gen_random_uuid(), date_trunc('month', centre_wall(sent_at))::date, channel, template, language,
               encoding, message_initiative(about), count(*), sum(parts)
        FROM gone WHERE sent_at IS NOT NULL AND {which} GROUP BY 2, 3, 4, 5, 6, 7;
        RETURN NULL;
    END $$"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        await _checks(TO_ANY)
        await database.execute(ADD.format(which=TO_PEOPLE))

    async def down() -> None:
        await database.execute("DELETE FROM message WHERE channel = 'hook'")
        for table in ("channel_pause", "channel_pace"):
            await database.execute(f"DELETE FROM {table} WHERE channel = 'hook'")
        await _checks(TO_PEOPLE)
        await database.execute(ADD.format(which="true"))

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager


async def _checks(holds: str) -> None:
    for table, name in CHECKS:
        await database.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        await database.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({holds})")
