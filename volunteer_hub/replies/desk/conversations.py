"""Reads for the desk's messages: what waits for a human, who is behind a number, whom we wrote with last.

Coordinators only. What is about an account (sign-in codes) opens doors, so it is shown to nobody; what is about a
request, only while that stands at a coordinators' desk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.intake import desks
from volunteer_hub.intake.rules import DESKS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role

MOST_WAITING = 50
RECENT = 30
OF_ACCOUNTS = "account:"
AT_OUR_DESKS = desks.shown("about", DESKS[Role.COORDINATOR])
SHOWN = f"about NOT LIKE 'account:%' AND about NOT LIKE 'webhook:%' AND {AT_OUR_DESKS}"

WAITING = """
    SELECT address, (array_agg(id ORDER BY received_at DESC, id))[1] AS id,
           array_agg(body ORDER BY received_at, id) AS said, min(received_at) AS since,
           EXISTS (SELECT FROM opt_out o WHERE o.address = inbound.address) AS stopped
    FROM inbound WHERE handled_at IS NULL GROUP BY address ORDER BY since LIMIT $1"""

# The newest lines are looked at, however many there are in all. That a human will read it hides no words of theirs.
LATEST = f"""
    WITH line AS (
        (SELECT id, address, body, created_at AS at, false AS theirs FROM message
         WHERE channel = 'sms' AND template <> 'unclear' AND about NOT LIKE 'account:%' AND {AT_OUR_DESKS}
         ORDER BY created_at DESC LIMIT 300)
        UNION ALL
        (SELECT id, address, body, received_at, true FROM inbound WHERE {AT_OUR_DESKS}
         ORDER BY received_at DESC LIMIT 300)),
    newest AS (SELECT DISTINCT ON (address) * FROM line ORDER BY address, at DESC, theirs, id)
    SELECT * FROM newest ORDER BY at DESC, id LIMIT $1"""

# First name and initial, as on shared screens; of a participant only the alias.
NAMES = """
    SELECT phone AS address, first_name || ' ' || left(last_name, 1) || '.' AS name, id AS volunteer
    FROM volunteer WHERE phone = ANY($1)
    UNION ALL
    SELECT email, first_name || ' ' || left(last_name, 1) || '.', id FROM volunteer WHERE email = ANY($1)
    UNION ALL
    SELECT guardian_phone,
           split_part(guardian_name, ' ', 1) || ' (' || first_name || ' ' || left(last_name, 1) || '.)', id
    FROM volunteer WHERE guardian_phone = ANY($1)
    UNION ALL
    SELECT guardian_email,
           split_part(guardian_name, ' ', 1) || ' (' || first_name || ' ' || left(last_name, 1) || '.)', id
    FROM volunteer WHERE guardian_email = ANY($1)
    UNION ALL SELECT phone, alias, NULL FROM participant WHERE phone = ANY($1)
    ORDER BY name"""


@dataclass(frozen=True, slots=True)
class Who:
    """The people behind an address: one, none that we know, or a family. `volunteer` leads to the card of one."""

    names: tuple[str, ...] = ()
    volunteer: UUID | None = None

    @property
    def name(self) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What came from one number and no machine could follow; `id` is the newest of it. `stopped`: it wants silence."""

    id: UUID
    address: str
    who: Who
    said: list[str]
    since: datetime
    stopped: bool


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest line of a conversation; `theirs`: the person wrote it."""

    id: UUID
    address: str
    who: Who
    body: str
    at: datetime
    theirs: bool


async def waiting(actor: Actor, limit: int = MOST_WAITING) -> list[Waiting]:
    """SMS that a human must read, by number, the longest waiting first."""
    if actor.role is not Role.COORDINATOR:
        return []
    rows = await database.fetch(WAITING, limit)
    who = await people_of(row["address"] for row in rows)
    return [Waiting(**row, who=who[row["address"]]) for row in rows]


async def seen(actor: Actor, messages: Sequence[UUID]) -> set[UUID]:
    """Those of `messages` that this actor may see and decide about."""
    if actor.role is not Role.COORDINATOR:
        return set()
    return {
        row["id"] for row in await database.fetch(f"SELECT id FROM message WHERE id = ANY($1) AND {SHOWN}", messages)
    }


async def latest(actor: Actor) -> list[Latest]:
    """Where something was said last, the newest first."""
    if actor.role is not Role.COORDINATOR:
        return []
    rows = await database.fetch(LATEST, RECENT)
    who = await people_of(row["address"] for row in rows)
    return [Latest(**row, who=who[row["address"]]) for row in rows]


async def people_of(addresses: Iterable[str]) -> dict[str, Who]:
    """Who is behind each of `addresses`."""
    wanted = list(set(addresses))
    rows = await database.fetch(NAMES, wanted) if wanted else []
    found: dict[str, Who] = {}
    for address in wanted:
        here = [row for row in rows if row["address"] == address]
        cards = [row["volunteer"] for row in here if row["volunteer"]]
        found[address] = Who(tuple(row["name"] for row in here), cards[0] if len(cards) == 1 else None)
    return found
