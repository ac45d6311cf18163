"""Reads of issued papers: the register, one of them, a volunteer's, and who waits for a certificate."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import check_code, database, paging
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings

ON_A_PAGE = 50

COLUMNS = """
    p.id, p.kind, p.year, p.number, p.code, p.language, p.volunteer, p.agreement, p.meeting, p.request, p.issued_at,
    p.withdrawn_at,
    p.withdrawn_words, p.document IS NOT NULL AS printable, coalesce(a.name, '') AS by,
    coalesce(v.first_name || ' ' || v.last_name, '') AS who"""
FROM = "FROM issued_paper p LEFT JOIN account a ON a.id = p.issued_by LEFT JOIN volunteer v ON v.id = p.volunteer"
# $1 year, $2 kind, $3 words of the name, $4 number, $5 code: whatever is empty is not asked for.
FOUND = f"""
    {FROM} WHERE ($1::int IS NULL OR p.year = $1) AND ($2 = '' OR p.kind = $2)
      AND ($3::text[] = '{{}}' AND $4::int IS NULL AND $5 = ''
           OR v.id IS NOT NULL AND $3::text[] <> '{{}}' AND NOT EXISTS (
               SELECT FROM unnest($3::text[]) w
               WHERE position(fold(w) IN fold(v.first_name || ' ' || v.last_name)) = 0)
           OR p.number = $4 OR p.code = $5)"""


@dataclass(frozen=True, slots=True)
class Paper:
    """As the register knows it. `who` is the volunteer it is about; `printable`: what stands on it is still here."""

    id: UUID
    kind: Kind
    year: int
    number: int
    code: str
    language: str
    volunteer: UUID | None
    agreement: UUID | None
    meeting: UUID | None
    request: UUID | None
    issued_at: datetime
    withdrawn_at: datetime | None
    withdrawn_words: str
    printable: bool
    by: str
    who: str

    @property
    def numbered(self) -> str:
        return f"{self.number}/{self.year}"

    @property
    def file(self) -> str:
        """Where the desk opens the PDF."""
        if self.meeting:
            return f"/desk/meetings/{self.meeting}/list?kept={self.id}"
        if self.request:
            return f"/desk/requests/{self.request}/paper?kept={self.id}"
        return f"/desk/papers/{self.id}/file"


@dataclass(frozen=True, slots=True)
class Listed:
    """Some papers of `total`: those of `page`, of `pages`, from 1."""

    papers: list[Paper]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return paging.pages(self.total, ON_A_PAGE)


@dataclass(frozen=True, slots=True)
class Wish:
    """A volunteer asks for a certificate of these days. `words`: why there is none."""

    id: UUID
    volunteer: UUID
    who: str
    first_day: date
    last_day: date
    language: str
    asked_at: datetime
    answered_at: datetime | None
    words: str


async def register(
    actor: Actor, *, year: int | None = None, kind: Kind | None = None, words: str = "", page: int = 1
) -> Listed:
    """A page of the papers, the newest first; past the end the last one. Raises Refused 404.

    `words` are of the volunteer's name, a number ("12" or "12/2026") or a code.
    """
    coordinators_only(actor)
    head, _, tail = words.partition("/")
    number = int(head) if head.isdecimal() and len(head) < 8 else None
    if number and tail.isdecimal() and len(tail) == 4:
        year = int(tail)
    asked = (year, kind or "", [] if number else words.split(), number, check_code.read(words))
    total: int = await database.fetchval(f"SELECT count(*) {FOUND}", *asked)
    page = paging.within(page, total, ON_A_PAGE)
    rows = await database.fetch(
        f"SELECT {COLUMNS} {FOUND} ORDER BY p.issued_at DESC, p.id LIMIT {ON_A_PAGE} OFFSET $6",
        *asked, (page - 1) * ON_A_PAGE,
    )  # fmt: skip
    return Listed([_paper(row) for row in rows], total, page)


async def years(actor: Actor) -> list[int]:
    """In which papers were issued, the last first."""
    coordinators_only(actor)
    return [row["year"] for row in await database.fetch("SELECT DISTINCT year FROM issued_paper ORDER BY year DESC")]


async def paper(actor: Actor, id: UUID) -> Paper:
    """Raises Refused 404."""
    coordinators_only(actor)
    return await _one(id)


async def of_volunteer(actor: Actor, volunteer: UUID) -> list[Paper]:
    """All papers about one volunteer, the newest first. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        f"SELECT {COLUMNS} {FROM} WHERE p.volunteer = $1 ORDER BY p.issued_at DESC, p.id", volunteer
    )
    return [_paper(row) for row in rows]


