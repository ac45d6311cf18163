"""All pairs of people who may be one are kept up by the database: to compare a whole town takes too long for a page."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:41:37:000018"
VERSION = "1.38.0"
DESCRIPTION = "Pairs of people who may be one"

FORWARDS = (
    # By index each: a family's phone with a near name, the same first name or birth date; one mailbox; near names and
    # one birth date.
    """CREATE FUNCTION alike_to(who uuid) RETURNS TABLE (other uuid, why varchar[]) LANGUAGE sql STABLE AS $$
       SELECT p.id, array_agg(p.by ORDER BY p.by) FROM (
         SELECT b.id, 'phone'::varchar AS by FROM volunteer a JOIN volunteer b ON b.phone = a.phone AND b.id <> a.id
         WHERE a.id = who AND a.phone <> ''
           AND (b.birth_date = a.birth_date OR fold(b.first_name) = fold(a.first_name) OR near_names(a, b))
         UNION ALL
         SELECT b.id, 'email' FROM volunteer a JOIN volunteer b ON mailbox(b.email) = mailbox(a.email) AND b.id <> a.id
         WHERE a.id = who AND a.email IS NOT NULL AND b.email IS NOT NULL
         UNION ALL
         SELECT b.id, 'names' FROM volunteer a JOIN volunteer b ON b.birth_date = a.birth_date AND b.id <> a.id
         WHERE a.id = who AND near_names(a, b)) p GROUP BY p.id $$""",
    # At the end of the transaction, one after the other: two who enter the same person at once do not see each other
    # before. Nothing else is waited for while the lock is held.
    """CREATE FUNCTION keep_alike(who uuid) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM pg_advisory_xact_lock(727021);
         DELETE FROM alike WHERE one = who OR other = who;
         INSERT INTO alike (id, one, other, why)
         SELECT gen_random_uuid(), least(who, a.other), greatest(who, a.other), a.why FROM alike_to(who) a;
       END $$""",
    """CREATE FUNCTION volunteer_alike() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM keep_alike(coalesce(NEW.id, OLD.id));
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER volunteer_comes_alike AFTER INSERT OR DELETE ON volunteer
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION volunteer_alike()""",
    """CREATE CONSTRAINT TRIGGER volunteer_turns_alike AFTER UPDATE OF first_name, last_name, phone, email, birth_date
       ON volunteer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
       WHEN ((OLD.first_name, OLD.last_name, OLD.phone, OLD.email, OLD.birth_date)
             IS DISTINCT FROM (NEW.first_name, NEW.last_name, NEW.phone, NEW.email, NEW.birth_date))
       EXECUTE FUNCTION volunteer_alike()""",
    # After many were written past the triggers, and now.
    """CREATE FUNCTION keep_all_alike() RETURNS void LANGUAGE sql AS $$
       SELECT pg_advisory_xact_lock(727021);
       DELETE FROM alike;
       INSERT INTO alike (id, one, other, why)
       SELECT gen_random_uuid(), v.id, a.other, a.why FROM volunteer v CROSS JOIN LATERAL alike_to(v.id) a
       WHERE v.id < a.other $$""",
    "SELECT keep_all_alike()",
)
BACKWARDS = (
    "DROP TRIGGER volunteer_turns_alike ON volunteer",
    "DROP TRIGGER volunteer_comes_alike ON volunteer",
    "DROP FUNCTION keep_all_alike, volunteer_alike, keep_alike, alike_to",
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
