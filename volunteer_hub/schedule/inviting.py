"""A coordinator asks somebody to take a seat."""

from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, codes, notices, seats
from volunteer_hub.schedule.seats import must_plan
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.web.i18n import mark

# Whoever waited for a place and is asked by hand has a plain invitation to answer.
ASKED = "UPDATE assignment SET override_word = $2, waiting_since = NULL WHERE id = $1"
OF_OPENING = """
    SELECT o.meeting, o.role, now() AS now FROM opening o JOIN meeting m ON m.id = o.meeting WHERE o.id = $1"""


async def invite(
    actor: Actor,
    opening: UUID,
    volunteer: UUID,
    *,
    score: int | None = None,
    rank: int | None = None,
    word: str = "",
    wakes: bool = False,
) -> UUID:
    """Asks the volunteer by SMS and e-mail; the assignment's id. `score` and `rank` are how they stood when chosen.

    `word`: why, in spite of a wish of theirs or of the role (rules.WISHES), or of the order; it stands on the roster,
    and the log keeps that there was one.
    `wakes`: a coordinator said that the SMS leaves now, though it is night; the roster's history and the log keep it.
    Without that word it waits for the morning, and does not leave where that is too late.

    Refused when a named rule is broken, no seat is free, they are asked already, or the meeting has begun or is off.
    """
    must_plan(actor)
    async with database.transaction():
        of = await database.fetchrow(OF_OPENING, opening)
        if of is None:
            raise Refused("", 404)
        meeting, role = of["meeting"], of["role"]
        await seats.meeting_stands(meeting)
        await seats.role_stands(role)
        phone = await seats.volunteer_held(volunteer)
        known = await database.fetchrow(
            """SELECT s.id, s.state, (SELECT count(*) FROM assignment_change c
                                      WHERE c.assignment = s.id AND c.became = 'invited') AS times
               FROM assignment s WHERE s.opening = $1 AND s.volunteer = $2 FOR UPDATE""",
            opening,
            volunteer,
        )
        if known and not may_become(AssignmentState(known["state"]), AssignmentState.INVITED):
            raise Refused(mark("Ta osoba ma już zaproszenie albo odpowiedziała."))
        in_spite = await seats.rules_allow(opening, volunteer, word)
        if not await database.fetchval("SELECT taken < most FROM opening WHERE id = $1", opening):
            raise Refused(mark("Wszystkie miejsca są już zajęte."))
        id = known["id"] if known else uuid4()
        code, _ = await codes.choose(phone, id)
        await seats.ask(actor, id, opening, volunteer, code, score, rank)
        await database.execute(ASKED, id, word if in_spite else "")
        await database.execute(seats.BOOK, id, volunteer, meeting, False)
        await seats.remember(actor, id, known["state"] if known else "", AssignmentState.INVITED, "desk", words=word)
        at_night = wakes and quiet.is_quiet(of["now"], quiet.current())
        if at_night:
            await audit.record(actor, "assignment.at-night", f"assignment:{id}")
        if word:
            await audit.record(actor, "assignment.override", f"assignment:{id}")
        # The first invitation has the plain key; whoever is asked once more after a no gets a message of its own.
        key = "assignment:{id}:invite" + (f":{known['times'] + 1}" if known and known["times"] else "")
        rings = Wakes.ALWAYS if at_night else Wakes.NEVER
        await notices.tell(centre.settings(), [id], "invitation", key=key, method="REQUEST", wakes=rings)
    return id
