"""The open data over HTTP: HSDS 3.2 and GeoJSON for everybody, no key, no cookie, any page may read them.

An answer carries a strong ETag made of a mark of all that could be told, so that asking again costs one small read.
`told` also serves what is not of HSDS (`work_pages`, `figure_pages`), some of it for a token alone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub import __version__
from volunteer_hub.access.pages import client_of
from volunteer_hub.exchange import asking, hsds, open_data, openapi, publishing
from volunteer_hub.exchange.api_access import bearers
from volunteer_hub.exchange.api_access.bearers import Asks
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.exchange.open_data import ORGANISATIONS, SERVICES, Resource, Wanted
from volunteer_hub.exchange.publishing import Town
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import settings_of

# Long enough for a burst, short enough for an owner who takes the consent back.
SECONDS_KEPT = 60
HEADERS = {
    "Cache-Control": f"public, max-age={SECONDS_KEPT}",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

# What came by a token is that program's alone.
PRIVATE = HEADERS | {"Cache-Control": f"private, max-age={SECONDS_KEPT}", "Vary": "Authorization"}

HSDS = Asks(Scope.RESOURCES)

T = TypeVar("T", bound=BaseModel)
Maker = Callable[["Call"], Awaitable[BaseModel]]


@dataclass(frozen=True)
class Call:
    """What an answer is made from: the id in the address, the parameters, whose data it is."""

    id: str
    asked: Any
    town: Town
    settings: Settings


def told(
    query: type[Form], asks: Asks = HSDS, media_type: str = "application/json"
) -> Callable[[Maker], Callable[[Request], Any]]:
    """A handler that answers with what `make` makes of the parameters; with 304 when the caller has it already."""

    def wrap(make: Maker) -> Callable[[Request], Any]:
        async def handler(request: Request) -> Response:
            return await _answer(request, query, asks, media_type, make)

        handler.__doc__ = make.__doc__
        return handler

    return wrap


async def _answer(request: Request, query: type[Form], asks: Asks, media_type: str, make: Maker) -> Response:
    """The ETag is of a mark of all that could be told; where callers are counted, for each of their questions costs
    the same, of the answer itself."""
    settings = settings_of(request)
    bearer = await bearers.judged(settings, request.headers.get("authorization", ""), client_of(request), asks)
    headers = PRIVATE if bearer else HEADERS
    asked = asking.read(query, request.query_params.multi_items())
    tag = "" if asks.counted else _tag(request, settings, await open_data.fingerprint())
    if tag and _has(request, tag):
        return _same(headers, tag)
    town = Town(settings.locale, settings.timezone, clock.now(), await open_data.themes())
    answer = await make(Call(request.path_params.get("id", ""), asked, town, settings))
    body = answer.model_dump_json(exclude_none=True, by_alias=True)
    tag = tag or _tag(request, settings, body)
    if asks.counted and _has(request, tag):
        return _same(headers, tag)
    return Response(body.encode(), media_type=media_type, headers={**headers, "ETag": tag})


def _tag(request: Request, settings: Settings, content: str) -> str:
    """Strong: other bytes, other tag. A packed answer has other bytes than a plain one."""
    of = (settings.public_url, settings.centre_name, settings.mail_from, settings.locale, settings.timezone)
    whole = "\n".join((__version__, *of, content, request.url.path, request.url.query))
    packed = "-gz" if "gzip" in request.headers.get("accept-encoding", "") else ""
    return f'"{sha256(whole.encode()).hexdigest()[:32]}{packed}"'


def _same(headers: dict[str, str], tag: str) -> Response:
    vary = ", ".join(filter(None, ["Accept-Encoding", headers.get("Vary", "")]))
    return Response(status_code=304, headers={**headers, "ETag": tag, "Vary": vary})


def _has(request: Request, tag: str) -> bool:
    given = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in given or "*" in given


@told(asking.Nothing, Asks(None))
async def about(call: Call) -> hsds.About:
    return openapi.about(call.settings)


@told(asking.AskedServices)
async def services(call: Call) -> hsds.Page[Any]:
    found, page = await _page(call, Wanted(SERVICES))
    if call.asked.minimal:
        return page([publishing.minimal_service(one) for one in found])
    known = await open_data.organisations_of(found, call.town.themes)
    pairs = publishing.organisations(found, known)
    if call.asked.full:
        return page([publishing.service(call.town, *pair) for pair in pairs])
    return page([publishing.listed_service(*pair) for pair in pairs])


@told(asking.Nothing)
async def service(call: Call) -> hsds.Service:
    return publishing.service(call.town, *await _one(call))


@told(asking.AskedPlaces)
async def service_at_locations(call: Call) -> hsds.Page[Any]:
    found, page = await _page(call, Wanted(SERVICES))
    known = await open_data.organisations_of(found, call.town.themes)
    pairs = publishing.organisations(found, known)
    return page([publishing.service_at_location(call.town, *pair, full=call.asked.full) for pair in pairs])


@told(asking.Nothing)
async def service_at_location(call: Call) -> BaseModel:
    return publishing.service_at_location(call.town, *await _one(call))


@told(asking.AskedOrganizations)
async def organizations(call: Call) -> hsds.Page[Any]:
    found, page = await _page(call, Wanted(ORGANISATIONS))
    if not call.asked.full:
        return page([publishing.basic_organization(one) for one in found])
    runs = await open_data.run_by([one.id for one in found], call.town.themes)
    return page([publishing.organization(call.town, one, runs.get(one.id)) for one in found])


@told(asking.AskedOrganization)
async def organization(call: Call) -> hsds.Organization:
    found = await _found(call, Wanted(ORGANISATIONS))
    runs = await open_data.run_by([found.id], call.town.themes)
    return publishing.organization(call.town, found, runs.get(found.id), full_service=call.asked.full_service)


@told(asking.Paged)
async def taxonomies(call: Call) -> hsds.Page[Any]:
    words = call.asked.search.casefold()
    return sliced(call, [one for one in publishing.taxonomies(call.town) if words in one.name.casefold()])


@told(asking.Nothing)
async def taxonomy(call: Call) -> hsds.Taxonomy:
    return with_id(call, publishing.taxonomies(call.town))


@told(asking.AskedTerms)
async def taxonomy_terms(call: Call) -> hsds.Page[Any]:
    asked, words = call.asked, call.asked.search.casefold()
    of, below = forms.id_of(asked.taxonomy_id), forms.id_of(asked.parent_id)
    found = [
        one for one in publishing.terms(call.town)
        if words in one.name.casefold()
        and (not asked.taxonomy_id or one.taxonomy_id == of)
        and (not asked.parent_id or (below and one.parent_id == below))
        and not (asked.top_only and one.parent_id)
    ]  # fmt: skip
    return sliced(call, found)


@told(asking.Nothing)
async def taxonomy_term(call: Call) -> hsds.TaxonomyTerm:
    return with_id(call, publishing.terms(call.town))


@told(asking.AskedPoints, media_type="application/geo+json")
async def points(call: Call) -> hsds.Resources:
    found, page = await _page(call, Wanted())
    known = await open_data.organisations_of(found, call.town.themes)
    features = [publishing.feature(call.town, *pair) for pair in publishing.organisations(found, known)]
    counts = page([]).model_dump(include={"total_items", "total_pages", "page_number"})
    return hsds.Resources(**counts, features=features)


@told(asking.Nothing, Asks(None))
async def document(call: Call) -> openapi.Document:
    """The OpenAPI document."""
    return openapi.document(call.settings)


async def _page(call: Call, base: Wanted) -> tuple[list[Resource], Callable[[list[Any]], hsds.Page[Any]]]:
    """The resources of the page that is asked for, and what puts their words into it."""
    asked, themes = call.asked, call.town.themes
    wanted = asking.wanted(asked, base, themes)
    total = await open_data.count(wanted, themes)
    offset = (asked.page - 1) * asked.per_page
    found = await open_data.page(wanted, themes, offset=offset, most=asked.per_page) if offset < total else []
    return found, lambda contents: put(asked, total, len(found), contents)


def put(asked: Any, total: int, size: int, contents: list[Any]) -> hsds.Page[Any]:
    pages = -(-total // asked.per_page)
    return hsds.Page(
        total_items=total,
        total_pages=pages,
        page_number=asked.page,
        size=size,
        first_page=asked.page == 1,
        last_page=asked.page >= max(pages, 1),
        empty=size == 0,
        contents=contents,
    )


def sliced(call: Call, found: list[Any]) -> hsds.Page[Any]:
    start = (call.asked.page - 1) * call.asked.per_page
    part = found[start : start + call.asked.per_page]
    return put(call.asked, len(found), len(part), part)


async def _found(call: Call, base: Wanted) -> Resource:
    id = forms.id_of(call.id)
    wanted = Wanted(base.kinds, ids=(id,)) if id else None
    found = await open_data.page(wanted, call.town.themes, most=1) if wanted else []
    if not found:
        raise Refused(NOT_THERE, 404)
    return found[0]


async def _one(call: Call) -> tuple[Resource, Resource | None]:
    """The service with the id of the address, and the organisation that runs it."""
    found = await _found(call, Wanted(SERVICES))
    known = await open_data.organisations_of([found], call.town.themes)
    return publishing.organisations([found], known)[0]


def with_id(call: Call, found: list[T]) -> T:
    wanted = forms.id_of(call.id)
    for one in found:
        if getattr(one, "id", None) == wanted:
            return one
    raise Refused(NOT_THERE, 404)


NOT_THERE = mark("Nie ma tego wśród danych publicznych.")
