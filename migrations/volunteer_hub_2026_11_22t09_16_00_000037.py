"""A circle taken up again looks at the centre's caps before it takes any load, as whoever sets them does."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T09:16:00:000037"
VERSION = "1.38.0"
DESCRIPTION = "Support circles: one order of locks"


def circle_over(first: str) -> str:
    return f"""
       CREATE OR REPLACE FUNCTION circle_over() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE helper uuid; over boolean := NEW.state IN ('finished', 'stopped');
       BEGIN
           IF over IS DISTINCT FROM (OLD.state IN ('finished', 'stopped')) THEN
               {first}
               FOR helper IN SELECT id FROM circle_helper WHERE initiative = NEW.id AND left_on IS NULL
                             ORDER BY coalesce(account, volunteer) LOOP
                   UPDATE circle_helper SET counts = NOT over WHERE id = helper AND left_on IS NULL;
               END LOOP;
           END IF;
           RETURN NULL;
       END $$"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        await database.execute(circle_over("PERFORM FROM helper_cap ORDER BY who FOR SHARE;"))

    async def down() -> None:
        from volunteer_hub.kit import database

        await database.execute(circle_over(""))

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
