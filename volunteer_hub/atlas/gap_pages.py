"""The list of gaps, today's or of another day, and people's capacity as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas import capacity, gap_file, gaps, map_lists, picture, queries, reach, reasons
from volunteer_hub.atlas.capacity import Capacity, Count
from volunteer_hub.atlas.figures import Figures
from volunteer_hub.atlas.gap_view import GapView, view
from volunteer_hub.atlas.gaps import Gap, Since
from volunteer_hub.atlas.map_lists import MapNeed, Page
from volunteer_hub.atlas.map_pages import outline
from volunteer_hub.atlas.map_view import WHEN
from volunteer_hub.atlas.picture import Picture, Thing
from volunteer_hub.atlas.shades import Scale, scale
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.settings import Settings
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.render import render, settings_of

SHOWN_CHANGES = 25
Names = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """Gaps of one district or theme: how many, and the people they concern."""

    slug: str
    name: str
    gaps: int
    people: int


@dataclass(frozen=True)
class ThenAndNow:
    """The same map of gaps on an earlier day and today, in the same shades and both without volunteers."""

    then: Picture | None
    now: Picture | None
    scale: Scale


@dataclass(frozen=True)
class GapsPage:
    """`why` and `facts` by need; `since` and `maps` where an earlier day is shown: what came of it. `earlier`: this day
    a year ago and two years ago."""

    view: GapView
    themes: Mapping[str, str]
    areas: Mapping[str, str]
    rows: Page[MapNeed]
    facts: Mapping[UUID, Gap]
    why: Mapping[UUID, str]
    people: int
    by_area: Sequence[Part]
    by_theme: Sequence[Part]
    since: Since | None
    maps: ThenAndNow | None
    earlier: Sequence[date]
    usual_km: float
    shown: int = SHOWN_CHANGES


@dataclass(frozen=True)
class CapacityPage:
    """`rows` by district, with the parts of the week of map_view.WHEN; `total` of all districts."""

    themes: Mapping[str, str]
    filters: Checked[Any]
    rows: Sequence[Capacity]
    total: Count


async def the_gaps(request: Request) -> Response:
    """?on=… shows those of an earlier day and what became of them."""
    actor, settings = request.state.actor, settings_of(request)
    themes, areas, today = dict(await queries.themes()), dict(await queries.areas()), clock.today(settings.timezone)
    of = view(request.query_params, themes, areas, settings, today)
    found = await gaps.find(actor, of.wanted, terms=of.terms)
    if kind := files.asked(request):
        return await files.answer(request, kind, gap_file.sheet(actor, found, of.terms), personal=True)
    return render(request, "atlas/gaps.html", await _gaps(actor, of, found, themes, areas, settings))


async def _gaps(
    actor: Actor, of: GapView, found: Sequence[Gap], themes: Names, areas: Names, settings: Settings
) -> GapsPage:
    today = clock.today(settings.timezone)
    rows = await map_lists.of_ids(actor, [gap.id for gap in found], of.page)
    facts = {gap.id: gap for gap in found}
    why = await reach.reasons(actor, [facts[row.id] for row in rows.rows], of.terms)
    return GapsPage(
        view=of,
        themes=themes,
        areas=areas,
        rows=rows,
        facts=facts,
        why={id: reasons.reason(one) for id, one in why.items()},
        people=sum(gap.people for gap in found),
        by_area=_parts([(gap.area, gap) for gap in found], areas),
        by_theme=_parts([(gap.theme, gap) for gap in found], themes),
        since=await gaps.since(actor, of.terms.day, of.wanted) if of.terms.past else None,
        maps=await _then_and_now(actor, of, found, today),
        earlier=(_before(today, 1), _before(today, 2)),
        usual_km=settings.reach_km,
    )


async def _then_and_now(actor: Actor, of: GapView, then: Sequence[Gap], today: date) -> ThenAndNow | None:
    if not of.terms.past:
        return None
    now = await gaps.find(actor, of.wanted, terms=replace(of.terms, day=today, past=False, volunteers=False))
    districts = await queries.districts()
    before, after = (Counter(gap.area for gap in found) for found in (then, now))
    shades = scale(count[one.slug] for count in (before, after) for one in districts)

    def drawn(count: Counter[str]) -> Picture | None:
        return picture.drawn(
            [outline(Figures(one, gaps=count[one.slug]), "gaps", shades) for one in districts],
            [Thing("need", one.centre, count[one.slug], gap=True) for one in districts if count[one.slug]],
        )

    return ThenAndNow(drawn(before), drawn(after), shades)


def _before(today: date, years: int) -> date:
    """The same day so many years ago; of 29 February the 28th."""
    day = min(today.day, 28) if today.month == 2 else today.day
    return today.replace(year=today.year - years, day=day)


def _parts(found: Sequence[tuple[str, Gap]], names: Mapping[str, str]) -> list[Part]:
    """Most gaps first."""
    parts: dict[str, list[Gap]] = {}
    for slug, gap in found:
        parts.setdefault(slug, []).append(gap)
    made = [Part(slug, names[slug], len(of), sum(gap.people for gap in of)) for slug, of in parts.items()]
    return sorted(made, key=lambda part: (-part.gaps, -part.people, part.name))


async def the_capacity(request: Request) -> Response:
    themes = dict(await queries.themes())
    asked = request.query_params.get("theme", "")
    theme = asked if asked in themes else ""
    rows = await capacity.layer(request.state.actor, theme, WHEN)
    if kind := files.asked(request):
        return await files.answer(request, kind, gap_file.free(rows), personal=False)
    total = Count(sum(row.total.people for row in rows), sum(row.total.hours for row in rows))
    page = CapacityPage(themes, forms.blank(theme=theme), rows, total)
    return render(request, "atlas/capacity.html", page)
