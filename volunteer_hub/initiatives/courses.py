"""What a course asks of who finishes it, and the certificates that were issued. Attendance: schedule/courses."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import members
from volunteer_hub.initiatives.course_rules import Counted
from volunteer_hub.initiatives.members import Seen
from volunteer_hub.initiatives.rules import InitiativeKind, tells_theme
from volunteer_hub.kit import check_code, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark

# Numbers of a year are given one after the other: whoever gives one waits here for the one before.
NUMBERING_LOCK = 727_036


@dataclass(frozen=True, slots=True)
class Finish:
    """`enough` sessions, or that many in a hundred, finish the course. Version 0: nobody said yet."""

    enough: int
    counted: Counted
    version: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """As it was issued. `name` is empty once the person's data are erased; `undone_words`: why it counts no more."""

    id: UUID
    initiative: UUID
    member: UUID | None
    number: int
    year: int
    code: str
    name: str
    course: str
    first_day: date
    last_day: date
    attended: int
    sessions: int
    minutes: int
    finished_on: date
    issued_on: date
    exception: str
    undone: bool
    undone_words: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What a certificate to be says; `exception`: why, though fewer sessions were attended than are enough."""

    member: UUID
    finished_on: date
    first_day: date
    last_day: date
    attended: int
    sessions: int
    minutes: int
    exception: str = ""


CERTIFICATES = """
    SELECT id, initiative, member, number, year, coalesce(code, '') AS code, name, course, first_day, last_day,
           attended, sessions, minutes, finished_on, issued_on, exception, undone_at IS NOT NULL AS undone, undone_words
    FROM completion"""

# The name as in the files: a paper with an alias proves nothing. Only who gave no other name gets their alias.
PUT = """
    INSERT INTO completion (id, initiative, member, finished_on, issued_on, year, number, code, name, course,
                            first_day, last_day, attended, sessions, minutes, exception, noted_at, noted_by,
                            undone_words)
    SELECT gen_random_uuid(), i.id, m.id, $2, $3, $4,
           (SELECT coalesce(max(number), 0) + 1 FROM completion WHERE year = $4), $12,
           coalesce(nullif(left(trim(p.first_name || ' ' || p.last_name), 160), ''), p.alias), i.name,
           $5, $6, $7, $8, $9, $10, now(), $11, ''
    FROM member m JOIN initiative i ON i.id = m.initiative JOIN participant p ON p.id = m.participant WHERE m.id = $1
    ON CONFLICT (member) WHERE undone_at IS NULL DO NOTHING RETURNING id"""


async def course(actor: Actor, initiative: UUID) -> Seen:
    """The course for its pages. Raises Refused 404 for what is none, or not this actor's."""
    found = await members.seen(actor, initiative)
    if found.initiative.kind is not InitiativeKind.COURSE:
        raise Refused("", 404)
    return found


async def changing(actor: Actor, initiative: UUID) -> Seen:
    """As `course`, for who may confirm and correct. Raises Refused 404."""
    found = await course(actor, initiative)
    if not found.changes:
        raise Refused("", 404)
    return found


async def finish(initiative: UUID) -> Finish | None:
    """How much is enough; None: nobody said."""
    row = await database.fetchrow(
        "SELECT enough, counted, version FROM course_finish WHERE initiative = $1", initiative
    )
    return Finish(row["enough"], Counted(row["counted"]), row["version"]) if row else None


async def set_finish(actor: Actor, initiative: UUID, version: int, enough: int, counted: Counted) -> None:
    """Says how much is enough, over what was seen (0: nothing). Raises Refused 404, Stale.

    Who has finished already stays so: their paper is out.
    """
    async with database.transaction():
        await changing(actor, initiative)
        written = await database.execute(
            """INSERT INTO course_finish (id, initiative, enough, counted, version)
               SELECT gen_random_uuid(), $1, $2, $3, 1
               WHERE $4 = 0 OR EXISTS (SELECT FROM course_finish WHERE initiative = $1)
               ON CONFLICT (initiative) DO UPDATE SET enough = $2, counted = $3, version = course_finish.version + 1
               WHERE course_finish.version = $4""",
            initiative, enough, counted.value, version,
        )  # fmt: skip
        if not written:
            raise Stale
        await audit.record(actor, "course.finish", f"initiative:{initiative}")


