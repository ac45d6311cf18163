"""What is missing in a year's data, so that its figures are less than what was done. Coordinators only.

Each gap leads to where it is mended. Of a group or circle stand its neutral name and who runs it, nobody who belongs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from volunteer_hub.initiatives.queries import LACKS_OUTCOME
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import ORAL_DAYS
from volunteer_hub.schedule.attendance.queries import EXPECTED

# So many lines of a kind stand on the page; the rest is a number, with the list where all of them are.
SHOWN = 10


class Gap(StrEnum):
    """In the order of how much they take from the year's figures."""

    YEAR = "year"
    ATTENDANCE = "attendance"
    HOURS = "hours"
    OUTCOME = "outcome"
    MONEY = "money"
    SPENT = "spent"
    CONTRACT = "contract"
    AGREEMENT = "agreement"
    SERVICE = "service"
    CLEARANCE = "clearance"
    DISTRICT = "district"


NAME = "v.first_name || ' ' || left(v.last_name, 1) || '.'"
HELPS = "v.step IN ('active', 'paused') AND v.restricted_at IS NULL"

# Each gives (id of its page, who or what, words, day); $1 and $2: the first and last day of the year; $3: today.
PARTS = {
    # A year that is not over has no yearly figures yet.
    Gap.YEAR: """
    SELECT NULL::uuid, '', concat_ws(' ', CASE WHEN t.residents IS NULL THEN 'residents' END,
               CASE WHEN t.assisted IS NULL THEN 'assisted' END, CASE WHEN t.families IS NULL THEN 'families' END),
           $2::date
    FROM (SELECT 1) AS one LEFT JOIN town_year t ON t.year = extract(year FROM $1::date)
    WHERE $2::date < $3::date AND (t.residents IS NULL OR t.assisted IS NULL OR t.families IS NULL)""",
    Gap.ATTENDANCE: f"""
    SELECT m.id, i.name, coalesce(a.name, ''), m.starts_wall::date
    FROM meeting m JOIN initiative i ON i.id = m.initiative LEFT JOIN account a ON a.id = i.coordinator
    WHERE m.state = 'planned' AND m.noted_at IS NULL AND m.ends_at < now()
      AND m.starts_wall::date BETWEEN $1::date AND $2::date AND {EXPECTED}""",
    Gap.HOURS: f"""
    SELECT h.id, {NAME}, i.name, h.day
    FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer JOIN initiative i ON i.id = h.initiative
    WHERE h.state = 'reported' AND h.day BETWEEN $1::date AND $2::date""",
    Gap.OUTCOME: f"""
    SELECT i.id, i.name, coalesce(a.name, ''), f.day FROM initiative i LEFT JOIN account a ON a.id = i.coordinator
    JOIN LATERAL (SELECT coalesce(max(at)::date, i.ends_on, i.starts_on) AS day FROM initiative_change
                  WHERE initiative = i.id AND became = 'finished') f ON true
    WHERE {LACKS_OUTCOME} AND f.day BETWEEN $1::date AND $2::date""",
    # Only what costs: a group, a circle and help of one for one need no money of their own.
    Gap.MONEY: """
    SELECT i.id, i.name, coalesce(a.name, ''), coalesce(i.ends_on, i.starts_on)
    FROM initiative i LEFT JOIN account a ON a.id = i.coordinator
    WHERE i.kind NOT IN ('group', 'circle') AND i.state <> 'draft' AND i.starts_on <= $2::date
      AND coalesce(i.ends_on >= $1::date, true) AND NOT EXISTS (SELECT FROM funding_line l WHERE l.initiative = i.id)
      AND NOT EXISTS (SELECT FROM pair p WHERE p.initiative = i.id)""",
    Gap.SPENT: """
    SELECT DISTINCT ON (i.id) i.id, i.name, coalesce(a.name, ''), $2::date
    FROM funding_line l JOIN initiative i ON i.id = l.initiative LEFT JOIN account a ON a.id = i.coordinator
    WHERE l.year = extract(year FROM $1::date) AND $2::date < $3::date AND l.amount > 0 AND l.spent = 0""",
    # Whose it is stands on its own page, for whoever runs it.
    Gap.CONTRACT: """
    SELECT c.id, '', coalesce(a.name, ''), c.last_day FROM contract c LEFT JOIN account a ON a.id = c.runs
    WHERE c.state = 'signed' AND c.last_day < $3::date AND c.last_day BETWEEN $1::date AND $2::date""",
    Gap.AGREEMENT: f"""
    SELECT v.id, {NAME}, '', s.first_day + {ORAL_DAYS} FROM service s JOIN volunteer v ON v.id = s.volunteer
    WHERE s.last_day IS NULL AND s.first_day <= $3::date - {ORAL_DAYS} AND v.step IN ('agreed', 'active', 'paused')
      AND NOT EXISTS (SELECT FROM agreement g WHERE g.volunteer = v.id AND g.valid_from <= $3
                      AND coalesce(g.valid_until >= $3::date, true))""",
    Gap.SERVICE: f"""
    SELECT v.id, {NAME}, '', v.step_since::date FROM volunteer v
    WHERE {HELPS} AND NOT EXISTS (SELECT FROM service s WHERE s.volunteer = v.id)""",
    # An adult who helps and of whom no check in the register has a date.
    Gap.CLEARANCE: f"""
    SELECT v.id, {NAME}, '', v.step_since::date FROM volunteer v
    WHERE {HELPS} AND v.birth_date <= $3::date - interval '18 years' AND NOT EXISTS (
        SELECT FROM clearance c WHERE c.volunteer = v.id AND c.kind = 'minors' AND c.revoked_on IS NULL)""",
    Gap.DISTRICT: f"""
    SELECT v.id, {NAME}, '', v.created_at::date FROM volunteer v
    WHERE {HELPS} AND NOT EXISTS (SELECT FROM area a WHERE a.slug = v.area_slug)""",
}
# What stands in this year alone; the others are of today.
OF_YEAR = frozenset(PARTS) - {Gap.AGREEMENT, Gap.SERVICE, Gap.CLEARANCE, Gap.DISTRICT}

