"""Words of needs, resources and places are looked for in what is kept with the row: folded anew they took a second.

What still stands is listed by indexes of its own.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T06:24:00:000026"
VERSION = "1.38.0"
DESCRIPTION = "What the map is searched by"

FOUND_BY = {
    "need": "title || ' ' || about || ' ' || address",
    "resource": "name || ' ' || about || ' ' || for_whom",
    "place": "name || ' ' || address",
}

LIVING = "state IN ('open', 'addressed')"

FORWARDS = (
    "DROP INDEX need_words, resource_words",
    *(
        f"ALTER TABLE {table} ADD COLUMN found_by text GENERATED ALWAYS AS (fold(' ' || {words})) STORED"
        for table, words in FOUND_BY.items()
    ),
    *(f"CREATE INDEX {table}_words ON {table} USING gin (found_by gin_trgm_ops)" for table in FOUND_BY),
    # After some years most needs are met; the list begins with those that are not.
    "DROP INDEX need_by_people, need_by_urgency",
    f"CREATE INDEX need_by_urgency ON need ((-urgency), voiced_on, id) WHERE {LIVING}",
    f"CREATE INDEX need_by_people ON need ((-people), voiced_on, id) WHERE {LIVING}",
)
BACKWARDS = (
    "DROP INDEX need_by_people, need_by_urgency",
    "CREATE INDEX need_by_urgency ON need ((-urgency), voiced_on, id)",
    "CREATE INDEX need_by_people ON need ((-people), voiced_on, id)",
    *(f"ALTER TABLE {table} DROP COLUMN found_by" for table in FOUND_BY),
    "CREATE INDEX need_words ON need USING gin (fold(title || ' ' || about || ' ' || address) gin_trgm_ops)",
    "CREATE INDEX resource_words ON resource USING gin (fold(name || ' ' || about || ' ' || for_whom) gin_trgm_ops)",
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
