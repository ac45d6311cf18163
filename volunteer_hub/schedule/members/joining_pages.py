"""The list of who waits to belong: put on it by the desk, answered for by who rang them, taken off."""

from typing import Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives.rules import JoiningState
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.members import joining
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect

SAID = {
    JoiningState.ASKED: mark("Zapisane. Ta osoba czeka na odpowiedź."),
    JoiningState.WAITING: mark("Teraz nie ma miejsca. Ta osoba jest na liście oczekujących."),
    JoiningState.OFFERED: mark("Jest wolne miejsce. Zapytaliśmy tę osobę, czy przyjdzie."),
    JoiningState.JOINED: mark("Zapisane."),
    JoiningState.DECLINED: mark("Zapisane. Tej osoby nie ma już na liście."),
}


class PutOnList(Form):
    participant: UUID


class Word(Form):
    """What happens with somebody on the list: the desk's yes or no to who asked, or what they said themselves."""

    word: Literal["approve", "remove", "yes", "no"]


async def put_on_list(request: Request) -> Response:
    id, form = request.path_params["id"], forms.read(PutOnList, await request.form())
    if form.value is None:
        raise Refused(mark("Wybierz osobę z listy."), 422)
    state = await joining.put_on_list(request.state.actor, id, form.value.participant)
    return redirect(request, f"/desk/initiatives/{id}/members", SAID[state])


async def decide(request: Request) -> Response:
    actor, id, one = request.state.actor, request.path_params["id"], request.path_params["joining"]
    form = forms.read(Word, await request.form())
    match form.value.word if form.value else None:
        case "approve":
            state = await joining.approve(actor, id, one)
        case "remove":
            await joining.refuse(actor, id, one)
            state = JoiningState.DECLINED
        case "yes" | "no" as word:
            state = await joining.answer(actor, one, accept=word == "yes", channel="desk")
        case _:
            raise Refused(mark("Wybierz, co zapisać."), 422)
    return redirect(request, f"/desk/initiatives/{id}/members", SAID[state])
