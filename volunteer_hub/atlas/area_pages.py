"""The desk's districts: their list with figures of a year, one of them with its outline, and what stands where."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from volunteer_hub.access import files
from volunteer_hub.atlas import area_actions, areas, borders, drawing, geojson, queries
from volunteer_hub.atlas.area_actions import Draft
from volunteer_hub.atlas.area_forms import AreaForm, RemoveYear, YearForm, sensible
from volunteer_hub.atlas.areas import AreaCard, AreaLine, Year
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

COLUMNS: files.Columns[AreaLine] = {
    mark("Osiedle"): lambda line: line.name,
    mark("Mieszkańcy"): lambda line: line.figures.residents if line.figures else None,
    mark("Korzysta z pomocy"): lambda line: line.figures.assisted if line.figures else None,
    mark("Na 1000 osób"): lambda line: line.figures.per_thousand if line.figures else None,
    mark("Rodziny"): lambda line: line.figures.families if line.figures else None,
    mark("Źródło"): lambda line: line.figures.source if line.figures else None,
    "km²": lambda line: round(line.km2, 2) if line.km2 else None,
}


@dataclass(frozen=True)
class AreasPage:
    lines: list[AreaLine]
    total: Year
    year: int
    years: list[int]


@dataclass(frozen=True)
class AreaPage:
    """`area` is empty for a new one. `theirs`: the outline that somebody saved meanwhile, as text."""

    area: AreaCard | None
    form: Checked[Any]
    year_form: Checked[Any]
    why: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class RemovalPage:
    area: AreaCard
    stands: str


@dataclass(frozen=True)
class StandingPage:
    moves: dict[str, int]


async def show(request: Request) -> Response:
    actor = request.state.actor
    years = await areas.years(actor)
    given = request.query_params.get("year", "")
    year = next((one for one in years if str(one) == given), years[0] if years else _today(request).year)
    lines = await areas.lines(actor, year)
    if kind := files.asked(request):
        name = gettext("Osiedla w roku %(year)s", year=year)
        return await files.answer(request, kind, files.table(name, COLUMNS, lines), personal=False)
    return render(request, "atlas/areas.html", AreasPage(lines, areas.total(lines, year), year, years))


async def outlines(request: Request) -> Response:
    """All districts for the picture that an outline is drawn on."""
    found = geojson.collection(geojson.polygon(one) for one in await queries.districts() if one.outline)
    return JSONResponse(found, media_type="application/geo+json", headers={"Cache-Control": "no-store"})


async def new(request: Request) -> Response:
    return await _page(request, None, forms.blank())


async def create(request: Request) -> Response:
    form = forms.read(AreaForm, await request.form())
    if form.value and not form.value.outline.strip():
        form = form.refused("outline", gettext("Narysuj granicę na mapie albo wpisz jej punkty."))
    if form.value is None:
        return await _page(request, None, form, 422)
    try:
        draft = Draft(form.value.name, await drawing.read_text(form.value.outline))
        id = await area_actions.add(request.state.actor, draft)
    except Refused as refused:
        return await _page(request, None, form.refused(*_field(refused)), refused.status)
    return redirect(request, f"/desk/areas/{id}", mark("Osiedle stoi na mapie."))


async def one(request: Request) -> Response:
    area = await areas.card(request.state.actor, request.path_params["id"])
    text = await areas.outline_text(request.state.actor, area.id)
    year = next((one for one in area.years if str(one.year) == request.query_params.get("year")), None)
    form = forms.blank(name=area.name, outline=text, version=area.version)
    return await _page(request, area, form, year_form=_typed(year) if year else None)


async def save(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    form, area = forms.read(AreaForm, await request.form()), await areas.card(actor, id)
    if form.value is None:
        return await _page(request, area, form, 422)
    now = await areas.outline_text(actor, id)
    try:
        redrawn = form.value.outline.strip() and _lines(form.value.outline) != _lines(now)
        draft = Draft(form.value.name, await drawing.read_text(form.value.outline) if redrawn else None)
        await area_actions.change(actor, id, draft, form.value.version)
    except Refused as refused:
        if refused.sentence == area_actions.CHANGED:
            mine: Checked[Any] = Checked({**form.typed, "version": [str(area.version)]})
            return await _page(request, area, mine, 409, why=gettext(refused.sentence), theirs=now)
        if not refused.sentence:
            raise
        return await _page(request, area, form.refused(*_field(refused)), refused.status)
    return redirect(request, f"/desk/areas/{id}", REDRAWN if redrawn else mark("Zapisane."))


REDRAWN = mark("Zapisane. Sprawdź na liście osiedli, co stoi teraz w innych granicach.")


async def save_year(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    area, form = await areas.card(actor, id), sensible(forms.read(YearForm, await request.form()))
    if form.value is None:
        now = forms.blank(name=area.name, outline=await areas.outline_text(actor, id), version=area.version)
        return await _page(request, area, now, 422, year_form=form)
    await area_actions.put_year(actor, id, form.value.figures)
    return redirect(request, f"/desk/areas/{id}#years", mark("Zapisane."))


async def remove_year(request: Request) -> Response:
    form = forms.read(RemoveYear, await request.form())
    if form.value is None:
        raise Refused("", 400)
    await area_actions.remove_year(request.state.actor, request.path_params["id"], form.value.year)
    return redirect(request, f"/desk/areas/{request.path_params['id']}#years", mark("Liczby tego roku usunięte."))


async def removal(request: Request) -> Response:
    area = await areas.card(request.state.actor, request.path_params["id"])
    held = await areas.holds(request.state.actor, area.id)
    stands = ", ".join(area_actions.counted(what, n) for what, n in held.items())
    return render(request, "atlas/area_removal.html", RemovalPage(area, stands))


async def remove(request: Request) -> Response:
    await area_actions.remove(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/areas", mark("Osiedle zdjęte z mapy."))


async def standing(request: Request) -> Response:
    """What stands within other borders than those of its district. It takes a second, so it has a page of its own."""
    plan = await borders.plan(await borders.town(), with_standing=True)
    return render(request, "atlas/area_standing.html", StandingPage(dict(plan.moving)))


async def reassign(request: Request) -> Response:
    n = await area_actions.reassign(request.state.actor)
    return redirect(request, "/desk/areas", mark("Gotowe. Przeniesione do właściwych osiedli: %(n)s."), n=n)


async def _page(
    request: Request,
    area: AreaCard | None,
    form: Checked[Any],
    status: int = 200,
    *,
    year_form: Checked[Any] | None = None,
    why: str = "",
    theirs: str = "",
) -> Response:
    years = year_form or forms.blank(year=_today(request).year)
    page = AreaPage(area, form, years, why, theirs)
    return render(request, "atlas/area.html", page, status=status)


def _field(refused: Refused) -> tuple[str, str]:
    """The input that a refusal is about, and what it says."""
    name = "name" if refused.sentence == area_actions.SAME_NAME else "outline"
    return name, gettext(refused.sentence, **refused.values)


def _typed(year: Year) -> Checked[Any]:
    known = {name: getattr(year, name) for name in ("year", "residents", "assisted", "families", "source")}
    return forms.blank(**{name: value for name, value in known.items() if value is not None})


def _lines(text: str) -> list[str]:
    return text.split()


def _today(request: Request) -> Any:
    return clock.today(settings_of(request).timezone)
