"""Series at the desk: a new one with its next dates before it is saved, one that changes from a day on, one that ends.

"Pokaż terminy" is a press of the same form that writes nothing; where there are scripts, the dates follow each change.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.regular.queries import RegularTask
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series import forms as series_forms
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series import view as series_view
from volunteer_hub.schedule.series.forms import LastDay, LeftOut, SeriesForm
from volunteer_hub.schedule.series.queries import InTheWay, Planned, SeriesRow, SkipRow
from volunteer_hub.schedule.series.view import Preview
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

STARTED = mark("Spotkania są w planie. Następne dojdą same.")
CHANGED = mark("Zapisane. Kto wiedział o spotkaniach, dostaje wiadomość.")
LEFT_OUT = mark("Tego dnia nie będzie spotkania.")
LEFT_OUT_TOLD = mark("Tego dnia nie będzie spotkania. Wszyscy dostają wiadomość.")
ENDED = mark("Seria ma koniec. O odwołanych spotkaniach wszyscy dostają wiadomość.")


@dataclass(frozen=True)
class SeriesFormPage:
    """A new series, or (`row`) one that changes from a day on. `dates` is None as long as nothing was shown."""

    initiative: InitiativeRow
    row: SeriesRow | None
    form: Checked[Any]
    places: Options
    often: Options
    nths: list[tuple[int, str]]
    dates: Preview | None
    action: str


@dataclass(frozen=True)
class SeriesPage:
    """`regulars`: who takes it regularly or was asked; `constant`: roles that want the same person and have nobody."""

    row: SeriesRow
    said: str
    over: bool
    meetings: list[Planned]
    skips: list[SkipRow]
    in_the_way: list[InTheWay]
    regulars: list[RegularTask]
    constant: list[str]
    form: Checked[Any]


@dataclass(frozen=True)
class EndPage:
    """`later`: the meetings after today that are planned now; those after the last day will be called off."""

    row: SeriesRow
    said: str
    later: list[Planned]
    form: Checked[Any]


async def new_series(request: Request) -> Response:
    """Empty but for what most people want: each week, without breaks and holidays."""
    form = forms.blank(often=1, first_day=_today(request), skips_breaks="yes", skips_holidays="yes")
    return render(request, "schedule/series_form.html", await _form_page(request, form))


async def create_series(request: Request) -> Response:
    data = await request.form()
    checked = series_forms.read(data, _today(request))
    page = await _form_page(request, listed(checked, place=await atlas.place_ids()))
    if wants_fragment(request) or data.get("do") == "preview":
        return _shown(request, page)
    if (value := page.form.value) is not None:
        try:
            await series_actions.start(request.state.actor, page.initiative.id, value.meets)
        except Refused as refused:
            page = replace(page, form=page.form.refused("first_day", _why(refused)))
        else:
            return redirect(request, f"/desk/initiatives/{page.initiative.id}", STARTED)
    return render(request, "schedule/series_form.html", page, status=422)


async def one_series(request: Request) -> Response:
    return render(request, "schedule/series.html", await _series_page(request, forms.blank()))


async def change_form(request: Request) -> Response:
    """?since=… is the day from which it changes; unless said, the day of its next meeting."""
    row = await series_queries.one(request.state.actor, request.path_params["id"])
    today, later = _today(request), await series_queries.planned(row.id)
    wished = _day(request.query_params.get("since", ""))
    since = max(today, wished or next((one.day for one in later if not one.cancelled), row.first_day))
    plan = replace(row.plan, first_day=since, count=await _left(row, since))
    meets = series_actions.Meets(row.place, row.starts, row.ends, plan)
    page = await _form_page(request, series_forms.typed(meets, row.version), row)
    return render(request, "schedule/series_form.html", page)


async def change(request: Request) -> Response:
    row = await series_queries.one(request.state.actor, request.path_params["id"])
    data = await request.form()
    checked = series_forms.read(data, _today(request))
    page = await _form_page(request, listed(checked, place=await _places(row)), row)
    if wants_fragment(request) or data.get("do") == "preview":
        return _shown(request, page)
    if (value := page.form.value) is not None:
        since, meets = value.first_day, value.meets
        try:
            id = await series_actions.change(request.state.actor, row.id, since, meets, value.seen)
        except Refused as refused:
            page = replace(page, form=page.form.refused("first_day", _why(refused)))
        else:
            return redirect(request, f"/desk/series/{id}", CHANGED)
    return render(request, "schedule/series_form.html", page, status=422)


async def leave_out(request: Request) -> Response:
    checked = forms.read(LeftOut, await request.form())
    if (value := checked.value) is not None:
        id = request.path_params["id"]
        try:
            told = await series_actions.leave_out(request.state.actor, id, value.day, value.reason)
        except Refused as refused:
            if refused.status == 404:
                raise
            checked = checked.refused("day", _why(refused))
        else:
            return redirect(request, f"/desk/series/{id}", LEFT_OUT_TOLD if told else LEFT_OUT)
    return render(request, "schedule/series.html", await _series_page(request, checked), status=422)


async def end_form(request: Request) -> Response:
    row = await series_queries.one(request.state.actor, request.path_params["id"])
    form = forms.blank(last_day=_today(request), seen=row.version)
    return render(request, "schedule/end_series.html", await _end_page(request, row, form))


async def end(request: Request) -> Response:
    row = await series_queries.one(request.state.actor, request.path_params["id"])
    checked = forms.read(LastDay, await request.form())
    if (value := checked.value) is not None:
        try:
            await series_actions.end(request.state.actor, row.id, value.last_day, value.seen)
        except Refused as refused:
            checked = checked.refused("last_day", _why(refused))
        else:
            return redirect(request, f"/desk/initiatives/{row.initiative}", ENDED)
    return render(request, "schedule/end_series.html", await _end_page(request, row, checked), status=422)


def _shown(request: Request, page: SeriesFormPage) -> Response:
    """The dates of what is typed; the fragment says nothing of wrong fields, which may only be unfinished."""
    wrong = 422 if page.form.errors and not wants_fragment(request) else 200
    return render(request, "schedule/series_form.html", page, fragment="dates", status=wrong)


async def _form_page(request: Request, form: Checked[Any], row: SeriesRow | None = None) -> SeriesFormPage:
    actor, id = request.state.actor, row.initiative if row else request.path_params["id"]
    found = await initiatives.initiative(actor, id)
    if found is None:
        raise Refused("", 404)
    return SeriesFormPage(
        initiative=found,
        row=row,
        form=form,
        places=await _places(row) if row else await atlas.place_ids(),
        often=series_forms.often(form.first("often")),
        nths=series_forms.nths(),
        dates=await _dates(request, form.value, row) if form.value else None,
        action=f"/desk/series/{row.id}/change" if row else f"/desk/initiatives/{id}/series/new",
    )


async def _dates(request: Request, value: SeriesForm, row: SeriesRow | None) -> Preview:
    zone, breaks, today = settings_of(request).timezone, await series_queries.breaks(), _today(request)
    if row is None:
        return series_view.preview(value.meets, breaks, zone, today)
    meets = replace(value.meets, plan=series.in_step(row.plan, value.meets.plan))
    left_out = {one.day for one in await series_queries.skips(row.id)}
    kept = {one.day for one in await series_queries.planned(row.id, value.first_day) if not one.cancelled}
    found = series_view.preview(meets, breaks, zone, today, left_out, kept)
    what = await series_actions.changed(row.id, value.first_day, meets.plan)
    return replace(found, moved=len(what.moved), called_off=what.called_off)


async def _series_page(request: Request, form: Checked[Any]) -> SeriesPage:
    actor, today = request.state.actor, _today(request)
    row = await series_queries.one(actor, request.path_params["id"])
    meetings = await series_queries.planned(row.id)
    regulars = await regular_queries.of_series(actor, row.id)
    held = {one.role for one in regulars if one.state in ("invited", "accepted")}
    return SeriesPage(
        row=row,
        said=row.said(today),
        over=row.last_day is not None and row.last_day < today,
        meetings=meetings,
        skips=await series_queries.skips(row.id),
        in_the_way=[
            one
            for one in await series_queries.in_the_way(actor, row.initiative)
            if one.id in {meeting.id for meeting in meetings}
        ],
        regulars=regulars,
        constant=[one.name for one in await regular_queries.roles(row.id) if one.continuity and one.name not in held],
        form=form,
    )


async def _end_page(request: Request, row: SeriesRow, form: Checked[Any]) -> EndPage:
    later = [one for one in await series_queries.planned(row.id) if not one.cancelled]
    return EndPage(row, row.said(_today(request)), later, form)


async def _places(row: SeriesRow) -> Options:
    """Where it may meet: where it does now, though it be somebody's home, and every place that is not."""
    now = (str(row.place), row.place_said)
    return [now, *(place for place in await atlas.place_ids() if place[0] != now[0])]


async def _left(row: SeriesRow, since: date) -> int | None:
    """How many times are left from `since` on, of a series of so many times."""
    if row.times is None:
        return None
    before = series.days(row.plan, await series_queries.off(), since - timedelta(days=1))
    return max(1, row.times - len(list(before)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)


def _why(refused: Refused) -> str:
    return gettext(refused.sentence, **refused.values)
