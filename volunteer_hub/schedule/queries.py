"""Reads of the schedule. Who may see what is decided here, in SQL, by the actor; templates get what may be shown."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.atlas.rules import MOST_URGENT
from volunteer_hub.initiatives.queries import INSIDE, MINE, reader
from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import offers as waiting

PUBLIC_DAYS = 21

# Urgent is what a coordinator marked so, or what stands for a need of the highest urgency.
URGENT = f"""(o.urgent OR EXISTS (
    SELECT FROM need_met nm JOIN need n ON n.id = nm.need
    WHERE nm.initiative = m.initiative AND n.urgency = {MOST_URGENT} AND n.state IN ('open', 'addressed')))"""
INVITED = "(SELECT count(*) FROM assignment a WHERE a.opening = o.id AND a.state = 'invited')"
# $1 is the role, $2 the account: coordinators see every initiative, facilitators and specialists the ones they lead.
THEIRS = """($1 IN ('coordinator', 'machine') OR $1 IN ('facilitator', 'specialist') AND EXISTS (
    SELECT FROM facilitator f WHERE f.initiative = m.initiative AND f.account = $2))"""

# Openings that may be asked for, full or not. The kinds stand in the text: with a value not yet known the planner would
# read them all.
ASKABLE = f"""
    FROM meeting m JOIN opening o ON o.meeting = m.id
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    WHERE m.state = 'planned' AND m.starts_at > now() AND m.starts_at < now() + interval '{PUBLIC_DAYS} days'
      AND i.public AND i.state = 'running' AND NOT t.confidential
      AND i.kind NOT IN ({", ".join(f"'{kind}'" for kind in CONFIDENTIAL)})"""
# Those of them with a free seat: what everybody sees.
PUBLIC = f"{ASKABLE} AND o.taken < o.most"
IN_AREA = "m.place IN (SELECT p.id FROM place p JOIN area a ON a.id = p.area WHERE a.slug = $%s)"
OF_THEME = "t.slug = $%s"
ONLY, BUT = "o.id = ANY($%s::uuid[])", "o.id <> ALL($%s::uuid[])"


@dataclass(frozen=True, slots=True)
class PublicOpening:
    """What everybody may know of an opening with a free seat. `place` is empty for somebody's home."""

    id: UUID
    title: str
    role: str
    place: str
    area: str
    starts_wall: datetime
    ends_wall: datetime
    taken: int
    invited: int
    most: int
    kind: str


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening on a list of the desk."""

    id: UUID
    meeting: UUID
    title: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    area: str
    least: int
    most: int
    taken: int
    invited: int
    urgent: bool
    kind: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Somebody on an opening. `kept`: they said yes that could not be confirmed; `room`: there is a seat now.

    `place_in_line`: on the waiting list since `waiting_since`, 0 when not; `offer_until`: a place is offered to them.
    `instead_of`: whose place it was or would be; `named_until`: somebody they named may answer until then.
    `ring`: they want neither SMS nor e-mail, so whoever invites them must ring. `at_risk` is the rule that has stopped
    holding, for coordinators only; by a clash, `clash_title` and its hours say with what. `override_word`: why they
    were asked though a wish or the order says no. `late`, `words`: they gave their place up at short notice, why.
    """

    assignment: UUID
    volunteer: UUID
    name: str
    state: AssignmentState
    since: datetime
    channel: str
    kept: bool
    room: bool
    place_in_line: int
    waiting_since: datetime | None
    offer_until: datetime | None
    named_until: datetime | None
    instead_of: str | None
    ring: bool
    may_withdraw: bool
    may_answer: bool
    at_risk: str
    clash_title: str | None
    clash_starts: datetime | None
    clash_ends: datetime | None
    override_word: str
    late: bool
    words: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting as its leaders see it. `may_change`: this actor may move or cancel it."""

    id: UUID
    initiative: UUID
    title: str
    kind: str
    starts_wall: datetime
    ends_wall: datetime
    place_id: UUID
    place: str
    address: str
    area: str
    subject: str
    cancelled: bool
    over: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class Attendee:
    """A participant of a meeting by alias, which is empty where only who runs it may know.

    `comes` is None as long as they have not answered.
    """

    alias: str
    comes: bool | None


async def public_openings(
    limit: int,
    area: str | None = None,
    theme: str | None = None,
    *,
    skip: int = 0,
    only: Collection[UUID] = (),
    but: Collection[UUID] = (),
) -> list[PublicOpening]:
    """Openings with a free seat in the next three weeks, the soonest first; no groups, circles, hidden themes.

    `skip`: how many of them are passed over; those of the pages before. `only` these, if any, and none of `but`.
    """
    narrowed, slugs = narrow(area, theme, only, but)
    # Numbers stand in the text: so the planner reads just as many rows as are shown.
    rows = await database.fetch(
        f"""SELECT o.id, o.title, r.name AS role, CASE WHEN p.private THEN '' ELSE p.name END AS place,
                   a.name AS area, o.starts_wall, o.ends_wall, o.taken, {INVITED} AS invited, o.most, o.kind
            FROM (SELECT o.id, i.name AS title, o.role, m.place, m.starts_wall, m.ends_wall, o.taken, o.most, i.kind,
                         m.starts_at
                  {PUBLIC} {narrowed}
                  ORDER BY m.starts_at, o.id LIMIT {int(limit)} OFFSET {int(skip)}) o
            JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = o.place JOIN area a ON a.id = p.area
            ORDER BY o.starts_at, o.id""",
        *slugs,
    )
    return [PublicOpening(**row) for row in rows]


async def count_public_openings(area: str | None = None, theme: str | None = None) -> int:
    """How many `public_openings` there are in all."""
    narrowed, slugs = narrow(area, theme)
    return await database.fetchval(f"SELECT count(*) {PUBLIC} {narrowed}", *slugs)


def narrow(
    area: str | None, theme: str | None, only: Collection[UUID] = (), but: Collection[UUID] = ()
) -> tuple[str, list[object]]:
    """Conditions for PUBLIC and their values; only those asked for, so that the planner knows."""
    wanted: list[tuple[str, object]] = [(IN_AREA, area), (OF_THEME, theme), (ONLY, list(only)), (BUT, list(but))]
    asked = [(condition, value) for condition, value in wanted if value]
    return "".join(f" AND {c % n}" for n, (c, _) in enumerate(asked, 1)), [value for _, value in asked]


async def coming_openings(actor: Actor, days: int, limit: int = 200) -> list[OpeningRow]:
    """Openings of the next `days` days: the urgent ones short of people first, then by time."""
    rows = await database.fetch(
        f"""SELECT o.*, {INVITED} AS invited FROM (
                SELECT o.id, m.id AS meeting, i.name AS title, r.name AS role, m.starts_wall, m.ends_wall,
                       p.name AS place, a.name AS area, o.least, o.most, o.taken, {URGENT} AS urgent, i.kind,
                       m.starts_at
                FROM meeting m JOIN opening o ON o.meeting = m.id JOIN initiative i ON i.id = m.initiative
                JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
                WHERE m.state = 'planned' AND m.ends_at > now()
                  AND m.starts_at < now() + interval '{int(days)} days' AND {THEIRS}
                ORDER BY ({URGENT} AND o.taken < o.least) DESC, m.starts_at, o.id LIMIT {int(limit)}) o
            ORDER BY (o.urgent AND o.taken < o.least) DESC, o.starts_at, o.id""",
        actor.role,
        actor.account,
    )
    return [OpeningRow(**{name: row[name] for name in OpeningRow.__slots__}) for row in rows]


async def meeting(actor: Actor, id: UUID) -> MeetingView | None:
    """The meeting, or None when it is not there for this actor."""
    row = await database.fetchrow(
        f"""SELECT m.id, m.initiative, i.name AS title, i.kind, m.starts_wall, m.ends_wall, p.id AS place_id,
                   p.name AS place, p.address, a.name AS area, m.subject, m.state = 'cancelled' AS cancelled,
                   m.ends_at <= now() AS over,
                   $1 IN ('coordinator', 'machine') AND m.state = 'planned' AND m.starts_at > now() AS may_change
            FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place
            JOIN area a ON a.id = p.area WHERE m.id = $3 AND {THEIRS}""",
        actor.role,
        actor.account,
        id,
    )
    return MeetingView(**row) if row else None


async def openings(actor: Actor, meeting: UUID) -> list[OpeningRow]:
    """The openings of one meeting, in the order of their roles' names."""
    rows = await database.fetch(
        f"""SELECT o.id, m.id AS meeting, i.name AS title, r.name AS role, m.starts_wall, m.ends_wall, p.name AS place,
                   a.name AS area, o.least, o.most, o.taken, {INVITED} AS invited, {URGENT} AS urgent, i.kind
            FROM meeting m JOIN opening o ON o.meeting = m.id JOIN initiative i ON i.id = m.initiative
            JOIN role_asked r ON r.id = o.role JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
            WHERE m.id = $3 AND {THEIRS} ORDER BY sort_key(r.name), o.id""",
        actor.role,
        actor.account,
        meeting,
    )
    return [OpeningRow(**row) for row in rows]


