"""What came of an initiative: one form with all its goals, before it closes or after."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives import amounts, outcomes, queries
from volunteer_hub.initiatives.outcomes import Goal, Outcome
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit.actor import coordinators_only
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

LONGEST = 2000


class Typed(Form):
    """The inputs are named after the goals, so they are read one by one."""


@dataclass(frozen=True)
class OutcomePage:
    initiative: InitiativeRow
    goals: list[Goal]
    form: Checked[Any]


async def outcome_form(request: Request) -> Response:
    found, goals = await _found(request)
    typed = {f"reached-{one.id}": amounts.typed(one.reached) for one in goals}
    typed |= {f"outcome-{one.id}": one.outcome for one in goals}
    form = forms.blank(**typed, outcome=found.outcome)
    return render(request, "initiatives/outcome.html", OutcomePage(found, goals, form))


async def save_outcome(request: Request) -> Response:
    found, goals = await _found(request)
    form = forms.read(Typed, await request.form())
    told: dict[UUID, Outcome] = {}
    for goal in goals:
        form, reached = _number(form, f"reached-{goal.id}")
        form, words = _words(form, f"outcome-{goal.id}")
        told[goal.id] = Outcome(reached, words)
    form, whole = _words(form, "outcome")
    if form.errors:
        return render(request, "initiatives/outcome.html", OutcomePage(found, goals, form), status=422)
    await outcomes.record(request.state.actor, found.id, told, None if goals else whole)
    return redirect(request, f"/desk/initiatives/{found.id}", mark("Zapisane."))


def _number(form: Checked[Any], name: str) -> tuple[Checked[Any], Decimal | None]:
    if not (text := form.first(name).strip()):
        return form, None
    try:
        return form, amounts.amount(text)
    except Wrong as wrong:
        sentence = (wrong.context or {})["sentence"]
        return form.refused(name, gettext(sentence)), None


def _words(form: Checked[Any], name: str) -> tuple[Checked[Any], str]:
    text = form.first(name).strip()
    if len(text) > LONGEST:
        said = gettext("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s.", max_length=LONGEST)
        return form.refused(name, said), text
    return form, text


async def _found(request: Request) -> tuple[InitiativeRow, list[Goal]]:
    coordinators_only(request.state.actor)
    found = await queries.changing(request.state.actor, request.path_params["id"])
    return found, await outcomes.goals(found)
