"""Reads of the hours volunteers give: their own page, what waits for approval, sums for the card and for reports."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule.queries import THEIRS
from volunteer_hub.schedule.states import HoursState

# What is older nobody remembers well enough.
DAYS_BACK = 365
ON_A_PAGE = 50
# Of the hours h; $1 and $2 as in THEIRS.
LEADS = THEIRS.replace("m.initiative", "h.initiative")

# $1 is the volunteer's account; also what they help in without a single meeting yet.
OWN_INITIATIVES = """
    SELECT i.id, i.name FROM initiative i WHERE EXISTS (
        SELECT FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
        JOIN role_asked r ON r.id = o.role
        WHERE v.account = $1 AND r.initiative = i.id AND s.state IN ('accepted', 'done', 'missed'))
      OR EXISTS (SELECT FROM volunteer v JOIN regular_task t ON t.volunteer = v.id JOIN role_asked r ON r.id = t.role
                 WHERE v.account = $1 AND r.initiative = i.id AND t.state = 'accepted')
      OR EXISTS (SELECT FROM volunteer v JOIN hours_worked h ON h.volunteer = v.id
                 WHERE v.account = $1 AND h.initiative = i.id)
    ORDER BY sort_key(i.name), i.id"""
MINE = """
    SELECT h.id, i.name AS title, h.day, h.minutes, h.minutes_said, h.words, h.state, h.reason
    FROM volunteer v JOIN hours_worked h ON h.volunteer = v.id JOIN initiative i ON i.id = h.initiative
    WHERE v.account = $1 ORDER BY h.day DESC, h.reported_at DESC, h.id"""
UNTOLD = f"""
    SELECT s.id, m.initiative, i.name AS title, m.starts_wall::date AS day,
           extract(epoch FROM m.ends_at - m.starts_at)::int / 60 AS minutes
    FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    WHERE v.account = $1 AND s.state = 'accepted' AND m.state = 'planned' AND m.ends_at <= now()
      AND m.starts_wall::date >= centre_today() - {DAYS_BACK}
      AND NOT EXISTS (SELECT FROM hours_worked h WHERE h.assignment = s.id)
    ORDER BY m.starts_at DESC, s.id LIMIT 20"""
WAITING = f"""
    FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer JOIN initiative i ON i.id = h.initiative
    WHERE h.state = 'reported' AND {LEADS}"""
MORE_THAT_DAY = """
    coalesce((SELECT sum(o.minutes) FROM hours_worked o
     WHERE o.volunteer = h.volunteer AND o.day = h.day AND o.id <> h.id AND o.state <> 'refused'), 0)::int"""
REPORTED = f"""
    SELECT h.id, h.volunteer, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, h.initiative,
           i.name AS title, h.day, h.minutes, h.words, {MORE_THAT_DAY} AS more,
           coalesce(v.account = $2 OR h.reported_by = $2, false) AS own {WAITING}
    ORDER BY h.reported_at, h.id"""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the volunteer's own page. `minutes_said`: what they reported, where another time was approved."""

    id: UUID
    title: str
    day: date
    minutes: int
    minutes_said: int | None
    words: str
    state: HoursState
    reason: str


@dataclass(frozen=True, slots=True)
class Month:
    """`first` is its first day; the sums are minutes approved and minutes that wait."""

    first: date
    lines: tuple[Line, ...]
    approved: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Untold:
    """A task that is over, where nobody has said yet how long it took."""

    id: UUID
    initiative: UUID
    title: str
    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody's report that waits. `more`: minutes they have on that day besides; `own`: the reader's own."""

    id: UUID
    volunteer: UUID
    name: str
    initiative: UUID
    title: str
    day: date
    minutes: int
    words: str
    more: int
    own: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What stands on a volunteer's card: approved minutes in all, those that wait, and the last entries."""

    approved: int
    waiting: int
    last: tuple[Line, ...]


async def own_initiatives(actor: Actor) -> list[tuple[str, str]]:
    """Where this volunteer helps or has helped, as choices of a form."""
    return [(str(row["id"]), row["name"]) for row in await database.fetch(OWN_INITIATIVES, actor.account)]


async def mine(actor: Actor) -> list[Month]:
    """All of a volunteer's own hours by month, the newest first."""
    if actor.role is not Role.VOLUNTEER:
        return []
    lines = [_line(dict(row)) for row in await database.fetch(MINE, actor.account)]
    return [_month(first, tuple(of)) for first, of in groupby(lines, lambda one: one.day.replace(day=1))]


