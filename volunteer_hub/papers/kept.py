"""Papers kept with what they are about: a meeting's lists, a group's posters, a request's slips, to be printed again.

Whether the meeting, group or request is there for the actor is asked before by whoever shows them.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings

# By which column papers of a kind belong to what they are about; the others belong to the centre.
COLUMN = {Kind.ATTENDANCE: "meeting", Kind.POSTER: "initiative", Kind.SLIP: "request"}
ROWS = """
    SELECT p.id, p.number, p.year, p.language, p.issued_at, coalesce(a.name, '') AS by,
           p.withdrawn_at IS NOT NULL AS withdrawn
    FROM issued_paper p LEFT JOIN account a ON a.id = p.issued_by"""


@dataclass(frozen=True, slots=True)
class Whose:
    """Which papers: of this kind, about `about` (None: the centre's own), by `by` alone unless that is None."""

    kind: Kind
    about: UUID | None = None
    by: UUID | None = None

    @property
    def where(self) -> str:
        column = COLUMN.get(self.kind)
        about = f"p.{column} = $2" if column else "$2::uuid IS NULL"
        return f"p.kind = $1 AND {about} AND ($3::uuid IS NULL OR p.issued_by = $3) AND p.document IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    number: int
    year: int
    language: str
    issued_at: datetime
    by: str
    withdrawn: bool

    @property
    def numbered(self) -> str:
        return f"{self.number}/{self.year}"


async def kept(whose: Whose) -> list[Kept]:
    """The newest first; those whose contents were erased are not among them."""
    rows = await database.fetch(
        f"{ROWS} WHERE {whose.where} ORDER BY p.issued_at DESC, p.id LIMIT 20", whose.kind.value, whose.about, whose.by
    )
    return [Kept(**row) for row in rows]


async def document(settings: Settings, actor: Actor, whose: Whose, id: UUID) -> bytes:
    """The PDF as it was issued; that it was opened is logged. Raises Refused 404."""
    sealed = await database.fetchval(
        f"SELECT p.document FROM issued_paper p WHERE {whose.where} AND p.id = $4",
        whose.kind.value, whose.about, whose.by, id,
    )  # fmt: skip
    found = issuing.document_of(settings, id, sealed)
    if found is None:
        raise Refused("", 404)
    await audit.record(actor, "paper.open", f"paper:{id}")
    return found
