"""What people agree to, in which words. New words get a new version; old answers keep theirs.

tests/people/test_consents.py holds each version to its words.
"""

from dataclasses import dataclass
from enum import StrEnum

from volunteer_hub.web.i18n import mark


class Purpose(StrEnum):
    """INFORMATION is no consent but a receipt: the information on data was read."""

    INFORMATION = "information"
    SMS = "sms"
    EMAIL = "email"
    GUARDIAN = "guardian"


@dataclass(frozen=True)
class Words:
    version: str
    sentence: str


WORDS = {
    Purpose.INFORMATION: Words("2026-11", mark("Znam informację o tym, jak centrum używa moich danych.")),
    Purpose.SMS: Words("2026-11", mark("Chcę dostawać SMS z propozycjami i przypomnieniami.")),
    Purpose.EMAIL: Words("2026-11", mark("Chcę dostawać e-maile z propozycjami i przypomnieniami.")),
    Purpose.GUARDIAN: Words("2026-11", mark("Rodzic lub opiekun zgadza się na wolontariat dziecka.")),
}
