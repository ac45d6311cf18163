"""The consents of old step aside, so that the ledger can take their place (the two migrations that follow)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:09:07:100000"
VERSION = "1.38.0"
DESCRIPTION = "The consents of old step aside"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def aside() -> None:
        from volunteer_hub.kit import database

        await database.execute("CREATE TABLE consent_was AS SELECT * FROM consent")

    manager.add_raw(aside)
    manager.drop_table(class_name="Consent", tablename="consent")
    return manager
