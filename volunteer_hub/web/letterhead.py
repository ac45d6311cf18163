"""What stands at the head of everything the centre prints, as data for a document of templates/papers."""

from datetime import datetime

from volunteer_hub.kit.phone import pretty
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n


def letterhead(settings: Settings, made: datetime) -> dict[str, object]:
    """The language words are now said in, the centre, and `made`, the moment the file is of (with a time zone).

    A document needs a `title` besides, and may have a `foot`: texts for the foot of each page.
    """
    phone = pretty(settings.centre_phone) if settings.centre_phone else ""
    centre = {
        "name": settings.centre_name,
        "address": settings.centre_address,
        "phone": phone,
        "hours": settings.centre_hours,
    }
    return {"language": i18n.language(), "made": made.isoformat(), "centre": centre}
