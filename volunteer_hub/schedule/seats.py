"""The rows behind a yes: locks, the seat, the booking, the history. Called by actions, inside their transaction.

Locks are always taken in this order, so that no two verbs wait for each other: meeting, role, volunteers, clearances,
services, agreements, policies, assignments, openings, phones; several of a kind by id. A volunteer's row is the gate to
their bookings and to all that the rules ask about them: without it two overlapping yeses could each wait for the other.
Whoever changes a clearance, a consent, a service or an agreement locks the volunteer first (`volunteer_held`), whoever
ends a policy of all locks everybody who has something before them (`standing.hold_all`); whoever changes what a role
asks locks the role. The guard in the database (decision 0018) takes the same rows, shared, when an assignment becomes
invited or accepted; by then the verbs here hold them, so that it waits only for hands that bypass the verbs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.risks import clashes
from volunteer_hub.schedule.rules import WISHES, Rule, broken
from volunteer_hub.schedule.states import AssignmentState, MeetingState
from volunteer_hub.web.i18n import gettext, mark

WHY_NOT = {
    Rule.ACTIVE: mark("Ta osoba teraz nie pomaga."),
    Rule.ASSIGNED: mark("Ta osoba ma już zaproszenie albo odpowiedziała."),
    Rule.RESTRICTED: mark("Ta osoba poprosiła, żeby nie używać jej danych. Nikt jej teraz nie zaprasza."),
    Rule.CONSENT: mark("Brakuje zgody opiekuna tej osoby."),
    Rule.MINOR: mark("To zadanie jest dla osób pełnoletnich."),
    Rule.AGE: mark("Wiek tej osoby nie pasuje do tej roli."),
    Rule.LIMIT: mark("Osoba w tym wieku nie może tu pomagać albo nie tak długo."),
    Rule.CLEARANCE: mark("Ta osoba nie ma ważnego sprawdzenia, którego wymaga rola."),
    Rule.AGREEMENT: mark("Na ten dzień brakuje polisy albo pisemnego porozumienia z tą osobą."),
    Rule.GENDER: mark("Ta rola jest dla osoby innej płci."),
    Rule.LANGUAGE: mark("Ta osoba nie zna żadnego z potrzebnych języków."),
    Rule.SKILL: mark("Ta osoba nie ma umiejętności, której wymaga rola."),
    Rule.DISTANCE: mark("To za daleko dla tej osoby."),
    Rule.TIME: mark("Ta osoba nie ma wtedy wolnego czasu."),
    Rule.BUSY: mark("Ta osoba ma w tym czasie inne zadanie."),
    Rule.TRAVEL: mark("Między tym a innym zadaniem tego dnia za mało jest czasu na dojazd."),
    Rule.HOURS: mark("To więcej godzin w tygodniu, niż ta osoba chce pomagać."),
    Rule.TIMES: mark("Ta osoba pomaga w tym tygodniu już tyle razy, ile chce."),
}

# Names of the guard's refusals in the database.
GUARDED = {f"assignment_{rule}": rule for rule in (Rule.RESTRICTED, Rule.CONSENT, Rule.CLEARANCE, Rule.AGREEMENT)}

INVITE = """
    INSERT INTO assignment (id, opening, volunteer, state, code, score, rank, invited_by, invited_at, answered_by,
                            created_at)
    VALUES ($1, $2, $3, 'invited', $4, $5, $6, $7, now(), '', now())
    ON CONFLICT (opening, volunteer) DO UPDATE SET state = 'invited', code = $4, score = $5, rank = $6,
        invited_by = $7, invited_at = now(), answered_at = NULL, answered_by = '', at_risk = '', at_risk_since = NULL,
        offer_until = NULL, instead_of = NULL"""
# The lock first, in a statement of its own: what the next one reads of offers is then what stands.
HOLD_OPENING = "SELECT FROM opening WHERE id = $1 FOR NO KEY UPDATE"
# A free place that is offered to somebody else is theirs until its deadline, unless ($3) a coordinator seats by hand.
OFFERED = "(s.state = 'invited' AND s.offer_until > now() AND s.instead_of IS NULL)"
TAKE = f"""
    UPDATE opening o SET taken = taken + 1, version = version + 1
    WHERE id = $1 AND taken + CASE WHEN $3 THEN 0 ELSE (
        SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.id <> $2 AND {OFFERED}) END < most"""
FREE = "UPDATE opening SET taken = taken - 1, version = version + 1 WHERE id = $1"
SEAT = """
    UPDATE assignment SET state = 'accepted', at_risk = '', at_risk_since = NULL, waiting_since = NULL,
        offer_until = NULL WHERE id = $1"""
BOOK = """
    INSERT INTO booking (id, assignment, meeting, volunteer, starts_at, ends_at, accepted)
    SELECT gen_random_uuid(), $1, m.id, $2, m.starts_at, m.ends_at, $4 FROM meeting m WHERE m.id = $3
    ON CONFLICT (assignment, meeting) DO UPDATE
    SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, accepted = excluded.accepted"""
# The clock's time, not the transaction's: what happened later in one transaction stands later.
REMEMBER = """
    INSERT INTO assignment_change (id, assignment, was, became, at, by, channel, words, late)
    VALUES (gen_random_uuid(), $1, $2, $3, clock_timestamp(), $4, $5, $6, $7)"""


class Full(Refused):
    """All seats are taken. The yes is kept: the assignment stays invited, with the time of the answer."""

    def __init__(self) -> None:
        super().__init__(
            mark("Ostatnie miejsce właśnie zajęła inna osoba. Dziękujemy za chęć; odezwiemy się, jeśli coś się zwolni.")
        )


class Busy(Refused):
    """The volunteer has accepted something else at that time."""

    def __init__(self) -> None:
        super().__init__(
            mark("W tym czasie jest już inne przyjęte zadanie. Nikt nie może być w dwóch miejscach naraz.")
        )


class Rushed(Refused):
    """Another accepted task leaves too little time for the way. The yes is not kept: a coordinator may ask in spite."""

    def __init__(self) -> None:
        super().__init__(
            mark("Między tym a innym przyjętym zadaniem za mało jest czasu na dojazd. Jeśli dasz radę, zadzwoń do nas.")
        )
        self.rule = Rule.TRAVEL


class Waiting(Refused):
    """A rule stopped holding after they were asked. The yes is kept and the coordinator told, as with a full meeting.

    The volunteer reads a sentence that gives nobody away over an SMS; the desk (`desk`) reads which rule it is.
    """

    def __init__(self, rule: Rule, *, desk: bool = False) -> None:
        if desk:
            super().__init__(mark("%(why)s Odpowiedź „tak” jest zapisana i czeka."), why=gettext(WHY_NOT[rule]))
        else:
            super().__init__(
                mark("Dziękujemy za odpowiedź. Zanim potwierdzimy miejsce, musimy coś sprawdzić. Odezwiemy się.")
            )
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment while its rows are locked."""

    id: UUID
    opening: UUID
    meeting: UUID
    volunteer: UUID
    state: AssignmentState


