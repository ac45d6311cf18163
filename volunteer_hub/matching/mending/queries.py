"""What the desk sees of a change that fills an opening: whom to ask, who would move from where to where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.matching import queries
from volunteer_hub.matching.mending import chains
from volunteer_hub.matching.mending.chains import Step
from volunteer_hub.matching.queries import Candidate, Excluded, OpeningView, Person

# Of the free and of the nearest who do not fit, so many are shown.
SHOWN = 3
NEAREST = 5

PLACES = """
    SELECT o.id, o.meeting, i.name AS title, r.name AS role, m.starts_wall, m.ends_wall, p.name AS place,
           o.taken < o.most AS room
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = m.place WHERE o.id = ANY($1)"""
PHONES = """
    SELECT id, CASE WHEN through_guardian(v) THEN guardian_phone ELSE phone END AS phone FROM volunteer v
    WHERE id = ANY($1)"""


@dataclass(frozen=True, slots=True)
class Place:
    """An opening in the words of a step. `room`: a seat is free there now."""

    id: UUID
    meeting: UUID
    title: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    room: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A step as people read it: from what to what. `phone`: whom to ring, the guardian of a minor."""

    person: Person
    phone: str
    to: Place
    score: int
    leaves: list[Place]


@dataclass(frozen=True, slots=True)
class Mending:
    """What fills one seat of an opening. Free people are candidates; else `moves` if a way was found, which are its
    `steps` in words; else who comes nearest.

    `missing`: people up to the least that it needs; `phones`: whom to ring for each candidate; `elsewhere`: how many
    would fit and are asked about these hours elsewhere.
    """

    opening: OpeningView
    missing: int
    candidates: list[Candidate]
    phones: dict[UUID, str]
    steps: Sequence[Step]
    moves: list[Move]
    short: Place | None
    nearest: list[Excluded]
    elsewhere: int


async def mending(actor: Actor, opening: UUID) -> Mending:
    """The smallest change that fills one seat of the opening. Raises Refused 404."""
    staffing = await queries.staffing(actor, opening)
    view = staffing.opening
    missing = max(0, view.least - view.taken)
    way = None
    if missing and view.open and not staffing.candidates:
        way = await chains.find(actor, opening, urgent=view.urgent)
    free = staffing.candidates[:SHOWN] if missing else []
    steps = way.steps if way else ()
    places = await _places(steps)
    phones = await _phones([*(one.person.id for one in free), *(step.volunteer for step in steps)])
    short = places[way.short] if way and way.short else None
    nearest = [] if free or way or not missing else staffing.excluded[:NEAREST]
    return Mending(
        view, missing, free, phones, steps, await _moves(steps, places, phones), short, nearest, len(staffing.elsewhere)
    )


def chosen(found: Mending, volunteers: Sequence[UUID]) -> Sequence[Step] | None:
    """What was shown to whoever names these people; None: it is shown no more."""
    if list(volunteers) == [step.volunteer for step in found.steps]:
        return found.steps
    free = (one for one in found.candidates if [one.person.id] == list(volunteers))
    return next(((Step(one.person.id, found.opening.id, one.fit.score.total, (), one.rank),) for one in free), None)


async def _places(steps: Sequence[Step]) -> dict[UUID, Place]:
    ids = {step.opening for step in steps} | {seat.opening for step in steps for seat in step.left}
    return {row["id"]: Place(**row) for row in await database.fetch(PLACES, list(ids))} if ids else {}


async def _phones(volunteers: Sequence[UUID]) -> dict[UUID, str]:
    return {row["id"]: row["phone"] or "" for row in await database.fetch(PHONES, volunteers)} if volunteers else {}


async def _moves(steps: Sequence[Step], places: dict[UUID, Place], phones: dict[UUID, str]) -> list[Move]:
    people = await queries.persons([step.volunteer for step in steps]) if steps else {}
    return [
        Move(
            people[step.volunteer],
            phones[step.volunteer],
            places[step.opening],
            step.score,
            [places[seat.opening] for seat in step.left],
        )
        for step in steps
    ]