async def mine(actor: Actor) -> list[Paper]:
    """A volunteer's own papers, the newest first."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(
        f"SELECT {COLUMNS} {FROM} WHERE v.account = $1 ORDER BY p.issued_at DESC, p.id", actor.account
    )
    return [_paper(row) for row in rows]


async def document(settings: Settings, actor: Actor, id: UUID) -> tuple[Paper, bytes]:
    """The PDF as it was issued, to a coordinator and of a volunteer's own; that a coordinator opened it is logged.

    Who comes to a meeting and who asked for help, only who may know that opens: papers.kept. Raises Refused 404, 410
    once what stood on it is erased.
    """
    async with database.transaction():
        row = await database.fetchrow(
            """SELECT p.document, p.volunteer FROM issued_paper p LEFT JOIN volunteer v ON v.id = p.volunteer
               WHERE p.id = $1 AND ($2 AND p.meeting IS NULL AND p.request IS NULL OR v.account = $3)""",
            id, actor.coordinates, actor.account if actor.role is Role.VOLUNTEER else None,
        )  # fmt: skip
        if row is None:
            raise Refused("", 404)
        opened = issuing.document_of(settings, id, row["document"])
        if opened is None:
            raise Refused(issuing.ERASED, 410)
        if actor.coordinates:
            await audit.record(
                actor, "paper.open", f"volunteer:{row['volunteer']}" if row["volunteer"] else f"paper:{id}"
            )
        return await _one(id), opened


async def facts(settings: Settings, id: UUID) -> dict[str, object]:
    """What stands on a paper; nothing once it is erased."""
    sealed = await database.fetchval("SELECT facts FROM issued_paper WHERE id = $1", id)
    return issuing.facts_of(settings, id, sealed) or {}


WISHES = """
    SELECT w.id, w.volunteer, v.first_name || ' ' || v.last_name AS who, w.first_day, w.last_day, w.language,
           w.asked_at, w.answered_at, w.words
    FROM certificate_asked w JOIN volunteer v ON v.id = w.volunteer"""


async def wishes(actor: Actor) -> list[Wish]:
    """Who waits for a certificate, the longest first. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(f"{WISHES} WHERE w.answered_at IS NULL ORDER BY w.asked_at, w.id")
    return [Wish(**row) for row in rows]


async def wish_of(actor: Actor, volunteer: UUID) -> Wish | None:
    """What this volunteer waits for. Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{WISHES} WHERE w.volunteer = $1 AND w.answered_at IS NULL", volunteer)
    return Wish(**row) if row else None


async def my_wish(actor: Actor) -> Wish | None:
    """What this volunteer asked for last, if there is no certificate for it."""
    if actor.role is not Role.VOLUNTEER:
        return None
    row = await database.fetchrow(
        f"{WISHES} WHERE v.account = $1 AND (w.answered_at IS NULL OR w.words <> '') ORDER BY w.asked_at DESC LIMIT 1",
        actor.account,
    )
    return Wish(**row) if row else None


async def _one(id: UUID) -> Paper:
    row = await database.fetchrow(f"SELECT {COLUMNS} {FROM} WHERE p.id = $1", id)
    if row is None:
        raise Refused("", 404)
    return _paper(row)


def _paper(row: object) -> Paper:
    values = dict(row)  # type: ignore[call-overload]
    return Paper(**values | {"kind": Kind(values["kind"])})
