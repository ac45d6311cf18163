"""A host: an organisation where meetings take place. It enters by a secret link of its own, without an account.

It sees the meetings at its place of initiatives it is a partner of, how many come and their first names, and says who
was there. Never of a group or circle, of a confidential theme, or at somebody's home. docs/decisions/0040-hosts.md.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives.queries import OPEN_KINDS
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import SYSTEM, VISITOR, Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.states import AssignmentState, Missed
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

LINK_LIFE = timedelta(days=365)
AHEAD_DAYS, NOTED_DAYS = 28, 7
CHANNEL = "host"

NO_PLACE = mark("Ten zasób jest w prywatnym mieszkaniu albo już nie działa. Nie może mieć linku.")
NOTED = mark("Obecność tej osoby jest już zapisana. Jeśli się nie zgadza, proszę do nas zadzwonić.")

# Somebody's home has no link, nor what was closed.
MAY_HAVE_ONE = """
    SELECT r.name, r.email FROM resource r JOIN place p ON p.id = r.place AND NOT p.private
    WHERE r.id = $1 AND (r.closed_on IS NULL OR r.closed_on > centre_today())"""
MAKE = """
    INSERT INTO host_link (id, resource, token_hash, ends_at, made_at, made_by)
    VALUES (gen_random_uuid(), $1, $2, now() + $3, now(), $4)
    ON CONFLICT (resource) DO UPDATE SET token_hash = excluded.token_hash, ends_at = excluded.ends_at,
        made_at = excluded.made_at, made_by = excluded.made_by"""
OF_LINK = """
    SELECT r.id, r.name FROM host_link h JOIN resource r ON r.id = h.resource
    JOIN place p ON p.id = r.place AND NOT p.private
    WHERE h.token_hash = $1 AND h.ends_at > now() AND (r.closed_on IS NULL OR r.closed_on > centre_today())"""

# Of the resource $1: what it may know of at all.
THEIRS = f"""
    FROM resource r JOIN place p ON p.id = r.place AND NOT p.private
    JOIN meeting m ON m.place = p.id AND m.state = 'planned'
    JOIN initiative i ON i.id = m.initiative AND {OPEN_KINDS} AND i.state <> 'idea'
    JOIN theme t ON t.id = i.theme AND NOT t.confidential
    WHERE r.id = $1 AND EXISTS (SELECT FROM partner w WHERE w.initiative = i.id AND w.resource = r.id)
      AND m.starts_at < now() + interval '{AHEAD_DAYS} days' AND m.ends_at > now() - interval '{NOTED_DAYS} days'"""
MEETINGS = f"""
    SELECT m.id, i.name AS title, m.starts_wall, m.ends_wall, m.starts_at <= now() AS begun {THEIRS}
    ORDER BY m.starts_at, m.id LIMIT 200"""
ROLES = """
    SELECT o.meeting, r.name, o.taken, o.least, o.most FROM opening o JOIN role_asked r ON r.id = o.role
    WHERE o.meeting = ANY($1) ORDER BY r.name, o.id"""
# Who asked us to leave their data alone is a number, not a name.
PEOPLE = """
    SELECT s.id, o.meeting, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, s.state
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN volunteer v ON v.id = s.volunteer
    WHERE o.meeting = ANY($1) AND s.state IN ('accepted', 'done', 'missed') AND v.restricted_at IS NULL
    ORDER BY sort_key(v.first_name), s.id"""
EXPECTED = f"""
    SELECT m.id FROM assignment s JOIN opening o ON o.id = s.opening JOIN volunteer v ON v.id = s.volunteer
    JOIN LATERAL (SELECT m.id, m.starts_at {THEIRS}) m ON m.id = o.meeting
    WHERE s.id = $2 AND v.restricted_at IS NULL AND m.starts_at <= now()"""
# They count once a coordinator has approved them. What the volunteer reported before stands.
HOURS = """
    INSERT INTO hours_worked (id, volunteer, initiative, assignment, day, minutes, words, state, reported_at, reason)
    SELECT gen_random_uuid(), s.volunteer, m.initiative, s.id, m.starts_wall::date,
           greatest(1, least(1440, extract(epoch FROM m.ends_at - m.starts_at)::int / 60)), $2, 'reported', now(), ''
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting WHERE s.id = $1
    ON CONFLICT (assignment) DO NOTHING"""


@dataclass(frozen=True)
class Role:
    """How many have taken the places of a role, of how many."""

    name: str
    taken: int
    least: int
    most: int


@dataclass(frozen=True)
class Guest:
    """Somebody who comes, came or did not: first name and initial."""

    id: UUID
    name: str
    state: AssignmentState


@dataclass(frozen=True)
class Visit:
    """A meeting at the host's. `begun`: now it may be said who is there."""

    id: UUID
    title: str
    starts_wall: datetime
    ends_wall: datetime
    begun: bool
    roles: Sequence[Role]
    guests: Sequence[Guest]


