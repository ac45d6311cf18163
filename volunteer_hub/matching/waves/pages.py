"""Invitations in waves at the desk: begin, see who was asked in which and what they said, stop."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.waves import actions, queries, rules
from volunteer_hub.matching.waves.forms import NewWaves
from volunteer_hub.matching.waves.queries import WavesView
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

STARTED = mark("Pierwsza fala wysłana. Zaproszonych osób: %(n)s.")
STOPPED = mark("Zatrzymane. Kto ma zaproszenie, może jeszcze odpowiedzieć.")


@dataclass(frozen=True)
class WavesPart:
    """What `matching/_waves.html` shows, as `waves`."""

    view: WavesView
    form: Checked[Any]


@dataclass(frozen=True)
class WavesPage:
    waves: WavesPart


async def part(request: Request, form: Checked[Any] | None = None) -> WavesPart:
    """Of the opening in the address; unless a `form` is given, with what is usually asked."""
    view = await queries.of_opening(request.state.actor, request.path_params["id"])
    size, hours = rules.default_size(view.missing), settings_of(request).wave_hours
    return WavesPart(view, form or forms.blank(size=view.size or size, hours=view.hours or hours))


async def show(request: Request) -> Response:
    return render(request, "matching/waves.html", WavesPage(await part(request)))


async def start(request: Request) -> Response:
    id = request.path_params["id"]
    given, status = forms.read(NewWaves, await request.form()), 422
    if given.value is not None:
        try:
            asked = await actions.start(request.state.actor, id, given.value.size, given.value.hours)
        except Refused as refused:
            if refused.status != 409:
                raise
            given, status = given.refused("size", gettext(refused.sentence)), 409
        else:
            return redirect(request, _address(id), STARTED, n=asked)
    found = await part(request, given)
    if found.view.running:  # a second press of the button is no mistake
        return redirect(request, _address(id), actions.RUNNING)
    return render(request, "matching/waves.html", WavesPage(found), status=status)


async def stop(request: Request) -> Response:
    id = request.path_params["id"]
    await actions.stop(request.state.actor, id)
    return redirect(request, _address(id), STOPPED)


def _address(opening: object) -> str:
    return f"/desk/openings/{opening}/waves"
