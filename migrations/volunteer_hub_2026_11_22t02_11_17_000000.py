"""The log's chain: every entry gets its link when its transaction commits; neither can be changed afterwards."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:11:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "The log is chained at commit; a break-glass is approved by somebody else"

CHAIN_LOCK = 727_002

FORWARDS = (
    # The log keeps the id of an account for good: an erased account must not touch it.
    """DO $$ DECLARE link text; BEGIN
         FOR link IN SELECT conname FROM pg_constraint WHERE conrelid = 'audit_entry'::regclass AND contype = 'f' LOOP
           EXECUTE format('ALTER TABLE audit_entry DROP CONSTRAINT %I', link);
         END LOOP;
       END $$""",
    "DROP TRIGGER audit_entry_unchanged ON audit_entry",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    """CREATE TRIGGER audit_link_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
       FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    """CREATE TRIGGER audit_witness_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_witness
       FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    # Who did much within the last hour (access/watch.py), and the log of one day or one account.
    "CREATE INDEX audit_entry_of_account ON audit_entry (account, at)",
    "CREATE INDEX audit_entry_about ON audit_entry (about, at)",
    # SHA-256 over the hash before and the entry as a JSON array, its moment in microseconds since 1970.
    """CREATE FUNCTION audit_hash(previous bytea, id uuid, at timestamptz, account uuid, role text, verb text,
                                  about text, outcome text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
       RETURN sha256(previous || convert_to(json_build_array(id, (extract(epoch FROM at) * 1000000)::bigint, account,
                     role, verb, about, outcome)::text, 'UTF8'))""",
    # At commit, so that the lock is the last one a transaction takes and is held for the commit alone: taken where the
    # entry is written, it would be held for the rest of the transaction and could close a circle of waiting.
    # SECURITY DEFINER: who writes entries may not write links.
    f"""CREATE FUNCTION audit_chained() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE last record;
        BEGIN
          PERFORM pg_advisory_xact_lock({CHAIN_LOCK});
          SELECT seq, hash INTO last FROM audit_link ORDER BY seq DESC LIMIT 1;
          INSERT INTO audit_link (seq, entry, hash) VALUES (
            coalesce(last.seq, 0) + 1, NEW.id,
            audit_hash(coalesce(last.hash, ''), NEW.id, NEW.at, NEW.account, NEW.role, NEW.verb, NEW.about,
                       NEW.outcome));
          RETURN NULL;
        END $$""",
    """DO $$ DECLARE e audit_entry; previous bytea := ''; n bigint := 0; BEGIN
         FOR e IN SELECT * FROM audit_entry ORDER BY at, id LOOP
           n := n + 1;
           previous := audit_hash(previous, e.id, e.at, e.account, e.role, e.verb, e.about, e.outcome);
           INSERT INTO audit_link (seq, entry, hash) VALUES (n, e.id, previous);
         END LOOP;
       END $$""",
    """CREATE CONSTRAINT TRIGGER audit_entry_chained AFTER INSERT ON audit_entry
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chained()""",
    # Four eyes, whatever the code does; and one open question of one person about one thing.
    """ALTER TABLE break_glass ADD CONSTRAINT break_glass_by_another
       CHECK (decided_by IS NULL OR decided_by <> account)""",
    """CREATE UNIQUE INDEX break_glass_open ON break_glass (account, about)
       WHERE approved_at IS NULL AND refused_at IS NULL""",
)

BACKWARDS = (
    "DROP INDEX break_glass_open",
    "ALTER TABLE break_glass DROP CONSTRAINT break_glass_by_another",
    "DROP TRIGGER audit_entry_chained ON audit_entry",
    "DROP FUNCTION audit_chained",
    "DROP FUNCTION audit_hash",
    "DROP INDEX audit_entry_about, audit_entry_of_account",
    "DROP TRIGGER audit_witness_only_grows ON audit_witness",
    "DROP TRIGGER audit_link_only_grows ON audit_link",
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
