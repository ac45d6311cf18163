"""Finds among all volunteers, in SQL: the best that fit an opening, and the nearest whether they fit or not."""

import re
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.schedule import centre
from volunteer_hub.schedule.rules import APART, DETOUR, KMH, OpeningFacts, holds, is_early, is_late
from volunteer_hub.schedule.spans import days

BEST = 20
NEAR = 80

# Where to look, one after the other until nobody left out can be among the best: who lives within a quarter of their
# own reach, then everybody in reach; the most promising so many of them, then all. The last number is the highest score
# of those outside who are not known there (the known are always looked at).
QUARTER = 100 + 300 * (1 - 1 / 4) + 250 + 100
LOOKS = ((4, 500, QUARTER), (1, 2000, 0), (1, 2_000_000_000, 0))

ASKED = {
    "opening": "uuid",
    "lat": "float8",
    "lon": "float8",
    "starts": "timestamp",
    "ends": "timestamp",
    "day": "date",
    "last_day": "date",
    "skills": "varchar[]",
    "languages": "varchar[]",
    "clearances": "varchar[]",
    "min_age": "int",
    "max_age": "int",
    "minor_safe": "bool",
    "gender": "varchar",
    "cause": "varchar",
    "known": "uuid[]",
    "insured": "date[]",
    "barred_from": "int[]",
    "barred_under": "int[]",
    "limit_from": "int[]",
    "limit_under": "int[]",
    "limit_day": "int[]",
    "limit_week": "int[]",
    "kmh": "float8",
    "first": "int",
}


def _numbered(sql: str) -> str:
    """`sql` with each :name of ASKED as the typed parameter of its place."""
    places = {name: f"${n}::{kind}" for n, (name, kind) in enumerate(ASKED.items(), 1)}
    return re.sub(r"(?<!:):([a-z_]+)", lambda found: places[found[1]], sql)


