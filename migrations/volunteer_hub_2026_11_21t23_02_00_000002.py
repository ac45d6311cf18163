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
    # A code of a meeting long past is emptied, so that it can be given again.
    """CREATE UNIQUE INDEX assignment_open_code ON assignment (volunteer, code)
       WHERE state IN ('invited', 'accepted') AND code <> ''""",
    # Whose phone this is, when an answer comes in or a code is chosen; families share one.
    "CREATE INDEX participant_phone ON participant (phone)",
    # Meetings to come, for the public list, the desk and the reminders.
    "CREATE INDEX meeting_to_come ON meeting (starts_at) WHERE state = 'planned'",
    # The desk's queue of replies and failures, and the newest conversations.
    "CREATE INDEX inbound_waiting ON inbound (received_at) WHERE handled_at IS NULL",
    "CREATE INDEX inbound_newest ON inbound (received_at)",
    """CREATE INDEX message_failed ON message (finished_at)
       WHERE state IN ('undelivered', 'suppressed', 'parked', 'to_phone')""",
    "CREATE INDEX message_newest ON message (created_at)",
    "CREATE INDEX message_due ON message (due_at) WHERE state = 'planned'",
    "CREATE INDEX message_open ON message (lease_until) WHERE state IN ('in_flight', 'unknown')",
    # Who lives near enough to an opening: the same great-circle formula as kit.geo.km, and around everyone the box that
    # holds all they would go to (a degree counted as 110 km, which is short). Docs: decision 0010.
    """CREATE FUNCTION km(lat_a float8, lon_a float8, lat_b float8, lon_b float8) RETURNS float8
       LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN 2 * 6371.0088 * asin(least(1, sqrt(sin((radians(lat_b) - radians(lat_a)) / 2) ^ 2
              + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ^ 2)))""",
    """CREATE FUNCTION reach(lat float8, lon float8, km float8, share int) RETURNS box
       LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN box(point(lon - km / share / 110 / cos(radians(lat)), lat - km / share / 110),
                  point(lon + km / share / 110 / cos(radians(lat)), lat + km / share / 110))""",
    """CREATE INDEX volunteer_reach ON volunteer USING gist (reach(latitude, longitude, max_km, 1))
       WHERE step = 'active'""",
    """CREATE INDEX volunteer_near ON volunteer USING gist (reach(latitude, longitude, max_km, 4))
       WHERE step = 'active'""",
    "CREATE INDEX volunteer_point ON volunteer USING gist (point(longitude, latitude)) WHERE step <> 'left'",
    "CREATE INDEX volunteer_of_area ON volunteer (area_slug, max_km) WHERE latitude IS NULL",
    "CREATE INDEX availability_of_volunteer ON availability (volunteer, weekday, starts, ends)",
    # What somebody is to do or has done: the rules and the suggestions count with it.
    """CREATE VIEW commitment AS
       SELECT b.volunteer, a.opening, m.initiative, m.starts_wall, m.ends_wall, b.starts_at, b.ends_at
       FROM booking b JOIN assignment a ON a.id = b.assignment JOIN meeting m ON m.id = b.meeting
       WHERE b.accepted AND a.state IN ('accepted', 'done') AND m.state = 'planned'""",
    "CREATE INDEX booking_of_volunteer ON booking (volunteer, starts_at) WHERE accepted",
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
    # Lists of people are ordered and searched by keys that are kept with the row: computed for each row of a search,
    # they cost a second at 100,000 people. "C" because a server's own collation would skip the marks of sort_key.
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE FUNCTION fold(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
      SELECT translate(lower(normalize(t, NFC)), 'ąćęłńóśźżґєії-''’.', 'acelnoszzгеии    ');
    END""",
    """ALTER TABLE volunteer
       ADD COLUMN name_key text COLLATE "C"
           GENERATED ALWAYS AS (sort_key(last_name) || U&'\\0001' || sort_key(first_name)) STORED,
       ADD COLUMN found_by text
           GENERATED ALWAYS AS (fold(' ' || first_name || ' ' || last_name || ' ' || phone)) STORED""",
    "CREATE INDEX volunteer_name ON volunteer (name_key, id)",
    "CREATE INDEX volunteer_step_name ON volunteer (step, name_key, id)",
    # By the beginning of any part of a name, or any part of a number; the space in front of each part lets the index
    # find even one letter.
    "CREATE INDEX volunteer_search ON volunteer USING gin (found_by gin_trgm_ops)",
    # What nobody needs any more is found by its age and goes with the next write.
    "CREATE INDEX allowance_age ON allowance (at)",
    "CREATE INDEX sign_in_code_age ON sign_in_code (created_at)",
    "CREATE INDEX draft_age ON draft (updated_at)",
    "CREATE INDEX request_age ON request (created_at, id)",
    "CREATE INDEX audit_entry_age ON audit_entry (at, id)",
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
    "DROP INDEX audit_entry_age, request_age, draft_age, sign_in_code_age, allowance_age",
    "DROP INDEX volunteer_search, volunteer_step_name, volunteer_name",
    "ALTER TABLE volunteer DROP COLUMN found_by, DROP COLUMN name_key",
    "DROP FUNCTION fold",
    "DROP EXTENSION pg_trgm",
    "DROP FUNCTION sort_key",
    "DROP INDEX booking_of_volunteer",
    "DROP VIEW commitment",
    "DROP INDEX availability_of_volunteer, volunteer_of_area, volunteer_point",
    "DROP INDEX volunteer_near, volunteer_reach",
    "DROP FUNCTION reach",
    "DROP FUNCTION km",
    "DROP INDEX assignment_of_volunteer, message_open, message_due",
    "DROP INDEX message_newest, message_failed, inbound_newest, inbound_waiting",
    "DROP INDEX meeting_to_come, participant_phone, assignment_open_code",
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
