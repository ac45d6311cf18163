"""The goals and steps of a social contract: added and changed while it is a draft, noted done while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas.forms import Options, differs, listed, not_later
from volunteer_hub.initiatives import contract_lines, contracts
from volunteer_hub.initiatives.contract_forms import GoalForm, StepForm, Tick
from volunteer_hub.initiatives.contracts import Goal, Step, Whole
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule.contracts.pages import own, whole_page
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class GoalPage:
    """`goal` is None for a new one. `now`: what was saved meanwhile and differs from what was typed."""

    contract: Whole
    goal: Goal | None
    form: Checked[Any]
    now: Mapping[str, str]


@dataclass(frozen=True)
class StepPage:
    """As GoalPage. `goals` by the words they begin with."""

    contract: Whole
    step: Step | None
    form: Checked[Any]
    now: Mapping[str, str]
    goals: Options
    initiatives: Options


async def new_goal(request: Request) -> Response:
    return render(request, "schedule/contract_goal.html", GoalPage(await own(request), None, forms.blank(), {}))


async def create_goal(request: Request) -> Response:
    found, form = await own(request), forms.read(GoalForm, await request.form())
    if form.value is None:
        return render(request, "schedule/contract_goal.html", GoalPage(found, None, form, {}), status=422)
    await contract_lines.add_goal(settings_of(request), request.state.actor, found.row.id, form.value.words)
    return _back(request, found)


async def goal(request: Request) -> Response:
    found = await own(request)
    one = found.goal(request.path_params["goal"])
    form = forms.blank(version=one.version, words=one.words or "")
    return render(request, "schedule/contract_goal.html", GoalPage(found, one, form, {}))


async def save_goal(request: Request) -> Response:
    found, form = await own(request), forms.read(GoalForm, await request.form())
    one = found.goal(request.path_params["goal"])
    if (new := form.value) is None:
        return render(request, "schedule/contract_goal.html", GoalPage(found, one, form, {}), status=422)
    settings, actor = settings_of(request), request.state.actor
    try:
        await contract_lines.save_goal(settings, actor, found.row.id, one.id, new.version, new.words)
    except Stale:
        one = (found := await own(request)).goal(one.id)
        again, now = _meanwhile(form, {"version": one.version, "words": one.words or ""})
        return render(request, "schedule/contract_goal.html", GoalPage(found, one, again, now), status=409)
    return _back(request, found)


async def remove_goal(request: Request) -> Response:
    await contract_lines.remove_goal(request.state.actor, request.path_params["id"], request.path_params["goal"])
    return redirect(request, f"/desk/contracts/{request.path_params['id']}", mark("Usunięte."))


async def new_step(request: Request) -> Response:
    """?goal=… chooses the goal beforehand."""
    form = forms.blank(goal=request.query_params.get("goal", ""))
    return render(request, "schedule/contract_step.html", await _step_page(await own(request), None, form))


async def create_step(request: Request) -> Response:
    page = await _step_page(await own(request), None, forms.read(StepForm, await request.form()))
    if (new := page.form.value) is None:
        return render(request, "schedule/contract_step.html", page, status=422)
    await contract_lines.add_step(settings_of(request), request.state.actor, page.contract.row.id, new.details)
    return _back(request, page.contract)


async def step(request: Request) -> Response:
    found = await own(request)
    one = found.step(request.path_params["step"])
    page = await _step_page(found, one, forms.blank(**_typed(one)))
    return render(request, "schedule/contract_step.html", page)


async def save_step(request: Request) -> Response:
    found = await own(request)
    one = found.step(request.path_params["step"])
    page = await _step_page(found, one, forms.read(StepForm, await request.form()))
    if (new := page.form.value) is None:
        return render(request, "schedule/contract_step.html", page, status=422)
    settings, actor = settings_of(request), request.state.actor
    try:
        await contract_lines.save_step(settings, actor, found.row.id, one.id, new.version, new.details)
    except Stale:
        one = (found := await own(request)).step(one.id)
        again, now = _meanwhile(page.form, _typed(one))
        words = dict([*page.goals, *page.initiatives])
        page = replace(page, form=again, now={name: words.get(value, value) for name, value in now.items()})
        return render(request, "schedule/contract_step.html", page, status=409)
    return _back(request, found)


async def remove_step(request: Request) -> Response:
    await contract_lines.remove_step(request.state.actor, request.path_params["id"], request.path_params["step"])
    return redirect(request, f"/desk/contracts/{request.path_params['id']}", mark("Usunięte."))


async def tick(request: Request) -> Response:
    """Done by hand, on a day that is not ahead."""
    page = await whole_page(request)
    one = page.contract.step(request.path_params["step"])
    form = not_later(forms.read(Tick, await request.form()), "done_on", page.today)
    if form.value is None:
        page = replace(page, form=form, refused="tick", ticked=one.id)
        return render(request, "schedule/contract.html", page, status=422)
    await contract_lines.tick(request.state.actor, page.contract.row.id, one.id, form.value.done_on)
    return _back(request, page.contract)


async def untick(request: Request) -> Response:
    id = request.path_params["id"]
    await contract_lines.tick(request.state.actor, id, request.path_params["step"], None)
    return redirect(request, f"/desk/contracts/{id}", mark("Zapisane."))


async def _step_page(found: Whole, one: Step | None, form: Checked[Any]) -> StepPage:
    erased = gettext("Słowa usunięto razem z danymi osoby.")
    goals = [(str(goal.id), (goal.words or erased)[:80]) for goal in found.goals]
    offered = await contracts.may_rest_on(found.row.participant) if found.row.participant else []
    return StepPage(found, one, listed(form, goal=goals, initiative=offered), {}, goals, offered)


def _typed(one: Step) -> dict[str, Any]:
    return {
        "version": one.version,
        "goal": str(one.goal),
        "words": one.words or "",
        "due": one.due.isoformat() if one.due else "",
        "initiative": str(one.initiative or ""),
        "attend": str(one.attend or ""),
    }


def _meanwhile(form: Checked[Any], saved: dict[str, Any]) -> tuple[Checked[Any], dict[str, str]]:
    """The form over the newer version, and what stands there now where it differs."""
    again = Checked({**form.typed, "version": [str(saved.pop("version"))]}, form.errors, form.value)
    return again, {name: value for name, value in saved.items() if differs(form, name, value)}


def _back(request: Request, found: Whole) -> Response:
    return redirect(request, f"/desk/contracts/{found.row.id}", mark("Zapisane."))
