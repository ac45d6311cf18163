"""The opening hours of a resource, a line at a time: plain days and weeks, or a rule as calendars write it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import hours_words, resource_queries, resources
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.resource_forms import HoursForm, hours_from, hours_typed, seen
from volunteer_hub.atlas.resource_queries import OpenHours, ResourceCard
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

TEMPLATE = "atlas/resource_hours.html"


@dataclass(frozen=True)
class HoursPage:
    """`line` is None for a new one; `now`: what stands saved meanwhile, as a sentence."""

    card: ResourceCard
    form: Checked[Any]
    line: UUID | None = None
    now: str = ""


async def new_line(request: Request) -> Response:
    form = forms.blank(by="plain", often="week", first_day=_today(request).isoformat())
    return render(request, TEMPLATE, HoursPage(await _card(request), form))


async def create_line(request: Request) -> Response:
    card = await _card(request)
    form, new = hours_from(forms.read(HoursForm, await request.form()))
    if new is None:
        return render(request, TEMPLATE, HoursPage(card, form), status=422)
    await resources.add_hours(request.state.actor, card.id, new)
    return redirect(request, f"/desk/resources/{card.id}#hours", mark("Godziny są zapisane."))


async def edit_line(request: Request) -> Response:
    card = await _card(request)
    line = _line(request, card)
    return render(request, TEMPLATE, HoursPage(card, forms.blank(**hours_typed(line.hours)), line.id))


async def save_line(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    card = await _card(request)
    line = _line(request, card)
    form, new = hours_from(forms.read(HoursForm, await request.form()))
    if new is None:
        return render(request, TEMPLATE, HoursPage(card, form, line.id), status=422)
    try:
        if form.first("seen") != seen(line.hours):
            raise Stale
        await resources.set_hours(request.state.actor, card.id, line.id, line.hours, new)
    except Stale:
        now = _line(request, await _card(request)).hours
        form = Checked({**form.typed, "seen": [seen(now)]}, form.errors, form.value)
        page = HoursPage(card, form, line.id, _said(request, now))
        return render(request, TEMPLATE, page, status=409)
    return redirect(request, f"/desk/resources/{card.id}#hours", mark("Godziny są zapisane."))


async def remove_line(request: Request) -> Response:
    id = request.path_params["id"]
    await resources.remove_hours(request.state.actor, id, request.path_params["line"])
    return redirect(request, f"/desk/resources/{id}#hours", mark("Te godziny są usunięte."))


async def _card(request: Request) -> ResourceCard:
    return await resource_queries.resource(request.state.actor, request.path_params["id"])


def _line(request: Request, card: ResourceCard) -> OpenHours:
    found = next((one for one in card.hours if one.id == request.path_params["line"]), None)
    if found is None:
        raise Refused("", 404)
    return found


def _said(request: Request, of: Hours) -> str:
    return hours_words.said(of, _today(request))


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
