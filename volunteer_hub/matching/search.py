"""Finds among all volunteers, in SQL: the best that fit an opening, and the nearest whether they fit or not."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.matching import people_sql as sql
from volunteer_hub.schedule.rules import OpeningFacts

BEST = 20
NEAR = 80

# First the part of their own reach in which somebody must live, then how many must promise to beat all outside of it
# to look no further; where a check is asked, which most have not, more of them.
SHARE = 8
PROMISING, OF_CHECKED = 30, 75
EVERYBODY = 2**40
# A second look at less than everybody is worth it above this share.
WORTH = 3
# How many are judged at first, the most promising by their own row.
FIRST = 2 * BEST

FITS = f"{sql.ALLOWED} AND {sql.SKILLED} AND {sql.SPEAKS}"
# Whom nobody outside a share of their reach can beat who is not known there: the known are always looked at.
CEILING = "350 + 300 * (1 - 1.0 / {share})"


def _in_reach(share: str, gate: str = "") -> str:
    """Those within a share of their reach whose own row breaks no rule, with what their row is worth."""
    people = sql.REACHED.format(share=share, gate=gate)
    return f"""SELECT id, {sql.SURE} AS sure FROM ({people} OFFSET 0) v
      WHERE {sql.AWAKE} AND km * {share} <= max_km AND {FITS} AND id <> ALL(:known)"""


def _fitting(people: str) -> str:
    """Those of `people` (id and sure points) whom no rule keeps out, with their scores."""
    return f"""SELECT f.id, sure, floor(sure + 100 * exp(-recent / 6))::int AS score
      FROM (SELECT f.id, g.sure, travels, max_hours_week, max_times_week, birth_date
            FROM ({people}) g JOIN volunteer f ON f.id = g.id
            WHERE CASE WHEN NOT {sql.CLEARED} THEN false WHEN NOT {sql.FREE} THEN false ELSE {sql.COVERED} END) f,
           LATERAL ({sql.WORK}) c
      WHERE NOT busy AND NOT rushed AND {sql.IN_HOURS} AND {sql.IN_TIMES} AND {sql.IN_LIMITS}"""


# What is recent is at most 100 points and may turn the order of what is sure: so the FIRST who fit are taken, and then
# all whose sure points let them pass the twentieth of those.
FURTHER = """SELECT * FROM pool WHERE (SELECT more FROM bar) AND sure <= (SELECT sure FROM bar)
  AND sure + 100 >= (SELECT score FROM bar) AND id NOT IN (SELECT id FROM first) OFFSET 0"""
# `near`: how many within the first share promise to beat all who live further; from how crowded it is follows what
# share of their reach to look in. `share` is answered: nobody outside of it passes the ceiling, 1 is everybody.
SUGGEST = f"""
WITH places AS MATERIALIZED ({sql.PLACES}),
near AS MATERIALIZED ({_in_reach(str(SHARE))}),
look AS MATERIALIZED (
  SELECT CASE WHEN n >= :promising THEN {SHARE} WHEN n * {(SHARE / 1.5) ** 2:.0f} < :promising THEN 1
              ELSE least({SHARE / 2}, {SHARE} * sqrt(n / :promising::float8)) END AS share
  FROM (SELECT count(*) FILTER (WHERE sure >= {CEILING.format(share=SHARE)}) AS n FROM near)),
pool AS MATERIALIZED (
  SELECT * FROM near WHERE (SELECT share FROM look) = {SHARE}
  UNION ALL
  {_in_reach("(SELECT share FROM look)", f"WHERE (SELECT share FROM look) < {SHARE}")}
  UNION ALL
  SELECT id, {sql.SURE} + 250 AS sure
  FROM (SELECT v.*, CASE WHEN latitude IS NULL THEN coalesce(p.km, 0) ELSE km(latitude, longitude, :lat, :lon) END AS km
        FROM volunteer v LEFT JOIN places p ON p.slug = area_slug WHERE id = ANY(:known) AND {sql.OF_ASKED} OFFSET 0) v
  WHERE {sql.AWAKE} AND km <= max_km AND {FITS}),
first AS MATERIALIZED (
  {_fitting("SELECT * FROM pool ORDER BY sure DESC, id")} ORDER BY sure DESC, f.id LIMIT {FIRST}),
bar AS MATERIALIZED (
  SELECT (SELECT score FROM first ORDER BY score DESC OFFSET {BEST - 1} LIMIT 1) AS score, min(sure) AS sure,
         count(*) = {FIRST} AS more
  FROM first),
further AS ({_fitting(FURTHER)})
SELECT (SELECT share FROM look) AS share,
       ARRAY(SELECT (id, score) FROM (SELECT * FROM first UNION ALL SELECT * FROM further) fit
             ORDER BY score DESC, id LIMIT {BEST}) AS best"""
SUGGESTIONS = sql.statement(SUGGEST, {"promising": "bigint"})


async def best(o: OpeningFacts) -> list[tuple[UUID, int]]:
    """Who may take `o` and is not on it in any state, with their scores: the best first, at most BEST.

    One statement; where those who promised most do not fit a second one that looks further, at last at everybody.
    """
    asked = sql.values(o)
    promising = OF_CHECKED if o.clearances else PROMISING
    async with database.transaction():
        # Planning anew for each opening takes longer than the answer.
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        while True:
            row = await database.fetchrow(SUGGESTIONS, *asked, promising)
            assert row  # noqa: S101 - a SELECT without FROM has one
            found: list[tuple[UUID, int]] = row["best"]
            share: float = row["share"]
            if share == 1 or (len(found) == BEST and found[-1][1] > 450 + 300 * (1 - 1 / share)):
                break
            promising = 6 * promising if share > WORTH else EVERYBODY
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
