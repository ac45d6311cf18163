"""Who looks like a person that is only a line of a file yet; an import knows when it is being written or undone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T19:14:00:000055"
VERSION = "1.38.0"
DESCRIPTION = "The rule of who is alike asks of values too; imports are written and undone"

STATES = "ALTER TABLE people_import DROP CONSTRAINT people_import_state, ADD CONSTRAINT people_import_state CHECK ({})"
NEAR = "similarity(fold(' ' || $1 || ' ' || $2), left(b.found_by, -length(b.phone) - 1)) >= 0.45"

UP = (
    STATES.format("state IN ('read', 'writing', 'written', 'undoing', 'undone')"),
    # The same rule as before (migration 05:41:37), asked of values; 0.45 is that of near_names.
    f"""CREATE FUNCTION alike_as(first_name text, last_name text, phone text, email text, born date)
        RETURNS TABLE (other uuid, why varchar[]) LANGUAGE sql STABLE AS $$
          SELECT p.id, array_agg(p.by ORDER BY p.by) FROM (
            SELECT b.id, 'phone'::varchar AS by FROM volunteer b
            WHERE $3 <> '' AND b.phone = $3 AND (b.birth_date = $5 OR fold(b.first_name) = fold($1) OR {NEAR})
            UNION ALL
            SELECT b.id, 'email' FROM volunteer b WHERE b.email IS NOT NULL AND mailbox(b.email) = mailbox($4)
            UNION ALL
            SELECT b.id, 'names' FROM volunteer b WHERE b.birth_date = $5 AND {NEAR}) p GROUP BY p.id $$""",
    """CREATE OR REPLACE FUNCTION alike_to(who uuid) RETURNS TABLE (other uuid, why varchar[]) LANGUAGE sql STABLE AS $$
         SELECT a.other, a.why FROM volunteer v
         CROSS JOIN LATERAL alike_as(v.first_name, v.last_name, v.phone, v.email, v.birth_date) a
         WHERE v.id = who AND a.other <> who $$""",
)
DOWN = (
    """CREATE OR REPLACE FUNCTION alike_to(who uuid) RETURNS TABLE (other uuid, why varchar[]) LANGUAGE sql STABLE AS $$
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
    "DROP FUNCTION alike_as",
    STATES.format("state IN ('read', 'written', 'undone')"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        for statement in UP:
            await database.execute(statement)

    async def down() -> None:
        for statement in DOWN:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
