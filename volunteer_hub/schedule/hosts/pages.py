"""A host's own page by its link, and the desk's page that makes, renews and ends the link.

The same link opens the partner's year, which stands in reports/given.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits
from volunteer_hub.access.pages import client_of
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.hosts import links as host
from volunteer_hub.schedule.hosts.links import Link, Visit
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
# Links that do not work, from one address: nobody mistypes theirs so often.
WRONG_LINKS = Limit("host-link", 30, 3600)
READS = Limit("host", 120, 3600)


class Presence(Form):
    """What a host says of one person."""

    sentences = {"words": mark("Prosimy krócej: najwyżej 200 znaków.")}

    answer: Literal["yes", "no"]
    words: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True)
class HostPage:
    """`of` is whom `form` is about, when it was sent and not taken."""

    name: str
    token: str
    visits: list[Visit]
    form: Checked[Any]
    blank: Checked[Any]
    of: UUID | None = None


@dataclass(frozen=True)
class LinkPage:
    """`url` is the new link, shown this once."""

    resource: UUID
    link: Link
    url: str = ""


async def show(request: Request) -> Response:
    return await _page(request, forms.blank())


async def note(request: Request) -> Response:
    token, who = request.path_params["token"], request.path_params["id"]
    form = forms.read(Presence, await request.form())
    if form.value is None:
        return await _page(request, form, of=who, status=422)
    await host.note(token, who, came=form.value.answer == "yes", words=form.value.words)
    response = redirect(request, f"/host/{token}", mark("Dziękujemy, zapisane."))
    response.headers.update(PRIVATE)
    return response


async def entered(request: Request) -> tuple[UUID, str] | Response:
    """Whose link stands in the address, and their name; a 429 instead where it was asked too often. Raises Refused 404.

    Every page behind such a link goes through here.
    """
    settings, token = settings_of(request), request.path_params["token"]
    found = await host.of_link(token)
    limit, who = (READS, token) if found else (WRONG_LINKS, client_of(request))
    if not await limits.spend(settings, limit, who):
        return Response(status_code=429, headers=PRIVATE | {"Retry-After": str(limit.wait)})
    if found is None:
        raise Refused("", 404)
    return found


async def _page(request: Request, form: Checked[Any], *, of: UUID | None = None, status: int = 200) -> Response:
    found = await entered(request)
    if isinstance(found, Response):
        return found
    id, name = found
    page = HostPage(name, request.path_params["token"], await host.visits(id), form, forms.blank(), of)
    response = render(request, "schedule/host.html", page, status=status)
    response.headers.update(PRIVATE)
    return response


async def desk(request: Request) -> Response:
    return await _desk(request)


async def make(request: Request) -> Response:
    settings, actor, resource = settings_of(request), request.state.actor, request.path_params["id"]
    path = await host.make(settings, actor, resource)
    return await _desk(request, f"{settings.public_url}{path}")


async def end(request: Request) -> Response:
    resource = request.path_params["id"]
    await host.end(request.state.actor, resource)
    return redirect(request, f"/desk/resources/{resource}/host", mark("Ten link już nie działa."))


async def _desk(request: Request, url: str = "") -> Response:
    resource = request.path_params["id"]
    response = render(
        request, "schedule/host_link.html", LinkPage(resource, await host.link(request.state.actor, resource), url)
    )
    response.headers.update(PRIVATE)
    return response
