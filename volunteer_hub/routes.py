"""The table of contents: every URL, its page and its name, grouped by who may enter."""

from starlette.routing import BaseRoute, Mount, Route

from volunteer_hub.access.guard import Handler, guarded
from volunteer_hub.intake import pages as intake
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.paths import bundled
from volunteer_hub.settings import Settings
from volunteer_hub.web.static import Hashed

ANYONE = frozenset({Role.ANYONE})
MACHINES = frozenset({Role.MACHINE})
VOLUNTEER = frozenset({Role.VOLUNTEER})
COORDINATOR = frozenset({Role.COORDINATOR})


def get(path: str, handler: Handler, who: frozenset[Role]) -> Route:
    return Route(path, guarded(handler, who), methods=["GET"], name=f"{who_name(handler)}")


def post(path: str, handler: Handler, who: frozenset[Role]) -> Route:
    return Route(path, guarded(handler, who), methods=["POST"], name=f"{who_name(handler)}")


def who_name(handler: Handler) -> str:
    return f"{handler.__module__.removeprefix('volunteer_hub.')}.{handler.__name__}"


def routes(settings: Settings) -> list[BaseRoute]:
    return [
        get("/", intake.home, ANYONE),
        Mount("/static", Hashed(directory=bundled("static")), name="static"),
    ]
