"""The database itself lets nobody onto a roster whom the law keeps off it: not by hand, not by two hands at once."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from support import people

from volunteer_hub.intake import people_actions
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import clearances
from volunteer_hub.people.tables import Agreement, Policy, Service, Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.facts import facts
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.rules import Rule, broken
from volunteer_hub.schedule.tables import Assignment, Opening

TODAY = clock.today(people.ZONE)
DAY = TODAY + timedelta(days=3)
TRIGGERS = ("assignment_guarded_insert", "assignment_guarded_update")
GUARDED = (Rule.RESTRICTED, Rule.CONSENT, Rule.CLEARANCE, Rule.AGREEMENT)
PUT = "INSERT INTO assignment (id, opening, volunteer, state, created_at) VALUES ($1, $2, $3, $4, now())"


async def unguarded() -> None:
    for trigger in TRIGGERS:
        await database.execute(f"DROP TRIGGER {trigger} ON assignment")


async def cleared_for(to: Opening, change: Callable[[UUID], Awaitable[None]] | None = None) -> Volunteer:
    """Somebody who may help there; when an agreement is to be taken away, after more than thirty days of service."""
    who = await people.volunteer(first_name="Barbara")
    await people.clearance(who)
    if change in (agreement_ended, agreement_gone):
        await people.save(Service(volunteer=who.id, first_day=DAY - timedelta(days=60)))
        await people.save(Agreement(volunteer=who.id, signed_on=DAY, valid_from=DAY - timedelta(days=60)))
        await database.execute("DELETE FROM policy")
    return who


async def opening(**role: Any) -> Opening:
    asked = {"clearances": ["minors"], "minor_safe": True} | role
    of = await people.initiative()
    return await people.opening(await people.meeting(of), await people.role(of, **asked))


@contextlib.asynccontextmanager
async def hand(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody at a database prompt."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def revoked(who: UUID) -> None:
    await database.execute("UPDATE clearance SET revoked_on = $2 WHERE volunteer = $1", who, TODAY)


async def shortened(who: UUID) -> None:
    await database.execute("UPDATE clearance SET valid_until = $2 WHERE volunteer = $1", who, DAY - timedelta(days=1))


async def gone(who: UUID) -> None:
    await database.execute("DELETE FROM clearance WHERE volunteer = $1", who)


async def restricted(who: UUID) -> None:
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", who)


async def a_minor_without_consent(who: UUID) -> None:
    born = DAY.replace(year=DAY.year - 18) + timedelta(days=1)
    await database.execute("UPDATE volunteer SET birth_date = $2, guardian_consent_at = NULL WHERE id = $1", who, born)


async def agreement_ended(who: UUID) -> None:
    await database.execute("UPDATE agreement SET valid_until = $2 WHERE volunteer = $1", who, DAY - timedelta(days=1))


async def agreement_gone(who: UUID) -> None:
    await database.execute("DELETE FROM agreement WHERE volunteer = $1", who)


async def policy_ended(_: UUID) -> None:
    await database.execute("UPDATE policy SET valid_until = $1", DAY - timedelta(days=1))


async def served_long(who: UUID) -> None:
    """It turns out that they have helped for thirty days, so that the meeting is on day 31."""
    await database.execute(
        """INSERT INTO service (id, volunteer, first_day, noted_at) VALUES (gen_random_uuid(), $1, $2, now())
           ON CONFLICT (volunteer) WHERE last_day IS NULL DO UPDATE SET first_day = excluded.first_day""",
        *(who, DAY - timedelta(days=30)),
    )


CHANGES: list[tuple[Callable[[UUID], Awaitable[None]], str]] = [
    (revoked, "assignment_clearance"),
    (shortened, "assignment_clearance"),
    (gone, "assignment_clearance"),
    (restricted, "assignment_restricted"),
    (a_minor_without_consent, "assignment_consent"),
    (agreement_ended, "assignment_agreement"),
    (agreement_gone, "assignment_agreement"),
    (policy_ended, "assignment_agreement"),
    (served_long, "assignment_agreement"),
]
EVERY_CHANGE = pytest.mark.parametrize(("change", "constraint"), CHANGES)


@EVERY_CHANGE
@pytest.mark.parametrize("state", ["invited", "accepted"])
@pytest.mark.parametrize("way", ["insert", "state", "volunteer", "opening"])
async def test_no_hand_writes_it(
    way: str, state: str, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    to, free = await opening(), await opening(clearances=[])
    who, other = await cleared_for(to, change), await cleared_for(to, change)
    await change(who.id)
    was = await people.save(Assignment(opening=to.id, volunteer=who.id, state="declined"))
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        if way == "insert":
            await database.execute("DELETE FROM assignment")
            await database.execute(PUT, uuid4(), to.id, who.id, state)
        elif way == "state":
            await database.execute("UPDATE assignment SET state = $2 WHERE id = $1", was.id, state)
        elif way == "volunteer":
            row = await people.save(Assignment(opening=free.id, volunteer=other.id, state=state))
            await database.execute(
                "UPDATE assignment SET volunteer = $2, opening = $3 WHERE id = $1", row.id, who.id, to.id
            )
        else:
            await database.execute("UPDATE clearance SET revoked_on = NULL")
            if change is policy_ended:
                await database.execute("UPDATE policy SET valid_until = $1", DAY)
            row = await people.save(Assignment(opening=free.id, volunteer=other.id, state=state))
            await database.execute("DELETE FROM assignment WHERE id = $1", was.id)
            await database.execute(
                "UPDATE assignment SET opening = $2, volunteer = $3 WHERE id = $1", row.id, to.id, who.id
            )
            await change(who.id)
            await database.execute("UPDATE assignment SET opening = $2 WHERE id = $1", row.id, free.id)
            await database.execute("UPDATE assignment SET opening = $2 WHERE id = $1", row.id, to.id)
    assert refused.value.constraint_name == constraint


@EVERY_CHANGE
async def test_taking_away_is_never_refused_and_leaving_neither(
    change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    to = await opening()
    who = await cleared_for(to, change)
    id = await actions.invite(SYSTEM, to.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    await change(who.id)
    await database.execute("UPDATE assignment SET at_risk = 'clearance', answered_by = 'desk' WHERE id = $1", id)
    await database.execute("UPDATE assignment SET state = 'accepted' WHERE id = $1", id)
    await database.execute("UPDATE assignment SET state = 'withdrawn' WHERE id = $1", id)


async def waits(task: "asyncio.Task[Any]") -> bool:
    await asyncio.wait({task}, timeout=0.4)
    return not task.done()


@EVERY_CHANGE
@pytest.mark.parametrize("guarded", [True, False])
async def test_taken_away_first_and_accepted_at_once(
    guarded: bool, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    """The yes waits for the change, looks again, and is refused. Control: without the guard it is through at once."""
    to = await opening()
    who = await cleared_for(to, change)
    id = await actions.invite(SYSTEM, to.id, who.id)
    if not guarded:
        await unguarded()
    async with hand(db) as accepting:
        sql = "UPDATE assignment SET state = 'accepted' WHERE id = $1"
        async with database.transaction():
            await change(who.id)
            yes = asyncio.create_task(accepting.execute(sql, id))
            assert await waits(yes) == guarded
        if not guarded:
            await yes
        else:
            with pytest.raises(asyncpg.CheckViolationError) as refused:
                await yes
            assert refused.value.constraint_name == constraint
    state = await database.fetchval("SELECT state FROM assignment WHERE id = $1", id)
    assert state == ("invited" if guarded else "accepted")


@EVERY_CHANGE
@pytest.mark.parametrize("guarded", [True, False])
async def test_accepted_first_and_taken_away_at_once(
    guarded: bool, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    """The change waits for the yes and finds it. Control: without the guard nobody is ever told of it."""
    to = await opening()
    who = await cleared_for(to, change)
    if not guarded:
        await unguarded()

    async def take_away() -> None:
        async with database.transaction():
            await change(who.id)
            await standing.recheck(SYSTEM, who.id)

    async with hand(db) as accepting:
        yes = accepting.transaction()
        await yes.start()
        await accepting.execute(PUT, uuid4(), to.id, who.id, "invited")
        taking = asyncio.create_task(take_away())
        assert await waits(taking) == guarded
        await yes.commit()
        await taking
    row = await database.fetchrow("SELECT state, at_risk FROM assignment")
    found = {"assignment_consent": ("withdrawn", "")}.get(constraint, ("invited", constraint.split("_")[1]))
    assert tuple(row) == (found if guarded else ("invited", ""))


async def test_control_without_its_wait_a_longer_service_passes_the_guard(db: str) -> None:
    """The row that makes it day 31 is not there yet when the guard looks for rows to lock."""
    await database.execute("DROP TRIGGER service_waits ON service")
    to = await opening()
    who = await cleared_for(to)
    async with hand(db) as accepting:
        yes = accepting.transaction()
        await yes.start()
        await accepting.execute(PUT, uuid4(), to.id, who.id, "invited")
        async with database.transaction():
            await served_long(who.id)
        await yes.commit()
    assert await database.fetchval("SELECT at_risk FROM assignment") == ""


@pytest.mark.parametrize("ordered", [True, False])
async def test_the_end_of_a_policy_of_all_waits_for_no_one_who_waits_for_it(
    ordered: bool, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invitation holds its volunteer and then asks for the policy; whoever ends that takes them in the same order.

    Control: the policy first is a deadlock.
    """
    before, to = await opening(), await opening()
    who = await cleared_for(to)
    policy = await database.fetchval("SELECT id FROM policy")
    await actions.invite(SYSTEM, before.id, who.id)
    if not ordered:

        async def nothing() -> None:
            """The locks that come first, off."""

        monkeypatch.setattr(standing, "hold_all", nothing)
    async with hand(db) as inviting:
        invitation = inviting.transaction()
        await invitation.start()
        await inviting.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", who.id)
        ending = asyncio.create_task(people_actions.end_policy(SYSTEM, policy, TODAY))
        assert await waits(ending)
        met = await asyncio.gather(inviting.execute(PUT, uuid4(), to.id, who.id, "invited"), return_exceptions=True)
        if isinstance(met[0], Exception):
            await invitation.rollback()
        else:
            await invitation.commit()
        met += await asyncio.gather(ending, return_exceptions=True)
    deadlocks = [one for one in met if isinstance(one, asyncpg.DeadlockDetectedError)]
    assert bool(deadlocks) is not ordered
    if ordered:
        marks = await database.fetch("SELECT at_risk FROM assignment")
        assert [row["at_risk"] for row in marks] == ["agreement", "agreement"]


