"""The list behind a figure, from the very facts that it was counted from: coordinators only.

It names nobody whom its reader may not know, though they count: who belongs to somebody else's group, or has a contract
that the reader does not work with, is a line without a name, a day or a way to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from volunteer_hub.initiatives.queries import reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports.indicators import facts, past
from volunteer_hub.reports.indicators.facts import COUNTED, MONIES, PERIOD, STOCKS, WITH
from volunteer_hub.reports.indicators.moment import at_once
from volunteer_hub.reports.indicators.values import By, Indicator, Period
from volunteer_hub.web.i18n import gettext, mark

ON_A_PAGE = 50

UNNAMED: Mapping[str, str] = {
    "participant": mark("Osoba z grupy lub kontraktu, których nie prowadzisz"),
    "step": mark("Krok kontraktu, którego nie prowadzisz"),
}
ERASED = mark("Osoby, których dane usunięto")
TOWN = mark("Całe miasto")

# How a subject is called and where it stands, by what it is. {subject} is its id.
NAMED: Mapping[str, str] = {
    "volunteer": """SELECT x.first_name || ' ' || x.last_name AS words, '/desk/people/' || x.id AS address
                    FROM volunteer x WHERE x.id = c.subject""",
    "participant": """SELECT x.alias AS words, '/desk/participants/' || x.id AS address
                      FROM participant x WHERE x.id = c.subject""",
    "initiative": """SELECT x.name AS words, '/desk/initiatives/' || x.id AS address
                     FROM initiative x WHERE x.id = c.subject""",
    "meeting": """SELECT x.name AS words, '/desk/meetings/' || m.id AS address
                  FROM meeting m JOIN initiative x ON x.id = m.initiative WHERE m.id = c.subject""",
    "step": """SELECT x.alias AS words, '/desk/contracts/' || k.id AS address
               FROM contract_step s JOIN contract_goal g ON g.id = s.goal JOIN contract k ON k.id = g.contract
               JOIN participant x ON x.id = k.participant WHERE s.id = c.subject""",
    "funding": """SELECT concat_ws(', ', x.name, nullif(f.payer, '')) AS words, '/desk/initiatives/' || x.id AS address
                  FROM funding_line f JOIN initiative x ON x.id = f.initiative WHERE f.id = c.subject""",
    "year": """SELECT a.name AS words, '' AS address FROM area_year y JOIN area a ON a.id = y.area
               WHERE y.id = c.subject""",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One of those counted. `words` and `address` say who or what; an empty address leads nowhere. `amount`: for how
    much it counts, in the unit of its indicator."""

    words: str
    address: str
    day: date | None
    amount: int | Decimal


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of lines; `total` lines there are in all, and `amount` is the figure they add up to (None: not told)."""

    lines: list[Line]
    total: int
    amount: int | Decimal | None


NOTHING = Listed([], 0, None)


async def listed(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    zone: str,
    by: By | None = None,
    key: str = "",
    page: int = 1,
    on_a_page: int = ON_A_PAGE,
) -> Listed:
    """What an indicator was counted from, or the part `key` of it; of a share what is a part of the whole.

    Raises Refused 404 for others than coordinators, and for what the indicator is not divided by.
    """
    coordinators_only(actor)
    indicator = {Indicator.COVERED_SHARE: Indicator.COVERED, Indicator.OUTSIDE_SHARE: Indicator.OUTSIDE}.get(
        indicator, indicator
    )
    of = COUNTED[indicator]
    if by is not None and by not in of.by:
        raise Refused("", 404)
    if indicator in MONIES and not period.whole_years:
        return NOTHING
    async with at_once():
        rows = await database.fetch(
            _statement(indicator, by), *reader(actor), period.first, period.last, zone, key, on_a_page,
            on_a_page * (max(page, 1) - 1),
        )  # fmt: skip
    if not rows:
        return NOTHING
    lines = [_line(indicator, row) for row in rows if row["amount"] is not None]
    whole = rows[0]["whole"]
    if whole is None:
        return Listed([], 0, None if indicator in STOCKS else 0)
    return Listed(lines, rows[0]["total"], _number(indicator, whole))


def _statement(indicator: Indicator, by: By | None) -> str:
    """$7: the part, $8 and $9: how many lines, after how many. The last row of all has only the sums."""
    of = COUNTED[indicator]
    where = "whole" if indicator in STOCKS and by is None else f"{by.value} = $7::text" if by else "true"
    amount, erased = "sum(amount)" if of.sums else "1::numeric", ""
    if of.person:
        erased = f"""
            UNION ALL SELECT NULL, NULL, sum(n.amount), NULL FROM ({past.counted(indicator)}) AS n
            WHERE n.by = '{by.value if by else ""}' AND n.key = $7::text HAVING sum(n.amount) > 0"""
    return f"""
        WITH asked AS (SELECT $1::uuid, $2::bool, $3::bool, $4::date, $5::date, $6::text, $7::text), {PERIOD}, {WITH},
        facts AS MATERIALIZED ({facts.sql(indicator)}),
        chosen AS MATERIALIZED (
            SELECT subject, min(day) AS day, {amount} AS amount, bool_or(seen) AS seen
            FROM facts WHERE {where} GROUP BY subject{erased}),
        page AS (
            SELECT *, CASE WHEN seen THEN day END AS told FROM chosen
            ORDER BY subject IS NULL, told DESC NULLS LAST, subject LIMIT $8 OFFSET $9)
        SELECT c.subject, c.told AS day, c.amount, c.seen, n.words, n.address, a.total, a.whole
        FROM (SELECT count(*)::int AS total, sum(amount) AS whole FROM chosen) AS a
        LEFT JOIN page c ON true LEFT JOIN LATERAL ({NAMED[of.of]}) AS n ON c.seen
        ORDER BY c.subject IS NULL, c.told DESC NULLS LAST, c.subject"""


def _line(indicator: Indicator, row: Mapping[str, Any]) -> Line:
    amount = _number(indicator, row["amount"])
    if row["subject"] is None:
        return Line(gettext(ERASED), "", None, amount)
    if not row["seen"]:
        return Line(gettext(UNNAMED[COUNTED[indicator].of]), "", None, amount)
    return Line(row["words"] or gettext(TOWN), row["address"] or "", row["day"], amount)


def _number(indicator: Indicator, amount: Decimal) -> int | Decimal:
    return Decimal(amount).quantize(Decimal("0.01")) if indicator in MONIES else int(amount)
