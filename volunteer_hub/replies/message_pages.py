"""The desk's messages: what needs a human first, then the conversations; one conversation with its next steps."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.replies import actions, conversations, requests
from volunteer_hub.replies.conversations import Conversation, Failed, Latest, Waiting
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


class Decision(Form):
    """How a coordinator reads an SMS: as a yes or no to one open offer."""

    inbound: UUID
    about: Annotated[str, Field(max_length=80)]
    answer: Literal["yes", "no"]


@dataclass(frozen=True)
class MessagesPage:
    waiting: list[Waiting]
    failed: list[Failed]
    latest: list[Latest]


@dataclass(frozen=True)
class ConversationPage:
    conversation: Conversation
    refused: str = ""


async def messages(request: Request) -> Response:
    actor = request.state.actor
    page = MessagesPage(
        await conversations.waiting(actor), await conversations.failed(actor), await conversations.latest(actor)
    )
    return render(request, "replies/messages.html", page)


async def conversation(request: Request) -> Response:
    return render(request, "replies/conversation.html", ConversationPage(await _found(request)))


async def handle(request: Request) -> Response:
    """Whatever this person wrote has been dealt with."""
    found = await _found(request)
    await actions.handle(request.state.actor, found.address)
    return redirect(request, "/desk/messages", mark("Załatwione."))


async def decide(request: Request) -> Response:
    """The coordinator says what the words meant."""
    found = await _found(request)
    decision = forms.read(Decision, await request.form()).value
    if decision is None or decision.inbound not in {line.id for line in found.lines if line.theirs}:
        raise Refused("", 404)
    accept = decision.answer == "yes"
    try:
        await actions.decide(request.state.actor, decision.inbound, decision.about, accept=accept)
    except Refused as refused:
        if not refused.sentence:
            raise
        said = gettext(refused.sentence, **refused.values)
        page = ConversationPage(await _found(request), said)
        return render(request, "replies/conversation.html", page, status=refused.status)
    return redirect(request, "/desk/messages", mark("Zapisane. Ta osoba dostała potwierdzenie."))


async def make_request(request: Request) -> Response:
    """What waits from this person asks for help: it goes to first contact as a request."""
    found, settings = await _found(request), settings_of(request)
    newest = forms.id_of(str((await request.form()).get("inbound", "")))
    if newest is None or newest not in {line.id for line in found.lines if line.theirs}:
        raise Refused("", 404)
    id = await requests.make_request(
        settings, request.state.actor, inbound=newest, address=found.address, name=found.who.name[:120],
        today=clock.today(settings.timezone),
    )  # fmt: skip
    return redirect(request, f"/desk/requests/{id}", mark("Zgłoszenie zapisane. Sprawdź, o co chodzi, i popraw."))


async def told(request: Request) -> Response:
    """The person was told by phone, so the message needs nobody any more."""
    await _found(request)
    await messaging.told(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/messages", mark("Zapisane: przekazane telefonicznie."))


async def send_again(request: Request) -> Response:
    """Lets a message leave that was held back after too many tries."""
    await _found(request)
    await messaging.send_again(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/messages", mark("Wiadomość wyjdzie jeszcze raz."))


async def _found(request: Request) -> Conversation:
    found = await conversations.conversation(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    return found