async def test_the_verbs_at_once_end_well_whatever_the_order(db: str) -> None:
    """Revoking, restoring, answering and moving against each other: no deadlock, and no yes that nobody was told of."""
    chance = random.Random(18)
    to = await opening()
    meeting = to.meeting
    crowd = [await cleared_for(to) for _ in range(6)]
    await database.execute("UPDATE opening SET most = 9")
    asked = [await actions.invite(SYSTEM, to.id, who.id) for who in crowd]
    start = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=16)

    async def patiently(act: Awaitable[Any]) -> None:
        with contextlib.suppress(Refused):
            await act

    async def revoke(who: UUID) -> None:
        async with database.transaction():
            await clearances.revoke_clearance(SYSTEM, who, "minors", TODAY)
            await standing.recheck(SYSTEM, who)

    async def restore(who: UUID) -> None:
        async with database.transaction():
            day = {"checked_on": TODAY, "valid_until": DAY + timedelta(days=chance.choice([0, 9]))}
            await clearances.record_clearance(SYSTEM, who, kind="minors", **day)
            await standing.recheck(SYSTEM, who)

    met: Counter[tuple[str, str]] = Counter()
    for _ in range(8):
        acts: list[Awaitable[Any]] = []
        for who, id in zip(crowd, asked, strict=True):
            acts += [chance.choice([revoke, restore])(who.id), revoke(who.id)]
            acts.append(actions.answer(SYSTEM, id, accept=chance.random() < 0.8, channel="sms"))
        then = start + timedelta(days=chance.choice([0, 1]))
        acts.append(actions.move_meeting(SYSTEM, meeting, then, then + timedelta(hours=2)))
        chance.shuffle(acts)
        await asyncio.gather(*(patiently(act) for act in acts))
        rows = await database.fetch(
            """SELECT s.state, s.at_risk, assignment_obstacle(s.volunteer, s.opening) AS obstacle FROM assignment s
               WHERE s.state IN ('invited', 'accepted')"""
        )
        assert all(row["at_risk"] == (row["obstacle"] or "") for row in rows)
        met.update((row["state"], row["at_risk"]) for row in rows)
        taken = await database.fetchval("SELECT taken FROM opening")
        assert taken == await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")
    assert {("accepted", ""), ("accepted", "clearance"), ("invited", "clearance")} <= met.keys(), met