def must_plan(actor: Actor) -> None:
    """Raises Refused 404 for who does not coordinate."""
    if not actor.coordinates:
        raise Refused("", 404)


async def meeting_stands(meeting: UUID | None, *, changing: bool = False) -> None:
    """Locks the meeting: against change, or (`changing`) for one. Refused when it is absent, off or has begun.

    Whoever would change it is refused as well once somebody has noted who is there.
    """
    lock = "UPDATE" if changing else "SHARE"
    row = await database.fetchrow(
        f"SELECT state, starts_at <= now() AS begun, noted_at FROM meeting WHERE id = $1 FOR {lock}",
        meeting,
    )
    if row is None:
        raise Refused("", 404)
    if row["state"] == MeetingState.CANCELLED:
        raise Refused(mark("To spotkanie jest odwołane."), 410)
    if row["begun"] or (changing and row["noted_at"]):
        raise Refused(mark("To spotkanie już się zaczęło albo skończyło."), 410)


async def role_stands(role: UUID) -> None:
    """Locks the role against a change of what it asks."""
    await database.execute("SELECT FROM role_asked WHERE id = $1 FOR SHARE", role)


async def volunteer_held(volunteer: UUID) -> str:
    """Locks the volunteer, whom nobody else books until the transaction ends; the phone we write to. Absent: 404."""
    phone: str | None = await database.fetchval(
        "SELECT phone_of(volunteer) FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", volunteer
    )
    if phone is None:
        raise Refused("", 404)
    return phone


