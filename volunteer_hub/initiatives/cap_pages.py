"""How many households each helper carries, and of how many: the centre's caps and one helper's own."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.initiatives import circle_loads
from volunteer_hub.initiatives.circle_forms import Caps, OwnCap
from volunteer_hub.initiatives.circle_loads import Load
from volunteer_hub.initiatives.circle_rules import Helps
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render

SAVED = mark("Zapisane. Nikt nie traci domów, które już wspiera.")

COLUMNS: files.Columns[Load] = {
    mark("Kto"): lambda one: one.name,
    mark("Kim tu jest"): lambda one: gettext("wolontariat") if one.who is Helps.VOLUNTEER else gettext("praca"),
    mark("Domy"): lambda one: one.households,
    mark("Najwięcej"): lambda one: one.most,
    mark("Zespoły, które prowadzisz"): lambda one: ", ".join(circle.name for circle in one.circles),
}


@dataclass(frozen=True)
class CapsPage:
    """`over`: how many carry more than they may."""

    loads: list[Load]
    over: int
    form: Checked[Any]


@dataclass(frozen=True)
class OwnCapPage:
    load: Load
    form: Checked[Any]


async def show(request: Request) -> Response:
    if kind := files.asked(request):
        table = files.table(mark("Kto wspiera ile domów"), COLUMNS, await circle_loads.loads(request.state.actor))
        return await files.answer(request, kind, table, personal=True)
    caps = await circle_loads.caps(request.state.actor)
    form = forms.blank(staff=caps[Helps.STAFF], volunteer=caps[Helps.VOLUNTEER])
    return render(request, "initiatives/caps.html", await _page(request, form))


async def save(request: Request) -> Response:
    form = forms.read(Caps, await request.form())
    if (value := form.value) is None:
        return render(request, "initiatives/caps.html", await _page(request, form), status=422)
    await circle_loads.set_caps(request.state.actor, {Helps.STAFF: value.staff, Helps.VOLUNTEER: value.volunteer})
    return redirect(request, "/desk/caps", SAVED)


async def show_own(request: Request) -> Response:
    load = await circle_loads.load(request.state.actor, request.path_params["id"])
    form = forms.blank(own="" if load.own is None else load.own)
    return render(request, "initiatives/own_cap.html", OwnCapPage(load, form))


async def save_own(request: Request) -> Response:
    load = await circle_loads.load(request.state.actor, request.path_params["id"])
    form = forms.read(OwnCap, await request.form())
    if form.value is None:
        return render(request, "initiatives/own_cap.html", OwnCapPage(load, form), status=422)
    await circle_loads.set_own(request.state.actor, load.id, form.value.own)
    return redirect(request, "/desk/caps", SAVED)


async def _page(request: Request, form: Checked[Any]) -> CapsPage:
    loads = await circle_loads.loads(request.state.actor)
    return CapsPage(loads, sum(one.over > 0 for one in loads), form)
