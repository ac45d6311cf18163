"""Who cannot come names somebody who has agreed: a yes of theirs puts one in the other's place, which is never free.

Until then who has the place keeps it. A number that nobody has looks to whoever typed it like one whose owner does not
answer: the same page, the same time, the same words at the same deadline. The number itself is kept nowhere.
docs/decisions/0033-waiting-lists.md.
"""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, codes, facts, notices, seats
from volunteer_hub.schedule.risks import clashes, standing
from volunteer_hub.schedule.rules import Rule, broken
from volunteer_hub.schedule.seats import Busy, Held, Waiting
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import deadlines
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark

NAMINGS = Limit("substitute", 5, 86_400)
MOST_PER_TICK = 200

# What they have set aside by agreeing.
OWN = frozenset({Rule.ASSIGNED, Rule.TIME, Rule.DISTANCE, Rule.HOURS, Rule.TIMES})
ASKABLE = (
    AssignmentState.PROPOSED, AssignmentState.INVITED, AssignmentState.DECLINED, AssignmentState.SILENT,
    AssignmentState.WITHDRAWN,
)  # fmt: skip

TOO_LATE = mark("Jest za późno, żeby ktoś zdążył odpowiedzieć. Zwolnij miejsce albo zadzwoń do nas.")
TOO_LATE_TO_ASK = mark("Jest za późno, żeby ktoś zdążył odpowiedzieć. Zadzwoń.")
NOT_HERE = mark("Tutaj zastępstwo ustala koordynator. Możesz zwolnić miejsce.")
ASKED_ALREADY = mark("Czekamy już na odpowiedź wskazanej osoby.")
NOT_YOURS = mark("To zadanie nie jest już Twoje.")
TOO_MANY = mark("Dziś nie można już wskazać kolejnej osoby. Zwolnij miejsce albo zadzwoń do nas.")
AGAIN = mark("Ktoś właśnie coś zmienił w tym zadaniu. Spróbuj jeszcze raz.")

# $2 the account, $3 the kinds that are confidential.
OWN_PLACE = """
    SELECT s.id, s.opening, s.volunteer, o.meeting, o.role, m.starts_at, m.timezone, now() AS now,
           i.kind = ANY($3) OR t.confidential AS confidential, s.state, s.named_until > now() AS named, s.named_until,
           i.name AS title, r.name AS role_name, m.starts_wall, m.ends_wall
    FROM assignment s JOIN volunteer v ON v.id = s.volunteer AND v.account = $2 JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    JOIN role_asked r ON r.id = o.role WHERE s.id = $1"""
ANY_PLACE = """
    SELECT s.id, s.opening, s.volunteer, o.meeting, o.role, m.starts_at, m.timezone, now() AS now
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    WHERE s.id = $1 AND i.kind <> ALL($2) AND NOT t.confidential"""
# Whom we may write to about this at all.
WITH_PHONE = """
    SELECT v.id FROM volunteer v WHERE v.phone = $1 AND v.id <> $2 AND (sms_to(v) <> '' OR mail_to(v) <> '')
    ORDER BY v.id LIMIT 10"""
NAME = """
    UPDATE assignment SET named_until = $2 WHERE id = $1 AND state = 'accepted'
      AND (named_until IS NULL OR named_until <= now())"""
# Whoever has an offer of a free place needs nobody's.
HAS = f"""
    SELECT s.id, s.state, {seats.OFFERED} AS offered FROM assignment s
    WHERE s.opening = $1 AND s.volunteer = $2 FOR UPDATE"""
ASK = "UPDATE assignment SET instead_of = $2, offer_until = $3 WHERE id = $1"
PAIR = """
    SELECT s.id, s.volunteer, s.instead_of, f.volunteer AS first_volunteer, f.opening, o.meeting, o.role
    FROM assignment s JOIN assignment f ON f.id = s.instead_of JOIN opening o ON o.id = s.opening
    WHERE s.id = $1 AND s.state = 'invited' AND f.state = 'accepted'"""
FIRST_NOW = """
    SELECT f.id, f.opening, o.meeting, f.volunteer, f.state FROM assignment s JOIN assignment f ON f.id = s.instead_of
    JOIN opening o ON o.id = f.opening JOIN volunteer v ON v.id = f.volunteer
    WHERE s.id = $1 AND f.state = 'accepted' FOR NO KEY UPDATE OF f, v SKIP LOCKED"""
GIVE_UP = "UPDATE booking SET accepted = false WHERE assignment = $1"
REFUSED = """
    WITH was AS (SELECT instead_of FROM assignment WHERE id = $1),
         freed AS (UPDATE assignment SET instead_of = NULL WHERE id = $1)
    UPDATE assignment f SET named_until = NULL FROM was
    WHERE f.id = was.instead_of AND f.state = 'accepted' AND f.named_until IS NOT NULL RETURNING f.id"""
