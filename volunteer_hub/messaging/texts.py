"""The words of a message. templates/messages/<template>/ holds sms.txt; for e-mail subject.txt, body.txt, body.html.

docs/languages.md says how their words are translated. `_mail.html` beside the folders is the frame of every e-mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import TemplateNotFound
from markupsafe import Markup

from volunteer_hub.messaging.rules import Channel, without_diacritics
from volunteer_hub.web import i18n, templates

# What typesetting adds for screens: an old phone shows squares instead, and each costs a letter.
PLAIN = {0x2060: None, 0x00A0: " ", 0x2013: "-"}


class MissingText(LookupError):
    """The message has no text for this channel: a mistake of ours, found when it is put, not when it should leave."""


@dataclass(frozen=True, slots=True)
class Words:
    """A message said in one language. SMS has only a body."""

    body: str
    subject: str = ""
    html: str = ""


def render(template: str, channel: Channel, language: str, values: Mapping[str, object]) -> Words:
    """The words of `template` for `channel` in `language` (pl, en, uk; another becomes Polish). Raises MissingText.

    An SMS is one line; outside Ukrainian it has no diacritics, so that a name's "ż" does not double its price.
    """
    try:
        with i18n.speaking(language):
            return _sms(template, values) if channel is Channel.SMS else _mail(template, values)
    except TemplateNotFound as missing:
        raise MissingText(f"message {template!r} has no {missing.name} for {channel}") from None


def _sms(template: str, values: Mapping[str, object]) -> Words:
    text = _one_line(templates.render(f"messages/{template}/sms.txt", values))
    return Words(text.translate(PLAIN) if i18n.language() == "uk" else without_diacritics(text))


def _mail(template: str, values: Mapping[str, object]) -> Words:
    folder = f"messages/{template}"
    subject = _one_line(templates.render(f"{folder}/subject.txt", values))
    body = templates.render(f"{folder}/body.txt", values).strip() + "\n"
    content = Markup(templates.render(f"{folder}/body.html", values).strip())  # noqa: S704 - our own escaped template
    frame = {"content": content, "subject": subject, "language": i18n.language()}
    return Words(body, subject, templates.render("messages/_mail.html", frame))


def _one_line(text: str) -> str:
    return " ".join(text.split())
