"""What is published has its owner's consent; an edit of what one has not seen is found by a version; lists by index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:35:21:000026"
VERSION = "1.38.0"
DESCRIPTION = "Consent to publish, versions of needs, resources and places, their lists"

TYPED = {
    "need": (
        "title", "about", "theme", "area", "address", "latitude", "longitude", "urgency", "people", "week", "personal",
        "voiced_by", "voiced_on", "state",
    ),
    "resource": (
        "name", "kind", "organisation", "theme", "place", "about", "for_whom", "languages", "capacity", "contact_name",
        "phone", "email", "website", "public", "consent_on", "consent_by", "opened_on", "closed_on",
    ),
    "place": (
        "name", "address", "town", "postcode", "area", "latitude", "longitude", "private", "accessibility",
        "accessibility_note",
    ),
}  # fmt: skip


def row(of: str, table: str) -> str:
    return ", ".join(f"{of}.{name}" for name in TYPED[table])


def versions(table: str) -> tuple[str, str]:
    return (
        f"""CREATE FUNCTION {table}_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF ({row("NEW", table)}) IS DISTINCT FROM ({row("OLD", table)}) THEN
                    NEW.version := OLD.version + 1;
                END IF;
                RETURN NEW;
            END $$""",
        f"""CREATE TRIGGER {table}_version BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_new_version()""",
    )


FORWARDS = (
    # Nobody had been asked: they are for everybody's eyes again once somebody has.
    "UPDATE resource SET public = false WHERE public AND (consent_on IS NULL OR consent_by = '')",
    # What is closed is on nobody's map, and its owner's name goes after a year.
    """ALTER TABLE resource ADD CONSTRAINT resource_public_with_consent
       CHECK (NOT public OR closed_on IS NOT NULL OR (consent_on IS NOT NULL AND consent_by <> ''))""",
    *(statement for table in TYPED for statement in versions(table)),
    # The orders of the lists, each a place to go on from.
    "CREATE INDEX need_by_urgency ON need ((-urgency), voiced_on, id)",
    "CREATE INDEX need_by_people ON need ((-people), voiced_on, id)",
    "CREATE INDEX need_by_day ON need (voiced_on, id)",
    "CREATE INDEX resource_by_name ON resource (sort_key(name), id)",
    "CREATE INDEX resource_unverified ON resource (coalesce(verified_on, '-infinity'), id) WHERE closed_on IS NULL",
)
BACKWARDS = (
    "DROP INDEX resource_unverified, resource_by_name, need_by_day, need_by_people, need_by_urgency",
    *(f"DROP TRIGGER {table}_version ON {table}" for table in TYPED),
    f"DROP FUNCTION {', '.join(f'{table}_new_version' for table in TYPED)}",
    "ALTER TABLE resource DROP CONSTRAINT resource_public_with_consent",
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
