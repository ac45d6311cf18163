"""The centre's year, on screen, as a file and on paper; and the list behind each of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit import clock, paging
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.slugs import slug
from volunteer_hub.reports.indicators import figures, lists, words
from volunteer_hub.reports.indicators.lists import ON_A_PAGE, Line, Listed
from volunteer_hub.reports.indicators.values import By, Figure, Indicator
from volunteer_hub.reports.year import amounts, asked, behind, grids, paper, report
from volunteer_hub.reports.year.asked import Choice
from volunteer_hub.reports.year.grids import Grid
from volunteer_hub.reports.years import years_back
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import render, settings_of


class Which(Form):
    """A part of a figure, and a page of its list."""

    by: By | None = None
    key: Annotated[str, Field(max_length=60)] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class ReportPage:
    """`years`: the ways to others; `oldest` and `newest`: those that may be chosen."""

    report: report.Report
    choice: Choice
    years: Sequence[int]
    this_year: int


@dataclass(frozen=True)
class ListPage:
    """`whole` and `shown`: the figure, and the part of it that is listed; `divisions`: its parts, each with its way."""

    choice: Choice
    indicator: Indicator
    title: str
    how: str
    period: str
    whole: str
    by: By | None
    key: str
    part: str
    shown: str
    divisions: Sequence[Grid]
    listed: Listed
    amounts: Sequence[str]
    page: int
    pages: int


async def show(request: Request) -> Response:
    """The year, or the days, that are asked for."""
    actor, zone = request.state.actor, settings_of(request).timezone
    choice = asked.choice_of(request.query_params.getlist, zone)
    kind, on_paper = files.asked(request), request.query_params.get("format") == "pdf"
    if kind or on_paper:
        asked.of_file(choice)
    made = await report.made(actor, choice, zone)
    if kind:
        return await files.answer(request, kind, *made.sheets(), name=made.called, personal=False)
    if on_paper:
        return await _paper(request, made)
    page = ReportPage(made, choice, await years_back(choice.year, zone), clock.today(zone).year)
    return render(request, "reports/year.html", page, status=422 if choice.form.errors else 200)


async def _paper(request: Request, made: report.Report) -> Response:
    written = await paper.pdf(settings_of(request), made)
    name = slug(made.called, "raport")
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(written, media_type="application/pdf", headers=headers)


async def counted(request: Request) -> Response:
    """What one indicator was counted from."""
    actor, zone = request.state.actor, settings_of(request).timezone
    choice = asked.choice_of(request.query_params.getlist, zone)
    indicator, which = indicator_of(request), which_of(request)
    if choice.public:
        raise Refused(mark("Listy są tylko w wydaniu wewnętrznym."), 404)
    if kind := files.asked(request):
        asked.of_file(choice)
        return await _as_file(request, kind, indicator, choice, which)
    about = files.about(request)
    found = await behind.behind(actor, indicator, choice.period, zone, which.by, which.key, which.page, about)
    figure = await figures.one(actor, indicator, choice.period, zone)
    return render(request, "reports/counted.html", _list_page(choice, figure, which, found))


def _list_page(choice: Choice, figure: Figure, which: Which, found: Listed) -> ListPage:
    indicator = figure.indicator
    part = next((one for one in figure.parts.get(which.by, ()) if one.key == which.key), None) if which.by else None
    unit = Figure(behind.base(indicator), None).unit
    return ListPage(
        choice=choice, indicator=indicator, title=words.title(indicator), how=words.how(indicator),
        period=report.title(choice), whole=grids.value(figure).words, by=which.by, key=which.key,
        part=words.part(which.by, part) if which.by and part else "", shown=amounts.shown(found.amount, unit),
        divisions=grids.divided([figure]), listed=found,
        amounts=[amounts.shown(line.amount, unit) for line in found.lines],
        page=which.page, pages=paging.pages(found.total, ON_A_PAGE),
    )  # fmt: skip


async def _as_file(request: Request, kind: files.Kind, of: Indicator, choice: Choice, which: Which) -> Response:
    """All lines, not only those of a page."""
    actor, zone, unit = request.state.actor, settings_of(request).timezone, Figure(behind.base(of), None).unit

    async def page(after: int | None) -> tuple[list[Line], int | None]:
        number = (after or 0) + 1
        found = await lists.listed(actor, of, choice.period, zone, which.by, which.key, number)
        return found.lines, number if number * ON_A_PAGE < found.total else None

    columns: files.Columns[Line] = {
        mark("Kto albo co"): lambda line: line.words,
        mark("Dzień"): lambda line: line.day,
        mark("Ile"): lambda line: amounts.cell(line.amount, unit),
    }
    table = files.table(words.TITLES[of], columns, files.through(page))
    return await files.answer(request, kind, table, personal=behind.names_people(of))


def indicator_of(request: Request) -> Indicator:
    """The one that the address names. Raises Refused 404."""
    try:
        return Indicator(request.path_params["indicator"])
    except ValueError:
        raise Refused("", 404) from None


def which_of(request: Request) -> Which:
    """Which part and page; a word that nobody knows is the whole, and its first page."""
    given = {name: request.query_params.getlist(name) for name in Which.model_fields}
    return forms.read(Which, given).value or Which()
