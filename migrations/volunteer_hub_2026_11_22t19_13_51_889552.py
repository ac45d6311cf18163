from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T19:13:51:889552"
VERSION = "1.38.0"
DESCRIPTION = "What a line of the log is about may be the address of a list with what narrowed it"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)
    manager.alter_column(
        table_class_name="AuditEntry",
        tablename="audit_entry",
        column_name="about",
        db_column_name="about",
        params={"length": 200},
        old_params={"length": 80},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )
    return manager
