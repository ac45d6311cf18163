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
FARTHEST = 0.5

# The wishes that somebody's own row tells of, and when each holds.
TOLD = {
    Rule.TIME: sql.AWAKE,
    Rule.DISTANCE: "km <= max_km",
    Rule.SKILL: sql.SKILLED,
    Rule.LANGUAGE: sql.SPEAKS,
}


def _holds(rule: Rule) -> str:
    return f"({TOLD[rule]} OR '{rule}' = ANY(:soft))"


def _kind(lacking: Rule | None, name: str, people: str = "within", condition: str = "true", order: str = "") -> str:
    """At most :judged of `people` whose row breaks no wish that stands but `lacking`, if `condition` holds."""
    rest = " AND ".join(_holds(rule) for rule in TOLD if rule is not lacking)
    broken = f"NOT {TOLD[lacking]} AND '{lacking}' <> ALL(:soft) AND" if lacking else ""
    return f"""(SELECT '{name}' AS kind, id, km, sure FROM {people}
      WHERE {condition} AND {broken} {rest} {order} LIMIT :judged)"""


ALL = " AND ".join(TOLD.values())


def _lacks(rule: Rule, holds: str) -> str:
    return f"CASE WHEN {holds} THEN '{{}}' ELSE '{{{rule}}}' END::text[]"


# Of each kind some, the next by class of reach, so that in a crowd few are read; of those who only lack what is set
# aside the most promising. Then what their time, their work and their papers say.
STATEMENT = f"""
WITH places AS MATERIALIZED ({sql.PLACES}),
within AS NOT MATERIALIZED (
  SELECT *, {sql.SURE} AS sure FROM ({sql.REACHED.format(share=":share", gate="")} OFFSET 0) v
  WHERE km * :share <= max_km AND {sql.ALLOWED}),
beyond AS NOT MATERIALIZED (
  SELECT *, {sql.SURE} AS sure FROM ({sql.REACHED.format(share=FARTHEST, gate="")} OFFSET 0) v
  WHERE km * {FARTHEST} <= max_km AND {sql.ALLOWED}),
kinds AS MATERIALIZED (
  {_kind(Rule.TIME, "time")} UNION ALL
  {_kind(Rule.SKILL, "skill", condition=":skills <> '{}'")} UNION ALL
  {_kind(Rule.LANGUAGE, "language", condition=":languages <> '{}'")} UNION ALL
  {_kind(Rule.DISTANCE, "distance", "beyond")} UNION ALL
  {_kind(None, "none")} UNION ALL
  {_kind(None, "soft", condition=f":soft <> '{{}}' AND NOT ({ALL})", order="ORDER BY sure DESC, id")}),
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
SELECT ARRAY(SELECT (remain[1], count(*), bool_or(kind IN (SELECT kind FROM kinds GROUP BY kind
                                                            HAVING count(*) = :judged)))
             FROM told WHERE cardinality(remain) = 1 GROUP BY remain[1]) AS counts,
       ARRAY(SELECT (id, score) FROM told WHERE remain = '{{}}' ORDER BY score DESC, id LIMIT {BEST}) AS relaxed"""
WOULD_FIT = sql.statement(STATEMENT, {"soft": "text[]", "judged": "bigint", "share": "float8"})


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
    asked = [
        *sql.values(o),
        [rule for rule in SOFT if rule in soft],
        JUDGED,
        FARTHEST if Rule.DISTANCE in soft else 1.0,
    ]
    async with database.transaction():
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        row = await database.fetchrow(WOULD_FIT, *asked)
    assert row  # noqa: S101 - a SELECT without FROM has one
    return WouldFit({Rule(rule): Adds(people, more) for rule, people, more in row["counts"]}, row["relaxed"])
