"""What piccolo's own commands read; found through PICCOLO_CONF (see __init__)."""

from piccolo.conf.apps import AppRegistry

from volunteer_hub import settings
from volunteer_hub.kit import database

if not database.DB.config and (url := settings.load().database_url):
    database.configure(url.get_secret_value())

DB = database.DB
APP_REGISTRY = AppRegistry(apps=["volunteer_hub.piccolo_app"])
