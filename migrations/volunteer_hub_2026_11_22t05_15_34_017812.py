from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique

ID = "2026-11-22T05:15:34:017812"
VERSION = "1.38.0"
DESCRIPTION = "several answers of the geocoder for one address"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Geocoded",
        tablename="geocoded",
        column_name="position",
        db_column_name="position",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
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

    manager.alter_column(
        table_class_name="Geocoded",
        tablename="geocoded",
        column_name="asked",
        db_column_name="asked",
        params={"unique": False},
        old_params={"unique": True},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Geocoded",
        tablename="geocoded",
        constraint_name="geocoded_once",
        constraint_class=Unique,
        params={"columns": ["asked", "position"], "nulls_distinct": True},
        schema=None,
    )

    return manager
