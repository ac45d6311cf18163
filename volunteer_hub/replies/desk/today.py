"""What leaves today and what has left, by the hour: the desk's look at the outbox. Coordinators only.

What is about an account is shown to nobody, what is about a request only at its desk, as in `conversations`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from volunteer_hub.kit import clock, database, paging
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.actions import TOLD
from volunteer_hub.messaging.edited.kinds import called
from volunteer_hub.messaging.rules import TO_PEOPLE, Channel, State
from volunteer_hub.replies.desk import conversations
from volunteer_hub.replies.desk.conversations import SHOWN, Who

PAGE = 100


class Stage(StrEnum):
    """How far messages are, in the words of the desk."""

    WAITS = "waits"
    GOING = "going"
    ARRIVED = "arrived"
    TROUBLE = "trouble"
    OFF = "off"


OF_STAGE: dict[Stage, tuple[State, ...]] = {
    Stage.WAITS: (State.PLANNED,),
    Stage.GOING: (State.IN_FLIGHT, State.UNKNOWN, State.ACCEPTED, State.SENT),
    Stage.ARRIVED: (State.DELIVERED,),
    Stage.TROUBLE: (State.UNDELIVERED, State.PARKED, State.TO_PHONE, State.SUPPRESSED, State.EXPIRED),
    Stage.OFF: (State.CANCELLED,),
}
STAGE = {state: stage for stage, states in OF_STAGE.items() for state in states}


# $1: the day's beginning; $2: its end; $3: until when what waits is shown, so that it tells of the morning too.
DAY = f"""
    SELECT id, channel, address, template, state, parts, settled_by IS NOT NULL AS settled, error = '{TOLD}' AS told,
           CASE WHEN state = 'planned' THEN greatest(due_at, now())
                ELSE coalesce(sent_at, finished_at, due_at) END AS at
    FROM message
    WHERE {SHOWN} AND (
        state = 'planned' AND due_at < $3 OR state IN ('in_flight', 'unknown') OR sent_at >= $1 AND sent_at < $2
        OR sent_at IS NULL AND finished_at >= $1 AND finished_at < $2)"""
COUNTS = f"SELECT state, channel, count(*) AS many FROM ({DAY}) d GROUP BY state, channel"
LINES = f"""
    SELECT * FROM ({DAY}) d WHERE state = ANY($4) AND channel = ANY($5)
    ORDER BY date_trunc('hour', centre_wall(at)), template, at, id LIMIT $6 OFFSET $7"""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the day. `at`: when it leaves or left, `wall` by our clocks. `told`: by phone, by one of us.

    `morning`: it waits for the end of the quiet hours.
    """

    id: UUID
    channel: Channel
    address: str
    template: str
    state: State
    parts: int
    settled: bool
    told: bool
    at: datetime
    wall: datetime
    who: Who
    morning: bool

    @property
    def stage(self) -> Stage:
        return STAGE[self.state]


@dataclass(frozen=True, slots=True)
class Group:
    """Messages of one kind that leave or left within one hour."""

    template: str
    lines: list[Line]

    @property
    def name(self) -> str:
        return called(self.template)


@dataclass(frozen=True, slots=True)
class Hour:
    """`at` is the wall time it begins; `ahead`: something of it has not left yet."""

    at: datetime
    groups: list[Group]
    ahead: bool


@dataclass(frozen=True, slots=True)
class Today:
    """One page of the day. `counts` are of all of it, by stage; `channels` of what the chosen stage holds."""

    hours: list[Hour] = field(default_factory=list)
    counts: dict[Stage, int] = field(default_factory=dict)
    channels: dict[Channel, int] = field(default_factory=dict)
    page: int = 1
    pages: int = 1

    @property
    def total(self) -> int:
        return sum(self.counts.values())


