"""A course as it is attended: its sessions, who was at which, who has finished, and the certificates that follow.

Here, for a course's sessions are its meetings; what is enough and what was issued stands in initiatives/courses.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import courses, queries
from volunteer_hub.initiatives.course_rules import Counted, Progress, Standing, needed
from volunteer_hub.initiatives.courses import Certificate, Finish, Issue
from volunteer_hub.initiatives.queries import InitiativeRow, MemberRow
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark


class Mark(StrEnum):
    """One person at one session. Apart: before they joined, or after they left."""

    CAME = "came"
    MADE_UP = "made_up"
    MISSED = "missed"
    UNKNOWN = "unknown"
    AHEAD = "ahead"
    APART = "apart"


ATTENDED = frozenset({Mark.CAME, Mark.MADE_UP})


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting of a course, `number` in order; a cancelled one is none. `held`: it is over."""

    id: UUID
    number: int
    starts_wall: datetime
    ends_wall: datetime
    minutes: int
    subject: str
    held: bool

    @property
    def day(self) -> date:
        return self.starts_wall.date()


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of a course. `marks` in the order of the sessions; `made_up`: how, by session.

    `nameless`: a certificate could not say who they are, for we have no whole name.
    """

    member: MemberRow
    marks: tuple[Mark, ...]
    made_up: Mapping[UUID, str]
    progress: Progress
    standing: Standing
    certificate: Certificate | None
    nameless: bool

    @property
    def short(self) -> bool:
        """The certificate is out, and by what is noted now they attended too few: somebody should look."""
        out = self.certificate is not None and not self.certificate.exception
        return out and self.progress.needed is not None and not self.progress.enough


@dataclass(frozen=True, slots=True)
class Course:
    """`needed`: how many of its sessions finish it; None: nobody said. `seen`: what `save` compares."""

    initiative: InitiativeRow
    changes: bool
    finish: Finish | None
    sessions: list[Session]
    rows: list[Row]
    certificates: list[Certificate]

    @property
    def needed(self) -> int | None:
        return needed(self.finish.enough, self.finish.counted, len(self.sessions)) if self.finish else None

    @property
    def entitled(self) -> list[Row]:
        return [row for row in self.rows if row.standing is Standing.ENTITLED]

    @property
    def seen(self) -> str:
        sessions = sha256(b"".join(one.id.bytes + one.subject.encode() for one in self.sessions)).hexdigest()[:16]
        return f"{self.finish.version if self.finish else 0}-{sessions}"

    def row(self, member: UUID) -> Row:
        """Raises Refused 404."""
        for row in self.rows:
            if row.member.id == member:
                return row
        raise Refused("", 404)


SESSIONS = """
    SELECT id, row_number() OVER (ORDER BY starts_at, id) AS number, starts_wall, ends_wall,
           (extract(epoch FROM ends_at - starts_at) / 60)::int AS minutes, subject, ends_at <= now() AS held
    FROM meeting WHERE initiative = $1 AND state <> 'cancelled' ORDER BY starts_at, id"""
NOTED = """
    SELECT c.member, c.meeting, c.came, c.made_up FROM coming c JOIN meeting m ON m.id = c.meeting
    WHERE m.initiative = $1 AND (c.came IS NOT NULL OR c.made_up <> '')"""
NAMELESS = """
    SELECT m.id FROM member m JOIN participant p ON p.id = m.participant
    WHERE m.initiative = $1 AND '' IN (p.first_name, p.last_name)"""
MAKE_UP = """
    INSERT INTO coming (id, meeting, member, code, made_up) VALUES (gen_random_uuid(), $1, $2, '', $3)
    ON CONFLICT (meeting, member) DO UPDATE SET made_up = excluded.made_up"""
# A course whose theme is confidential keeps its subjects for who is in it: they would tell.
AHEAD = """
    SELECT m.initiative, m.starts_wall, m.subject FROM meeting m JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme
    WHERE m.initiative = ANY($1) AND i.kind = 'course' AND i.public AND i.state = 'running' AND NOT t.confidential
      AND m.subject <> '' AND m.state = 'planned' AND m.starts_at > now() ORDER BY m.starts_at, m.id LIMIT 200"""


async def course(actor: Actor, initiative: UUID) -> Course:
    """The course with its sessions and people. Raises Refused 404 for what is none, or not this actor's."""
    found = await courses.course(actor, initiative)
    return await _whole(actor, found.initiative, changes=found.changes)


async def changing(actor: Actor, initiative: UUID) -> Course:
    """As `course`, for who may confirm and correct. Raises Refused 404."""
    found = await courses.changing(actor, initiative)
    return await _whole(actor, found.initiative, changes=True)


async def save(
    actor: Actor, initiative: UUID, seen: str, enough: int, counted: Counted, subjects: Sequence[str]
) -> None:
    """How much is enough, and what the sessions are about, in their order. Raises Refused (404, 422), Stale."""
    async with database.transaction():
        await _lock(initiative)
        found = await changing(actor, initiative)
        if found.seen != seen:
            raise Stale
        if len(subjects) > len(found.sessions):
            raise Refused(mark("Tematów jest więcej niż spotkań. Najpierw zaplanuj spotkania."), 422)
        await courses.set_finish(actor, initiative, found.finish.version if found.finish else 0, enough, counted)
        await database.execute(
            "UPDATE meeting m SET subject = s.subject FROM unnest($1::uuid[], $2::text[]) s (id, subject)"
            " WHERE m.id = s.id AND m.subject <> s.subject",
            [one.id for one in found.sessions],
            [*subjects, *[""] * (len(found.sessions) - len(subjects))],
        )


