"""Short codes that tell apart the questions one phone still has to answer: TAK 4, NIE 7."""

from collections.abc import Collection
from itertools import product
from uuid import UUID

from volunteer_hub.kit import database

# 0 and 1 are too easily read as letters, by people and by tired eyes.
DIGITS = "23456789"
LONGEST = 4

# Families share phones, so a code is one of the phone's, whoever is asked: its volunteers, its participants, or the
# children it is the guardian's phone of.
IN_USE = """
    SELECT s.id, s.code FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting
    WHERE (v.phone = $1 OR v.guardian_phone = $1) AND s.code <> '' AND m.ends_at > now()
    UNION ALL
    SELECT t.id, t.code FROM volunteer v JOIN regular_task t ON t.volunteer = v.id
    WHERE (v.phone = $1 OR v.guardian_phone = $1) AND t.code <> '' AND t.state IN ('invited', 'accepted', 'silent')
      AND (t.last_day IS NULL OR t.last_day >= centre_today())
    UNION ALL
    SELECT c.id, c.code FROM participant p JOIN member e ON e.participant = p.id JOIN coming c ON c.member = e.id
    JOIN meeting m ON m.id = c.meeting WHERE p.phone = $1 AND c.code <> '' AND m.ends_at > now()
    UNION ALL
    SELECT j.id, j.code FROM participant p JOIN joining j ON j.participant = p.id
    WHERE p.phone = $1 AND j.code <> '' AND j.state IN ('offered', 'waiting')"""

FORGET = """
    UPDATE assignment s SET code = '' FROM volunteer v, opening o, meeting m
    WHERE (v.phone = $1 OR v.guardian_phone = $1) AND s.volunteer = v.id AND s.code <> ''
      AND o.id = s.opening AND m.id = o.meeting AND m.ends_at <= now()"""


def first_free(used: Collection[str]) -> str:
    """The shortest code that is not in `used`: 2 … 9, then 22 … 99 and so on."""
    for length in range(1, LONGEST + 1):
        for digits in product(DIGITS, repeat=length):
            if (code := "".join(digits)) not in used:
                return code
    raise OverflowError("more open questions to one phone than there are codes")


async def choose(phone: str, question: UUID | None) -> tuple[str, bool]:
    """The code of an assignment or coming (None: of a new one), and whether `phone` has other questions before it.

    Inside a transaction: until its end nobody else chooses a code for this phone.
    """
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", phone)
    await database.execute(FORGET, phone)
    used = {row["id"]: row["code"] for row in await database.fetch(IN_USE, phone)}
    own = used.pop(question, "") if question else ""
    return own or first_free(set(used.values())), bool(used)
