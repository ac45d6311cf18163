"""A volunteer asks for an opening: had at once, after a coordinator's yes, or with a place on the list; never past a
rule, never past somebody who waits."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.rules import segments
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import codes as wish_codes
from volunteer_hub.schedule.wishes import words as wish_words
from volunteer_hub.schedule.wishes.actions import Got
from volunteer_hub.settings import Settings

AT_ONCE = {"takes": "at_once"}
CHILD: dict[str, Any] = {"birth_date": date(2012, 5, 4), "kind": "pupil", "guardian_name": "Anna Nowak"}
CHILD |= {"guardian_phone": "+48600700700"}


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def me(**values: Any) -> Actor:
    """A volunteer signed in."""
    row = await people.account(Role.VOLUNTEER)
    await people.volunteer(account=row.id, **values)
    return people.actor(row)


async def of(actor: Actor) -> UUID:
    return await database.fetchval("SELECT id FROM volunteer WHERE account = $1", actor.account)


async def opening(*, role: dict[str, Any] | None = None, most: int = 1, **initiative: Any) -> Opening:
    """One that everybody may ask for, where who asks is in at once."""
    made = await people.initiative(**(AT_ONCE | initiative))
    asked = await people.role(made, **(role or {}))
    return await people.opening(await people.meeting(made), asked, most=most)


async def row(assignment: UUID) -> dict[str, Any]:
    return dict(await database.fetchrow("SELECT * FROM assignment WHERE id = $1", assignment))


async def history(assignment: UUID) -> list[tuple[str, str, str]]:
    rows = await database.fetch(
        "SELECT was, became, channel FROM assignment_change WHERE assignment = $1 ORDER BY at", assignment
    )
    return [tuple(one) for one in rows]


async def told(assignment: UUID) -> list[tuple[str, str]]:
    """What was put for the volunteer: (template, channel)."""
    rows = await database.fetch(
        "SELECT template, channel FROM message WHERE about = $1 AND state = 'planned' ORDER BY created_at, channel",
        f"assignment:{assignment}",
    )
    return [tuple(one) for one in rows]


async def why(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        await act
    return refused.value.sentence


async def test_at_once_the_place_is_theirs_with_all_that_a_yes_brings(db: str) -> None:
    ola, at = await me(), await opening()
    outcome = await wishes.wish(ola, at.id, "web")
    assert outcome.got is Got.TAKEN
    after = await row(outcome.assignment)
    assert (after["state"], after["answered_by"], after["code"]) == ("accepted", "web", "2")
    assert after["asked_at"] and after["answered_at"]
    assert await database.fetchval("SELECT taken FROM opening") == 1
    assert await database.fetchval("SELECT accepted FROM booking WHERE assignment = $1", outcome.assignment)
    assert await history(outcome.assignment) == [("", "proposed", "web"), ("proposed", "accepted", "web")]
    assert await told(outcome.assignment) == [("accepted", "email")]
    assert await database.fetchval("SELECT calendar_method FROM message WHERE template = 'accepted'") == "REQUEST"


async def test_asking_twice_is_the_same_answer_and_one_seat(db: str) -> None:
    ola, at = await me(), await opening(most=2)
    first = await wishes.wish(ola, at.id, "web")
    assert await wishes.wish(ola, at.id, "sms") == first
    assert await database.fetchval("SELECT taken FROM opening") == 1
    later = await opening(takes="after_yes")
    await database.execute("UPDATE booking SET accepted = false")
    asked = await wishes.wish(ola, later.id, "web")
    assert asked.got is Got.ASKED and await wishes.wish(ola, later.id, "web") == asked
    assert len(await history(asked.assignment)) == 1


async def test_after_yes_waits_for_the_coordinator_who_says_yes(coordinator: Actor) -> None:
    ola, at = await me(), await opening(takes="after_yes")
    asked = await wishes.wish(ola, at.id, "web")
    assert asked.got is Got.ASKED and await told(asked.assignment) == []
    assert await database.fetchval("SELECT taken FROM opening") == 0
    assert await wishes.grant(coordinator, asked.assignment) is Got.TAKEN
    assert await wishes.grant(coordinator, asked.assignment) is Got.TAKEN, "a second press is no mistake"
    assert await database.fetchval("SELECT taken FROM opening") == 1
    assert sorted(await told(asked.assignment)) == [("accepted", "email"), ("accepted", "sms")]
    sms = await database.fetchval("SELECT body FROM message WHERE template = 'accepted' AND channel = 'sms'")
    assert "miejsce jest zapisane" in sms and "NIE 2" in sms and len(sms) <= 160
    assert (await history(asked.assignment))[-1] == ("proposed", "accepted", "desk")


async def test_or_no_with_a_word_and_then_asking_again_is_answered_already(coordinator: Actor) -> None:
    ola, at = await me(), await opening(takes="after_yes")
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    for _ in range(2):
        await wishes.refuse(coordinator, asked, "Zapraszamy we wtorek")
    assert (await row(asked))["state"] == "declined"
    assert sorted(await told(asked)) == [("wish_declined", "email"), ("wish_declined", "sms")]
    for channel in ("sms", "email"):
        body = await database.fetchval("SELECT body FROM message WHERE channel = $1", channel)
        assert "Zapraszamy we wtorek" in body and "Tym razem nie mamy" in body.replace("\n", " ")
    assert await why(wishes.wish(ola, at.id, "web")) == wish_words.ANSWERED
    assert await why(wishes.grant(coordinator, asked)) == wishes.STALE


async def test_a_place_that_went_meanwhile_is_waited_for_and_said(coordinator: Actor) -> None:
    at = await opening(takes="after_yes")
    ola, adam = await me(), await me()
    first, second = [(await wishes.wish(who, at.id, "web")).assignment for who in (ola, adam)]
    await wishes.grant(coordinator, first)
    assert await wishes.grant(coordinator, second) is Got.WAITING
    after = await row(second)
    assert after["waiting_since"] and after["state"] == "proposed"
    assert ("wish_listed", "sms") in await told(second)
    assert (await wishes.wish(adam, at.id, "web")).got is Got.WAITING
    assert await database.fetchval("SELECT taken FROM opening") == 1


async def test_no_room_or_somebody_waits_is_the_waiting_list(db: str) -> None:
    at = await opening()
    assert (await wishes.wish(await me(), at.id, "web")).got is Got.TAKEN
    second = await wishes.wish(await me(), at.id, "web")
    assert second.got is Got.WAITING and (await row(second.assignment))["waiting_since"]
    await database.execute("UPDATE opening SET taken = 0")  # free for a moment, before anybody was asked
    assert (await wishes.wish(await me(), at.id, "web")).got is Got.WAITING, "nobody passes those who wait"
    assert await waiting.anyone(at.id)


async def test_who_is_invited_accepts_by_asking(coordinator: Actor) -> None:
    ola, at = await me(), await opening(takes="after_yes")
    invited = await actions.invite(coordinator, at.id, await of(ola))
    assert await wishes.wish(ola, at.id, "web") == wishes.Outcome(Got.TAKEN, invited)
    assert (await row(invited))["state"] == "accepted"


async def test_whom_the_desk_took_off_comes_back_by_its_yes_only(coordinator: Actor) -> None:
    ola, at = await me(), await opening()
    taken = (await wishes.wish(ola, at.id, "web")).assignment
    await actions.withdraw(ola, taken)
    assert (await wishes.wish(ola, at.id, "web")).got is Got.TAKEN, "who gave it up may change their mind"
    await actions.withdraw(coordinator, taken)
    assert (await wishes.wish(ola, at.id, "web")).got is Got.ASKED


@pytest.mark.parametrize("takes", ["at_once", "after_yes"])
async def test_taking_it_back_frees_nothing_and_tells_nobody(coordinator: Actor, takes: str) -> None:
    ola, at = await me(), await opening(takes=takes)
    if takes == "at_once":
        await wishes.wish(await me(), at.id, "web")
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    for _ in range(2):
        await wishes.take_back(ola, asked)
    after = await row(asked)
    assert (after["state"], after["waiting_since"]) == ("withdrawn", None) and await told(asked) == []
    assert await why(wishes.grant(coordinator, asked)) == wishes.STALE
    assert (await wishes.wish(ola, at.id, "web")).got in (Got.ASKED, Got.WAITING), "and they may ask anew"


async def test_what_is_theirs_already_is_not_given_up_by_taking_back(db: str) -> None:
    ola, at = await me(), await opening()
    taken = (await wishes.wish(ola, at.id, "web")).assignment
    assert await why(wishes.take_back(ola, taken)) == wishes.THEIRS
    assert (await row(taken))["state"] == "accepted"


BROKEN: list[tuple[Rule, dict[str, Any], dict[str, Any]]] = [
    (Rule.ACTIVE, {"step": "applied"}, {}),
    (Rule.CONSENT, CHILD, {"minor_safe": True}),
    (Rule.MINOR, CHILD | {"guardian_consent_at": "now"}, {}),
    (Rule.AGE, {}, {"min_age": 60}),
    (Rule.CLEARANCE, {}, {"clearances": ["minors"]}),
    (Rule.GENDER, {"gender": "m"}, {"gender": "f"}),
    (Rule.LANGUAGE, {}, {"languages": ["uk"]}),
    (Rule.SKILL, {}, {"skills": ["cooking"]}),
]


@pytest.mark.parametrize(("rule", "person", "role"), BROKEN, ids=lambda one: getattr(one, "value", ""))
async def test_a_rule_says_what_to_do_next_and_writes_nothing(
    db: str, rule: Rule, person: dict[str, Any], role: dict[str, Any]
) -> None:
    consented = person.get("guardian_consent_at")
    ola, at = await me(**{k: v for k, v in person.items() if k != "guardian_consent_at"}), await opening(role=role)
    if consented:
        await database.execute("UPDATE volunteer SET guardian_consent_at = now()")
    assert await why(wishes.wish(ola, at.id, "web")) == wish_words.WHY_NOT[rule]
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_who_is_busy_then_is_told(db: str) -> None:
    ola, one, other = await me(), await opening(), await opening()
    await wishes.wish(ola, one.id, "web")
    assert await why(wishes.wish(ola, other.id, "web")) == wish_words.WHY_NOT[Rule.BUSY]


async def test_own_limits_do_not_stand_in_the_way_of_an_own_wish(db: str) -> None:
    """They said "not on Tuesdays, not that far"; now they ask for this Tuesday: the newer word counts."""
    ola = await me(free=False, max_km=0.1, max_hours_week=1, latitude=52.0)
    assert (await wishes.wish(ola, (await opening()).id, "web")).got is Got.TAKEN


def test_every_rule_has_words_for_who_asks() -> None:
    assert set(Rule) - wishes.OWN - set(wish_words.WHY_NOT) == set()
    assert all("osob" not in said.split()[0] for said in wish_words.WHY_NOT.values())


HIDDEN: list[dict[str, Any]] = [
    {"kind": "group"}, {"kind": "circle"}, {"public": False}, {"state": "prepared"}, {"state": "finished"},
]  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
async def test_only_the_public_list_can_be_asked_for(db: str, hidden: dict[str, Any]) -> None:
    ola, at = await me(), await opening(**hidden)
    absent = await why(wishes.wish(ola, uuid4(), "web"))
    assert await why(wishes.wish(ola, at.id, "web")) == absent == wishes.GONE
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0


async def test_nor_a_confidential_theme_nor_what_has_begun_is_off_or_lies_far_ahead(db: str) -> None:
    ola = await me()
    secret = await opening(theme=(await people.theme(confidential=True)).id)
    assert await why(wishes.wish(ola, secret.id, "web")) == wishes.GONE
    for change in (
        "starts_at = now() - interval '1 hour'", "state = 'cancelled'",
        "starts_at = now() + interval '30 days', ends_at = now() + interval '31 days'",
    ):  # fmt: skip
        at = await opening()
        await database.execute(f"UPDATE meeting SET {change} WHERE id = $1", at.meeting)
        assert await why(wishes.wish(ola, at.id, "web")) == wishes.GONE, change


async def test_nobody_asks_answers_or_takes_back_for_somebody_else(coordinator: Actor) -> None:
    ola, eve, at = await me(), await me(), await opening(takes="after_yes")
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    for act in (
        wishes.wish(VISITOR, at.id, "web", volunteer=await of(ola)),
        wishes.wish(coordinator, at.id, "web", volunteer=await of(ola)),
        wishes.take_back(eve, asked), wishes.grant(eve, asked), wishes.refuse(eve, asked), wishes.grant(ola, asked),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    assert (await wishes.wish(eve, at.id, "web", volunteer=await of(ola))).assignment != asked, "eve asked for herself"
    assert (await row(asked))["state"] == "proposed"


async def test_a_rule_that_broke_since_keeps_the_coordinators_yes_back(coordinator: Actor) -> None:
    ola, at = await me(), await opening(takes="after_yes")
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    await database.execute("UPDATE role_asked SET min_age = 60")
    assert "Wiek" in await why(wishes.grant(coordinator, asked))
    assert (await row(asked))["state"] == "proposed" and await told(asked) == []


async def test_an_unanswered_wish_ends_when_its_meeting_begins(db: str, settings: Settings) -> None:
    ola, at = await me(), await opening(takes="after_yes")
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    assert await wishes.close_late(settings) == 0
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 minute'")
    assert [await wishes.close_late(settings) for _ in range(2)] == [1, 0]
    assert (await row(asked))["state"] == "withdrawn" and await told(asked) == []


async def ask_all(at: Opening, crowd: list[Volunteer]) -> list[Got]:
    outcomes = await asyncio.gather(*(wishes.wish(SYSTEM, at.id, "web", volunteer=who.id) for who in crowd))
    return [outcome.got for outcome in outcomes]


async def test_of_many_who_ask_for_the_last_seat_at_once_one_has_it_and_the_others_wait(db: str) -> None:
    at, crowd = await opening(), [await people.volunteer() for _ in range(20)]
    got = await ask_all(at, crowd)
    assert (got.count(Got.TAKEN), got.count(Got.WAITING)) == (1, 19)
    assert await database.fetchval("SELECT taken FROM opening") == 1
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE waiting_since IS NOT NULL") == 19


async def test_control_looking_before_taking_gives_the_last_seat_to_several(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, crowd = await opening(), [await people.volunteer() for _ in range(20)]
    await database.execute("ALTER TABLE opening DROP CONSTRAINT opening_seats")

    async def take(of: Held, **_: object) -> None:
        await asyncio.sleep(0.1)  # the gap between looking and taking, as wide as on a slow network
        await database.execute("UPDATE opening SET taken = taken + 1 WHERE id = $1", of.opening)

    monkeypatch.setattr(wishes.seats, "take", take)
    monkeypatch.setattr(wishes.seats, "HOLD_OPENING", "SELECT $1::uuid")
    assert (await ask_all(at, crowd)).count(Got.TAKEN) > 1


async def test_one_person_who_presses_many_times_at_once_has_one_place(db: str) -> None:
    at, ola = await opening(most=5), await people.volunteer()
    assert set(await ask_all(at, [ola] * 10)) == {Got.TAKEN}
    assert await database.fetchval("SELECT (taken, (SELECT count(*) FROM assignment)) = (1, 1) FROM opening")


async def test_asking_and_a_move_of_the_meeting_at_once_end_well(coordinator: Actor) -> None:
    at, crowd = await opening(most=9), [await people.volunteer() for _ in range(8)]
    start = await database.fetchval("SELECT starts_wall FROM meeting")
    move = actions.move_meeting(coordinator, at.meeting, start + timedelta(hours=1), start + timedelta(hours=3))
    done = await asyncio.gather(ask_all(at, crowd[:4]), move, ask_all(at, crowd[4:]))
    assert set(done[0]) | set(done[2]) == {Got.TAKEN}
    assert await database.fetchval("SELECT bool_and(b.starts_at = m.starts_at) FROM booking b, meeting m")


async def test_codes_are_given_to_what_may_be_asked_for_and_taken_back_after(db: str, settings: Settings) -> None:
    mine, hidden = [await opening() for _ in range(12)], await opening(kind="group")
    assert [await wish_codes.plan(settings) for _ in range(2)] == [12, 0]
    codes = {one["id"]: one["wish_code"] for one in await database.fetch("SELECT id, wish_code FROM opening")}
    given = [codes[one.id] for one in mine]
    assert len(set(given)) == 12 and all(len(code) == 4 and set(code) <= set("23456789") for code in given)
    assert codes[hidden.id] == ""
    assert await wish_codes.opening_of(given[0]) == mine[0].id
    await database.execute("UPDATE meeting SET starts_at = now() WHERE id = $1", mine[0].meeting)
    assert await wish_codes.opening_of(given[0]) is None, "even before the worker has come round"
    await wish_codes.plan(settings)
    assert await database.fetchval("SELECT wish_code FROM opening WHERE id = $1", mine[0].id) == ""


async def test_two_workers_give_no_code_twice(db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wish_codes, "LENGTH", 1)
    for _ in range(7):
        await opening()
    await asyncio.gather(*(wish_codes.plan(settings) for _ in range(4)))
    assert await database.fetchval("SELECT count(DISTINCT wish_code) FROM opening WHERE wish_code <> ''") == 7


@pytest.mark.parametrize("answer", ["accepted", "wish_listed", "wish_declined"])
async def test_an_answer_by_sms_is_one_part_however_long_the_names(coordinator: Actor, answer: str) -> None:
    at = await opening(takes="after_yes", name="Wielkie czytanie najdłuższych bajek świata " * 2)
    await database.execute("UPDATE place SET name = $1, address = $1", "Miejska Biblioteka Publiczna, filia nr 12")
    ola = await me()
    asked = (await wishes.wish(ola, at.id, "web")).assignment
    if answer == "wish_listed":
        other = (await wishes.wish(await me(), at.id, "web")).assignment
        await wishes.grant(coordinator, other)
    await (wishes.refuse if answer == "wish_declined" else wishes.grant)(coordinator, asked)
    body = await database.fetchval(
        "SELECT body FROM message WHERE template = $1 AND channel = 'sms' AND about = $2", answer, f"assignment:{asked}"
    )
    assert len(segments(body).parts) == 1, body
