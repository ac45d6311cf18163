"""A place of the map: where it is, and what it offers to somebody who walks, sees or hears with difficulty."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import places, queries, resource_queries
from volunteer_hub.atlas.forms import Options, differs, listed
from volunteer_hub.atlas.resource_forms import PlaceForm, place_typed
from volunteer_hub.atlas.resource_queries import PlaceCard
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render

TEMPLATE = "atlas/place.html"


@dataclass(frozen=True)
class PlacePage:
    """`there`: the resources that stand at it. `now`: what stands saved meanwhile in fields that differ."""

    place: PlaceCard
    there: list[tuple[UUID, str]]
    areas: Options
    form: Checked[Any]
    now: dict[str, Any] = field(default_factory=dict)


async def edit(request: Request) -> Response:
    place = await resource_queries.place(request.state.actor, request.path_params["id"])
    return render(request, TEMPLATE, await _page(request, forms.blank(**place_typed(place))))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    form = listed(forms.read(PlaceForm, await request.form()), area=await queries.area_ids())
    if (value := form.value) is None:
        return render(request, TEMPLATE, await _page(request, form), status=422)
    actor, id = request.state.actor, request.path_params["id"]
    try:
        await places.correct(actor, id, value.version, value.details)
    except Stale:
        now = place_typed(await resource_queries.place(actor, id))
        differ = {name: told for name, told in now.items() if name != "version" and differs(form, name, told)}
        form = Checked({**form.typed, "version": [str(now["version"])]}, form.errors, value)
        return render(request, TEMPLATE, await _page(request, form, differ), status=409)
    there = await resource_queries.at_place(actor, id)
    back = f"/desk/resources/{there[0][0]}" if len(there) == 1 else f"/desk/places/{id}/edit"
    return redirect(request, back, mark("Zapisane."))


async def _page(request: Request, form: Checked[Any], now: dict[str, Any] | None = None) -> PlacePage:
    actor, id = request.state.actor, request.path_params["id"]
    place = await resource_queries.place(actor, id)
    return PlacePage(place, await resource_queries.at_place(actor, id), await queries.area_ids(), form, now or {})
