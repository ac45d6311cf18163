"""The rules of schedule.rules in SQL, for whoever looks among all volunteers: parts of which statements are made.

Named values (`:opening`) stand for the parameters of ASKED. Python judges whomever SQL finds once more, so a rule that
is changed in one place only leaves somebody out, and tests/matching/test_search.py tells; it never lets anybody in.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

import asyncpg

from volunteer_hub.schedule import centre
from volunteer_hub.schedule.rules import APART, DETOUR, KMH, OpeningFacts, holds, is_early, is_late
from volunteer_hub.schedule.spans import days

ASKED = {
    "opening": "uuid",
    "lat": "float8",
    "lon": "float8",
    "starts": "timestamp",
    "ends": "timestamp",
    "day": "date",
    "last_day": "date",
    "half_hours": "bit(336)",
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
}

# Free for all half hours of the opening, as far as half hours tell.
AWAKE = "(half_hours & :half_hours) = :half_hours"

# Everyone who goes so far, each by an index that holds all the search asks of them: those with a point class by class
# of reach, then area by area those without. `{share}`: who lives within that part of their own reach. `{gate}`: a
# condition under which nobody is read. OFFSET 0 keeps the planner from choosing another index.
COLUMNS = "id, birth_date, max_km, half_hours, causes, skills, languages, gender, guardian_consent_at, checks"
OF_ASKED = "step = 'active' AND restricted_at IS NULL"
PLACES = "SELECT slug, km(latitude, longitude, :lat, :lon) AS km FROM area UNION ALL SELECT '', 0"
REACHED = f"""
  SELECT v.*, km(latitude, longitude, :lat, :lon) AS km FROM generate_series(1, 17) class CROSS JOIN LATERAL (
    SELECT {COLUMNS}, latitude, longitude FROM volunteer
    WHERE {OF_ASKED} AND reach_class(max_km) = class
      AND point(longitude, latitude) <@ around(:lat, :lon, class_reach(class) / {{share}}) OFFSET 0) v {{gate}}
  UNION ALL
  SELECT v.*, NULL, NULL, p.km FROM places p CROSS JOIN LATERAL (
    SELECT {COLUMNS} FROM volunteer
    WHERE area_slug = p.slug AND max_km >= p.km * {{share}} AND latitude IS NULL AND {OF_ASKED} OFFSET 0) v {{gate}}"""

KM = """CASE WHEN latitude IS NULL THEN coalesce((SELECT km FROM places WHERE slug = area_slug), 0)
       ELSE km(latitude, longitude, :lat, :lon) END"""
# Those whom the index of words names (fit_words, its migration says which word is what): they have all of `{{words}}`,
# one of `{{spoken}}` and one of the words of a place, `{{placed}}`. A few more than fit and nobody less.
WORDS = "fit_words(half_hours, skills, languages, checks, causes, latitude, longitude, area_slug, max_km)"
NAMED = f"""
  SELECT {COLUMNS}, latitude, longitude, {KM} AS km FROM volunteer
  WHERE {OF_ASKED} AND {WORDS} @> {{words}} AND {WORDS} && {{spoken}} AND {WORDS} && {{placed}}"""
# Who goes to the opening has one of these words, or `{further}` km too far for them, if that is at most 16.
PLACED = """(SELECT array_agg('a' || slug) || 'far'::text FROM places WHERE km <= 16 + {further}) || ARRAY(
    SELECT 'p' || y || ' ' || x FROM around(:lat, :lon, {further}) box,
           generate_series(floor(10 * (box[1])[1])::int, floor(10 * (box[0])[1])::int) y,
           generate_series(floor(10 * (box[1])[0])::int, floor(10 * (box[0])[0])::int) x)"""

# Born so that the age on the opening's first day is from_age or more, and below under_age.
OF_AGE = """birth_date <= :day - make_interval(years => from_age)
    AND birth_date > :day - make_interval(years => under_age)"""
# What law and role say of somebody's own row. A (SELECT …) is reckoned once, not for each of them.
ALLOWED = f"""checks @> :clearances AND (:gender = '' OR gender = :gender)
    AND birth_date <= (
          SELECT :day - make_interval(years => greatest(:min_age, CASE WHEN :minor_safe THEN 0 ELSE 18 END)))
    AND birth_date > (SELECT coalesce(:day - make_interval(years => :max_age + 1), '-infinity'))
    AND (guardian_consent_at IS NOT NULL OR birth_date <= (SELECT :day - interval '18 years'))
    AND (:barred_from = '{{}}' OR NOT EXISTS (
          SELECT FROM unnest(:barred_from, :barred_under) barred(from_age, under_age) WHERE {OF_AGE}))
    AND id NOT IN (SELECT volunteer FROM assignment WHERE opening = :opening)"""
# Wishes that the row itself tells of.
SKILLED, SPEAKS = "skills @> :skills", "(:languages = '{}' OR languages && :languages)"

# The sum of schedule.scoring.score, term by term, but for what is recent and known.
SURE = """100 + 300 * CASE WHEN max_km > 0 THEN greatest(0, 1 - km / max_km) ELSE 0 END
    + CASE WHEN :cause = ANY(causes) THEN 250 ELSE 0 END"""

# The rules that ask other tables about `f`, a row of volunteer; the cheapest and the most telling first.
CLEARED = """(:clearances = '{}' OR cardinality(:clearances) = (SELECT count(*) FROM clearance
    WHERE volunteer = f.id AND kind = ANY(:clearances) AND revoked_on IS NULL AND valid_until >= :last_day))"""
FREE = """((SELECT range_agg(tsrange(day + w.starts, CASE WHEN w.ends >= '23:59:59' THEN day + interval '1 day'
                                                     ELSE day + w.ends END))
     FROM generate_series(date_trunc('day', :starts), :ends, interval '1 day') day
     JOIN availability w ON w.weekday = extract(isodow FROM day)::int AND w.starts < w.ends
     WHERE w.volunteer = f.id) @> tsrange(:starts, :ends)
    AND NOT EXISTS (SELECT FROM away WHERE volunteer = f.id AND first_day <= :last_day AND last_day >= :day))"""
COVERED = """NOT EXISTS (SELECT FROM generate_series(:day, :last_day, interval '1 day') d(at) WHERE NOT CASE
      WHEN at::date - 30 >= (SELECT min(first_day) FROM service
                             WHERE volunteer = f.id AND first_day <= at AND (last_day IS NULL OR last_day >= at))
      THEN EXISTS (SELECT FROM agreement WHERE volunteer = f.id AND valid_from <= at
                                           AND (valid_until IS NULL OR valid_until >= at))
      ELSE at = ANY(:insured) OR EXISTS (SELECT FROM policy WHERE volunteer = f.id AND valid_from <= at
                                                              AND valid_until >= at) END)"""
# What `f` is to do around that time: recent, busy, rushed, booked and times of its week.
NEAR_BY = """volunteer = f.id AND opening <> :opening
      AND starts_at >= :starts - interval '29 days' AND starts_at < :starts + interval '8 days'"""
# Between this and another accepted task lies less time than the way takes: schedule.rules.rush.
SPEED = " ".join(f"WHEN '{by}' THEN {kmh}" for by, kmh in KMH.items())
AROUND = f"{APART.total_seconds():.0f} seconds"
RUSHED = f"""p.id IS NOT NULL AND CASE WHEN ends_wall <= :starts THEN :starts - ends_wall
                  WHEN starts_wall >= :ends THEN starts_wall - :ends END
             < make_interval(secs => km(p.latitude, p.longitude, :lat, :lon) * {DETOUR} * 3600
                                     / CASE f.travels {SPEED} ELSE :kmh END)"""
WORK = f"""SELECT count(*) FILTER (WHERE starts_wall >= :starts - interval '28 days' AND starts_wall < :starts)::float8
             AS recent,
           coalesce(bool_or(starts_wall < :ends AND ends_wall > :starts), false) AS busy,
           coalesce(bool_or({RUSHED}), false) AS rushed,
           coalesce(sum(ends_wall - starts_wall) FILTER (
             WHERE date_trunc('week', starts_wall) = date_trunc('week', :starts)), interval '0') AS booked,
           count(*) FILTER (WHERE date_trunc('week', starts_wall) = date_trunc('week', :starts)) AS times
    FROM commitment LEFT JOIN place p ON p.id = place AND starts_wall < :ends + interval '{AROUND}'
                                     AND ends_wall > :starts - interval '{AROUND}'
    WHERE {NEAR_BY}"""
IN_HOURS = "booked + (:ends - :starts) <= make_interval(hours => max_hours_week)"
IN_TIMES = "(max_times_week IS NULL OR times < max_times_week)"
IN_LIMITS = f"""(:limit_from = '{{}}' OR NOT EXISTS (
      SELECT FROM unnest(:limit_from, :limit_under, :limit_day, :limit_week) most(from_age, under_age, a_day, a_week)
      WHERE {OF_AGE} AND (booked + (:ends - :starts) > make_interval(hours => a_week) OR EXISTS (
        SELECT FROM generate_series(:day, :last_day, interval '1 day') d(at) JOIN LATERAL (
          SELECT sum(least(ends_wall, at + interval '1 day') - greatest(starts_wall, at)) AS hours FROM (
            SELECT starts_wall, ends_wall FROM commitment WHERE {NEAR_BY} UNION ALL SELECT :starts, :ends) span
          WHERE starts_wall < at + interval '1 day' AND ends_wall > at) day
        ON hours > make_interval(hours => a_day)))))"""


def statement(sql: str, further: Mapping[str, str]) -> str:
    """`sql` with each :name as the typed parameter of its place: those of ASKED, then `further`. Without needless
    spaces: the driver keeps no statement prepared that is longer than 15 kB."""
    places = {name: f"${n}::{kind}" for n, (name, kind) in enumerate({**ASKED, **further}.items(), 1)}
    return re.sub(r"(?<!:):([a-z_]+)", lambda found: places[found[1]], re.sub(r"\s+", " ", sql))


def values(o: OpeningFacts) -> list[object]:
    """What ASKED is of this opening, in its order."""
    assert o.at  # noqa: S101 - in the database every meeting has a place
    starts, ends = o.times[0]
    # What a limit says of the opening alone is known here; what it says of somebody's hours, only there.
    barred = [limit for limit in o.limits if limit.barred or is_early(limit, o) or is_late(limit, o)]
    limited = [limit for limit in o.limits if limit not in barred]
    found: dict[str, object] = {
        "opening": o.id,
        "lat": o.at[0],
        "lon": o.at[1],
        "starts": starts,
        "ends": ends,
        "day": o.first_day,
        "last_day": o.last_day,
        "half_hours": half_hours_of(o),
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
    return [found[name] for name in ASKED]


def words_of(o: OpeningFacts) -> tuple[list[str], list[str]]:
    """All of which somebody who fits is named by in the index of words, and of which one is enough."""
    hours = sorted({n // 2 for n, bit in enumerate(half_hours_of(o).as_string().replace(" ", "")) if bit == "1"})
    words = [f"h{hour}" for hour in {hours[0], hours[-1]}]
    words += [f"s{skill}" for skill in o.skills] + [f"k{check}" for check in o.clearances]
    return words, [f"l{language}" for language in o.languages] or words[:1]


def half_hours_of(o: OpeningFacts) -> asyncpg.BitString:
    """Those of the week that the opening touches, Monday's first."""
    bits = ["0"] * 336
    for starts, ends in o.times:
        at = starts.replace(minute=starts.minute // 30 * 30, second=0, microsecond=0)
        while at < ends:
            bits[48 * (at.isoweekday() - 1) + 2 * at.hour + at.minute // 30] = "1"
            at += timedelta(minutes=30)
    return asyncpg.BitString("".join(bits))
