"""What would leave if the invitations of a plan were sent now: to how many people, by which way, and when."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.matching.plans import rules
from volunteer_hub.matching.plans.queries import OpeningLine, PairLine, PlanView
from volunteer_hub.messaging import quiet

# So many invitations leave with one press: a form holds no more ticks (web.forms.MAX_FIELDS), and nobody reads more.
AT_ONCE = 250

REACHED = """
    SELECT v.id, sms_to(v) <> '' AS sms, mail_to(v) <> '' AS mail FROM volunteer v WHERE v.id = ANY($1)"""


@dataclass(frozen=True, slots=True)
class Preview:
    """`lines`: what may be sent, by time; `later`: how many pairs of later openings are left for the next press.

    `gone`: pairs whose meeting has begun or is off, and who cannot be asked.

    `several`: names and how many invitations, of those who get more than one. `ring`: who has neither an SMS nor a
    mail from us. `morning`: when the SMS leave, if it is night now.
    """

    lines: list[tuple[OpeningLine, PairLine]]
    later: int
    gone: int
    people: int
    several: list[tuple[str, int]]
    sms: int
    mails: int
    ring: list[str]
    morning: datetime | None


async def preview(actor: Actor, view: PlanView) -> Preview:
    """Of the pairs of the plan that are not sent or refused, the first AT_ONCE by time."""
    coordinators_only(actor)
    waiting = [(line, pair) for line in view.openings for pair in line.pairs if pair.state in rules.OPEN]
    standing = [(line, pair) for line, pair in waiting if line.stands]
    lines = standing[: _at_once(standing)]
    each = Counter(pair.volunteer for _, pair in lines)
    names = {pair.volunteer: pair.name for _, pair in lines}
    reached = {row["id"]: row for row in await database.fetch(REACHED, list(each))}
    return Preview(
        lines=lines,
        later=len(standing) - len(lines),
        gone=len(waiting) - len(standing),
        people=len(each),
        several=[(names[id], n) for id, n in each.most_common() if n > 1],
        sms=sum(n for id, n in each.items() if _has(reached, id, "sms")),
        mails=sum(n for id, n in each.items() if _has(reached, id, "mail")),
        ring=[names[id] for id in each if not (_has(reached, id, "sms") or _has(reached, id, "mail"))],
        morning=quiet.morning(clock.now()),
    )


def _at_once(lines: list[tuple[OpeningLine, PairLine]]) -> int:
    """How many leave now. All of an opening together, so that its waves know whom the plan asks."""
    n = min(AT_ONCE, len(lines))
    while 0 < n < len(lines) and lines[n][0].opening == lines[n - 1][0].opening:
        n -= 1
    return n or min(AT_ONCE, len(lines))


def _has(reached: dict[UUID, dict[str, bool]], volunteer: UUID, way: str) -> bool:
    return volunteer in reached and reached[volunteer][way]
