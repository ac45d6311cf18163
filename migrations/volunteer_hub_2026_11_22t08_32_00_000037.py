"""Support circles: a helper's households kept by one conditional update, who sees a circle, one who leads.

docs/decisions/0037-support-circles.md.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:32:00:000037"
VERSION = "1.38.0"
DESCRIPTION = "Support circles: caps and teams"

FORWARDS = (
    # Of colleagues the law's limit for family assistants: 15 families (act on family support and the system of foster
    # care of 9 June 2011, art. 15(4)). Of volunteers a proposal. The centre sets both.
    """INSERT INTO helper_cap (id, who, most, changed_at)
       VALUES (gen_random_uuid(), 'staff', 15, now()), (gen_random_uuid(), 'volunteer', 2, now())""",
    """CREATE UNIQUE INDEX circle_helper_account_once ON circle_helper (initiative, account) WHERE left_on IS NULL""",
    """CREATE UNIQUE INDEX circle_helper_volunteer_once ON circle_helper (initiative, volunteer) WHERE left_on IS NULL""",
    "CREATE UNIQUE INDEX circle_helper_leader ON circle_helper (initiative) WHERE leads",
    "ALTER TABLE circle_helper ADD CONSTRAINT circle_helper_leads"
    " CHECK (NOT leads OR (account IS NOT NULL AND left_on IS NULL))",
    "ALTER TABLE circle_helper ADD CONSTRAINT circle_helper_counts CHECK (NOT counts OR left_on IS NULL)",
    # The row of a helper's load, made with their first household. Whoever changes the centre's cap waits here.
    """CREATE FUNCTION helper_load_row(one uuid, other uuid) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
           IF NOT EXISTS (SELECT FROM helper_load WHERE account = one OR volunteer = other) THEN
               INSERT INTO helper_load (id, account, volunteer, households, most, allowed)
               SELECT gen_random_uuid(), one, other, 0, c.most, c.most FROM helper_cap c
               WHERE c.who = CASE WHEN other IS NULL THEN 'staff' ELSE 'volunteer' END FOR SHARE
               ON CONFLICT DO NOTHING;
           END IF;
       END $$""",
    """CREATE FUNCTION helper_gives_back(one uuid, other uuid) RETURNS void LANGUAGE sql AS $$
           UPDATE helper_load SET households = households - 1, allowed = greatest(most, households - 1)
           WHERE account = one OR volunteer = other $$""",
    # One conditional update: of many at once who would take somebody's last household, one does.
    """CREATE FUNCTION helper_takes(one uuid, other uuid) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
           PERFORM helper_load_row(one, other);
           UPDATE helper_load SET households = households + 1
           WHERE (account = one OR volunteer = other) AND households < most;
           IF NOT FOUND THEN
               RAISE EXCEPTION 'no more households for this helper'
                     USING ERRCODE = 'check_violation', CONSTRAINT = 'helper_cap', TABLE = 'circle_helper';
           END IF;
       END $$""",
    # The household of a circle that is over counts for nobody. Who has left leads no more.
    """CREATE FUNCTION circle_helper_stands() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE now_is text;
       BEGIN
           IF NEW.left_on IS NOT NULL THEN
               NEW.counts := false;
               NEW.leads := false;
           ELSIF TG_OP = 'INSERT' OR OLD.left_on IS NOT NULL THEN
               SELECT state INTO now_is FROM initiative WHERE id = NEW.initiative FOR NO KEY UPDATE;
               NEW.counts := now_is NOT IN ('finished', 'stopped');
           END IF;
           RETURN NEW;
       END $$""",
    """CREATE TRIGGER circle_helper_stands BEFORE INSERT OR UPDATE OF left_on ON circle_helper
       FOR EACH ROW EXECUTE FUNCTION circle_helper_stands()""",
    # Two rows of one person that become one bring all their households along, above the cap too.
    """CREATE FUNCTION circle_helper_load() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           IF TG_OP = 'UPDATE' AND OLD.counts AND NEW.counts
              AND (OLD.account, OLD.volunteer) IS DISTINCT FROM (NEW.account, NEW.volunteer) THEN
               PERFORM helper_gives_back(OLD.account, OLD.volunteer);
               PERFORM helper_load_row(NEW.account, NEW.volunteer);
               UPDATE helper_load SET households = households + 1, allowed = greatest(most, households + 1)
               WHERE account = NEW.account OR volunteer = NEW.volunteer;
           ELSE
               IF TG_OP <> 'INSERT' AND OLD.counts AND (TG_OP = 'DELETE' OR NOT NEW.counts) THEN
                   PERFORM helper_gives_back(OLD.account, OLD.volunteer);
               END IF;
               IF TG_OP <> 'DELETE' AND NEW.counts AND (TG_OP = 'INSERT' OR NOT OLD.counts) THEN
                   PERFORM helper_takes(NEW.account, NEW.volunteer);
               END IF;
           END IF;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER circle_helper_load AFTER INSERT OR UPDATE OF counts, left_on, account, volunteer OR DELETE
       ON circle_helper FOR EACH ROW EXECUTE FUNCTION circle_helper_load()""",
    # The end of a circle gives its helpers' households back; taken up again it takes them, or is refused.
    """CREATE FUNCTION circle_over() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE helper uuid; over boolean := NEW.state IN ('finished', 'stopped');
       BEGIN
           IF over IS DISTINCT FROM (OLD.state IN ('finished', 'stopped')) THEN
               FOR helper IN SELECT id FROM circle_helper WHERE initiative = NEW.id AND left_on IS NULL
                             ORDER BY coalesce(account, volunteer) LOOP
                   UPDATE circle_helper SET counts = NOT over WHERE id = helper AND left_on IS NULL;
               END LOOP;
           END IF;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER circle_over AFTER UPDATE OF state ON initiative
       FOR EACH ROW EXECUTE FUNCTION circle_over()""",
    # Who is of the team now sees the circle by a facilitator's row; who is not, does not.
    """CREATE FUNCTION circle_helper_sees() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           IF TG_OP <> 'INSERT' AND OLD.account IS NOT NULL AND NOT EXISTS (
               SELECT FROM circle_helper h
               WHERE h.initiative = OLD.initiative AND h.account = OLD.account AND h.left_on IS NULL) THEN
               DELETE FROM facilitator WHERE initiative = OLD.initiative AND account = OLD.account;
           END IF;
           IF TG_OP <> 'DELETE' AND NEW.account IS NOT NULL AND NEW.left_on IS NULL THEN
               INSERT INTO facilitator (id, initiative, account)
               VALUES (gen_random_uuid(), NEW.initiative, NEW.account) ON CONFLICT DO NOTHING;
           END IF;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER circle_helper_sees AFTER INSERT OR UPDATE OF left_on, account OR DELETE ON circle_helper
       FOR EACH ROW EXECUTE FUNCTION circle_helper_sees()""",
    # The specialists of the circles that are there already, the first of each leading; nobody is turned out by a cap.
    """ALTER TABLE circle_helper DISABLE TRIGGER circle_helper_load""",
    """INSERT INTO circle_helper (id, initiative, account, leads, joined_on)
       SELECT gen_random_uuid(), f.initiative, f.account, row_number() OVER (PARTITION BY f.initiative ORDER BY f.id) = 1,
              i.starts_on
       FROM facilitator f JOIN initiative i ON i.id = f.initiative WHERE i.kind = 'circle'""",
    """ALTER TABLE circle_helper ENABLE TRIGGER circle_helper_load""",
    """INSERT INTO helper_load (id, account, households, most, allowed)
       SELECT gen_random_uuid(), h.account, count(*), c.most, greatest(c.most, count(*))
       FROM circle_helper h JOIN helper_cap c ON c.who = 'staff' WHERE h.counts GROUP BY h.account, c.most""",
)

BACKWARDS = (
    "DROP TRIGGER circle_helper_sees ON circle_helper",
    "DROP TRIGGER circle_over ON initiative",
    "DROP TRIGGER circle_helper_load ON circle_helper",
    "DROP TRIGGER circle_helper_stands ON circle_helper",
    "DROP FUNCTION circle_helper_sees, circle_over, circle_helper_load, circle_helper_stands, helper_takes,"
    " helper_gives_back, helper_load_row",
    "ALTER TABLE circle_helper DROP CONSTRAINT circle_helper_counts",
    "ALTER TABLE circle_helper DROP CONSTRAINT circle_helper_leads",
    "DROP INDEX circle_helper_leader, circle_helper_volunteer_once, circle_helper_account_once",
    "DELETE FROM helper_load",
    "DELETE FROM circle_helper",
    "DELETE FROM helper_cap",
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
