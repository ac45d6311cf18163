"""SMS through the real Twilio client to an honest fake on loopback, with every way it may fail."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from support.fake_twilio import BAD_NUMBER, BAD_TOKEN, FROM, LOST, STOPPED, FakeTwilio, Fault, busy

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import actions, delivery, outbox, queries
from volunteer_hub.messaging.rules import USUAL, Channel, State, Timing

PHONE = "+48600100200"


async def test_an_sms_reaches_the_provider_with_our_own_reference(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put("będę")
    await post.tick()
    (taken,) = twilio.accepted
    assert (taken["to"], taken["from"], taken["body"]) == (PHONE, FROM, "Zazolc Lucja: bede")
    assert taken["status_callback"] == f"http://hub.test/hooks/twilio/status?ref={message}"
    assert taken["validity_period"] is None
    row = await post.row(message)
    assert (row["state"], row["provider_id"], row["attempt"]) == ("accepted", taken["sid"], 1)
    assert row["sent_at"] is not None and row["lease_until"] is None


async def test_a_messaging_service_sends_instead_of_a_number(make_post: Any, twilio: FakeTwilio) -> None:
    post = make_post(**twilio.settings(), twilio_messaging_service_sid="MG1")
    await post.put()
    await post.tick()
    assert (twilio.accepted[0]["messaging_service_sid"], twilio.accepted[0]["from"]) == ("MG1", None)


async def test_the_provider_is_told_when_it_is_too_late(post: Any, twilio: FakeTwilio) -> None:
    for left in (1.9, 600, 90_000):
        await post.put(f"{left}", expires_at=clock.now() + timedelta(seconds=left))
    await post.tick()
    told = {m["body"].split()[-1]: int(m["validity_period"]) for m in twilio.accepted}
    assert told["1.9"] == 1 and 590 <= told["600"] <= 600 and told["90000"] == 36_000


async def test_what_came_too_late_is_never_sent(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put(expires_at=clock.now() + timedelta(seconds=60))
    await post.passes(61)
    await delivery.deliver(Channel.SMS, post.channels, USUAL)  # the claim itself looks, whether or not others tidied up
    assert (await post.state(message), twilio.accepted) == ("expired", [])


async def test_what_is_not_due_waits(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put(due_at=clock.now() + timedelta(minutes=5))
    await post.tick()
    assert (await post.state(message), twilio.accepted) == ("planned", [])
    await post.passes(301)
    await post.tick()
    assert len(twilio.accepted) == 1


async def test_stop_between_planning_and_sending_is_heard(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put()
    await database.execute("INSERT INTO opt_out (address, since, word) VALUES ($1, now(), 'STOP')", PHONE)
    await post.tick()
    assert (await post.state(message), twilio.accepted) == ("suppressed", [])


async def test_stop_known_to_the_provider_becomes_ours(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(STOPPED)
    first, second = await post.put("raz"), await post.put("dwa")
    await database.execute("UPDATE message SET due_at = now() + interval '1 min' WHERE id = $1", second)
    await post.tick()
    assert [await post.state(m) for m in (first, second)] == ["suppressed", "suppressed"]
    assert await queries.is_stopped(PHONE) and twilio.accepted == []


async def test_a_wrong_number_is_not_tried_again(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(BAD_NUMBER)
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["error"], row["attempt"], twilio.accepted) == ("undelivered", "21211", 1, [])


async def test_busy_means_later_and_not_before_it_said(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(busy(120))
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "planned"
    await post.passes(110)
    await post.tick()
    assert twilio.accepted == []
    await post.passes(11)
    await post.tick()
    assert (await post.state(message), len(twilio.accepted), twilio.asked) == ("accepted", 1, 0)


async def test_an_outage_of_hours_parks_nothing_and_sends_nothing_twice(
    post: Any, make_post: Any, twilio: FakeTwilio
) -> None:
    away = make_post(**(twilio.settings() | {"twilio_base_url": "http://127.0.0.1:1"}))
    message = await away.put()
    late = await away.put(expires_at=clock.now() + timedelta(hours=1))
    for _ in range(12):
        await away.tick()
        await away.passes(900)
    row = await post.row(message)
    assert (row["state"], row["attempt"], row["deferred"]) == ("planned", 12, 12)
    await post.tick()
    assert [await post.state(m) for m in (message, late)] == ["accepted", "expired"]


async def test_a_refused_account_pauses_the_channel_not_the_mail(post: Any, twilio: FakeTwilio, mail: Any) -> None:
    twilio.faults.extend([BAD_TOKEN] * 3)
    messages = [await post.put(f"{n}") for n in range(3)]
    letter = await post.put(to="ewa@example.org")
    with capture_logs() as logs:
        await post.tick()
    assert [await post.state(m) for m in messages] == ["planned"] * 3
    assert await post.state(letter) == "accepted" and await queries.pauses() == {Channel.SMS: "20003"}
    assert any(line["log_level"] == "error" and line["event"] == "channel refuses us" for line in logs)
    await post.passes(800)
    await post.tick()
    assert twilio.accepted == []  # backoffs are over, the pause is not
    await post.passes(101)
    await post.tick()
    assert [await post.state(m) for m in messages] == ["accepted"] * 3


@pytest.mark.parametrize("fault", [LOST, Fault(accept=True, status=500), Fault(accept=True, status=502)])
async def test_a_lost_answer_is_asked_for_and_not_sent_again(post: Any, twilio: FakeTwilio, fault: Fault) -> None:
    twilio.faults.append(fault)
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "unknown"
    await post.passes(60)
    await post.tick()
    assert (await post.state(message), twilio.asked) == ("unknown", 0)  # too early: the provider's list may lag
    await post.passes(31)
    await post.tick()
    row = await post.row(message)
    assert (row["state"], row["provider_id"]) == ("accepted", twilio.accepted[0]["sid"])
    assert len(twilio.accepted) == 1


async def test_an_error_without_acceptance_is_sent_again_after_asking(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(Fault(status=500))
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["attempt"], twilio.asked, len(twilio.accepted)) == ("accepted", 2, 1, 1)


async def test_an_answer_that_takes_too_long_is_a_lost_one(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(Fault(accept=True, status=201, delay=1))
    message = await post.put()
    await post.tick(Timing(timeout=0.3, lease=1, grace=1))
    assert await post.state(message) == "unknown"
    await post.settle()
    assert (await post.state(message), len(twilio.accepted)) == ("accepted", 1)


async def test_forty_lost_answers_at_once_are_all_found(post: Any, twilio: FakeTwilio) -> None:
    """The same words to the same number among them: each message finds one of its own."""
    twilio.faults.extend([LOST, Fault(accept=True, status=500), Fault(status=500), Fault(drop=True)] * 10)
    for n in range(40):
        await post.put("to samo" if n % 2 else f"słowo {n}")
    await post.settle()
    assert len(twilio.accepted) == 40 and (await queries.counts())[State.ACCEPTED] == 40
    assert await database.fetchval("SELECT count(DISTINCT provider_id) FROM message") == 40


async def test_when_nobody_answers_the_desk_decides(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(LOST)
    twilio.list_faults.extend([Fault(status=500)] * 4)
    message = await post.put()
    await post.tick()
    for wait in (91, 61, 301):
        await post.passes(wait)
        await post.tick()
        assert await post.state(message) == "unknown"
    await post.passes(901)
    await post.tick()
    assert (await post.state(message), twilio.asked, len(twilio.accepted)) == ("parked", 4, 1)


async def test_a_poisoned_message_parks_after_five_tries_and_others_flow(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.extend([Fault(status=500)] * 5)
    poisoned = await post.put("trucizna")
    for _ in range(6):
        await post.tick()
        await post.passes(1000)
    row = await post.row(poisoned)
    assert (row["state"], row["attempt"]) == ("parked", 5)
    other = await post.put("inna")
    await post.tick()
    assert await post.state(other) == "accepted" and len(twilio.accepted) == 1


async def test_called_off_while_on_its_way_is_not_sent_again(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.extend([Fault(status=500, delay=0.3), busy(1)])
    messages = [await post.put("raz", about="meeting:1"), await post.put("dwa", about="meeting:1")]
    sending = asyncio.create_task(post.tick())
    await twilio.arrived.wait()
    async with database.transaction():
        assert await outbox.cancel(about="meeting:1") == 0
    await sending
    await post.settle()
    assert [await post.state(m) for m in messages] == ["cancelled"] * 2 and twilio.accepted == []


async def test_one_line_of_log_per_outcome_without_address_or_words(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(BAD_NUMBER)
    await database.execute("SELECT 1")
    message = await post.put("sekret")
    await database.execute("UPDATE message SET trace = 'abc'")
    with capture_logs() as logs:
        await post.tick()
    (line,) = logs
    assert (line["ref"], line["trace"], line["state"], line["error"]) == (str(message), "abc", "undelivered", "21211")
    assert not any(word in str(line) for word in ("sekret", "600100200", "Lucja"))


async def test_ids_guessed_by_words_give_way_to_proof(post: Any, twilio: FakeTwilio) -> None:
    """Two messages with the same words; the one that did arrive is found for the other, until its callback says so."""
    twilio.faults.append(Fault(status=500))
    lost_one = await post.put("to samo")
    await post.tick()
    arrived = await post.put("to samo")
    await post.tick()
    sid = twilio.accepted[0]["sid"]
    await database.execute("UPDATE message SET provider_id = NULL, state = 'in_flight' WHERE id = $1", arrived)
    await database.execute("UPDATE message SET provider_id = $2, state = 'accepted' WHERE id = $1", lost_one, sid)
    assert await actions.record_callback(ref=arrived, provider_id=sid, status="delivered")
    assert [await post.state(m) for m in (arrived, lost_one)] == ["delivered", "unknown"]
    await post.settle()
    assert await post.state(lost_one) == "accepted" and len(twilio.accepted) == 2
