"""Erased people go on counting: before they go, the facts of each indicator are kept of them as numbers by quarter.

Somebody in several quarters counts once in any period made of quarters: each row says in which quarter (`before`) the
same people had stood the time before, and a period takes those rows whose `before` lies outside it.
"""

from collections.abc import Sequence
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.reports.indicators import facts
from volunteer_hub.reports.indicators.facts import COUNTED, WITH
from volunteer_hub.reports.indicators.values import Indicator

# Of what an erased person's group was about nothing is kept: the reader of these facts runs none.
OUTSIDER = (None, True, False)

COUNT = """
    SELECT y.first AS span, p.by, p.part AS key, sum(p.amount) AS amount, sum(p.people) AS people
    FROM past_indicator p
    JOIN spans y ON p.quarter BETWEEN y.first AND y.last AND (p.before IS NULL OR p.before < y.first)
    WHERE p.indicator = '{indicator}' GROUP BY y.first, p.by, p.part"""

# $4: their ids; $5: the zone. The first fact of all is no earlier than the first year that reports take.
KEEP = """
    WITH asked AS (SELECT $1::uuid, $2::bool, $3::bool, $4::uuid[], $5::text), {with_work},
    quarters AS (
        SELECT q::date AS first, (q + interval '3 months')::date - 1 AS last
        FROM generate_series(timestamp '2000-01-01', centre_today()::timestamp, interval '3 months') q),
    facts AS MATERIALIZED (
        SELECT q.first AS quarter, f.* FROM quarters q CROSS JOIN LATERAL (
            WITH spans AS NOT MATERIALIZED (SELECT q.first, q.last) {facts}) f),
    divided AS ({divided}),
    added AS (
        SELECT by, key, who, quarter, {amount} AS amount,
               {before} AS before
        FROM divided GROUP BY by, key, who, quarter)
    INSERT INTO past_indicator (id, indicator, by, part, quarter, before, amount, people)
    SELECT gen_random_uuid(), '{indicator}', by, key, quarter, before, sum(amount), {people} FROM added
    GROUP BY by, key, quarter, before
    ON CONFLICT (indicator, by, part, quarter, before) DO UPDATE
    SET amount = past_indicator.amount + excluded.amount, people = past_indicator.people + excluded.people"""


def counted(indicator: Indicator) -> str:
    """Rows of span, by, key, amount, people: what erased people count for in each of `spans`."""
    return COUNT.format(indicator=indicator.value)


async def keep(kind: str, ids: Sequence[UUID], zone: str) -> None:
    """Adds these volunteers or participants to the numbers, in the transaction that erases them."""
    for indicator, of in COUNTED.items():
        if of.person == kind:
            await database.execute(_keep(indicator), *OUTSIDER, list(ids), zone)


def _keep(indicator: Indicator) -> str:
    """Somebody who is counted, by their first fact since the last; what adds up, fact by fact."""
    of = COUNTED[indicator]
    adds = of.sums or of.of == "step"
    whole = "SELECT '' AS by, '' AS key, who, quarter, amount FROM facts"
    divided = [f"SELECT '{by.value}', {by.value}, who, quarter, amount FROM facts" for by in of.by]
    return KEEP.format(
        with_work=WITH,
        facts=facts.sql(indicator, first="q.first", last="q.last", zone="$5::text", who="$4::uuid[]"),
        divided=" UNION ALL ".join([whole, *divided]),
        amount="sum(amount)" if adds else "1",
        before="NULL::date" if adds else "lag(quarter) OVER (PARTITION BY by, key, who ORDER BY quarter)",
        # Somebody in four quarters would be four of the people who are enough for their hours to be published.
        people="0" if adds else "count(*)",
        indicator=indicator.value,
    )
