"""The desk's messages: what needs a human; the conversations; one of them with its next steps."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit import clock
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import queries
from volunteer_hub.messaging.queries import Held
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.replies import actions, requests
from volunteer_hub.replies.desk import conversations, talk, todo, writing
from volunteer_hub.replies.desk.conversations import MOST_WAITING, Latest, Waiting
from volunteer_hub.replies.desk.talk import Conversation
from volunteer_hub.replies.desk.todo import Trouble
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

WAITING: files.Columns[Waiting] = {
    mark("Kto"): lambda one: one.who.name or gettext("Nieznany nadawca"),
    mark("Numer albo adres"): lambda one: _address(one.address),
    mark("Co napisano"): lambda one: "\n".join(one.said[-3:]),
    mark("Od kiedy"): lambda one: one.since,
}
FAILED: files.Columns[Trouble] = {
    mark("Kto"): lambda one: one.who.name or gettext("Nieznany nadawca"),
    mark("Numer albo adres"): lambda one: _address(one.message.address),
    mark("Co miało dotrzeć"): lambda one: one.message.subject or one.message.body,
    mark("Stan"): lambda one: word("message_state", one.message.state),
    mark("Ważne do"): lambda one: one.message.expires_at,
}
TALKS: files.Columns[Latest] = {
    mark("Kto"): lambda one: one.who.name or gettext("Nieznany nadawca"),
    mark("Numer albo adres"): lambda one: _address(one.address),
    mark("Ostatnie słowa"): lambda one: one.body,
    mark("Kiedy"): lambda one: one.at,
}


def _address(address: str) -> str:
    return pretty(address) if address.startswith("+") else address


class Decision(Form):
    """How a coordinator reads an SMS: as a yes or no to one open offer."""

    inbound: UUID
    about: Annotated[str, Field(max_length=80)]
    answer: Literal["yes", "no"]


@dataclass(frozen=True)
class MessagesPage:
    """`most`: so many of what failed are shown at once."""

    waiting: list[Waiting]
    failed: list[Trouble]
    held: list[Held]
    most: int = MOST_WAITING


@dataclass(frozen=True)
class TalksPage:
    latest: list[Latest]


@dataclass(frozen=True)
class ConversationPage:
    """`channels`: the ways this person may be written to now."""

    conversation: Conversation
    channels: list[Channel]
    form: Checked[Any]
    refused: str = ""


async def messages(request: Request) -> Response:
    actor = request.state.actor
    if kind := files.asked(request):
        tables = [
            files.table(mark("Odpowiedzi do przeczytania"), WAITING, await conversations.waiting(actor)),
            files.table(mark("Nie dotarło"), FAILED, await todo.troubles(actor)),
        ]
        return await files.answer(request, kind, *tables, name=mark("Wiadomości"), personal=True)
    page = MessagesPage(await conversations.waiting(actor), await todo.troubles(actor), await queries.held(actor))
    return render(request, "replies/messages.html", page)


async def talks(request: Request) -> Response:
    """Whom we wrote with last."""
    latest = await conversations.latest(request.state.actor)
    if kind := files.asked(request):
        return await files.answer(request, kind, files.table(mark("Ostatnie rozmowy"), TALKS, latest), personal=True)
    return render(request, "replies/talks.html", TalksPage(latest))


async def conversation(request: Request) -> Response:
    return await shown(request, await found(request))


async def shown(
    request: Request, of: Conversation, *, form: Checked[Any] | None = None, refused: str = "", status: int = 200
) -> Response:
    """The page of a conversation, with what was typed and why something was refused."""
    channels = [*(await writing.receiver(request.state.actor, of.address)).ways]
    page = ConversationPage(of, channels, form or forms.blank(channel=channels[0] if channels else ""), refused)
    return render(request, "replies/conversation.html", page, status=status)


async def handle(request: Request) -> Response:
    """Whatever this person wrote has been dealt with."""
    of = await found(request)
    await actions.handle(request.state.actor, of.address)
    return redirect(request, "/desk/messages", mark("Załatwione."))


async def decide(request: Request) -> Response:
    """The coordinator says what the words meant."""
    of = await found(request)
    decision = forms.read(Decision, await request.form()).value
    if decision is None or decision.inbound not in {line.id for line in of.lines if line.theirs}:
        raise Refused("", 404)
    accept = decision.answer == "yes"
    try:
        await actions.decide(request.state.actor, decision.inbound, decision.about, accept=accept)
    except Refused as refused:
        if not refused.sentence:
            raise
        said = gettext(refused.sentence, **refused.values)
        return await shown(request, await found(request), refused=said, status=refused.status)
    return redirect(request, "/desk/messages", mark("Zapisane. Ta osoba dostała potwierdzenie."))


async def make_request(request: Request) -> Response:
    """What waits from this person asks for help: it goes to first contact as a request."""
    of, settings = await found(request), settings_of(request)
    newest = forms.id_of(str((await request.form()).get("inbound", "")))
    if newest is None or newest not in {line.id for line in of.lines if line.theirs}:
        raise Refused("", 404)
    id = await requests.make_request(
        settings, request.state.actor, inbound=newest, address=of.address, name=of.who.name[:120],
        today=clock.today(settings.timezone),
    )  # fmt: skip
    return redirect(request, f"/desk/requests/{id}", mark("Zgłoszenie zapisane. Sprawdź, o co chodzi, i popraw."))


async def found(request: Request) -> Conversation:
    """The conversation in the address. Raises Refused 404."""
    of = await talk.conversation(request.state.actor, request.path_params["id"])
    if of is None:
        raise Refused("", 404)
    return of
