"""Somebody a coordinator enters while they talk, and a volunteer's data corrected on what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.intake import newcomers, volunteer_forms
from volunteer_hub.intake import people_actions as actions
from volunteer_hub.intake.card_pages import today_of
from volunteer_hub.intake.forms import WRITTEN
from volunteer_hub.intake.volunteer_forms import DetailsForm, NewVolunteer, reachable
from volunteer_hub.people import queries, rules
from volunteer_hub.people.consents import WORDS
from volunteer_hub.people.corrections import Stale, Taken
from volunteer_hub.people.duplicates import Known
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.people.rules import CAUSES, LANGUAGES, SKILLS, Kind
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

Areas = list[tuple[str, str]]


@dataclass(frozen=True)
class NewPage:
    """`alike`: who may be the same person already. `aloud`: the sentences that are read out."""

    form: Checked[Any]
    areas: Areas
    aloud: Mapping[str, str]
    alike: list[Known] = field(default_factory=list)
    kinds: tuple[str, ...] = tuple(Kind)
    written: tuple[str, ...] = WRITTEN
    causes: tuple[str, ...] = CAUSES
    skills: tuple[str, ...] = SKILLS
    spoken: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True)
class EditPage:
    """`now`: by field, what was saved meanwhile and differs from what was typed."""

    who: VolunteerCard
    form: Checked[Any]
    areas: Areas
    now: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = tuple(Kind)
    written: tuple[str, ...] = WRITTEN


@dataclass(frozen=True)
class SlipPage:
    """What is handed or sent on paper to whom no message may go: that we keep their data, and where it says how."""

    who: VolunteerCard
    today: date
    minor: bool


async def new_volunteer(request: Request) -> Response:
    blank = forms.blank(languages="pl", language="pl", max_km="5", max_hours_week="4")
    return await _new(request, blank)


async def create_volunteer(request: Request) -> Response:
    form = reachable(forms.read(NewVolunteer, await request.form()), today_of(request))
    form = await _of_area(form)
    if form.value is None:
        return await _new(request, form, status=422)
    try:
        made = await newcomers.enter(settings_of(request), request.state.actor, form.value)
    except newcomers.Alike as alike:
        return await _new(request, form, status=409, alike=alike.people)
    except Taken as taken:
        return await _new(request, form.refused("email", gettext(taken.sentence)), status=409)
    if made.told:
        return redirect(request, f"/desk/people/{made.id}", mark("Osoba zapisana. Informacja o danych jest w drodze."))
    return redirect(request, f"/desk/people/{made.id}/slip", mark("Osoba zapisana. Przekaż jej tę kartkę."))


async def slip(request: Request) -> Response:
    who = await queries.volunteer(request.state.actor, request.path_params["id"])
    today = today_of(request)
    await audit.record(request.state.actor, "people.slip", f"volunteer:{who.id}")
    return render(request, "people/slip.html", SlipPage(who, today, rules.is_minor(who.birth_date, today)))


async def edit(request: Request) -> Response:
    who = await _who(request)
    form = forms.blank(**volunteer_forms.of_card(who))
    return render(request, "people/edit.html", EditPage(who, form, await _areas()))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    who = await _who(request)
    form = await _of_area(reachable(forms.read(DetailsForm, await request.form()), today_of(request)), who.area_slug)
    if form.value is None:
        return render(request, "people/edit.html", EditPage(who, form, await _areas()), status=422)
    try:
        await actions.correct(request.state.actor, who.id, form.value)
    except Stale:
        return render(request, "people/edit.html", await _both(request, form, form.value), status=409)
    except Taken as taken:
        form = form.refused("email", gettext(taken.sentence))
        return render(request, "people/edit.html", EditPage(who, form, await _areas()), status=409)
    return redirect(request, f"/desk/people/{who.id}", mark("Zapisane."))


async def _both(request: Request, form: Checked[Any], typed: DetailsForm) -> EditPage:
    who = await _who(request)
    now = volunteer_forms.of_card(who)
    mine = volunteer_forms.shown(typed)
    differ = {name: value for name, value in now.items() if name != "version" and value != mine[name]}
    seen = Checked({**form.typed, "version": [now["version"]]}, form.errors, form.value)
    return EditPage(who, seen, await _areas(), differ)


async def _of_area(form: Checked[Any], known: str = "") -> Checked[Any]:
    """The same form, unless the district is not on the map; the one that stands already may stay."""
    area = form.first("area")
    if area and area != known and area not in dict(await _areas()):
        return form.refused("area", gettext("Wybierz osiedle."))
    return form


async def _new(request: Request, form: Checked[Any], status: int = 200, alike: Any = ()) -> Response:
    words = {purpose.value: gettext(words.sentence) for purpose, words in WORDS.items()}
    page = NewPage(form, await _areas(), words, list(alike))
    return render(request, "people/new.html", page, status=status)


async def _who(request: Request) -> VolunteerCard:
    return await queries.volunteer(request.state.actor, request.path_params["id"])


async def _areas() -> Areas:
    return await atlas.areas()
