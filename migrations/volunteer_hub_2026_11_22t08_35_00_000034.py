"""How an initiative is taken and how wide it asks are typed in its form, so its version rises with them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:35:00:000034"
VERSION = "1.38.0"
DESCRIPTION = "Initiative: its version rises with takes and widens"

TYPED = (
    "name", "about", "meets", "theme", "public", "coordinator", "starts_on", "ends_on", "least_members",
    "most_members", "agreement", "own_from",
)  # fmt: skip
ADDED = ("takes", "widens")


def trigger(typed: tuple[str, ...]) -> tuple[str, ...]:
    def row(of: str) -> str:
        return ", ".join(f"{of}.{name}" for name in typed)

    return (
        f"""CREATE OR REPLACE FUNCTION initiative_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF ({row("NEW")}) IS DISTINCT FROM ({row("OLD")}) THEN
                    NEW.version := OLD.version + 1;
                END IF;
                RETURN NEW;
            END $$""",
        f"""CREATE OR REPLACE TRIGGER initiative_version BEFORE UPDATE OF {", ".join(typed)} ON initiative
            FOR EACH ROW EXECUTE FUNCTION initiative_new_version()""",
    )


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def run(typed: tuple[str, ...]) -> None:
        from volunteer_hub.kit import database

        for statement in trigger(typed):
            await database.execute(statement)

    async def up() -> None:
        await run(TYPED + ADDED)

    async def down() -> None:
        await run(TYPED)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
