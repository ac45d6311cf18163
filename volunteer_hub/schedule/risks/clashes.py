"""Two accepted tasks of one person at one time: a meeting may be moved into that, and somebody must decide.

Which of them counts follows from the rows alone: whoever was accepted first, by `answered_at` and id, unless it has
begun already. The later one stays accepted and keeps its seat, but its booking is set aside (`accepted` false), so that
the exclusion constraint still holds over all that count. Mended, it counts again. Decision 0032.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database

HELD = """
    SELECT b.id, b.assignment, b.volunteer, b.starts_at, b.ends_at, b.accepted
    FROM booking b JOIN assignment s ON s.id = b.assignment JOIN meeting m ON m.id = b.meeting
    WHERE b.volunteer = ANY($1) AND m.state = 'planned' AND b.ends_at > now()
      AND (s.state = 'accepted' OR b.accepted AND s.state IN ('done', 'missed'))
    ORDER BY b.accepted AND b.starts_at <= now() DESC, s.answered_at NULLS FIRST, s.id"""
SET_ASIDE = """
    SELECT DISTINCT b.volunteer FROM booking b JOIN assignment s ON s.id = b.assignment
    JOIN meeting m ON m.id = b.meeting
    WHERE b.volunteer = ANY($1) AND NOT b.accepted AND s.state = 'accepted' AND m.state = 'planned'
      AND b.ends_at > now()"""
# Who has said yes to two things at once has no time for a third, though only one of the two counts.
IN_THE_WAY = """
    SELECT EXISTS (
        SELECT FROM booking b JOIN assignment s ON s.id = b.assignment AND s.state = 'accepted'
        JOIN meeting m ON m.id = $2 AND tstzrange(m.starts_at, m.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE b.volunteer = $1 AND NOT b.accepted AND b.meeting <> m.id)"""
MISSED = """
    UPDATE booking b SET accepted = false FROM assignment s
    WHERE s.id = b.assignment AND s.state = 'missed' AND b.volunteer = $1 AND b.accepted"""
WAS_THERE = """
    UPDATE booking b SET accepted = true FROM assignment s
    WHERE s.id = b.assignment AND s.state = 'done' AND b.volunteer = $1 AND NOT b.accepted AND NOT EXISTS (
        SELECT FROM booking c JOIN assignment o ON o.id = c.assignment
        WHERE c.volunteer = b.volunteer AND c.id <> b.id AND (c.accepted OR o.state = 'done' AND c.id < b.id)
          AND tstzrange(b.starts_at, b.ends_at) && tstzrange(c.starts_at, c.ends_at))"""
# What an assignment `s` that is at risk by a clash is at one time with, as x.
WITH_WHAT = """
    LEFT JOIN LATERAL (
        SELECT oi.name AS clash_title, om.starts_wall AS clash_starts, om.ends_wall AS clash_ends
        FROM booking mine JOIN booking other ON other.volunteer = mine.volunteer AND other.accepted
          AND tstzrange(mine.starts_at, mine.ends_at) && tstzrange(other.starts_at, other.ends_at)
        JOIN meeting om ON om.id = other.meeting JOIN initiative oi ON oi.id = om.initiative
        WHERE mine.assignment = s.id AND NOT mine.accepted ORDER BY om.starts_at LIMIT 1) x ON s.at_risk = 'clash'"""


async def settle(volunteers: Collection[UUID]) -> set[UUID]:
    """Lets count what may count, under the volunteers' locks; the assignments whose bookings are set aside."""
    theirs: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in await database.fetch(HELD, list(volunteers)):
        theirs[row["volunteer"]].append(row)
    aside = [row for rows in theirs.values() for row in _later(rows)]
    ids = {row["id"] for row in aside}
    again = [row["id"] for rows in theirs.values() for row in rows if row["id"] not in ids and not row["accepted"]]
    # What steps aside goes first: the constraint looks at each row as it changes.
    if freed := [row["id"] for row in aside if row["accepted"]]:
        await database.execute("UPDATE booking SET accepted = false WHERE id = ANY($1)", freed)
    if again:
        await database.execute("UPDATE booking SET accepted = true WHERE id = ANY($1)", again)
    return {row["assignment"] for row in aside}


async def set_aside(volunteers: Collection[UUID]) -> list[UUID]:
    """Which of these people have said yes to something that does not count now."""
    return [row["volunteer"] for row in await database.fetch(SET_ASIDE, list(volunteers))]


async def noted(volunteer: UUID) -> None:
    """After somebody said where the volunteer was: what they missed counts no more, and where they were counts, though
    it had been set aside. Under their lock."""
    await database.execute(MISSED, volunteer)
    await database.execute(WAS_THERE, volunteer)


async def in_the_way(volunteer: UUID, meeting: UUID) -> bool:
    """Whether the volunteer is to be elsewhere at the meeting's time by a yes whose booking is set aside."""
    return bool(await database.fetchval(IN_THE_WAY, volunteer, meeting))


def _later(rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Of one person's bookings, the first accepted first, those that overlap one before them that counts."""
    counted: list[asyncpg.Record] = []
    aside: list[asyncpg.Record] = []
    for row in rows:
        clash = any(row["starts_at"] < one["ends_at"] and one["starts_at"] < row["ends_at"] for one in counted)
        (aside if clash else counted).append(row)
    return aside
