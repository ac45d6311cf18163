"""Reads behind the answers: whose number this is, and what it may answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.replies.rules import Offer

# One phone may be a family's: of volunteers, of participants, of the guardian whom we write to about a child.
OFFERS = """
    SELECT a.id, 'assignment:' || a.id AS about, a.code, a.state <> 'invited' OR a.answered_at IS NOT NULL AS answered,
           m.starts_wall AS starts, v.language, false AS of_participant
    FROM volunteer v JOIN assignment a ON a.volunteer = v.id AND a.state IN ('invited', 'accepted', 'silent')
    JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
    WHERE (v.phone = $1 OR v.guardian_phone = $1) AND phone_of(v) = $1 AND m.state = 'planned' AND m.ends_at > now()
    UNION ALL
    SELECT t.id, 'regular:' || t.id, t.code, t.state <> 'invited', greatest(t.first_day, centre_today()) + s.starts,
           v.language, false
    FROM volunteer v JOIN regular_task t ON t.volunteer = v.id AND t.state IN ('invited', 'accepted', 'silent')
    JOIN series s ON s.id = t.series
    WHERE (v.phone = $1 OR v.guardian_phone = $1) AND phone_of(v) = $1
      AND (t.last_day IS NULL OR t.last_day >= centre_today()) AND (s.last_day IS NULL OR s.last_day >= centre_today())
    UNION ALL
    SELECT c.id, 'coming:' || c.id, c.code, c.comes IS NOT NULL, m.starts_wall, p.language, true
    FROM participant p JOIN member e ON e.participant = p.id JOIN coming c ON c.member = e.id
    JOIN meeting m ON m.id = c.meeting
    WHERE p.phone = $1 AND m.state = 'planned' AND m.ends_at > now()
    UNION ALL
    SELECT j.id, 'joining:' || j.id, j.code, false, centre_wall(coalesce(j.offer_until, j.since)), p.language, true
    FROM participant p JOIN joining j ON j.participant = p.id
    WHERE p.phone = $1 AND j.code <> '' AND j.state IN ('offered', 'waiting')
    ORDER BY starts, id"""

# Whose number it is alone: of no family, and of nobody's guardian.
ASKER = """
    SELECT v.id FROM volunteer v
    WHERE v.phone = $1 AND phone_of(v) = $1 AND v.step <> 'left' AND NOT EXISTS (
        SELECT FROM volunteer o WHERE o.id <> v.id AND (o.phone = $1 OR o.guardian_phone = $1))"""

WISHED = """
    SELECT m.starts_wall, s.code FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting WHERE s.id = $1"""

LAST_ASKED = """
    SELECT reply_code FROM message
    WHERE address = $1 AND channel = 'sms' AND reply_code <> ''
      AND state IN ('in_flight', 'unknown', 'accepted', 'sent', 'delivered')
    ORDER BY created_at DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes from a number, as far as we know them."""

    known: bool
    language: str


async def speaker(address: str) -> Speaker:
    """A volunteer or participant with this number; else somebody unknown, taken to read Polish."""
    language = await database.fetchval(
        "SELECT language FROM volunteer WHERE phone = $1 UNION ALL SELECT language FROM participant WHERE phone = $1"
        " UNION ALL SELECT language FROM volunteer WHERE guardian_phone = $1"
        " LIMIT 1",
        address,
    )
    return Speaker(known=language is not None, language=language or "pl")


async def open_offers(address: str) -> list[Offer]:
    """What this number may answer now, the soonest first: its volunteer's assignments, its participants' meetings."""
    return [Offer(**row) for row in await database.fetch(OFFERS, address)]


async def asker(address: str) -> UUID | None:
    """The one volunteer who can have written from this number; None when it may have been somebody else."""
    return await database.fetchval(ASKER, address)


async def wished(assignment: UUID) -> tuple[datetime, str]:
    """When what somebody asked for begins, as wall time, and the code they may answer with."""
    ((starts, code),) = await database.fetch(WISHED, assignment)
    return starts, code


async def last_asked(address: str) -> str:
    """The code in the newest SMS that went to this number with one; "" when none did."""
    return await database.fetchval(LAST_ASKED, address) or ""
