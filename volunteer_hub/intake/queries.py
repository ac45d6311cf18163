"""Reads of requests. A desk reads what stands at it; of what went through it and on, only the number and where it is.

Whoever works at no desk finds nothing, and what a person may not read is the same 404 as what is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from volunteer_hub.intake import rules
from volunteer_hub.intake.rules import DESKS, OPEN, Desk, RequestState
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.kit.refused import Refused

PAGE = 50

ROW = """r.id, r.number, r.name, coalesce(a.name, '') AS area, r.what, r.urgency, r.reporter, r.state, r.desk,
         r.desk_since, r.taken_at, r.closed_at, r.created_at, coalesce(k.name, '') AS taken_by, r.taken_by AS taker"""
FROM = "request r LEFT JOIN area a ON a.slug = r.area_slug LEFT JOIN account k ON k.id = r.taken_by"
CARD = """r.phone, r.email, r.address, r.area_slug, r.text, r.language, r.channel, r.answer, r.version, r.participant,
          r.need, r.initiative, r.asks_for,
          coalesce((SELECT name FROM initiative WHERE id = r.asks_for), '') AS asks_for_name"""
STUB = "r.id, r.number, r.desk, r.state, r.desk_since, r.created_at"

# $1 are the reader's desks. What went through them and stands elsewhere now.
ELSEWHERE = """r.desk <> ALL($1) AND EXISTS (
    SELECT FROM request_move m WHERE m.request = r.id AND m.was_desk = ANY($1))"""
# $2: for each urgency since when a new one is not late yet, and last of all the same for one that somebody has.
LATE = """(r.state = 'new' AND r.desk_since < ($2::timestamptz[])[r.urgency]
           OR r.state = 'taken' AND r.taken_at < ($2::timestamptz[])[5])"""

ASKED_FOR = "split_part(r.number, '-', 3)::int = {number} AND ({year} = '' OR split_part(r.number, '-', 2) = {year})"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. No `desk`: all of the reader's; no `state`: whatever is still open."""

    desk: Desk | None = None
    state: RequestState | None = None
    reporter: str = ""
    area: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of a list ended, so that the next one goes on from there whatever was added meanwhile."""

    rank: int
    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.rank}_{self.at.isoformat()}_{self.id}"

    @classmethod
    def read(cls, text: str) -> "After | None":
        """What `str` made of one; None of any other text."""
        try:
            rank, at, id = text.split("_")
            found = cls(int(rank), datetime.fromisoformat(at), UUID(id))
        except ValueError:
            return None
        return found if found.at.tzinfo and abs(found.rank) < 100 else None


@dataclass(frozen=True)
class RequestRow:
    """A request on the list of its desk: who, where and what kind, not yet the words."""

    id: UUID
    number: str
    name: str
    area: str
    what: str
    urgency: int
    reporter: str
    state: RequestState
    desk: Desk
    desk_since: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    taken_by: str
    taker: UUID | None
    due: date | None
    late: bool


@dataclass(frozen=True)
class RequestCard(RequestRow):
    """All of a request, for the desk it stands at. `asks_for`: the group or course they asked about."""

    phone: str
    email: str
    address: str
    area_slug: str
    text: str
    language: str
    channel: str
    answer: str
    version: int
    participant: UUID | None
    need: UUID | None
    initiative: UUID | None
    asks_for: UUID | None
    asks_for_name: str


@dataclass(frozen=True)
class RequestStub:
    """All that a desk knows of a request that left it: that it moved, where to and whether it is over."""

    id: UUID
    number: str
    desk: Desk
    state: RequestState
    desk_since: datetime
    created_at: datetime


@dataclass(frozen=True)
class Move:
    """One line of a request's way. The note is empty for whom it was not meant."""

    was_desk: str
    desk: Desk
    state: RequestState
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class DeskCount:
    """How many requests wait at a desk, open in all, and late of them."""

    desk: Desk
    open: int = 0
    late: int = 0


@dataclass(frozen=True)
class Found:
    """What a search brought: requests of the reader's desks, and one that went on when its number was asked for."""

    here: list[RequestRow] = field(default_factory=list)
    elsewhere: list[RequestStub] = field(default_factory=list)


