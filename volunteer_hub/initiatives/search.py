"""The desk's list of initiatives: narrowed and paged, each as its reader may see it."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, LACKS_OUTCOME, MINE, ROW, InitiativeRow, reader, row_of
from volunteer_hub.initiatives.rules import PROJECTS
from volunteer_hub.kit import database, paging
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web.i18n import language

PAGE = 40
ANY_PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; an empty word narrows nothing. `kind` may be "project": every kind of project.

    `area`: the id of a district where it meets. `outcome`: finished ones of which nobody has said what came of them.
    """

    kind: str = ""
    state: str = ""
    coordinator: UUID | None = None
    area: UUID | None = None
    outcome: bool = False
    page: int = 1

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.state or self.coordinator or self.area or self.outcome)

    def to(self, page: int) -> str:
        """The address of another page of the same list."""
        asked = {
            "kind": self.kind,
            "state": self.state,
            "coordinator": self.coordinator,
            "area": self.area,
            "outcome": "yes" if self.outcome else "",
            "page": page if page > 1 else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/desk/initiatives?{query}" if query else "/desk/initiatives"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list; `total` counts all that fit."""

    rows: list[InitiativeRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return paging.pages(self.total, PAGE)


# $1 to $4 are those of queries.ROW.
NARROWED = f"""
    WHERE {MINE} AND ($5::text[] IS NULL OR i.kind = ANY($5)) AND ($6 = '' OR i.state = $6)
      AND ($7::uuid IS NULL OR i.coordinator = $7)
      AND ($8::uuid IS NULL OR EXISTS (SELECT FROM meeting m JOIN place p ON p.id = m.place
                                       WHERE m.initiative = i.id AND m.state = 'planned' AND p.area = $8))
      AND (NOT $9 OR {INSIDE} AND {LACKS_OUTCOME})"""
# What asks for something first: running, then prepared, ideas, and what is over.
ORDER = """
    ORDER BY array_position(ARRAY['running', 'prepared', 'idea', 'finished', 'stopped'], i.state::text),
             sort_key(i.name), i.id"""
# A placeholder that is not used has no type: the language is, though it narrows nothing.
COUNT = f"SELECT count(*) FROM initiative i {NARROWED} AND $4::text IS NOT NULL"


async def find(actor: Actor, of: Wanted) -> Found:
    """A page of the initiatives that `actor` sees; past the end: the last one."""
    kinds = sorted(PROJECTS) if of.kind == ANY_PROJECT else [of.kind] if of.kind else None
    values = (*reader(actor), language(), kinds, of.state, of.coordinator, of.area, of.outcome)
    total = await database.fetchval(COUNT, *values)
    page = paging.within(of.page, total, PAGE)
    rows = await database.fetch(f"{ROW} {NARROWED} {ORDER} LIMIT $10 OFFSET $11", *values, PAGE, (page - 1) * PAGE)
    return Found([row_of(row) for row in rows], total, page)


async def without_outcome(actor: Actor) -> int:
    """How many finished ones of the actor's wait for their outcome."""
    found: int = await database.fetchval(
        f"SELECT count(*) FROM initiative i WHERE {MINE} AND {INSIDE} AND {LACKS_OUTCOME}", *reader(actor)
    )
    return found


async def coordinators(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of those who coordinate what the actor sees."""
    rows = await database.fetch(
        f"""SELECT c.id, c.name FROM account c
            WHERE EXISTS (SELECT FROM initiative i WHERE i.coordinator = c.id AND {MINE}) ORDER BY sort_key(c.name)""",
        *reader(actor)[:2],
    )
    return [(str(row["id"]), row["name"]) for row in rows]
