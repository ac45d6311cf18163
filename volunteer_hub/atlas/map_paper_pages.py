"""The map on paper: for the wall before the town council what the public may know, for the team's table all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import gaps, map_lists, picture, published, queries
from volunteer_hub.atlas.figures import MEASURES, Figures, assistance
from volunteer_hub.atlas.map_lists import MapNeed, Page
from volunteer_hub.atlas.map_pages import figures_of, outline, reasons_of, terms_of
from volunteer_hub.atlas.map_view import View, view
from volunteer_hub.atlas.picture import Picture, Thing
from volunteer_hub.atlas.published import PublicResource
from volunteer_hub.atlas.rules import CROWD
from volunteer_hub.atlas.shades import Scale, scale
from volunteer_hub.atlas.viewport import Wanted, points
from volunteer_hub.kit import clock
from volunteer_hub.web.render import render, settings_of

# What fits on a wall or a table; the rest is told as a number.
MOST_ROWS = 300
# Colours that the wall has not: of gaps the public knows nothing, and a rate of tens would be none.
NOT_FOR_ALL = ("gaps", "rate")


@dataclass(frozen=True)
class PaperPage:
    """`wall`: counts in tens, no need of its own, no confidential theme. `others`: the address of the other kind."""

    view: View
    wall: bool
    paper: str
    themes: Mapping[str, str]
    areas: Mapping[str, str]
    districts: Sequence[Figures]
    scale: Scale
    unknown: bool
    picture: Picture | None
    today: object
    part: bool = False
    gaps: Page[MapNeed] = field(default_factory=Page)
    reasons: Mapping[UUID, str] = field(default_factory=dict)
    resources: Page[PublicResource] = field(default_factory=Page)


async def paper(request: Request) -> Response:
    """The page to print: `for=desk` is the team's, anything else the wall's; `paper` is a3 or a4."""
    wall = request.query_params.get("for") != "desk"
    themes, areas = dict(await queries.themes(public=wall)), dict(await queries.areas())
    of = view(request.query_params, themes, areas)
    page = await (_for_the_wall if wall else _for_the_team)(request, of, themes, areas)
    size = "a3" if request.query_params.get("paper") == "a3" else "a4"
    return render(request, "atlas/paper.html", replace(page, paper=size))


async def _for_the_wall(request: Request, of: View, themes: Mapping[str, str], areas: Mapping[str, str]) -> PaperPage:
    """Of needs nothing but what stands on /map: theme and district narrow it, and nothing else."""
    if of.colour in NOT_FOR_ALL:
        of = replace(of, asked={**of.asked, "colour": "people"})
    years = await assistance()
    # A district of few would follow from the town's figure in the published year and the other districts' here.
    few = any(assisted is not None and assisted < CROWD for _, assisted in years.values())
    found = []
    for one in await published.public_districts(Wanted(theme=of.wanted.theme)):
        residents, assisted = years.get(one.district.slug, (None, None))
        told = None if few else assisted
        figures = Figures(one.district, one.needs, one.people, one.resources, residents=residents, assisted=told)
        found.append(figures)
    stand = await published.public_resources(of.wanted, most=MOST_ROWS)
    things = [Thing("resource", one.at, name=one.name) for one in stand.rows]
    return _page(request, of, found, things, themes=themes, areas=areas, wall=True, resources=stand)


async def _for_the_team(request: Request, of: View, themes: Mapping[str, str], areas: Mapping[str, str]) -> PaperPage:
    actor = request.state.actor
    struck = await gaps.find(actor, of.wanted, terms=terms_of(request))
    found = await figures_of(actor, of, struck)
    rows = await map_lists.of_ids(actor, [gap.id for gap in struck], 1, most=MOST_ROWS)
    ids = {gap.id for gap in struck}
    things = [
        Thing("need", spot.at, spot.count, spot.name, gap=spot.id in ids)
        for spot in (await points(actor, of.wanted, zoom=13)).spots
    ]
    why = await reasons_of(request, rows, struck)
    return _page(request, of, found, things, themes=themes, areas=areas, wall=False, gaps=rows, reasons=why)


def _page(request: Request, of: View, found: Sequence[Figures], things: Sequence[Thing], **rest: Any) -> PaperPage:
    """`rest`: the fields of the page that its kind alone knows."""
    measured = [MEASURES[of.colour](one) for one in found]
    shades = scale(measured)
    return PaperPage(
        view=of,
        paper="",
        districts=found,
        scale=shades,
        unknown=None in measured,
        picture=picture.drawn([outline(one, of.colour, shades) for one in found], things),
        today=clock.today(settings_of(request).timezone),
        **rest,
    )