def desks_of(actor: Actor) -> tuple[Desk, ...]:
    """The desks this actor works at. Raises Refused 404 when there is none."""
    if actor.role not in DESKS:
        raise Refused("", 404)
    return DESKS[actor.role]


async def requests(
    actor: Actor, wanted: Wanted, timezone: str, after: After | None = None
) -> tuple[list[RequestRow], After | None]:
    """A page of what stands at the reader's desks, from behind `after`; and where the next one begins, if it does.

    Open ones: late ones first, then the more urgent, then who waits longest. Closed ones: the newest first.
    """
    desks = [desk for desk in desks_of(actor) if wanted.desk in (None, desk)]
    if wanted.state is RequestState.CLOSED:
        rank, at, order, behind = "0", "r.closed_at", "DESC", "<"
    else:
        rank, at, order, behind = f"CASE WHEN {LATE} THEN 0 ELSE 10 END - r.urgency", "r.desk_since", "ASC", ">"
    rows = await database.fetch(
        f"""SELECT * FROM (
                SELECT {ROW}, {LATE} AS late, {rank} AS rank, coalesce({at}, r.created_at) AS at FROM {FROM}
                WHERE r.desk = ANY($1) AND r.state = ANY($3) AND ($4 = '' OR r.reporter = $4)
                      AND ($5 = '' OR r.area_slug = $5) AND (NOT $6 OR {LATE})) AS one
            WHERE $7::int IS NULL OR (rank, at, id) {behind} ($7, $8::timestamptz, $9::uuid)
            ORDER BY rank {order}, at {order}, id {order} LIMIT $10""",
        desks, not_late_since(timezone), [wanted.state] if wanted.state else list(OPEN), wanted.reporter,
        wanted.area, wanted.late, *((after.rank, after.at, after.id) if after else (None, None, None)), PAGE + 1,
    )  # fmt: skip
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    more = After(last["rank"], last["at"], last["id"]) if last else None
    return [RequestRow(**_row(row, timezone)) for row in rows[:PAGE]], more


async def moved(actor: Actor, after: After | None = None) -> tuple[list[RequestStub], After | None]:
    """A page of what went through the reader's desks and stands elsewhere now, what moved last on top."""
    rows = await database.fetch(
        f"""SELECT {STUB} FROM request r WHERE {ELSEWHERE}
                AND ($2::timestamptz IS NULL OR (r.desk_since, r.id) < ($2, $3::uuid))
            ORDER BY r.desk_since DESC, r.id DESC LIMIT $4""",
        desks_of(actor), after.at if after else None, after.id if after else None, PAGE + 1,
    )  # fmt: skip
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return [_stub(row) for row in rows[:PAGE]], After(0, last["desk_since"], last["id"]) if last else None


async def find(actor: Actor, text: str, timezone: str) -> Found:
    """Requests by number, by phone, or by part of a name. Of one that went on, the number alone finds that it did."""
    desks = desks_of(actor)
    year, number = rules.number_of(text) or ("", -1)
    phone = _phone(text)
    name = "" if phone or number >= 0 else text.strip()
    if not (name or phone or number >= 0):
        return Found()
    here = await database.fetch(
        f"""SELECT {ROW}, {LATE} AS late FROM {FROM}
            WHERE r.desk = ANY($1) AND ({ASKED_FOR.format(number="$3", year="$4")} OR r.phone <> '' AND r.phone = $5
                  OR $6 <> '' AND strpos(fold(r.name), fold($6)) > 0)
            ORDER BY r.created_at DESC, r.id LIMIT $7""",
        desks, not_late_since(timezone), number, year, phone, name, PAGE,
    )  # fmt: skip
    elsewhere = await database.fetch(
        f"""SELECT {STUB} FROM request r WHERE {ELSEWHERE} AND {ASKED_FOR.format(number="$2", year="$3")}
            ORDER BY r.created_at DESC, r.id LIMIT $4""",
        desks, number, year, PAGE,
    )  # fmt: skip
    return Found([RequestRow(**_row(row, timezone)) for row in here], [_stub(row) for row in elsewhere])


