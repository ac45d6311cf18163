"""One certificate in force for one membership; contracts and steps are found by whose they are and by their day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:31:00:000036"
VERSION = "1.38.0"
DESCRIPTION = "Certificates once; open steps by their day"

UP = (
    "CREATE UNIQUE INDEX completion_once ON completion (member) WHERE undone_at IS NULL",
    "CREATE INDEX completion_finished ON completion (finished_on) WHERE undone_at IS NULL",
    "CREATE INDEX contract_signed_on ON contract (signed_on) WHERE signed_on IS NOT NULL",
    "CREATE INDEX contract_step_due ON contract_step (due) WHERE done_on IS NULL",
)
DOWN = ("DROP INDEX completion_once, completion_finished, contract_signed_on, contract_step_due",)


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
