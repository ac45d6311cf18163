"""Approved hours of a year by month: of one volunteer with the places, of a school's pupils, of what a partner helps.

Of a volunteer: for coordinators and for themselves. Of a school: what its link may show, names and sums, and nothing of
where or with whom. Of a partner: no names, and no group or circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives.queries import OPEN_KINDS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.kit.refused import Refused

IN_YEAR = "h.state = 'approved' AND h.day >= make_date($2, 1, 1) AND h.day < make_date($2 + 1, 1, 1)"
# By month, initiative and place; a home is a place without a name (`home`), hours without a meeting have none.
GIVEN = """
    SELECT date_trunc('month', h.day)::date AS month, i.name AS title,
           CASE WHEN p.private THEN '' ELSE coalesce(p.name, '') END AS place, coalesce(p.private, false) AS home,
           sum(h.minutes)::int AS minutes, count(*)::int AS times
    FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer JOIN initiative i ON i.id = h.initiative
    LEFT JOIN assignment s ON s.id = h.assignment LEFT JOIN opening o ON o.id = s.opening
    LEFT JOIN meeting m ON m.id = o.meeting LEFT JOIN place p ON p.id = m.place"""
BY_PLACE = "GROUP BY 1, 2, 3, 4 ORDER BY 1, sort_key(i.name), 2, 3"
OF_VOLUNTEER = f"{GIVEN} WHERE v.id = $1 AND {IN_YEAR} {BY_PLACE}"
MINE = f"{GIVEN} WHERE v.account = $1 AND {IN_YEAR} {BY_PLACE}"

# As on the school's page (people.schools): who left or whose guardian did not allow it is not there.
OF_SCHOOL = f"""
    SELECT v.id, v.first_name || ' ' || v.last_name AS name, date_trunc('month', h.day)::date AS month,
           sum(h.minutes)::int AS minutes
    FROM volunteer v JOIN hours_worked h ON h.volunteer = v.id
    WHERE v.school = $1 AND v.kind = 'pupil' AND v.step <> 'left' AND v.restricted_at IS NULL AND {IN_YEAR}
      AND (v.birth_date <= centre_today() - interval '18 years'
           OR v.guardian_consent_at IS NOT NULL
              AND 'school-hours' = ANY (string_to_array(v.guardian_scope, ' ')))
    GROUP BY v.id, month ORDER BY v.name_key, v.id, month"""

# What a partner works along with: projects and courses with no confidential theme. It may give more than one thing.
OF_PARTNER = f"""
    SELECT i.id, i.name AS title, coalesce(w.gives, '') AS gives,
           (SELECT count(*)::int FROM meeting m WHERE m.initiative = i.id AND m.state = 'planned'
            AND m.ends_at <= now() AND extract(year FROM m.starts_wall) = $2) AS meetings,
           (SELECT count(*)::int FROM meeting m WHERE m.initiative = i.id AND m.state = 'planned'
            AND m.ends_at <= now() AND extract(year FROM m.starts_wall) = $2 AND m.place = r.place) AS here,
           coalesce(sum(h.minutes), 0)::int AS minutes, count(DISTINCT h.volunteer)::int AS volunteers
    FROM resource r JOIN (
        SELECT initiative, string_agg(nullif(gives, ''), ', ' ORDER BY created_at, id) AS gives
        FROM partner WHERE resource = $1 GROUP BY initiative) w ON true
    JOIN initiative i ON i.id = w.initiative AND {OPEN_KINDS} AND i.state <> 'idea'
    JOIN theme t ON t.id = i.theme AND NOT t.confidential
    LEFT JOIN hours_worked h ON h.initiative = i.id AND {IN_YEAR}
    WHERE r.id = $1 AND extract(year FROM i.starts_on) <= $2 AND coalesce(extract(year FROM i.ends_on) >= $2, true)
    GROUP BY i.id, i.name, w.gives, r.place ORDER BY sort_key(i.name), i.id"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Hours of a month at a place: `place` is empty at somebody's `home`, and where no meeting was noted."""

    month: date
    title: str
    place: str
    home: bool
    minutes: int
    times: int


@dataclass(frozen=True, slots=True)
class Pupil:
    """What a school sees of a pupil: their name and minutes month by month."""

    name: str
    months: Sequence[tuple[date, int]]

    @property
    def minutes(self) -> int:
        return sum(minutes for _month, minutes in self.months)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a partner helped with: meetings held, how many of them `here`, and how much volunteers gave there."""

    id: UUID
    title: str
    gives: str
    meetings: int
    here: int
    minutes: int
    volunteers: int


async def of_volunteer(actor: Actor, volunteer: UUID, year: int) -> tuple[str, list[Entry]]:
    """The name, and where and how much they helped; who opened it stands in the log. Raises Refused 404."""
    coordinators_only(actor)
    name = await database.fetchval(
        "SELECT first_name || ' ' || last_name FROM volunteer WHERE id = $1", volunteer
    )  # fmt: skip
    if name is None:
        raise Refused("", 404)
    await audit.record(actor, "reports.hours", f"volunteer:{volunteer}")
    return name, [Entry(**row) for row in await database.fetch(OF_VOLUNTEER, volunteer, year)]


async def mine(actor: Actor, year: int) -> list[Entry]:
    """A volunteer's own."""
    if actor.role is not Role.VOLUNTEER:
        return []
    return [Entry(**row) for row in await database.fetch(MINE, actor.account, year)]


async def school_at_desk(actor: Actor, school: UUID, year: int) -> tuple[str, list[Pupil]]:
    """The school's name, and just what its own link shows; who opened it stands in the log. Raises Refused 404."""
    coordinators_only(actor)
    name = await database.fetchval("SELECT name FROM school WHERE id = $1", school)
    if name is None:
        raise Refused("", 404)
    await audit.record(actor, "reports.hours", f"school:{school}")
    return name, await of_school(school, year)


async def of_school(school: UUID, year: int) -> list[Pupil]:
    """Pupils with hours in that year, by surname. Whoever holds the school's link may read it: ask people.schools."""
    rows = await database.fetch(OF_SCHOOL, school, year)
    return [
        Pupil(name, [(row["month"], row["minutes"]) for row in of])
        for (_id, name), of in groupby(rows, lambda row: (row["id"], row["name"]))
    ]


async def of_partner(actor: Actor, resource: UUID, year: int) -> tuple[str, list[Shared]]:
    """The partner's name, and what it helped with. Raises Refused 404."""
    coordinators_only(actor)
    name = await database.fetchval("SELECT name FROM resource WHERE id = $1", resource)
    if name is None:
        raise Refused("", 404)
    return name, await shared_with(resource, year)


async def shared_with(resource: UUID, year: int) -> list[Shared]:
    """What that partner helped with, by name. Whoever holds its link may read it: ask schedule.hosts."""
    return [Shared(**row) for row in await database.fetch(OF_PARTNER, resource, year)]
