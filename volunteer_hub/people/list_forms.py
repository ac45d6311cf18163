"""Forms beside the list of people: a view to keep, a tag, a message."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people.bulk import LONGEST_TAG
from volunteer_hub.web.forms import Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark

LONGEST_SMS = 600


class KeptView(Form):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    shared: Yes = False


class Tag(Form):
    tag: Annotated[Line, Field(min_length=1, max_length=LONGEST_TAG)]
    act: Literal["tag", "untag"] = "tag"


class LetterForm(Form):
    """`subject` is asked of an e-mail alone; an SMS is shorter."""

    channel: Channel
    subject: Annotated[Line, Field(max_length=120, validate_default=True)] = ""
    text: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(lambda text: text.replace("\r\n", "\n"))]

    @field_validator("subject")
    @classmethod
    def _named(cls, subject: str, info: ValidationInfo) -> str:
        if not subject and info.data.get("channel") is Channel.EMAIL:
            raise Wrong(mark("E-mail musi mieć temat."))
        return subject

    @field_validator("text")
    @classmethod
    def _short(cls, text: str, info: ValidationInfo) -> str:
        if info.data.get("channel") is Channel.SMS and len(text) > LONGEST_SMS:
            raise Wrong(mark("SMS może mieć najwyżej %(most)s znaków. Skróć go albo wyślij e-mail."), most=LONGEST_SMS)
        return text


class Sending(LetterForm):
    once: UUID
    mark: Annotated[str, Field(max_length=16)]
