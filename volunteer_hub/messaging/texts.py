"""The words of a message. templates/messages/<template>/ holds sms.txt; for e-mail subject.txt, body.txt, body.html.

docs/languages.md says how their words are translated. `_mail.html` beside the folders is the frame of every e-mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import TemplateNotFound
from markupsafe import Markup

from volunteer_hub.kit.paths import bundled
from volunteer_hub.messaging.rules import Channel, without_diacritics
from volunteer_hub.web import i18n, templates

# What typesetting adds for screens: an old phone shows squares instead, and each costs a letter.
PLAIN = {0x2060: None, 0x00A0: " ", 0x2013: "-"}

# The file whose being there says that a message has words for the channel.
SOURCES = {Channel.SMS: "sms.txt", Channel.EMAIL: "subject.txt"}


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


def exists(template: str, channel: Channel) -> bool:
    """Whether the message has words for `channel`."""
    return channel in SOURCES and (bundled("templates") / "messages" / template / SOURCES[channel]).is_file()


def unframed(template: str, channel: Channel, values: Mapping[str, object]) -> tuple[str, str]:
    """Our subject and plain text in the language spoken now, an SMS with all its letters."""
    folder = f"messages/{template}"
    if channel is Channel.SMS:
        return "", one_line(templates.render(f"{folder}/sms.txt", values))
    subject = one_line(templates.render(f"{folder}/subject.txt", values))
    return subject, templates.render(f"{folder}/body.txt", values).strip() + "\n"


def for_sms(text: str, *, keeps: bool = False) -> str:
    """One line as it leaves in the language spoken now: without diacritics but in Ukrainian, or where it `keeps` them.

    What typesetting adds goes either way.
    """
    text = one_line(text)
    return text.translate(PLAIN) if keeps or i18n.language() == "uk" else without_diacritics(text)


def framed(subject: str, content: Markup) -> str:
    """The HTML part of a letter."""
    frame = {"content": content, "subject": subject, "language": i18n.language()}
    return templates.render("messages/_mail.html", frame)


def _sms(template: str, values: Mapping[str, object]) -> Words:
    return Words(for_sms(unframed(template, Channel.SMS, values)[1]))


def _mail(template: str, values: Mapping[str, object]) -> Words:
    subject, body = unframed(template, Channel.EMAIL, values)
    content = templates.render(f"messages/{template}/body.html", values).strip()
    return Words(body, subject, framed(subject, Markup(content)))  # noqa: S704 - our own escaped template


def one_line(text: str) -> str:
    """`text` with single spaces and no line ends."""
    return " ".join(text.split())
