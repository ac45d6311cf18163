"""A part of the map, and words said about it, are found by index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:20:00:000028"
VERSION = "1.38.0"
DESCRIPTION = "What stands in a part of the map"

FORWARDS = (
    "CREATE INDEX need_point ON need USING gist (point(longitude, latitude))",
    "CREATE INDEX place_point ON place USING gist (point(longitude, latitude))",
    "CREATE INDEX need_words ON need USING gin (fold(title || ' ' || about || ' ' || address) gin_trgm_ops)",
    "CREATE INDEX resource_words ON resource USING gin (fold(name || ' ' || about || ' ' || for_whom) gin_trgm_ops)",
)
BACKWARDS = ("DROP INDEX resource_words, need_words, place_point, need_point",)


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
