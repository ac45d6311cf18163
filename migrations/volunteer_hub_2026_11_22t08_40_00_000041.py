"""The list of who wants to belong is read in its order; a code for SMS names one group."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:40:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of who wants to belong to a group"

UP = (
    "CREATE INDEX joining_in_line ON joining (initiative, since, id) WHERE state IN ('asked', 'waiting', 'offered')",
    "CREATE INDEX joining_kept_until ON joining (offer_until) WHERE state = 'offered'",
    "CREATE UNIQUE INDEX initiative_by_join_code ON initiative (join_code) WHERE join_code <> ''",
)
DOWN = ("DROP INDEX joining_in_line, joining_kept_until, initiative_by_join_code",)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def run(statements: tuple[str, ...]) -> None:
        from volunteer_hub.kit import database

        for statement in statements:
            await database.execute(statement)

    async def up() -> None:
        await run(UP)

    async def down() -> None:
        await run(DOWN)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