async def held(actor: Actor, assignment: UUID) -> Held:
    """The assignment, all rows locked that its change may touch. Another volunteer's is a 404, like an absent one."""
    of = await _locked(actor, assignment)
    # While we waited for the volunteer's row, the person may have become one with another row of theirs.
    return of or await _locked(actor, assignment) or _absent()


def _absent() -> NoReturn:
    raise Refused("", 404)


async def _locked(actor: Actor, assignment: UUID) -> Held | None:
    row = await database.fetchrow(
        """SELECT s.id, s.opening, o.meeting, o.role, s.volunteer FROM assignment s JOIN opening o ON o.id = s.opening
           JOIN volunteer v ON v.id = s.volunteer WHERE s.id = $1 AND ($2 OR v.account = $3)""",
        assignment,
        actor.coordinates,
        actor.account,
    )
    if row is None:
        return None
    await database.execute("SELECT FROM meeting WHERE id = $1 FOR SHARE", row["meeting"])
    await role_stands(row["role"])
    await database.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", row["volunteer"])
    now = await database.fetchrow("SELECT state, volunteer FROM assignment WHERE id = $1 FOR UPDATE", assignment)
    if now is None or now["volunteer"] != row["volunteer"]:
        return None
    return Held(row["id"], row["opening"], row["meeting"], row["volunteer"], AssignmentState(now["state"]))


async def rules_allow(opening: UUID, volunteer: UUID, word: str = "") -> bool:
    """Raises Refused with the first rule that keeps the volunteer from the opening.

    With a `word` wishes are set aside; the answer says whether there was one.
    """
    asked, people = await facts.facts(opening, [volunteer])
    found = broken(people[volunteer], asked)
    for rule in found:
        if not (word and rule in WISHES):
            raise Refused(WHY_NOT[rule])
    return bool(found)


async def ask(
    actor: Actor, id: UUID, opening: UUID, volunteer: UUID, code: str, score: int | None, rank: int | None
) -> None:
    """Writes the invitation. Raises Refused when the guard in the database knows better than the rules just did."""
    try:
        await database.execute(INVITE, id, opening, volunteer, code, score, rank, actor.account)
    except asyncpg.CheckViolationError as error:
        raise Refused(WHY_NOT[guarded(error)]) from None


def guarded(error: asyncpg.CheckViolationError) -> Rule:
    """The rule by which the guard in the database refused; any other error is raised again."""
    if rule := GUARDED.get(error.constraint_name or ""):
        return rule
    raise error


async def take(of: Held, *, by_hand: bool = False) -> Refused | None:
    """Takes a seat, books the volunteer, makes the assignment accepted; or nothing, and the answer says why.

    A place offered to somebody else is not free; to a coordinator (`by_hand`) it is.
    """
    if await clashes.in_the_way(of.volunteer, of.meeting):
        return Busy()
    await database.execute(HOLD_OPENING, of.opening)
    try:
        async with database.transaction():
            if not await database.execute(TAKE, of.opening, of.id, by_hand):
                return Full()
            await database.execute(BOOK, of.id, of.volunteer, of.meeting, True)
            await database.execute(SEAT, of.id)
    except asyncpg.ExclusionViolationError:
        return Busy()
    except asyncpg.CheckViolationError as error:
        return Waiting(guarded(error))
    return None


async def free(of: Held) -> None:
    """Gives the seat and the time back."""
    await database.execute(FREE, of.opening)
    await database.execute("UPDATE booking SET accepted = false WHERE assignment = $1", of.id)


async def hold_openings(openings: Iterable[UUID]) -> None:
    """Locks several openings in the house's order, before the first of them is taken or freed."""
    await database.execute("SELECT FROM opening WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(openings))


async def become(
    actor: Actor, of: Held, state: AssignmentState, channel: str, *, words: str = "", late: bool = False
) -> None:
    """Writes the new state and its history. Whoever is off the roster is no longer at risk there, nor waits."""
    await database.execute(
        """UPDATE assignment SET state = $2, at_risk = '', at_risk_since = NULL, waiting_since = NULL,
               offer_until = NULL WHERE id = $1""",
        *(of.id, state),
    )
    await remember(actor, of.id, of.state, state, channel, words=words, late=late)


async def remember(
    actor: Actor, assignment: UUID, was: str, became: str, channel: str, *, words: str = "", late: bool = False
) -> None:
    await database.execute(REMEMBER, assignment, was, became, actor.account, channel, words, late)
