"""The door of every page: who is it, may they enter, is the form ours. Wrapped around each handler by routes."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from volunteer_hub.access import sessions
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import render
from volunteer_hub.web.i18n import mark

Handler = Callable[[Request], Awaitable[Response]]
SAFE = ("GET", "HEAD")


def guarded(handler: Handler, roles: frozenset[Role]) -> Handler:
    """`handler` for these roles only; ANYONE lets all in, MACHINE is for callers that prove themselves otherwise."""

    async def entered(request: Request) -> Response:
        if request.method not in SAFE:  # it may wait for what the browser still sends: no time to hold a connection
            return await _enter(request)
        async with database.reading():
            return await _enter(request)

    async def _enter(request: Request) -> Response:
        if Role.MACHINE in roles:
            request.state.actor = SYSTEM
            return await handler(request)
        actor = request.state.actor = await sessions.actor_of(request)
        if Role.ANYONE not in roles and actor.role not in roles:
            if actor.signed_in:
                raise Refused(mark("Ta strona jest dla innej roli niż Twoja."), 403)
            return _to_sign_in(request)
        if request.method not in SAFE:
            await _came_from_us(request)
        return await handler(request)

    return entered


def _to_sign_in(request: Request) -> Response:
    back = request.url.path if request.method in SAFE else _same_site_path(request.headers.get("referer", ""))
    address = f"/sign-in?next={quote(back)}"
    if render.wants_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _same_site_path(referer: str) -> str:
    path = urlsplit(referer).path
    return path if path.startswith("/") and not path.startswith("//") else "/"


async def _came_from_us(request: Request) -> None:
    """Raises Refused unless the browser says so and the form carries our mark."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site else bool(origin) and not _is_ours(request, origin)
    form = await request.form(max_files=0, max_fields=1000, max_part_size=256 * 1024)
    given = form.get("csrf")
    if foreign or not isinstance(given, str) or not secret.same(given, render.csrf(request)):
        raise Refused(mark("Ta strona za długo czekała. Odśwież ją i wyślij jeszcze raz."), 403)


def _is_ours(request: Request, origin: str | None) -> bool:
    ours = urlsplit(render.settings_of(request).public_url)
    parts = urlsplit(origin or "")
    return (parts.netloc == request.headers.get("host")) or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