async def today(
    actor: Actor, timezone: str, stage: Stage | None = None, channel: Channel | None = None, page: int = 1
) -> Today:
    """The messages of this day, of one `stage` and one `channel` or of all, by the hour they leave or left in."""
    if actor.role is not Role.COORDINATOR:
        return Today()
    begins = clock.instant(datetime.combine(clock.today(timezone), time()), timezone)
    ends = clock.instant(datetime.combine(clock.today(timezone) + timedelta(days=1), time()), timezone)
    span = (begins, ends, quiet.leaves(ends, quiet.current()) + timedelta(minutes=1))
    counted = await database.fetch(COUNTS, *span)
    states = [state.value for state in (OF_STAGE[stage] if stage else State)]
    counts = {each: sum(row["many"] for row in counted if STAGE[State(row["state"])] is each) for each in Stage}
    by_channel = {
        each: sum(row["many"] for row in counted if row["channel"] == each and row["state"] in states)
        for each in TO_PEOPLE
    }
    found = by_channel[channel] if channel else sum(by_channel.values())
    page, pages = paging.within(page, found, PAGE), paging.pages(found, PAGE)
    wanted = [channel.value] if channel else [each.value for each in TO_PEOPLE]
    rows = await database.fetch(LINES, *span, states, wanted, PAGE, (page - 1) * PAGE)
    who = await conversations.people_of(row["address"] for row in rows)
    lines = [_line(row, who[row["address"]], timezone) for row in rows]
    return Today(_by_hour(lines), counts, by_channel, page, pages)


def _line(row: Mapping[str, Any], who: Who, timezone: str) -> Line:
    told = {**row, "channel": Channel(row["channel"]), "state": State(row["state"])}
    morning = _morning(row["channel"], row["state"], row["at"])
    return Line(**told, wall=clock.wall(row["at"], timezone), who=who, morning=morning)


def _morning(channel: str, state: str, at: datetime) -> bool:
    """Whether it stands at the very end of quiet hours: that is where what may not ring at night is put."""
    return (
        channel == Channel.SMS
        and state == State.PLANNED
        and quiet.leaves(at - timedelta(seconds=1), quiet.current()) == at
    )


def _by_hour(lines: Sequence[Line]) -> list[Hour]:
    def hour(line: Line) -> datetime:
        return line.wall.replace(minute=0, second=0, microsecond=0)

    return [
        Hour(at, [Group(kind, [*same]) for kind, same in groupby(of, key=lambda line: line.template)],
             any(line.stage is Stage.WAITS for line in of))
        for at, of in ((at, [*of]) for at, of in groupby(lines, key=hour))
    ]  # fmt: skip


# --- What is held -----------------------------------------------------------------------------------------------------

SAMPLE = 10
ON_CHANNEL = "state = 'planned' AND channel = $1 AND due_at <= now() AND about NOT LIKE 'account:%'"
HELD = f"""
    SELECT template, count(*) AS many FROM message WHERE {ON_CHANNEL} GROUP BY template
    ORDER BY many DESC, template"""
HELD_SAMPLE = f"""
    SELECT id, address, template, subject, body, due_at FROM message WHERE {ON_CHANNEL} AND {SHOWN}
    ORDER BY due_at, id LIMIT $2"""


@dataclass(frozen=True, slots=True)
class Words:
    """One of the messages that wait, as its person would read it."""

    id: UUID
    address: str
    template: str
    subject: str
    body: str
    due_at: datetime
    who: Who

    @property
    def name(self) -> str:
        return called(self.template)


@dataclass(frozen=True, slots=True)
class Sample:
    """What waits on a channel at the moment `until`: how many of each kind, by its name, and the first few to read."""

    until: datetime
    kinds: dict[str, int]
    words: list[Words]

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


async def waiting_on(actor: Actor, channel: Channel) -> Sample:
    """What is due on `channel` and waits there, but for codes. Raises Refused 404."""
    coordinators_only(actor)
    until = await database.fetchval("SELECT now()")
    kinds = await database.fetch(HELD, channel.value)
    rows = await database.fetch(HELD_SAMPLE, channel.value, SAMPLE)
    who = await conversations.people_of(row["address"] for row in rows)
    words = [Words(**row, who=who[row["address"]]) for row in rows]
    return Sample(until, {called(row["template"]): row["many"] for row in kinds}, words)
