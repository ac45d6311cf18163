"""The day's queue: all that waits for a coordinator, in one order, computed from rows each time it is looked at.

Nothing is ticked off here. A line goes when what it tells of is done; until then somebody may put it off for a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from volunteer_hub.intake import queries as requests
from volunteer_hub.intake.rules import CALL_WORKING_DAYS, RequestState, due_on, working_days_on
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.messaging.rules import ATTENTION
from volunteer_hub.reports import lines_ahead, lines_now, rules
from volunteer_hub.reports.rules import Kind

# How many lines of a kind stand on the list, and how many where only this kind is asked for.
SHOWN, SHOWN_ALONE = 3, 100
FAILED = sorted(state.value for state in ATTENTION)

ORDER = {Kind.REQUEST: "p.n, p.at, p.id"}
# $1: how many of each kind; $2: whose initiatives only, or null; $3: who reads. Names are read of shown lines alone.
PART = """
    (SELECT '{kind}' AS kind, q.total, q.id, q.page, coalesce({name}, q.who) AS who, q.title, q.words, q.n, q.at, q.due,
            {tel} AS tel
     FROM (SELECT p.*, count(*) OVER () AS total
           FROM ({sql}) AS p (id, page, person, who, title, words, n, at, due, runs)
           WHERE ($2::uuid IS NULL OR p.runs IS NULL OR p.runs = $2)
             AND (p.id, '{kind}') NOT IN (SELECT id, kind FROM off)
           ORDER BY {order} LIMIT $1) q LEFT JOIN volunteer v ON v.id = q.person)"""
LATER = "WITH off AS (SELECT subject AS id, kind FROM put_off WHERE account = $3 AND until > now())"


def _statement(parts: Mapping[Kind, str]) -> str:
    """Kept below what asyncpg prepares once and keeps: 15 KB."""
    each = [
        PART.format(
            kind=kind,
            sql=sql,
            name=lines_now.NAME,
            tel=lines_now.RING if kind is Kind.INVITED else "''",
            order=ORDER.get(kind, "p.due NULLS LAST, p.at, p.id"),
        )
        for kind, sql in parts.items()
    ]
    return LATER + " UNION ALL ".join(each)


# Of whoever reads: how many lines they put off.
OFF = "SELECT 'off', count(*), NULL, NULL, '', '', '', 0, NULL, NULL, '' FROM off"
NOW = _statement(lines_now.PARTS)
AHEAD = f"{_statement(lines_ahead.PARTS)} UNION ALL {OFF} UNION ALL {lines_ahead.NO_SMS}"

# Where the one next thing about a line is done.
PAGES = {
    Kind.NOBODY: "/desk/openings/{page}",
    Kind.SHORT: "/desk/openings/{page}",
    Kind.RISK: "/desk/openings/{page}",
    Kind.FAILED: "/desk/messages/{page}",
    Kind.REPLY: "/desk/messages/{page}",
    Kind.REQUEST: "/desk/requests/{page}",
    Kind.WISH: "/desk/wishes",
    Kind.JOINING: "/desk/initiatives/{page}/members#waiting",
    Kind.INVITED: "/desk/openings/{page}",
    Kind.SIGN_UP: "/desk/people/{page}",
    Kind.CERTIFICATE: "/desk/people/{page}/papers/certificate",
    Kind.UNINSURED: "/desk/policies",
    Kind.CLEARANCE: "/desk/people/{page}",
    Kind.AGREEMENT: "/desk/people/{page}/agreement",
    Kind.POLICY: "/desk/policies",
    Kind.BACK: "/desk/people/{page}",
    Kind.HOLIDAY: "/desk/breaks",
    Kind.TASK: "/desk/teams/{page}",
    Kind.CIRCLE: "/desk/initiatives/{page}/circle",
    Kind.CALLS: "/desk/meetings/{page}/calls",
    Kind.ATTENDANCE: "/desk/meetings/{page}/attendance",
    Kind.HOURS: "/desk/hours",
    Kind.OUTCOME: "/desk/initiatives/{page}/outcome",
    Kind.IDLE: "/desk/initiatives/{page}",
}
# Kinds with a list of their own, where more can be done at once.
LISTS = {
    Kind.RISK: "/desk/risks", Kind.FAILED: "/desk/messages", Kind.REPLY: "/desk/messages",
    Kind.WISH: "/desk/wishes", Kind.HOURS: "/desk/hours", Kind.CERTIFICATE: "/desk/papers",
    Kind.REQUEST: "/desk/requests", Kind.SIGN_UP: "/desk/people?step=applied", Kind.AGREEMENT: "/desk/people/queues",
    Kind.POLICY: "/desk/policies", Kind.BACK: "/desk/people/queues", Kind.HOLIDAY: "/desk/breaks",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: the columns of reports/lines_now.py, how pressing it is (1 to 4), and where it is done.

    `more`: how many of its kind are not on the list, told on the last line of the kind. `all`: where they are.
    """

    kind: Kind
    id: UUID
    who: str
    title: str
    words: str
    n: int
    at: datetime
    due: datetime | None
    tel: str
    presses: int
    url: str
    more: int = 0
    all: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lines in order; how many of each kind there are; how many were put off by whoever reads.

    `no_sms`: the day's SMS are spent, since then, and how many of which kind came that must be rung instead.
    """

    lines: Sequence[Line]
    totals: Mapping[Kind, int]
    put_off: int = 0
    no_sms_since: datetime | None = None
    no_sms: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.totals.values())


async def waiting(actor: Actor, timezone: str, kind: Kind | None = None, *, mine: bool = False) -> Waiting:
    """What waits for a coordinator now, of one `kind` or of all; `mine`: not what belongs to others' initiatives."""
    if actor.role is not Role.COORDINATOR:
        return Waiting([], {})
    most = SHOWN_ALONE if kind else SHOWN
    whose, today = actor.account if mine else None, clock.today(timezone)
    rows = [
        *await database.fetch(NOW, most, whose, actor.account, FAILED, requests.not_late_since(timezone)),
        *await database.fetch(AHEAD, most, whose, actor.account, today),
    ]
    of_kind = {each: [row for row in rows if row["kind"] == each] for each in (*Kind, "off", "no_sms")}
    totals = {each: found[0]["total"] for each in Kind if (found := of_kind[each])}
    wanted = [_lines(each, of_kind[each], timezone) for each in totals if kind in (None, each)]
    now, tonight = clock.now(), midnight(today + timedelta(days=1), timezone)
    lines = sorted(
        (line for lines in wanted for line in lines), key=lambda line: rules.in_line(line.kind, line.due, now, tonight)
    )
    spent = of_kind["no_sms"]
    return Waiting(
        lines,
        totals,
        of_kind["off"][0]["total"],
        spent[0]["at"] if spent else None,
        {row["words"]: row["n"] for row in spent if row["words"]},
    )


