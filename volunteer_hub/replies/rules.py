"""What an SMS means. Cautious: whatever is not surely an answer is unclear, and a person reads it.

A wrong "yes" seats somebody who will not come and a wrong "no" sends away somebody who would; an unclear one costs a
coordinator half a minute. So every word of the message must be one we know. docs/decisions/0008-replies.md.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from uuid import UUID

from volunteer_hub.replies import words
from volunteer_hub.replies.spelling import folded, phrases, put_right, slips, tokens

LONGEST_READ = 200
LONGEST_CODE = 4
# "jutro" said at one in the morning may be today.
MORNING = 4
# "w czwartek" is the next one.
WEEK = timedelta(days=7)


class Kind(StrEnum):
    """`WHICH`: it says only which offer, by code or day; it answers the question which one was meant."""

    YES = "yes"
    NO = "no"
    WISH = "wish"
    STOP = "stop"
    START = "start"
    THANKS = "thanks"
    WHICH = "which"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class When:
    """Days and hours that a message names, the days as keys of `words.DAYS`; all of them must be true of an offer."""

    days: frozenset[str] = frozenset()
    hours: frozenset[tuple[int, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.days or self.hours)

    def fits(self, starts: datetime, now: datetime) -> bool:
        """Whether a meeting that `starts` then, may be meant by somebody who writes at `now`; both wall times."""
        if any(starts.hour != hour or starts.minute != minute for hour, minute in self.hours):
            return False
        ahead = starts.date() - now.date()
        for day in self.days:
            if day.isdecimal():
                if now.hour < MORNING or ahead != timedelta(days=int(day)):
                    return False
            elif WEEKDAYS[starts.weekday()] != day or ahead > WEEK:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Reading:
    """What was said, and of which offer where the message tells by a code ("" when not) or a day.

    `weak`: it answers only what was just asked ("ok").
    """

    kind: Kind
    code: str = ""
    when: When = When()
    weak: bool = False


UNCLEAR = Reading(Kind.UNCLEAR)
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")

YES, NO, WISH, STOP, START = map(phrases, (words.YES, words.NO, words.WISH, words.STOP, words.START))
WEAK, ALONE, NO_OR_WELL, REGRETS = map(phrases, (words.WEAK, words.ALONE, words.NO_OR_WELL, words.REGRETS))
DOUBT, LABELS, WOULD = map(phrases, (words.DOUBT, words.LABELS, words.WOULD))
STOP_ALWAYS, FILLERS, THANKS, SORRY = map(phrases, (words.STOP_ALWAYS, words.FILLERS, words.THANKS, words.SORRY))
DAYS = {phrase: f"day {day}" for day, said in words.DAYS.items() for phrase in phrases(said)}
REASONS = phrases(words.REASONS)
NO_REASONS = {(word, *reason) for word in ("nie", "не", "not") for reason in REASONS}
MEANINGS: dict[tuple[str, ...], str] = {
    (words.PAUSE,): "", **dict.fromkeys(FILLERS, ""),
    **dict.fromkeys(THANKS, Kind.THANKS), **dict.fromkeys(SORRY | REASONS, "sorry"),
    **dict.fromkeys(NO_OR_WELL, "no_or_well"), **dict.fromkeys(START, Kind.START), **dict.fromkeys(STOP, Kind.STOP),
    **dict.fromkeys(WISH, Kind.WISH), **DAYS, **dict.fromkeys(NO, Kind.NO), **dict.fromkeys(WEAK, "weak"),
    **dict.fromkeys(ALONE, "alone"), **dict.fromkeys(LABELS, "label"), **dict.fromkeys(REGRETS, "regret"),
    **dict.fromkeys(YES, Kind.YES), **dict.fromkeys(DOUBT | NO_REASONS, "unknown"),
}  # fmt: skip
LONGEST_PHRASE = max(map(len, MEANINGS))
KNOWN = frozenset(chain.from_iterable(MEANINGS))
# Never into a STOP or START: "wpisz" is not "wypisz".
SLIPS = slips(chain.from_iterable(YES | WEAK | NO | REGRETS | FILLERS | THANKS | SORRY), KNOWN)
TURNS = frozenset(chain.from_iterable(phrases(words.TURNS)))
MARKED = re.compile(rf"\b(?:{words.MARKED})\b", re.IGNORECASE)
HOUR = re.compile(
    r"\b(?:o|at|о|godz|o godz|o godzinie)\b\.? *(\d{1,2})(?:[:.](\d\d))?(?: ?(am|pm))?\b|\b(\d{1,2})[:.](\d\d)\b"
)


def names(*said: str) -> frozenset[str]:
    """The words of a person's names, and their initials, by which that person may sign."""
    parts = [part for name in said for part in re.findall(r"\w+", folded(name))]
    return frozenset(parts + [part[0] for part in parts]) - TURNS


