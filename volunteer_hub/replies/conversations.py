"""Reads for the desk's messages: what waits for a human, and everything said to and by one number.

Coordinators only. What is about an account (sign-in codes) opens doors, so it is shown to nobody; what is about a
request, only while that stands at a coordinators' desk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.intake import desks
from volunteer_hub.intake.rules import DESKS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.queries import Sent
from volunteer_hub.replies import queries
from volunteer_hub.replies.rules import Offer
from volunteer_hub.web.i18n import gettext

MOST_WAITING = 50
RECENT = 30
OF_ACCOUNTS = "account:"
AT_OUR_DESKS = desks.shown("about", DESKS[Role.COORDINATOR])

WAITING = """
    SELECT address, (array_agg(id ORDER BY received_at DESC, id))[1] AS id,
           array_agg(body ORDER BY received_at, id) AS said, min(received_at) AS since,
           EXISTS (SELECT FROM opt_out o WHERE o.address = inbound.address) AS stopped
    FROM inbound WHERE handled_at IS NULL GROUP BY address ORDER BY since LIMIT $1"""

# The newest lines are looked at, however many there are in all.
LATEST = f"""
    WITH line AS (
        (SELECT id, address, body, created_at AS at, false AS theirs FROM message
         WHERE channel = 'sms' AND about NOT LIKE 'account:%' AND {AT_OUR_DESKS} ORDER BY created_at DESC LIMIT 300)
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


# Whose phone it is stands beside it: a group or circle would be told with its members.
TITLES = """
    SELECT 'assignment:' || a.id AS about, i.name || ', ' || r.name AS title
    FROM assignment a JOIN opening o ON o.id = a.opening JOIN role_asked r ON r.id = o.role
    JOIN initiative i ON i.id = r.initiative WHERE a.id = ANY($1)
    UNION ALL
    SELECT 'regular:' || t.id, i.name || ', ' || r.name
    FROM regular_task t JOIN role_asked r ON r.id = t.role JOIN initiative i ON i.id = r.initiative WHERE t.id = ANY($1)
    UNION ALL
    SELECT 'coming:' || c.id, CASE WHEN i.kind = ANY($2) THEN '' ELSE i.name END
    FROM coming c JOIN meeting m ON m.id = c.meeting
    JOIN initiative i ON i.id = m.initiative WHERE c.id = ANY($1)"""


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
class Failed:
    """A message that may not have reached its person."""

    message: Sent
    who: Who


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest line of a conversation; `theirs`: the person wrote it."""

    id: UUID
    address: str
    who: Who
    body: str
    at: datetime
    theirs: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One SMS or e-mail of a conversation. `became` is a reading of theirs or a state of ours."""

    id: UUID
    theirs: bool
    body: str
    became: str
    at: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said, oldest first, and what the number may still answer; `titles` names that, by its `about`."""

    id: UUID
    address: str
    who: Who
    lines: list[Line]
    offers: list[Offer]
    titles: dict[str, str]
    stopped: bool

    @property
    def waiting(self) -> Line | None:
        """The newest SMS that waits for a human."""
        return next((line for line in reversed(self.lines) if line.waits), None)


async def waiting(actor: Actor, limit: int = MOST_WAITING) -> list[Waiting]:
    """SMS that a human must read, by number, the longest waiting first."""
    if actor.role is not Role.COORDINATOR:
        return []
    rows = await database.fetch(WAITING, limit)
    who = await _who(row["address"] for row in rows)
    return [Waiting(**row, who=who[row["address"]]) for row in rows]


async def failed(actor: Actor, limit: int = MOST_WAITING) -> list[Failed]:
    """Messages whose person should be rung, the most urgent first."""
    found = [one for one in await messages.failures(actor, limit=limit) if not one.about.startswith(OF_ACCOUNTS)]
    elsewhere = await desks.hidden(actor, (one.about for one in found))
    found = [one for one in found if one.about not in elsewhere]
    who = await _who(one.address for one in found)
    return [Failed(one, who[one.address]) for one in found]


async def latest(actor: Actor) -> list[Latest]:
    """Where something was said last, the newest first."""
    if actor.role is not Role.COORDINATOR:
        return []
    rows = await database.fetch(LATEST, RECENT)
    who = await _who(row["address"] for row in rows)
    return [Latest(**row, who=who[row["address"]]) for row in rows]


async def conversation(actor: Actor, line: UUID) -> Conversation | None:
    """The conversation that an SMS or message belongs to; None when there is none for this actor."""
    if actor.role is not Role.COORDINATOR:
        return None
    address = await database.fetchval(
        f"SELECT address FROM inbound WHERE id = $1 AND {AT_OUR_DESKS}"
        f" UNION ALL SELECT address FROM message WHERE id = $1 AND about NOT LIKE 'account:%' AND {AT_OUR_DESKS}",
        line,
    )
    if address is None:
        return None
    theirs = await database.fetch(
        "SELECT id, body, reading, received_at, handled_at FROM inbound"
        f" WHERE address = $1 AND {AT_OUR_DESKS} ORDER BY received_at DESC LIMIT 100",
        address,
    )
    lines = [
        Line(one["id"], True, one["body"], one["reading"], one["received_at"], one["handled_at"] is None)
        for one in theirs
    ]
    ours = await messages.to_address(actor, address)
    elsewhere = await desks.hidden(actor, (one.about for one in ours))
    for one in ours:
        if not one.about.startswith(OF_ACCOUNTS) and one.about not in elsewhere:
            body = f"{one.subject}\n{one.body}" if one.subject else one.body
            lines.append(Line(one.id, False, body, one.state, one.sent_at or one.created_at, False))
    offers = await queries.open_offers(address)
    titles = await database.fetch(TITLES, [offer.id for offer in offers], CONFIDENTIAL)
    return Conversation(
        id=line,
        address=address,
        who=(await _who([address]))[address],
        lines=sorted(lines, key=lambda one: (one.at, not one.theirs)),
        offers=offers,
        titles={row["about"]: row["title"] or gettext("Spotkanie") for row in titles},
        stopped=await messages.is_stopped(address),
    )


async def _who(addresses: Iterable[str]) -> dict[str, Who]:
    wanted = list(set(addresses))
    rows = await database.fetch(NAMES, wanted) if wanted else []
    found: dict[str, Who] = {}
    for address in wanted:
        here = [row for row in rows if row["address"] == address]
        cards = [row["volunteer"] for row in here if row["volunteer"]]
        found[address] = Who(tuple(row["name"] for row in here), cards[0] if len(cards) == 1 else None)
    return found
