"""Somebody chosen by hand for a plan: in the place of a pair's volunteer, or for a seat that nobody fills."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import actions, queries
from volunteer_hub.matching.plans import pages as plan_pages
from volunteer_hub.matching.plans.choices import Choices, choices, line_of
from volunteer_hub.matching.plans.forms import Added, Swapped
from volunteer_hub.matching.plans.queries import OpeningLine, PairLine, PlanCard, PlanView
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

SWAPPED = mark("Zamienione. Ta osoba zostaje w planie także przy układaniu na nowo.")
ADDED = mark("Dodane. Ta osoba zostaje w planie także przy układaniu na nowo.")


@dataclass(frozen=True)
class ChoicePage:
    """`pair` is who goes, if anybody does."""

    card: PlanCard
    line: OpeningLine
    pair: PairLine | None
    choices: Choices
    form: Checked[Any]
    address: str


async def swap_form(request: Request) -> Response:
    view = await _view(request)
    return await _page(request, view, pair=_pair(view, request.path_params["pair"]))


async def swap(request: Request) -> Response:
    actor, plan, id = request.state.actor, request.path_params["id"], request.path_params["pair"]
    checked, status = forms.read(Swapped, await request.form()), 422
    view = await _view(request)
    pair = _pair(view, id)
    if (given := checked.value) is not None:
        try:
            await actions.swap(actor, plan, id, given.volunteer, given.version, given.word)
        except Refused as refused:
            checked, status = _refused(checked, refused), refused.status
        else:
            return redirect(request, f"/desk/plan/{plan}#o-{pair.opening}", SWAPPED)
    return await _page(request, await _view(request), checked, status, pair)


async def add_form(request: Request) -> Response:
    return await _page(request, await _view(request))


async def add(request: Request) -> Response:
    actor, plan, opening = request.state.actor, request.path_params["id"], request.path_params["opening"]
    checked, status = forms.read(Added, await request.form()), 422
    if (given := checked.value) is not None:
        try:
            await actions.add(actor, plan, opening, given.volunteer, given.version, given.word)
        except Refused as refused:
            checked, status = _refused(checked, refused), refused.status
        else:
            return redirect(request, f"/desk/plan/{plan}#o-{opening}", ADDED)
    return await _page(request, await _view(request), checked, status)


async def _view(request: Request) -> PlanView:
    return await queries.plan(request.state.actor, request.path_params["id"])


def _pair(view: PlanView, id: UUID) -> PairLine:
    pair = next((pair for line in view.openings for pair in line.pairs if pair.id == id), None)
    if pair is None:
        raise Refused("", 404)
    return pair


async def _page(
    request: Request,
    view: PlanView,
    form: Checked[Any] | None = None,
    status: int = 200,
    pair: PairLine | None = None,
) -> Response:
    try:
        line = line_of(view, pair.opening if pair else request.path_params["opening"])
    except Refused as closed:
        return await plan_pages.problem(request, closed)
    found = await choices(request.state.actor, view, line)
    page = ChoicePage(view.card, line, pair, found, form or forms.blank(), request.url.path)
    return render(request, "matching/plan_choice.html", page, status=status)


def _refused(checked: Checked[Any], refused: Refused) -> Checked[Any]:
    if refused.status == 404:
        raise refused
    return checked.refused("", gettext(refused.sentence, **refused.values))