async def neutral(initiative: UUID) -> None:
    """Raises Refused where the name of a course with a confidential theme tells it: it would stand on every paper."""
    row = await database.fetchrow(
        """SELECT i.name, t.name_pl, t.name_en, t.name_uk FROM initiative i JOIN theme t ON t.id = i.theme
           WHERE i.id = $1 AND t.confidential""",
        initiative,
    )
    if row and tells_theme(row["name"], (row["name_pl"], row["name_en"], row["name_uk"])):
        raise Refused(mark("Nazwa tego szkolenia mówi, o czym jest, a temat jest poufny. Najpierw popraw nazwę."))


async def issue(actor: Actor, one: Issue, today: date) -> bool:
    """Issues a certificate with the next number of the year; False where they have one already.

    For schedule/courses/sessions.py, which knows who may have one and holds the transaction.
    """
    await database.execute("SELECT pg_advisory_xact_lock($1)", NUMBERING_LOCK)
    made = await database.fetchval(
        PUT, one.member, one.finished_on, today, today.year, one.first_day, one.last_day, one.attended, one.sessions,
        one.minutes, one.exception, actor.account, check_code.new(),
    )  # fmt: skip
    if made is None:
        return False
    await audit.record(actor, "certificate.issue", await _whose(one.member))
    return True


async def undo(actor: Actor, certificate: UUID, words: str) -> UUID:
    """It counts no more, and why; its number is not given again. The course it is of. Raises Refused 404, 409."""
    async with database.transaction():
        found = await _certificate(actor, certificate)
        await changing(actor, found.initiative)
        if not await database.execute(
            """UPDATE completion SET undone_at = now(), undone_by = $2, undone_words = $3
               WHERE id = $1 AND undone_at IS NULL""",
            certificate, actor.account, words,
        ):  # fmt: skip
            raise Refused(mark("To ukończenie jest już cofnięte."))
        await audit.record(actor, "certificate.undo", await _whose(found.member))
    return found.initiative


async def certificate(actor: Actor, id: UUID) -> Certificate:
    """A certificate as it was issued, once it is written down that it was opened. Raises Refused 404."""
    async with database.transaction():
        found = await _certificate(actor, id)
        await audit.record(actor, "certificate.open", await _whose(found.member))
    return found


async def certificates(initiative: UUID) -> list[Certificate]:
    """All of a course, the last number first; those that were undone too."""
    rows = await database.fetch(f"{CERTIFICATES} WHERE initiative = $1 ORDER BY year DESC, number DESC", initiative)
    return [Certificate(**row) for row in rows]


async def finished_between(first: date, last: date) -> int:
    """How many people finished a course in these days, both included; for reports. One in two courses counts twice."""
    return int(
        await database.fetchval(
            "SELECT count(*) FROM completion WHERE undone_at IS NULL AND finished_on BETWEEN $1 AND $2", first, last
        )
        or 0
    )


async def forget(participants: list[UUID]) -> None:
    """Of the certificates of who is erased the numbers stay: that a course was finished, and when."""
    await database.execute(
        """UPDATE completion SET name = '', exception = '', undone_words = ''
           WHERE member IN (SELECT id FROM member WHERE participant = ANY($1))""",
        participants,
    )


async def _certificate(actor: Actor, id: UUID) -> Certificate:
    row = await database.fetchrow(f"{CERTIFICATES} WHERE id = $1", id)
    if row is None:
        raise Refused("", 404)
    await course(actor, row["initiative"])
    return Certificate(**row)


async def _whose(member: UUID | None) -> str:
    found = await database.fetchval("SELECT participant FROM member WHERE id = $1", member) if member else None
    return f"participant:{found}" if found else "certificate"
