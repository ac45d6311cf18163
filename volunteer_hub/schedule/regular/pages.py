"""One regular task: what was said on the phone about it, and its end; for the desk, and for its volunteer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.forms import Answer
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.regular import seats as regular_seats
from volunteer_hub.schedule.regular.forms import FirstDayWithout
from volunteer_hub.schedule.regular.queries import RegularTask
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark, ngettext
from volunteer_hub.web.render import redirect, render, settings_of

NO = mark("Zapisane. To stałe zadanie nie jest niczyje.")
OWN_NO = mark("Dziękujemy za odpowiedź. Poszukamy dalej.")
ENDED = mark("Zapisane. Dziękujemy, że dajesz znać.")


@dataclass(frozen=True)
class RegularPage:
    """`base`: the address of the page, and of its forms; `back`: where it was opened from."""

    task: RegularTask
    form: Checked[Any]
    base: str
    back: str


async def one(request: Request) -> Response:
    tomorrow = clock.today(settings_of(request).timezone) + timedelta(days=1)
    return await _shown(request, forms.blank(since=tomorrow))


async def answer(request: Request) -> Response:
    given = forms.read(Answer, await request.form()).value
    if given is None:
        raise Refused(mark("Wybierz „Przyjmuję” albo „Nie”."), 422)
    actor, id = request.state.actor, request.path_params["id"]
    own, back = actor.role is Role.VOLUNTEER, await _back(request)
    outcome = await regular.answer(actor, id, accept=given.answer == "yes", channel="web" if own else "desk")
    if given.answer == "no":
        return redirect(request, back, OWN_NO if own else NO)
    said = [ngettext("%(n)s spotkanie jest w planie.", "%(n)s spotkań jest w planie.", outcome.made)]
    said.append(regular_seats.said(outcome.left_out))
    return redirect(request, back, mark("Dziękujemy. %(what)s"), what=" ".join(filter(None, said)))


async def end(request: Request) -> Response:
    checked = forms.read(FirstDayWithout, await request.form())
    if (value := checked.value) is not None:
        back = await _back(request)
        try:
            await regular.end(request.state.actor, request.path_params["id"], value.since)
        except Refused as refused:
            if refused.status == 404:
                raise
            checked = checked.refused("since", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, back, ENDED)
    return await _shown(request, checked, 422)


async def _shown(request: Request, form: Checked[Any], status: int = 200) -> Response:
    task = await regular_queries.one(request.state.actor, request.path_params["id"])
    own = request.state.actor.role is Role.VOLUNTEER
    base = f"/{'me' if own else 'desk'}/regular/{task.id}"
    template = "schedule/my_regular_task.html" if own else "schedule/regular_task.html"
    return render(request, template, RegularPage(task, form, base, await _back(request)), status=status)


async def _back(request: Request) -> str:
    if request.state.actor.role is Role.VOLUNTEER:
        return "/me"
    task = await regular_queries.one(request.state.actor, request.path_params["id"])
    return f"/desk/series/{task.series}"
