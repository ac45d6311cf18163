from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:18:00:000027"
VERSION = "1.38.0"
DESCRIPTION = "Help keeps its history"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)
    manager.drop_constraint(table_class_name="Help", tablename="help", constraint_name="help_once")
    return manager
