"""Reads of one day: what a volunteer has today and how they get there; who comes to a day's meetings, whom to ring."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, MINE, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule import centre
from volunteer_hub.schedule.attendance.queries import BELONGED, EARLY
from volunteer_hub.schedule.queries import THEIRS
from volunteer_hub.schedule.states import AssignmentState

TODAY = "m.starts_wall::date <= centre_today() AND m.ends_wall::date >= centre_today()"

TASKS = f"""
    SELECT s.id, m.id AS meeting, i.name AS title, r.name AS role, r.tasks, m.starts_wall, m.ends_wall,
           p.name AS place, concat_ws(', ', nullif(p.address, ''), nullif(trim(concat_ws(' ', p.postcode, p.town)), ''))
               AS address,
           a.name AS area, p.latitude, p.longitude, p.accessibility_note AS hint, m.starts_at <= now() AS begun,
           s.state = 'done' AS done, coalesce(c.name, '') AS coordinator,
           ARRAY(SELECT o2.first_name FROM opening oo JOIN assignment ss ON ss.opening = oo.id
                 JOIN volunteer o2 ON o2.id = ss.volunteer
                 WHERE oo.meeting = m.id AND ss.id <> s.id AND ss.state IN ('accepted', 'done')
                 ORDER BY sort_key(o2.first_name), ss.id) AS others
    FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
    JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
    JOIN area a ON a.id = p.area JOIN initiative i ON i.id = m.initiative
    LEFT JOIN account c ON c.id = i.coordinator AND c.closed_at IS NULL
    WHERE v.account = $1 AND s.state IN ('accepted', 'done') AND m.state = 'planned' AND {TODAY}
    ORDER BY m.starts_at, s.id"""
COUNT_TODAY = f"""
    SELECT count(*) FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting
    WHERE v.account = $1 AND s.state = 'accepted' AND m.state = 'planned' AND {TODAY} AND m.ends_at > now()"""

MEETING = f"""
    SELECT m.id, m.initiative, i.name AS title, i.kind, m.starts_wall, m.ends_wall, p.name AS place, p.address,
           a.name AS area, p.latitude, p.longitude, m.state = 'cancelled' AS cancelled, m.noted_at IS NOT NULL AS noted,
           m.starts_at - {EARLY} <= now() AS may_note,
           m.ends_at + make_interval(days => $3) > now() AS still, m.starts_at > now() AS ahead
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
    WHERE {THEIRS}"""
OF_DAY = f"{MEETING} AND m.starts_wall::date = $4 ORDER BY m.starts_at, sort_key(i.name), m.id LIMIT 300"
# Of each initiative the next one.
NEXT = f"""
    SELECT * FROM (SELECT DISTINCT ON (q.initiative) * FROM ({MEETING} AND m.state = 'planned' AND m.ends_at > now()
        AND m.starts_wall::date > $4) q ORDER BY q.initiative, q.starts_wall) n ORDER BY n.starts_wall, n.id LIMIT 10"""
# A number only where somebody may have to be rung that very day.
ROSTER = """
    SELECT o.meeting, s.id, v.id AS volunteer, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name,
           r.name AS role, s.state, s.missed_reason = 'ill' AS ill,
           CASE WHEN $2 AND s.state IN ('accepted', 'done', 'missed')
                THEN coalesce(nullif(v.phone, ''), phone_of(v)) ELSE '' END AS phone
    FROM opening o JOIN assignment s ON s.opening = o.id JOIN volunteer v ON v.id = s.volunteer
    JOIN role_asked r ON r.id = o.role
    WHERE o.meeting = ANY($1) AND (s.state IN ('accepted', 'done', 'missed')
                                   OR s.state = 'withdrawn' AND s.missed_reason = 'ill')
    ORDER BY s.state = 'withdrawn', sort_key(v.first_name), s.id"""
SHORT = """
    SELECT o.meeting, o.id, r.name AS role, o.least - o.taken AS lacks FROM opening o JOIN role_asked r ON r.id = o.role
    WHERE o.meeting = ANY($1) AND o.taken < o.least ORDER BY sort_key(r.name), o.id"""
EXPECTED = f"""
    SELECT m.id AS meeting, CASE WHEN {INSIDE} THEN p.alias ELSE '' END AS name, c.comes
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN member e ON e.initiative = m.initiative
    JOIN participant p ON p.id = e.participant LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.id = ANY($4) AND {MINE} AND {BELONGED} ORDER BY sort_key(p.alias), e.id"""


@dataclass(frozen=True, slots=True)
class Mine:
    """A task of today as its volunteer needs it: also the address of a home, since they have accepted.

    `others`: the first names of who else helps there. `coordinator`: whom to ask for at the centre's number.
    """

    id: UUID
    meeting: UUID
    title: str
    role: str
    tasks: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    address: str
    area: str
    latitude: float
    longitude: float
    hint: str
    begun: bool
    done: bool
    coordinator: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comer:
    """A volunteer of a meeting; `phone` only on the day itself. Who is `ill` and withdrew stands there as well."""

    id: UUID
    volunteer: UUID
    name: str
    role: str
    state: AssignmentState
    ill: bool
    phone: str


@dataclass(frozen=True, slots=True)
class Lack:
    opening: UUID
    role: str
    people: int


@dataclass(frozen=True, slots=True)
class Guests:
    """Participants by what they answered; `names` are empty where they are not for these eyes."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return len(self.yes) + len(self.no) + len(self.silent)


