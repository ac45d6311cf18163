"""When somebody has time: their own pages, and the same at the desk for who rang.

The ordinary week and the days away are two pages: a press on one loses nothing that is ticked and unsaved on the other.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import time_actions, time_forms, time_queries
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.time_forms import AwayForm, Typed
from volunteer_hub.people.time_queries import Changed, Person
from volunteer_hub.people.week import TRAVELS, Days, rest_of_month
from volunteer_hub.schedule.volunteers import time_off
from volunteer_hub.schedule.volunteers.time_off import TimeOff
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

HOURS = ("1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20", "30", "40")
TIMES = ("1", "2", "3", "4", "5", "6", "7")
KILOMETRES = ("1", "2", "3", "5", "7", "10", "15", "20", "30", "50")

SAVED = mark("Zapisane.")
COPIED = mark("Skopiowane. Sprawdź i naciśnij „Zapisz”.")
DROPPED = mark("Wiersz zniknie, gdy naciśniesz „Zapisz”.")


@dataclass(frozen=True)
class TimePage:
    """`own`: the volunteer's page, not the desk's; `base` is its address; `of_week`: the week's page, not that of the
    days away. `now`: what was saved meanwhile, beside what
    was typed. `said`: what was just done to the form; `unsaved`: it is not written yet. `undo`: this month was just
    taken off, in place of these days.
    """

    who: Person
    own: bool
    base: str
    of_week: bool
    today: date
    month: Days
    month_off: bool
    typed: Typed
    form: Checked[Any]
    away: list[TimeOff]
    away_form: Checked[Any]
    changed: Changed | None
    now: Person | None = None
    said: str = ""
    unsaved: bool = False
    undo: list[str] | None = None
    hours: tuple[str, ...] = HOURS
    times: tuple[str, ...] = TIMES
    kilometres: tuple[str, ...] = KILOMETRES
    travels: tuple[str, ...] = TRAVELS


@dataclass(frozen=True)
class Part:
    """What differs from the page as it is filled from what is known."""

    typed: Typed | None = None
    away_form: Checked[Any] = field(default_factory=forms.blank)
    now: Person | None = None
    said: str = ""
    unsaved: bool = False
    undo: list[str] | None = None


async def show(request: Request) -> Response:
    """The page; at the desk somebody's data was opened."""
    page = await _page(request, Part(undo=_undo(request)))
    if not page.own:
        await audit.record(request.state.actor, "people.open", f"volunteer:{page.who.id}")
    return _answer(request, page, "week" if page.of_week else "away")


async def save(request: Request) -> Response:
    """The ordinary week; pressing a button inside the form changes what stands in it and writes nothing."""
    given = await request.form()
    press, _, number = str(given.get("do", "save")).partition("-")
    typed = time_forms.read_week(given, int(number) if press == "drop" and number.isdecimal() else None)
    if press == "add":
        return await _week(request, Part(time_forms.with_row(typed), unsaved=True))
    if press == "drop":
        return await _week(request, Part(time_forms.unread(typed), said=gettext(DROPPED), unsaved=True))
    if press == "copy":
        copied = time_forms.copied(typed)
        wrong = bool(copied.form.errors)
        return await _week(request, Part(copied, said="" if wrong else gettext(COPIED), unsaved=True), 422 * wrong)
    if typed.week is None:
        return await _week(request, Part(typed), 422)
    try:
        await time_actions.save_week(request.state.actor, await _id(request), typed.week, typed.seen)
    except Stale:
        return await _both(request, typed)
    return await _done(request, "week", SAVED)


async def add_away(request: Request) -> Response:
    form = time_forms.to_come(forms.read(AwayForm, await request.form()), _today(request))
    if form.value is None:
        return _answer(request, await _page(request, Part(away_form=form)), "away", 422)
    await time_actions.add_away(request.state.actor, await _id(request), form.value.days, _today(request))
    return await _done(request, "away", mark("Zapisane. W tym czasie nie będzie nowych propozycji."))


async def remove_away(request: Request) -> Response:
    days = time_forms.read_span(str((await request.form()).get("days", "")))
    if days is None:
        raise Refused("", 400)
    await time_actions.remove_away(request.state.actor, await _id(request), days, _today(request))
    return await _done(request, "away", mark("Usunięte."))