async def test_the_guard_and_the_rules_say_the_same_of_random_histories(db: str) -> None:
    chance = random.Random(29)
    to = await opening()
    seen = dict.fromkeys((None, *GUARDED), 0)
    for _ in range(300):
        who = await people.volunteer(free=False, birth_date=born(chance), guardian_consent_at=clock.now())
        id = (await people.save(Assignment(opening=to.id, volunteer=who.id, state="declined"))).id
        for _ in range(4):
            await something_happens(chance, to, who.id)
            asked, known = await facts(to.id, [who.id])
            expected = next((rule for rule in broken(known[who.id], asked) if rule in GUARDED), None)
            assert await entered(id, chance.choice(["invited", "accepted"])) == expected
            seen[expected] += 1
        await database.execute("DELETE FROM assignment")
    assert all(count > 50 for count in seen.values()), seen


FIRST = date(2032, 2, 26)  # of a leap year, around whose 29 February people have their birthdays


def born(chance: random.Random) -> date:
    return FIRST.replace(year=2014 + chance.choice([0, 0, 0, 2, -2])) + timedelta(days=chance.randrange(6))


async def something_happens(chance: random.Random, to: Opening, who: UUID) -> None:
    match chance.randrange(8):
        case 0:
            day = datetime.combine(FIRST + timedelta(days=chance.randrange(6)), datetime.min.time())
            starts = day + timedelta(hours=chance.choice([9, 20, 22]))
            ends = starts + timedelta(hours=chance.choice([2, 4]))
            await database.execute(
                """UPDATE meeting SET starts_wall = $1, ends_wall = $2, starts_at = $1::timestamp AT TIME ZONE timezone,
                   ends_at = $2::timestamp AT TIME ZONE timezone""",
                *(starts, ends),
            )
        case 1:
            asked = chance.choice([[], ["minors"], ["minors", "driving"]])
            await database.execute("UPDATE role_asked SET clearances = $1", asked)
        case 2:
            given = chance.choice([None, clock.now()])
            await database.execute("UPDATE volunteer SET guardian_consent_at = $2 WHERE id = $1", who, given)
        case 3:
            since = chance.choice([None, None, None, clock.now()])
            await database.execute("UPDATE volunteer SET restricted_at = $2 WHERE id = $1", who, since)
        case 4:
            await database.execute(
                """INSERT INTO clearance (id, volunteer, kind, checked_on, valid_until, revoked_on)
                   VALUES (gen_random_uuid(), $1, $2, $3, $4, $5) ON CONFLICT (volunteer, kind)
                   DO UPDATE SET valid_until = excluded.valid_until, revoked_on = excluded.revoked_on""",
                *(who, chance.choice(["minors", "driving"]), TODAY, FIRST + timedelta(days=chance.randrange(-1, 7))),
                chance.choice([None, None, TODAY]),
            )
        case _:
            await something_of_papers(chance, who)


