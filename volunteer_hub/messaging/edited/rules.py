"""What the desk's own words may not say, and what they must: neutral text, links of ours alone, a way to answer.

The rules of every message (tests/schedule/test_words.py) for words that nobody can test beforehand: each is one clear
sentence, said when the text is saved.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from jinja2 import nodes

from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.edited import sandbox
from volunteer_hub.messaging.edited.kinds import Text
from volunteer_hub.messaging.edited.names import BY_KEY, LONGEST, NAMES, ORDINARY
from volunteer_hub.messaging.edited.ours import ANSWERS, Ours, every, fitting, ours
from volunteer_hub.messaging.edited.saying import Draft, say
from volunteer_hub.messaging.neutral import MOST_PARTS, SHORTENERS, folded, telling_word
from volunteer_hub.messaging.rules import Channel, segments
from volunteer_hub.web.i18n import mark

# Endings by which an address without "https" is known; not those that end Polish abbreviations ("m.in.").
_ENDINGS = "pl|com|org|net|eu|ua|uk|de|info|link|app|me|io|co|ly|gl|cc|gd|gy|ru|biz|online|site|shop"
_BARE = rf"(?:(?:[\w-]+\.)+(?:{_ENDINGS})|{'|'.join(map(re.escape, sorted(SHORTENERS)))})\b(?:/\S*)?"
_LINK = re.compile(rf"(?:https?|ftp)\s*:\s*/\s*/\s*\S*|(?<![\w@.-])www\.\S+|(?<![\w@.-]){_BARE}", re.I)

EMPTY = mark("Wypełnij to pole.")
INVISIBLE = mark("W tym tekście są znaki, których nie widać. Usuń je albo napisz to miejsce od nowa.")
LACKS_NAME = mark("Ten tekst musi zawsze zawierać {{ %(name)s }} (%(meaning)s), całe, bez cut i nie tylko w warunku.")
LACKS_WORD = mark("Ten tekst musi zawierać słowo %(word)s, wielkimi literami: bez niego nie wiadomo, jak odpisać.")
SHORTENED = mark("„%(link)s” to skrócony link. Ludzie mają widzieć, dokąd prowadzi: użyj nazwy z listy.")
FOREIGN = mark("„%(link)s” prowadzi poza naszą stronę. Wolno podać tylko adresy, które zaczynają się od %(ours)s.")
TELLING = mark("Słowo „%(word)s” zdradza, czego dotyczy pomoc. Wiadomość może przeczytać ktoś inny: napisz ogólnie.")
TOO_MANY_PARTS = mark("Z najdłuższymi nazwami to %(parts)s części SMS. Najwięcej: %(most)s. Skróć tekst.")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One sentence about one field, "subject" or "body"; `values` fill its %(names)s."""

    field: str
    sentence: str
    values: dict[str, object]


def wrong(text: Text, draft: Draft, themes: Iterable[str], public_url: str) -> list[Wrong]:
    """Everything that keeps `draft` from being the words of `text`; `themes` are names of themes in all languages."""
    found: list[Wrong] = []
    trees: dict[str, nodes.Template] = {}
    own = ours(text)
    names = frozenset(name.key for name in own.names)
    for field, source, most in _fields(text, draft):
        try:
            trees[field] = sandbox.check(source, names, most)
        except Refused as refused:
            found.append(Wrong(field, refused.sentence, refused.values))
            continue
        if not source.strip():
            found.append(Wrong(field, EMPTY, {}))
        elif any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs") and c not in "\r\n\t" for c in source):
            found.append(Wrong(field, INVISIBLE, {}))
        found += (Wrong(field, *told) for told in _telling(trees[field], text.language, themes, public_url))
    return found or [*_lacking(text, draft, own, trees["body"]), *_too_long(text, draft)]


def _fields(text: Text, draft: Draft) -> list[tuple[str, str, int]]:
    if text.channel is Channel.SMS:
        return [("body", draft.body, sandbox.MOST_SMS)]
    return [("subject", draft.subject, sandbox.MOST_SUBJECT), ("body", draft.body, sandbox.MOST_BODY)]


def _telling(
    tree: nodes.Template, code: str, themes: Iterable[str], public_url: str
) -> Iterator[tuple[str, dict[str, object]]]:
    # An empty name may join what stands around it, so both ways are looked at.
    apart, joined = sandbox.plain_text(tree, " "), sandbox.plain_text(tree)
    links = [link.rstrip(".,;:!?)") for said in (apart, joined) for link in _LINK.findall(said)]
    for link in dict.fromkeys(links):
        host = urlsplit(link if "//" in link else f"//{link}").hostname or ""
        if host.removeprefix("www.") in SHORTENERS:
            yield SHORTENED, {"link": link[:60]}
        elif not (link + "/").startswith(public_url.rstrip("/") + "/"):
            yield FOREIGN, {"link": link[:60], "ours": public_url}
    if word := telling_word(f"{apart} {joined}", themes, usual_words(code)):
        yield TELLING, {"word": word[:40]}


@cache
def usual_words(code: str) -> frozenset[str]:
    """Words that our own messages in this language say: they tell nothing of anybody."""
    said = " ".join(own.subject + " " + own.body for own in map(ours, every(code)))
    return frozenset(folded(word) for word in re.findall(r"\w{2,}", re.sub(r"\{\{.*?\}\}", " ", said)))


def _lacking(text: Text, draft: Draft, own: Ours, body: nodes.Template) -> Iterator[Wrong]:
    told = {value for key in sandbox.always_said(body) for value in BY_KEY[key].of}
    for value in sorted(own.vital - told):
        name = next(name for name in NAMES if value in name.of and name in own.names)
        yield Wrong("body", LACKS_NAME, {"name": name.key, "meaning": name.meaning})
    example = fitting(text, ORDINARY)
    theirs = set(re.findall(r"\w+", say(text, draft, example).body))
    needed = set(re.findall(r"\w+", say(text, Draft(own.subject, own.body, True), example).body)) & ANSWERS
    for word in sorted(needed - theirs):
        yield Wrong("body", LACKS_WORD, {"word": word})


def _too_long(text: Text, draft: Draft) -> Iterator[Wrong]:
    if text.channel is Channel.SMS:
        parts = len(segments(say(text, draft, fitting(text, LONGEST)).body).parts)
        if parts > MOST_PARTS:
            yield Wrong("body", TOO_MANY_PARTS, {"parts": parts, "most": MOST_PARTS})
