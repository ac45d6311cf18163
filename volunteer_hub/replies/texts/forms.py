"""What a coordinator types as the words of a message."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from volunteer_hub.messaging.edited.rules import Wrong
from volunteer_hub.messaging.edited.saying import Draft
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Yes
from volunteer_hub.web.i18n import gettext

Number = Annotated[int, Field(ge=0, le=1_000_000)]


class Words(Form):
    """`version` is the number of the version that was seen. Lengths and all else are judged by edited.rules."""

    subject: str = ""
    body: str = ""
    keeps: Yes = False
    version: Number = 0


class Press(Form):
    """A press beside the versions: `number` is the one to go back to, `version` the newest that was seen."""

    version: Number = 0
    number: Number = 0


def draft(words: Words) -> Draft:
    return Draft(words.subject, words.body.replace("\r\n", "\n"), words.keeps)


def typed(words: Draft, version: int) -> Mapping[str, Any]:
    return {"subject": words.subject, "body": words.body, "keeps": "yes" if words.keeps else "", "version": version}


def refused(form: Checked[Words], found: Iterable[Wrong]) -> Checked[Words]:
    """The form with the first sentence about each field beside it."""
    for wrong in found:
        if not form.error(wrong.field):
            values = {key: gettext(str(value)) if key == "meaning" else value for key, value in wrong.values.items()}
            form = form.refused(wrong.field, gettext(wrong.sentence, **values))
    return form


def blank(words: Draft, version: int) -> Checked[Words]:
    return forms.blank(**typed(words, version))
