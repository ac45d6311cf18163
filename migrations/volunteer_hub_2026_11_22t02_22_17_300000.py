"""Whom we write to about a volunteer: the volunteer, or the guardian of a minor. One answer for every query."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:22:17:300000"
VERSION = "1.38.0"
DESCRIPTION = "Whom we write to about a volunteer"

FORWARDS = (
    # A minor without a contact, or whose guardian wants it so. The day is UTC's: on the eighteenth birthday itself the
    # guardian may still be written to for the first two hours of the night, when nothing is sent.
    """CREATE FUNCTION through_guardian(v volunteer) RETURNS boolean LANGUAGE sql STABLE AS $$
       SELECT v.birth_date > current_date - interval '18 years'
          AND (v.phone = '' AND v.email IS NULL OR 'to-guardian' = ANY (string_to_array(v.guardian_scope, ' '))) $$""",
    # Their phone, whether they want SMS or not; '' when there is none.
    """CREATE FUNCTION phone_of(v volunteer) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN through_guardian(v) THEN v.guardian_phone ELSE v.phone END $$""",
    # Where an SMS or an e-mail about them may go; '' when nowhere. A guardian who is written to asked for it.
    """CREATE FUNCTION sms_to(v volunteer) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN through_guardian(v) THEN v.guardian_phone WHEN v.sms_ok THEN v.phone ELSE '' END $$""",
    """CREATE FUNCTION mail_to(v volunteer) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN through_guardian(v) THEN v.guardian_email
                   WHEN v.email_ok THEN coalesce(v.email, '') ELSE '' END $$""",
    "CREATE INDEX volunteer_guardian_phone ON volunteer (guardian_phone) WHERE guardian_phone <> ''",
    "CREATE INDEX volunteer_guardian_email ON volunteer (guardian_email) WHERE guardian_email <> ''",
    "CREATE INDEX volunteer_minors ON volunteer (birth_date) WHERE guardian_name <> ''",
)

BACKWARDS = (
    "DROP INDEX volunteer_minors, volunteer_guardian_email, volunteer_guardian_phone",
    "DROP FUNCTION mail_to, sms_to, phone_of, through_guardian",
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
