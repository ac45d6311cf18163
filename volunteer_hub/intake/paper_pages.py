"""Checks and papers of a volunteer at the desk: all of them dates, each change judged against what is planned."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.intake import people_actions as actions
from volunteer_hub.intake.card_pages import day_of, done, refuse, today_of
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import paper_queries, queries
from volunteer_hub.people.forms import (
    FirstDay,
    LastDay,
    NewAgreement,
    NewClearance,
    NewPolicy,
    OfKind,
    ShorterClearance,
    not_after,
)
from volunteer_hub.people.paper_queries import Papers, PolicyLine
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

ENDED = mark("Zapisane. Jeśli to kogoś dotyczy, zadanie jest na liście zagrożonych.")


@dataclass(frozen=True)
class AgreementPage:
    who: VolunteerCard
    papers: Papers
    today: date
    form: Checked[Any]


@dataclass(frozen=True)
class PoliciesPage:
    """`covered`: a policy for all holds today. `ending` is the refused form under one policy, `of` its id."""

    policies: list[PolicyLine]
    today: date
    covered: bool
    form: Checked[Any] = field(default_factory=Checked)
    ending: Checked[Any] = field(default_factory=Checked)
    of: str = ""
    blank: Checked[Any] = field(default_factory=Checked)


async def record_clearance(request: Request) -> Response:
    form = not_after(forms.read(NewClearance, await request.form()), today_of(request), "checked_on")
    if form.value is None:
        return await refuse(request, "clearance", form)
    await actions.record_clearance(request.state.actor, request.path_params["id"], form.value)
    return await done(request, mark("Sprawdzenie zapisane."))


async def revoke_clearance(request: Request) -> Response:
    form = forms.read(OfKind, await request.form())
    if form.value is None:
        raise Refused("", 400)
    await actions.revoke_clearance(
        request.state.actor, request.path_params["id"], form.value.kind, today_of(request)
    )
    return await done(request, ENDED)


async def shorten_clearance(request: Request) -> Response:
    form = forms.read(ShorterClearance, await request.form())
    if form.value is None:
        return await refuse(request, "shorter", form)
    new = form.value
    await actions.shorten_clearance(request.state.actor, request.path_params["id"], new.kind, new.valid_until)
    return await done(request, ENDED)


async def start_service(request: Request) -> Response:
    form = not_after(forms.read(FirstDay, await request.form()), today_of(request), "first_day")
    if form.value is None:
        return await refuse(request, "service", form)
    try:
        await actions.start_service(request.state.actor, request.path_params["id"], form.value.first_day)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await refuse(request, "service", form.refused("first_day", gettext(refused.sentence)))
    return await done(request, mark("Pierwszy dzień pomocy zapisany."))


async def agreement(request: Request) -> Response:
    today = day_of(today_of(request))
    return await _agreement(request, forms.blank(signed_on=today, valid_from=today))


async def sign_agreement(request: Request) -> Response:
    form = not_after(forms.read(NewAgreement, await request.form()), today_of(request), "signed_on")
    if form.value is None:
        return await _agreement(request, form, status=422)
    try:
        await actions.sign_agreement(request.state.actor, request.path_params["id"], form.value)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _agreement(request, form.refused("", gettext(refused.sentence)), status=refused.status)
    return redirect(request, f"/desk/people/{request.path_params['id']}", mark("Porozumienie zapisane."))


async def end_agreement(request: Request) -> Response:
    """A day that cannot be read changes nothing and says so on the page of agreements."""
    form = forms.read(LastDay, await request.form())
    if form.value is None:
        raise Refused(mark("Podaj dzień, miesiąc i rok, na przykład 4.05.2026."), 422)
    volunteer = await actions.end_agreement(request.state.actor, request.path_params["id"], form.value.last_day)
    return redirect(request, f"/desk/people/{volunteer}", ENDED)


async def add_own_policy(request: Request) -> Response:
    form = forms.read(NewPolicy, await request.form())
    if form.value is None:
        return await refuse(request, "policy", form)
    await actions.add_policy(request.state.actor, form.value, request.path_params["id"])
    return await done(request, mark("Polisa zapisana."))


async def policies(request: Request) -> Response:
    return render(request, "people/policies.html", await _policies(request))


async def add_policy(request: Request) -> Response:
    form = forms.read(NewPolicy, await request.form())
    if form.value is None:
        return render(request, "people/policies.html", await _policies(request, form=form), status=422)
    await actions.add_policy(request.state.actor, form.value)
    return redirect(request, "/desk/policies", mark("Polisa zapisana."))


async def end_policy(request: Request) -> Response:
    form = forms.read(LastDay, await request.form())
    id = request.path_params["id"]
    if form.value is None:
        page = await _policies(request, ending=form, of=str(id))
        return render(request, "people/policies.html", page, status=422)
    await actions.end_policy(request.state.actor, id, form.value.last_day)
    return redirect(request, "/desk/policies", ENDED)


async def _agreement(request: Request, form: Checked[Any], status: int = 200) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    papers = await paper_queries.papers(actor, id)
    page = AgreementPage(await queries.volunteer(actor, id), papers, today_of(request), form)
    return render(request, "people/agreement.html", page, status=status)


async def _policies(request: Request, **forms: Any) -> PoliciesPage:
    today = today_of(request)
    known = list(await paper_queries.policies(request.state.actor))
    return PoliciesPage(known, today, any(one.covers(today) and not one.volunteer for one in known), **forms)
