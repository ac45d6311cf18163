"""The buttons beside messages: one press for one message, or one for all that are ticked."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.replies.desk import pressing
from volunteer_hub.replies.desk.pressing import MOST, Press, Pressed
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, settings_of

PLACES = {"today": "/desk/messages/today", "todo": "/desk/messages"}
DONE = {
    Press.AGAIN: mark("Wyjdą jeszcze raz: %(n)s."),
    Press.EMAIL: mark("Wyjdą e-mailem: %(n)s."),
    Press.CALL_OFF: mark("Odwołane: %(n)s."),
    Press.TOLD: mark("Zapisane jako przekazane: %(n)s."),
}
IN_PART = mark("Zrobione: %(n)s. Nie udało się: %(refused)s. %(why)s")
NOTHING = mark("Najpierw zaznacz co najmniej jedną wiadomość.")


class Pressing(Form):
    """`press` is "act", for all that are ticked, or "act:id" for one. `back`: the page, or the id of a conversation."""

    press: Annotated[str, Field(max_length=60)]
    message: Annotated[list[UUID], Field(max_length=MOST)] = []
    back: Annotated[str, Field(max_length=40)] = "todo"


async def press(request: Request) -> Response:
    """Does it, and says on the page one came from how far it went."""
    asked = forms.read(Pressing, await request.form()).value
    if asked is None:
        raise Refused("", 404)
    word, _, one = asked.press.partition(":")
    id = forms.id_of(one)
    chosen = asked.message if not one else [id] if id else []
    if word not in list(Press) or (one and id is None):
        raise Refused("", 404)
    back = PLACES.get(asked.back) or _conversation(asked.back)
    if not chosen:
        return redirect(request, back, NOTHING)
    act = Press(word)
    done = await pressing.press(settings_of(request), request.state.actor, act, chosen)
    return _said(request, back, act, done)


def _said(request: Request, back: str, act: Press, done: Pressed) -> Response:
    if not done.refused:
        return redirect(request, back, DONE[act], n=done.done)
    if not done.done and done.refused == 1:
        return redirect(request, back, done.why)
    return redirect(request, back, IN_PART, n=done.done, refused=done.refused, why=done.why)


def _conversation(back: str) -> str:
    id = forms.id_of(back)
    return f"/desk/messages/{id}" if id else PLACES["todo"]
