"""A calendar address as programs read it, and the desk's pages that make, renew and end one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import feeds
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
FEED_READS = Limit("feed", 60, 3600)


@dataclass(frozen=True)
class FeedPage:
    """`path` is where its forms go, `made_at` since when there is an address; `address` is the new one, shown once.

    `initiative`: whose meetings it holds; none: all that the reader leads.
    """

    path: str
    made_at: datetime | None
    initiative: InitiativeRow | None
    address: str = ""


async def feed(request: Request) -> Response:
    token, settings = request.path_params["token"], settings_of(request)
    owner = await feeds.owner(settings, token)
    if owner is None:
        raise Refused("", 404)
    if not await limits.spend(settings, FEED_READS, token):
        return Response(status_code=429, headers=PRIVATE | {"Retry-After": str(FEED_READS.wait)})
    content, changed = await feeds.content(settings, owner)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = PRIVATE | {"ETag": etag, "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
    if _known(request, etag, changed):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar", headers=headers)


def _known(request: Request, etag: str, changed: datetime) -> bool:
    """Whether the program has it already. A date counts only from programs that keep no mark (RFC 9110, 13.2.2)."""
    if (marks := request.headers.get("if-none-match")) is not None:
        return marks.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in marks.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return changed.replace(microsecond=0) <= (since if since.tzinfo else since.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return False


async def desk(request: Request) -> Response:
    return await _page(request)


async def make(request: Request) -> Response:
    """Answers with the page itself, not with a redirect: the new address must stand nowhere else."""
    token = await feeds.make(request.state.actor, _initiative(request))
    return await _page(request, f"{settings_of(request).public_url}/calendar/{token}.ics")


async def end(request: Request) -> Response:
    await feeds.end(request.state.actor, _initiative(request))
    return redirect(request, request.url.path.removesuffix("/ending"), mark("Ten adres już nie działa."))


async def _page(request: Request, address: str = "") -> Response:
    actor, id = request.state.actor, _initiative(request)
    found = await initiatives.changing(actor, id) if id else None
    path = f"/desk/initiatives/{id}/calendar" if id else "/desk/calendar"
    page = FeedPage(path, await feeds.made_at(actor, id), found, address)
    response = render(request, "schedule/feed.html", page)
    response.headers.update(PRIVATE)
    return response


def _initiative(request: Request) -> UUID | None:
    id: UUID | None = request.path_params.get("id")
    return id
