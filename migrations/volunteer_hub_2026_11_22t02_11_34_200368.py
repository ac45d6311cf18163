from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-22T02:11:34:200368"
VERSION = "1.38.0"
DESCRIPTION = "Where a request lives in words, its version, and which desks and reporters there are"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Request",
        tablename="request",
        column_name="address",
        db_column_name="address",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 160,
            "default": "",
            "null": False,
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

    manager.add_column(
        table_class_name="Request",
        tablename="request",
        column_name="version",
        db_column_name="version",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 1,
            "null": False,
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
        table_class_name="Request",
        tablename="request",
        constraint_name="request_desk",
        constraint_class=Check,
        params={
            "condition": "((((\"desk\" = 'first-contact' OR \"desk\" = 'benefits') OR \"desk\" = 'social-work') OR \"desk\" = 'services') OR \"desk\" = 'volunteer-centre')"
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Request",
        tablename="request",
        constraint_name="request_reporter",
        constraint_class=Check,
        params={
            "condition": "(((((((\"reporter\" = 'self' OR \"reporter\" = 'family') OR \"reporter\" = 'neighbour') OR \"reporter\" = 'school') OR \"reporter\" = 'police') OR \"reporter\" = 'probation-officer') OR \"reporter\" = 'social-worker') OR \"reporter\" = 'other')"
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Request",
        tablename="request",
        constraint_name="request_urgency",
        constraint_class=Check,
        params={"condition": '("urgency" >= 1 AND "urgency" <= 4)'},
        schema=None,
    )

    return manager
