"""One wish for a certificate of a volunteer waits at a time; certificates of courses that are out get their code."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T19:10:50:000081"
VERSION = "1.38.0"
DESCRIPTION = "Codes of certificates"

UP = (
    "CREATE UNIQUE INDEX certificate_asked_once ON certificate_asked (volunteer) WHERE answered_at IS NULL",
    # 64 random bits: the letters of kit.check_code hold those of hexadecimal numbers.
    """UPDATE completion SET code = upper(left(gen_random_uuid()::text, 8) || left(gen_random_uuid()::text, 8))
       WHERE code IS NULL""",
)
DOWN = ("DROP INDEX certificate_asked_once",)


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
