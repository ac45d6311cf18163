"""What somebody is to do says also where: so much time as the way there takes lies between two tasks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T09:01:48:000033"
VERSION = "1.38.0"
DESCRIPTION = "Commitments know their place; unanswered invitations are found by index"

UP = (
    """CREATE OR REPLACE VIEW commitment AS
       SELECT b.volunteer, a.opening, m.initiative, m.starts_wall, m.ends_wall, b.starts_at, b.ends_at, m.place
       FROM booking b JOIN assignment a ON a.id = b.assignment JOIN meeting m ON m.id = b.meeting
       WHERE b.accepted AND a.state IN ('accepted', 'done') AND m.state = 'planned'""",
    """CREATE INDEX assignment_unanswered ON assignment (opening)
       WHERE state = 'invited' AND answered_at IS NULL""",
)
# Other views read this one: it keeps its last column, which nobody minds, until they go.
DOWN = ("DROP INDEX assignment_unanswered",)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        for statement in UP:
            await database.execute(statement)

    async def down() -> None:
        for statement in DOWN:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
