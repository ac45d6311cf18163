"""Writing to one person from their conversation: first how it will leave, then it leaves."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.messaging.neutral import short_link
from volunteer_hub.messaging.rules import Channel, ToPeople
from volunteer_hub.replies.bulk import words
from volunteer_hub.replies.bulk.forms import SAYS_THEME, SHORTENED
from volunteer_hub.replies.desk import message_pages, writing
from volunteer_hub.replies.desk.talk import Conversation
from volunteer_hub.replies.desk.writing import Letter, Preview, Receiver
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

LONGEST_SMS = 600


class Writing(Form):
    """`subject` is asked of an e-mail alone; an SMS is shorter."""

    channel: ToPeople
    subject: Annotated[Line, Field(max_length=120, validate_default=True)] = ""
    text: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(lambda text: text.replace("\r\n", "\n"))]
    once: UUID | None = None

    @field_validator("subject")
    @classmethod
    def _named(cls, subject: str, info: ValidationInfo) -> str:
        if not subject and info.data.get("channel") is Channel.EMAIL:
            raise Wrong(mark("E-mail musi mieć temat."))
        return subject

    @field_validator("subject", "text")
    @classmethod
    def _seen(cls, text: str) -> str:
        if link := short_link(text):
            raise Wrong(SHORTENED, link=link)
        return text

    @field_validator("text")
    @classmethod
    def _short(cls, text: str, info: ValidationInfo) -> str:
        if info.data.get("channel") is Channel.SMS and len(text) > LONGEST_SMS:
            raise Wrong(mark("SMS może mieć najwyżej %(most)s znaków. Skróć go albo wyślij e-mail."), most=LONGEST_SMS)
        return text


@dataclass(frozen=True)
class LetterPage:
    """`form` and `channels` are for mending what was typed."""

    conversation: Conversation
    letter: Letter
    preview: Preview
    channels: list[Channel]
    form: Checked[Writing]


def neutral(form: Checked[Writing], to: Receiver) -> Checked[Writing]:
    """The form without words that tell of an illness, when who reads it is helped and not a volunteer."""
    if (typed := form.value) is None or not to.about.startswith("participant:"):
        return form
    for name in ("subject", "text"):
        if word := words.health_word(getattr(typed, name)):
            form = form.refused(name, gettext(SAYS_THEME, word=word))
    return form


async def look(request: Request) -> Response:
    """What would leave, in how many parts, at what price and when."""
    found = await message_pages.found(request)
    to = await writing.receiver(request.state.actor, found.address)
    form = neutral(forms.read(Writing, await request.form()), to)
    if form.value is None:
        return await message_pages.shown(request, found, form=form, status=422)
    letter = Letter(form.value.channel, form.value.subject, form.value.text, uuid4())
    page = LetterPage(found, letter, writing.preview(settings_of(request), to, letter), [*to.ways], form)
    return render(request, "replies/letter.html", page)


async def send(request: Request) -> Response:
    """It leaves."""
    found = await message_pages.found(request)
    to = await writing.receiver(request.state.actor, found.address)
    form = neutral(forms.read(Writing, await request.form()), to)
    if form.value is None or form.value.once is None:
        return await message_pages.shown(request, found, form=form, status=422)
    letter = Letter(form.value.channel, form.value.subject, form.value.text, form.value.once)
    await writing.send(settings_of(request), request.state.actor, found.address, letter)
    return redirect(request, f"/desk/messages/{found.id}", mark("Zapisane. Wiadomość wychodzi."))
