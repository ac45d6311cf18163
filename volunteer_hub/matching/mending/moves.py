"""A change that fills an opening, made when everybody in it has said yes: whole or not at all."""

from collections.abc import Sequence
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.mending.chains import Step
from volunteer_hub.schedule import actions, centre, notices, seats
from volunteer_hub.schedule.waiting import offers, substitutes
from volunteer_hub.web.i18n import mark

CHANGED = mark("Ktoś właśnie coś zmienił. Zobacz nową propozycję.")

# In the order of schedule/seats.py.
HOLD = (
    "SELECT FROM meeting WHERE id IN (SELECT meeting FROM opening WHERE id = ANY($1)) ORDER BY id FOR SHARE",
    "SELECT FROM role_asked WHERE id IN (SELECT role FROM opening WHERE id = ANY($1)) ORDER BY id FOR SHARE",
)
HOLD_PEOPLE = "SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"
HOLD_SEATS = """
    SELECT id, state FROM assignment WHERE volunteer = ANY($1) AND opening = ANY($2) ORDER BY id FOR UPDATE"""
ANYONE_WAITS = f"SELECT EXISTS (SELECT FROM assignment s WHERE s.opening = ANY($1) AND {offers.WAITS})"
TURN = "SELECT count(*) FROM assignment_change WHERE assignment = $1"


async def carry_out(actor: Actor, steps: Sequence[Step]) -> None:
    """Everybody leaves what they leave and has what they take, by their own yes on the telephone.

    Raises Refused: 404; 409 when something has changed meanwhile or a rule keeps somebody out; 410 when it is over.
    """
    coordinators_only(actor)
    async with database.transaction():
        await _hold(steps)
        for step in steps:
            for seat in step.left:
                await actions.withdraw(actor, seat.assignment)
        for step in steps:
            id = await actions.invite(actor, step.opening, step.volunteer, score=step.score, rank=step.rank)
            await actions.answer(actor, id, accept=True, channel="desk")
            await _confirm(id)
        await audit.record(actor, "matching.mend", f"opening:{steps[0].opening}")


async def ask(actor: Actor, steps: Sequence[Step]) -> UUID:
    """Asks the last of them, who is free, by SMS and e-mail: for a free seat, else instead of whoever would leave it.

    Until they say yes nobody is moved. The opening they are asked about. Raises Refused as `carry_out`.
    """
    coordinators_only(actor)
    last = steps[-1]
    if last.left:
        raise Refused(CHANGED)
    if await database.fetchval("SELECT taken < most FROM opening WHERE id = $1", last.opening):
        await actions.invite(actor, last.opening, last.volunteer, score=last.score, rank=last.rank)
        return last.opening
    leaving = [seat.assignment for step in steps for seat in step.left if seat.opening == last.opening]
    if not leaving:
        raise Refused(CHANGED)
    await substitutes.ask(actor, leaving[0], last.volunteer)
    return last.opening


async def _hold(steps: Sequence[Step]) -> None:
    """Locks all that is touched, and looks once more: what is left is still theirs, and nobody waits for it."""
    left = [seat for step in steps for seat in step.left]
    openings = list({step.opening for step in steps} | {seat.opening for seat in left})
    people = [step.volunteer for step in steps]
    for statement in HOLD:
        await database.execute(statement, openings)
    await database.execute(HOLD_PEOPLE, people)
    rows = await database.fetch(HOLD_SEATS, people, openings)
    accepted = {row["id"] for row in rows if row["state"] == "accepted"}
    await seats.hold_openings(openings)
    if not accepted.issuperset(seat.assignment for seat in left):
        raise Refused(CHANGED)
    if await database.fetchval(ANYONE_WAITS, [seat.opening for seat in left]):
        raise Refused(CHANGED)


async def _confirm(assignment: UUID) -> None:
    """By SMS too: what was said on the telephone is easily forgotten. The e-mail went with the yes."""
    turn = await database.fetchval(TURN, assignment)
    key = f"assignment:{{id}}:accepted:{turn}"
    await notices.tell(centre.settings(), [assignment], "accepted", key=key, method="REQUEST")
