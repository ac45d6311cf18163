"""A volunteer asks for an opening: they have it at once, wait for a coordinator's yes, or for a free place.

docs/decisions/0034-wishes.md. Locks in the order of schedule/seats.py.
"""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.initiatives.rules import Taking
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import answering, centre, codes, facts, notices, seats
from volunteer_hub.schedule.queries import ASKABLE
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.rules import Rule, broken
from volunteer_hub.schedule.seats import Full, Held
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.wishes import words as wish_words
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

# What somebody set as their own wish does not keep them from what they ask for themselves: it is a newer wish.
OWN = frozenset({Rule.ASSIGNED, Rule.DISTANCE, Rule.TIME, Rule.HOURS, Rule.TIMES})

STALE = mark("Ta osoba już nie czeka na odpowiedź. Odśwież stronę.")
GONE = mark("Na to ogłoszenie nie można się już zgłosić. Zobacz inne.")
THEIRS = mark("To miejsce jest już dla Ciebie. Odpowiedz na stronie „Moje zadania”.")

OF_OPENING = "SELECT o.meeting, o.role, i.takes FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i"
OF_OPENING += " ON i.id = m.initiative WHERE o.id = $1"
# `by_desk`: the last word about it was the centre's.
KNOWN = """
    SELECT s.id, s.state, s.asked_at, s.waiting_since, coalesce(c.was, '') AS was,
           coalesce(c.channel IN ('desk', 'guardian'), false) AS by_desk
    FROM assignment s
    LEFT JOIN LATERAL (SELECT was, channel FROM assignment_change WHERE assignment = s.id
                       ORDER BY at DESC, id LIMIT 1) c ON true
    WHERE s.opening = $1 AND s.volunteer = $2 FOR UPDATE OF s"""
PUT = """
    INSERT INTO assignment (id, opening, volunteer, state, answered_by, created_at, asked_at)
    VALUES ($1, $2, $3, 'proposed', '', now(), clock_timestamp())
    ON CONFLICT (opening, volunteer) DO UPDATE SET state = 'proposed', asked_at = excluded.asked_at, answered_at = NULL,
        answered_by = '', waiting_since = NULL, offer_until = NULL, instead_of = NULL, invited_by = NULL,
        invited_at = NULL, at_risk = '', at_risk_since = NULL"""
ANSWERED = "UPDATE assignment SET answered_at = now(), answered_by = $2 WHERE id = $1"
UNANSWERED = """
    SELECT s.id FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.state = 'proposed' AND s.asked_at IS NOT NULL AND m.starts_at <= now() ORDER BY s.asked_at LIMIT 200"""


class Got(StrEnum):
    """What asking came to. Once granted or taken back, the same words."""

    TAKEN = "taken"
    ASKED = "asked"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Outcome:
    got: Got
    assignment: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """An opening somebody asks for, and what is known of them and it, all rows locked."""

    opening: UUID
    meeting: UUID
    takes: Taking
    volunteer: UUID
    phone: str
    known: asyncpg.Record | None


