"""Reads of who waits at which step of the way, the longest waiting first. Coordinators only."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import Kind, Step

NAMED = 5
# Who helps and who has left waits for nothing.
WAITING = (Step.APPLIED, Step.TALKED_TO, Step.AGREED, Step.PAUSED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody at a step since a moment; `until`: on a break, before this day."""

    id: UUID
    name: str
    kind: Kind
    phone: str
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class StepQueue:
    """How many wait at a step, and the first of them."""

    step: Step
    total: int = 0
    first: tuple[Waiting, ...] = ()


# On a break one waits for the day it ends; at the other steps since one came there.
QUEUE = """
    (SELECT v.step, count(*) OVER () AS total, v.id, v.first_name || ' ' || v.last_name AS name, v.kind,
            coalesce(nullif(v.phone, ''), v.guardian_phone) AS phone, v.step_since AS since, NULL::date AS until
     FROM volunteer v WHERE v.step = '{step}' ORDER BY v.step_since, v.id LIMIT $1)"""
BREAKS = """
    (SELECT v.step, count(*) OVER (), v.id, v.first_name || ' ' || v.last_name, v.kind,
            coalesce(nullif(v.phone, ''), v.guardian_phone), v.step_since, s.until
     FROM volunteer v LEFT JOIN LATERAL (
         SELECT until FROM step_taken WHERE volunteer = v.id AND step = 'paused' ORDER BY at DESC LIMIT 1) s ON true
     WHERE v.step = 'paused' ORDER BY s.until NULLS LAST, v.step_since, v.id LIMIT $1)"""
QUEUES = " UNION ALL ".join([*(QUEUE.format(step=step) for step in WAITING if step is not Step.PAUSED), BREAKS])


async def queues(actor: Actor, *, named: int = NAMED) -> list[StepQueue]:
    """Each step where somebody may wait, in the order of the way. Raises Refused 404."""
    coordinators_only(actor)
    found = {step: StepQueue(step) for step in WAITING}
    for step, total, id, name, kind, phone, since, until in await database.fetch(QUEUES, named):
        known = found[Step(step)]
        one = Waiting(id, name, Kind(kind), phone or "", since, until)
        found[known.step] = StepQueue(known.step, total, (*known.first, one))
    return list(found.values())