UNANSWERED = f"""
    SELECT s.id FROM assignment s WHERE s.named_until <= now() ORDER BY s.named_until LIMIT {MOST_PER_TICK}"""
FORGET = """
    UPDATE assignment s SET named_until = NULL FROM opening o, meeting m
    WHERE s.id = $1 AND s.named_until <= now() AND o.id = s.opening AND m.id = o.meeting
    RETURNING s.state = 'accepted' AND m.state = 'planned' AND m.starts_at > now() AS tell"""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """What a volunteer has accepted and may not be able to come to. `named_until`: somebody may answer until then, by
    the wall; `why_not`: nobody may be named here, in the language in use.
    """

    id: UUID
    title: str
    role: str
    starts_wall: datetime
    ends_wall: datetime
    named_until: datetime | None
    why_not: str


async def own_place(actor: Actor, assignment: UUID) -> OwnPlace:
    """Raises Refused 404 for who does not have it, 410 when they do no more."""
    row = await _mine(actor, assignment)
    why = _why_not(row)
    named = clock.wall(row["named_until"], row["timezone"]) if row["named"] else None
    when = (row["starts_wall"], row["ends_wall"])
    return OwnPlace(row["id"], row["title"], row["role_name"], *when, named, gettext(why) if why else "")


async def name(settings: Settings, actor: Actor, assignment: UUID, phone: str) -> datetime:
    """Asks whoever has this number to come instead; until when they may answer. The same whether anybody has it.

    Raises Refused: 404, 410 when the place is not the actor's (any more), 409 while somebody is asked, 429 after
    NAMINGS in a day; where nobody may be named, or nobody could answer any more, a sentence.
    """
    async with database.transaction():
        row = await _mine(actor, assignment)
        if why := _why_not(row):
            raise Refused(why)
        people = [found["id"] for found in await database.fetch(WITH_PHONE, phone, row["volunteer"])]
        await seats.meeting_stands(row["meeting"])
        await seats.role_stands(row["role"])
        await _hold_volunteers([row["volunteer"], *people])
        until = _until(row)
        if until is None:
            raise Refused(TOO_LATE)
        if not await database.execute(NAME, assignment, until):
            raise Refused(ASKED_ALREADY)
        await _ask_one_of(row, people, until)
        if not await limits.spend(settings, NAMINGS, str(row["volunteer"])):
            raise Refused(TOO_MANY, 429)
    return until


async def ask(actor: Actor, assignment: UUID, volunteer: UUID) -> datetime:
    """A coordinator asks `volunteer` to come instead of who has this place and knows of it; until when they may answer.

    Raises Refused: 404, 410, 409 while somebody is asked or when there is no time left, or the first rule in the way.
    """
    coordinators_only(actor)
    async with database.transaction():
        row = await database.fetchrow(ANY_PLACE, assignment, CONFIDENTIAL)
        if row is None:
            raise Refused("", 404)
        await seats.meeting_stands(row["meeting"])
        await seats.role_stands(row["role"])
        await _hold_volunteers([row["volunteer"], volunteer])
        until = _until(row)
        if until is None:
            raise Refused(TOO_LATE_TO_ASK)
        await seats.rules_allow(row["opening"], volunteer)
        has = await database.fetchrow(HAS, row["opening"], volunteer)
        if not _is_askable(has) or not await database.execute(NAME, assignment, until):
            raise Refused(ASKED_ALREADY)
        await _ask(row, volunteer, has, until, by_desk=True)
    return until


async def hold(assignment: UUID) -> None:
    """Locks what the answer of a substitute may touch, of both, in the order of schedule/seats.py; else nothing."""
    pair = await database.fetchrow(PAIR, assignment)
    if pair is None:
        return
    await database.execute("SELECT FROM meeting WHERE id = $1 FOR SHARE", pair["meeting"])
    await seats.role_stands(pair["role"])
    await _hold_volunteers([pair["volunteer"], pair["first_volunteer"]])
    both = [pair["id"], pair["instead_of"]]
    await database.execute("SELECT FROM assignment WHERE id = ANY($1) ORDER BY id FOR UPDATE", both)


async def take(actor: Actor, now: Held, *, by_hand: bool = False) -> Refused | None:
    """A yes: somebody else's place for a substitute, a free seat for anybody else; as seats.take."""
    if not await database.fetchrow(PAIR, now.id):
        return await seats.take(now, by_hand=by_hand)
    first = await database.fetchrow(FIRST_NOW, now.id)
    if first is None:  # they were named between our looking and our locking
        raise Refused(AGAIN)
    if await clashes.in_the_way(now.volunteer, now.meeting):
        return Busy()
    try:
        async with database.transaction():
            await database.execute(seats.BOOK, now.id, now.volunteer, now.meeting, True)
            await database.execute(seats.SEAT, now.id)
    except asyncpg.ExclusionViolationError:
        return Busy()
    except asyncpg.CheckViolationError as error:
        return Waiting(seats.guarded(error))
    await _leaves(actor, Held(**dict(first) | {"state": AssignmentState(first["state"])}))
    return None


