"""Reads for the desk's first page and for the centre's year: counts, never whole lists. Coordinators only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.reports import rules
from volunteer_hub.schedule.queries import INVITED, URGENT, OpeningRow

WEEK = 7

STRIP = """
    SELECT m.starts_wall::date AS day, sum(o.taken)::int AS taken, sum(o.most)::int AS most, sum(o.least)::int AS least,
           count(DISTINCT m.id)::int AS meetings, sum(greatest(o.least - o.taken, 0))::int AS missing
    FROM meeting m JOIN opening o ON o.meeting = m.id
    WHERE m.state = 'planned' AND m.starts_at >= $1 AND m.starts_at < $2 GROUP BY 1"""

# Openings of the week with a free seat, the most pressing first as rules.urgency has it, then by time; how many in all.
# $1: today; $2: how many to show.
SHORT = f"""
    SELECT o.id, o.meeting, i.name AS title, r.name AS role, o.starts_wall, o.ends_wall, p.name AS place,
           a.name AS area, o.least, o.most, o.taken, {INVITED} AS invited, o.urgent, i.kind, o.total
    FROM (SELECT o.id, o.meeting, o.role, o.least, o.most, o.taken, m.initiative, m.place, m.starts_wall, m.ends_wall,
                 {URGENT} AS urgent, count(*) OVER () AS total,
                 CASE WHEN o.taken >= o.least THEN 4 WHEN m.starts_wall::date <= $1 THEN 1
                      WHEN m.starts_wall::date <= $1 + {rules.NEAR.days} OR {URGENT} THEN 2 ELSE 3 END AS place_in_line
          FROM meeting m JOIN opening o ON o.meeting = m.id AND o.taken < o.most
          WHERE m.state = 'planned' AND m.ends_at > now() AND m.starts_at < now() + interval '{WEEK} days'
          ORDER BY place_in_line, m.starts_wall, o.id LIMIT $2) o
    JOIN initiative i ON i.id = o.initiative JOIN role_asked r ON r.id = o.role
    JOIN place p ON p.id = o.place JOIN area a ON a.id = p.area
    ORDER BY o.place_in_line, o.starts_wall, o.id"""

# Each volunteer counts once per step, in the quarter in which they first came to it; agreed: signed an agreement. Who
# was erased since is a number in past_figure.
WAY = """
    SELECT step, quarter, sum(many)::int AS many FROM (
    SELECT step, extract(quarter FROM at AT TIME ZONE $3)::int AS quarter, count(*) AS many FROM (
        SELECT 'registered' AS step, created_at AS at FROM volunteer
        UNION ALL
        SELECT 'agreed', min(signed_on)::timestamp AT TIME ZONE $3 FROM agreement GROUP BY volunteer
        UNION ALL
        SELECT step, min(at) FROM step_taken WHERE step = 'active' GROUP BY volunteer, step) AS taken
    WHERE at >= $1 AND at < $2 GROUP BY 1, 2
    UNION ALL
    SELECT CASE what WHEN 'stepped' THEN 'active' ELSE what END, extract(quarter FROM quarter)::int, people
    FROM past_figure WHERE what IN ('registered', 'agreed', 'stepped')
      AND quarter >= ($1 AT TIME ZONE $3)::date AND quarter < ($2 AT TIME ZONE $3)::date) AS n GROUP BY 1, 2"""

HELD = """
    SELECT extract(quarter FROM m.starts_wall)::int AS quarter, count(*) AS meetings,
           coalesce(sum(o.taken), 0)::int AS taken, coalesce(sum(o.most), 0)::int AS most
    FROM meeting m LEFT JOIN LATERAL (
        SELECT sum(taken) AS taken, sum(most) AS most FROM opening WHERE meeting = m.id) AS o ON true
    WHERE m.state = 'planned' AND m.starts_at >= $1 AND m.starts_at < $2 AND m.ends_at <= now() GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Short:
    """An opening with a free seat, and how pressing it is."""

    opening: OpeningRow
    urgency: int
    is_today: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day's seats: how many there are, are taken, and are missing so that each meeting has enough people."""

    day: date
    taken: int = 0
    most: int = 0
    least: int = 0
    meetings: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Quarter:
    """What a quarter of a year came to. `unfinished`: it still goes on, or lies ahead."""

    number: int
    registered: int
    agreed: int
    active: int
    meetings: int
    taken: int
    most: int
    unfinished: bool

    @property
    def filled(self) -> int:
        """Seats taken, in percent."""
        return rules.percent(self.taken, self.most)


async def short(actor: Actor, today: date, most: int) -> tuple[list[Short], int]:
    """The `most` most pressing openings with a free seat in the next seven days, and how many there are in all."""
    if actor.role is not Role.COORDINATOR:
        return [], 0
    rows = await database.fetch(SHORT, today, most)
    openings = [OpeningRow(**{name: row[name] for name in OpeningRow.__slots__}) for row in rows]
    return [_short(opening, today) for opening in openings], rows[0]["total"] if rows else 0


def _short(opening: OpeningRow, today: date) -> Short:
    starts, missing = opening.starts_wall.date(), opening.least - opening.taken
    urgency = rules.urgency(missing=missing, urgent=opening.urgent, starts=starts, today=today)
    return Short(opening, urgency, starts == today)


async def week(actor: Actor, timezone: str) -> list[Day]:
    """Seven days from today, each with its seats."""
    today = clock.today(timezone)
    days = [today + timedelta(days=n) for n in range(WEEK)]
    if actor.role is not Role.COORDINATOR:
        return [Day(day) for day in days]
    rows = await database.fetch(STRIP, _midnight(today, timezone), _midnight(today + timedelta(days=WEEK), timezone))
    known = {row["day"]: Day(**row) for row in rows}
    return [known.get(day, Day(day)) for day in days]


async def year(actor: Actor, number: int, timezone: str) -> list[Quarter]:
    """The four quarters of a year."""
    if actor.role is not Role.COORDINATOR:
        return []
    starts = rules.first_days(number)
    begins, ends = _midnight(starts[0], timezone), _midnight(starts[-1], timezone)
    way = {(row["step"], row["quarter"]): row["many"] for row in await database.fetch(WAY, begins, ends, timezone)}
    held = {row["quarter"]: row for row in await database.fetch(HELD, begins, ends)}
    today = clock.today(timezone)
    return [
        Quarter(
            number=quarter,
            registered=way.get(("registered", quarter), 0),
            agreed=way.get(("agreed", quarter), 0),
            active=way.get(("active", quarter), 0),
            meetings=held[quarter]["meetings"] if quarter in held else 0,
            taken=held[quarter]["taken"] if quarter in held else 0,
            most=held[quarter]["most"] if quarter in held else 0,
            unfinished=starts[quarter] > today,
        )
        for quarter in rules.QUARTERS
    ]


async def first_year(timezone: str) -> int:
    """The year of the oldest thing counted here."""
    oldest = await database.fetchval(
        "SELECT least((SELECT min(created_at) FROM volunteer), (SELECT min(starts_at) FROM meeting),"
        " (SELECT min(quarter) FROM past_figure)::timestamp AT TIME ZONE $1)",
        timezone,
    )
    return clock.wall(oldest, timezone).year if oldest else clock.today(timezone).year


def _midnight(day: date, timezone: str) -> datetime:
    return clock.instant(datetime.combine(day, time()), timezone)
