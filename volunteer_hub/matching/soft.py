"""Who would fit an opening if a wish were set aside: counted among all volunteers, in SQL, wish by wish.

Law, safety and other work are never set aside: only schedule.rules.WISHES. `distance` is set aside up to twice as far
as somebody would go; beyond that nobody is asked in a town.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.matching import people_sql as sql
from volunteer_hub.matching.search import BEST
from volunteer_hub.schedule.rules import WISHES, OpeningFacts, Rule

# In the order in which the desk is told of them: from what people give way on most easily.
SOFT = (Rule.TIME, Rule.DISTANCE, Rule.TRAVEL, Rule.HOURS, Rule.TIMES, Rule.SKILL, Rule.LANGUAGE)
assert set(SOFT) == WISHES  # noqa: S101 - said once more when the module is read
# So many of each kind are judged: a larger crowd is "at least".
JUDGED = 60
# So many in reach are read whatever they lack; where that is not all, so many of each kind that is rare among them.
READ, MOST = 4000, 1500
FARTHEST = 0.5

# The wishes that somebody's own row tells of, and when each holds.
TOLD = {
    Rule.TIME: sql.AWAKE,
    Rule.DISTANCE: "km <= max_km",
    Rule.SKILL: sql.SKILLED,
    Rule.LANGUAGE: sql.SPEAKS,
}


def _lacks(rule: Rule, holds: str) -> str:
    return f"CASE WHEN {holds} THEN '{{}}' ELSE '{{{rule}}}' END::text[]"


ALL = " AND ".join(TOLD.values())
# Which wishes that stand the row breaks: none or one makes the kind.
LACKS = " || ".join(_lacks(rule, f"{holds} OR '{rule}' = ANY(:soft)") for rule, holds in TOLD.items())


def _kinds(people: str) -> str:
    """Those of `people` whose row breaks no wish that stands, or one, which is their kind: of each at most :judged."""
    return f"""SELECT * FROM (
      SELECT *, coalesce(lacks[1], 'none') AS kind, row_number() OVER (PARTITION BY asked, lacks) AS n
      FROM (SELECT *, {sql.SURE} AS sure, {LACKS} AS lacks FROM {people} v
            WHERE km * {FARTHEST} <= max_km AND {sql.ALLOWED} OFFSET 0) v
      WHERE cardinality(lacks) < 2 AND coalesce(lacks[1], 'none') = coalesce(asked, lacks[1], 'none')) v
      WHERE n <= :judged"""


def _gone(wish: str) -> str:
    """Whether `wish` is not asked of the kind `asked`."""
    return f"'{wish}' = ANY(asked || :soft)"


# Whom the index of words names for a kind.
PLACED = f"""CASE WHEN {_gone("distance")} THEN (SELECT {sql.PLACED.format(further=16)})
                  ELSE (SELECT {sql.PLACED.format(further=0)}) END"""
NAMED = sql.NAMED.format(
    words=f"""ARRAY(SELECT word FROM unnest(:words) word
                    WHERE NOT CASE left(word, 1) WHEN 'h' THEN {_gone("time")} WHEN 's' THEN {_gone("skill")}
                                                 ELSE false END)""",
    spoken=f"CASE WHEN :languages = '{{}}' OR {_gone('language')} THEN {PLACED} ELSE :spoken END",
    placed=PLACED,
)
STAND = " AND ".join(f"({holds} OR '{rule}' = ANY(:soft))" for rule, holds in TOLD.items())
# Some in reach, the next by class of reach. Where they are not all and show few of a kind, some whom the index of words
# names for it. Of those who only lack what is set aside the most promising. Then what their time, work and papers say.
STATEMENT = f"""
WITH places AS MATERIALIZED ({sql.PLACES}),
near AS MATERIALIZED (
  SELECT NULL AS asked, * FROM ({sql.REACHED.format(share=FARTHEST, gate="")} OFFSET 0) v LIMIT :read),
seen AS MATERIALIZED ({_kinds("near")}),
few AS MATERIALIZED (
  SELECT asked FROM unnest(ARRAY['none', 'time', 'distance']
    || CASE WHEN :skills <> '{{}}' THEN '{{skill}}' ELSE '{{}}' END::text[]
    || CASE WHEN :languages <> '{{}}' THEN '{{language}}' ELSE '{{}}' END::text[]) few(asked)
  WHERE (SELECT count(*) = :read FROM near) AND asked <> ALL(:soft)
    AND (SELECT count(*) FROM seen WHERE kind = few.asked) < :judged),