# Everyone whose reach holds the place, by an index each: those with a point, then area by area those without (OFFSET 0
# keeps the planner from reading all of them). Of these the `first` with the highest sum as far as their own row tells;
# only for them are the other tables asked. `ceiling` is what nobody after them can pass.
# The sum is that of schedule.rules.score, term by term; the conditions are its rules.
SUGGEST = """
WITH places AS (
  SELECT slug, km(latitude, longitude, :lat, :lon) AS km FROM area UNION ALL SELECT '', 0
), near AS (
  SELECT v.*, km(latitude, longitude, :lat, :lon) AS km FROM volunteer v
  WHERE step = 'active' AND reach(latitude, longitude, max_km, {share}) && box(point(:lon, :lat), point(:lon, :lat))
  UNION ALL
  SELECT v.*, p.km FROM places p CROSS JOIN LATERAL
    (SELECT * FROM volunteer
     WHERE area_slug = p.slug AND max_km >= p.km * {share} AND latitude IS NULL AND step = 'active' OFFSET 0) v
  UNION ALL
  SELECT v.*, coalesce(km(latitude, longitude, :lat, :lon), p.km, 0)
  FROM volunteer v LEFT JOIN places p ON p.slug = area_slug WHERE id = ANY(:known) AND step = 'active'
), first AS (
  SELECT DISTINCT id, travels, max_hours_week, max_times_week, birth_date,
         100 + 300 * CASE WHEN max_km > 0 THEN 1 - km / max_km ELSE 0 END
             + CASE WHEN :cause = ANY(causes) THEN 250 ELSE 0 END
             + CASE WHEN id = ANY(:known) THEN 250 ELSE 0 END AS sure
  FROM near
  WHERE km <= max_km AND restricted_at IS NULL AND skills @> :skills AND (:gender = '' OR gender = :gender)
    AND (:languages = '{}' OR languages && :languages)
    AND (:min_age IS NULL OR birth_date <= :day - make_interval(years => :min_age))
    AND (:max_age IS NULL OR birth_date > :day - make_interval(years => :max_age + 1))
    AND (birth_date <= :day - interval '18 years' OR :minor_safe AND guardian_consent_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM unnest(:barred_from, :barred_under) barred(from_age, under_age) WHERE {of_age})
    AND NOT EXISTS (SELECT FROM assignment WHERE opening = :opening AND volunteer = near.id)
  ORDER BY sure DESC, id LIMIT :first
), fit AS (
  SELECT f.id, floor(sure + 100 * exp(-recent / 6))::int AS score
  FROM first f, LATERAL (
    SELECT count(*) FILTER (WHERE starts_wall >= :starts - interval '28 days' AND starts_wall < :starts)::float8
             AS recent,
           coalesce(bool_or(starts_wall < :ends AND ends_wall > :starts), false) AS busy,
           coalesce(bool_or({rushed}), false) AS rushed,
           coalesce(sum(ends_wall - starts_wall) FILTER (
             WHERE date_trunc('week', starts_wall) = date_trunc('week', :starts)), interval '0') AS booked,
           count(*) FILTER (WHERE date_trunc('week', starts_wall) = date_trunc('week', :starts)) AS times
    FROM commitment LEFT JOIN place p ON p.id = place AND starts_wall < :ends + interval '{apart}'
                                     AND ends_wall > :starts - interval '{apart}'
    WHERE volunteer = f.id AND opening <> :opening
      AND starts_at >= :starts - interval '29 days' AND starts_at < :starts + interval '8 days') c
  WHERE NOT busy AND NOT rushed AND booked + (:ends - :starts) <= make_interval(hours => max_hours_week)
    AND (max_times_week IS NULL OR times < max_times_week)
    AND (SELECT range_agg(tsrange(day + w.starts, CASE WHEN w.ends >= '23:59:59' THEN day + interval '1 day'
                                                       ELSE day + w.ends END))
         FROM generate_series(date_trunc('day', :starts), :ends, interval '1 day') day
         JOIN availability w ON w.weekday = extract(isodow FROM day)::int AND w.starts < w.ends
         WHERE w.volunteer = f.id) @> tsrange(:starts, :ends)
    AND NOT EXISTS (SELECT FROM away WHERE volunteer = f.id AND first_day <= :last_day AND last_day >= :day)
    AND NOT EXISTS (SELECT FROM unnest(:clearances) asked WHERE NOT EXISTS (
          SELECT FROM clearance
          WHERE volunteer = f.id AND kind = asked AND revoked_on IS NULL AND valid_until >= :last_day))
    AND NOT EXISTS (SELECT FROM generate_series(:day, :last_day, interval '1 day') d(at) WHERE NOT CASE
          WHEN at::date - 30 >= (SELECT min(first_day) FROM service
                                 WHERE volunteer = f.id AND first_day <= at AND (last_day IS NULL OR last_day >= at))
          THEN EXISTS (SELECT FROM agreement WHERE volunteer = f.id AND valid_from <= at
                                               AND (valid_until IS NULL OR valid_until >= at))
          ELSE at = ANY(:insured) OR EXISTS (SELECT FROM policy WHERE volunteer = f.id AND valid_from <= at
                                                                  AND valid_until >= at) END)
    AND NOT EXISTS (
      SELECT FROM unnest(:limit_from, :limit_under, :limit_day, :limit_week) most(from_age, under_age, a_day, a_week)
      WHERE {of_age} AND (booked + (:ends - :starts) > make_interval(hours => a_week) OR EXISTS (
        SELECT FROM generate_series(:day, :last_day, interval '1 day') d(at) JOIN LATERAL (
          SELECT sum(least(ends_wall, at + interval '1 day') - greatest(starts_wall, at)) AS hours FROM (
            SELECT starts_wall, ends_wall FROM commitment
            WHERE volunteer = f.id AND opening <> :opening
              AND starts_at >= :starts - interval '29 days' AND starts_at < :starts + interval '8 days'
            UNION ALL SELECT :starts, :ends) span
          WHERE starts_wall < at + interval '1 day' AND ends_wall > at) day ON hours > make_interval(hours => a_day))))
)
SELECT (SELECT count(*) FROM first) AS looked, (SELECT min(sure) + 100 FROM first) AS ceiling,
       ARRAY(SELECT (id, score) FROM fit ORDER BY score DESC, id LIMIT 20) AS best"""
# Born so that the age on the opening's first day is from_age or more, and below under_age.
OF_AGE = """birth_date <= :day - make_interval(years => from_age)
            AND birth_date > :day - make_interval(years => under_age)"""
