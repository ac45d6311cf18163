"""What the town says of itself: years in a list, one typed in, or many from a small spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.reports import town_changes
from volunteer_hub.reports.indicators import town
from volunteer_hub.reports.indicators.town import LONGEST_SOURCE, MOST, Town
from volunteer_hub.reports.town_changes import Changed
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

MOST_BYTES = 1_000_000
NO_FILE = mark("Wybierz plik CSV z danymi.")
TOO_BIG = mark("Ten plik jest za duży. Najwięcej: 1 MB.")
# So many years back may be typed in without an address of one's own making.
BACK = 6


def _plain(text: object) -> object:
    """115 818 and 115.818 are written by people who mean 115818."""
    digits = "".join(str(text).split())
    groups = digits.split(".")
    return "".join(groups) if len(groups) > 1 and all(len(one) == 3 for one in groups[1:]) else digits


Count = Annotated[int, BeforeValidator(_plain), Field(ge=0, le=MOST)]


class TownForm(Form):
    """`version`: that of the figures which were seen; 0 where there were none."""

    residents: Count | None = None
    assisted: Count | None = None
    families: Count | None = None
    source: Annotated[Line, Field(max_length=LONGEST_SOURCE)] = ""
    version: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class TownsPage:
    """`missing`: the last years that nothing is known of. `wrong`: what is the matter with a file."""

    towns: Sequence[Town]
    changed: Mapping[int, Changed]
    missing: Sequence[int]
    nothing: Checked[Any]


@dataclass(frozen=True)
class TownPage:
    """`now`: what stands there meanwhile, when somebody else saved it first."""

    year: int
    form: Checked[TownForm]
    known: bool
    changed: Changed | None
    now: Town | None = None


async def towns(request: Request) -> Response:
    return await _towns(request, forms.blank())


async def take(request: Request) -> Response:
    """A spreadsheet of years: all of it or nothing."""
    file = (await request.form()).get("file")
    data = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if not data or len(data) > MOST_BYTES:
        sentence = TOO_BIG if data else NO_FILE
        return await _towns(request, forms.blank().refused("file", gettext(sentence)), 422)
    try:
        taken = await town.take(request.state.actor, data)
    except Refused as refused:
        if refused.status != 422:
            raise
        said = gettext(refused.sentence, **refused.values)
        return await _towns(request, forms.blank().refused("file", said), 422)
    return redirect(request, "/desk/reports/town", mark("Zapisane lata: %(n)s."), n=len(taken))


async def edit(request: Request) -> Response:
    found = await town.of_year(request.state.actor, year_of(request))
    return await _one(request, found, _typed(found))


async def save(request: Request) -> Response:
    actor, year = request.state.actor, year_of(request)
    form = forms.read(TownForm, await request.form())
    found = await town.of_year(actor, year)
    if (said := form.value) is None:
        return await _one(request, found, form, status=422)
    try:
        await town.save(actor, Town(year, **said.model_dump()))
    except Stale:
        typed = dict(form.typed) | {"version": [str(found.version)]}
        return await _one(request, found, Checked(typed), found, 409)
    return redirect(request, "/desk/reports/town", mark("Dane za %(year)s rok są zapisane."), year=year)


async def remove(request: Request) -> Response:
    year = year_of(request)
    await town.remove(request.state.actor, year)
    return redirect(request, "/desk/reports/town", mark("Danych za %(year)s rok już nie ma."), year=year)


def year_of(request: Request) -> int:
    """The year that the address names. Raises Refused 404."""
    text = request.path_params["year"]
    if not (text.isascii() and text.isdecimal() and town.FIRST_YEAR <= int(text[:5]) <= town.LAST_YEAR):
        raise Refused("", 404)
    return int(text)


def _typed(found: Town) -> Checked[Any]:
    known = {name: getattr(found, name) for name in TownForm.model_fields}
    return forms.blank(**{name: value for name, value in known.items() if value is not None})


async def _towns(request: Request, form: Checked[Any], status: int = 200) -> Response:
    actor, this = request.state.actor, clock.today(settings_of(request).timezone).year
    found = await town.years(actor)
    known = {one.year for one in found}
    missing = [year for year in range(this, this - BACK, -1) if year not in known]
    page = TownsPage(found, await town_changes.changed(actor), missing, form)
    return render(request, "reports/towns.html", page, status=status)


async def _one(
    request: Request, found: Town, form: Checked[Any], now: Town | None = None, status: int = 200
) -> Response:
    changed = (await town_changes.changed(request.state.actor)).get(found.year)
    page = TownPage(found.year, form, found.version > 0, changed, now)
    return render(request, "reports/town.html", page, status=status)