def _lines(kind: Kind, rows: Sequence[Mapping[str, Any]], timezone: str) -> list[Line]:
    """The lines of a kind; the last one in order tells how many more there are."""
    now, tonight = clock.now(), midnight(clock.today(timezone) + timedelta(days=1), timezone)
    lines = sorted((_line(row, now, tonight, timezone) for row in rows), key=lambda line: line.due or rules.NEVER)
    more = rows[0]["total"] - len(rows)
    if more:
        lines[-1] = replace(lines[-1], more=more, all=LISTS.get(kind, f"/desk?kind={kind}"))
    return lines


def _line(row: Mapping[str, Any], now: datetime, tonight: datetime, timezone: str) -> Line:
    kind, due = Kind(row["kind"]), _due(row, timezone)
    values = {name: row[name] for name in ("id", "who", "title", "words", "n", "at", "tel")}
    url = PAGES[kind].format(page=row["page"])
    return Line(kind=kind, due=due, presses=rules.presses(due, now, tonight), url=url, **values)


def _due(row: Mapping[str, Any], timezone: str) -> datetime | None:
    """By when; of what we promised in working days, the end of the last of them."""
    since = clock.wall(row["at"], timezone).date()
    if row["kind"] == Kind.SIGN_UP:
        return _end(working_days_on(since, CALL_WORKING_DAYS), timezone)
    if row["kind"] == Kind.REQUEST:
        last = due_on(RequestState(row["words"]), -row["n"] % 10, since)
        return _end(last, timezone) if last else None
    due: datetime | None = row["due"]
    return due


def _end(day: date, timezone: str) -> datetime:
    """The last moment of a day."""
    return midnight(day + timedelta(days=1), timezone) - timedelta(seconds=1)


def midnight(day: date, timezone: str) -> datetime:
    return clock.instant(datetime.combine(day, time()), timezone)


async def put_off(actor: Actor, kind: Kind, subject: UUID, timezone: str) -> None:
    """Until tomorrow morning this line does not stand on this actor's list. Raises Refused 404."""
    coordinators_only(actor)
    until = midnight(clock.today(timezone) + timedelta(days=1), timezone)
    await database.execute("DELETE FROM put_off WHERE until <= now()")
    await database.execute(
        """INSERT INTO put_off (id, account, kind, subject, until) VALUES (gen_random_uuid(), $1, $2, $3, $4)
           ON CONFLICT (account, kind, subject) DO UPDATE SET until = excluded.until""",
        actor.account, kind.value, subject, until,
    )  # fmt: skip


async def bring_back(actor: Actor) -> None:
    """All that this actor put off stands on the list again. Raises Refused 404."""
    coordinators_only(actor)
    await database.execute("DELETE FROM put_off WHERE account = $1", actor.account)
