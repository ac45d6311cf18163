"""Which messages about requests a reader of messages may see: those of requests that stand at their own desks.

The number that went out to somebody's phone would otherwise tell, after routing, whose request it was.
"""

from collections.abc import Iterable
from uuid import UUID

from volunteer_hub.intake.rules import DESKS, Desk
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor

OF_REQUESTS = "request:"


def shown(about: str, desks: Iterable[Desk]) -> str:
    """SQL that holds unless the column `about` names a request at none of `desks`; erased requests are at none."""
    ours = ", ".join(f"'{desk}'" for desk in desks)
    return f"""({about} NOT LIKE 'request:%' OR EXISTS (SELECT FROM request r WHERE r.desk IN ({ours})
                AND r.id = CASE WHEN {about} LIKE 'request:%' THEN substr({about}, 9)::uuid END))"""


async def hidden(actor: Actor, abouts: Iterable[str]) -> set[str]:
    """Those of `abouts` that name a request at none of this actor's desks."""
    asked = {about: UUID(about.removeprefix(OF_REQUESTS)) for about in abouts if about.startswith(OF_REQUESTS)}
    if not asked:
        return set()
    rows = await database.fetch(
        "SELECT id FROM request WHERE id = ANY($1) AND desk = ANY($2)",
        list(asked.values()),
        DESKS.get(actor.role, ()),
    )
    ours = {row["id"] for row in rows}
    return {about for about, id in asked.items() if id not in ours}