async def roster(actor: Actor, opening_id: UUID) -> list[RosterRow]:
    """Who is on the opening and how they answered: those who come first, then those asked, then the rest."""
    return (await rosters(actor, [opening_id]))[opening_id]


async def rosters(actor: Actor, opening_ids: Sequence[UUID]) -> dict[UUID, list[RosterRow]]:
    """As `roster`, of several openings at once."""
    rows = await database.fetch(
        f"""SELECT s.opening, s.id AS assignment, s.volunteer, s.state,
                   v.first_name || ' ' || left(v.last_name, 1) || '.' AS name,
                   coalesce(c.at, s.created_at) AS since, coalesce(c.channel, '') AS channel,
                   s.state = 'invited' AND s.answered_at IS NOT NULL AND s.waiting_since IS NULL AS kept,
                   o.taken < o.most AS room, {waiting.PLACE} AS place_in_line, s.waiting_since, s.offer_until,
                   s.named_until, {waiting.INSTEAD_OF} AS instead_of,
                   CASE WHEN $1 IN ('coordinator', 'machine') THEN s.at_risk ELSE '' END AS at_risk,
                   sms_to(v) = '' AND mail_to(v) = '' AS ring,
                   $1 IN ('coordinator', 'machine') AND s.state IN ('proposed', 'invited', 'accepted')
                     AND m.state = 'planned' AND m.starts_at > now() AS may_withdraw,
                   $1 IN ('coordinator', 'machine') AND s.state IN ('invited', 'silent')
                     AND m.state = 'planned' AND m.starts_at > now() AS may_answer,
                   x.clash_title, x.clash_starts, x.clash_ends,
                   coalesce(nullif(s.override_word, ''), asked.words, '') AS override_word,
                   coalesce(c.late, false) AS late,
                   CASE WHEN c.became = 'invited' THEN '' ELSE coalesce(c.words, '') END AS words
            FROM assignment s JOIN volunteer v ON v.id = s.volunteer JOIN opening o ON o.id = s.opening
            JOIN meeting m ON m.id = o.meeting
            LEFT JOIN LATERAL (SELECT at, channel, late, words, became FROM assignment_change WHERE assignment = s.id
                               ORDER BY at DESC, id LIMIT 1) c ON true
            LEFT JOIN LATERAL (SELECT words FROM assignment_change WHERE assignment = s.id AND became = 'invited'
                               ORDER BY at DESC, id LIMIT 1) asked ON true
            {clashes.WITH_WHAT} AND $1 IN ('coordinator', 'machine')
            WHERE s.opening = ANY($3) AND {THEIRS}
            ORDER BY array_position(ARRAY['done', 'missed', 'accepted', 'invited', 'proposed', 'silent']::text[],
                                    s.state::text) NULLS LAST, since, s.id""",
        actor.role,
        actor.account,
        list(opening_ids),
    )
    found: dict[UUID, list[RosterRow]] = defaultdict(list)
    for row in rows:
        values = dict(row) | {"state": AssignmentState(row["state"])}
        found[values.pop("opening")].append(RosterRow(**values))
    return found