class NotYours(Refused):
    """A rule keeps the volunteer from the opening; `rule` says which, the sentence what to do next."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(wish_words.why_not(rule))
        self.rule = rule


async def wish(actor: Actor, opening: UUID, channel: str, *, volunteer: UUID | None = None) -> Outcome:
    """A volunteer asks for an opening of the public list; for the machine, `volunteer` says who wrote the SMS.

    Asking twice is the same answer; who holds an invitation for it says yes by asking. Raises Refused: 404 where it is
    on no list of everybody's, 410 when it is over, 409 in words for the volunteer.
    """
    who = await _volunteer(actor, volunteer)
    async with database.transaction():
        wanted = await _held(opening, who)
        known = wanted.known
        if known is None or known["state"] != AssignmentState.INVITED:
            return _same(known) or await _ask(actor, wanted, channel)
    return await _accept(actor, known["id"], channel)


async def take_back(actor: Actor, assignment: UUID) -> None:
    """The volunteer no longer wants what they asked for. Twice is once. Raises Refused 409 when it is theirs by now."""
    async with database.transaction():
        now = await seats.held(actor, assignment)
        if now.state in (AssignmentState.WITHDRAWN, AssignmentState.DECLINED):
            return
        if now.state is not AssignmentState.PROPOSED:
            raise Refused(THEIRS)
        await _end(actor, now, AssignmentState.WITHDRAWN, "web")


async def grant(actor: Actor, assignment: UUID) -> Got:
    """A coordinator says yes: the place is theirs, or, when it went meanwhile, one on the waiting list. They are told.

    Raises Refused 404 for who does not coordinate, 410 when nobody waits for this yes any more, 409 with the rule that
    keeps them out now.
    """
    coordinators_only(actor)
    async with database.transaction():
        now = await seats.held(actor, assignment)
        if now.state is AssignmentState.ACCEPTED:
            return Got.TAKEN
        await _still_asked(now)
        refusal = await standing.objection(now)
        if refusal:
            raise Refused(seats.WHY_NOT[refusal.rule])
        got = await _take(actor, now, "desk")
        if got is Got.WAITING:
            await _tell(now, "wish_listed")
        return got


async def refuse(actor: Actor, assignment: UUID, word: str = "") -> None:
    """A coordinator says no, with a word for the volunteer if they like; the volunteer is told. Raises as `grant`."""
    coordinators_only(actor)
    async with database.transaction():
        now = await seats.held(actor, assignment)
        if now.state is AssignmentState.DECLINED:
            return
        await _still_asked(now)
        await database.execute(ANSWERED, now.id, "desk")
        await _end(actor, now, AssignmentState.DECLINED, "desk")
        others = f"{centre.settings().public_url}/opportunities"
        await _tell(now, "wish_declined", word=word, others=others)


async def close_late(settings: Settings) -> int:
    """Wishes that nobody answered end when their meeting begins; how many did. For the worker."""
    late = [row["id"] for row in await database.fetch(UNANSWERED)]
    for id in late:
        with contextlib.suppress(Refused):  # erased at this very moment
            async with database.transaction():
                now = await seats.held(SYSTEM, id)
                if now.state is AssignmentState.PROPOSED:
                    await _end(SYSTEM, now, AssignmentState.WITHDRAWN, "")
    return len(late)


async def _volunteer(actor: Actor, volunteer: UUID | None) -> UUID:
    if actor.role is Role.VOLUNTEER:
        volunteer = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", actor.account)
    elif actor.role is not Role.MACHINE:
        volunteer = None
    if volunteer is None:
        raise Refused("", 404)
    return volunteer


async def _held(opening: UUID, volunteer: UUID) -> Wanted:
    """Locks all that the wish may touch. Raises Refused 404 for an opening that is not everybody's to ask for."""
    of = await database.fetchrow(OF_OPENING, opening)
    if of is None:
        raise Refused(GONE, 404)
    await database.execute("SELECT FROM meeting WHERE id = $1 FOR SHARE", of["meeting"])
    await seats.role_stands(of["role"])
    phone = await seats.volunteer_held(volunteer)
    known = await database.fetchrow(KNOWN, opening, volunteer)
    if not await database.fetchval(f"SELECT true {ASKABLE} AND o.id = $1", opening):
        raise Refused(GONE, 404)
    return Wanted(opening, of["meeting"], Taking(of["takes"]), volunteer, phone, known)


def _same(known: asyncpg.Record | None) -> Outcome | None:
    """The answer that stands already, when they have asked before."""
    if known is None:
        return None
    if known["state"] == AssignmentState.ACCEPTED:
        return Outcome(Got.TAKEN, known["id"])
    if known["state"] == AssignmentState.PROPOSED and known["asked_at"]:
        return Outcome(Got.WAITING if known["waiting_since"] else Got.ASKED, known["id"])
    if known["state"] == AssignmentState.DECLINED and known["was"] == AssignmentState.PROPOSED:
        raise Refused(wish_words.ANSWERED)
    return None


