"""The door of every page: who is it, may they enter, is the form ours. Wrapped around each handler by routes."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import kept, sessions
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import STAFF, SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms, render, uploads
from volunteer_hub.web.i18n import mark

Handler = Callable[[Request], Awaitable[Response]]
SAFE = ("GET", "HEAD")
WAITS = mark("Sesja się skończyła. To, co wpisane, czeka na Ciebie pół godziny: zaloguj się i wyślij ponownie.")


def guarded(handler: Handler, roles: frozenset[Role]) -> Handler:
    """`handler` for these roles only; ANYONE lets all in, MACHINE is for callers that prove themselves otherwise."""

    async def entered(request: Request) -> Response:
        if request.method not in SAFE:  # it may wait for what the browser still sends: no time to hold a connection
            try:
                return await _enter(request)
            finally:
                await request.close()  # files that came with it
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
            return await _to_sign_in(request, roles)
        if request.method in SAFE:
            return await handler(request)
        form = await _came_from_us(request)
        response = await handler(request)
        await _sent_again(actor, form, response)
        return response

    return entered


async def _to_sign_in(request: Request, roles: frozenset[Role]) -> Response:
    is_safe = request.method in SAFE
    back = request.url.path if is_safe else _same_site_path(request.headers.get("referer", ""))
    waits = not is_safe and await _keep(request, roles, back)
    address = f"/sign-in?next={quote(back)}"
    response = render.redirect(request, address, WAITS if waits else "")
    if render.wants_fragment(request):
        response.status_code = 401
        del response.headers["location"]
        response.headers["HX-Redirect"] = address
    return response


async def _keep(request: Request, roles: frozenset[Role], page: str) -> bool:
    """Whether what one of the staff sent after their session had ended waits for them now."""
    whose = await sessions.lapsed(request)
    if whose.role not in roles & STAFF or uploads.files(request):
        return False
    try:
        form = await _came_from_us(request)
    except (Refused, HTTPException):  # not from a page of ours, or with files: to be signed in for, not kept
        return False
    return await kept.keep(render.settings_of(request), whose, request.url.path, form, page)


async def _sent_again(actor: Actor, form: FormData, response: Response) -> None:
    """A form that had been kept came again, and was answered: done, or with what is wrong on the screen."""
    id = forms.id_of(str(form.get(kept.AGAIN, "")))
    if id and actor.signed_in and response.status_code < 500:
        await kept.forget(actor, id)


def _same_site_path(referer: str) -> str:
    path = urlsplit(referer).path
    return path if path.startswith("/") and not path.startswith("//") else "/"


async def _came_from_us(request: Request) -> FormData:
    """The form that was sent. Raises Refused unless the browser says so and the form carries our mark."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site else bool(origin) and not _is_ours(request, origin)
    form = await request.form(max_files=uploads.files(request), max_fields=1000, max_part_size=256 * 1024)
    given = form.get("csrf")
    if foreign or not isinstance(given, str) or not secret.same(given, render.csrf(request)):
        raise Refused(mark("Ta strona za długo czekała. Odśwież ją i wyślij jeszcze raz."), 403)
    return form


def _is_ours(request: Request, origin: str | None) -> bool:
    ours = urlsplit(render.settings_of(request).public_url)
    parts = urlsplit(origin or "")
    return (parts.netloc == request.headers.get("host")) or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
