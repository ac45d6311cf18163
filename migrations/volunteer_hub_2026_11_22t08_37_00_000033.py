"""Who waited before there was a list stands on it, in the order of their answers; the worker finds what is due fast."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:37:00:000033"
VERSION = "1.38.0"
DESCRIPTION = "whose yes found no place waits in line"

# A yes that a rule keeps from being confirmed (at_risk) waits for the coordinator, not for a place.
FORWARDS = (
    """UPDATE assignment SET waiting_since = answered_at
       WHERE state = 'invited' AND answered_at IS NOT NULL AND at_risk = '' AND waiting_since IS NULL""",
    "CREATE INDEX assignment_named ON assignment (named_until) WHERE named_until IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    async def down() -> None:
        from volunteer_hub.kit import database

        await database.execute("DROP INDEX assignment_named")

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