async def confirm(actor: Actor, initiative: UUID, members: Collection[UUID], today: date) -> int:
    """Those of `members` who are entitled have finished, each with a certificate; how many there are new.

    Raises Refused 404.
    """
    async with database.transaction():
        await _lock(initiative)
        found = await changing(actor, initiative)
        await courses.neutral(initiative)
        chosen = [row for row in found.entitled if row.member.id in members]
        return sum([await courses.issue(actor, _issue(found, row, today), today) for row in chosen])


async def confirm_anyway(actor: Actor, initiative: UUID, member: UUID, words: str, today: date) -> None:
    """Somebody finishes though they attended fewer sessions, and why. Raises Refused 404, 409."""
    async with database.transaction():
        await _lock(initiative)
        found = await changing(actor, initiative)
        row = found.row(member)
        await courses.neutral(initiative)
        if row.certificate or not await courses.issue(actor, _issue(found, row, today, words), today):
            raise Refused(mark("Ta osoba ma już zaświadczenie."))


async def make_up(actor: Actor, initiative: UUID, member: UUID, meeting: UUID, words: str) -> None:
    """Somebody made up for a session they missed, and how; empty `words` take that back. Raises Refused 404, 409."""
    async with database.transaction():
        await _lock(initiative)
        found = await changing(actor, initiative)
        row = found.row(member)
        noted = {one.id: made for one, made in zip(found.sessions, row.marks, strict=True)}.get(meeting)
        if noted is None:
            raise Refused("", 404)
        if words and noted in (Mark.CAME, Mark.AHEAD):
            raise Refused(mark("Odrobić można tylko spotkanie, które już było i na którym tej osoby nie było."))
        await database.execute(MAKE_UP, meeting, member, words)
        await audit.record(
            actor, "course.make-up", f"participant:{row.member.participant}", "done" if words else "undone"
        )


async def subjects_ahead(of: Sequence[UUID]) -> dict[UUID, list[tuple[datetime, str]]]:
    """What the next sessions of public courses are about, the soonest first."""
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for row in await database.fetch(AHEAD, list(of)):
        found.setdefault(row["initiative"], []).append((row["starts_wall"], row["subject"]))
    return found


async def _lock(initiative: UUID) -> None:
    """Two leaders who confirm at once do it one after the other."""
    await database.execute("SELECT FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)


async def _whole(actor: Actor, of: InitiativeRow, *, changes: bool) -> Course:
    finish = await courses.finish(of.id)
    sessions = [Session(**row) for row in await database.fetch(SESSIONS, of.id)]
    noted: dict[UUID, dict[UUID, tuple[bool | None, str]]] = {}
    for row in await database.fetch(NOTED, of.id):
        noted.setdefault(row["member"], {})[row["meeting"]] = row["came"], row["made_up"]
    issued = await courses.certificates(of.id)
    by_member = {one.member: one for one in issued if not one.undone}
    enough = needed(finish.enough, finish.counted, len(sessions)) if finish else None
    nameless = {row["id"] for row in await database.fetch(NAMELESS, of.id)}
    rows = [
        _row(one, sessions, noted.get(one.id, {}), enough, by_member.get(one.id), one.id in nameless)
        for one in await queries.members(actor, of.id)
    ]
    return Course(of, changes, finish, sessions, rows, issued)


def _row(
    member: MemberRow,
    sessions: Sequence[Session],
    noted: Mapping[UUID, tuple[bool | None, str]],
    enough: int | None,
    certificate: Certificate | None,
    nameless: bool,
) -> Row:
    marks = tuple(_mark(member, one, *noted.get(one.id, (None, ""))) for one in sessions)
    progress = Progress(
        attended=sum(one in ATTENDED for one in marks),
        open=sum(one in (Mark.UNKNOWN, Mark.AHEAD) for one in marks),
        sessions=len(sessions),
        needed=enough,
    )
    made_up = {id: words for id, (_, words) in noted.items() if words}
    standing = progress.standing(finished=certificate is not None)
    return Row(member, marks, made_up, progress, standing, certificate, nameless)


def _mark(member: MemberRow, session: Session, came: bool | None, made_up: str) -> Mark:
    if came:
        return Mark.CAME
    if made_up:
        return Mark.MADE_UP
    if came is not None:
        return Mark.MISSED
    if session.day < member.joined_on or (member.left_on is not None and session.day >= member.left_on):
        return Mark.APART
    return Mark.UNKNOWN if session.held else Mark.AHEAD


def _issue(of: Course, row: Row, today: date, words: str = "") -> Issue:
    """A certificate by what is noted now. It is finished on the day of the session that made it enough."""
    attended = [one for one, made in zip(of.sessions, row.marks, strict=True) if made in ATTENDED]
    held = [one.day for one in of.sessions if one.held] or [min(of.initiative.starts_on, today)]
    last = attended[row.progress.needed - 1].day if row.progress.enough and row.progress.needed else today
    return Issue(
        member=row.member.id,
        finished_on=min(last, today),
        first_day=held[0],
        last_day=held[-1],
        attended=len(attended),
        sessions=len(of.sessions),
        minutes=sum(one.minutes for one in attended),
        exception="" if row.progress.enough else words,
    )
