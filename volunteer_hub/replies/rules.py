"""What an SMS means. Cautious: whatever is not surely an answer is unclear, and a person reads it.

A wrong "yes" seats somebody who will not come and a wrong "no" sends away somebody who would; an unclear one costs a
coordinator half a minute. So every word of the message must be one we know. docs/decisions/0008-replies.md.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from volunteer_hub.replies import words

LONGEST_READ = 200
LONGEST_CODE = 4


class Kind(StrEnum):
    YES = "yes"
    NO = "no"
    WISH = "wish"
    STOP = "stop"
    START = "start"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was said, and of which offer when the message carried a code; `code` is "" when it did not."""

    kind: Kind
    code: str = ""


UNCLEAR = Reading(Kind.UNCLEAR)


def _folded(text: str) -> str:
    """Small letters without marks: "Będę" → "bede", "мо́жу" → "можу". Ї and й lose theirs on both sides alike."""
    small = unicodedata.normalize("NFKD", text).casefold().replace("ł", "l")
    return "".join(c for c in small if not unicodedata.category(c).startswith("M") and c not in JOINERS)


JOINERS = "\u200b\u200c\u200d\u2060\ufeff'’ʼ‘`´"
# Letters that look the same: a phone set to two alphabets mixes them inside a word ("нi", "тaк").
LOOKALIKES = str.maketrans("abcehikmopxyt", "авсенікморхут")
CYRILLIC = re.compile("[а-яєіїґ]")


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_folded(phrase).split()) for phrase in text.split(","))


YES, NO, WISH, STOP, START = map(_phrases, (words.YES, words.NO, words.WISH, words.STOP, words.START))
STOP_ALWAYS, FILLERS, NO_OR_WELL = map(_phrases, (words.STOP_ALWAYS, words.FILLERS, words.NO_OR_WELL))
MEANINGS: dict[tuple[str, ...], str] = {
    **dict.fromkeys(FILLERS, ""),
    **dict.fromkeys(NO_OR_WELL, "no_or_well"),
    **dict.fromkeys(START, Kind.START),
    **dict.fromkeys(STOP, Kind.STOP),
    **dict.fromkeys(WISH, Kind.WISH),
    **dict.fromkeys(NO, Kind.NO),
    **dict.fromkeys(YES, Kind.YES),
}
LONGEST_PHRASE = max(map(len, MEANINGS))


def read(text: str, language: str = "") -> Reading:
    """What `text` says, by somebody who speaks `language` ("" when unknown). Never raises, whatever the text is."""
    if len(text) > LONGEST_READ or "?" in text:
        return UNCLEAR
    tokens = _tokens(text)
    codes = {token.lstrip("0") or "0" for token in tokens if token.isdecimal()}
    code = next(iter(codes), "")
    if len(codes) > 1 or len(code) > LONGEST_CODE:
        return UNCLEAR
    said = list(_said([token for token in tokens if not token.isdecimal()]))
    return Reading(_kind([phrase for phrase in said if MEANINGS.get(phrase) != ""], code, language), code)


def _tokens(text: str) -> list[str]:
    """Words, numbers and unknown signs, in order. "tak4" is two tokens, "4️⃣" is the number."""
    for sign in words.SKINS + words.FRIENDLY:
        text = text.replace(sign, " ")
    for sign, word in words.SIGNS.items():
        text = text.replace(sign, f" {word} ")
    tokens = re.findall(r"[0-9]+|[^\W\d_]+|\d+|[^\w\s]", _folded(text))
    spelt = [_one_alphabet(token) for token in tokens]
    return [word for word in spelt if unicodedata.category(word[0])[0] not in "PZC" and word not in "+=<>|~^$"]


def _one_alphabet(token: str) -> str:
    if token.isdecimal():
        return "".join(str(unicodedata.decimal(digit)) for digit in token)
    return token.translate(LOOKALIKES) if CYRILLIC.search(token) else token


def _said(spoken: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The message as known phrases, longest first; a word of none stands alone."""
    at = 0
    while at < len(spoken):
        for length in range(min(LONGEST_PHRASE, len(spoken) - at), 0, -1):
            phrase = tuple(spoken[at : at + length])
            if phrase in MEANINGS or length == 1:
                yield phrase
                at += length
                break


def _kind(said: Sequence[tuple[str, ...]], code: str, language: str) -> Kind:
    kinds = {MEANINGS.get(phrase, "unknown") for phrase in said}
    if "no_or_well" in kinds:
        kinds.discard("no_or_well")
        kinds.add("unknown" if language == "pl" and not kinds else Kind.NO)
    if kinds == {Kind.STOP, Kind.NO} and any(phrase in STOP_ALWAYS for phrase in said):
        return Kind.STOP
    if len(kinds) != 1:
        return Kind.UNCLEAR
    (kind,) = kinds
    if kind == Kind.STOP and code and not any(phrase in STOP_ALWAYS for phrase in said):
        return Kind.UNCLEAR
    if kind == Kind.WISH and not code:
        return Kind.UNCLEAR
    return Kind(kind) if kind != "unknown" else Kind.UNCLEAR


@dataclass(frozen=True, slots=True)
class Offer:
    """Something a phone may answer: an assignment or a regular task of a volunteer, or a participant's coming.

    `starts` is wall time; `answered` may still be changed.
    """

    id: UUID
    about: str
    code: str
    answered: bool
    starts: datetime
    language: str
    of_participant: bool = False


def choose(offers: Sequence[Offer], code: str, asked: str = "") -> tuple[Offer, ...]:
    """The offers an answer may mean: one is it, none means it cannot be told, several must be asked about.

    By its code. Without one: the only open offer; else the only one still unanswered, if it is also the last that this
    phone was asked about (`asked`, the code in the newest SMS to it).
    """
    if code:
        return tuple(offer for offer in offers if offer.code == code)
    if len(offers) > 1:
        waiting = [offer for offer in offers if not offer.answered]
        if len(waiting) == 1 and waiting[0].code == asked:
            return (waiting[0],)
    return tuple(offers)
