"""How people are found: by any part of a name or number, by filters, in three orders; and who may be there twice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:20:00:000017"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the list of people and of possible duplicates"

FORWARDS = (
    # With found_by in it, letters that half the town has are looked for in the order of names without the rows.
    "DROP INDEX volunteer_name",
    "CREATE INDEX volunteer_name ON volunteer (name_key, id) INCLUDE (found_by)",
    # One or two letters make no trigram, so whoever has them is found by all such parts of the folded name and number.
    """CREATE FUNCTION short_parts(t text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
      SELECT array_agg(DISTINCT substr(t, n, k)) FROM generate_series(1, length(t)) n, generate_series(1, 2) k;
    END""",
    "CREATE INDEX volunteer_short ON volunteer USING gin (short_parts(found_by))",
    # Which tags there are, one step of the index for each combination of them.
    "CREATE INDEX volunteer_tags ON volunteer (tags) WHERE tags <> '{}'",
    "CREATE INDEX volunteer_since ON volunteer (step_since, id)",
    "CREATE INDEX volunteer_newest ON volunteer (created_at, id)",
    "CREATE INDEX volunteer_labels ON volunteer USING gin (tags, skills, languages, causes)",
    "CREATE INDEX volunteer_born ON volunteer (birth_date, id)",
    "CREATE INDEX volunteer_no_guardian ON volunteer (birth_date) WHERE guardian_consent_at IS NULL",
    "CREATE INDEX volunteer_no_messages ON volunteer (id) WHERE NOT sms_ok AND NOT email_ok",
    "CREATE INDEX clearance_ends ON clearance (valid_until, volunteer) WHERE revoked_on IS NULL",
    "CREATE INDEX saved_view_shared ON saved_view (name) WHERE shared",
)

BACKWARDS = (
    "DROP INDEX saved_view_shared, clearance_ends, volunteer_no_messages, volunteer_no_guardian",
    "DROP INDEX volunteer_born, volunteer_labels, volunteer_newest, volunteer_since, volunteer_tags, volunteer_short",
    "DROP FUNCTION short_parts",
    "DROP INDEX volunteer_name",
    "CREATE INDEX volunteer_name ON volunteer (name_key, id)",
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
