"""The desk's map: a picture and a list of the same, narrowed and coloured as its address says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from volunteer_hub.atlas import capacity, figures, gaps, geojson, map_lists, picture, queries, reach, reasons, viewport
from volunteer_hub.atlas.figures import MEASURES, Figures
from volunteer_hub.atlas.gaps import Gap
from volunteer_hub.atlas.map_lists import MapNeed, MapResource, Page
from volunteer_hub.atlas.map_view import View, view, zoom_of
from volunteer_hub.atlas.picture import Outline, Picture, Thing
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.shades import Scale, scale
from volunteer_hub.atlas.viewport import box_of
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.formats import number
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import ngettext
from volunteer_hub.web.render import render, settings_of, wants_fragment

GEOJSON = "application/geo+json"
COUNTED = ("gaps", "needs", "resources", "free")
# How near the picture without scripts looks: only past the bound of points it matters.
PICTURE_ZOOM = 13


@dataclass(frozen=True)
class DeskMapPage:
    """`rows` is the page of the list that stands open; `chosen` what was chosen on the map, shown above it; `struck`
    are the needs that are gaps.

    `unknown`: the figure that colours is not known everywhere. `part`: htmx asked for the list alone, so the legend
    comes along to be put in its own place.
    """

    view: View
    themes: Mapping[str, str]
    areas: Mapping[str, str]
    districts: Sequence[Figures]
    scale: Scale
    unknown: bool
    rows: Page[Any]
    reasons: Mapping[UUID, str]
    struck: frozenset[UUID]
    chosen: MapNeed | MapResource | None
    totals: Mapping[str, int]
    picture: Picture | None
    year_ago: date
    part: bool


async def desk_map(request: Request) -> Response:
    page = await _page(request)
    return render(request, "atlas/desk_map.html", page, fragment="found")


async def districts_data(request: Request) -> Response:
    """Every district with its figures and its shade."""
    actor, of = request.state.actor, await _view(request)
    found = await figures_of(actor, of, await gaps.find(actor, of.wanted, terms=terms_of(request)))
    shades = scale(MEASURES[of.colour](one) for one in found)
    return geojson_answer(geojson.collection(_district(one, of, shades) for one in found))


async def points_data(request: Request) -> Response:
    """What stands in the part of the map that `bbox` names, seen from `zoom`."""
    actor, of = request.state.actor, await _view(request)
    box, zoom = box_of(request.query_params.get("bbox", "")), zoom_of(request.query_params)
    found = {
        "need": await viewport.points(actor, of.wanted, box, zoom),
        "resource": await viewport.resources(actor, of.wanted, box, zoom),
    }
    seen = replace(of.wanted, box=box)
    struck = [] if found["need"].clustered else await gaps.find(actor, seen, terms=terms_of(request))
    return geojson_answer(geojson.spots(found, dict(await queries.themes()), [gap.id for gap in struck]))


async def _view(request: Request) -> View:
    return view(request.query_params, dict(await queries.themes()), dict(await queries.areas()))


def terms_of(request: Request) -> Terms:
    """By what gaps are judged on the desk's pages: today, as far as the centre's own rule goes."""
    settings = settings_of(request)
    return Terms(clock.today(settings.timezone), usual_km=settings.reach_km)


async def figures_of(actor: Actor, of: View, struck: Sequence[Gap]) -> list[Figures]:
    """Every district with its figures, the gaps `struck` and the volunteers who are free then."""
    slots = {"": of.wanted.week} if of.wanted.week else {}
    layer = await capacity.layer(actor, of.wanted.theme, slots)
    free = {one.area: (one.parts[""] if slots else one.total).people for one in layer}
    return await figures.figures(actor, of.wanted, gaps=Counter(gap.area for gap in struck), free=free)


async def _page(request: Request) -> DeskMapPage:
    actor, terms = request.state.actor, terms_of(request)
    themes, areas = dict(await queries.themes()), dict(await queries.areas())
    of = view(request.query_params, themes, areas)
    struck = await gaps.find(actor, of.wanted, terms=terms)
    found = await figures_of(actor, of, struck)
    chosen, part, ids = await _chosen(actor, of), wants_fragment(request), frozenset(gap.id for gap in struck)
    near = chosen.at if chosen else None
    rows = await _rows(actor, of, near, struck)
    return DeskMapPage(
        view=of,
        themes=themes,
        areas=areas,
        districts=sorted(found, key=lambda one: -(MEASURES[of.colour](one) or 0)),
        scale=scale(MEASURES[of.colour](one) for one in found),
        unknown=any(MEASURES[of.colour](one) is None for one in found),
        rows=rows,
        reasons=await reasons_of(request, rows, struck) if of.list == "gaps" else {},
        struck=ids,
        chosen=chosen,
        totals={name: sum(getattr(one, name) for one in found) for name in COUNTED},
        picture=None if part else await _picture(actor, of, found, near, ids),
        year_ago=terms.day - timedelta(days=365),
        part=part,
    )


async def _rows(actor: Actor, of: View, near: Point | None, struck: Sequence[Gap]) -> Page[Any]:
    if of.list == "gaps":
        return await map_lists.of_ids(actor, [gap.id for gap in struck], of.page)
    if of.list == "resources":
        return await map_lists.resources(actor, of.wanted, of.order, of.page, near)
    return await map_lists.needs(actor, of.wanted, of.order, of.page, near)


async def reasons_of(request: Request, rows: Page[MapNeed], struck: Sequence[Gap]) -> dict[UUID, str]:
    """Why the gaps of one page are gaps."""
    here = {row.id for row in rows.rows}
    found = await reach.reasons(request.state.actor, [gap for gap in struck if gap.id in here], terms_of(request))
    return {id: reasons.reason(why) for id, why in found.items()}


async def _chosen(actor: Actor, of: View) -> MapNeed | MapResource | None:
    if of.chosen is None:
        return None
    kind, id = of.chosen
    return await (map_lists.need(actor, id) if kind == "need" else map_lists.resource(actor, id))


async def _picture(
    actor: Actor, of: View, found: Sequence[Figures], chosen: Point | None, struck: frozenset[UUID]
) -> Picture | None:
    """The same drawn by us, for browsers without scripts and for paper."""
    shades = scale(MEASURES[of.colour](one) for one in found)
    needs = await viewport.points(actor, of.wanted, zoom=PICTURE_ZOOM)
    resources = await viewport.resources(actor, of.wanted, zoom=PICTURE_ZOOM)
    things = [
        Thing(kind, spot.at, spot.count, spot.name, gap=spot.id in struck)
        for kind, spots in (("resource", resources), ("need", needs))
        for spot in spots.spots
    ]
    if chosen and of.chosen:
        things.append(Thing(of.chosen[0], chosen, chosen=True, gap=of.chosen[1] in struck))
    return picture.drawn([outline(one, of.colour, shades) for one in found], things)


def outline(one: Figures, colour: str, shades: Scale) -> Outline:
    """A district as the picture draws it."""
    value = MEASURES[colour](one)
    district = one.district
    return Outline(
        district.slug, district.name, district.outline, district.centre, shades.level(value), measured(colour, value)
    )


def _district(one: Figures, of: View, shades: Scale) -> geojson.Feature:
    value = MEASURES[of.colour](one)
    return geojson.polygon(
        one.district,
        level=shades.level(value),
        note="" if value == 0 else measured(of.colour, value),
        free=ngettext("%(n)s wolna osoba", "%(n)s wolnych osób", one.free) if one.free else "",
        lines=[
            measured(of.colour, value),
            ngettext("%(n)s potrzeba", "%(n)s potrzeb", one.needs),
            ngettext("%(n)s zasób", "%(n)s zasobów", one.resources),
            ngettext("%(n)s luka", "%(n)s luk", one.gaps),
        ],
        url=of.to(list="areas") + f"#d-{one.district.slug}",
    )


def measured(colour: str, value: float | None) -> str:
    """A figure in words."""
    if value is None:
        return _("brak danych")
    if colour == "gaps":
        return ngettext("%(n)s luka", "%(n)s luk", int(value))
    if colour == "people":
        return ngettext("%(n)s osoba", "%(n)s osób", int(value))
    if colour == "assisted":
        return f"{number(value)} %"
    return _("%(n)s na 1000", n=number(value))


def geojson_answer(data: dict[str, object]) -> Response:
    return JSONResponse(data, media_type=GEOJSON, headers={"Cache-Control": "no-store"})
