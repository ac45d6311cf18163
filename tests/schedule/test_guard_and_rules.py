"""The guard in the database and the rules in Python refuse the same, by the same name, whatever happened before."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
from schedule.guarded import TODAY, opening
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Agreement, Policy, Service
from volunteer_hub.schedule.facts import facts
from volunteer_hub.schedule.rules import Rule, broken
from volunteer_hub.schedule.tables import Assignment, Opening

GUARDED = (Rule.RESTRICTED, Rule.CONSENT, Rule.CLEARANCE, Rule.AGREEMENT)


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
