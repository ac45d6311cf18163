"""What people who were asked said and did, by where they stood and how they came to be asked."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from uuid import UUID, uuid4

import httpx2
import pytest
from matching import neighbours
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import outcomes
from volunteer_hub.matching.outcomes import Band, Counts, Share, Verdict, Way
from volunteer_hub.matching.tables import Plan, PlanPair, WaveAsked, Waves
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
SOON = TODAY + timedelta(days=3)


async def coordinator() -> Actor:
    return people.actor(await people.account())


async def asked(by: Actor, to: Opening, rank: int | None, answer: bool | None = None) -> UUID:
    """Somebody new is asked and answers."""
    who = await people.volunteer(email=None)
    id = await actions.invite(by, to.id, who.id, rank=rank)
    if answer is not None:
        await actions.answer(SYSTEM, id, accept=answer, channel="sms")
    return id


async def opening(most: int = 50) -> Opening:
    of = await people.initiative()
    at = await people.meeting(of, starts=datetime.combine(SOON, time(16)))
    return await people.opening(at, await people.role(of), most=most)


async def found(by: Actor, way: Way | None = None) -> outcomes.Outcomes:
    return await outcomes.outcomes(by, SOON, SOON, way)


async def test_each_invitation_is_counted_once_where_it_stood(db: str) -> None:
    by, to = await coordinator(), await opening()
    for rank, answer in ((1, True), (1, False), (2, None), (4, True), (5, False), (17, None), (44, True), (None, True)):
        await asked(by, to, rank, answer)
    bands = (await found(by)).bands
    assert bands[Band.FIRST] == Counts(asked=2, yes=1, no=1)
    assert bands[Band.SECOND] == Counts(asked=1, open=1) and bands[Band.THIRD] == Counts()
    assert bands[Band.FIFTH] == Counts(asked=2, yes=1, no=1)
    assert bands[Band.TWENTIETH] == Counts(asked=1, open=1)
    assert bands[Band.LATER] == bands[Band.NONE] == Counts(asked=1, yes=1)
    assert (await found(by)).all == Counts(asked=8, yes=4, no=2, open=2)


async def test_what_happened_after_the_answer_is_counted(db: str) -> None:
    by, to = await coordinator(), await opening()
    came, missed, gave_up, called_off, silent = [
        await asked(by, to, 1, answer) for answer in (True, True, True, None, None)
    ]
    own = await database.fetchval("SELECT volunteer FROM assignment WHERE id = $1", gave_up)
    account = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", own, account.id)
    await actions.withdraw(people.actor(account), gave_up)
    await actions.withdraw(by, called_off)
    for id, state in ((came, "done"), (missed, "missed"), (silent, "silent")):
        await database.execute("UPDATE assignment SET state = $2 WHERE id = $1", id, state)
    first = (await found(by)).bands[Band.FIRST]
    assert first == Counts(asked=5, yes=3, silent=1, called_off=1, gave_up=1, came=1, missed=1)
    assert first.agreed == Share(3, 4) and first.kept == Share(1, 2)


async def test_whom_the_desk_takes_off_gave_nothing_up(db: str) -> None:
    """A smallest change moves people; who rang because they are ill has given up."""
    by, to = await coordinator(), await opening()
    moved, ill = await asked(by, to, 1, answer=True), await asked(by, to, 2, answer=True)
    for id in (moved, ill):
        await actions.withdraw(by, id)
    await database.execute("UPDATE assignment SET missed_reason = 'ill' WHERE id = $1", ill)
    bands = (await found(by)).bands
    assert bands[Band.FIRST] == Counts(asked=1, yes=1, taken_off=1)
    assert bands[Band.SECOND] == Counts(asked=1, yes=1, gave_up=1)


async def test_who_was_told_that_nobody_is_needed_was_not_silent(db: str) -> None:
    by, to = await coordinator(), await opening()
    for channel in ("full", ""):
        id = await asked(by, to, 1)
        await database.execute("UPDATE assignment SET state = 'silent' WHERE id = $1", id)
        await database.execute(
            """INSERT INTO assignment_change (id, assignment, was, became, at, channel, words, late)
               VALUES (gen_random_uuid(), $1, 'invited', 'silent', clock_timestamp(), $2, '', false)""",
            *(id, channel),
        )
    assert (await found(by)).bands[Band.FIRST] == Counts(asked=2, silent=1, called_off=1)


async def test_no_answer_when_it_begins_is_silence(db: str) -> None:
    by, to = await coordinator(), await opening()
    await asked(by, to, 1)
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 hour'")
    day = TODAY - timedelta(days=1)
    assert (await outcomes.outcomes(by, day, TODAY)).all == Counts(asked=1, silent=1)


async def test_a_yes_that_found_no_seat_is_a_yes(db: str) -> None:
    by, to = await coordinator(), await opening(most=1)
    waits = await asked(by, to, 2)
    await asked(by, to, 1, answer=True)
    with pytest.raises(Refused):
        await actions.answer(SYSTEM, waits, accept=True, channel="sms")
    assert (await found(by)).bands[Band.SECOND] == Counts(asked=1, yes=1)


async def test_who_asked_themselves_or_was_counted_elsewhere_is_left_out(db: str) -> None:
    by, to = await coordinator(), await opening()
    wished = await asked(by, to, None, answer=True)
    await database.execute("UPDATE assignment SET asked_at = now() WHERE id = $1", wished)
    place = await people.meeting(await people.initiative(), starts=datetime.combine(SOON, time(9)))
    await neighbours.commitment(await people.volunteer(), await people.opening(place), place)
    assert (await found(by)).all == Counts()


async def test_only_meetings_of_the_days_and_those_that_stand(db: str) -> None:
    by, to = await coordinator(), await opening()
    await asked(by, to, 1, answer=True)
    day = timedelta(days=1)
    assert (await outcomes.outcomes(by, SOON - day, SOON - day)).all.asked == 0
    assert (await outcomes.outcomes(by, SOON + day, SOON + day)).all.asked == 0
    assert (await found(by)).all.asked == 1
    await database.execute("UPDATE meeting SET state = 'cancelled'")
    assert (await found(by)).all.asked == 0


async def test_the_way_they_came_to_be_asked(db: str) -> None:
    by, to = await coordinator(), await opening()
    listed, planned, waved, searched = [await asked(by, to, rank, answer=True) for rank in (1, 2, 3, 1)]
    who = await database.fetchval("SELECT volunteer FROM assignment WHERE id = $1", planned)
    plan = await people.save(Plan(first_day=SOON, last_day=SOON, made_at=clock.now(), solved_at=clock.now()))
    sent = {"opening": to.id, "volunteer": who, "state": "sent", "changed_at": clock.now()}
    await people.save(PlanPair(plan=plan.id, **sent))
    waves = await people.save(Waves(opening=to.id, size=2, hours=24, started_at=clock.now()))
    await people.save(WaveAsked(waves=waves.id, assignment=waved, wave=1))
    await database.execute("UPDATE assignment SET invited_by = NULL WHERE id = $1", searched)
    ways = (await found(by)).ways
    assert {way: counts.asked for way, counts in ways.items()} == dict.fromkeys(Way, 1)
    narrowed = await found(by, Way.PLAN)
    assert narrowed.all.asked == narrowed.bands[Band.SECOND].asked == 1 and listed


def test_an_interval_holds_the_truth_and_says_little_of_few() -> None:
    # The figures of the literature: R. G. Newcombe, Stat. Med. 17 (1998), table I.
    assert Share(81, 263).between == (26, 37) and Share(15, 148).between == (6, 16)
    assert Share(0, 20).between == (0, 16) and Share(1, 29).between == (1, 17)
    assert Share(0, 0).between == (0, 100) and Share(9, 10).small and not Share(10, 20).small


def test_a_difference_is_told_only_where_it_is_one() -> None:
    assert outcomes.verdict(Share(19, 19), Share(0, 100)) is Verdict.FEW
    assert outcomes.verdict(Share(80, 100), Share(50, 100)) is Verdict.BETTER
    assert outcomes.verdict(Share(50, 100), Share(80, 100)) is Verdict.WORSE
    assert outcomes.verdict(Share(14, 20), Share(12, 20)) is Verdict.SAME


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def test_the_page_says_small_numbers_as_small(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    assert "W tych dniach nie było zaproszeń" in await visitor.open("/desk/plan/outcomes")
    by, to = await coordinator(), await opening()
    await asked(by, to, 1, answer=True)
    html = await visitor.open(f"/desk/plan/outcomes?first_day={SOON}&last_day={SOON}")
    said = words(html)
    assert "To jeszcze za mało odpowiedzi" in said and "Teraz jest 1 i 0." in said
    assert "1 z 1 (mało)" in said and "100%" not in said
    assert html.count('<rect class="bar past"') == 1


async def test_the_page_compares_when_there_are_enough(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    by, to = await coordinator(), await opening(most=100)
    for n in range(40):
        await asked(by, to, 1 if n < 20 else 9, answer=n < 20)
    said = words(await Visitor(client).open(f"/desk/plan/outcomes?first_day={SOON}&last_day={SOON}&way=list"))
    assert "zgadza się 100 na 100 osób, z dalszych 0 na 100. Kolejność pomaga." in said
    assert "20 z 20 (100%)" in said


@pytest.mark.parametrize(
    "query", ["first_day=x", "first_day=2026-11-05&last_day=2026-11-01", "first_day=2001-01-01", "way=telepathy"]
)
async def test_days_that_cannot_be_are_told(query: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    answer = await client.get(f"/desk/plan/outcomes?{query}")
    assert answer.status_code == 422 and 'class="error"' in answer.text and "<table" not in answer.text


async def test_the_page_is_for_coordinators(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.ADMINISTRATOR)
    assert (await client.get("/desk/plan/outcomes")).status_code == 403
    with pytest.raises(Refused):
        await outcomes.outcomes(Actor(role=Role.FACILITATOR, account=uuid4(), name=""), SOON, SOON)