async def refused(assignment: UUID) -> None:
    """A substitute said no: who has the place keeps it and is told. Nothing for any other assignment."""
    if first := await database.fetchval(REFUSED, assignment):
        await _tell_stays(first)


async def plan(_: Settings) -> int:
    """The worker's: tells those whom nobody answered that the place is still theirs; how many."""
    told = 0
    for row in await database.fetch(UNANSWERED):
        async with database.transaction():
            if await database.fetchval(FORGET, row["id"]):
                await _tell_stays(row["id"])
                told += 1
    return told


async def _mine(actor: Actor, assignment: UUID) -> asyncpg.Record:
    row = await database.fetchrow(OWN_PLACE, assignment, actor.account, CONFIDENTIAL)
    if row is None:
        raise Refused("", 404)
    if row["state"] != AssignmentState.ACCEPTED or row["starts_at"] <= row["now"]:
        raise Refused(NOT_YOURS, 410)
    return row


def _why_not(row: asyncpg.Record) -> str:
    """Somebody's home and what a group is about are for those who are in it: there the centre finds a substitute."""
    if row["confidential"]:
        return NOT_HERE
    return "" if _until(row) else TOO_LATE


def _until(row: asyncpg.Record) -> datetime | None:
    return deadlines.deadline(row["now"], row["starts_at"], quiet.current(), centre.settings().offer_hours)


async def _hold_volunteers(ids: Collection[UUID]) -> None:
    await database.execute("SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(ids))


async def _ask_one_of(row: asyncpg.Record, people: Collection[UUID], until: datetime) -> None:
    """Asks the one of `people` who may come; where that is nobody, the same is done with nobody and taken back."""
    opening, own = row["opening"], row["volunteer"]
    asked, known = await facts.facts(opening, [own, *people])
    has = {id: await database.fetchrow(HAS, opening, id) for id in (own, *people)}
    fit = [id for id in people if not set(broken(known[id], asked)) - OWN and _is_askable(has[id])]
    one = fit[0] if len(fit) == 1 else own
    with contextlib.suppress(Refused):  # the database's guard knows better: as if they did not answer
        async with database.transaction() as savepoint:
            await _ask(row, one, has[one], until)
            if one is own:
                await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's


def _is_askable(has: asyncpg.Record | None) -> bool:
    return has is None or (has["state"] in ASKABLE and not has["offered"])


async def _ask(
    row: asyncpg.Record, volunteer: UUID, has: asyncpg.Record | None, until: datetime, *, by_desk: bool = False
) -> None:
    id, was = (has["id"], has["state"]) if has else (uuid4(), "")
    phone = await seats.volunteer_held(volunteer)
    code, _ = await codes.choose(phone, id)
    await seats.ask(SYSTEM, id, row["opening"], volunteer, code, None, None)
    await database.execute(ASK, id, row["id"], until)
    await database.execute(seats.BOOK, id, volunteer, row["meeting"], False)
    await seats.remember(SYSTEM, id, was, AssignmentState.INVITED, "substitute")
    turn = await database.fetchval("SELECT count(*) FROM assignment_change WHERE assignment = $1", id)
    await notices.tell(
        centre.settings(), [id], "substitute_asked", key=f"assignment:{{id}}:substitute:{turn}", method="REQUEST",
        until=until, wakes=Wakes.NEVER, more={"by_desk": by_desk},
    )  # fmt: skip


async def _leaves(actor: Actor, first: Held) -> None:
    """Who was in the place is out of it, and told. The seat itself was never given back."""
    await database.execute(GIVE_UP, first.id)
    await seats.become(actor, first, AssignmentState.WITHDRAWN, "substitute")
    await database.execute("UPDATE assignment SET named_until = NULL WHERE id = $1", first.id)
    await standing.mend(actor, first.volunteer)
    await notices.recall(f"assignment:{first.id}")
    await _tell(first.id, "substituted", method="CANCEL")


async def _tell_stays(first: UUID) -> None:
    await _tell(first, "not_substituted")


async def _tell(assignment: UUID, template: str, *, method: str = "") -> None:
    turn = await database.fetchval("SELECT count(*) FROM message WHERE about = $1", f"assignment:{assignment}")
    key = f"assignment:{{id}}:{template}:{turn}"
    await notices.tell(centre.settings(), [assignment], template, key=key, method=method)
