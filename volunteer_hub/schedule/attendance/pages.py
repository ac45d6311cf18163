"""The list of who was there: on a phone, preset to what people had said, so that often one press is all."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas.forms import Options
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import came_too
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Meanwhile, Noted, Said
from volunteer_hub.schedule.attendance.queries import Helper, Participant, Sheet
from volunteer_hub.schedule.hours import durations
from volunteer_hub.schedule.states import Missed
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render
from volunteer_hub.web.templates import word

NOTED = mark("Obecność jest zapisana.")
ADDED = mark("Ta osoba jest na liście. Zapisz jeszcze obecność.")
NO_TIME = mark("Wpisz czas, na przykład 2, 1:30 albo 45 min.")
TOO_LONG = forms.GENERAL["string_too_long"]
NO_WORDS = mark("Napisz w kilku słowach, co się stało.")
LONGEST_WORDS = 200

PARTICIPANTS: files.Columns[Participant] = {
    mark("Imię albo pseudonim"): lambda one: one.name,
    mark("Zapowiedziane"): lambda one: _yes(one.comes),
    mark("Obecność"): lambda one: _yes(one.came),
}
HELPERS: files.Columns[Helper] = {
    mark("Osoba"): lambda one: one.name,
    mark("Rola"): lambda one: one.role,
    mark("Stan"): lambda one: word("assignment_state", one.state),
    mark("Minuty"): lambda one: one.minutes,
    mark("Dlaczego nie"): lambda one: word("why", one.reason, of="schedule/missed_words.html") if one.reason else "",
}


class CameToo(Form):
    assignment: UUID


@dataclass(frozen=True)
class AttendancePage:
    """`adds`: this reader may let somebody new into the group. `meanwhile`: somebody else saved something else.
    `maybe`: volunteers who had not said yes and may have come all the same."""

    sheet: Sheet
    form: Checked[Any]
    adds: bool
    maybe: Options = ()
    meanwhile: bool = False
    reasons: tuple[Missed, ...] = tuple(Missed)


async def show(request: Request) -> Response:
    sheet = await attendance_queries.sheet(request.state.actor, request.path_params["id"])
    if kind := files.asked(request):
        tables = [files.table(mark("Uczestnicy"), PARTICIPANTS, sheet.participants)] if sheet.participants else []
        tables += [files.table(mark("Wolontariusze"), HELPERS, sheet.helpers)]
        return await files.answer(request, kind, *tables, name=mark("Obecność"), personal=True)
    return render(request, "schedule/attendance.html", await _page(request, sheet, as_it_stands(sheet)))


async def save(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    sheet = await attendance_queries.sheet(actor, id)
    form, said = read(await request.form(), sheet)
    if said is None:
        return render(request, "schedule/attendance.html", await _page(request, sheet, _again(form, sheet)), status=422)
    try:
        await attendance.note(actor, id, said)
    except Meanwhile:
        now = await attendance_queries.sheet(actor, id)
        page = await _page(request, now, _again(form, now, seen=[now.mark]))
        return render(request, "schedule/attendance.html", replace(page, meanwhile=True), status=409)
    return redirect(request, f"/desk/meetings/{id}/attendance", NOTED)


async def add(request: Request) -> Response:
    """Somebody who had not said yes was there: they join the list and are noted with the others."""
    id, form = request.path_params["id"], forms.read(CameToo, await request.form())
    if form.value is None:
        raise Refused(mark("Wybierz osobę z listy."), 422)
    await came_too.came_too(request.state.actor, id, form.value.assignment)
    return redirect(request, f"/desk/meetings/{id}/attendance", ADDED)


def _yes(said: bool | None) -> str:
    return "" if said is None else gettext("tak") if said else gettext("nie")


def as_it_stands(sheet: Sheet) -> Checked[Any]:
    """The form as it is opened: what was noted, else what people had said."""
    there = [one.id for one in sheet.participants if one.there] + [one.id for one in sheet.helpers if one.there]
    typed: dict[str, object] = {"seen": sheet.mark, "there": there}
    for one in sheet.helpers:
        typed[f"minutes-{one.id}"] = durations.typed(one.minutes or sheet.minutes)
        typed[f"reason-{one.id}"] = one.reason or Missed.NO_WORD
        typed[f"words-{one.id}"] = one.words
    return forms.blank(**typed)


def read(data: FormData, sheet: Sheet) -> tuple[Checked[Any], Said | None]:
    """What was pressed and typed; without a value where a time or a reason cannot be understood."""
    typed: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            typed.setdefault(name, []).append(forms.storable(value).strip())
    form = Checked[Any](typed)
    listed = {id for text in form.first("listed").split() if (id := forms.id_of(text))}
    there = {id for text in typed.get("there", ()) if (id := forms.id_of(text))}
    errors: dict[str, str] = {}
    helpers = {one.id: _noted(form, one, sheet, errors, there=one.id in there) for one in sheet.helpers}
    if errors:
        return Checked(typed, errors), None
    return form, Said(form.first("seen"), listed, there, helpers)


def _noted(form: Checked[Any], one: Helper, sheet: Sheet, errors: dict[str, str], *, there: bool) -> Noted:
    """Of one volunteer. Only what shows is judged: a time of who was there, a reason of who was not."""
    time, words = form.first(f"minutes-{one.id}"), " ".join(form.first(f"words-{one.id}").split())
    minutes = durations.read(time) if time else one.minutes or sheet.minutes
    given = form.first(f"reason-{one.id}")
    reason = Missed(given) if given in tuple(Missed) else Missed.NO_WORD
    if there and minutes is None:
        errors[f"minutes-{one.id}"] = gettext(NO_TIME)
    elif not there and reason is Missed.OTHER and not words:
        errors[f"words-{one.id}"] = gettext(NO_WORDS)
    elif not there and len(words) > LONGEST_WORDS:
        errors[f"words-{one.id}"] = gettext(TOO_LONG, max_length=LONGEST_WORDS)
    return Noted(minutes or sheet.minutes, reason, words)


def _again(form: Checked[Any], now: Sheet, **more: list[str]) -> Checked[Any]:
    """What was pressed and typed, over a list on which somebody may be new since."""
    fresh, known = as_it_stands(now), form.first("listed").split()
    there = [id for id in fresh.typed["there"] if id not in known]
    typed = {**fresh.typed, **form.typed, "there": [*form.typed.get("there", ()), *there], **more}
    return Checked(typed, form.errors)


async def _page(request: Request, sheet: Sheet, form: Checked[Any]) -> AttendancePage:
    actor = request.state.actor
    of = await initiatives.initiative(actor, sheet.meeting.initiative)
    adds = of is not None and of.inside and initiatives.changes(actor, of)
    notes = sheet.begun and sheet.open
    maybe = [(str(one.id), one.name) for one in await came_too.who_may_have(sheet.meeting.id)] if notes else []
    return AttendancePage(sheet, form, adds, maybe)
