"""What the desk must look at: who stands on a roster and may not, whose yes waits, whose papers end soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import ORAL_DAYS, WARNED_DAYS
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.states import AssignmentState

MOST_RISKS = 200


@dataclass(frozen=True, slots=True)
class Risk:
    """Somebody on a roster. `rule` has stopped holding; empty: their yes waits, and there is a free seat for it.

    By a clash, `clash_title` and its hours say with what.
    """

    volunteer: UUID
    name: str
    opening: UUID
    title: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    state: AssignmentState
    rule: str
    clash_title: str | None
    clash_starts: datetime | None
    clash_ends: datetime | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends on `last_day`: `what` is clearance, agreement, oral (from the next day on only in writing) or
    policy; `kind` which clearance. `volunteer` is None for a policy of everybody.
    """

    what: str
    id: UUID
    kind: str
    last_day: date
    volunteer: UUID | None
    name: str


RISKS = f"""
    SELECT s.volunteer, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, s.opening, i.name AS title,
           r.name AS role, m.starts_wall, m.ends_wall, s.state, s.at_risk AS rule,
           x.clash_title, x.clash_starts, x.clash_ends
    FROM assignment s JOIN volunteer v ON v.id = s.volunteer JOIN opening o ON o.id = s.opening
    JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    {clashes.WITH_WHAT}
    WHERE s.state IN ('invited', 'accepted') AND m.state = 'planned' AND m.starts_at > now()
      AND (s.at_risk <> ''
           OR s.state = 'invited' AND s.answered_at IS NOT NULL AND s.waiting_since IS NULL AND o.taken < o.most)
    ORDER BY m.starts_at, s.id LIMIT $1"""

# $1 is today, $2 how many days ahead, $3 how many where the law sets the day. What is followed by another that covers
# the next day does not end. Nobody is warned about who does not help, or asked us to restrict the use of their data.
ENDINGS = """
    WITH person AS (
        SELECT id, first_name || ' ' || left(last_name, 1) || '.' AS name FROM volunteer
        WHERE step IN ('active', 'paused') AND restricted_at IS NULL)
    SELECT 'clearance' AS what, c.id, c.kind, c.valid_until AS last_day, p.id AS volunteer, p.name
    FROM clearance c JOIN person p ON p.id = c.volunteer
    WHERE c.revoked_on IS NULL AND c.valid_until BETWEEN $1::date AND $1 + $2::int
    UNION ALL
    SELECT 'agreement', a.id, '', a.valid_until, p.id, p.name FROM agreement a JOIN person p ON p.id = a.volunteer
    WHERE a.valid_until BETWEEN $1 AND $1 + $2 AND NOT EXISTS (
        SELECT FROM agreement b WHERE b.volunteer = a.volunteer AND b.valid_from <= a.valid_until + 1
                                  AND (b.valid_until IS NULL OR b.valid_until > a.valid_until))
    UNION ALL
    SELECT 'oral', s.id, '', s.first_day + {oral} - 1, p.id, p.name FROM service s JOIN person p ON p.id = s.volunteer
    WHERE s.last_day IS NULL AND s.first_day + {oral} BETWEEN $1 AND $1 + $3::int AND NOT EXISTS (
        SELECT FROM agreement b WHERE b.volunteer = s.volunteer AND b.valid_from <= s.first_day + {oral}
                                  AND (b.valid_until IS NULL OR b.valid_until >= s.first_day + {oral}))
    UNION ALL
    SELECT 'policy', y.id, '', y.valid_until, p.id, coalesce(p.name, '')
    FROM policy y LEFT JOIN person p ON p.id = y.volunteer
    WHERE (y.volunteer IS NULL OR p.id IS NOT NULL) AND y.valid_until BETWEEN $1 AND $1 + $2 AND NOT EXISTS (
        SELECT FROM policy z WHERE (z.volunteer IS NULL OR z.volunteer = y.volunteer)
                               AND z.valid_from <= y.valid_until + 1 AND z.valid_until > y.valid_until)
    ORDER BY last_day, what, id""".replace("{oral}", str(ORAL_DAYS))


async def risks(actor: Actor) -> list[Risk]:
    """All that is at risk from now on, the soonest first. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(RISKS, MOST_RISKS)
    return [Risk(**dict(row) | {"state": AssignmentState(row["state"])}) for row in rows]


async def endings(actor: Actor, today: date, days: int) -> Sequence[Ending]:
    """What ends from `today` on within `days`, the soonest first. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(ENDINGS, today, days, min(days, WARNED_DAYS))
    return [Ending(**row) for row in rows]
