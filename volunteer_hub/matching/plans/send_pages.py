"""The invitations of a plan: looked at first, then sent, then told: who was asked, who could not be and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import actions, queries
from volunteer_hub.matching.plans.actions import Sent
from volunteer_hub.matching.plans.forms import Sending, Way
from volunteer_hub.matching.plans.preview import Preview, preview
from volunteer_hub.matching.plans.queries import OpeningLine, PairLine, PlanCard
from volunteer_hub.matching.waves.rules import FEWEST
from volunteer_hub.web import forms
from volunteer_hub.web.formats import short_day
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext
from volunteer_hub.web.render import render, settings_of


@dataclass(frozen=True)
class SendPage:
    """`options`: each pair that may be invited, in words."""

    card: PlanCard
    leaves: Preview
    options: list[tuple[UUID, str]]
    form: Checked[Any]


@dataclass(frozen=True)
class SentPage:
    """`lines`: the openings of the plan by id."""

    card: PlanCard
    sent: Sent
    lines: dict[UUID, OpeningLine]


async def send_form(request: Request) -> Response:
    return await _page(request)


async def send(request: Request) -> Response:
    actor, plan = request.state.actor, request.path_params["id"]
    checked = forms.read(Sending, await request.form())
    if (given := checked.value) is None:
        return await _page(request, checked, 422)
    waves = given.way is Way.WAVES
    size, hours = (given.wave_size, given.wave_hours) if waves else (None, None)
    try:
        sent = await actions.send(
            actor, plan, given.version, pairs=given.pairs, wave_size=size, wave_hours=hours, wakes=given.now
        )
    except Refused as refused:
        if refused.status == 404:
            raise
        return await _page(request, checked.refused("", gettext(refused.sentence, **refused.values)), refused.status)
    view = await queries.plan(actor, plan)
    return render(
        request, "matching/plan_sent.html", SentPage(view.card, sent, {line.opening: line for line in view.openings})
    )


async def _page(request: Request, form: Checked[Any] | None = None, status: int = 200) -> Response:
    actor = request.state.actor
    view = await queries.plan(actor, request.path_params["id"])
    leaves = await preview(actor, view)
    first = forms.blank(
        way=Way.ONCE,
        wave_size=FEWEST,
        wave_hours=settings_of(request).wave_hours,
        pairs=[pair.id for _, pair in leaves.lines],
    )
    page = SendPage(view.card, leaves, list(_options(leaves.lines)), form or first)
    return render(request, "matching/plan_send.html", page, status=status)


def _options(lines: Iterable[tuple[OpeningLine, PairLine]]) -> Iterable[tuple[UUID, str]]:
    for line, pair in lines:
        yield pair.id, f"{pair.name}: {line.title}, {line.role}, {short_day(line.starts_wall)}"
