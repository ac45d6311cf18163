"""A handler's answer: the whole page, or for htmx only the fragment that changed; a redirect with a word to show."""

import base64
import binascii
import json
from dataclasses import fields, is_dataclass
from typing import Any

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from volunteer_hub.kit import secret
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.templates import environment

VISIT = "visit"
FLASH = "flash"
# What of an address says which part of a list is shown and how, and not what the list is of.
ONE_PAGE = ("format", "page", "after", "before", "ticked", "lang")


def settings_of(request: Request) -> Settings:
    return request.app.state.settings


def wants_fragment(request: Request) -> bool:
    """Whether htmx asked to swap a part; not when it follows a link for a whole page or comes back in history."""
    headers = request.headers
    return headers.get("hx-request") == "true" and not (
        headers.get("hx-boosted") == "true"
        or headers.get("hx-history-restore-request") == "true"
        or headers.get("hx-request-type") == "full"
    )


def render(
    request: Request, page: str, context: Any = None, *, fragment: str | None = None, status: int = 200
) -> HTMLResponse:
    """Renders `page` with the fields of the dataclass `context`; `fragment` alone when htmx asked and one is named.

    A fragment's file stands in the page's folder as `_name.html`, and its root element's id is `name`.
    """
    part = fragment is not None and wants_fragment(request)
    name = f"{page.rpartition('/')[0]}/_{fragment}.html" if part else page
    values = {f.name: getattr(context, f.name) for f in fields(context)} if is_dataclass(context) else {}
    html = environment().get_template(name).render(common(request) | values)
    response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
    if fragment is not None:
        response.headers["Vary"] = "HX-Request"
    _keep_cookies(request, response)
    return response


def framed(request: Request, page: str, context: Any) -> HTMLResponse:
    """Renders a page that the sites of HUB_EMBED_ORIGINS may show in a frame.

    It sets no cookie and has no mark for forms: nothing of a person may depend on what a foreign page lays over it.
    """
    request.state.framed = True
    values = {f.name: getattr(context, f.name) for f in fields(context)}
    html = environment().get_template(page).render(anybodys(request) | values)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def common(request: Request) -> dict[str, Any]:
    """What every page of ours knows."""
    return anybodys(request) | {
        "actor": getattr(request.state, "actor", VISITOR),
        "csrf": csrf(request),
        "flash": _flash(request),
    }


def anybodys(request: Request) -> dict[str, Any]:
    """What a page knows that has nothing to do with who reads it."""
    settings = settings_of(request)
    return {
        "lang": i18n.language(),
        "path": request.url.path,
        "here": request.url,
        "settings": settings,
        "demo": settings.demo,
        "other_language": _in_language(request.url),
        "as_file": lambda kind: _as_file(request.url, kind),
    }


def _as_file(url: URL, kind: str) -> str:
    """The address of the whole list that stands here, as a file; volunteer_hub/access/files.py answers it."""
    whole = url.remove_query_params(ONE_PAGE).include_query_params(format=kind)
    return f"{whole.path}?{whole.query}"


def _in_language(url: URL) -> Any:
    if not url.query:
        return lambda code: f"{url.path}?lang={code}"
    return lambda code: str(URL(f"{url.path}?{url.query}").include_query_params(lang=code))


def redirect(request: Request, to: str, say: str = "", **values: object) -> Response:
    """303 to `to`, for htmx as well as without it; `say` (a message id) is shown on the next page, once."""
    response = RedirectResponse(to, 303)
    if say:
        packed = base64.urlsafe_b64encode(json.dumps([say, {k: str(v) for k, v in values.items()}]).encode()).decode()
        mark = secret.sign(settings_of(request).key, FLASH, packed)
        cookie(request, response, FLASH, f"{packed}.{mark}", max_age=60)
    _keep_cookies(request, response)
    return response


def cookie(request: Request, response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send along; `__Host-` wherever there is TLS."""
    secure = settings_of(request).secure
    response.set_cookie(
        cookie_name(request, name), value, max_age=max_age, httponly=True, secure=secure, samesite="lax", path="/"
    )


def cookie_name(request: Request, name: str) -> str:
    return f"__Host-{name}" if settings_of(request).secure else name


def read_cookie(request: Request, name: str) -> str:
    return request.cookies.get(cookie_name(request, name), "")


def drop_cookie(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        cookie_name(request, name), path="/", httponly=True, secure=settings_of(request).secure, samesite="lax"
    )


def visit(request: Request) -> str:
    """A random name for this browser, kept in a cookie: drafts, sign-in codes and form tokens are bound to it."""
    known = getattr(request.state, "visit", "") or read_cookie(request, VISIT)
    if not known:
        known = secret.token()
        request.state.new_visit = known
    request.state.visit = known
    return known


def csrf(request: Request) -> str:
    """The mark every form carries: it proves that the form came from a page we gave this browser."""
    return secret.sign(settings_of(request).key, "csrf", visit(request), read_cookie(request, "session"))


def _flash(request: Request) -> str:
    packed, _, mark = read_cookie(request, FLASH).rpartition(".")
    if not packed or not secret.same(mark, secret.sign(settings_of(request).key, FLASH, packed)):
        return ""
    request.state.flash_shown = True
    try:
        say, values = json.loads(base64.urlsafe_b64decode(packed))
    except (ValueError, binascii.Error):
        return ""
    return i18n.gettext(say, **values)


def _keep_cookies(request: Request, response: Response) -> None:
    if new := getattr(request.state, "new_visit", ""):
        cookie(request, response, VISIT, new, max_age=180 * 86400)
    if getattr(request.state, "flash_shown", False):
        drop_cookie(request, response, FLASH)
    if new := getattr(request.state, "new_language", ""):
        cookie(request, response, "language", new, max_age=365 * 86400)
