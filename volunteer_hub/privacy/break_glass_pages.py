"""Asking to read confidential words that are not one's own, and a second coordinator's word on it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import break_glass
from volunteer_hub.access.break_glass import Glass
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import subjects
from volunteer_hub.privacy.subjects import Subject
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

HERE = "/desk/break-glass"


class Asked(Form):
    sentences = {
        "about": mark("Wybierz, czego dotyczy prośba."),
        "reason": mark("Napisz, dlaczego to potrzebne, co najmniej jednym zdaniem."),
    }

    about: Annotated[str, Field(max_length=80)]
    reason: Annotated[str, Field(min_length=15, max_length=1000)]


@dataclass(frozen=True)
class Row:
    """A question with the name of what it is about; `mine` is what the actor asked."""

    glass: Glass
    name: str
    mine: bool


@dataclass(frozen=True)
class ListPage:
    rows: list[Row]
    asks: bool


@dataclass(frozen=True)
class AskPage:
    form: Checked[Asked]
    subjects: list[Subject]


async def show(request: Request) -> Response:
    actor: Actor = request.state.actor
    found = await break_glass.listed(actor)
    names = await subjects.names(actor, [glass.about for glass in found])
    rows = [Row(glass, names.get(glass.about, ""), glass.account == actor.account) for glass in found]
    return render(request, "privacy/break_glass.html", ListPage(rows, asks=actor.role is Role.COORDINATOR))


async def ask_form(request: Request) -> Response:
    about = request.query_params.get("about", "")
    return await _ask(request, forms.blank(about=about), about)


async def ask(request: Request) -> Response:
    form = forms.read(Asked, await request.form())
    if form.value is None:
        return await _ask(request, form, form.first("about"), 422)
    actor, asked = request.state.actor, form.value
    if asked.about not in await subjects.names(actor, [asked.about]):
        return await _ask(request, form.refused("about", gettext("Wybierz, czego dotyczy prośba.")), "", 422)
    try:
        await break_glass.ask(settings_of(request), actor, asked.about, asked.reason)
    except Refused as refused:
        return await _ask(request, form.refused("about", gettext(refused.sentence)), asked.about, refused.status)
    return redirect(request, HERE, mark("Prośba wysłana. Zgodę daje druga osoba z koordynacji."))


async def decide(request: Request) -> Response:
    said = (await request.form()).get("decision")
    if said == "approve":
        await break_glass.approve(request.state.actor, request.path_params["id"])
        return redirect(request, HERE, mark("Zgoda zapisana. Wgląd działa 8 godzin i sam się skończy."))
    if said == "refuse":
        await break_glass.refuse(request.state.actor, request.path_params["id"])
        return redirect(request, HERE, mark("Odmowa zapisana."))
    raise Refused(mark("Wybierz jedną z odpowiedzi."), 400)


async def end(request: Request) -> Response:
    await break_glass.end(request.state.actor, request.path_params["id"])
    return redirect(request, HERE, mark("Wgląd zakończony."))


async def _ask(request: Request, form: Checked[Asked], about: str, status: int = 200) -> Response:
    page = AskPage(form, await subjects.to_ask_about(request.state.actor, about))
    return render(request, "privacy/break_glass_ask.html", page, status=status)