async def not_this_month(request: Request) -> Response:
    """One press; the answer holds the way back."""
    were = await time_actions.add_rest_of_month(request.state.actor, await _id(request), _today(request))
    undo = [time_forms.typed_days(one) for one in were]
    sentence = mark("Zapisane. Do końca miesiąca nie będzie nowych propozycji.")
    if wants_fragment(request):
        return _answer(request, await _page(request, Part(said=gettext(sentence), undo=undo)), "away")
    back = "&".join(["undo=month", *(f"was={one}" for one in undo)])
    return redirect(request, f"{_base(request)}/away?{back}", sentence)


async def undo_month(request: Request) -> Response:
    given, today = await request.form(), _today(request)
    were = time_forms.read_spans([str(one) for one in given.getlist("was")], today)
    await time_actions.undo_rest_of_month(request.state.actor, await _id(request), were, today)
    return await _done(request, "away", mark("Cofnięte. Jest tak, jak było."))


async def _both(request: Request, typed: Typed) -> Response:
    """Changed meanwhile: what is saved stands beside what was typed, and the next press writes this."""
    now = await time_queries.person(request.state.actor, await _id(request))
    return await _week(request, Part(time_forms.seen_now(typed, now.week), now=now), 409)


async def _week(request: Request, part: Part, status: int = 200) -> Response:
    return _answer(request, await _page(request, part), "week", status or 200)


async def _done(request: Request, fragment: str, sentence: str) -> Response:
    if wants_fragment(request):
        return _answer(request, await _page(request, Part(said=gettext(sentence))), fragment)
    return redirect(request, _base(request) + ("/away" if fragment == "away" else ""), sentence)


async def _page(request: Request, part: Part) -> TimePage:
    actor, today = request.state.actor, _today(request)
    who = await time_queries.person(actor, await _id(request))
    typed = part.typed or time_forms.of_week(who.week)
    away, month = await time_queries.away(who.id, today), rest_of_month(today)
    return TimePage(
        who=who,
        own="id" not in request.path_params,
        base=_base(request),
        of_week=not request.url.path.startswith(f"{_base(request)}/away"),
        today=today,
        month=month,
        month_off=(off := any(one.holds(month) for one in away)),
        typed=typed,
        form=part.away_form if part.away_form.errors else typed.form,
        away=await time_off.agreed_on(who.id, away, today),
        away_form=part.away_form,
        changed=await time_queries.changed(who.id),
        now=part.now,
        said=part.said,
        unsaved=part.unsaved,
        undo=part.undo if off else None,
        **_offered(typed),
    )


def _answer(request: Request, page: TimePage, fragment: str = "week", status: int = 200) -> Response:
    template = "schedule/time.html" if page.own else "schedule/desk_time.html"
    return render(request, template, page, fragment=fragment, status=status)


def _offered(typed: Typed) -> dict[str, tuple[str, ...]]:
    """The lists of the page, each with what stands there already."""
    return {
        "hours": _with(HOURS, typed, "max_hours_week"),
        "times": _with(TIMES, typed, "max_times_week"),
        "kilometres": _with(KILOMETRES, typed, "max_km"),
    }


def _with(offered: tuple[str, ...], typed: Typed, name: str) -> tuple[str, ...]:
    """What a list offers, and what stands there already, though nobody would offer it."""
    known = typed.form.first(name)
    if known in ("", *offered) or not known.replace(",", "").isdecimal():
        return offered
    return tuple(sorted((*offered, known), key=lambda text: float(text.replace(",", "."))))


def _undo(request: Request) -> list[str] | None:
    """What the address brings after „nie w tym miesiącu”: the days that became part of it."""
    if request.query_params.get("undo") != "month":
        return None
    days = time_forms.read_spans(request.query_params.getlist("was"), _today(request))
    return [time_forms.typed_days(one) for one in days]


async def _id(request: Request) -> UUID:
    """Whose time: that of the address at the desk, else the own."""
    return request.path_params.get("id") or await time_queries.own(request.state.actor)


def _base(request: Request) -> str:
    id = request.path_params.get("id")
    return f"/desk/people/{id}/time" if id else "/me/time"


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
