"""Nothing is written to a minor without the guardian's consent, nor to who asked us to rest."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:28:38:500000"
VERSION = "1.38.0"
DESCRIPTION = "Nothing is written to a minor without consent"

FORWARDS = (
    # What they themselves have just asked for (a sign-in code, the sign-up's own confirmation) does not come this way.
    """CREATE FUNCTION may_be_written_to(v volunteer) RETURNS boolean LANGUAGE sql STABLE AS $$
       SELECT v.restricted_at IS NULL
          AND (v.guardian_consent_at IS NOT NULL OR v.birth_date <= current_date - interval '18 years') $$""",
    """CREATE OR REPLACE FUNCTION sms_to(v volunteer) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN NOT may_be_written_to(v) THEN '' WHEN through_guardian(v) THEN v.guardian_phone
                   WHEN v.sms_ok THEN v.phone ELSE '' END $$""",
    """CREATE OR REPLACE FUNCTION mail_to(v volunteer) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE WHEN NOT may_be_written_to(v) THEN '' WHEN through_guardian(v) THEN v.guardian_email
                   WHEN v.email_ok THEN coalesce(v.email, '') ELSE '' END $$""",
    # A link speaks for the contact it was sent to: with another contact it is nobody's.
    """CREATE FUNCTION guardian_is_another() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN DELETE FROM guardian_link WHERE volunteer = NEW.id; RETURN NULL; END $$""",
    """CREATE TRIGGER volunteer_guardian_changed AFTER UPDATE OF guardian_phone, guardian_email ON volunteer
       FOR EACH ROW WHEN ((NEW.guardian_phone, NEW.guardian_email) IS DISTINCT FROM (OLD.guardian_phone, OLD.guardian_email))
       EXECUTE FUNCTION guardian_is_another()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    manager.add_raw(up)
    return manager
