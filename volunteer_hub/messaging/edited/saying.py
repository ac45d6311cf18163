"""The words that a message leaves with: the desk's own where it wrote some, else ours.

A message is never lost through an edited text: whatever goes wrong in one, ours is said and the desk is shown it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from markupsafe import Markup, escape

from volunteer_hub.kit import database
from volunteer_hub.messaging import texts
from volunteer_hub.messaging.edited import sandbox
from volunteer_hub.messaging.edited.kinds import Text, of_message
from volunteer_hub.messaging.edited.names import LINKS
from volunteer_hub.messaging.edited.ours import ours
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.messaging.texts import Words
from volunteer_hub.web import i18n

log = structlog.get_logger()

# Twilio takes no longer SMS.
MOST_OF_SMS = 1600

NEWEST = "SELECT id, subject, body, keeps, ours FROM text_version WHERE text = $1 ORDER BY number DESC LIMIT 1"

# Only inserted, once a day for a version: nothing here waits for another transaction's lock.
FAILED = """
    INSERT INTO text_failure (id, version, at, error)
    SELECT gen_random_uuid(), $1, now(), $2::varchar
    WHERE NOT EXISTS (SELECT FROM text_failure WHERE version = $1 AND at > now() - interval '1 day')"""

NEXT = """
    INSERT INTO text_version (id, text, number, subject, body, keeps, ours, by, at)
    SELECT $1, $2::varchar, $3 + 1, $4, $5, $6, $7, $8, now()
    WHERE $3 = coalesce((SELECT max(number) FROM text_version WHERE text = $2::varchar), 0)
    ON CONFLICT DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of one text as the desk types them; `keeps`: the SMS leaves with its diacritics."""

    subject: str
    body: str
    keeps: bool = False


class Unsayable(ValueError):
    """An edited text came out empty or too long."""


async def words(template: str, channel: Channel, language: str, values: Mapping[str, object]) -> Words:
    """The words of the message, as texts.render says them or as the desk wrote them. Raises texts.MissingText.

    One read by key, in the caller's transaction.
    """
    spoken = language if language in i18n.LANGUAGES else i18n.DEFAULT
    text = of_message(template, channel, spoken, values)
    row = await database.fetchrow(NEWEST, text.key) if text else None
    if text is None or row is None or row["ours"]:
        return texts.render(template, channel, language, values)
    try:
        return say(text, Draft(row["subject"], row["body"], row["keeps"]), values)
    except Exception as error:  # whatever it is, the message must leave
        log.error("edited-text-failed", text=text.key, error=type(error).__name__)
        await database.execute(FAILED, row["id"], type(error).__name__[:120])
        return texts.render(template, channel, language, values)


def say(text: Text, draft: Draft, values: Mapping[str, Any]) -> Words:
    """`draft` with these values. Raises Unsayable, Refused and jinja2.TemplateError for a text that cannot be said."""
    sms = text.channel is Channel.SMS
    with i18n.speaking(text.language):
        offered = {name.key: name for name in ours(text).names}
        names = frozenset(offered)
        used = sandbox.names_in(f"{draft.subject}\n{draft.body}") & names
        made = {key: offered[key].make(values) for key in used}
        body = sandbox.render(draft.body, names, made)
        if sms:
            body = texts.for_sms(body, keeps=draft.keeps)
            if not body or len(body) > MOST_OF_SMS:
                raise Unsayable(text.key)
            return Words(body)
        subject, body = texts.one_line(sandbox.render(draft.subject, names, made)), body.strip() + "\n"
        if not subject or not body.strip():
            raise Unsayable(text.key)
        links = frozenset(made[key] for key in LINKS if made.get(key))
        return Words(body, subject, texts.framed(subject, Markup("\n").join(_paragraphs(body, links))))


def _paragraphs(body: str, links: frozenset[str]) -> Iterator[Markup]:
    """The HTML of a plain text: an empty line parts paragraphs, and our own addresses can be pressed."""
    for paragraph in body.strip().split("\n\n"):
        lines = (_line(line, links) for line in paragraph.strip().split("\n"))
        yield Markup("<p>{}</p>").format(Markup("<br>\n").join(lines))


def _line(line: str, links: frozenset[str]) -> Markup:
    for link in links:
        before, found, after = line.partition(link)
        if found:
            return Markup('{}<a href="{}">{}</a>{}').format(escape(before), link, link, _line(after, links))
    return escape(line)


async def keep(id: UUID, text: Text, draft: Draft | None, by: UUID | None, number: int) -> bool:
    """Writes the version after `number`, None for ours; False when somebody wrote one meanwhile."""
    words = draft or Draft("", "")
    said = (words.subject, words.body, words.keeps, draft is None)
    return await database.fetchval(NEXT, id, text.key, number, *said, by) is not None
