"""Reads of initiatives. Who is no coordinator sees the ones they lead; the public sees words without a theme.

Of a group or circle its theme, its needs and who belongs to it are only for those who run it: its coordinator and who
leads it. Other coordinators know that it is there, and its neutral words. `glass` is the answer of
access.break_glass.open_for, which wrote down that they read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.initiatives.rules import (
    CONFIDENTIAL,
    CONFIDENTIAL_KINDS,
    OPEN_TO_ALL,
    OVER,
    InitiativeKind,
    InitiativeState,
)
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import language


@dataclass(frozen=True)
class GroupCard:
    """A group or course as everybody may see it. It has no theme, and its query reads none.

    `join_code`: what one writes by SMS to ask for it.
    """

    id: UUID
    name: str
    kind: InitiativeKind
    about: str
    meets: str
    join_code: str
    full: bool


@dataclass(frozen=True)
class InitiativeRow:
    """`runs`: it is this actor's own. `inside`: they may see its theme; else that is empty, and what stands by it.

    `members`: how many belong to it now. `lacks_outcome`: it was finished, and nobody has said what came of it.
    """

    id: UUID
    name: str
    kind: InitiativeKind
    state: InitiativeState
    theme: str
    about: str
    meets: str
    public: bool
    coordinator: str
    starts_on: date
    ends_on: date | None
    needs: int
    members: int
    runs: bool
    inside: bool
    least_members: int | None
    most_members: int | None
    agreement: str
    own_from: date | None
    outcome: str
    lacks_outcome: bool

    @property
    def confidential(self) -> bool:
        return self.kind in CONFIDENTIAL_KINDS

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def free(self) -> int | None:
        """How many more may join; None: as many as come."""
        return None if self.most_members is None else max(0, self.most_members - self.members)


@dataclass(frozen=True)
class RoleRow:
    id: UUID
    name: str
    tasks: str
    least: int
    most: int
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    clearances: tuple[str, ...]
    min_age: int | None
    max_age: int | None
    minor_safe: bool
    gender: str
    gender_reason: str
    continuity: bool
    retired: bool


@dataclass(frozen=True)
class MemberRow:
    """Who takes part, by the name that may stand on a screen: an alias in groups and circles."""

    id: UUID
    participant: UUID
    name: str
    joined_on: date
    left_on: date | None


@dataclass(frozen=True)
class Standing:
    """An initiative that stands for a need. Of somebody else's group or circle only that there is one: no id, no name,
    for the need would tell what it is about."""

    id: UUID | None
    name: str
    kind: InitiativeKind | None


HIDDEN = Standing(None, "", None)


@dataclass(frozen=True)
class NeedStoodFor:
    """A need that an initiative stands for."""

    id: UUID
    title: str
    urgency: int


# $1 is the actor's account, $2 whether they see all; the same condition wherever an initiative is read.
MINE = "($2 OR EXISTS (SELECT FROM facilitator f WHERE f.initiative = i.id AND f.account = $1))"

# The same placeholders. A coordinator whose role has changed since is none any more.
RUNS = """
    ($2 AND i.coordinator = $1 OR EXISTS (SELECT FROM facilitator f WHERE f.initiative = i.id AND f.account = $1))"""
OPEN_KINDS = f"i.kind NOT IN ({', '.join(repr(kind.value) for kind in CONFIDENTIAL)})"
# With $3: a break-glass is open, or the system itself reads.
INSIDE = f"({OPEN_KINDS} OR {RUNS} OR $3::bool)"

# Finished, and a goal without its outcome; where there are no goals, without one of its own.
LACKS_OUTCOME = """(i.state = 'finished' AND CASE WHEN EXISTS (SELECT FROM goal g WHERE g.initiative = i.id)
    THEN EXISTS (SELECT FROM goal g WHERE g.initiative = i.id AND g.outcome = '') ELSE i.outcome = '' END)"""

ROW = f"""
    SELECT i.id, i.name, i.kind, i.state, i.about, i.meets, i.public, coalesce(c.name, '') AS coordinator,
           i.starts_on, i.ends_on, {RUNS} AS runs, {INSIDE} AS inside,
           CASE WHEN {INSIDE} THEN {theme_name('$4')} ELSE '' END AS theme,
           (SELECT count(*) FROM need_met m WHERE m.initiative = i.id) AS needs, i.present AS members,
           i.least_members, i.most_members, CASE WHEN {INSIDE} THEN i.agreement ELSE '' END AS agreement,
           CASE WHEN {INSIDE} THEN i.own_from END AS own_from, CASE WHEN {INSIDE} THEN i.outcome ELSE '' END AS outcome,
           {INSIDE} AND {LACKS_OUTCOME} AS lacks_outcome
    FROM initiative i JOIN theme t ON t.id = i.theme LEFT JOIN account c ON c.id = i.coordinator"""
ROLES = """
    SELECT r.id, r.name, r.tasks, r.least, r.most, r.skills, r.languages, r.clearances, r.min_age, r.max_age,
           r.minor_safe, r.gender, r.gender_reason, r.continuity, r.retired_at IS NOT NULL AS retired
    FROM role_asked r JOIN initiative i ON i.id = r.initiative"""
# Coordinators tell people of a course or project apart by first name and initial; those who lead know the alias.
MEMBERS = f"""
    SELECT m.id, m.participant, m.joined_on, m.left_on,
           CASE WHEN NOT {OPEN_KINDS} OR NOT $2 OR p.last_name = '' THEN p.alias
                ELSE p.first_name || ' ' || left(p.last_name, 1) || '.' END AS name
    FROM member m JOIN participant p ON p.id = m.participant JOIN initiative i ON i.id = m.initiative"""
STANDING = f"""
    SELECT m.need, i.id, i.name, i.kind, {INSIDE} AS inside FROM need_met m JOIN initiative i ON i.id = m.initiative"""


async def initiatives(actor: Actor) -> list[InitiativeRow]:
    """All that the actor sees, running ones first, then in alphabetical order."""
    rows = await database.fetch(
        f"{ROW} WHERE {MINE} ORDER BY i.state = 'running' DESC, sort_key(i.name), i.id", *reader(actor), language()
    )
    return [row_of(row) for row in rows]


async def initiative(actor: Actor, id: UUID, *, glass: bool = False) -> InitiativeRow | None:
    """One initiative, or None when it is not there for this actor."""
    row = await database.fetchrow(f"{ROW} WHERE {MINE} AND i.id = $5", *reader(actor, glass), language(), id)
    return row_of(row) if row else None


def changes(actor: Actor, row: InitiativeRow) -> bool:
    """Whether they may change what stands inside: who runs it; of what is not confidential any coordinator."""
    return row.runs or (actor.coordinates and (not row.confidential or actor.role is Role.MACHINE))


async def changing(actor: Actor, id: UUID) -> InitiativeRow:
    """The initiative of who may change it. Raises Refused 404."""
    row = await initiative(actor, id)
    if row is None or not changes(actor, row):
        raise Refused("", 404)
    return row


async def roles(actor: Actor, initiative: UUID) -> list[RoleRow]:
    rows = await database.fetch(
        f"{ROLES} WHERE {MINE} AND i.id = $3 ORDER BY r.retired_at IS NOT NULL, sort_key(r.name), r.id",
        actor.account,
        actor.coordinates,
        initiative,
    )
    lists = ("skills", "languages", "clearances")
    return [RoleRow(**dict(row) | {name: tuple(row[name] or ()) for name in lists}) for row in rows]


async def members(actor: Actor, initiative: UUID, *, glass: bool = False) -> list[MemberRow]:
    """Present members first; nobody where they are not for this actor. Of a group or circle only the alias is read."""
    rows = await database.fetch(
        f"{MEMBERS} WHERE {MINE} AND {INSIDE} AND i.id = $4 ORDER BY m.left_on IS NOT NULL, sort_key(p.alias), m.id",
        *reader(actor, glass),
        initiative,
    )
    return [MemberRow(**row) for row in rows]


async def standing_for(actor: Actor, needs: list[UUID]) -> dict[UUID, list[Standing]]:
    """For each need the initiatives that stand for it."""
    rows = await database.fetch(
        f"{STANDING} WHERE {MINE} AND m.need = ANY($4) ORDER BY NOT {INSIDE}, sort_key(i.name), i.id",
        *reader(actor),
        needs,
    )
    found: dict[UUID, list[Standing]] = {need: [] for need in needs}
    for row in rows:
        seen = Standing(row["id"], row["name"], InitiativeKind(row["kind"])) if row["inside"] else HIDDEN
        found[row["need"]].append(seen)
    return found


async def needs_of(actor: Actor, initiative: UUID, *, glass: bool = False) -> list[NeedStoodFor]:
    """The needs an initiative stands for; only for who sees all, since a need may be one person's."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(
        f"""SELECT n.id, n.title, n.urgency FROM need_met m JOIN need n ON n.id = m.need
            JOIN initiative i ON i.id = m.initiative
            WHERE {INSIDE} AND i.id = $4 ORDER BY n.urgency DESC, n.voiced_on, n.id""",
        *reader(actor, glass),
        initiative,
    )
    return [NeedStoodFor(**row) for row in rows]


async def groups() -> list[GroupCard]:
    """Public groups and courses that run. No theme is read here, so none can slip out."""
    rows = await database.fetch(
        """SELECT id, name, kind, about, meets, join_code, coalesce(present >= most_members, false) AS full
           FROM initiative
           WHERE public AND kind = ANY($1) AND state = $2 ORDER BY kind DESC, sort_key(name), id""",
        list(OPEN_TO_ALL),
        InitiativeState.RUNNING.value,
    )
    return [GroupCard(**dict(row) | {"kind": InitiativeKind(row["kind"])}) for row in rows]


def reader(actor: Actor, glass: bool = False) -> tuple[UUID | None, bool, bool]:
    """The values of $1, $2 and $3 above."""
    return actor.account, actor.coordinates, glass or actor.role is Role.MACHINE


def row_of(row: Mapping[str, Any]) -> InitiativeRow:
    """What ROW selected."""
    return InitiativeRow(**dict(row) | {"kind": InitiativeKind(row["kind"]), "state": InitiativeState(row["state"])})