@dataclass(frozen=True)
class DayMeeting:
    """`may_note`: it is time to note who is there; `still`: it can be noted or corrected; `ahead`: not yet begun."""

    id: UUID
    initiative: UUID
    title: str
    kind: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    address: str
    area: str
    latitude: float
    longitude: float
    cancelled: bool
    noted: bool
    may_note: bool
    still: bool
    ahead: bool
    comers: tuple[Comer, ...]
    lacks: tuple[Lack, ...]
    guests: Guests


async def my_day(actor: Actor) -> list[Mine]:
    """What this volunteer has accepted for today, in order."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(TASKS, actor.account)
    return [Mine(**dict(row) | {"others": tuple(row["others"])}) for row in rows]


async def count_today(actor: Actor) -> int:
    """How many tasks of today are not over for this volunteer."""
    found: int = await database.fetchval(COUNT_TODAY, actor.account)
    return found


async def of_day(actor: Actor, day: date, *, today: date) -> list[DayMeeting]:
    """The meetings of one day that this actor sees; with numbers to ring when it is today's."""
    rows = await database.fetch(OF_DAY, actor.role, actor.account, centre.settings().attendance_days, day)
    return await _meetings(actor, [dict(row) for row in rows], ring=day == today)


async def next_ones(actor: Actor, today: date) -> list[DayMeeting]:
    """After today, the next meeting of each initiative this actor leads; coordinators have the board for that."""
    if actor.coordinates:
        return []
    rows = await database.fetch(NEXT, actor.role, actor.account, centre.settings().attendance_days, today)
    return await _meetings(actor, [dict(row) for row in rows], ring=False)


async def _meetings(actor: Actor, rows: list[dict[str, object]], *, ring: bool) -> list[DayMeeting]:
    ids = [row["id"] for row in rows]
    comers: dict[object, list[Comer]] = defaultdict(list)
    for row in await database.fetch(ROSTER, ids, ring):
        values = dict(row) | {"state": AssignmentState(row["state"])}
        comers[values.pop("meeting")].append(Comer(**values))
    lacks: dict[object, list[Lack]] = defaultdict(list)
    for row in await database.fetch(SHORT, ids):
        lacks[row["meeting"]].append(Lack(row["id"], row["role"], row["lacks"]))
    guests: dict[object, dict[bool | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in await database.fetch(EXPECTED, *reader(actor), ids):
        guests[row["meeting"]][row["comes"]].append(row["name"])
    return [
        DayMeeting(
            **row,  # type: ignore[arg-type]
            comers=tuple(comers[row["id"]]),
            lacks=tuple(lacks[row["id"]]),
            guests=Guests(*(tuple(guests[row["id"]][said]) for said in (True, False, None))),
        )
        for row in rows
    ]