named AS MATERIALIZED (SELECT * FROM few CROSS JOIN LATERAL ({NAMED} LIMIT :most) v),
kinds AS MATERIALIZED (
  SELECT kind, id, km, sure FROM seen WHERE kind NOT IN (SELECT asked FROM few) UNION ALL
  SELECT kind, id, km, sure FROM ({_kinds("named")}) v UNION ALL
  (SELECT 'soft', id, km, sure
   FROM (SELECT *, {sql.SURE} AS sure FROM ({sql.REACHED.format(share=":share", gate="")} OFFSET 0) v
         WHERE km * :share <= max_km AND {sql.ALLOWED}) v
   WHERE :soft <> '{{}}' AND NOT ({ALL}) AND {STAND} ORDER BY sure DESC, id LIMIT :judged)),
crowds AS MATERIALIZED (
  SELECT kind FROM kinds GROUP BY kind HAVING count(*) >= :judged UNION
  SELECT asked FROM named GROUP BY asked HAVING count(*) >= :most),
judged AS MATERIALIZED (
  SELECT f.id, g.kind,
         floor(sure + CASE WHEN f.id = ANY(:known) THEN 250 ELSE 0 END + 100 * exp(-recent / 6))::int AS score,
         {_lacks(Rule.TIME, "free")} || {_lacks(Rule.DISTANCE, "km <= max_km")} || {_lacks(Rule.SKILL, sql.SKILLED)}
         || {_lacks(Rule.LANGUAGE, sql.SPEAKS)} || {_lacks(Rule.TRAVEL, "NOT rushed")}
         || {_lacks(Rule.HOURS, sql.IN_HOURS)} || {_lacks(Rule.TIMES, sql.IN_TIMES)} AS lacks
  FROM kinds g JOIN LATERAL (
    SELECT f.*, {sql.FREE} AS free FROM volunteer f
    WHERE f.id = g.id AND CASE WHEN {sql.CLEARED} THEN {sql.COVERED} ELSE false END OFFSET 0) f ON true,
  LATERAL ({sql.WORK}) c
  WHERE NOT busy AND {sql.IN_LIMITS}),
told AS (
  SELECT DISTINCT ON (id) *, ARRAY(SELECT unnest(lacks) EXCEPT SELECT unnest(:soft)) AS remain
  FROM judged WHERE lacks <> '{{}}' ORDER BY id)
SELECT ARRAY(SELECT (remain[1], count(*), bool_or(EXISTS (
               SELECT FROM crowds WHERE kind = remain[1]
                                        OR kind = 'none' AND remain[1] NOT IN ('distance', 'skill', 'language'))))
             FROM told WHERE cardinality(remain) = 1 GROUP BY remain[1]) AS counts,
       ARRAY(SELECT (id, score) FROM told WHERE remain = '{{}}' ORDER BY score DESC, id LIMIT {BEST}) AS relaxed"""
NUMBERS = dict.fromkeys(("judged", "read", "most"), "bigint")
LISTS = dict.fromkeys(("soft", "words", "spoken"), "text[]")
WOULD_FIT = sql.statement(STATEMENT, {**LISTS, **NUMBERS, "share": "float8"})


@dataclass(frozen=True, slots=True)
class Adds:
    """How many more would fit; `more`: at least so many, the crowd was too large to judge everybody."""

    people: int
    more: bool


@dataclass(frozen=True, slots=True)
class WouldFit:
    """`adds`: how many lack that one wish and nothing else. `relaxed`: who lacks only what is set aside, with their
    score, the best first, at most BEST."""

    adds: Mapping[Rule, Adds] = field(default_factory=dict)
    relaxed: list[tuple[UUID, int]] = field(default_factory=list)


async def would_fit(o: OpeningFacts, soft: Collection[Rule] = ()) -> WouldFit:
    """Of those who do not fit `o` and are not on it in any state, with the wishes `soft` set aside already."""
    share = FARTHEST if Rule.DISTANCE in soft else 1.0
    lists = [rule for rule in SOFT if rule in soft], *sql.words_of(o)
    async with database.transaction():
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        row = await database.fetchrow(WOULD_FIT, *sql.values(o), *lists, JUDGED, READ, MOST, share)
    assert row  # noqa: S101 - a SELECT without FROM has one
    return WouldFit({Rule(rule): Adds(people, more) for rule, people, more in row["counts"]}, row["relaxed"])
