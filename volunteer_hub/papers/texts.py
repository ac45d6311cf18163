"""The words of papers: the centre's own where it wrote some, else the house's. A broken text never stops a paper.

The language of edited messages (decision 0050): words, names, conditions. A line that begins with "# " is a heading,
one with "- " an item of a list, an empty line ends a paragraph; only where the centre typed it, never in a value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast
from uuid import UUID

import structlog

from volunteer_hub.kit import database
from volunteer_hub.kit.paths import bundled
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.edited import rules, sandbox
from volunteer_hub.messaging.neutral import folded, short_link, telling_word
from volunteer_hub.papers import names
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.web.i18n import mark

log = structlog.get_logger()

NEWEST = "SELECT id, body FROM paper_text WHERE kind = $1 AND language = $2 ORDER BY version DESC LIMIT 1"

EMPTY = mark("Ten tekst jest pusty.")
LACKS = mark("Ten tekst musi zawsze zawierać {{ %(name)s }}: %(meaning)s. Bez tego dokument nie jest ważny.")

MISSING = mark("Ten tekst musi zawsze zawierać {{ %(name)s }}: %(meaning)s.")
NO_ROOM = mark("Z najdłuższymi nazwami ten tekst nie zmieści się na kartce. Skróć go.")
TELLS = mark("Słowo „%(word)s” zdradza, czego dotyczy pomoc. Ten dokument zobaczą też inni: napisz ogólnie.")

# Signed, they bind; without what the law wants they are none.
_BINDING = frozenset({Kind.AGREEMENT, Kind.CERTIFICATE})
# They hang on walls, lie on tables and are carried about.
NEUTRAL = frozenset({Kind.ATTENDANCE, Kind.POSTER, Kind.SLIP})

# What we put where the centre typed a sign, and a line break of a value: nobody can type these.
_HEADING, _ITEM, _BREAK = "\x01", "\x02", "\x03"
_UNTYPED = re.compile(r"[\x00-\x08\x0b-\x1f]")

Part = dict[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """The parts of a paper's words, as said.typ takes them; `text` is the version they come from, none of the house."""

    parts: list[Part]
    text: UUID | None = None


@cache
def ours(kind: Kind, language: str) -> str:
    """The house's own words."""
    return (bundled("templates") / "papers" / f"{kind.value}.{language}.txt").read_text(encoding="utf-8").strip()


async def words(kind: Kind, language: str, values: Mapping[str, str]) -> Said:
    """What the paper says with these values."""
    row = await database.fetchrow(NEWEST, kind.value, language)
    if row is not None and row["body"]:
        try:
            return Said(say(kind, row["body"], values), row["id"])
        except Exception as error:  # whatever it is, the paper must be issued
            log.error("paper-text-failed", text=str(row["id"]), error=type(error).__name__)
    return Said(say(kind, ours(kind, language), values))


def say(kind: Kind, source: str, values: Mapping[str, str]) -> list[Part]:
    """`source` with these values. Raises Refused and jinja2.TemplateError for a text that cannot be said."""
    typed = re.sub(r"(?m)^- ", _ITEM, re.sub(r"(?m)^# ", _HEADING, _UNTYPED.sub("", source)))
    said = sandbox.render(typed, names.keys(kind), {key: _value(text) for key, text in values.items()})
    parts: list[Part] = []
    for line in said.split("\n"):
        _add(parts, line.strip())
    parts = [part for part in parts if part.get("text") or part.get("items")]
    if not parts:
        raise Refused(EMPTY, 422)
    return parts


def check(kind: Kind, source: str) -> None:
    """Raises Refused with a sentence for words that the paper cannot say, or that leave out what it is about."""
    tree = sandbox.check(source, names.keys(kind), sandbox.MOST_BODY)
    always = sandbox.always_said(tree)
    for name in names.NAMES[kind]:
        if name.vital and name.key not in always:
            raise Refused(LACKS if kind in _BINDING else MISSING, 422, name=name.key, meaning=name.meaning)
    for which in ("ordinary", "longest"):
        parts = say(kind, source, names.values(kind, which))
    if kind in names.ROOM and _room(parts) > names.ROOM[kind]:
        raise Refused(NO_ROOM, 422)


def check_neutral(kind: Kind, language: str, source: str, themes: Iterable[str]) -> None:
    """Raises Refused with a sentence for words that give away what somebody comes for. `themes`: names of all themes.

    The rule of messages (messaging/neutral.py); what our own papers and messages say tells nothing.
    """
    tree = sandbox.check(source, names.keys(kind), sandbox.MOST_BODY)
    # An empty name may join what stands around it, so both ways are looked at.
    typed = f"{sandbox.plain_text(tree, ' ')} {sandbox.plain_text(tree)}"
    if link := short_link(typed):
        raise Refused(rules.SHORTENED, 422, link=link)
    if word := telling_word(typed, themes, rules.usual_words(language) | _usual_words(language)):
        raise Refused(TELLS, 422, word=word[:40])


@cache
def _usual_words(language: str) -> frozenset[str]:
    said = re.sub(r"\{[{%].*?[}%]\}", " ", " ".join(ours(kind, language) for kind in NEUTRAL))
    return frozenset(folded(word) for word in re.findall(r"\w{2,}", said))


def _room(parts: list[Part]) -> int:
    blocks = [block for part in parts for block in cast(list[str], part.get("items") or [part["text"]])]
    lines = [line for block in blocks for line in ("", *block.split("\n"))]
    return sum(-(-len(line) // names.LINE) or 1 for line in lines)


def _value(text: str) -> str:
    lines = (" ".join(_UNTYPED.sub(" ", line).split()) for line in text.split("\n"))
    return _BREAK.join(line for line in lines if line)


def _add(parts: list[Part], line: str) -> None:
    """A line goes on with the paragraph before it, unless it begins something or is empty."""
    plain = line.lstrip(_HEADING + _ITEM).strip().replace(_BREAK, "\n")
    last = parts[-1] if parts else {}
    if line.startswith(_HEADING):
        parts.append({"kind": "heading", "text": plain})
    elif line.startswith(_ITEM):
        items = last.get("items")
        if isinstance(items, list):
            items.extend([plain] if plain else [])
        else:
            parts.append({"kind": "list", "items": [plain] if plain else []})
    elif plain and last.get("kind") == "text" and last.get("text"):
        last["text"] = f"{last['text']}\n{plain}"
    else:
        parts.append({"kind": "text", "text": plain})