async def something_of_papers(chance: random.Random, who: UUID) -> None:
    match chance.randrange(3):
        case 0:
            await database.execute("DELETE FROM service")
            for first in (-30, -31, -29, -45)[: chance.randrange(3)]:
                begins = FIRST + timedelta(days=first + chance.randrange(6))
                last = chance.choice([None, FIRST + timedelta(days=chance.randrange(6))])
                if not await database.fetchval("SELECT EXISTS (SELECT FROM service WHERE last_day IS NULL)"):
                    await people.save(Service(volunteer=who, first_day=begins, last_day=last, noted_at=clock.now()))
        case 1:
            await database.execute("DELETE FROM agreement")
            if chance.random() < 0.7:
                since = FIRST + timedelta(days=chance.randrange(-9, 4))
                until = chance.choice([None, since + timedelta(days=chance.randrange(9))])
                days = {"signed_on": since, "valid_from": since, "valid_until": until}
                await people.save(Agreement(volunteer=who, noted_at=clock.now(), **days))
        case 2:
            await database.execute("DELETE FROM policy")
            for of in chance.choice([[], [None], [None, None, None], [who], [who, None]]):
                since = FIRST + timedelta(days=chance.randrange(-9, 4))
                days = {"valid_from": since, "valid_until": since + timedelta(days=chance.randrange(4, 30))}
                await people.save(Policy(insurer="X", number="1", volunteer=of, noted_at=clock.now(), **days))


async def entered(id: UUID, state: str) -> Rule | None:
    """The rule by which the database refused; None when it did not. Nothing of it stays."""
    try:
        async with database.transaction():
            await database.execute("UPDATE assignment SET state = $2 WHERE id = $1", id, state)
            await database.execute("UPDATE assignment SET state = 'declined' WHERE id = $1", id)
    except asyncpg.CheckViolationError as error:
        return Rule(str(error.constraint_name).removeprefix("assignment_"))
    return None


async def test_the_verbs_turn_the_guards_refusal_into_words(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a hand revokes between the rules and the row."""
    to = await opening()
    who, asked = await cleared_for(to), await cleared_for(to)
    coordinator: Actor = people.actor(await people.account())
    id = await actions.invite(coordinator, to.id, asked.id)

    async def by_hand(*_: object) -> None:
        await revoked(who.id)
        await revoked(asked.id)

    monkeypatch.setattr(actions.seats, "rules_allow", by_hand)
    monkeypatch.setattr(standing, "objection", by_hand)
    with pytest.raises(Refused, match="ważnego sprawdzenia") as refused:
        await actions.invite(coordinator, to.id, who.id)
    assert refused.value.status == 409
    with pytest.raises(actions.Waiting) as waiting:
        await actions.answer(SYSTEM, id, accept=True, channel="sms")
    assert waiting.value.rule is Rule.CLEARANCE
    row = await database.fetchrow("SELECT state, at_risk, answered_by FROM assignment WHERE id = $1", id)
    assert tuple(row) == ("invited", "clearance", "sms")
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", to.id) == 0
