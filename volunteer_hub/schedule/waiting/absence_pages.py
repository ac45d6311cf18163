"""A volunteer who cannot come: gives the place back, or names somebody who has agreed to come instead."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import answering
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.waiting import substitutes
from volunteer_hub.schedule.waiting.substitutes import OwnPlace
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Phone
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

# The same for a number that nobody has.
ASKED = mark("Jeśli ta osoba u nas pomaga, właśnie ją pytamy. Dopóki nie powie „tak”, zadanie jest Twoje.")
FREED = mark("Zapisane. Dziękujemy, że dajesz znać. Poszukamy kogoś innego.")
OFFERED = mark("Zapisane. Dziękujemy, że dajesz znać. Pytamy już pierwszą osobę z listy oczekujących.")
LATE = mark("Zapisane. To już niedługo, więc prosimy też o telefon do centrum.")
LATE_RING = mark("Zapisane. To już niedługo, więc prosimy też zadzwonić do centrum: %(phone)s.")


class Release(Form):
    """Why, if they like to say."""

    word: Line = Field("", max_length=200)


class Substitute(Form):
    """Whose number it is, they have asked before. It is kept nowhere."""

    phone: Phone


@dataclass(frozen=True)
class AbsencePage:
    place: OwnPlace
    release: Checked[Any] = field(default_factory=Checked)
    substitute: Checked[Any] = field(default_factory=Checked)


async def show(request: Request) -> Response:
    place = await substitutes.own_place(request.state.actor, request.path_params["id"])
    return render(request, "schedule/absence.html", AbsencePage(place))


async def release(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    given = forms.read(Release, await request.form())
    if given.value is None:
        place = await substitutes.own_place(actor, id)
        return render(request, "schedule/absence.html", AbsencePage(place, release=given), status=422)
    await answering.withdraw(actor, id, given.value.word)
    goes_on = await waiting.goes_on(id)
    late = await answering.was_late(id) and not goes_on
    if late and (phone := settings_of(request).centre_phone):
        return redirect(request, "/me", LATE_RING, phone=pretty(phone))
    return redirect(request, "/me", OFFERED if goes_on else LATE if late else FREED)


async def name(request: Request) -> Response:
    actor, id = request.state.actor, request.path_params["id"]
    place = await substitutes.own_place(actor, id)
    given, status = forms.read(Substitute, await request.form()), 422
    if given.value is not None:
        try:
            await substitutes.name(settings_of(request), actor, id, given.value.phone)
        except Refused as refused:
            if refused.status in (404, 410):
                raise
            given, status = given.refused("phone", gettext(refused.sentence, **refused.values)), refused.status
        else:
            return redirect(request, "/me", ASKED)
    return render(request, "schedule/absence.html", AbsencePage(place, substitute=given), status=status)
