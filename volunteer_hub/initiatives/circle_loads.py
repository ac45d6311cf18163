"""How many households each helper carries, of how many; what the centre allows, and one helper apart from it.

For coordinators, who give out the work; an administrator does not read who helps whom. A circle stands behind its
number for those alone who run it. The counting itself is the database's: docs/decisions/0037-support-circles.md.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives.circle_rules import Helps
from volunteer_hub.initiatives.queries import RUNS, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

AGAIN = mark("Nie można wznowić: za dużo domów wspierają już %(names)s. Zmień zespół albo limity.")


@dataclass(frozen=True, slots=True)
class Carried:
    """A circle that this actor may open."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Load:
    """`households` of at most `most`; `own`: this helper's own cap. `circles`: those of them that the actor runs."""

    id: UUID
    name: str
    who: Helps
    households: int
    most: int
    own: int | None
    circles: tuple[Carried, ...] = ()

    @property
    def over(self) -> int:
        """How many more than allowed; 0 for most."""
        return max(0, self.households - self.most)


LOADS = """
    SELECT l.id, coalesce(a.name, v.first_name || ' ' || v.last_name) AS name, l.households, l.most, l.own,
           CASE WHEN l.volunteer IS NULL THEN 'staff' ELSE 'volunteer' END AS who
    FROM helper_load l LEFT JOIN account a ON a.id = l.account LEFT JOIN volunteer v ON v.id = l.volunteer"""
CIRCLES = f"""
    SELECT l.id AS load, i.id, i.name FROM helper_load l
    JOIN circle_helper h ON h.counts AND (h.account = l.account OR h.volunteer = l.volunteer)
    JOIN initiative i ON i.id = h.initiative WHERE {RUNS} ORDER BY sort_key(i.name), i.id"""


async def caps(actor: Actor) -> dict[Helps, int]:
    """What the centre allows. Raises Refused 404."""
    coordinators_only(actor)
    return {Helps(row["who"]): row["most"] for row in await database.fetch("SELECT who, most FROM helper_cap")}


async def loads(actor: Actor) -> list[Load]:
    """Who carries a household or has a cap of their own, the fullest first. Raises Refused 404."""
    coordinators_only(actor)
    theirs: dict[UUID, list[Carried]] = {}
    for row in await database.fetch(CIRCLES, *reader(actor)[:2]):
        theirs.setdefault(row["load"], []).append(Carried(row["id"], row["name"]))
    rows = await database.fetch(
        f"{LOADS} WHERE l.households > 0 OR l.own IS NOT NULL"
        " ORDER BY l.households - l.most DESC, l.households DESC, 2, l.id"
    )
    return [_load(row, tuple(theirs.get(row["id"], ()))) for row in rows]


async def load(actor: Actor, id: UUID) -> Load:
    """Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{LOADS} WHERE l.id = $1", id)
    if row is None:
        raise Refused("", 404)
    return _load(row)


async def set_caps(actor: Actor, most: dict[Helps, int]) -> None:
    """What the centre allows from now on. Below what somebody carries it takes nothing away: it stops new ones."""
    coordinators_only(actor)
    async with database.transaction():
        for who, number in sorted(most.items()):
            await database.execute(
                "UPDATE helper_cap SET most = $2, changed_at = now(), by = $3 WHERE who = $1",
                who.value, number, actor.account,
            )  # fmt: skip
        await database.execute("SELECT FROM helper_load ORDER BY coalesce(account, volunteer) FOR UPDATE")
        await database.execute(
            """UPDATE helper_load l SET most = c.most, allowed = greatest(c.most, l.households) FROM helper_cap c
               WHERE l.own IS NULL AND c.who = CASE WHEN l.volunteer IS NULL THEN 'staff' ELSE 'volunteer' END"""
        )
        await audit.record(actor, "circle.cap", "centre")


async def set_own(actor: Actor, id: UUID, own: int | None) -> None:
    """One helper's own cap, or the centre's again. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        # The centre's cap first, as who changes it does.
        await database.execute("SELECT FROM helper_cap ORDER BY who FOR SHARE")
        found = await database.execute(
            """UPDATE helper_load l SET own = $2, most = coalesce($2, c.most),
                      allowed = greatest(coalesce($2, c.most), l.households)
               FROM helper_cap c
               WHERE l.id = $1 AND c.who = CASE WHEN l.volunteer IS NULL THEN 'staff' ELSE 'volunteer' END""",
            id, own,
        )  # fmt: skip
        if not found:
            raise Refused("", 404)
        await audit.record(actor, "circle.cap", f"load:{id}")


async def refuse_again(broken: asyncpg.CheckViolationError, initiative: UUID) -> None:
    """A circle could not be taken up again: Refused with who carries too many already; any other error once more."""
    if broken.constraint_name != "helper_cap":
        raise broken
    rows = await database.fetch(
        f"""{LOADS} JOIN circle_helper h ON h.account = l.account OR h.volunteer = l.volunteer
            WHERE h.initiative = $1 AND h.left_on IS NULL AND l.households >= l.most ORDER BY 2""",
        initiative,
    )
    raise Refused(AGAIN, names=", ".join(row["name"] for row in rows)) from None


def _load(row: asyncpg.Record, circles: tuple[Carried, ...] = ()) -> Load:
    return Load(**dict(row) | {"who": Helps(row["who"])}, circles=circles)