async def attendees(actor: Actor, meeting: UUID) -> list[Attendee]:
    """The participants whose meeting it is, by alias, in alphabetical order; of somebody else's group without one."""
    rows = await database.fetch(
        f"""SELECT * FROM (
                SELECT CASE WHEN {INSIDE} THEN p.alias ELSE '' END AS alias, c.comes, e.id AS member
                FROM meeting m JOIN member e ON e.initiative = m.initiative JOIN initiative i ON i.id = m.initiative
                JOIN participant p ON p.id = e.participant LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
                WHERE m.id = $4 AND {MINE} AND e.joined_on <= m.starts_wall::date
                  AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)) who
            ORDER BY sort_key(alias), member""",
        *reader(actor),
        meeting,
    )
    return [Attendee(row["alias"], row["comes"]) for row in rows]


async def whereabouts(actor: Actor, assignment: UUID) -> tuple[UUID, UUID]:
    """The opening and the meeting of an assignment. Raises Refused 404 when it is not there for this actor."""
    row = await database.fetchrow(
        f"""SELECT o.id, o.meeting FROM assignment s JOIN opening o ON o.id = s.opening
            JOIN meeting m ON m.id = o.meeting WHERE s.id = $3 AND {THEIRS}""",
        actor.role,
        actor.account,
        assignment,
    )
    if row is None:
        raise Refused("", 404)
    return row["id"], row["meeting"]