def read(text: str, language: str = "", signed: Set[str] = frozenset()) -> Reading:
    """What `text` says, by somebody who speaks `language` ("" when unknown). Never raises, whatever the text is.

    `signed` are words by which only the writer is meant: their `names`.
    """
    if len(text) > LONGEST_READ or "?" in text or MARKED.search(text):
        return UNCLEAR
    plain = folded(text)
    hours = frozenset(map(_hour, HOUR.finditer(plain)))
    spoken = [word for token in tokens(HOUR.sub(" ", plain)) for word in put_right(token, KNOWN, SLIPS)]
    codes = {token.lstrip("0") or "0" for token in spoken if token.isdecimal()}
    code = next(iter(codes), "")
    if len(codes) > 1 or len(code) > LONGEST_CODE:
        return UNCLEAR
    said = list(_said([token for token in spoken if not token.isdecimal()], signed))
    said = [phrase for phrase in said if not (code and phrase in LABELS)]
    meanings = ["unknown" if phrase in WOULD and not code else MEANINGS.get(phrase, "unknown") for phrase in said]
    days = frozenset(meaning.removeprefix("day ") for meaning in meanings if meaning.startswith("day "))
    always = any(phrase in STOP_ALWAYS for phrase in said)
    kinds = {meaning for meaning in meanings if meaning and not meaning.startswith("day ")}
    return _reading(kinds, code, When(days, hours), language, always=always)


def _hour(found: re.Match[str]) -> tuple[int, int]:
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    return (hour % 12 + (12 if found[3] == "pm" else 0) if found[3] else hour), minute


def _said(spoken: Sequence[str], signed: Set[str]) -> Iterator[tuple[str, ...]]:
    """The message as known phrases, longest first; a word of none stands alone, the writer's own name not at all."""
    at = 0
    while at < len(spoken):
        for length in range(min(LONGEST_PHRASE, len(spoken) - at), 0, -1):
            phrase = tuple(spoken[at : at + length])
            if phrase in MEANINGS or length == 1:
                if phrase in MEANINGS or phrase[0] not in signed:
                    yield phrase
                at += length
                break


def _reading(kinds: set[str], code: str, when: When, language: str, *, always: bool) -> Reading:
    thanked = Kind.THANKS in kinds
    kinds = kinds - {Kind.THANKS}
    if not kinds:
        alone = Kind.WHICH if code or when else Kind.THANKS if thanked else Kind.UNCLEAR
        return Reading(alone, code, when)
    if "regret" in kinds:
        kinds = kinds - {"regret"} | ({"unknown"} if when and kinds == {"regret"} else {Kind.NO})
    kind = _one_kind(_without_no_or_well(kinds, language), bool(code), always=always)
    if kind == "weak":
        return Reading(Kind.YES, code, when, weak=not code)
    if (kind == Kind.STOP and (code or when) and not always) or (kind in (Kind.WISH, Kind.START) and when):
        return Reading(Kind.UNCLEAR, code)
    # "Not at four" may be a yes to five.
    if kind == Kind.UNCLEAR or (kind == Kind.NO and when.hours):
        return Reading(Kind.UNCLEAR, code)
    return Reading(Kind(kind), code, when)


def _without_no_or_well(kinds: set[str], language: str) -> set[str]:
    if "no_or_well" not in kinds:
        return kinds
    others = kinds - {"no_or_well"}
    if language == "pl" and others and others <= {Kind.YES, "weak"}:
        return others
    return others | ({"unknown"} if language == "pl" and not others - {"sorry"} else {Kind.NO})


