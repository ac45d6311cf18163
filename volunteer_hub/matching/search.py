"""Finds among all volunteers, in SQL: the best that fit an opening, and the nearest whether they fit or not."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.matching import people_sql as sql
from volunteer_hub.schedule.rules import OpeningFacts

BEST = 20
NEAR = 80

# First the part of their own reach in which somebody must live, then how many must promise to beat all outside of it
# to look no further.
SHARE = 9
PROMISING, CROWD = 75, 25
EVERYBODY = 2**40
# The ways to look: in a share of the reach, by the index of words for those whom the cause moves, and for everybody.
RING, MOVED, ALL = 1, 2, 3
# What asking that index takes, in rows of a ring read: to begin, and for each whom it names.
BEGIN, EACH = 2000, 2
# How many are judged at first, the most promising by their own row.
FIRST = 3 * BEST // 2

FITS = f"{sql.ALLOWED} AND {sql.SKILLED} AND {sql.SPEAKS}"
# What the sure points of nobody outside a share of their reach pass: of those whom the cause moves, and of the others.
# Whoever is known there is always looked at.
CEILING = "350 + 300 * (1 - 1.0 / {share})"
UNMOVED = CEILING.replace("350", "100")
# Where most areas are near the place tells little, and comparing so many lists takes longer than reading the rest.
HERE = f"""(SELECT CASE WHEN count(*) FILTER (WHERE km <= 16) > 1 + count(*) / 2 THEN :words
    ELSE {sql.PLACED.format(further=0)} END FROM places)"""
WORDS = f"(:words || (SELECT CASE way WHEN {MOVED} THEN ARRAY['c' || :cause] ELSE '{{}}' END FROM look))"


def _within(share: str, gate: str = "") -> str:
    people = sql.REACHED.format(share=share, gate=gate)
    return f"SELECT * FROM ({people} OFFSET 0) v WHERE km * {share} <= max_km AND id <> ALL(:known)"


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
# Where many within SHARE of their reach promise to beat all who live further, they are the pool. Else from how crowded
# it is follows what share to look in, or, where that would read more people, to ask the index of words: for those whom
# the cause moves, when with the crowd near by they promise to beat the rest, or for everybody.
SUGGEST = f"""
WITH places AS MATERIALIZED ({sql.PLACES}),
close AS MATERIALIZED (
  SELECT id, {sql.SURE} AS sure, :cause = ANY(causes) AS moved, {sql.AWAKE} AND {FITS} AS fits
  FROM ({_within(str(SHARE))}) v),
near AS (SELECT * FROM close WHERE fits),
look AS MATERIALIZED (
  SELECT CASE WHEN NOT named THEN {RING} WHEN crowd THEN {MOVED} ELSE {ALL} END AS way, share
  FROM (SELECT share, crowd, people * {SHARE**2} / share ^ 2
                             > :begin + {EACH * SHARE**2} * CASE WHEN crowd THEN moved ELSE fit END AS named
        FROM (SELECT CASE WHEN moved * {(SHARE / 1.5) ** 2:.0f} < :promising THEN 1
                          ELSE least({SHARE}, {SHARE} * sqrt(moved / :promising::float8)) END AS share,
                     fit >= :crowd AS crowd, *
              FROM (SELECT count(*) AS people, count(*) FILTER (WHERE fits) AS fit,
                           count(*) FILTER (WHERE fits AND sure >= {CEILING.format(share=SHARE)}) AS moved
                    FROM close) counted) shared) judged),
pool AS MATERIALIZED (
  SELECT id, sure FROM near, look WHERE way = {RING} AND share = {SHARE} OR way = {MOVED} AND NOT moved
  UNION ALL
  SELECT id, {sql.SURE} + CASE WHEN id = ANY(:known) THEN 250 ELSE 0 END AS sure
  FROM ({_within("(SELECT share FROM look)", f"WHERE (SELECT way = {RING} AND share < {SHARE} FROM look)")}
    UNION ALL
    {sql.NAMED.format(words=WORDS, spoken=":spoken", placed=HERE)} AND {sql.AWAKE}
    AND (SELECT way > {RING} FROM look) AND id <> ALL(:known)
    UNION ALL
    SELECT {sql.COLUMNS}, latitude, longitude, {sql.KM} AS km
    FROM volunteer WHERE id = ANY(:known) AND {sql.OF_ASKED} OFFSET 0) v
  WHERE {sql.AWAKE} AND km <= max_km AND {FITS}),
first AS MATERIALIZED (
  {_fitting("SELECT * FROM pool ORDER BY sure DESC, id")} ORDER BY sure DESC, f.id LIMIT {FIRST}),
bar AS MATERIALIZED (
  SELECT (SELECT score FROM first ORDER BY score DESC OFFSET {BEST - 1} LIMIT 1) AS score, min(sure) AS sure,
         count(*) = {FIRST} AS more
  FROM first),
further AS ({_fitting(FURTHER)})
SELECT (SELECT CASE WHEN share = 1 AND way = {RING} THEN {ALL} ELSE way END FROM look) AS way,
       (SELECT CASE way WHEN {RING} THEN {CEILING.format(share="share")} ELSE {UNMOVED.format(share=SHARE)} END
        FROM look) + 100 AS ceiling,
       ARRAY(SELECT (id, score) FROM (SELECT * FROM first UNION ALL SELECT * FROM further) fit
             ORDER BY score DESC, id LIMIT {BEST}) AS best"""
NUMBERS = dict.fromkeys(("promising", "crowd", "begin"), "bigint")
SUGGESTIONS = sql.statement(SUGGEST, {"words": "text[]", "spoken": "text[]", **NUMBERS})


async def best(o: OpeningFacts) -> list[tuple[UUID, int]]:
    """Who may take `o` and is not on it in any state, with their scores: the best first, at most BEST.

    One statement; where those who promised most do not fit a second one that looks further, at last at everybody.
    """
    asked = [*sql.values(o), *sql.words_of(o)]
    promising, crowd = PROMISING, CROWD
    async with database.transaction():
        # Planning anew for each opening takes longer than the answer.
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        while True:
            row = await database.fetchrow(SUGGESTIONS, *asked, promising, crowd, BEGIN)
            assert row  # noqa: S101 - a SELECT without FROM has one
            found: list[tuple[UUID, int]] = row["best"]
            # The ceiling is what nobody passes who was not looked at.
            if row["way"] == ALL or (len(found) == BEST and found[-1][1] > row["ceiling"]):
                return found
            promising, crowd = (promising, EVERYBODY) if row["way"] == MOVED else (4 * promising, crowd)


# The nearest who are not on the opening: whom to explain when they may not take it. Who asked us to restrict the use of
# their data stands in no list. Degrees are taken for kilometres here, which is near enough; those without a point come
# area by area.
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
