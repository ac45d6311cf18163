"""Everything said to and by one person: SMS, e-mails and answers from calendars, in one time line. Coordinators only.

A conversation goes by an address, for that is all we know of who holds a phone. Where it is one person's alone, and the
person's other address is too, both are told together; a family's phone stays by itself, with all its names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.intake import desks
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.queries import Sent
from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.replies import queries
from volunteer_hub.replies.desk import conversations, todo
from volunteer_hub.replies.desk.conversations import AT_OUR_DESKS, OF_ACCOUNTS, SHOWN, Who
from volunteer_hub.replies.desk.pressing import Press
from volunteer_hub.replies.desk.todo import Trouble
from volunteer_hub.replies.rules import Offer
from volunteer_hub.web.i18n import gettext

OF_LINE = f"""
    SELECT address FROM inbound WHERE id = $1 AND {AT_OUR_DESKS}
    UNION ALL SELECT address FROM message WHERE id = $1 AND {SHOWN}"""
THEIRS = f"""
    SELECT id, address, body, reading, received_at, handled_at FROM inbound
    WHERE address = ANY($1) AND {AT_OUR_DESKS} ORDER BY received_at DESC LIMIT 100"""
ADDRESSES = "SELECT phone, coalesce(email, '') AS email FROM volunteer WHERE id = $1"
NAMES = "SELECT id, name FROM account WHERE id = ANY($1)"

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

# What has not left may be called off; what needs a human has its presses from `todo`.
NOT_LEFT = (State.PLANNED, State.IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class Line:
    """One SMS or e-mail. `became` is a reading of theirs or a state of ours; `waits` for a human to read it.

    Of ours: `trouble` when it did not arrive, `by` who saw to it, `presses` what may be done about it.
    """

    id: UUID
    theirs: bool
    channel: Channel
    body: str
    became: str
    at: datetime
    waits: bool
    error: str = ""
    by: str = ""
    again: bool = False
    trouble: Trouble | None = None
    presses: Sequence[Press] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said, oldest first, and what the number may still answer; `titles` names that, by its `about`.

    `others` are the person's other addresses whose lines are here too.
    """

    id: UUID
    address: str
    who: Who
    others: list[str]
    lines: list[Line]
    offers: list[Offer]
    titles: dict[str, str]
    stopped: bool

    @property
    def waiting(self) -> Line | None:
        """The newest SMS that waits for a human."""
        return next((line for line in reversed(self.lines) if line.waits), None)


async def conversation(actor: Actor, line: UUID) -> Conversation | None:
    """The conversation that an SMS or message belongs to; None when there is none for this actor."""
    if actor.role is not Role.COORDINATOR:
        return None
    address = await database.fetchval(OF_LINE, line)
    if address is None:
        return None
    who = (await conversations.people_of([address]))[address]
    others = await _others(address, who)
    lines = [*await _theirs(address, others), *await _ours(actor, [address, *others])]
    offers = await queries.open_offers(address)
    titles = await database.fetch(TITLES, [offer.id for offer in offers], CONFIDENTIAL)
    return Conversation(
        id=line,
        address=address,
        who=who,
        others=others,
        lines=sorted(lines, key=lambda one: (one.at, not one.theirs, one.id)),
        offers=offers,
        titles={row["about"]: row["title"] or gettext("Spotkanie") for row in titles},
        stopped=await messages.is_stopped(address),
    )


async def _others(address: str, who: Who) -> list[str]:
    """The other addresses of the one volunteer behind `address` that are theirs alone too."""
    if who.volunteer is None or len(who.names) != 1:
        return []
    row = await database.fetchrow(ADDRESSES, who.volunteer)
    own = [each for each in (row["phone"], row["email"]) if each] if row else []
    if address not in own:  # the guardian's
        return []
    behind = await conversations.people_of(own)
    return [each for each in own if each != address and len(behind[each].names) == 1]


async def _theirs(address: str, others: list[str]) -> list[Line]:
    """What waits at another address is dealt with in a conversation of its own."""
    rows = await database.fetch(THEIRS, [address, *others])
    return [
        Line(row["id"], True, Channel.EMAIL if "@" in row["address"] else Channel.SMS, row["body"], row["reading"],
             row["received_at"], row["handled_at"] is None and row["address"] == address)
        for row in rows
    ]  # fmt: skip


async def _ours(actor: Actor, addresses: list[str]) -> list[Line]:
    found = [one for each in addresses for one in await messages.to_address(actor, each)]
    elsewhere = await desks.hidden(actor, (one.about for one in found))
    shown = [one for one in found if not one.about.startswith(OF_ACCOUNTS) and one.about not in elsewhere]
    failed = {one.message.id: one for one in await todo.described(one for one in shown if one.advice)}
    by = {row["id"]: row["name"] for row in await database.fetch(NAMES, [one.settled_by for one in shown])}
    return [_line(one, failed.get(one.id), by.get(one.settled_by, "")) for one in shown]


def _line(one: Sent, trouble: Trouble | None, by: str) -> Line:
    body = f"{one.subject}\n{one.body}" if one.subject else one.body
    at = one.sent_at or (one.due_at if one.state in NOT_LEFT else one.created_at)
    presses = trouble.presses if trouble else [Press.CALL_OFF] if one.state in NOT_LEFT else []
    return Line(
        one.id, False, one.channel, body, one.state, at, False,
        error=one.error, by=by, again=one.again_of is not None, trouble=trouble, presses=presses,
    )  # fmt: skip