PAGES = {
    Gap.YEAR: "/desk/reports/town/{year}",
    Gap.ATTENDANCE: "/desk/meetings/{id}/attendance",
    Gap.HOURS: "/desk/hours#h-{id}",
    Gap.OUTCOME: "/desk/initiatives/{id}/outcome",
    Gap.MONEY: "/desk/initiatives/{id}/funding/new",
    Gap.SPENT: "/desk/initiatives/{id}#funding",
    Gap.CONTRACT: "/desk/contracts/{id}",
    Gap.AGREEMENT: "/desk/people/{id}/agreement",
    Gap.SERVICE: "/desk/people/{id}#papers-title",
    Gap.CLEARANCE: "/desk/people/{id}#clearances-title",
    Gap.DISTRICT: "/desk/people/{id}/edit",
}

FIND = " UNION ALL ".join(
    f"""(SELECT '{gap}' AS gap, count(*) OVER ()::int AS total, id, what, words, day
         FROM ({sql}) AS {gap} (id, what, words, day)
         ORDER BY day, what, id LIMIT $4)"""
    for gap, sql in PARTS.items()
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that is missing: what it is about, since or of which day, and where it is mended."""

    what: str
    words: str
    day: date | None
    address: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """All of one kind: how many, and the oldest of them."""

    gap: Gap
    total: int
    lines: Sequence[Lacking]

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


async def gaps(actor: Actor, year: int, today: date, most: int = SHOWN) -> list[Gaps]:
    """What is missing in this year's data and, of papers, today; the kinds in order. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(FIND, date(year, 1, 1), date(year, 12, 31), today, most)
    found = {gap: [row for row in rows if row["gap"] == gap] for gap in Gap}
    return [Gaps(gap, of[0]["total"], [_lacking(gap, row, year) for row in of]) for gap, of in found.items() if of]


def _lacking(gap: Gap, row: Any, year: int) -> Lacking:
    id: UUID | None = row["id"]
    return Lacking(row["what"], row["words"], row["day"], PAGES[gap].format(id=id, year=year))
