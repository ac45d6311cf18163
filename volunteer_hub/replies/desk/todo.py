"""Messages whose person may not know what we wanted to tell, each with what happened and what may be pressed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.intake import desks
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.queries import Sent
from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.replies.desk import conversations, persons
from volunteer_hub.replies.desk.conversations import MOST_WAITING, OF_ACCOUNTS, Who
from volunteer_hub.replies.desk.persons import Ways
from volunteer_hub.replies.desk.pressing import Press

# The same words by the other channel are put in one transaction.
TWINS = """
    SELECT g.id, o.state FROM message g
    JOIN message o ON o.about = g.about AND o.template = g.template AND o.created_at = g.created_at
    WHERE g.id = ANY($1) AND o.channel <> g.channel"""
OF_MEETINGS = ("assignment:", "coming:")
GOES_WELL = (State.ACCEPTED, State.SENT, State.DELIVERED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that may not have reached its person. `twin`: how the same words fared by the other channel.

    `ways`: where the person may be written to now, of those we know; `over`: it is too late to write.
    """

    message: Sent
    who: Who
    ways: Ways | None
    twin: State | None
    over: bool

    @property
    def corrected(self) -> str:
        """The address that the person has now, when the message went to another; else empty."""
        now = self.ways.of(self.message.channel) if self.ways else ""
        return now if now != self.message.address else ""

    @property
    def twin_arrives(self) -> bool:
        return self.twin in GOES_WELL

    @property
    def presses(self) -> list[Press]:
        """What may be pressed, the best first."""
        match self.message.state:
            case State.PARKED:
                return [Press.AGAIN, Press.CALL_OFF, Press.TOLD]
            case State.UNKNOWN:
                return [Press.CALL_OFF]
            case State.TO_PHONE:
                return [Press.TOLD, Press.CALL_OFF]
            case State.UNDELIVERED if not self.over:
                return [*self._anew(), Press.TOLD]
        return [Press.TOLD]

    def _anew(self) -> list[Press]:
        """Once more where that may go better than before: to another address, or where it was a passing fault."""
        there = self.ways is None or bool(self.ways.of(self.message.channel))
        hopeful = self.message.advice is not None and self.message.advice.again
        found = [Press.AGAIN] if there and (hopeful or self.corrected) else []
        by_mail = self.message.channel is Channel.SMS and self.ways is not None and self.ways.email
        return [*found, Press.EMAIL] if by_mail and not self.twin_arrives else found


async def troubles(actor: Actor, limit: int = MOST_WAITING) -> list[Trouble]:
    """What needs a human, the most urgent first; what was too late only while its meeting is ahead."""
    found = [one for one in await messages.troubles(actor, limit=limit) if not one.about.startswith(OF_ACCOUNTS)]
    elsewhere = await desks.hidden(actor, (one.about for one in found))
    told = await described(one for one in found if one.about not in elsewhere)
    return [one for one in told if _matters(one)]


def _matters(one: Trouble) -> bool:
    return one.message.state is not State.EXPIRED or (one.message.about.startswith(OF_MEETINGS) and not one.over)


async def described(found: Iterable[Sent]) -> list[Trouble]:
    """Each with its person and what is known around it."""
    found = list(found)
    if not found:
        return []
    ids = [one.id for one in found]
    who, ways = await conversations.people_of(one.address for one in found), await persons.ways(ids)
    past, twins = await persons.past(ids), await _twins(ids)
    return [
        Trouble(one, who[one.address], ways.get(one.id), twins.get(one.id), one.id in past or _late(one))
        for one in found
    ]


def _late(one: Sent) -> bool:
    """For showing only: whether it may go again is judged by the database's clock."""
    return one.state is not State.EXPIRED and one.expires_at is not None and one.expires_at <= clock.now()


async def _twins(ids: list[UUID]) -> dict[UUID, State]:
    return {row["id"]: State(row["state"]) for row in await database.fetch(TWINS, ids)}
