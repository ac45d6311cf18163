"""What is put or falls due in quiet hours: when it leaves, what may ring all the same, what comes too late."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from support.fake_mail import FakeMail
from support.fake_twilio import FakeTwilio, busy
from support.quiet_hours import night

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import delivery, flow, outbox, quiet
from volunteer_hub.messaging.flow import Limits
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import USUAL, Channel

MINUTE = timedelta(minutes=1)


def later(**by: float) -> datetime:
    return clock.now() + timedelta(**by)


async def deliver(post: Any, limit: Limits | None = None, channel: Channel = Channel.SMS) -> int:
    return await delivery.deliver(channel, post.channels, USUAL, limit=limit or flow.limits(post.settings, channel))


async def test_words_put_at_night_leave_in_the_morning(post: Any, twilio: FakeTwilio) -> None:
    with night() as hours:
        id = await post.put(expires_at=later(days=9))
        row = await post.row(id)
        assert row["due_at"] == quiet.leaves(clock.now(), hours) and not row["any_hour"]
        assert await deliver(post) == 0 and not twilio.accepted
    await post.passes((row["due_at"] - clock.now()).total_seconds())
    assert await deliver(post) == 1 and len(twilio.accepted) == 1


async def test_control_without_quiet_hours_they_leave_at_once(post: Any, twilio: FakeTwilio) -> None:
    await post.put(expires_at=later(days=9))
    assert await deliver(post) == 1 and len(twilio.accepted) == 1


async def test_a_code_and_an_answer_leave_at_any_hour(post: Any, twilio: FakeTwilio) -> None:
    with night():
        await post.put(about="account:1", expires_at=later(minutes=10))
        await post.put(about="inbound:1", wakes=Wakes.ALWAYS, expires_at=later(hours=1))
        assert await deliver(post) == 2
    assert len(twilio.accepted) == 2


async def test_an_e_mail_leaves_at_any_hour(post: Any, mail: FakeMail) -> None:
    with night():
        await post.put(to="ewa@example.org")
        assert await deliver(post, channel=Channel.EMAIL) == 1


async def test_news_that_the_morning_would_make_useless_leaves_at_once(post: Any) -> None:
    with night(ends_in=timedelta(hours=3)):
        off = await post.put(expires_at=later(hours=4))
        moved = await post.put(expires_at=later(days=30), needed_by=later(hours=2))
        in_time = await post.put(expires_at=later(days=30), needed_by=later(days=20))
        assert await deliver(post) == 2
    assert [await post.state(id) for id in (off, moved, in_time)] == ["accepted", "accepted", "planned"]


async def test_an_offer_for_which_the_morning_is_too_late_is_not_sent(post: Any) -> None:
    """The coordinator sees why; by their explicit word it leaves."""
    with night():
        by_machine = await post.put(wakes=Wakes.NEVER, expires_at=later(hours=2))
        by_word = await post.put(wakes=Wakes.ALWAYS, expires_at=later(hours=2))
        assert await deliver(post) == 1
    row = await post.row(by_machine)
    assert (row["state"], row["error"]) == ("expired", "quiet") and row["finished_at"]
    assert await post.state(by_word) == "accepted"


async def test_what_was_turned_away_by_day_waits_for_the_morning(post: Any, twilio: FakeTwilio) -> None:
    """Put by day, but the provider was busy until night: the claim holds it, and the row says when it leaves."""
    held, code = await post.put(expires_at=later(days=9)), await post.put(about="account:1")
    twilio.faults.extend([busy(1)] * 2)
    assert await deliver(post) == 2
    await post.passes(1000)
    with night() as hours:
        assert await deliver(post) == 1
        row = await post.row(held)
        assert row["state"] == "planned" and row["due_at"] == quiet.leaves(clock.now(), hours)
    assert await post.state(code) == "accepted" and len(twilio.accepted) == 1


async def test_control_a_claim_that_does_not_look_at_the_hour_rings_at_night(post: Any, twilio: FakeTwilio) -> None:
    await post.put(expires_at=later(days=9))
    with night():
        assert await deliver(post, flow.NONE) == 1


async def test_the_claim_itself_refuses_at_night(post: Any) -> None:
    """Night falls between the look at the hours and the claim: the database's clock decides."""
    await post.put(expires_at=later(days=9))
    over = (later(hours=-9), later(seconds=-1))
    assert await delivery._claim(Channel.SMS, 8, USUAL, flow.NONE, over) == ([], 0.0)
    claimed, _ = await delivery._claim(Channel.SMS, 8, USUAL, flow.NONE, (over[0], later(hours=1)))
    assert len(claimed) == 1


async def test_said_anew_at_night_it_leaves_in_the_morning(post: Any) -> None:
    with night() as hours:
        await post.put(key="k", wakes=Wakes.ALWAYS, due_at=later(hours=1))
        async with database.transaction():
            said: Any = {"key": "k", "about": "test:1", "channel": Channel.SMS, "address": "+48600100200"}
            said |= {"language": "pl", "template": "note", "values": {"name": "Ewa", "said": "inaczej"}}
            assert await outbox.replace(**said, expires_at=later(days=9))
        row = await database.fetchrow("SELECT any_hour, due_at FROM message")
    assert row and not row["any_hour"] and row["due_at"] == quiet.leaves(clock.now(), hours)


@pytest.mark.parametrize("wakes", Wakes)
def test_what_is_decided_by_day_for_the_night(wakes: Wakes) -> None:
    """Put at 19:50; the provider is back at 20:10. News of a meeting at half past eight may ring, an offer may not."""
    hours = quiet.Hours(quiet.BEGINS, quiet.ENDS, "Europe/Warsaw")
    evening, meeting = (
        clock.instant(datetime.fromisoformat(text), hours.zone) for text in ("2026-11-25 19:50", "2026-11-26 08:30")
    )
    assert quiet.decide(evening, meeting, wakes, hours) == (evening, wakes is not Wakes.NEVER)
    assert quiet.decide(evening, meeting + timedelta(hours=3), wakes, hours) == (evening, wakes is Wakes.ALWAYS)
