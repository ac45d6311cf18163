"""One piccolo app, so one chain of migrations, for the whole house."""

from piccolo.conf.apps import AppConfig, table_finder

from volunteer_hub.kit.paths import bundled

ROOMS_WITH_TABLES = "access messaging people atlas initiatives schedule matching intake reports papers privacy".split()
MODULES = [
    *(f"volunteer_hub.{room}.tables" for room in ROOMS_WITH_TABLES),
    "volunteer_hub.messaging.edited.tables",
    "volunteer_hub.initiatives.course_tables",
    "volunteer_hub.initiatives.circle_tables",
    "volunteer_hub.schedule.series.tables",
    "volunteer_hub.schedule.attendance.tables",
    "volunteer_hub.schedule.hours.tables",
    "volunteer_hub.schedule.waiting.tables",
    "volunteer_hub.schedule.hosts.tables",
    "volunteer_hub.schedule.reminding.tables",
    "volunteer_hub.schedule.teams.tables",
    "volunteer_hub.replies.bulk.tables",
    "volunteer_hub.exchange.people_import.tables",
    "volunteer_hub.exchange.api_access.tables",
]

APP_CONFIG = AppConfig(
    app_name="volunteer_hub",
    migrations_folder_path=str(bundled("migrations")),
    table_classes=table_finder(MODULES, exclude_imported=True),
)
