"""What piccolo's columns cannot say: exclusion, partial indexes, alphabetical order, a log that only grows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-21T23:02:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Guards and indexes in SQL"

FORWARDS = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    # Nobody is in two places at once. Offers may overlap: only accepted bookings count.
    """ALTER TABLE booking ADD CONSTRAINT booking_no_overlap
       EXCLUDE USING gist (volunteer WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (accepted)""",
    # Two open offers to one person never carry the same code, so an answer by SMS finds just one.
    """CREATE UNIQUE INDEX assignment_open_code ON assignment (volunteer, code) WHERE state IN ('invited', 'accepted')""",
    "CREATE INDEX message_due ON message (due_at) WHERE state = 'planned'",
    "CREATE INDEX message_open ON message (lease_until) WHERE state IN ('in_flight', 'unknown')",
    "CREATE INDEX volunteer_place ON volunteer (latitude, longitude) WHERE step = 'active'",
    "CREATE INDEX availability_window ON availability (weekday, starts, ends, volunteer)",
    "CREATE INDEX assignment_of_volunteer ON assignment (volunteer, state)",
    # Polish and Ukrainian alphabetical order on any server: a letter that sorts after its base becomes base + a mark
    # from the private-use area, and the key is compared bytewise. A database without ICU has no such collation.
    """CREATE FUNCTION sort_key(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
      SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(
             replace(replace(replace(replace(replace(
             lower(normalize(t, NFC)),
             'ą', 'a' || U&'\\E001'), 'ć', 'c' || U&'\\E001'), 'ę', 'e' || U&'\\E001'), 'ł', 'l' || U&'\\E001'),
             'ń', 'n' || U&'\\E001'), 'ó', 'o' || U&'\\E001'), 'ś', 's' || U&'\\E001'), 'ź', 'z' || U&'\\E001'),
             'ż', 'z' || U&'\\E002'), 'ґ', 'г' || U&'\\E001'), 'є', 'е' || U&'\\E001'), 'і', 'и' || U&'\\E001'),
             'ї', 'и' || U&'\\E002'), 'ʼ', '') COLLATE "C";
    END""",
    "CREATE INDEX volunteer_name ON volunteer (sort_key(last_name), sort_key(first_name))",
    # The log of who saw and did what is only ever added to, whatever the code above it does.
    """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'audit entries are never changed or deleted'; END $$""",
    """CREATE TRIGGER audit_entry_only_grows BEFORE DELETE OR TRUNCATE ON audit_entry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE OF at, role, verb, about, outcome ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
    """CREATE FUNCTION outbox_wakes_worker() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$""",
    """CREATE TRIGGER message_planned AFTER INSERT OR UPDATE OF due_at ON message
       FOR EACH STATEMENT EXECUTE FUNCTION outbox_wakes_worker()""",
)

BACKWARDS = (
    "DROP TRIGGER message_planned ON message",
    "DROP FUNCTION outbox_wakes_worker",
    "DROP TRIGGER audit_entry_unchanged ON audit_entry",
    "DROP TRIGGER audit_entry_only_grows ON audit_entry",
    "DROP FUNCTION audit_only_grows",
    "DROP INDEX volunteer_name",
    "DROP FUNCTION sort_key",
    "DROP INDEX assignment_of_volunteer, availability_window, volunteer_place, message_open, message_due",
    "DROP INDEX assignment_open_code",
    "ALTER TABLE booking DROP CONSTRAINT booking_no_overlap",
    "DROP EXTENSION btree_gist",
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
