"""Reads of the waves of an opening: who was asked in which, what they said, and how long people take to answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.states import WaveState
from volunteer_hub.matching.waves import rules
from volunteer_hub.matching.waves.rules import Ahead
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.silence import FULL
from volunteer_hub.schedule.states import AssignmentState

# $1 the kinds that are confidential. A yes that waits for a place or for us is a yes.
OPENING = f"""
    SELECT o.id, i.name AS title, r.name AS role, m.id AS meeting, m.starts_wall, m.ends_wall,
           i.kind = ANY($1) OR t.confidential AS confidential, o.least - o.taken AS missing,
           (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS offered,
           now() AS now, m.starts_at,
           m.state = 'planned' AND m.starts_at > now() AND o.taken < o.most AS open,
           w.state, w.size, w.hours, w.wave, w.next_at, coalesce(w.rests, false) AS rests, said.*
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme JOIN role_asked r ON r.id = o.role
    LEFT JOIN invitation_waves w ON w.opening = o.id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state IN ('accepted', 'done', 'missed')
                                  OR state = 'invited' AND answered_at IS NOT NULL) AS yes,
               count(*) FILTER (WHERE state = 'declined') AS no,
               count(*) FILTER (WHERE state = 'silent' OR state = 'invited' AND answered_at IS NULL) AS silent,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY answered_at - invited_at)
                 FILTER (WHERE answered_at > invited_at) AS median
        FROM assignment WHERE opening = o.id AND invited_at IS NOT NULL) said
    WHERE o.id = $2"""
ASKED = """
    SELECT a.wave, s.id AS assignment, s.volunteer, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name,
           s.state, s.invited_at, s.state = 'invited' AND s.answered_at IS NOT NULL AS kept,
           s.state = 'silent' AND c.channel = $2 AS thanked
    FROM wave_asked a JOIN assignment s ON s.id = a.assignment JOIN volunteer v ON v.id = s.volunteer
    LEFT JOIN LATERAL (SELECT channel FROM assignment_change WHERE assignment = s.id ORDER BY at DESC, id LIMIT 1) c
      ON true
    WHERE s.opening = $1 ORDER BY a.wave, s.rank NULLS LAST, s.id"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What all who were invited to an opening said. `median`: half of the answers came within this time."""

    yes: int
    no: int
    silent: int
    median: timedelta | None

    @property
    def asked(self) -> int:
        return self.yes + self.no + self.silent


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of a wave. `kept`: a yes that is not confirmed; `thanked`: nobody was needed any more."""

    wave: int
    assignment: UUID
    volunteer: UUID
    name: str
    state: AssignmentState
    invited_at: datetime
    kept: bool
    thanked: bool


@dataclass(frozen=True, slots=True)
class Wave:
    number: int
    people: list[Asked]

    @property
    def sent_at(self) -> datetime:
        return self.people[0].invited_at


@dataclass(frozen=True, slots=True)
class WavesView:
    """The waves of an opening; `state` None: none yet. `open`: somebody could still be asked.

    `rests`: of who fits all are asked about these hours elsewhere; at `next_at` it is looked again.
    `why_not`: what keeps waves from beginning, as a message id; `size`, `hours`: of the waves, None before the first.
    """

    opening: UUID
    meeting: UUID
    title: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    open: bool
    missing: int
    state: WaveState | None
    size: int | None
    hours: int | None
    wave: int
    next_at: datetime | None
    rests: bool
    why_not: str
    answers: Answers
    waves: list[Wave]

    @property
    def running(self) -> bool:
        return self.state is WaveState.RUNNING and self.open


async def of_opening(actor: Actor, opening: UUID) -> WavesView:
    """Raises Refused 404 for who does not coordinate, and when the opening is not there."""
    coordinators_only(actor)
    row = await database.fetchrow(OPENING, CONFIDENTIAL, opening)
    if row is None:
        raise Refused("", 404)
    asked = [
        Asked(**dict(one) | {"state": AssignmentState(one["state"])})
        for one in await database.fetch(ASKED, opening, FULL)
    ]
    return WavesView(
        opening=opening,
        meeting=row["meeting"],
        title=row["title"],
        role=row["role"],
        starts_wall=row["starts_wall"],
        ends_wall=row["ends_wall"],
        open=row["open"],
        missing=row["missing"],
        state=WaveState(row["state"]) if row["state"] else None,
        size=row["size"],
        hours=row["hours"],
        wave=row["wave"] or 0,
        next_at=row["next_at"],
        rests=row["rests"],
        why_not=rules.why_not(Ahead(**{name: row[name] for name in Ahead.__dataclass_fields__})),
        answers=Answers(row["yes"], row["no"], row["silent"], row["median"]),
        waves=[Wave(number, list(people)) for number, people in groupby(asked, attrgetter("wave"))],
    )
