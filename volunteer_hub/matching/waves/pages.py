"""Invitations in waves at the desk: begin, see who was asked in which and what they said, stop."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries as matching
from volunteer_hub.matching.waves import actions, queries, rules
from volunteer_hub.matching.waves.forms import NewWaves
from volunteer_hub.matching.waves.queries import WavesView
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

STARTED = mark("Pierwsza fala wysłana. Zaproszonych osób: %(n)s.")
STARTED_WITH_FEWER = mark("Pierwsza fala wysłana. Zaproszonych osób: %(n)s. Nikt więcej teraz nie pasuje.")
STOPPED = mark("Zatrzymane. Kto ma zaproszenie, może jeszcze odpowiedzieć.")
NOT_RUNNING = mark("Fale już nie trwały, nie ma czego zatrzymać. Kto ma zaproszenie, może jeszcze odpowiedzieć.")


@dataclass(frozen=True)
class WavesPart:
    """What `matching/_waves.html` shows, as `waves`. `left`: how many could be asked in the next wave as it looks."""

    view: WavesView
    form: Checked[Any]
    left: int


@dataclass(frozen=True)
class WavesPage:
    waves: WavesPart


async def part(request: Request, form: Checked[Any] | None = None, left: int | None = None) -> WavesPart:
    """Of the opening in the address; with a `form`, else with what is usually asked. `left`: where it is known."""
    actor, id = request.state.actor, request.path_params["id"]
    view = await queries.of_opening(actor, id)
    if left is None:
        left = len(await matching.candidates(actor, id)) if view.running else 0
    size, hours = rules.default_size(view.missing), settings_of(request).wave_hours
    return WavesPart(view, form or forms.blank(size=view.size or size, hours=view.hours or hours), left)


async def show(request: Request) -> Response:
    return render(request, "matching/waves.html", WavesPage(await part(request)))


async def start(request: Request) -> Response:
    id = request.path_params["id"]
    form, status = forms.read(NewWaves, await request.form()), 422
    if (given := form.value) is not None:
        try:
            asked = await actions.start(request.state.actor, id, given.size, given.hours)
        except Refused as refused:
            if refused.status == 404:
                raise
            form, status = form.refused("", gettext(refused.sentence)), refused.status
        else:
            return redirect(request, _address(id), STARTED_WITH_FEWER if asked < given.size else STARTED, n=asked)
    found = await part(request, form)
    if found.view.running:  # a second press of the button is no mistake
        return redirect(request, _address(id), actions.RUNNING)
    return render(request, "matching/waves.html", WavesPage(found), status=status)


async def stop(request: Request) -> Response:
    id = request.path_params["id"]
    stopped = await actions.stop(request.state.actor, id)
    return redirect(request, _address(id), STOPPED if stopped else NOT_RUNNING)


def _address(opening: object) -> str:
    return f"/desk/openings/{opening}/waves"
