"""What everybody sees of one opening, what a volunteer sees of their own wishes, what the desk has to answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from volunteer_hub.initiatives.rules import Taking
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.queries import ASKABLE, INVITED
from volunteer_hub.schedule.rules import broken
from volunteer_hub.schedule.seats import WHY_NOT
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.web.i18n import gettext

MOST = 100

AD = f"""
    SELECT o.id, o.title, o.about, r.name AS role, r.tasks, o.kind, o.takes, o.starts_wall, o.ends_wall,
           CASE WHEN p.private THEN '' ELSE p.name END AS place,
           CASE WHEN p.private THEN '' ELSE p.address END AS address,
           p.private, a.name AS area, o.taken, {INVITED} AS invited, o.most, o.wish_code, r.skills, r.languages,
           r.clearances, r.min_age, r.max_age, r.minor_safe, r.gender
    FROM (SELECT o.id, i.name AS title, i.about, i.kind, i.takes, o.role, m.place, m.starts_wall, m.ends_wall, o.taken,
                 o.most, o.wish_code {ASKABLE} AND o.id = $1) o
    JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = o.place JOIN area a ON a.id = p.area"""
MINE = """
    SELECT v.step = 'active' AS active, s.opening, s.id, s.state, s.asked_at, s.waiting_since, s.offer_until,
           s.answered_at
    FROM volunteer v LEFT JOIN assignment s ON s.volunteer = v.id AND s.opening = ANY($2)
         AND s.state IN ('proposed', 'invited', 'accepted')
    WHERE v.account = $1"""
OPEN = """
    SELECT s.id, s.opening, s.volunteer, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, s.asked_at,
           o.meeting, i.name AS title, i.kind, r.name AS role, m.starts_wall, m.ends_wall, o.taken,
           (SELECT count(*) FROM assignment a WHERE a.opening = o.id AND a.state = 'invited') AS invited, o.most,
           sms_to(v) = '' AND mail_to(v) = '' AS ring
    FROM assignment s JOIN volunteer v ON v.id = s.volunteer JOIN opening o ON o.id = s.opening
    JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    WHERE s.state = 'proposed' AND s.asked_at IS NOT NULL AND s.waiting_since IS NULL
      AND m.state = 'planned' AND m.starts_at > now()"""


class Own(StrEnum):
    """How a volunteer stands to an opening. FREE: not at all, they may ask."""

    FREE = "free"
    ASKED = "asked"
    WAITING = "waiting"
    INVITED = "invited"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Ad:
    """One opening for everybody. Of somebody's home only the district; `wish_code` is empty until one was given."""

    id: UUID
    title: str
    about: str
    role: str
    tasks: str
    kind: str
    takes: Taking
    starts_wall: datetime
    ends_wall: datetime
    place: str
    address: str
    private: bool
    area: str
    taken: int
    invited: int
    most: int
    wish_code: str
    skills: list[str]
    languages: list[str]
    clearances: list[str]
    min_age: int | None
    max_age: int | None
    minor_safe: bool
    gender: str


@dataclass(frozen=True, slots=True)
class Asker:
    """The volunteer who looks at openings: may they ask at all, and how they stand to those they look at.

    `assignments`: what they may take back, by opening.
    """

    active: bool
    states: Mapping[UUID, Own] = field(default_factory=dict)
    assignments: Mapping[UUID, UUID] = field(default_factory=dict)

    def own(self, opening: UUID) -> Own:
        return self.states.get(opening, Own.FREE)


@dataclass(frozen=True, slots=True)
class OpenWish:
    """Somebody asked and waits for the desk's word. `why`: what they lack now, in words; `ring`: they read no
    messages."""

    id: UUID
    opening: UUID
    volunteer: UUID
    name: str
    asked_at: datetime
    meeting: UUID
    title: str
    kind: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    taken: int
    invited: int
    most: int
    ring: bool
    why: tuple[str, ...] = ()


async def ad(opening: UUID) -> Ad | None:
    """An opening of the public list, also when it is full; None for all others."""
    row = await database.fetchrow(AD, opening)
    return Ad(**dict(row) | {"takes": Taking(row["takes"])}) if row else None


async def asker(actor: Actor, openings: Collection[UUID]) -> Asker | None:
    """The volunteer behind the actor; None for everybody else."""
    if actor.role is not Role.VOLUNTEER:
        return None
    rows = await database.fetch(MINE, actor.account, list(openings))
    on = [row for row in rows if row["opening"]]
    states = {row["opening"]: _own(row) for row in on}
    back = {row["opening"]: row["id"] for row in on if row["state"] == AssignmentState.PROPOSED}
    return Asker(any(row["active"] for row in rows), states, back)


async def open_wishes(actor: Actor, *, opening: UUID | None = None, meeting: UUID | None = None) -> list[OpenWish]:
    """Who asked and has no answer, who waits longest first: all, or an opening's or a meeting's. Coordinators only."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(
        f"""{OPEN} AND ($1::uuid IS NULL OR s.opening = $1) AND ($2::uuid IS NULL OR o.meeting = $2)
            ORDER BY s.asked_at, s.id LIMIT {MOST}""",
        *(opening, meeting),
    )
    why: dict[UUID, tuple[str, ...]] = {}
    for at in dict.fromkeys(row["opening"] for row in rows):
        those = [row for row in rows if row["opening"] == at]
        asked, people = await facts.facts(at, [row["volunteer"] for row in those])
        for row in those:
            why[row["id"]] = tuple(gettext(WHY_NOT[rule]) for rule in broken(people[row["volunteer"]], asked))
    return [OpenWish(**row, why=why[row["id"]]) for row in rows]


async def hears(actor: Actor, assignment: UUID) -> bool:
    """Whether its volunteer gets messages at all; else somebody must ring. For coordinators."""
    hears = "SELECT sms_to(v) <> '' OR mail_to(v) <> '' FROM volunteer v JOIN assignment s ON s.volunteer = v.id"
    return actor.coordinates and bool(await database.fetchval(f"{hears} WHERE s.id = $1", assignment))


def _own(row: Mapping[str, object]) -> Own:
    if row["state"] == AssignmentState.ACCEPTED:
        return Own.TAKEN
    if row["waiting_since"] and not row["offer_until"]:
        return Own.WAITING
    if row["state"] == AssignmentState.INVITED:
        return Own.INVITED
    return Own.ASKED if row["asked_at"] else Own.FREE
