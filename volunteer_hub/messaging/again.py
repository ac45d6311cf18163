"""A message that did not arrive is said once more, as another message that names it: the old one is never sent twice.

Nothing here knows whom an address belongs to: `replies.again` says to which one it goes now.
"""

from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.web.i18n import mark

# Of two coordinators the second waits here, and then finds it settled.
LOCK = """
    SELECT id, about, channel, address, language, body, state, expires_at, settled_by, created_at, now() AS now
    FROM message WHERE id = $1 FOR UPDATE"""

# What was said since about the same matter has overtaken it.
OVERTAKEN = """
    SELECT EXISTS (SELECT FROM message WHERE about = $1 AND channel = $2 AND created_at > $3
                   AND state IN ('planned', 'in_flight', 'unknown', 'accepted', 'sent', 'delivered'))"""
MATTERS = ("assignment:", "regular:", "coming:", "joining:")

COPY = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar,
                         calendar_method, reply_code, due_at, expires_at, trace, state, created_at, attempt, deferred,
                         checks, error, encoding, parts, again_of)
    SELECT gen_random_uuid(), $2, about, channel, $3, language, template, subject, body, html, calendar,
           calendar_method, reply_code, $4, expires_at, trace, 'planned', now(), 0, 0, 0, '', encoding, parts, id
    FROM message WHERE id = $1
    ON CONFLICT DO NOTHING RETURNING id"""

SETTLE = "UPDATE message SET settled_by = $2 WHERE id = $1"


def key(message: UUID) -> str:
    """The key of what says `message` once more: there is one, so it is said once."""
    return f"again:{message}"


async def held(actor: Actor, message: UUID) -> asyncpg.Record:
    """The row of a message that may be said once more now, locked for this transaction.

    Raises Refused: 404 when there is none for this actor; 409 with a sentence when somebody was first, when it did
    arrive, when it is too late for it, or when newer words about the same matter have left since.
    """
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    row = await database.fetchrow(LOCK, message)
    if row is None:
        raise Refused("", 404)
    if row["settled_by"] is not None:
        raise Refused(mark("Ktoś już się tym zajął. Odśwież stronę i zobacz, co się stało."))
    if row["state"] != State.UNDELIVERED:
        raise Refused(mark("Tej wiadomości nie trzeba wysyłać jeszcze raz."))
    if row["expires_at"] is not None and row["expires_at"] <= row["now"]:
        raise Refused(mark("Na tę wiadomość jest za późno. Jeśli to jeszcze ważne, zadzwoń."))
    matter = row["about"].startswith(MATTERS)
    if matter and await database.fetchval(OVERTAKEN, row["about"], row["channel"], row["created_at"]):
        raise Refused(mark("Od tamtej pory wysłaliśmy tej osobie nowszą wiadomość o tym samym."))
    return row


async def same_way(actor: Actor, row: asyncpg.Record, address: str) -> UUID:
    """Says the row of `held` once more, word for word, to `address`; by night in the morning. The new message's id.

    Raises Refused when that address wrote STOP, when the morning is too late, or when somebody was first.
    """
    if await database.fetchval("SELECT EXISTS (SELECT FROM opt_out WHERE address = $1)", address):
        raise Refused(mark("Pod tym numerem ktoś napisał STOP. Zadzwoń i ustal, jak się kontaktować."))
    due = row["now"]
    if row["channel"] == Channel.SMS:
        due = quiet.leaves(due, quiet.current())
    if row["expires_at"] is not None and due >= row["expires_at"]:
        raise Refused(mark("Teraz jest cisza nocna, a do rana będzie za późno. Zadzwoń."))
    new: UUID | None = await database.fetchval(COPY, row["id"], key(row["id"]), address, due)
    if new is None:
        raise Refused(mark("Ktoś już się tym zajął. Odśwież stronę i zobacz, co się stało."))
    await settle(actor, row["id"])
    return new


async def settle(actor: Actor, message: UUID) -> None:
    """The message needs nobody any more: this coordinator saw to it. Inside the transaction of what they did."""
    await database.execute(SETTLE, message, actor.account)
