"""Nobody comes onto a roster for a day on which neither a policy nor, from the 31st day on, a written agreement covers
them, whatever code or hand writes the row. Decision 0018."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:30:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "The guard asks for agreement and policy"

# Days of service are counted from the oldest service that covers the day; who has none would begin that day. From the
# 31st day on (act on public benefit and volunteer work, art. 44(4)) an agreement, before it a policy. As is_covered of
# schedule/rules.py.
UNCOVERED = """WHEN EXISTS (
           SELECT FROM (SELECT m.starts_wall::date + n AS at
                        FROM generate_series(0, (m.ends_wall - interval '1 microsecond')::date - m.starts_wall::date) n) d
           WHERE NOT CASE
             WHEN d.at - 30 >= (SELECT min(s.first_day) FROM service s
                                WHERE s.volunteer = v.id AND s.first_day <= d.at
                                  AND (s.last_day IS NULL OR s.last_day >= d.at))
             THEN EXISTS (SELECT FROM agreement a WHERE a.volunteer = v.id AND a.valid_from <= d.at
                                                    AND (a.valid_until IS NULL OR a.valid_until >= d.at))
             ELSE EXISTS (SELECT FROM policy p WHERE (p.volunteer = v.id OR p.volunteer IS NULL)
                                                 AND p.valid_from <= d.at AND p.valid_until >= d.at) END) THEN 'agreement'"""

# Of the policies only those that cover a day of the meeting: another one cannot take cover away.
PAPERS = """PERFORM FROM service WHERE volunteer = NEW.volunteer ORDER BY id FOR SHARE;
         PERFORM FROM agreement WHERE volunteer = NEW.volunteer ORDER BY id FOR SHARE;
         PERFORM FROM policy p WHERE (p.volunteer = NEW.volunteer OR p.volunteer IS NULL) AND EXISTS (
             SELECT FROM opening o JOIN meeting m ON m.id = o.meeting
             WHERE o.id = NEW.opening AND p.valid_from <= m.ends_wall::date AND p.valid_until >= m.starts_wall::date)
           ORDER BY id FOR SHARE;"""


def guard(uncovered: str, papers: str) -> tuple[str, ...]:
    return (
        f"""CREATE OR REPLACE FUNCTION assignment_obstacle(who uuid, what uuid) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE
         WHEN v.restricted_at IS NOT NULL THEN 'restricted'
         WHEN v.guardian_consent_at IS NULL AND v.birth_date > m.starts_wall::date - interval '18 years' THEN 'consent'
         WHEN EXISTS (
           SELECT FROM unnest(r.clearances) asked(kind) WHERE NOT EXISTS (
             SELECT FROM clearance c
             WHERE c.volunteer = v.id AND c.kind = asked.kind AND c.revoked_on IS NULL
               AND c.valid_until >= (m.ends_wall - interval '1 microsecond')::date)) THEN 'clearance'
         {uncovered}
       END
       FROM volunteer v, opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
       WHERE v.id = who AND o.id = what $$""",
        f"""CREATE OR REPLACE FUNCTION assignment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE obstacle text;
       BEGIN
         PERFORM FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
           WHERE o.id = NEW.opening FOR SHARE OF m, r;
         PERFORM FROM volunteer WHERE id = NEW.volunteer FOR SHARE;
         PERFORM FROM clearance WHERE volunteer = NEW.volunteer ORDER BY id FOR SHARE;
         {papers}
         SELECT assignment_obstacle(NEW.volunteer, NEW.opening) INTO obstacle;
         IF obstacle IS NOT NULL THEN
           RAISE EXCEPTION 'the rule "%" keeps this volunteer from this opening', obstacle
             USING ERRCODE = 'check_violation', TABLE = 'assignment', CONSTRAINT = 'assignment_' || obstacle;
         END IF;
         RETURN NEW;
       END $$""",
    )


FORWARDS = (
    *guard(UNCOVERED, PAPERS),
    # A new service may be an older one, which makes tomorrow day 31. The guard cannot lock a row that is not there yet,
    # so whoever adds one waits at the volunteer's.
    """CREATE FUNCTION service_waits() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM FROM volunteer WHERE id = NEW.volunteer FOR NO KEY UPDATE;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER service_waits BEFORE INSERT OR UPDATE OF volunteer ON service
       FOR EACH ROW EXECUTE FUNCTION service_waits()""",
)
BACKWARDS = ("DROP TRIGGER service_waits ON service", "DROP FUNCTION service_waits", *guard("", ""))


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