def _one_kind(kinds: set[str], coded: bool, *, always: bool) -> str:
    """The one thing that words of these kinds say together: a Kind or "weak"."""
    if kinds == {Kind.STOP, Kind.NO} and always:
        return Kind.STOP
    if kinds == {Kind.NO, "sorry"}:
        return Kind.NO
    if kinds == {"alone"}:
        return "weak" if not coded else Kind.UNCLEAR
    if kinds == {Kind.YES, "weak"} or (not coded and kinds == {Kind.YES, Kind.WISH}):
        return Kind.YES
    (kind, *more) = kinds
    return Kind.UNCLEAR if more or kind in ("unknown", "sorry", "label") else kind


@dataclass(frozen=True, slots=True)
class Offer:
    """Something a phone may answer: an assignment or a regular task of a volunteer, or a participant's coming.

    `starts` is wall time; `answered` may still be changed; `comes`: their yes stands.
    """

    id: UUID
    about: str
    code: str
    answered: bool
    starts: datetime
    language: str
    of_participant: bool = False
    comes: bool = False

    @property
    def on_one_day(self) -> bool:
        return self.about.startswith(("assignment:", "coming:"))


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said to a phone before it answered, at the wall time `now`.

    `asked` is the code in the newest SMS that had one, `latest` that of the newest SMS ("" where it had none), which
    `closed` when it said what an answer came to. `pending` is the answer that we have just asked "which one?" about.
    `to_many`: since it was asked about an offer, a message to many came: words without a code answer that one.
    """

    now: datetime
    asked: str = ""
    latest: str = ""
    closed: bool = False
    pending: Kind | None = None
    to_many: bool = False


def in_talk(reading: Reading, offers: Sequence[Offer], talk: Talk) -> Reading:
    """What `reading` means to whom we had said this: an "ok" where nothing was asked is no yes."""
    reading = _after(reading, offers, talk)
    astray = reading.when and reading.kind in (Kind.YES, Kind.NO) and not choose(offers, reading, talk)
    return Reading(Kind.UNCLEAR, reading.code) if astray else reading


def _after(reading: Reading, offers: Sequence[Offer], talk: Talk) -> Reading:
    asked = not talk.closed and talk.latest in {offer.code for offer in offers} - {""}
    if talk.to_many and not reading.code and reading.kind in (Kind.YES, Kind.NO, Kind.WISH):
        return UNCLEAR
    if reading.kind is Kind.WHICH:
        return replace(reading, kind=talk.pending or Kind.UNCLEAR)
    if reading.kind is Kind.WISH and not reading.code:
        return replace(reading, kind=Kind.YES if asked else Kind.UNCLEAR)
    if reading.kind is Kind.THANKS or (reading.weak and not asked):
        waits = any(not offer.answered for offer in offers)
        fits = not reading.when or any(reading.when.fits(offer.starts, talk.now) for offer in offers)
        quiet = fits and not waits and (reading.kind is Kind.THANKS or talk.closed)
        return Reading(Kind.THANKS if quiet else Kind.UNCLEAR)
    return reading


def said_before(meant: Sequence[Offer], talk: Talk, *, accept: bool) -> Offer | None:
    """What the answer is about, where it changes nothing and they know that: a yes to a reminder; else None."""
    if not accept or not talk.latest or not all(offer.comes for offer in meant):
        return None
    return next((offer for offer in meant if offer.code == talk.latest), None)


def choose(offers: Sequence[Offer], reading: Reading, talk: Talk) -> tuple[Offer, ...]:
    """The offers an answer may mean: one is it, none means it cannot be told, several must be asked about.

    By its code or day. Without them: the only open offer; else the only one still unanswered, if it is also the last
    that this phone was asked about.
    """
    if reading.code or reading.when:
        if not reading.code and any(not offer.on_one_day and not offer.answered for offer in offers):
            return ()  # a Thursday may be one of a regular task's
        named = [offer for offer in offers if offer.code == reading.code or not reading.code]
        if reading.when:
            named = [one for one in named if one.on_one_day and reading.when.fits(one.starts, talk.now)]
        return tuple(named)
    if len(offers) > 1:
        waiting = [offer for offer in offers if not offer.answered]
        if len(waiting) == 1 and waiting[0].code == talk.asked:
            return (waiting[0],)
    return tuple(offers)
