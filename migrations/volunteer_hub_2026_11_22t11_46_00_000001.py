"""The search for somebody may go on by waves: others are asked a few at a time, and it waits for them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T11:46:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The search for somebody may go on by waves"

FORWARDS = (
    "ALTER TABLE refill DROP CONSTRAINT refill_stage",
    "ALTER TABLE refill ADD CONSTRAINT refill_stage CHECK (stage IN ('list', 'waves', 'wider', 'coordinator'))",
    "CREATE INDEX invitation_waves_running ON invitation_waves (next_at) WHERE state = 'running'",
)
BACKWARDS = (
    "DROP INDEX invitation_waves_running",
    "DELETE FROM refill WHERE stage = 'waves'",
    "ALTER TABLE refill DROP CONSTRAINT refill_stage",
    "ALTER TABLE refill ADD CONSTRAINT refill_stage CHECK (stage IN ('list', 'wider', 'coordinator'))",
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
