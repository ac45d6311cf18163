"""Words that are kept: why somebody was asked in spite of a wish, and why and how late a volunteer gave up a place."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T08:31:37:000032"
VERSION = "1.38.0"
DESCRIPTION = "In spite of a wish, and withdrawals that come late"

PARAMS = {
    "null": False,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)
    for table, name, column in (
        ("Assignment", "assignment", "override_word"),
        ("RegularTask", "regular_task", "override_word"),
        ("AssignmentChange", "assignment_change", "words"),
    ):
        manager.add_column(
            table_class_name=table,
            tablename=name,
            column_name=column,
            db_column_name=column,
            column_class_name="Varchar",
            column_class=Varchar,
            params={"length": 200, "default": "", **PARAMS},
            schema=None,
        )
    manager.add_column(
        table_class_name="AssignmentChange",
        tablename="assignment_change",
        column_name="late",
        db_column_name="late",
        column_class_name="Boolean",
        column_class=Boolean,
        params={"default": False, **PARAMS},
        schema=None,
    )
    return manager
