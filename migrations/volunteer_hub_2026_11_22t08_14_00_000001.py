"""An invitation may end in silence; who waits and who has an offer until when are found by index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T08:14:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Silent invitations; indexes of waiting lists, offers and wishes"

STATES = ("proposed", "invited", "accepted", "declined", "silent", "withdrawn", "done", "missed")
UP = (
    "ALTER TABLE assignment DROP CONSTRAINT assignment_state",
    f"ALTER TABLE assignment ADD CONSTRAINT assignment_state CHECK (state IN {STATES})",
    "CREATE INDEX assignment_in_line ON assignment (opening, waiting_since, id) WHERE waiting_since IS NOT NULL",
    "CREATE INDEX assignment_offered ON assignment (offer_until) WHERE offer_until IS NOT NULL",
    "CREATE INDEX assignment_wished ON assignment (asked_at) WHERE state = 'proposed' AND asked_at IS NOT NULL",
    "CREATE UNIQUE INDEX opening_by_wish ON opening (wish_code) WHERE wish_code <> ''",
    "CREATE INDEX hours_reported ON hours_worked (reported_at) WHERE state = 'reported'",
    "CREATE INDEX hours_of_volunteer ON hours_worked (volunteer, day)",
)
DOWN = (
    "DROP INDEX assignment_in_line, assignment_offered, assignment_wished, opening_by_wish, hours_reported,"
    " hours_of_volunteer",
    "UPDATE assignment SET state = 'invited' WHERE state = 'silent'",
    "ALTER TABLE assignment DROP CONSTRAINT assignment_state",
    f"ALTER TABLE assignment ADD CONSTRAINT assignment_state CHECK (state IN {tuple(s for s in STATES if s != 'silent')})",
)


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
