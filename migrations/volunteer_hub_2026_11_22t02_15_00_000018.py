"""Who must not stand on a roster does not come onto it, whatever code or hand writes the row. Decision 0018."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:15:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "A guard on entering invited or accepted"

FORWARDS = (
    # What keeps a person from an opening by law: the name of a rule of schedule/rules.py, or null. A minor is one on the
    # day the meeting begins; a clearance must hold on its last day. 29 February: a year older on 1 March.
    """CREATE FUNCTION assignment_obstacle(who uuid, what uuid) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT CASE
         WHEN v.restricted_at IS NOT NULL THEN 'restricted'
         WHEN v.guardian_consent_at IS NULL AND v.birth_date > m.starts_wall::date - interval '18 years' THEN 'consent'
         WHEN EXISTS (
           SELECT FROM unnest(r.clearances) asked(kind) WHERE NOT EXISTS (
             SELECT FROM clearance c
             WHERE c.volunteer = v.id AND c.kind = asked.kind AND c.revoked_on IS NULL
               AND c.valid_until >= (m.ends_wall - interval '1 microsecond')::date)) THEN 'clearance'
       END
       FROM volunteer v, opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
       WHERE v.id = who AND o.id = what $$""",
    # Locks first, then looks: in READ COMMITTED each statement of the function sees what was committed before it, so
    # the look comes after whoever was changing these rows, and whoever comes later waits for us.
    """CREATE FUNCTION assignment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE obstacle text;
       BEGIN
         PERFORM FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
           WHERE o.id = NEW.opening FOR SHARE OF m, r;
         PERFORM FROM volunteer WHERE id = NEW.volunteer FOR SHARE;
         PERFORM FROM clearance WHERE volunteer = NEW.volunteer ORDER BY id FOR SHARE;
         SELECT assignment_obstacle(NEW.volunteer, NEW.opening) INTO obstacle;
         IF obstacle IS NOT NULL THEN
           RAISE EXCEPTION 'the rule "%" keeps this volunteer from this opening', obstacle
             USING ERRCODE = 'check_violation', TABLE = 'assignment', CONSTRAINT = 'assignment_' || obstacle;
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER assignment_guarded_insert BEFORE INSERT ON assignment FOR EACH ROW
       WHEN (NEW.state IN ('invited', 'accepted')) EXECUTE FUNCTION assignment_guard()""",
    """CREATE TRIGGER assignment_guarded_update BEFORE UPDATE OF state, opening, volunteer ON assignment FOR EACH ROW
       WHEN (NEW.state IN ('invited', 'accepted')
             AND (NEW.state, NEW.opening, NEW.volunteer) IS DISTINCT FROM (OLD.state, OLD.opening, OLD.volunteer))
       EXECUTE FUNCTION assignment_guard()""",
    # The desk's queue of what is at risk.
    "CREATE INDEX assignment_at_risk ON assignment (at_risk_since) WHERE at_risk <> ''",
    # Limits are asked for by every opening's page, policies of the centre too.
    "CREATE INDEX policy_of_centre ON policy (valid_until) WHERE volunteer IS NULL",
)

BACKWARDS = (
    "DROP INDEX policy_of_centre, assignment_at_risk",
    "DROP TRIGGER assignment_guarded_update ON assignment",
    "DROP TRIGGER assignment_guarded_insert ON assignment",
    "DROP FUNCTION assignment_guard",
    "DROP FUNCTION assignment_obstacle",
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
