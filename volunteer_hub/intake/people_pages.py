"""Volunteers at the desk: the list, one person, and what is noted about them. Here for the names of districts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import actions, queries, rules
from volunteer_hub.people.consents import WORDS, Purpose
from volunteer_hub.people.forms import NewClearance, NextStep
from volunteer_hub.people.queries import VolunteerCard, VolunteerRow
from volunteer_hub.people.rules import CLEARANCES, Kind, Step
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class PeoplePage:
    """`more` is the address of the next page, empty on the last one."""

    people: list[VolunteerRow]
    counts: dict[Step, int]
    more: str
    form: forms.Checked[forms.Form]
    step: Step | None
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class VolunteerPage:
    who: VolunteerCard
    area: str
    age: int
    minor: bool
    today: date
    consent_words: Mapping[Purpose, str]
    form: forms.Checked[NewClearance]
    clearance_kinds: tuple[str, ...]
    said: str = ""


async def people(request: Request) -> Response:
    asked = request.query_params
    step, kind = _chosen(Step, asked.get("step", "")), _chosen(Kind, asked.get("kind", ""))
    search = asked.get("q", "").replace("\x00", "")
    found, more = await queries.volunteers(request.state.actor, search, step, kind, forms.id_of(asked.get("after", "")))
    page = PeoplePage(
        people=found,
        counts=await queries.counts(request.state.actor),
        more=_more(search, step, kind, found[-1].id) if more else "",
        form=forms.blank(q=search, step=step or "", kind=kind or ""),
        step=step,
        kinds=tuple(Kind),
    )
    return render(request, "people/people.html", page)


def _more(search: str, step: Step | None, kind: Kind | None, after: UUID) -> str:
    asked = {"q": search, "step": step or "", "kind": kind or "", "after": str(after)}
    return f"/desk/people?{urlencode({name: value for name, value in asked.items() if value})}"


async def volunteer(request: Request) -> Response:
    page = await _card(request)
    await audit.record(request.state.actor, "people.open", f"volunteer:{page.who.id}")
    return render(request, "people/volunteer.html", page)


async def take_step(request: Request) -> Response:
    form = forms.read(NextStep, await request.form())
    if form.value is None:
        raise Refused("", 400)
    await actions.take_step(request.state.actor, request.path_params["id"], form.value.step)
    return await _done(request, mark("Zapisane."))


async def record_guardian_consent(request: Request) -> Response:
    await actions.record_guardian_consent(request.state.actor, request.path_params["id"])
    return await _done(request, mark("Zgoda opiekuna zapisana."))


async def record_clearance(request: Request) -> Response:
    form = forms.read(NewClearance, await request.form())
    if form.value and form.value.checked_on > clock.today(settings_of(request).timezone):
        form = form.refused("checked_on", gettext("Ten dzień jeszcze nie nadszedł."))
    if form.value is None:
        return render(request, "people/volunteer.html", await _card(request, form), fragment="volunteer", status=422)
    new = form.value
    await actions.record_clearance(
        request.state.actor,
        request.path_params["id"],
        kind=new.kind,
        checked_on=new.checked_on,
        valid_until=new.valid_until,
    )
    return await _done(request, mark("Sprawdzenie zapisane."))


async def _done(request: Request, sentence: str) -> Response:
    if wants_fragment(request):
        page = await _card(request, said=gettext(sentence))
        return render(request, "people/volunteer.html", page, fragment="volunteer")
    return redirect(request, f"/desk/people/{request.path_params['id']}", sentence)


async def _card(request: Request, form: forms.Checked[NewClearance] | None = None, said: str = "") -> VolunteerPage:
    who = await queries.volunteer(request.state.actor, request.path_params["id"])
    today = clock.today(settings_of(request).timezone)
    names = {district.slug: district.name for district in await atlas.districts()}
    return VolunteerPage(
        who=who,
        area=names.get(who.area_slug, who.area_slug),
        age=rules.age(who.birth_date, today),
        minor=rules.is_minor(who.birth_date, today),
        today=today,
        consent_words={purpose: gettext(words.sentence) for purpose, words in WORDS.items()},
        form=form or forms.blank(),
        clearance_kinds=CLEARANCES,
        said=said,
    )


def _chosen(kind: type[E], value: str) -> E | None:
    """The member of `kind` that a link or a filter names; anything else narrows nothing."""
    return kind(value) if value in set(kind) else None
