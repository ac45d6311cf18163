"""How the queues of the desks are read: by desk and age; by the number somebody rings from; and what moved through."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:12:30:300000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the desks' queues"

FORWARDS = (
    "CREATE INDEX request_queue ON request (desk, desk_since, id) WHERE state <> 'closed'",
    "CREATE INDEX request_phone ON request (phone) WHERE phone <> ''",
    "CREATE INDEX request_move_through ON request_move (was_desk, request)",
)
BACKWARDS = ("DROP INDEX request_queue, request_phone, request_move_through",)


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
