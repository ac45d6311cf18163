"""The page of one need: what it is, what says so, what reaches it and stands for it, and its way until it is met.

A need of one person shows somebody's home, so whoever opens it stands in the log.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.atlas import actions, need_queries, reach_pages
from volunteer_hub.atlas.forms import not_later
from volunteer_hub.atlas.hours_words import week_said
from volunteer_hub.atlas.need_forms import EvidenceForm, StateForm, said_why
from volunteer_hub.atlas.need_queries import NeedCard
from volunteer_hub.atlas.reach_pages import Beside
from volunteer_hub.atlas.rules import LIVING, NEXT, NeedState
from volunteer_hub.kit import clock
from volunteer_hub.schedule.initiatives import overview
from volunteer_hub.schedule.initiatives.overview import Answer
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class NeedPage:
    """`when`: the hours at which help is wanted, none for any. `beside`: what reaches it, while it still stands."""

    need: NeedCard
    answers: list[Answer]
    when: tuple[str, ...]
    next_states: tuple[NeedState, ...]
    beside: Beside | None
    evidence: Checked[Any]
    state: Checked[Any]


async def need(request: Request) -> Response:
    page = await _page(request)
    if page.need.personal:
        await audit.record(request.state.actor, "need.open", f"need:{page.need.id}")
    return render(request, "schedule/need.html", page)


async def change_state(request: Request) -> Response:
    """The new state is the value of the button that was pressed."""
    form = said_why(forms.read(StateForm, await request.form()))
    id = request.path_params["id"]
    if (value := form.value) is None:
        return render(request, "schedule/need.html", await _page(request, state=form), status=422)
    await actions.set_need_state(request.state.actor, id, value.state, reason=value.reason)
    return redirect(request, f"/desk/needs/{id}", mark("Zapisane."))


async def add_evidence(request: Request) -> Response:
    form = not_later(forms.read(EvidenceForm, await request.form()), "seen_on", _today(request))
    id = request.path_params["id"]
    if form.value is None:
        return render(request, "schedule/need.html", await _page(request, evidence=form), status=422)
    await actions.add_evidence(request.state.actor, id, form.value.evidence)
    return redirect(request, f"/desk/needs/{id}#evidence", mark("Dopisane."))


async def remove_evidence(request: Request) -> Response:
    id = request.path_params["id"]
    await actions.remove_evidence(request.state.actor, id, request.path_params["line"])
    return redirect(request, f"/desk/needs/{id}#evidence", mark("Usunięte."))


async def _page(
    request: Request, *, evidence: Checked[Any] | None = None, state: Checked[Any] | None = None
) -> NeedPage:
    actor = request.state.actor
    found = await need_queries.need(actor, request.path_params["id"])
    return NeedPage(
        need=found,
        answers=await overview.answers_to(actor, found.id),
        when=week_said(found.week),
        next_states=NEXT[found.state],
        beside=await reach_pages.beside(request, found.id) if found.state in LIVING else None,
        evidence=evidence or forms.blank(seen_on=_today(request).isoformat()),
        state=state or forms.blank(),
    )


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
