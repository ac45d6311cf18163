from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod

from volunteer_hub.kit import database

ID = "2026-11-22T15:07:12:074743"
VERSION = "1.38.0"
DESCRIPTION = "Waves rest while all who fit are asked about the same hours elsewhere; pages hear of plans"

# Every change of a plan counts its version in this row, so no other table of plans need tell.
UP = """
    CREATE TRIGGER matching_plan_update_heard AFTER UPDATE ON matching_plan REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION desk_hears('', 'true')"""
DOWN = "DROP TRIGGER matching_plan_update_heard ON matching_plan"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        await database.execute(UP)

    async def down() -> None:
        await database.execute(DOWN)

    manager.add_raw(up)
    manager.add_raw_backwards(down)

    manager.add_column(
        table_class_name="Waves",
        tablename="invitation_waves",
        column_name="rests",
        db_column_name="rests",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": False,
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

    return manager