async def untold(actor: Actor) -> list[Untold]:
    """The volunteer's own tasks that are over and have no hours, the newest first."""
    return [Untold(**row) for row in await database.fetch(UNTOLD, actor.account)]


async def waiting(actor: Actor) -> list[Reported]:
    """What waits for this leader or coordinator, the oldest first, a page of it."""
    rows = await database.fetch(f"{REPORTED} LIMIT {ON_A_PAGE}", actor.role, actor.account)
    return [Reported(**row) for row in rows]


async def every_waiting(actor: Actor) -> AsyncIterator[Reported]:
    """All that `waiting` shows a page of; only inside a transaction."""
    async for row in database.each(REPORTED, actor.role, actor.account):
        yield Reported(**row)


async def count_waiting(actor: Actor) -> int:
    """How many `waiting` there are in all."""
    found: int = await database.fetchval(f"SELECT count(*) {WAITING}", actor.role, actor.account)
    return found


async def of_volunteer(actor: Actor, volunteer: UUID, most: int = 5) -> Given:
    """For the card; coordinators only, others see none."""
    if not actor.coordinates:
        return Given(0, 0, ())
    sums = await database.fetchrow(
        """SELECT coalesce(sum(minutes) FILTER (WHERE state = 'approved'), 0)::int AS approved,
                  coalesce(sum(minutes) FILTER (WHERE state = 'reported'), 0)::int AS waiting
           FROM hours_worked WHERE volunteer = $1""",
        volunteer,
    )
    last = await database.fetch(
        f"""SELECT h.id, i.name AS title, h.day, h.minutes, h.minutes_said, h.words, h.state, h.reason
            FROM hours_worked h JOIN initiative i ON i.id = h.initiative
            WHERE h.volunteer = $1 AND h.state <> 'refused' ORDER BY h.day DESC, h.id LIMIT {int(most)}""",
        volunteer,
    )
    approved, waiting = sums or (0, 0)
    return Given(approved, waiting, tuple(_line(dict(row)) for row in last))


async def approved(volunteer: UUID, first: date, last: date) -> int:
    """Approved minutes of one volunteer from one day to another, both included: what a certificate says."""
    found: int = await database.fetchval(
        "SELECT coalesce(sum(minutes), 0)::int FROM hours_worked"
        " WHERE volunteer = $1 AND state = 'approved' AND day BETWEEN $2 AND $3",
        *(volunteer, first, last),
    )
    return found


async def still_waiting(actor: Actor, volunteer: UUID, first: date, last: date) -> int:
    """Minutes of those days that nobody has approved or refused yet; coordinators only, others see none."""
    if not actor.coordinates:
        return 0
    found: int = await database.fetchval(
        "SELECT coalesce(sum(minutes), 0)::int FROM hours_worked"
        " WHERE volunteer = $1 AND state = 'reported' AND day BETWEEN $2 AND $3",
        *(volunteer, first, last),
    )
    return found


async def by_volunteer(first: date, last: date) -> dict[UUID, int]:
    """Approved minutes of everybody who gave any in a period, both days included."""
    rows = await database.fetch(
        "SELECT volunteer, sum(minutes)::int AS minutes FROM hours_worked"
        " WHERE state = 'approved' AND day BETWEEN $1 AND $2 GROUP BY volunteer",
        *(first, last),
    )
    return {row["volunteer"]: row["minutes"] for row in rows}


async def total(year: int) -> int:
    """Approved minutes of a year, with those of people who have been erased since."""
    found: int = await database.fetchval(
        """SELECT (SELECT coalesce(sum(minutes), 0) FROM hours_worked
                   WHERE state = 'approved' AND extract(year FROM day) = $1)::bigint
                + (SELECT coalesce(sum(people), 0) FROM past_figure
                   WHERE what = 'minutes' AND extract(year FROM quarter) = $1)""",
        year,
    )
    return int(found)


def _line(row: dict[str, object]) -> Line:
    return Line(**row | {"state": HoursState(str(row["state"]))})  # type: ignore[arg-type]


def _month(first: date, lines: tuple[Line, ...]) -> Month:
    def sum_of(state: HoursState) -> int:
        return sum(line.minutes for line in lines if line.state is state)

    return Month(first, lines, sum_of(HoursState.APPROVED), sum_of(HoursState.REPORTED))
