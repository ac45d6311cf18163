"""Loads from the database what the named rules ask: of one opening and of the volunteers in question."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Step, Term
from volunteer_hub.schedule import centre
from volunteer_hub.schedule.rules import KMH, Limit, OpeningFacts, Stop, VolunteerFacts
from volunteer_hub.schedule.spans import Span, Window, recently

# Who helped there before: at an earlier meeting of the same initiative. The age limits are those of its place, of its
# role and of everywhere; the policies are those that insure everybody.
OPENING = """
    SELECT o.id, m.starts_wall, m.ends_wall, p.latitude, p.longitude, r.skills, r.languages, r.clearances,
           r.min_age, r.max_age, r.minor_safe, r.gender, t.slug AS cause,
           ARRAY(SELECT volunteer FROM assignment
                 WHERE opening = o.id AND state IN ('invited', 'accepted', 'done', 'missed')) AS assigned,
           ARRAY(SELECT volunteer FROM commitment c WHERE c.initiative = m.initiative AND c.ends_at <= now()) AS known,
           ARRAY(SELECT (from_age, under_age, barred, most_hours_day, most_hours_week, earliest, latest) FROM age_limit
                 WHERE (place IS NULL OR place = m.place) AND (role IS NULL OR role = o.role)
                   AND valid_from <= m.starts_wall::date
                   AND (valid_until IS NULL OR valid_until >= m.starts_wall::date)) AS limits,
           ARRAY(SELECT (valid_from, valid_until) FROM policy
                 WHERE volunteer IS NULL AND valid_from <= m.ends_wall::date
                   AND valid_until >= m.starts_wall::date) AS policies
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
    JOIN role_asked r ON r.id = o.role JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    WHERE o.id = ANY($1)"""

# A volunteer without a point is taken to live in the middle of their area. Commitments are read from four weeks before
# the first opening to a week after the last, with a day to spare: wall times and instants are up to 14 hours apart.
VOLUNTEERS = """
    SELECT v.id, v.birth_date, v.max_km, v.max_hours_week, v.max_times_week, v.step, v.travels,
           v.guardian_consent_at, v.restricted_at, v.gender, v.skills,
           v.languages, v.causes, coalesce(v.latitude, area.latitude) AS latitude,
           coalesce(v.longitude, area.longitude) AS longitude,
           ARRAY(SELECT (weekday, starts, ends) FROM availability WHERE volunteer = v.id) AS free,
           ARRAY(SELECT (first_day, last_day) FROM away WHERE volunteer = v.id) AS away,
           ARRAY(SELECT (kind, valid_until) FROM clearance
                 WHERE volunteer = v.id AND revoked_on IS NULL) AS clearances,
           ARRAY(SELECT (first_day, last_day) FROM service WHERE volunteer = v.id) AS services,
           ARRAY(SELECT (valid_from, valid_until) FROM agreement WHERE volunteer = v.id) AS agreements,
           ARRAY(SELECT (valid_from, valid_until) FROM policy WHERE volunteer = v.id) AS policies,
           ARRAY(SELECT (c.starts_wall, c.ends_wall, p.latitude, p.longitude) FROM commitment c
                 JOIN place p ON p.id = c.place
                 WHERE c.volunteer = v.id AND c.opening IS DISTINCT FROM $2
                   AND c.starts_at >= $3::timestamp - interval '29 days'
                   AND c.starts_at < $4::timestamp + interval '8 days' ORDER BY c.starts_wall) AS booked
    FROM volunteer v LEFT JOIN area ON area.slug = v.area_slug
    WHERE v.id = ANY($1)"""


async def facts(opening_id: UUID, volunteer_ids: Collection[UUID]) -> tuple[OpeningFacts, dict[UUID, VolunteerFacts]]:
    """The opening, and by id those of the volunteers who exist. Raises Refused 404 without the opening."""
    opening = await opening_facts(opening_id)
    return opening, await volunteer_facts(opening, volunteer_ids)


async def opening_facts(opening_id: UUID) -> OpeningFacts:
    """The opening. Raises Refused 404 without it."""
    found = await openings_facts([opening_id])
    if not found:
        raise Refused("", 404)
    return found[opening_id]


async def openings_facts(opening_ids: Collection[UUID]) -> dict[UUID, OpeningFacts]:
    """Those of the openings that exist, by id."""
    return {row["id"]: _opening(row) for row in await database.fetch(OPENING, list(opening_ids))}


def _opening(row: asyncpg.Record) -> OpeningFacts:
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
        limits=tuple(Limit(*limit) for limit in row["limits"]),
        policies=_terms(row["policies"]),
    )


async def volunteer_facts(opening: OpeningFacts, volunteer_ids: Collection[UUID]) -> dict[UUID, VolunteerFacts]:
    """Those of the volunteers who exist, by id, as far as `opening` asks about them."""
    starts = opening.times[0].starts
    rows = await database.fetch(VOLUNTEERS, list(volunteer_ids), opening.id, starts, starts)
    return {row["id"]: _volunteer(row, starts) for row in rows}


async def volunteers_between(
    volunteer_ids: Collection[UUID], first: datetime, last: datetime
) -> dict[UUID, VolunteerFacts]:
    """Those of the volunteers who exist, by id, as far as openings ask that begin at wall times from `first` to `last`.

    What they have accepted counts with them, also of those openings; `recent` is told by `rules.as_of`.
    """
    rows = await database.fetch(VOLUNTEERS, list(volunteer_ids), None, first, last)
    return {row["id"]: _volunteer(row, first) for row in rows}


def _volunteer(row: asyncpg.Record, opening_starts: datetime) -> VolunteerFacts:
    stops = tuple(Stop(starts, ends, (lat, lon)) for starts, ends, lat, lon in row["booked"])
    booked = tuple(Span(stop.starts, stop.ends) for stop in stops)
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
        booked=booked,
        stops=stops,
        kmh=KMH.get(row["travels"], centre.settings().travel_kmh),
        max_times_week=row["max_times_week"],
        restricted=row["restricted_at"] is not None,
        services=_terms(row["services"]),
        agreements=_terms(row["agreements"]),
        policies=_terms(row["policies"]),
        recent=recently(booked, opening_starts),
    )


def _terms(rows: Iterable[tuple[date, date | None]]) -> tuple[Term, ...]:
    return tuple(Term(*row) for row in rows)
