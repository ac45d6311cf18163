"""/dev/phones, in demo mode only: every fake phone and mailbox, and a way to answer through the very webhook."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.channels import twilio_signature
from volunteer_hub.messaging.rules import Channel, ToPeople
from volunteer_hub.replies.hook_pages import INBOUND
from volunteer_hub.replies.mailbox import actions as mailbox_actions
from volunteer_hub.replies.mailbox.reading import Says
from volunteer_hub.replies.phones import loopback, queries, rsvp
from volunteer_hub.replies.phones.queries import Phone
from volunteer_hub.settings import Settings
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form, Line
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

OUR_NUMBER = "+48732000000"
ACCOUNT = "AC" + "0" * 32


class Answer(Form):
    """What a phone's owner writes back: a pressed button, else the typed words."""

    address: Annotated[str, Field(max_length=254)]
    text: Annotated[str, Field(max_length=1600)] = ""
    quick: Annotated[str, Field(max_length=20)] = ""


class CalendarAnswer(Form):
    """What the owner of a mailbox presses in their calendar program."""

    says: Says


class Shelf(Form):
    """Which phones to show."""

    box: ToPeople = Channel.SMS
    q: Annotated[Line, Field(max_length=80)] = ""
    page: Annotated[int, Field(ge=0, le=10_000)] = 0


@dataclass(frozen=True)
class PhonesPage:
    """`answered` is the phone just written from; its input gets the focus back. `query` finds the same page again."""

    box: Channel
    q: str
    page: int
    phones: list[Phone]
    more: bool
    query: str
    answered: str = ""


async def show(request: Request) -> Response:
    """The phones, newest message first; htmx asks for the list alone every few seconds."""
    return render(request, "replies/phones.html", await _page(_asked(request)), fragment="phones")


async def answer(request: Request) -> Response:
    """Sends what was typed on a phone the way the provider would; then the same shelf."""
    checked, shelf = forms.read(Answer, await request.form()), _asked(request)
    written = checked.value
    if written is None or not (written.quick or written.text):
        raise Refused(mark("Napisz odpowiedź albo naciśnij TAK lub NIE."), 422)
    status = await _from_the_provider(request, written.address, written.quick or written.text)
    if status != 200:
        raise Refused(mark("Odpowiedź nie dotarła. Spróbuj jeszcze raz."), 502)
    page = await _page(shelf, answered="" if written.quick else written.address)
    if wants_fragment(request):
        return render(request, "replies/phones.html", page, fragment="phones")
    anchor = Phone(written.address, "").anchor
    return redirect(request, f"/dev/phones?{page.query}#{anchor}", mark("Wysłane."))


async def answer_calendar(request: Request) -> Response:
    """Writes the letter a calendar program would and takes it in as if a mail server had brought it."""
    checked, shelf = forms.read(CalendarAnswer, await request.form()), _asked(request)
    invited = await queries.invited(request.path_params["id"])
    if checked.value is None or invited is None or settings_of(request).reply_address is None:
        raise Refused("", 404)
    letter = rsvp.answer(*invited, checked.value.says)
    if letter is None:
        raise Refused("", 404)
    await mailbox_actions.take(settings_of(request), letter)
    page = await _page(shelf)
    if wants_fragment(request):
        return render(request, "replies/phones.html", page, fragment="phones")
    anchor = Phone(invited[1], "").anchor
    return redirect(request, f"/dev/phones?{page.query}#{anchor}", mark("Wysłane."))


async def calendar(request: Request) -> Response:
    """The calendar part of an e-mail, to open in a calendar program."""
    invited = await queries.invited(request.path_params["id"])
    if invited is None:
        raise Refused("", 404)
    headers = {"Content-Disposition": 'attachment; filename="spotkanie.ics"'}
    return Response(invited[0], media_type="text/calendar; charset=utf-8", headers=headers)


async def _from_the_provider(request: Request, sender: str, body: str) -> int:
    """Posts the SMS to our own webhook, signed; the status it answered."""
    settings = settings_of(request)
    fields = {
        "MessageSid": f"SM{uuid4().hex}",
        "AccountSid": settings.twilio_account_sid or ACCOUNT,
        "From": sender,
        "To": settings.twilio_from or OUR_NUMBER,
        "Body": body,
        "NumMedia": "0",
    }
    signed = {twilio_signature.SIGNATURE_HEADER: twilio_signature.sign(settings, INBOUND, fields)}
    return await loopback.post(request.app, _own_address(settings), fields, signed)


def _own_address(settings: Settings) -> str:
    return settings.public_url + INBOUND


def _asked(request: Request) -> Shelf:
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    return forms.read(Shelf, query).value or Shelf()


async def _page(shelf: Shelf, answered: str = "") -> PhonesPage:
    found, more = await queries.shelf(shelf.box, shelf.q, shelf.page)
    query = {"box": shelf.box.value, "q": shelf.q, "page": shelf.page}
    return PhonesPage(
        box=shelf.box,
        q=shelf.q,
        page=shelf.page,
        phones=found,
        more=more,
        query=urlencode({name: value for name, value in query.items() if value}),
        answered=answered,
    )
