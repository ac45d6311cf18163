from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Time
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-22T05:10:14:125852"
VERSION = "1.38.0"
DESCRIPTION = "The earliest hour of a limit by age"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="AgeLimit",
        tablename="age_limit",
        column_name="earliest",
        db_column_name="earliest",
        column_class_name="Time",
        column_class=Time,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="AgeLimit",
        tablename="age_limit",
        constraint_name="age_limit_hours",
        constraint_class=Check,
        params={
            "condition": '(("earliest" IS NULL OR "latest" IS NULL) OR "earliest" < "latest")'
        },
        schema=None,
    )

    return manager
