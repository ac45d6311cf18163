"""The search for somebody in a place that came free: offers that lapsed go on, then wider, then the coordinator.

docs/decisions/0033-waiting-lists.md. Each opening in a transaction of its own that holds it, so that any number of
workers do each step once. Whom to ask when the list is empty, matching.widening knows. While somebody lets others be
asked in waves (0043), the search waits for those and the list alone goes on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import asyncpg

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, coordinators_only
from volunteer_hub.messaging import outbox, quiet
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import notices, seats
from volunteer_hub.schedule.states import AssignmentState, Stage
from volunteer_hub.schedule.waiting import deadlines, substitutes
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.settings import Settings

MOST_PER_TICK = 200

LAPSED = """
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.state = 'invited' AND s.offer_until <= now() AND m.state = 'planned' AND m.starts_at > now()"""
DUE = f"SELECT s.id {LAPSED} ORDER BY s.offer_until, s.id LIMIT {MOST_PER_TICK}"
STILL = f"SELECT EXISTS (SELECT {LAPSED} AND s.id = $1)"

# What was offered goes, the place in line stays: of a yes that cannot be confirmed yet, and of who was named as
# somebody's substitute while they waited.
STAYS = """
    UPDATE assignment SET offer_until = NULL, instead_of = NULL
    WHERE id = $1 AND waiting_since IS NOT NULL AND (answered_at IS NOT NULL OR instead_of IS NOT NULL)"""

# A full one too: its search is over. One of a meeting that has begun or is off goes with the next look at it.
# Those that only wait for a coordinator come last, so that many of them hold up no other.
SEARCHES = f"""
    SELECT opening FROM refill ORDER BY stage = 'coordinator' AND told_at IS NOT NULL, since, opening
    LIMIT {MOST_PER_TICK}"""
# `asked`: who was asked beside the list and may still answer; `open`: offers to the list that are open.
SEARCH = f"""
    SELECT r.id, r.opening, r.stage, r.since, r.told_at, now() AS now, o.least, o.most, o.taken,
           m.starts_at, m.starts_wall, m.ends_wall, m.timezone, m.state = 'planned' AND m.starts_at > now() AS ahead,
           CASE WHEN i.kind = ANY($2) OR t.confidential THEN 0 ELSE i.widens END AS widens,
           (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS open,
           (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.state = 'invited'
               AND s.answered_at IS NULL AND s.waiting_since IS NULL AND s.offer_until IS NULL) AS asked
    FROM refill r JOIN opening o ON o.id = r.opening JOIN meeting m ON m.id = o.meeting
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme WHERE o.id = $1"""
GO_ON = "UPDATE refill SET stage = $2, since = now(), told_at = $3 WHERE id = $1"
BY_WAVES = """
    INSERT INTO refill (id, opening, stage, since) VALUES (gen_random_uuid(), $1, 'waves', now())
    ON CONFLICT (opening) DO UPDATE SET stage = 'waves', since = now(), told_at = NULL"""
AFTER_WAVES = """
    UPDATE refill SET stage = $2, since = now(), told_at = CASE WHEN $3 THEN now() ELSE told_at END
    WHERE opening = $1 AND stage = 'waves'"""
# Whoever coordinates the initiative; where nobody does who can be written to, every coordinator.
COORDINATORS = """
    SELECT a.id, a.email, a.language FROM opening o JOIN meeting m ON m.id = o.meeting
    JOIN initiative i ON i.id = m.initiative
    JOIN account a ON a.role = 'coordinator' AND a.closed_at IS NULL AND a.email IS NOT NULL
      AND (a.id = i.coordinator OR NOT EXISTS (
            SELECT FROM account c WHERE c.id = i.coordinator AND c.role = 'coordinator' AND c.closed_at IS NULL
                                    AND c.email IS NOT NULL))
    WHERE o.id = $1 ORDER BY a.id"""
SHORT = f"""
    SELECT o.id AS opening, o.least - o.taken AS missing, r.since,
           count(s.id) FILTER (WHERE s.state = 'declined') AS declined,
           count(s.id) FILTER (WHERE s.state = 'silent' OR s.state = 'invited' AND s.answered_at IS NULL) AS silent,
           count(s.id) FILTER (WHERE s.state IN ('proposed', 'invited') AND s.waiting_since IS NOT NULL
                                 AND NOT {seats.OFFERED}) AS waiting
    FROM refill r JOIN opening o ON o.id = r.opening AND o.taken < o.least
    JOIN meeting m ON m.id = o.meeting AND m.state = 'planned' AND m.starts_at > now()
    LEFT JOIN assignment s ON s.opening = o.id AND s.state <> 'accepted'
    WHERE ($1::uuid IS NULL OR o.id = $1) AND ($2 OR r.stage = 'coordinator') GROUP BY o.id, r.id, m.starts_at
    ORDER BY m.starts_at, o.id"""


class Step(StrEnum):
    """What is to be done next about a search."""

    WAIT = "wait"
    OVER = "over"
    WIDER = "wider"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Search:
    """How far a search has got. `places` are free, `open` of them are offered; `asked` others may still answer.

    `widens`: how many others are asked at once, 0 for nobody; `late`: it is time that the coordinator knows.
    """

    stage: Stage
    told: bool
    places: int
    missing: int
    open: int
    asked: int
    widens: int
    late: bool
    asked_long_enough: bool


@dataclass(frozen=True, slots=True)
class Short:
    """An opening that the search left short of `missing` people, and what those who were asked said."""

    opening: UUID
    missing: int
    since: datetime
    declined: int
    silent: int
    waiting: int


def next_step(s: Search) -> Step:
    """Pure. The list was asked just before: what is still free, nobody on it may take now."""
    if s.stage is Stage.WAVES:  # however many come: the waves know when they are over
        return Step.TELL if min(s.missing, s.places) > 0 and s.late and not s.told else Step.WAIT
    if s.places <= 0:
        return Step.OVER
    told = s.stage is Stage.COORDINATOR and s.told
    if s.missing > 0 and s.late and not told:
        return Step.TELL
    if s.open >= min(s.places, max(1, s.missing)):
        return Step.WAIT
    if s.missing <= 0:
        return Step.OVER
    if told:
        return Step.WAIT
    if s.stage is Stage.LIST and s.widens:
        return Step.WIDER
    if s.stage is Stage.WIDER and (not s.told or (s.asked and not s.asked_long_enough)):
        return Step.WAIT
    return Step.TELL


async def plan(settings: Settings) -> int:
    """The worker's: offers whose time is over go to the next, and each search goes on; how many offers lapsed."""
    lapsed = sum([await _lapse(row["id"]) for row in await database.fetch(DUE)])
    for row in await database.fetch(SEARCHES):
        await _go_on(settings, row["opening"])
    return lapsed


async def short(actor: Actor, opening: UUID | None = None, *, searching: bool = False) -> list[Short]:
    """Openings the coordinators were told of because nobody was found, or only this one; `searching`: also those where
    the search still goes on. Raises Refused 404."""
    coordinators_only(actor)
    return [Short(**row) for row in await database.fetch(SHORT, opening, searching)]


async def by_waves(opening: UUID) -> None:
    """Others are asked in waves from now on: the search waits for that, however far it had got."""
    await database.execute(BY_WAVES, opening)


async def after_waves(opening: UUID, stage: Stage, *, known: bool = False) -> None:
    """The waves are over and the search goes on at `stage`; `known`: the coordinators need not be told of it."""
    await database.execute(AFTER_WAVES, opening, stage, known)


async def _lapse(assignment: UUID) -> bool:
    """The offer was not answered: its person is silent, and the next is asked."""
    async with database.transaction():
        await substitutes.hold(assignment)
        now = await seats.held(SYSTEM, assignment)
        if not await database.fetchval(STILL, assignment):
            return False
        if not await database.execute(STAYS, assignment):
            await seats.become(SYSTEM, now, AssignmentState.SILENT, "")
        await notices.recall(f"assignment:{assignment}")
        await waiting.offer(now.opening)
    return True


async def _go_on(settings: Settings, opening: UUID) -> None:
    async with database.transaction():
        if not await waiting.offer(opening):
            return
        row = await database.fetchrow(SEARCH, opening, CONFIDENTIAL)
        if row is None:
            return
        step = next_step(_search(settings, row)) if row["ahead"] else Step.OVER
        if step is Step.OVER:
            await database.execute("DELETE FROM refill WHERE id = $1", row["id"])
        elif step is Step.WIDER:
            await database.execute(GO_ON, row["id"], Stage.WIDER, None)
        elif step is Step.TELL:
            stage = Stage.WAVES if row["stage"] == Stage.WAVES else Stage.COORDINATOR
            await database.execute(GO_ON, row["id"], stage, row["now"])
            await _tell(settings, row)


def _search(settings: Settings, row: asyncpg.Record) -> Search:
    since, starts_at = row["since"], row["starts_at"]
    late_from = starts_at - timedelta(hours=settings.late_hours)
    until = deadlines.deadline(since, starts_at, quiet.current(), settings.offer_hours)
    return Search(
        stage=Stage(row["stage"]),
        told=row["told_at"] is not None,
        places=row["most"] - row["taken"],
        missing=row["least"] - row["taken"],
        open=row["open"],
        asked=row["asked"],
        widens=row["widens"],
        # Whoever begins waves that late knows.
        late=late_from < row["now"] and (row["stage"] != Stage.WAVES or since < late_from),
        asked_long_enough=until is None or until <= row["now"],
    )


async def _tell(settings: Settings, row: asyncpg.Record) -> None:
    """One e-mail about one search to each coordinator concerned. Neither names nor what the meeting is."""
    (found,) = await short(SYSTEM, row["opening"], searching=True)
    for account in await database.fetch(COORDINATORS, row["opening"]):
        await outbox.put(
            key=f"short:{row['id']}:{row['since'].isoformat()}:{account['id']}",
            about=f"account:{account['id']}",
            channel=Channel.EMAIL,
            address=account["email"],
            language=account["language"],
            template="short",
            values={
                "centre": settings.centre_name,
                "starts": row["starts_wall"],
                "ends": row["ends_wall"],
                "found": found,
                "url": f"{settings.public_url}/desk/openings/{row['opening']}",
            },
            expires_at=row["starts_at"],
        )