@dataclass(frozen=True)
class Link:
    """A resource's link at the desk; `ends_at` is empty when none works. `meetings`: how many it shows now."""

    name: str
    email: str
    ends_at: datetime | None
    meetings: int
    possible: bool


async def link(actor: Actor, resource: UUID) -> Link:
    """How it stands with the link of this resource. Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(
        """SELECT r.name, r.email, (SELECT ends_at FROM host_link WHERE resource = r.id AND ends_at > now()) AS ends_at
           FROM resource r WHERE r.id = $1""",
        resource,
    )
    if row is None:
        raise Refused("", 404)
    many = await database.fetchval(f"SELECT count(*) {THEIRS}", resource)
    return Link(**row, meetings=many, possible=await database.fetchrow(MAY_HAVE_ONE, resource) is not None)


async def make(settings: Settings, actor: Actor, resource: UUID) -> str:
    """A new link, by e-mail to the resource's address if it has one; the one before ends at once. Answers its path.

    Raises Refused (404, 409: a home, or closed).
    """
    coordinators_only(actor)
    token = secret.token()
    async with database.transaction():
        row = await database.fetchrow(MAY_HAVE_ONE, resource)
        if row is None:
            known = await database.fetchval("SELECT 1 FROM resource WHERE id = $1", resource)
            raise Refused(NO_PLACE if known else "", 409 if known else 404)
        await database.execute(MAKE, resource, secret.fingerprint(token), LINK_LIFE, actor.account)
        if row["email"]:
            await outbox.put(
                key=f"host-link:{secret.fingerprint(token).hex()[:40]}",
                about=f"account:host:{resource}",
                channel=Channel.EMAIL,
                address=row["email"],
                language="pl",
                template="host_link",
                values={"centre": settings.centre_name, "phone": settings.centre_phone, "host": row["name"],
                        "url": f"{settings.public_url}/host/{token}"},
            )  # fmt: skip
        await audit.record(actor, "host.link", f"resource:{resource}")
    return f"/host/{token}"


async def end(actor: Actor, resource: UUID) -> None:
    """The link works no more; ended already: nothing happens. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.fetchval("SELECT 1 FROM resource WHERE id = $1", resource):
            raise Refused("", 404)
        if await database.execute("DELETE FROM host_link WHERE resource = $1", resource):
            await audit.record(actor, "host.end", f"resource:{resource}")


async def of_link(token: str) -> tuple[UUID, str] | None:
    """Whose link this is, and their name; None when it works no more. Looking changes nothing."""
    row = await database.fetchrow(OF_LINK, secret.fingerprint(token))
    return (row["id"], row["name"]) if row else None


async def visits(resource: UUID) -> list[Visit]:
    """What takes place at the host's: the next four weeks, and the last one for saying who was there."""
    meetings = await database.fetch(MEETINGS, resource)
    ids = [row["id"] for row in meetings]
    roles: Mapping[UUID, list[Role]] = defaultdict(list)
    for row in await database.fetch(ROLES, ids):
        roles[row["meeting"]].append(Role(row["name"], row["taken"], row["least"], row["most"]))
    guests: Mapping[UUID, list[Guest]] = defaultdict(list)
    for row in await database.fetch(PEOPLE, ids):
        guests[row["meeting"]].append(Guest(row["id"], row["name"], AssignmentState(row["state"])))
    return [Visit(**row, roles=roles[row["id"]], guests=guests[row["id"]]) for row in meetings]


async def note(token: str, assignment: UUID, *, came: bool, words: str) -> None:
    """The host says whether somebody was there; once, while nobody else has. Hours then wait for a coordinator.

    Raises Refused (404: no such link or not theirs, 409: noted already).
    """
    async with database.transaction():
        host = await of_link(token)
        if host is None or not await database.fetchval(EXPECTED, host[0], assignment):
            raise Refused("", 404)
        of = await seats.held(SYSTEM, assignment)
        if of.state is not AssignmentState.ACCEPTED:
            raise Refused(NOTED, 409)
        await seats.become(VISITOR, of, AssignmentState.DONE if came else AssignmentState.MISSED, CHANNEL)
        await clashes.noted(of.volunteer)
        if came:
            await database.execute(HOURS, assignment, words)
        else:
            await database.execute(
                "UPDATE assignment SET missed_reason = $2, missed_words = $3 WHERE id = $1",
                assignment, Missed.NO_WORD.value, words,
            )  # fmt: skip
        await audit.record(VISITOR, "host.note", f"assignment:{assignment}")
