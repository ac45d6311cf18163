"""Which centre this process speaks for: its name, addresses and zone. Told once at the start, as the database is."""

from volunteer_hub.settings import Settings

_settings = Settings.model_construct()


def configure(settings: Settings) -> None:
    """Says whose invitations these are. Until then: a centre with the settings' defaults."""
    global _settings
    _settings = settings


def settings() -> Settings:
    return _settings