async def _ask(actor: Actor, wanted: Wanted, channel: str) -> Outcome:
    """Writes the wish and, where the initiative lets people in at once, what becomes of it."""
    known = wanted.known
    was = AssignmentState(known["state"]) if known else None
    if was and was is not AssignmentState.PROPOSED and not may_become(was, AssignmentState.PROPOSED):
        raise Refused(answering.STALE, 410)
    asked, people = await facts.facts(wanted.opening, [wanted.volunteer])
    for rule in broken(people[wanted.volunteer], asked):
        if rule not in OWN:
            raise NotYours(rule)
    id: UUID = known["id"] if known else uuid4()
    await database.execute(PUT, id, wanted.opening, wanted.volunteer)
    await seats.remember(actor, id, was or "", AssignmentState.PROPOSED, channel)
    await database.execute(seats.HOLD_OPENING, wanted.opening)
    code, _ = await codes.choose(wanted.phone, id)
    await database.execute("UPDATE assignment SET code = $2 WHERE id = $1", id, code)
    now = Held(id, wanted.opening, wanted.meeting, wanted.volunteer, AssignmentState.PROPOSED)
    # Whom the centre has taken off comes back by its yes only.
    if wanted.takes is Taking.AFTER_YES or (known and known["by_desk"]):
        return Outcome(Got.ASKED, id)
    return Outcome(await _take(actor, now, channel), id)


async def _take(actor: Actor, now: Held, channel: str) -> Got:
    """A seat, when there is one that nobody else waits for; else a place on the list. Raises Refused by a rule.

    By a coordinator's hand also past those who wait, though not past who holds an offer.
    """
    await database.execute(seats.HOLD_OPENING, now.opening)
    by_hand = actor.role is Role.COORDINATOR
    refusal = await seats.take(now) if by_hand or not await waiting.anyone(now.opening) else Full()
    if isinstance(refusal, Full):
        await waiting.join(actor, now, channel)
        return Got.WAITING
    if refusal:
        raise _as_said(refusal, by_hand=by_hand)
    await database.execute(ANSWERED, now.id, channel)
    await seats.become(actor, now, AssignmentState.ACCEPTED, channel)
    await _tell(now, "accepted", sms=by_hand, method="REQUEST")
    return Got.TAKEN


def _as_said(refusal: Refused, *, by_hand: bool) -> Refused:
    """A refusal in words for whoever reads it: the desk or the volunteer."""
    rule = refusal.rule if isinstance(refusal, seats.Waiting) else Rule.BUSY
    return Refused(seats.WHY_NOT[rule]) if by_hand else NotYours(rule)


async def _accept(actor: Actor, assignment: UUID, channel: str) -> Outcome:
    """Their yes to an invitation they hold; one that finds no seat waits."""
    try:
        await answering.answer(actor, assignment, accept=True, channel=channel)
    except Full:
        return Outcome(Got.WAITING, assignment)
    return Outcome(Got.TAKEN, assignment)


async def _still_asked(now: Held) -> None:
    await seats.meeting_stands(now.meeting)
    asked = await database.fetchval("SELECT asked_at IS NOT NULL FROM assignment WHERE id = $1", now.id)
    if now.state is not AssignmentState.PROPOSED or not asked:
        raise Refused(STALE, 410)


async def _end(actor: Actor, now: Held, becomes: AssignmentState, channel: str) -> None:
    await seats.become(actor, now, becomes, channel)
    await notices.recall(f"assignment:{now.id}")


async def _tell(now: Held, template: str, *, sms: bool = True, method: str = "", **more: object) -> None:
    turn = await database.fetchval("SELECT count(*) FROM assignment_change WHERE assignment = $1", now.id)
    key = f"assignment:{{id}}:{template}:{turn}"
    await notices.tell(centre.settings(), [now.id], template, key=key, method=method, sms=sms, more=more)
