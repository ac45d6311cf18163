"""The maps outside the desk: everybody's, the same in a frame of the town's site, and a volunteer's with squares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import geojson, map_view, picture, published, queries
from volunteer_hub.atlas import squares as read
from volunteer_hub.atlas.map_lists import Page
from volunteer_hub.atlas.map_pages import geojson_answer
from volunteer_hub.atlas.map_view import View, view, zoom_of
from volunteer_hub.atlas.picture import Outline, Picture, Thing
from volunteer_hub.atlas.published import PublicDistrict, PublicResource
from volunteer_hub.atlas.squares import Square
from volunteer_hub.atlas.told import Told, told
from volunteer_hub.atlas.viewport import box_of
from volunteer_hub.kit import clock, paging
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import ngettext
from volunteer_hub.web.render import framed, render, settings_of

PICTURE_ZOOM = 13


@dataclass(frozen=True)
class OpenMapPage:
    """`resources` is how many stand in the districts together."""

    view: View
    themes: Mapping[str, str]
    areas: Mapping[str, str]
    districts: Sequence[PublicDistrict]
    rows: Page[PublicResource]
    told: Mapping[UUID, Told]
    picture: Picture | None
    resources: int


@dataclass(frozen=True)
class MyMapPage:
    """`squares` are those of the page `number`; `total` needs stand in all squares together."""

    view: View
    themes: Mapping[str, str]
    areas: Mapping[str, str]
    squares: Sequence[Square]
    total: int
    number: int
    pages: int
    picture: Picture | None


async def public_map(request: Request) -> Response:
    return render(request, "atlas/map.html", await _open_page(request, map_view.PUBLIC))


async def embed(request: Request) -> Response:
    """The public map alone, for a frame on the sites of HUB_EMBED_ORIGINS: no cookie, nobody signed in."""
    return framed(request, "atlas/embed.html", await _open_page(request, map_view.EMBED))


async def public_districts(request: Request) -> Response:
    of = await _view(request.query_params, map_view.PUBLIC)
    return geojson_answer(geojson.collection(map(_district, await published.public_districts(of.wanted))))


async def public_points(request: Request) -> Response:
    """The public resources in the part of the map that `bbox` names, seen from `zoom`."""
    of = await _view(request.query_params, map_view.PUBLIC)
    box = box_of(request.query_params.get("bbox", ""))
    found = await published.public_points(of.wanted, box, zoom_of(request.query_params))
    return geojson_answer(geojson.spots({"resource": found}, dict(await queries.themes(public=True))))


async def my_map(request: Request) -> Response:
    """Open needs in squares, for volunteers."""
    themes, areas = await _offered()
    of = view(request.query_params, themes, areas, map_view.MINE)
    found = await read.squares(request.state.actor, of.wanted)
    pages = paging.pages(len(found), read.ON_A_PAGE)
    number = min(of.page, pages)
    page = MyMapPage(
        view=of,
        themes=themes,
        areas=areas,
        squares=found[(number - 1) * read.ON_A_PAGE : number * read.ON_A_PAGE],
        total=sum(one.count for one in found),
        number=number,
        pages=pages,
        picture=await _my_picture(found),
    )
    return render(request, "atlas/my_map.html", page)


async def my_squares(request: Request) -> Response:
    """The districts by name alone, and the squares with what is in them."""
    of = await _view(request.query_params, map_view.MINE)
    found = await read.squares(request.state.actor, of.wanted)
    order = {one.name: n for n, one in enumerate(found)}
    districts = [geojson.polygon(one, lines=[], url=of.to(area=one.slug)) for one in await queries.districts()]
    urls = [f"{of.to(page=str(order[one.name] // read.ON_A_PAGE + 1))}#s-{one.name}" for one in found]
    squares = [geojson_square(one, url) for one, url in zip(found, urls, strict=True)]
    return geojson_answer(geojson.collection([*districts, *squares]))


async def _offered() -> tuple[dict[str, str], dict[str, str]]:
    """Themes and districts that somebody outside the desk may ask for."""
    return dict(await queries.themes(public=True)), dict(await queries.areas())


async def _view(query: QueryParams, path: str) -> View:
    return view(query, *await _offered(), path)


async def _open_page(request: Request, path: str) -> OpenMapPage:
    themes, areas = await _offered()
    of = view(request.query_params, themes, areas, path)
    districts = await published.public_districts(of.wanted)
    points = await published.public_points(of.wanted, zoom=PICTURE_ZOOM)
    drawn = picture.drawn(
        [_outline(one) for one in districts], [Thing("resource", one.at, one.count, one.name) for one in points.spots]
    )
    rows = await published.public_resources(of.wanted, of.page)
    known = await told([one.id for one in rows.rows], clock.today(settings_of(request).timezone))
    return OpenMapPage(of, themes, areas, districts, rows, known, drawn, sum(one.resources for one in districts))


async def _my_picture(found: Sequence[Square]) -> Picture | None:
    outlines = [Outline(one.slug, one.name, one.outline, one.centre) for one in await queries.districts()]
    return picture.drawn(outlines, [Thing("square", one.at, one.count) for one in found])


def _outline(one: PublicDistrict) -> Outline:
    at = one.district
    return Outline(at.slug, at.name, at.outline, at.centre, words=_people(one))


def _people(one: PublicDistrict) -> str:
    return _("%(crowd)s osób", crowd=geojson.crowd(one.people))


def _district(one: PublicDistrict) -> geojson.Feature:
    return geojson.polygon(
        one.district,
        needs_at_least=one.needs,
        people_at_least=one.people,
        resources=one.resources,
        note=_people(one),
        lines=[
            f"{_('Potrzeby')}: {geojson.crowd(one.needs)}",
            f"{_('Osoby, których dotyczą')}: {geojson.crowd(one.people)}",
            ngettext("%(n)s zasób", "%(n)s zasobów", one.resources),
        ],
        url=f"#d-{one.district.slug}",
    )


def geojson_square(one: Square, url: str) -> geojson.Feature:
    """A square with the words of the list; a whole district has no ground of its own."""
    box = one.box
    return geojson.point(
        one.at,
        kind="square",
        name=one.area_name,
        count=one.count,
        urgency=one.urgency,
        box=[box.west, box.south, box.east, box.north] if box else None,
        lines=[f"{need.theme}: {_(geojson.URGENCY[need.urgency])} ({need.count})" for need in one.needs],
        url=url,
    )
