"""A volunteer's papers at the desk: those issued, a new agreement, a new certificate."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import agreement, certificate, queries
from volunteer_hub.papers.agreement import Draft
from volunteer_hub.papers.certificate import Task
from volunteer_hub.papers.forms import MOST_DAYS, TOO_LONG, AgreementForm, Period
from volunteer_hub.papers.queries import Paper, Wish
from volunteer_hub.people import paper_queries, rules
from volunteer_hub.people import queries as people
from volunteer_hub.people.forms import not_after
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.schedule.hours import queries as hours
from volunteer_hub.web import forms, i18n
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

READY = mark("Dokument nr %(number)s jest gotowy. Otwórz go i wydrukuj.")


@dataclass(frozen=True)
class PapersPage:
    who: VolunteerCard
    papers: list[Paper]
    wish: Wish | None


@dataclass(frozen=True)
class AgreementPage:
    """`minor`: a guardian signs too, or instead. `insured`: a policy of the centre covers today."""

    who: VolunteerCard
    form: Checked[Any]
    minor: bool
    insured: bool


@dataclass(frozen=True)
class CertificatePage:
    """`tasks`: what it would list, once the days are known; `minutes` of them together.

    `waiting`: minutes of those days that nobody has approved yet, which it would leave out.
    """

    who: VolunteerCard
    form: Checked[Any]
    wish: Wish | None
    tasks: list[Task] | None
    minutes: int
    waiting: int


async def papers(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    who = await people.volunteer(actor, id)
    page = PapersPage(who, await queries.of_volunteer(actor, id), await queries.wish_of(actor, id))
    return render(request, "papers/of_volunteer.html", page)


async def new_agreement(request: Request) -> Response:
    """The form filled from what is known, in the volunteer's language or the one that is asked for."""
    actor, id = request.state.actor, request.path_params["id"]
    who = await people.volunteer(actor, id)
    asked = request.query_params.get("language", who.language)
    language = asked if asked in i18n.LANGUAGES else i18n.DEFAULT
    draft = await agreement.suggested(actor, id, _today(request), language)
    words = {name: getattr(draft, name) for name in ("language", "scope", "manner", "time", "risks", "notice")}
    return await _agreement(request, forms.blank(**words, first_day=_typed(draft.first_day)))


async def issue_agreement(request: Request) -> Response:
    form = forms.read(AgreementForm, await request.form())
    if form.value and abs(form.value.first_day - _today(request)).days > MOST_DAYS:
        form = form.refused("first_day", gettext(TOO_LONG))
    if form.value is None:
        return await _agreement(request, form, 422)
    draft = Draft(**form.value.model_dump())
    try:
        issued = await agreement.issue(settings_of(request), request.state.actor, request.path_params["id"], draft)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _agreement(request, form.refused("", gettext(refused.sentence)), refused.status)
    return redirect(request, f"/desk/papers/{issued.id}", READY, number=f"{issued.number}/{issued.year}")


async def new_certificate(request: Request) -> Response:
    """The form with the days that were asked for, or this year's; with days in the address, what it would list."""
    actor, id, today = request.state.actor, request.path_params["id"], _today(request)
    if "first_day" in request.query_params:
        names = Period.model_fields
        form = forms.read(Period, {name: request.query_params.getlist(name) for name in names})
        return await _certificate(request, not_after(form, today, "last_day"))
    wish, who = await queries.wish_of(actor, id), await people.volunteer(actor, id)
    first, last = (wish.first_day, wish.last_day) if wish else (today.replace(month=1, day=1), today)
    language = wish.language if wish else who.language
    typed = {"language": [language], "first_day": [_typed(first)], "last_day": [_typed(last)]}
    return await _certificate(request, forms.read(Period, typed))


async def issue_certificate(request: Request) -> Response:
    form = not_after(forms.read(Period, await request.form()), _today(request), "last_day")
    if form.value is None:
        return await _certificate(request, form, 422)
    settings, actor, id, new = settings_of(request), request.state.actor, request.path_params["id"], form.value
    try:
        issued = await certificate.issue(settings, actor, id, new.first_day, new.last_day, new.language)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _certificate(request, form.refused("", gettext(refused.sentence)), refused.status)
    return redirect(request, f"/desk/papers/{issued.id}", READY, number=f"{issued.number}/{issued.year}")


async def _agreement(request: Request, form: Checked[Any], status: int = 200) -> Response:
    actor, id, today = request.state.actor, request.path_params["id"], _today(request)
    who = await people.volunteer(actor, id)
    insured = (await paper_queries.papers(actor, id)).policy(today) is not None
    minor = rules.is_minor(who.birth_date, today)
    page = AgreementPage(who, form, minor, insured)
    return render(request, "papers/new_agreement.html", page, status=status)


async def _certificate(request: Request, form: Checked[Period], status: int = 200) -> Response:
    actor, id, days = request.state.actor, request.path_params["id"], form.value
    who = await people.volunteer(actor, id)
    tasks = await certificate.hours(actor, id, days.first_day, days.last_day) if days else None
    waiting = await hours.still_waiting(actor, id, days.first_day, days.last_day) if days else 0
    minutes = sum(task.minutes for task in tasks or ())
    page = CertificatePage(who, form, await queries.wish_of(actor, id), tasks, minutes, waiting)
    return render(request, "papers/new_certificate.html", page, status=status)


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)


def _typed(day: date) -> str:
    return f"{day:%d.%m.%Y}"
