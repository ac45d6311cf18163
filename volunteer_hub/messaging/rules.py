"""The states of a message and what may follow what; retry times; which callback moves it; how long an SMS is.

Nothing here reads a clock or a table. docs/decisions/0007-outbox-and-delivery.md tells the whole life of a message.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal


class Channel(StrEnum):
    """By which way a message leaves. A hook goes to a program of others; it is no message to anybody."""

    SMS = "sms"
    EMAIL = "email"
    HOOK = "hook"


ToPeople = Literal[Channel.SMS, Channel.EMAIL]
TO_PEOPLE = (Channel.SMS, Channel.EMAIL)


class State(StrEnum):
    """planned → in flight → accepted → sent → delivered | undelivered, and the ways out."""

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    PARKED = "parked"
    TO_PHONE = "to_phone"


# What the provider tells about a message only climbs: a callback that comes late, twice or out of order is no news.
# Delivered stands above undelivered: it is proof, while "undelivered" may be a network's guess.
LADDER = (State.ACCEPTED, State.SENT, State.UNDELIVERED, State.DELIVERED)
_PROVED = frozenset(LADDER)

# Whatever a row says, the provider knows better, so its ladder may be entered from every state but those it ends in.
NEXT: dict[State, frozenset[State]] = {
    State.PLANNED: _PROVED | {State.IN_FLIGHT, State.EXPIRED, State.SUPPRESSED, State.CANCELLED},
    State.IN_FLIGHT: _PROVED
    | {State.UNKNOWN, State.PLANNED, State.SUPPRESSED, State.CANCELLED, State.PARKED, State.TO_PHONE},
    State.UNKNOWN: _PROVED | {State.PLANNED, State.CANCELLED, State.PARKED},
    State.ACCEPTED: _PROVED - {State.ACCEPTED},
    State.SENT: frozenset({State.UNDELIVERED, State.DELIVERED}),
    State.UNDELIVERED: frozenset({State.DELIVERED}),
    State.DELIVERED: frozenset(),
    State.EXPIRED: _PROVED | {State.PLANNED},
    State.SUPPRESSED: _PROVED,
    State.CANCELLED: _PROVED | {State.PLANNED},
    State.PARKED: _PROVED | {State.PLANNED, State.CANCELLED},
    State.TO_PHONE: frozenset({State.DELIVERED, State.CANCELLED}),
}

# Nothing more will happen by itself; a human may still act on some of them (ATTENTION).
FINAL = frozenset(State) - {State.PLANNED, State.IN_FLIGHT, State.UNKNOWN, State.ACCEPTED, State.SENT}
# The person may not know what we wanted to tell: somebody at the desk should ring.
ATTENTION = frozenset({State.UNDELIVERED, State.SUPPRESSED, State.PARKED, State.TO_PHONE})


def may_follow(was: State, becomes: State) -> bool:
    """Whether a message may go from `was` to `becomes`."""
    return becomes in NEXT[was]


# The provider's words (Twilio's message statuses) for the rungs of the ladder.
_WORDS = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.SENT,
    "undelivered": State.UNDELIVERED,
    "failed": State.UNDELIVERED,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
}


def after_callback(was: State, word: str) -> State:
    """The state after the provider said `word` of a message that was in state `was`: the higher rung of the two.

    Words that say nothing about arrival ("canceled", a new one) leave it as it was.
    """
    told = _WORDS.get(word.lower())
    if told is None or was is State.TO_PHONE:
        return was
    return told if was not in _PROVED or LADDER.index(told) > LADDER.index(was) else was


MAX_TRIES = 5
# A provider that is away is tried for about two days (at the longest pause) before a human must look.
MAX_DEFERRALS = 200
CHANNEL_PAUSE = timedelta(minutes=15)
# More due at once than so many of the busiest hour of four weeks is a flood, not a busy day.
FLOOD_TIMES = 5
# The reason of a pause that the fuse against floods made; others are the provider's.
FLOOD = "flood"
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)


def backoff(times: int, jitter: float) -> timedelta:
    """How long to wait after the `times`-th turn-away in a row: doubling, at most 15 minutes.

    `jitter` in 0…1 spreads messages that failed together over the second half of the pause.
    """
    pause = min(_FIRST_PAUSE * 2 ** min(max(times, 1) - 1, 20), _LONGEST_PAUSE)
    return pause * (0.5 + jitter / 2)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds. Tests make it short; nothing else does.

    `timeout` bounds a whole send. Only `grace` after the last moment at which a byte could have left is the provider
    asked: its list may lag, and "not there" asked too early would send twice.
    """

    timeout: float = 20
    lease: float = 30
    grace: float = 90
    checks: tuple[float, ...] = (60, 300, 900)

    def __post_init__(self) -> None:
        if not (self.timeout < self.lease and self.timeout < self.grace):
            raise ValueError("the lease and the grace must be longer than the client's whole timeout")


USUAL = Timing()


# --- How an SMS is cut into parts -------------------------------------------------------------------------------------

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Sms:
    """How a text travels: GSM-7 or UCS-2, how many units it has, and the parts the network bills."""

    encoding: str
    units: int
    parts: tuple[str, ...]


def segments(text: str) -> Sms:
    """`text` as the network cuts it. A character of two units (an escape, an emoji) is never cut in half."""
    if all(c in _GSM or c in _GSM_ESCAPED for c in text):
        encoding, whole, part = "GSM-7", 160, 153
        sizes = [2 if c in _GSM_ESCAPED else 1 for c in text]
    else:
        encoding, whole, part = "UCS-2", 70, 67
        sizes = [len(c.encode("utf-16-le", "surrogatepass")) // 2 for c in text]
    units = sum(sizes)
    if units <= whole:
        return Sms(encoding, units, (text,) if text else ())
    cuts, room = [0], part
    for place, size in enumerate(sizes):
        if size > room:
            cuts.append(place)
            room = part
        room -= size
    return Sms(encoding, units, tuple(text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)))


_PLAIN = str.maketrans({
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "„": '"', "”": '"', "“": '"', "«": '"', "»": '"', "’": "'", "‘": "'",
    "–": "-", "—": "-", "−": "-", "…": "...", "•": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{WORD JOINER}": "", "\N{SOFT HYPHEN}": "", "\N{ZERO WIDTH SPACE}": "",
})  # fmt: skip


def without_diacritics(text: str) -> str:
    """Latin letters without their marks and plain signs for typographic ones: one "ż" turns 160 characters into 70.

    Letters that GSM-7 has (é, ü, ö) stay; Cyrillic stays as it is.
    """
    return "".join(_plain(c) for c in unicodedata.normalize("NFC", text).translate(_PLAIN))


def _plain(letter: str) -> str:
    if letter in _GSM or letter in _GSM_ESCAPED:
        return letter
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
