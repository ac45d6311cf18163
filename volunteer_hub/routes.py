"""The table of contents: every URL, its page, and who may enter. docs/access.md is the same table for people."""

from starlette.routing import BaseRoute, Mount, Route

from volunteer_hub import health
from volunteer_hub.access.guard import Handler, guarded
from volunteer_hub.intake import pages as intake
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.kit.paths import bundled
from volunteer_hub.settings import Settings
from volunteer_hub.web.static import Hashed

ANYONE = frozenset({Role.ANYONE})
MACHINE = frozenset({Role.MACHINE})
VOLUNTEER = frozenset({Role.VOLUNTEER})
COORDINATOR = frozenset({Role.COORDINATOR})
FIRST_CONTACT = frozenset({Role.FIRST_CONTACT, Role.COORDINATOR})
LEADERS = frozenset({Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST})
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.PROTECTION_OFFICER})
SIGNED_IN = STAFF | {Role.VOLUNTEER}

Entry = tuple[str, str, Handler, frozenset[Role]]


def get(path: str, handler: Handler, who: frozenset[Role]) -> Entry:
    return "GET", path, handler, who


def post(path: str, handler: Handler, who: frozenset[Role]) -> Entry:
    return "POST", path, handler, who


def table(settings: Settings) -> list[Entry]:
    """All entries, grouped by who may enter. What only the demo has is not there in production, so it is a 404."""
    public = [
        get("/", intake.home, ANYONE),
    ]
    volunteer: list[Entry] = [
    ]
    desk: list[Entry] = [
    ]
    machines = [
        get("/livez", health.livez, MACHINE),
        get("/readyz", health.readyz, MACHINE),
        get("/metrics", health.metrics, MACHINE),
    ]
    demo: list[Entry] = [
    ]
    return [*public, *volunteer, *desk, *machines, *(demo if settings.demo else [])]


def routes(settings: Settings) -> list[BaseRoute]:
    """The entries with their guards, and the static files."""
    pages = [
        Route(path, guarded(handler, who), methods=[method], name=f"{method} {path}")
        for method, path, handler, who in table(settings)
    ]
    return [*pages, Mount("/static", Hashed(directory=bundled("static")), name="static")]
