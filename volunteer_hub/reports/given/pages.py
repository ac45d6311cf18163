"""A year of hours on its own page: of one volunteer, at the desk and for themselves, of a school and of a partner."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.intake.school_pages import PRIVATE
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import schools
from volunteer_hub.reports.given import drawn, queries
from volunteer_hub.reports.given.queries import Entry, Pupil, Shared
from volunteer_hub.reports.pictures.values import Picture
from volunteer_hub.reports.year import amounts
from volunteer_hub.reports.years import year_of, years_back
from volunteer_hub.schedule.hosts import pages as host_pages
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of

AT_HOME, NO_PLACE = mark("u kogoś w domu"), mark("poza spotkaniami")
GONE = mark("Ten link już nie działa. Proszę do nas napisać albo zadzwonić.")


@dataclass(frozen=True)
class GivenPage:
    """`base`: the address without the year. `minutes`: all together."""

    name: str
    base: str
    year: int
    years: Sequence[int]
    entries: Sequence[Entry]
    minutes: int
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class PupilsPage:
    name: str
    base: str
    year: int
    years: Sequence[int]
    pupils: Sequence[Pupil]
    minutes: int


@dataclass(frozen=True)
class PartnerPage:
    name: str
    base: str
    year: int
    years: Sequence[int]
    shared: Sequence[Shared]
    minutes: int


async def volunteer(request: Request) -> Response:
    id, year = request.path_params["id"], _year(request)
    name, entries = await queries.of_volunteer(request.state.actor, id, year)
    if kind := files.asked(request):
        table = files.table(mark("Godziny i miejsca"), ENTRIES, entries)
        return await files.answer(request, kind, table, personal=True)
    page = await _given(request, name, f"/desk/people/{id}/hours", year, entries)
    return render(request, "reports/given.html", page)


async def mine(request: Request) -> Response:
    year = _year(request)
    entries = await queries.mine(request.state.actor, year)
    return render(request, "reports/my_year.html", await _given(request, "", "/me/hours/year", year, entries))


async def school(request: Request) -> Response:
    id, year = request.path_params["id"], _year(request)
    name, pupils = await queries.school_at_desk(request.state.actor, id, year)
    if kind := files.asked(request):
        return await files.answer(request, kind, files.table(mark("Godziny uczniów"), PUPILS, pupils), personal=True)
    page = await _pupils(request, name, f"/desk/schools/{id}/hours", year, pupils)
    return render(request, "reports/pupils.html", page)


async def own_school(request: Request) -> Response:
    """By the school's own link. Raises Refused 410 where it works no more."""
    token, year = request.path_params["token"], _year(request)
    found = await schools.of_link(token)
    if found is None:
        raise Refused(GONE, 410)
    pupils = await queries.of_school(found[0], year)
    page = await _pupils(request, found[1], f"/school/{token}/hours", year, pupils)
    response = render(request, "reports/my_pupils.html", page)
    response.headers.update(PRIVATE)
    return response


async def partner(request: Request) -> Response:
    id, year = request.path_params["id"], _year(request)
    name, shared = await queries.of_partner(request.state.actor, id, year)
    if kind := files.asked(request):
        return await files.answer(request, kind, files.table(mark("Rok partnera"), SHARED, shared), personal=False)
    page = await _shared(request, name, f"/desk/resources/{id}/year", year, shared)
    return render(request, "reports/partner.html", page)


async def own_partner(request: Request) -> Response:
    """By the partner's own link, the same that opens the meetings at its place. Raises Refused 404."""
    found = await host_pages.entered(request)
    if isinstance(found, Response):
        return found
    (id, name), year = found, _year(request)
    base = f"/host/{request.path_params['token']}/year"
    page = await _shared(request, name, base, year, await queries.shared_with(id, year))
    response = render(request, "reports/my_shared.html", page)
    response.headers.update(host_pages.PRIVATE)
    return response


def _year(request: Request) -> int:
    return year_of(request.query_params.getlist, settings_of(request).timezone)


async def _given(request: Request, name: str, base: str, year: int, entries: Sequence[Entry]) -> GivenPage:
    years = await years_back(year, settings_of(request).timezone)
    minutes = sum(one.minutes for one in entries)
    return GivenPage(name, base, year, years, entries, minutes, drawn.by_month(entries))


async def _pupils(request: Request, name: str, base: str, year: int, pupils: Sequence[Pupil]) -> PupilsPage:
    years = await years_back(year, settings_of(request).timezone)
    return PupilsPage(name, base, year, years, pupils, sum(one.minutes for one in pupils))


async def _shared(request: Request, name: str, base: str, year: int, shared: Sequence[Shared]) -> PartnerPage:
    years = await years_back(year, settings_of(request).timezone)
    return PartnerPage(name, base, year, years, shared, sum(one.minutes for one in shared))


def place_of(one: Entry) -> str:
    """Where it was, in words."""
    return one.place or gettext(AT_HOME if one.home else NO_PLACE)


ENTRIES: files.Columns[Entry] = {
    mark("Miesiąc"): lambda one: formats.month(one.month),
    mark("Inicjatywa"): lambda one: one.title,
    mark("Miejsce"): place_of,
    mark("Razy"): lambda one: one.times,
    mark("Godziny"): lambda one: amounts.hours(one.minutes),
}
PUPILS: files.Columns[Pupil] = {
    mark("Imię i nazwisko"): lambda one: one.name,
    mark("Miesiące"): lambda one: ", ".join(
        f"{formats.month(month)}: {formats.lasting(minutes)}" for month, minutes in one.months
    ),
    mark("Godziny"): lambda one: amounts.hours(one.minutes),
}
SHARED: files.Columns[Shared] = {
    mark("Inicjatywa"): lambda one: one.title,
    mark("Co daje partner"): lambda one: one.gives,
    mark("Odbyte spotkania"): lambda one: one.meetings,
    mark("W tym u partnera"): lambda one: one.here,
    mark("Wolontariusze"): lambda one: one.volunteers,
    mark("Godziny"): lambda one: amounts.hours(one.minutes),
}
