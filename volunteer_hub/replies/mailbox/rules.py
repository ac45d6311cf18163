"""Whether an answer from a calendar may be followed, or a human reads it. Pure.

As with SMS a wrong yes costs an evening and a human's look half a minute, so everything has to agree: the secret, our
mail server's word, who was invited, what was said last. docs/decisions/0047-answers-from-calendars.md.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from volunteer_hub.replies.mailbox.reading import Letter, Method, Says
from volunteer_hub.web.i18n import mark


class Why(Enum):
    """Why a human reads it; the sentence stands above what came."""

    WORDS = ""
    COUNTER = mark("Ktoś proponuje w kalendarzu inny czas: %(when)s.")
    SECRET = mark("Odpowiedź z kalendarza nie przyszła na adres z tego zaproszenia. Zapytaj, od kogo jest.")
    SIGNATURE = mark("Serwer poczty nie potwierdził, kto wysłał tę odpowiedź z kalendarza. Zapytaj, od kogo jest.")
    PERSON = mark("Na zaproszenie odpowiada w kalendarzu kto inny niż osoba, którą zaprosiliśmy.")
    OVER = mark("Odpowiedź z kalendarza na zaproszenie, które jest już nieaktualne.")
    OLDER = mark("Odpowiedź z kalendarza sprzed ostatniej zmiany. Sprawdź, czy nadal jest aktualna.")
    MAYBE = mark("Odpowiedź z kalendarza: może.")
    COMMENT = mark("Odpowiedź z kalendarza z dopiskiem.")


@dataclass(frozen=True, slots=True)
class Address:
    """What a secret belongs to, and when the newest answer was written that was followed."""

    about: str
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """What may be answered now, as it stands: an assignment, or with `regular` the whole task."""

    id: UUID
    regular: bool
    address: str
    language: str
    starts: datetime
    sequence: int
    accepted: bool
    answered_at: datetime | None

    @property
    def about(self) -> str:
        return f"{'regular' if self.regular else 'assignment'}:{self.id}"


def why_human(letter: Letter, address: Address | None, invited: Invited | None) -> Why | None:
    """Why a human has to read the letter; None when `letter.answer` may be followed."""
    answer = letter.answer
    if answer is None:
        return Why.WORDS
    if address is None or address.about != answer.about:
        return Why.SECRET
    if not letter.checked:
        return Why.SIGNATURE
    if answer.method is Method.COUNTER:
        return Why.COUNTER
    if invited is None:
        return Why.OVER
    if not letter.sender or {letter.sender, answer.attendee} != {invited.address.lower()}:
        return Why.PERSON
    if answer.says is None or answer.stamp is None:
        return Why.WORDS
    if answer.says is Says.TENTATIVE:
        return Why.MAYBE
    if answer.comment:
        return Why.COMMENT
    changed = invited.accepted is not (answer.says is Says.ACCEPTED)
    said_since = invited.answered_at is not None and invited.answered_at > answer.stamp
    return Why.OLDER if answer.sequence < invited.sequence or (changed and said_since) else None


def overtaken(letter: Letter, address: Address | None) -> bool:
    """Whether a later answer of the same calendar has been followed already: letters overtake each other."""
    stamp = letter.answer.stamp if letter.answer else None
    return bool(address and address.replied_at and stamp and stamp < address.replied_at)
