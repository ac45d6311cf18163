"""The short number by which a volunteer asks for an opening in an SMS: given while everybody may ask, then taken back.

Four digits, drawn by chance: the codes that tell one phone's questions apart are shorter, so no "TAK 4" is near one.
"""

import random
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.schedule.codes import DIGITS
from volunteer_hub.schedule.queries import ASKABLE
from volunteer_hub.settings import Settings

LENGTH = 4
AT_ONCE = 200

LACKING = f"SELECT o.id {ASKABLE} AND o.wish_code = '' ORDER BY m.starts_at, o.id LIMIT {AT_ONCE}"
STALE = f"""
    UPDATE opening SET wish_code = '' WHERE wish_code <> '' AND id NOT IN (SELECT o.id {ASKABLE})"""
USED = "SELECT wish_code AS code FROM opening WHERE wish_code <> ''"
GIVE = "UPDATE opening SET wish_code = $2 WHERE id = $1 AND wish_code = ''"
OPENING = f"SELECT o.id {ASKABLE} AND o.wish_code = $1"


async def plan(settings: Settings) -> int:
    """Takes back the codes of what nobody may ask for any more and gives new ones; how many it gave. For the worker."""
    await database.execute(STALE)
    lacking = [row["id"] for row in await database.fetch(LACKING)]
    if not lacking:
        return 0
    async with database.transaction():
        # Two workers would draw the same number now and then, and the slower one fail by the index.
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended('wish-codes', 0))")
        used = {row["code"] for row in await database.fetch(USED)}
        for opening in lacking:
            if code := free(used, LENGTH):
                used.add(code)
                await database.execute(GIVE, opening, code)
    return len(lacking)


def free(used: set[str], length: int) -> str:
    """One that is in no use, none where nearly all are: such openings are asked for on the page alone."""
    for _ in range(50):
        code = "".join(random.choices(DIGITS, k=length))  # noqa: S311 - a label that stands on a public page
        if code not in used:
            return code
    return ""


async def opening_of(code: str) -> UUID | None:
    """The id of the opening with this code; None when there is none to ask for."""
    return await database.fetchval(OPENING, code) if code else None