# Between this and another accepted task lies less time than the way takes: schedule.rules.rush.
SPEED = " ".join(f"WHEN '{by}' THEN {kmh}" for by, kmh in KMH.items())
RUSHED = f"""p.id IS NOT NULL AND CASE WHEN ends_wall <= :starts THEN :starts - ends_wall
                  WHEN starts_wall >= :ends THEN starts_wall - :ends END
             < make_interval(secs => km(p.latitude, p.longitude, :lat, :lon) * {DETOUR} * 3600
                                     / CASE f.travels {SPEED} ELSE :kmh END)"""
PARTS = {"of_age": OF_AGE, "rushed": RUSHED, "apart": f"{APART.total_seconds():.0f} seconds"}


def _whole(share: int) -> str:
    text = SUGGEST.replace("{share}", str(share))
    for name, part in PARTS.items():
        text = text.replace(f"{{{name}}}", part)
    return _numbered(text)


SUGGESTIONS = {share: _whole(share) for share, _, _ in LOOKS}


async def best(o: OpeningFacts) -> list[tuple[UUID, int]]:
    """Who may take `o` and is not on it in any state, with their scores: the best first, at most BEST."""
    assert o.at  # noqa: S101 - in the database every meeting has a place
    starts, ends = o.times[0]
    # What a limit says of the opening alone is known here; what it says of somebody's hours, only there.
    barred = [limit for limit in o.limits if limit.barred or is_early(limit, o) or is_late(limit, o)]
    limited = [limit for limit in o.limits if limit not in barred]
    values: dict[str, object] = {
        "opening": o.id,
        "lat": o.at[0],
        "lon": o.at[1],
        "starts": starts,
        "ends": ends,
        "day": o.first_day,
        "last_day": o.last_day,
        "skills": list(o.skills),
        "languages": list(o.languages),
        "clearances": list(o.clearances),
        "min_age": o.min_age,
        "max_age": o.max_age,
        "minor_safe": o.minor_safe,
        "gender": o.gender,
        "cause": o.cause,
        "known": list(o.known),
        "insured": [day for day, _, _ in days(o.times) if any(holds(term, day) for term in o.policies)],
        "barred_from": [limit.from_age for limit in barred],
        "barred_under": [limit.under_age for limit in barred],
        "limit_from": [limit.from_age for limit in limited],
        "limit_under": [limit.under_age for limit in limited],
        "limit_day": [limit.most_hours_day for limit in limited],
        "limit_week": [limit.most_hours_week for limit in limited],
        "kmh": centre.settings().travel_kmh,
    }
    found: list[tuple[UUID, int]] = []
    for share, first, outside in LOOKS:
        row = await database.fetchrow(SUGGESTIONS[share], *values.values(), first)
        assert row  # noqa: S101 - a SELECT without FROM has one
        found = row["best"]
        ceiling = max(outside, row["ceiling"] if row["looked"] == first else 0)
        if not ceiling or (len(found) == BEST and found[-1][1] > ceiling):
            break
    return found


# The nearest who are not on the opening: whom to explain when they may not take it. Who asked us to restrict the use of
# their data stands in no list. Degrees are taken for kilometres
# here, which is near enough; those without a point come area by area.
NEAREST = """
(SELECT v.id FROM volunteer v
 WHERE step <> 'left' AND latitude IS NOT NULL AND restricted_at IS NULL
   AND NOT EXISTS (SELECT FROM assignment WHERE opening = $1 AND volunteer = v.id)
 ORDER BY point(longitude, latitude) <-> point($3, $2) LIMIT $4)
UNION ALL
(SELECT v.id FROM (SELECT slug, km(latitude, longitude, $2, $3) AS km FROM area ORDER BY 2) a CROSS JOIN LATERAL
   (SELECT id FROM volunteer v
    WHERE area_slug = a.slug AND latitude IS NULL AND step <> 'left' AND restricted_at IS NULL
      AND NOT EXISTS (SELECT FROM assignment WHERE opening = $1 AND volunteer = v.id) LIMIT $4) v
 ORDER BY a.km LIMIT $4)"""


async def nearest(o: OpeningFacts) -> list[UUID]:
    """At most NEAR people with a point and as many without: candidates or not, but not on the opening in any state."""
    assert o.at  # noqa: S101 - in the database every meeting has a place
    return [row["id"] for row in await database.fetch(NEAREST, o.id, *o.at, NEAR)]
