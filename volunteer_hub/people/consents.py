"""What people agree to, in which words, and the ledger of every yes and no. New words get a new version; old answers
keep theirs. tests/people/test_consents.py holds each version to its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web.i18n import gettext, mark, speaking

ByWhom = Literal["self", "guardian", "coordinator"]


class Purpose(StrEnum):
    """INFORMATION is no consent but a receipt: the information on data was read."""

    INFORMATION = "information"
    SMS = "sms"
    EMAIL = "email"
    GUARDIAN = "guardian"


class Scope(StrEnum):
    """What a guardian chooses with the consent: whom we write to, and whether the school sees the hours."""

    TO_CHILD = "to-child"
    TO_GUARDIAN = "to-guardian"
    SCHOOL_HOURS = "school-hours"


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
# On the guardian's own page: from thirteen on the guardian consents, below it the guardian concludes.
GUARDIAN_AGREES = Words(
    "2026-11-agrees",
    mark("Jestem rodzicem lub opiekunem prawnym i zgadzam się, żeby dziecko pomagało jako wolontariusz."),
)
GUARDIAN_CONCLUDES = Words(
    "2026-11-concludes",
    mark(
        "Jestem rodzicem lub opiekunem prawnym i w imieniu dziecka umawiam się z centrum, że będzie pomagać jako"
        " wolontariusz."
    ),
)
# Given before the centre kept consents here: of the words nothing is known but what its own list says.
FROM_A_LIST = Words("2026-11-list", mark("Zgoda zapisana wcześniej na liście centrum, z datą."))


@dataclass(frozen=True)
class Given:
    """The newest word of a person about one purpose."""

    given: bool
    at: datetime
    scope: frozenset[str]
    text_version: str


ADD = """
    INSERT INTO consent (id, person, purpose, given, text_version, text_hash, scope, language, channel, at, by, by_whom)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), $9, $10)"""

# Whoever was merged into this person gave their consents under the id they had then.
SAME = "WITH RECURSIVE same(id) AS (SELECT $1::uuid UNION SELECT m.gone FROM merge m JOIN same ON m.kept = same.id)"
CURRENT = f"""
    {SAME}
    SELECT DISTINCT ON (purpose) purpose, given, at, scope, text_version
    FROM consent WHERE person IN (SELECT id FROM same) ORDER BY purpose, at DESC, given, id"""


async def give(
    actor: Actor,
    person: UUID,
    purpose: Purpose,
    *,
    language: str,
    channel: str,
    scope: str = "",
    by_whom: ByWhom = "self",
    words: Words | None = None,
) -> None:
    """Writes a yes of a volunteer or participant into the ledger.

    `language` is the one the sentence was shown in, `channel` how it came (web, desk, sms), `scope` what was chosen
    with it (Scope, spaces between). `words` are those that were shown, unless they are the usual ones of the purpose.
    """
    await _add(actor, person, purpose, True, language, channel, scope, by_whom, words)


async def withdraw(
    actor: Actor,
    person: UUID,
    purpose: Purpose,
    *,
    language: str,
    channel: str,
    by_whom: ByWhom = "self",
    words: Words | None = None,
) -> None:
    """Writes a no. What hangs on the yes (sms_ok, guardian_consent_at) is gone in the same moment."""
    await _add(actor, person, purpose, False, language, channel, "", by_whom, words)


async def note_earlier(actor: Actor, said: Sequence[tuple[UUID, Purpose, datetime]], *, channel: str) -> None:
    """Writes the yeses of many people that were given at their own moments, not now, as a list of the centre has them.

    A guardian's consent is the guardian's; of all others the actor says that they were given.
    """
    text_hash = sha256(FROM_A_LIST.sentence.encode()).digest()
    await database.executemany(
        ADD.replace("clock_timestamp()", "$11"),
        [
            (person, purpose.value, True, FROM_A_LIST.version, text_hash, "", "pl", channel, actor.account,
             "guardian" if purpose is Purpose.GUARDIAN else "coordinator", at)
            for person, purpose, at in said
        ],
    )  # fmt: skip


async def current(person: UUID) -> dict[Purpose, Given]:
    """The newest word about each purpose that was ever asked; no key: never asked, or never answered."""
    return {
        Purpose(row["purpose"]): Given(row["given"], row["at"], frozenset(row["scope"].split()), row["text_version"])
        for row in await database.fetch(CURRENT, person)
    }


async def _add(
    actor: Actor,
    person: UUID,
    purpose: Purpose,
    given: bool,
    language: str,
    channel: str,
    scope: str,
    by_whom: str,
    words: Words | None,
) -> None:
    said = words or WORDS[purpose]
    with speaking(language):
        text_hash = sha256(gettext(said.sentence).encode()).digest()
    await database.execute(
        ADD, person, purpose.value, given, said.version, text_hash, scope, language, channel,
        actor.account, by_whom,
    )  # fmt: skip
