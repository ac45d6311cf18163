"""Who was told that a meeting was called off or moved, by what way; whom to ring, as no message reached them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, MINE, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.messaging.rules import ATTENTION

# What was said about it since the meeting last changed: what arrived before what did not, the newest first.
SAID = """
    LEFT JOIN LATERAL (
        SELECT g.id, g.channel, g.state, coalesce(g.finished_at, g.sent_at, g.created_at) AS at FROM message g
        WHERE g.about = {about} AND g.created_at >= m.changed_at
          AND g.template IN ('cancelled', 'moved', 'withdrawn', 'invitation', 'place_free')
        ORDER BY g.state = 'delivered' DESC, g.state IN ('sent', 'accepted') DESC, g.created_at DESC, g.id LIMIT 1
    ) g ON true"""

# $3 the meeting. Whoever was on it when it was called off, or is on it since it was moved.
VOLUNTEERS = f"""
    SELECT v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, v.id AS volunteer, g.id AS message, g.channel,
           g.state, g.at, CASE WHEN $2 THEN phone_of(v) ELSE '' END AS phone
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN opening o ON o.meeting = m.id
    JOIN assignment s ON s.opening = o.id JOIN volunteer v ON v.id = s.volunteer
    {SAID.format(about="'assignment:' || s.id")}
    WHERE m.id = $3 AND {MINE} AND m.sequence > 0 AND (
        m.state = 'planned' AND s.state IN ('proposed', 'invited', 'accepted')
        OR m.state = 'cancelled' AND EXISTS (SELECT FROM assignment_change c WHERE c.assignment = s.id
                                             AND c.became = 'withdrawn' AND c.at >= m.changed_at))
    ORDER BY sort_key(v.first_name || ' ' || v.last_name), s.id"""

# $4 the meeting: $3 says whether the reader has a glass.
PARTICIPANTS = f"""
    SELECT CASE WHEN {INSIDE} THEN p.alias ELSE '' END AS name, NULL::uuid AS volunteer, g.id AS message, g.channel,
           g.state, g.at, CASE WHEN $2 AND {INSIDE} THEN coalesce(p.phone, '') ELSE '' END AS phone
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN member e ON e.initiative = m.initiative
    JOIN participant p ON p.id = e.participant LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    {SAID.format(about="'coming:' || c.id")}
    WHERE m.id = $4 AND {MINE} AND m.sequence > 0 AND e.joined_on <= m.starts_wall::date
      AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)
    ORDER BY sort_key(p.alias), e.id"""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody of a meeting that was changed. `name` is empty where only who runs the group may know it.

    `channel` and `state` are of the message that got furthest; empty: nothing was sent, as they want no messages.
    `ring`: no message will tell them; `phone` is for coordinators, empty where there is none.
    """

    name: str
    volunteer: UUID | None
    message: UUID | None
    channel: str
    state: str
    at: datetime | None
    phone: str

    @property
    def ring(self) -> bool:
        return not self.state or self.state in ATTENTION


async def told(actor: Actor, meeting: UUID) -> list[Told]:
    """Everybody whom the last change of a meeting concerns; nobody where it stands as it was first planned."""
    rows: list[Any] = await database.fetch(VOLUNTEERS, *reader(actor)[:2], meeting)
    rows += await database.fetch(PARTICIPANTS, *reader(actor), meeting)
    return [Told(**{**row, "channel": row["channel"] or "", "state": row["state"] or ""}) for row in rows]
