"""Who is named by the words that an opening asks for: its hours, skills, languages, checks, cause and place.

docs/decisions/0010-suggestions-in-sql.md.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T15:25:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Suggestions by an index of words"

HELD = "id, birth_date, max_km, half_hours, causes, skills, languages, gender, guardian_consent_at"
ASKED = "step = 'active' AND restricted_at IS NULL"


def covering(held: str) -> tuple[str, ...]:
    return (
        "DROP INDEX volunteer_reach, volunteer_of_area",
        f"""CREATE INDEX volunteer_reach ON volunteer USING gist (reach_class(max_km), point(longitude, latitude))
            INCLUDE ({held}, latitude, longitude) WHERE {ASKED}""",
        f"""CREATE INDEX volunteer_of_area ON volunteer (area_slug, max_km) INCLUDE ({held.replace(", max_km", "")})
            WHERE latitude IS NULL AND {ASKED}""",
    )


UP = (
    # The checks that somebody has and nobody has revoked, whatever their date says.
    "ALTER TABLE volunteer ADD COLUMN checks varchar[] NOT NULL DEFAULT '{}'",
    # Locked before they are read: of two changes at once the second sees what the first has done.
    """CREATE FUNCTION checks_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           PERFORM FROM volunteer WHERE id IN (OLD.volunteer, NEW.volunteer) ORDER BY id FOR NO KEY UPDATE;
           UPDATE volunteer v SET checks = held.checks
           FROM (SELECT id, ARRAY(SELECT kind FROM clearance WHERE volunteer = volunteer.id AND revoked_on IS NULL
                                  ORDER BY kind) AS checks
                 FROM volunteer WHERE id IN (OLD.volunteer, NEW.volunteer)) held
           WHERE v.id = held.id AND v.checks <> held.checks;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER clearance_is_kept AFTER INSERT OR DELETE OR UPDATE OF volunteer, kind, revoked_on ON clearance
       FOR EACH ROW EXECUTE FUNCTION checks_are_kept()""",
    """UPDATE volunteer v SET checks = held.checks
       FROM (SELECT volunteer, array_agg(kind ORDER BY kind) AS checks FROM clearance WHERE revoked_on IS NULL
             GROUP BY volunteer) held
       WHERE v.id = held.volunteer""",
    *covering(f"{HELD}, checks"),
    # h: an hour of the week, Monday's first, in which they are free for a while; s: a skill; l: a language; k: a check;
    # c: a cause. Where they would go: p, every tenth of a degree each way that a box about their reach touches; a, their
    # area when no point is known; far, who goes further than 16 km or from nowhere known.
    """CREATE FUNCTION fit_words(half_hours bit, skills varchar[], languages varchar[], checks varchar[],
                                 causes varchar[], latitude float8, longitude float8, area_slug varchar, max_km float8)
       RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
       RETURN ARRAY(
         SELECT 'h' || n FROM generate_series(0, 167) n WHERE substring(half_hours FROM 2 * n + 1 FOR 2) <> B'00'
         UNION ALL SELECT 's' || word FROM unnest(skills) word
         UNION ALL SELECT 'l' || word FROM unnest(languages) word
         UNION ALL SELECT 'k' || word FROM unnest(checks) word
         UNION ALL SELECT 'c' || word FROM unnest(causes) word
         UNION ALL SELECT 'far' WHERE max_km > 16 OR abs(latitude) > 75 OR latitude IS NULL AND area_slug = ''
         UNION ALL SELECT 'a' || area_slug WHERE max_km <= 16 AND latitude IS NULL AND area_slug <> ''
         UNION ALL SELECT 'p' || y || ' ' || x
                   FROM (SELECT around(latitude, longitude, max_km) AS box
                         WHERE max_km <= 16 AND abs(latitude) <= 75) reach,
                        generate_series(floor(10 * (box[1])[1])::int, floor(10 * (box[0])[1])::int) y,
                        generate_series(floor(10 * (box[1])[0])::int, floor(10 * (box[0])[0])::int) x)""",
    # A list of what is new would be read through by every search.
    f"""CREATE INDEX volunteer_words ON volunteer USING gin (
          fit_words(half_hours, skills, languages, checks, causes, latitude, longitude, area_slug, max_km))
        WITH (fastupdate = off) WHERE {ASKED}""",
    # Nobody plans by what ANALYZE would find, and it would ask for everybody's words.
    "ALTER INDEX volunteer_words ALTER COLUMN 1 SET STATISTICS 0",
    "ANALYZE volunteer",
)
DOWN = (
    "DROP INDEX volunteer_words",
    "DROP FUNCTION fit_words",
    *covering(HELD),
    "DROP TRIGGER clearance_is_kept ON clearance",
    "DROP FUNCTION checks_are_kept",
    "ALTER TABLE volunteer DROP COLUMN checks",
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
