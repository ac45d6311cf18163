"""A volunteer and their account have one phone and one e-mail; an account that changes its role signs in anew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:13:15:000000"
VERSION = "1.38.0"
DESCRIPTION = "A contact is one for volunteer and account; a new role ends sessions"

FORWARDS = (
    # Changed at the desk. An address that already signs somebody else in stays the volunteer's alone.
    """CREATE FUNCTION volunteer_contact() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         UPDATE account SET
           phone = nullif(NEW.phone, ''),
           phone_proven_at = CASE WHEN phone IS NOT DISTINCT FROM nullif(NEW.phone, '') THEN phone_proven_at END,
           email = CASE WHEN EXISTS (SELECT FROM account o WHERE o.email = NEW.email AND o.id <> account.id)
                        THEN email ELSE NEW.email END,
           email_proven_at = CASE WHEN email IS NOT DISTINCT FROM NEW.email THEN email_proven_at END
         WHERE id = NEW.account AND role = 'volunteer'
           AND (phone, email) IS DISTINCT FROM (nullif(NEW.phone, ''), NEW.email);
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER volunteer_contact AFTER UPDATE OF phone, email ON volunteer FOR EACH ROW
       WHEN ((OLD.phone, OLD.email) IS DISTINCT FROM (NEW.phone, NEW.email)) EXECUTE FUNCTION volunteer_contact()""",
    # Changed on the page of one's own account, after the new address proved itself.
    """CREATE FUNCTION account_contact() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         UPDATE volunteer SET phone = coalesce(NEW.phone, ''), email = NEW.email
         WHERE account = NEW.id AND (phone, email) IS DISTINCT FROM (coalesce(NEW.phone, ''), NEW.email);
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER account_contact AFTER UPDATE OF phone, email ON account FOR EACH ROW
       WHEN (NEW.role = 'volunteer' AND pg_trigger_depth() = 0
             AND (OLD.phone, OLD.email) IS DISTINCT FROM (NEW.phone, NEW.email)) EXECUTE FUNCTION account_contact()""",
    # Another role sees other things: whoever is signed in signs in anew, and so does every remembered browser.
    """CREATE FUNCTION role_ends_sessions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         DELETE FROM session WHERE account = NEW.id;
         DELETE FROM device WHERE account = NEW.id;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER account_role AFTER UPDATE OF role ON account FOR EACH ROW
       WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION role_ends_sessions()""",
)

BACKWARDS = (
    "DROP TRIGGER account_role ON account",
    "DROP FUNCTION role_ends_sessions",
    "DROP TRIGGER account_contact ON account",
    "DROP FUNCTION account_contact",
    "DROP TRIGGER volunteer_contact ON volunteer",
    "DROP FUNCTION volunteer_contact",
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
