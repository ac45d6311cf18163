"""A diary entry's plain words may be emptied, as erasing somebody who is named there does."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T06:49:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "Diary entries: words may go"

DROP = "ALTER TABLE diary_entry DROP CONSTRAINT diary_entry_words"
ADD = "ALTER TABLE diary_entry ADD CONSTRAINT diary_entry_words CHECK (words = '' OR sealed IS NULL)"
BEFORE = "ALTER TABLE diary_entry ADD CONSTRAINT diary_entry_words CHECK ((words = '') = (sealed IS NOT NULL))"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in (DROP, ADD):
            await database.execute(statement)

    async def down() -> None:
        from volunteer_hub.kit import database

        # What was emptied meanwhile would not fit.
        for statement in (DROP, "DELETE FROM diary_entry WHERE words = '' AND sealed IS NULL", BEFORE):
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
