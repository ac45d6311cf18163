"""Who is a minor is judged by the centre's day, not by that of UTC: they differ for an hour or two every night."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:10:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "The centre's day"

MINOR_TODAY = "v.birth_date > centre_today() - interval '18 years'"
MINOR_IN_UTC = "v.birth_date > current_date - interval '18 years'"

# Each connection says in which zone the centre lies (kit.database.configure); a hand at a prompt that does not is
# taken to be in Poland.
DAYS = (
    """CREATE FUNCTION centre_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
       SELECT (at AT TIME ZONE coalesce(nullif(current_setting('hub.timezone', true), ''), 'Europe/Warsaw'))::date $$""",
    "CREATE FUNCTION centre_today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT centre_day(now()) $$",
)


def judged(minor: str) -> tuple[str, ...]:
    return (
        f"""CREATE OR REPLACE FUNCTION through_guardian(v volunteer) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT {minor}
               AND (v.phone = '' AND v.email IS NULL
                    OR 'to-guardian' = ANY (string_to_array(v.guardian_scope, ' '))) $$""",
        f"""CREATE OR REPLACE FUNCTION may_be_written_to(v volunteer) RETURNS boolean LANGUAGE sql STABLE AS $$
            SELECT v.restricted_at IS NULL AND (v.guardian_consent_at IS NOT NULL OR NOT {minor}) $$""",
    )


FORWARDS = (*DAYS, *judged(MINOR_TODAY))
BACKWARDS = (*judged(MINOR_IN_UTC), "DROP FUNCTION centre_today, centre_day")


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