async def request(actor: Actor, id: UUID, timezone: str) -> RequestCard:
    """One request with the words it came in, for the desk it stands at. Raises Refused 404."""
    row = await database.fetchrow(
        f"SELECT {ROW}, {CARD}, {LATE} AS late FROM {FROM} WHERE r.desk = ANY($1) AND r.id = $3",
        desks_of(actor), not_late_since(timezone), id,
    )  # fmt: skip
    if row is None:
        raise Refused("", 404)
    return RequestCard(**_row(row, timezone))


async def stub(actor: Actor, id: UUID) -> RequestStub:
    """That a request moved on from the reader's desks, and where to. Raises Refused 404."""
    row = await database.fetchrow(
        f"SELECT {STUB} FROM request r WHERE {ELSEWHERE} AND r.id = $2", desks_of(actor), id
    )
    if row is None:
        raise Refused("", 404)
    return _stub(row)


async def seen(actor: Actor, id: UUID, timezone: str) -> RequestCard | RequestStub:
    """What this actor may see of a request: all of it, or that it moved on. Raises Refused 404."""
    here = await database.fetchval("SELECT desk = ANY($1) FROM request WHERE id = $2", desks_of(actor), id)
    return await request(actor, id, timezone) if here else await stub(actor, id)


async def way(actor: Actor, of: RequestCard) -> list[Move]:
    """Where a request has been and what was done with it, oldest first; notes only between the reader's own desks."""
    rows = await database.fetch(
        """SELECT m.was_desk, m.desk, m.state, m.at, coalesce(k.name, '') AS by,
                  CASE WHEN m.was_desk = ANY($2) OR m.desk = ANY($2) THEN m.note ELSE '' END AS note
           FROM request_move m LEFT JOIN account k ON k.id = m.by WHERE m.request = $1 ORDER BY m.at, m.id""",
        of.id, desks_of(actor),
    )  # fmt: skip
    return [Move(**dict(row) | {"desk": Desk(row["desk"]), "state": RequestState(row["state"])}) for row in rows]


async def counts(actor: Actor, timezone: str) -> list[DeskCount]:
    """For each of the reader's desks how much is open at it, and how much of that is late."""
    desks = desks_of(actor)
    rows = await database.fetch(
        f"""SELECT r.desk, count(*) AS open, count(*) FILTER (WHERE {LATE}) AS late FROM request r
            WHERE r.desk = ANY($1) AND r.state <> 'closed' GROUP BY r.desk""",
        desks, not_late_since(timezone),
    )  # fmt: skip
    found = {row["desk"]: DeskCount(Desk(row["desk"]), row["open"], row["late"]) for row in rows}
    return [found.get(desk, DeskCount(desk)) for desk in desks]


def not_late_since(timezone: str) -> list[datetime]:
    """For each urgency, and last for what somebody has: requests that wait since before then are late (LATE's $2)."""
    today = clock.today(timezone)
    days = [*(rules.TAKE_WITHIN[urgency] for urgency in sorted(rules.TAKE_WITHIN)), rules.FINISH_WITHIN]
    firsts = {within: rules.late_before(today, within) for within in set(days)}
    return [clock.instant(datetime.combine(firsts[within], time()), timezone) for within in days]


def _row(row: Mapping[str, Any], timezone: str) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name not in ("rank", "at")}
    state = RequestState(row["state"])
    since = row["desk_since"] if state is RequestState.NEW else row["taken_at"]
    due = rules.due_on(state, row["urgency"], clock.wall(since, timezone).date()) if since else None
    return values | {"state": state, "desk": Desk(row["desk"]), "due": due, "late": bool(row["late"])}


def _stub(row: Mapping[str, Any]) -> RequestStub:
    return RequestStub(**dict(row) | {"desk": Desk(row["desk"]), "state": RequestState(row["state"])})


def _phone(text: str) -> str:
    try:
        return normalise(text)
    except BadPhone:
        return ""
