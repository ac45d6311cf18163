from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:23:47:114995"
VERSION = "1.38.0"
DESCRIPTION = (
    "people of a team have no account; a decision is guarded by its own moment"
)


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="TeamMeeting",
        tablename="team_meeting",
        column_name="version",
        db_column_name="version",
        schema=None,
    )

    manager.drop_column(
        table_class_name="TeamMember",
        tablename="team_member",
        column_name="account",
        db_column_name="account",
        schema=None,
    )

    return manager
