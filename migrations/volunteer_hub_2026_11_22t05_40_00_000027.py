"""What reach and gaps are reckoned from: the tree of themes as pairs, free weeks, free volunteers, what initiatives give.

docs/decisions/0027-reach-and-gaps.md.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:40:00:000027"
VERSION = "1.38.0"
DESCRIPTION = "Reach and gaps"

FORWARDS = (
    # Parts of the week that hours of one day touch for an hour or longer: atlas.rules.week_of_hours.
    """CREATE FUNCTION week_part(weekday int, starts time, ends time) RETURNS int
       LANGUAGE sql IMMUTABLE PARALLEL SAFE
       RETURN (SELECT coalesce(bit_or(1 << 3 * (weekday - 1) + n), 0)
               FROM (VALUES (0, time '8:00', time '12:00'), (1, time '12:00', time '16:00'),
                            (2, time '16:00', time '20:00')) part (n, opens, closes)
               WHERE least(ends, closes) - greatest(starts, opens) >= interval '1 hour')""",
    # A volunteer's week follows their free windows, whoever writes them.
    """CREATE FUNCTION week_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           UPDATE volunteer v SET week = now_free.week
           FROM (SELECT c.volunteer, coalesce(bit_or(week_part(a.weekday, a.starts, a.ends)), 0) AS week
                 FROM (SELECT DISTINCT volunteer FROM changed) c LEFT JOIN availability a ON a.volunteer = c.volunteer
                 GROUP BY c.volunteer) now_free
           WHERE v.id = now_free.volunteer AND v.week <> now_free.week;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER availability_added AFTER INSERT ON availability REFERENCING NEW TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION week_is_kept()""",
    """CREATE TRIGGER availability_changed AFTER UPDATE ON availability REFERENCING NEW TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION week_is_kept()""",
    """CREATE TRIGGER availability_gone AFTER DELETE ON availability REFERENCING OLD TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION week_is_kept()""",
    """UPDATE volunteer v SET week = f.week
       FROM (SELECT volunteer, bit_or(week_part(weekday, starts, ends)) AS week FROM availability GROUP BY volunteer) f
       WHERE v.id = f.volunteer""",
    # Each theme with itself and all above it, so many steps up; a circle in the tree ends after ten.
    """CREATE VIEW theme_line AS
       WITH RECURSIVE line (theme, above, steps) AS (
         SELECT id, id, 0 FROM theme
         UNION ALL SELECT l.theme, t.parent, l.steps + 1 FROM line l JOIN theme t ON t.id = l.above
         WHERE t.parent IS NOT NULL AND l.steps < 10)
       SELECT theme, above, steps FROM line""",
    # Of a theme: those above it and itself, as ids and as slugs, and how far help of it is gone to, where it or the
    # nearest above it says so.
    """CREATE VIEW theme_reach AS
       SELECT l.theme, array_agg(l.above) AS line, array_agg(t.slug) AS slugs,
              (array_agg(t.reach_km ORDER BY l.steps) FILTER (WHERE t.reach_km IS NOT NULL))[1] AS reach_km
       FROM theme_line l JOIN theme t ON t.id = l.above GROUP BY l.theme""",
    # An initiative stands for a need: from when to when (both included), and whether it has been given up.
    """CREATE VIEW need_standing AS
       SELECT m.need, i.starts_on, i.ends_on, i.state IN ('finished', 'stopped') AS over
       FROM need_met m JOIN initiative i ON i.id = m.initiative""",
    # Who could be asked today: as matching asks it of everybody (active, not on hold, of age or with a guardian's yes),
    # some time free each week, not away for all of the next 14 days, and hours of these 14 days not yet promised. Who
    # has no point stands in the middle of their district. Persons: this never leaves the server but as counts, or to a
    # coordinator who may see them.
    """CREATE VIEW free_volunteer AS
       SELECT v.id, v.area_slug, coalesce(v.latitude, a.latitude) AS latitude,
              coalesce(v.longitude, a.longitude) AS longitude, v.max_km, v.week, v.causes, h.hours
       FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug CROSS JOIN LATERAL (
         SELECT 2 * v.max_hours_week - coalesce(extract(epoch FROM sum(c.ends_wall - c.starts_wall)) / 3600, 0)
                AS hours FROM commitment c
         WHERE c.volunteer = v.id AND c.starts_at >= now() AND c.starts_at < now() + interval '14 days' OFFSET 0) h
       WHERE v.step = 'active' AND v.restricted_at IS NULL AND v.week <> 0
         AND (v.birth_date <= centre_today() - interval '18 years' OR v.guardian_consent_at IS NOT NULL)
         AND NOT coalesce((SELECT range_agg(daterange(first_day, last_day, '[]')) FROM away WHERE volunteer = v.id)
                          @> daterange(centre_today(), centre_today() + 14), false)
         AND h.hours > 0""",
    # What initiatives give: at each public place where they meet, from the first to four weeks after the last of a row
    # of meetings; more than four weeks without one, once they have passed, end the row. A group stands here without its
    # name, for help of a theme would tell what it is about; a circle is there for one household only.
    """CREATE VIEW initiative_help AS
       WITH held AS (
         SELECT m.initiative, m.place, m.starts_wall::date AS day,
                week_part(extract(isodow FROM m.starts_wall)::int, m.starts_wall::time,
                          least(greatest(m.ends_wall, m.starts_wall + interval '1 hour'),
                                date_trunc('day', m.starts_wall) + interval '23:59:59')::time) AS part
         FROM meeting m JOIN place p ON p.id = m.place WHERE m.state = 'planned' AND NOT p.private
       ), apart AS (
         SELECT *, coalesce(before + 28 < least(day, centre_today()), false)::int AS first
         FROM (SELECT *, lag(day) OVER (PARTITION BY initiative, place ORDER BY day) AS before FROM held) h
       ), turns AS (
         SELECT *, sum(first) OVER (PARTITION BY initiative, place ORDER BY day) AS turn FROM apart
       ), spans AS (
         SELECT *, max(day) OVER (PARTITION BY initiative, place, turn) AS last FROM turns)
       SELECT i.id AS initiative, CASE WHEN i.kind = 'group' THEN '' ELSE i.name END AS name, i.theme, s.place,
              min(s.day) AS since, s.last + 29 AS until,
              coalesce(bit_or(s.part) FILTER (WHERE s.day >= least(centre_today(), s.last) - 28), 0) AS week
       FROM spans s JOIN initiative i ON i.id = s.initiative
       WHERE i.state NOT IN ('finished', 'stopped') AND i.kind <> 'circle' GROUP BY i.id, s.place, s.turn, s.last""",
    "CREATE INDEX help_near ON help USING gist (theme, point(longitude, latitude))",
    """INSERT INTO help (id, source, source_id, name, theme, place, latitude, longitude, week, since, until)
       SELECT gen_random_uuid(), 'initiative', g.initiative, g.name, g.theme, g.place, p.latitude, p.longitude, g.week,
              g.since, g.until FROM initiative_help g JOIN place p ON p.id = g.place""",
)
BACKWARDS = (
    "DELETE FROM help WHERE source = 'initiative'",
    "DROP INDEX help_near",
    "DROP VIEW initiative_help, free_volunteer, need_standing, theme_reach, theme_line",
    "DROP TRIGGER availability_gone ON availability",
    "DROP TRIGGER availability_changed ON availability",
    "DROP TRIGGER availability_added ON availability",
    "DROP FUNCTION week_is_kept, week_part",
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
