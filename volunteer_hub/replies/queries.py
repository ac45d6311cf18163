"""Reads behind the answers: whose number this is, and what it may answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import clock, database
from volunteer_hub.replies import rules
from volunteer_hub.replies.rules import Kind, Offer, Talk
from volunteer_hub.schedule import centre

THEIRS = """
    SELECT a.id, 'assignment:' || a.id AS about, a.code, a.state <> 'invited' OR a.answered_at IS NOT NULL AS answered,
           m.starts_wall AS starts, v.language, false AS of_participant, a.state = 'accepted' AS comes
    FROM volunteer v JOIN assignment a ON a.volunteer = v.id AND a.state IN ('invited', 'accepted', 'silent')
    JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
    WHERE {theirs} AND m.state = 'planned' AND m.ends_at > now()
    UNION ALL
    SELECT t.id, 'regular:' || t.id, t.code, t.state <> 'invited', greatest(t.first_day, centre_today()) + s.starts,
           v.language, false, t.state = 'accepted'
    FROM volunteer v JOIN regular_task t ON t.volunteer = v.id AND t.state IN ('invited', 'accepted', 'silent')
    JOIN series s ON s.id = t.series
    WHERE {theirs}
      AND (t.last_day IS NULL OR t.last_day >= centre_today())
      AND (s.last_day IS NULL OR s.last_day >= centre_today())"""

# One phone may be a family's: of volunteers, of participants, of the guardian whom we write to about a child.
OFFERS = f"""
    {THEIRS.format(theirs="(v.phone = $1 OR v.guardian_phone = $1) AND phone_of(v) = $1")}
    UNION ALL
    SELECT c.id, 'coming:' || c.id, c.code, c.comes IS NOT NULL, m.starts_wall, p.language, true,
           coalesce(c.comes, false)
    FROM participant p JOIN member e ON e.participant = p.id JOIN coming c ON c.member = e.id
    JOIN meeting m ON m.id = c.meeting
    WHERE p.phone = $1 AND m.state = 'planned' AND m.ends_at > now()
    UNION ALL
    SELECT j.id, 'joining:' || j.id, j.code, false, centre_wall(coalesce(j.offer_until, j.since)), p.language, true,
           false
    FROM participant p JOIN joining j ON j.participant = p.id
    WHERE p.phone = $1 AND j.code <> '' AND j.state IN ('offered', 'waiting')
    ORDER BY starts, id"""
BY_MAIL = f"""
    {THEIRS.format(theirs="(v.email = $1 OR v.guardian_email = $1) AND mail_to(v) = $1")}
    ORDER BY starts, id"""

# Whose number it is alone: of no family, and of nobody's guardian.
ASKER = """
    SELECT v.id FROM volunteer v
    WHERE v.phone = $1 AND phone_of(v) = $1 AND v.step <> 'left' AND NOT EXISTS (
        SELECT FROM volunteer o WHERE o.id <> v.id AND (o.phone = $1 OR o.guardian_phone = $1))"""

WISHED = """
    SELECT m.starts_wall, s.code FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting WHERE s.id = $1"""

SPEAKERS = """
    SELECT language, first_name, last_name, 1 AS rank FROM volunteer WHERE phone = $1
    UNION ALL SELECT language, first_name, last_name, 2 FROM participant WHERE phone = $1
    UNION ALL SELECT language, '', '', 3 FROM volunteer WHERE guardian_phone = $1
    ORDER BY rank LIMIT 2"""

# They say what an answer came to: an "ok" after them asks nothing of us.
CLOSING = [
    "accepted", "cancelled", "confirmed", "declined", "filled", "group_asked", "place_declined", "place_taken",
    "regular_accepted", "regular_confirmed", "substituted", "wished",
]  # fmt: skip

# Of what may have reached the phone: the newest code, and what the newest of all asked. "Which one?" is asked about an
# SMS of theirs, and waits for the rest of that answer. A message to many may have been written long before it left.
TALK = """
    WITH heard AS (
        SELECT template, about, reply_code, created_at, coalesce(sent_at, created_at) AS at FROM message
        WHERE address = $1 AND channel = 'sms' AND state IN ('in_flight', 'unknown', 'accepted', 'sent', 'delivered'))
    SELECT coalesce((SELECT reply_code FROM heard WHERE reply_code <> '' ORDER BY created_at DESC LIMIT 1), ''),
           coalesce(newest.reply_code, ''), coalesce(newest.template = ANY($2), false), i.reading,
           coalesce((SELECT max(at) FROM heard WHERE template = 'desk_letter' AND at > now() - interval '30 days')
               > coalesce((SELECT max(at) FROM heard WHERE reply_code <> ''), '-infinity'), false)
    FROM (SELECT 1) one LEFT JOIN (SELECT * FROM heard ORDER BY created_at DESC LIMIT 1) newest ON true
    LEFT JOIN inbound i ON newest.template = 'which_one' AND newest.about = 'inbound:' || i.id
      AND newest.created_at > now() - interval '1 day'"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes from a number, as far as we know them. `names`: what they may sign with, where it is theirs alone."""

    known: bool
    language: str
    names: frozenset[str] = frozenset()


async def speaker(address: str) -> Speaker:
    """A volunteer or participant with this number; else somebody unknown, taken to read Polish."""
    rows = await database.fetch(SPEAKERS, address)
    if not rows:
        return Speaker(known=False, language="pl")
    own = rules.names(rows[0]["first_name"], rows[0]["last_name"]) if len(rows) == 1 else frozenset()
    return Speaker(known=True, language=rows[0]["language"], names=own)


async def open_offers(address: str) -> list[Offer]:
    """What this number may answer now, the soonest first: its volunteer's assignments, its participants' meetings.

    Of an e-mail address: its volunteer's alone, participants have none.
    """
    return [Offer(**row) for row in await database.fetch(BY_MAIL if is_mail(address) else OFFERS, address)]


def is_mail(address: str) -> bool:
    """Whether somebody wrote from there by e-mail, not by SMS."""
    return "@" in address


async def asker(address: str) -> UUID | None:
    """The one volunteer who can have written from this number; None when it may have been somebody else."""
    return await database.fetchval(ASKER, address)


async def wished(assignment: UUID) -> tuple[datetime, str]:
    """When what somebody asked for begins, as wall time, and the code they may answer with."""
    ((starts, code),) = await database.fetch(WISHED, assignment)
    return starts, code


def wall_time() -> datetime:
    """What the clocks show where the centre is: by it somebody says "jutro"."""
    return clock.wall(clock.now(), centre.settings().timezone)


async def talk(address: str) -> Talk:
    """What was said to this number last."""
    ((asked, latest, closed, pending, to_many),) = await database.fetch(TALK, address, CLOSING)
    answer = Kind(pending) if pending in (Kind.YES, Kind.NO) else None
    return Talk(wall_time(), asked, latest, closed, answer, to_many)
