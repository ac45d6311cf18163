"""Loads from the database what the named rules ask: of one opening and of the volunteers in question."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Step
from volunteer_hub.schedule.rules import OpeningFacts, Span, VolunteerFacts, Window

RECENT_DAYS = 28

# Who helped there before: at an earlier meeting of the same initiative that went on with them.
OPENING = """
    SELECT o.id, m.starts_wall, m.ends_wall, p.latitude, p.longitude, r.skills, r.languages, r.clearances,
           r.min_age, r.max_age, r.minor_safe, r.gender, t.slug AS cause,
           ARRAY(SELECT a.volunteer FROM assignment a
                 WHERE a.opening = o.id AND a.state IN ('invited', 'accepted', 'done', 'missed')) AS assigned,
           ARRAY(SELECT a.volunteer FROM meeting b JOIN opening bo ON bo.meeting = b.id
                 JOIN assignment a ON a.opening = bo.id
                 WHERE b.initiative = m.initiative AND b.state = 'planned' AND b.ends_at <= now()
                   AND b.id <> m.id AND a.state IN ('accepted', 'done')) AS known
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
    JOIN role_asked r ON r.id = o.role JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    WHERE o.id = $1"""

# A volunteer without a point is taken to live in the middle of their area.
VOLUNTEERS = """
    SELECT v.id, v.birth_date, v.max_km, v.max_hours_week, v.step, v.guardian_consent_at, v.gender, v.skills,
           v.languages, v.causes, coalesce(v.latitude, area.latitude) AS latitude,
           coalesce(v.longitude, area.longitude) AS longitude,
           ARRAY(SELECT (weekday, starts, ends) FROM availability WHERE volunteer = v.id) AS free,
           ARRAY(SELECT (first_day, last_day) FROM away WHERE volunteer = v.id) AS away,
           ARRAY(SELECT (kind, valid_until) FROM clearance WHERE volunteer = v.id) AS clearances,
           ARRAY(SELECT (m.starts_wall, m.ends_wall) FROM booking b JOIN assignment a ON a.id = b.assignment
                 JOIN meeting m ON m.id = b.meeting
                 WHERE b.volunteer = v.id AND b.accepted AND m.state = 'planned' AND a.opening <> $2) AS booked,
           (SELECT count(*) FROM assignment a JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
            WHERE a.volunteer = v.id AND a.state IN ('accepted', 'done') AND m.state = 'planned' AND o.id <> $2
              AND m.starts_wall >= $3::timestamp - make_interval(days => $4) AND m.starts_wall < $3) AS recent
    FROM volunteer v LEFT JOIN area ON area.slug = v.area_slug
    WHERE v.id = ANY($1)"""


async def facts(opening_id: UUID, volunteer_ids: Collection[UUID]) -> tuple[OpeningFacts, dict[UUID, VolunteerFacts]]:
    """The opening, and by id those of the volunteers who exist. Raises Refused 404 without the opening."""
    opening = await opening_facts(opening_id)
    starts = opening.times[0].starts
    rows = await database.fetch(VOLUNTEERS, list(volunteer_ids), opening_id, starts, RECENT_DAYS)
    return opening, {row["id"]: _volunteer(row) for row in rows}


async def opening_facts(opening_id: UUID) -> OpeningFacts:
    """The opening. Raises Refused 404 without it."""
    row = await database.fetchrow(OPENING, opening_id)
    if row is None:
        raise Refused("", 404)
    return OpeningFacts(
        id=row["id"],
        times=(Span(row["starts_wall"], row["ends_wall"]),),
        at=(row["latitude"], row["longitude"]),
        skills=frozenset(row["skills"]),
        languages=frozenset(row["languages"]),
        clearances=frozenset(row["clearances"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        minor_safe=row["minor_safe"],
        gender=row["gender"],
        cause=row["cause"],
        known=Counter(row["known"]),
        assigned=frozenset(row["assigned"]),
    )


def _volunteer(row: asyncpg.Record) -> VolunteerFacts:
    placed = row["latitude"] is not None and row["longitude"] is not None
    return VolunteerFacts(
        id=row["id"],
        birth_date=row["birth_date"],
        max_km=row["max_km"],
        max_hours_week=row["max_hours_week"],
        at=(row["latitude"], row["longitude"]) if placed else None,
        active=row["step"] == Step.ACTIVE,
        guardian_consent=row["guardian_consent_at"] is not None,
        gender=row["gender"],
        skills=frozenset(row["skills"]),
        languages=frozenset(row["languages"]),
        causes=frozenset(row["causes"]),
        clearances=dict(row["clearances"]),
        free=tuple(Window(*window) for window in row["free"]),
        away=tuple((first, last) for first, last in row["away"]),
        booked=tuple(Span(*span) for span in row["booked"]),
        recent=row["recent"],
    )
