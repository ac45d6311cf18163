"""Initiatives: versions, room for members, a reason for women or men only, no help from what does not run yet.

docs/decisions/0031-initiatives.md.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T06:02:54:000031"
VERSION = "1.38.0"
DESCRIPTION = "Life, work and room of initiatives: triggers and checks"

TYPED = (
    "name", "about", "meets", "theme", "public", "coordinator", "starts_on", "ends_on", "least_members",
    "most_members", "agreement", "own_from",
)  # fmt: skip


def row(of: str) -> str:
    return ", ".join(f"{of}.{name}" for name in TYPED)


# As migration 27 made it; only the states differ.
HELP = """
    CREATE OR REPLACE VIEW initiative_help AS
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
       WHERE {states} AND i.kind <> 'circle' GROUP BY i.id, s.place, s.turn, s.last"""

FORWARDS = (
    f"""CREATE FUNCTION initiative_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ({row("NEW")}) IS DISTINCT FROM ({row("OLD")}) THEN
                NEW.version := OLD.version + 1;
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE TRIGGER initiative_version BEFORE UPDATE OF {", ".join(TYPED)} ON initiative
        FOR EACH ROW EXECUTE FUNCTION initiative_new_version()""",
    # One conditional update keeps a group within its room, whoever writes its members. Room made smaller than what is
    # there turns nobody out: it only lets nobody more in.
    """CREATE FUNCTION member_has_room() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           IF TG_OP <> 'INSERT' AND OLD.left_on IS NULL
              AND (TG_OP = 'DELETE' OR NEW.left_on IS NOT NULL OR NEW.initiative <> OLD.initiative) THEN
               UPDATE initiative SET present = present - 1 WHERE id = OLD.initiative;
           END IF;
           IF TG_OP <> 'DELETE' AND NEW.left_on IS NULL
              AND (TG_OP = 'INSERT' OR OLD.left_on IS NOT NULL OR NEW.initiative <> OLD.initiative) THEN
               UPDATE initiative SET present = present + 1
               WHERE id = NEW.initiative AND (most_members IS NULL OR present < most_members);
               IF NOT FOUND THEN
                   RAISE EXCEPTION 'no room for one more member'
                         USING ERRCODE = 'check_violation', CONSTRAINT = 'member_room', TABLE = 'member';
               END IF;
           END IF;
           RETURN NULL;
       END $$""",
    """UPDATE initiative i SET present = m.n
       FROM (SELECT initiative, count(*) AS n FROM member WHERE left_on IS NULL GROUP BY initiative) m
       WHERE m.initiative = i.id""",
    """CREATE TRIGGER member_room AFTER INSERT OR UPDATE OF left_on, initiative OR DELETE ON member
       FOR EACH ROW EXECUTE FUNCTION member_has_room()""",
    "ALTER TABLE role_asked ADD CONSTRAINT role_asked_gender CHECK (gender = '' OR gender_reason <> '')",
    "ALTER TABLE diary_entry ADD CONSTRAINT diary_entry_words CHECK ((words = '') = (sealed IS NOT NULL))",
    # What was set going before this was running from the first.
    """INSERT INTO initiative_change (id, initiative, was, became, reason, at, by)
       SELECT gen_random_uuid(), id, '', state, '', created_at, coordinator FROM initiative""",
    HELP.format(states="i.state = 'running'"),
)

BACKWARDS = (
    HELP.format(states="i.state NOT IN ('finished', 'stopped')"),
    "ALTER TABLE diary_entry DROP CONSTRAINT diary_entry_words",
    "ALTER TABLE role_asked DROP CONSTRAINT role_asked_gender",
    "DROP TRIGGER member_room ON member",
    "DROP FUNCTION member_has_room",
    "DROP TRIGGER initiative_version ON initiative",
    "DROP FUNCTION initiative_new_version",
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
