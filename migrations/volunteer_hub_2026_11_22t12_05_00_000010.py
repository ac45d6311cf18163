"""What the best for an opening are found by: one index of everybody's place and reach, which holds what the search asks.

docs/decisions/0010-suggestions-in-sql.md.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T12:05:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Suggestions by one covering index"

HELD = "id, birth_date, max_km, half_hours, causes, skills, languages, gender, guardian_consent_at"
ASKED = "step = 'active' AND restricted_at IS NULL"
UP = (
    # The half hours of a week that a window touches, Monday's first: whoever is free at a time has all its bits.
    """CREATE FUNCTION half_hours(weekday int, starts time, ends time) RETURNS bit(336)
       LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN (repeat('0', 48 * (weekday - 1) + floor(extract(epoch FROM starts) / 1800)::int)
               || repeat('1', greatest(0, ceil(extract(epoch FROM ends) / 1800)::int
                                          - floor(extract(epoch FROM starts) / 1800)::int))
               || repeat('0', 336))::bit(336)""",
    "ALTER TABLE volunteer ADD COLUMN half_hours bit(336) NOT NULL DEFAULT repeat('0', 336)::bit(336)",
    """CREATE OR REPLACE FUNCTION week_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           UPDATE volunteer v SET week = now_free.week, half_hours = now_free.half_hours
           FROM (SELECT c.volunteer, coalesce(bit_or(week_part(a.weekday, a.starts, a.ends)), 0) AS week,
                        coalesce(bit_or(half_hours(a.weekday, a.starts, a.ends)), repeat('0', 336)::bit(336))
                          AS half_hours
                 FROM (SELECT DISTINCT volunteer FROM changed) c LEFT JOIN availability a ON a.volunteer = c.volunteer
                 GROUP BY c.volunteer) now_free
           WHERE v.id = now_free.volunteer
             AND (v.week <> now_free.week OR v.half_hours <> now_free.half_hours);
           RETURN NULL;
       END $$""",
    """UPDATE volunteer v SET half_hours = f.half_hours
       FROM (SELECT volunteer, bit_or(half_hours(weekday, starts, ends)) AS half_hours FROM availability
             GROUP BY volunteer) f
       WHERE v.id = f.volunteer""",
    # How far somebody goes, in classes of at most so many kilometres; the last is the whole earth.
    """CREATE FUNCTION reach_class(max_km float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN CASE WHEN max_km <= 12 THEN greatest(1, ceil(max_km)::int) WHEN max_km <= 128
                   THEN 9 + ceil(log(2, max_km::numeric))::int ELSE 17 END""",
    """CREATE FUNCTION class_reach(class int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN CASE WHEN class <= 12 THEN class WHEN class <= 16 THEN 2 ^ (class - 9) ELSE 25000 END""",
    # A box that holds all within so many kilometres (a degree counted as 110 km, which is short).
    """CREATE FUNCTION around(lat float8, lon float8, km float8) RETURNS box LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN box(point(lon - km / 110 / greatest(0.001, cos(radians(least(90, abs(lat) + km / 110)))),
                        lat - km / 110),
                  point(lon + km / 110 / greatest(0.001, cos(radians(least(90, abs(lat) + km / 110)))),
                        lat + km / 110))""",
    "DROP INDEX volunteer_near, volunteer_reach, volunteer_of_area",
    "DROP FUNCTION reach",
    f"""CREATE INDEX volunteer_reach ON volunteer USING gist (reach_class(max_km), point(longitude, latitude))
        INCLUDE ({HELD}, latitude, longitude) WHERE {ASKED}""",
    f"""CREATE INDEX volunteer_of_area ON volunteer (area_slug, max_km) INCLUDE ({HELD.replace(", max_km", "")})
        WHERE latitude IS NULL AND {ASKED}""",
    # The desk explains who does not fit, also who is on a break: those of an area that have no point.
    "CREATE INDEX volunteer_in_area ON volunteer (area_slug) WHERE latitude IS NULL AND step <> 'left'",
    # Its class of reach alone says next to nothing of a place: the planner has to know how few are near.
    "ANALYZE volunteer",
)
DOWN = (
    "DROP INDEX volunteer_in_area, volunteer_of_area, volunteer_reach",
    """CREATE FUNCTION reach(lat float8, lon float8, km float8, share int) RETURNS box
       LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN box(point(lon - km / share / 110 / cos(radians(lat)), lat - km / share / 110),
                  point(lon + km / share / 110 / cos(radians(lat)), lat + km / share / 110))""",
    """CREATE INDEX volunteer_reach ON volunteer USING gist (reach(latitude, longitude, max_km, 1))
       WHERE step = 'active'""",
    """CREATE INDEX volunteer_near ON volunteer USING gist (reach(latitude, longitude, max_km, 4))
       WHERE step = 'active'""",
    "CREATE INDEX volunteer_of_area ON volunteer (area_slug, max_km) WHERE latitude IS NULL",
    "DROP FUNCTION around, class_reach, reach_class",
    """CREATE OR REPLACE FUNCTION week_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           UPDATE volunteer v SET week = now_free.week
           FROM (SELECT c.volunteer, coalesce(bit_or(week_part(a.weekday, a.starts, a.ends)), 0) AS week
                 FROM (SELECT DISTINCT volunteer FROM changed) c LEFT JOIN availability a ON a.volunteer = c.volunteer
                 GROUP BY c.volunteer) now_free
           WHERE v.id = now_free.volunteer AND v.week <> now_free.week;
           RETURN NULL;
       END $$""",
    "ALTER TABLE volunteer DROP COLUMN half_hours",
    "DROP FUNCTION half_hours",
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
