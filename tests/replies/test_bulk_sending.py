"""What leaves is what was confirmed: the set is frozen, more than a dropping out is asked again, two press once."""

import asyncio
from typing import Any

import pytest
from support import people

from volunteer_hub.intake import merging
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import erasure, export, retention
from volunteer_hub.replies.bulk import actions, queries
from volunteer_hub.replies.bulk.actions import Changed, Sent
from volunteer_hub.replies.bulk.queries import Words
from volunteer_hub.replies.bulk.rules import LANGUAGES, Way, Whom
from volunteer_hub.settings import Settings, load

EMPTY = {code: Words("", "") for code in LANGUAGES}
WORDS = EMPTY | {"pl": Words("Zbiórka", "W sobotę zbiórka o 9:00.")}


@pytest.fixture
async def actor(db: str) -> Actor:
    return people.actor(await people.account())


async def crowd(many: int = 4, **values: Any) -> list[Volunteer]:
    return [await people.volunteer(free=False, **values) for _ in range(many)]


async def ready(actor: Actor, settings: Settings, who: list[Volunteer], way: Way = Way.SMS) -> Any:
    """A draft that was looked at; its id."""
    id = await actions.begin(actor, [one.id for one in who])
    await actions.write(actor, settings, id, way, WORDS)
    return id


async def version(actor: Actor, id: Any) -> int:
    return (await queries.bulk(actor, id)).version


async def press(actor: Actor, settings: Settings, id: Any) -> Sent | None:
    return await actions.send(actor, settings, id, await version(actor, id))


async def addresses() -> set[str]:
    return {row["address"] for row in await database.fetch("SELECT address FROM message WHERE key LIKE 'bulk:%'")}


async def test_who_drops_out_after_the_look_is_left_out_and_told(actor: Actor, settings: Settings) -> None:
    stays, left, stopped, restricted, refused, erased = who = await crowd(6)
    id = await ready(actor, settings, who)
    await database.execute("UPDATE volunteer SET step = 'left' WHERE id = $1", left.id)
    await messaging.opt_out(stopped.phone, "STOP")
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", restricted.id)
    await database.execute("UPDATE volunteer SET sms_ok = false WHERE id = $1", refused.id)
    await erasure.erase(settings, actor, f"volunteer:{erased.id}", why="asked")
    assert await press(actor, settings, id) == Sent(messages=1, left_out=4)
    assert await addresses() == {stays.phone}
    rows = await database.fetch("SELECT left_out FROM bulk_recipient WHERE left_out <> '' ORDER BY 1")
    assert [row["left_out"] for row in rows] == ["left", "refused", "restricted", "stopped"]
    assert await database.fetchval("SELECT count(*) FROM bulk_recipient") == 5, "of the erased not even a row stays"


async def test_who_comes_later_does_not_get_it(actor: Actor, settings: Settings) -> None:
    who = await crowd(2, tags=["finał"])
    id = await ready(actor, settings, who)
    await crowd(3, tags=["finał"])
    assert await press(actor, settings, id) == Sent(2, 0)
    assert await addresses() == {one.phone for one in who}


@pytest.mark.parametrize("change", ["may be written to now", "by another way", "other words"])
async def test_more_than_a_dropping_out_is_asked_again(actor: Actor, settings: Settings, change: str) -> None:
    _, other = who = await crowd(2)
    if change == "may be written to now":
        await database.execute("UPDATE volunteer SET sms_ok = false, email_ok = false WHERE id = $1", other.id)
    id = await ready(actor, settings, who, Way.BEST)
    shown = await version(actor, id)
    if change == "other words":
        await actions.write(actor, settings, id, Way.BEST, EMPTY | {"pl": Words("", "Zbiórka odwołana.")})
    else:
        sms = change == "may be written to now"
        await database.execute("UPDATE volunteer SET sms_ok = $2 WHERE id = $1", other.id, sms)
    with pytest.raises(Changed):
        await actions.send(actor, settings, id, shown)
    assert await addresses() == set()
    assert await press(actor, settings, id) == Sent(2, 0), "looked at once more, it goes"


async def test_a_button_pressed_twice_does_not_confirm_a_picture_nobody_saw(actor: Actor, settings: Settings) -> None:
    _, other = who = await crowd(2)
    await database.execute("UPDATE volunteer SET sms_ok = false WHERE id = $1", other.id)
    id = await ready(actor, settings, who)
    shown = await version(actor, id)
    await database.execute("UPDATE volunteer SET sms_ok = true WHERE id = $1", other.id)
    for _ in range(2):
        with pytest.raises(Changed):
            await actions.send(actor, settings, id, shown)
    assert await addresses() == set()
    assert await press(actor, settings, id) == Sent(2, 0)


async def test_what_is_called_off_while_it_is_being_put_does_not_leave(
    actor: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await ready(actor, settings, await crowd(3))
    shown, put, going = await version(actor, id), asyncio.Event(), actions._put

    async def slowly(*args: Any) -> Sent:
        sent = await going(*args)
        put.set()
        await asyncio.sleep(0.3)
        return sent

    monkeypatch.setattr(actions, "_put", slowly)
    sending = asyncio.create_task(actions.send(actor, settings, id, shown))
    await put.wait()
    assert await actions.cancel(actor, id) == 3 and await sending == Sent(3, 0)
    assert await database.fetchval("SELECT bool_and(state = 'cancelled') FROM message")


async def test_a_corrected_number_is_the_same_person(actor: Actor, settings: Settings) -> None:
    one, other = who = await crowd(2)
    id = await ready(actor, settings, who)
    await database.execute("UPDATE volunteer SET phone = '+48600999888' WHERE id = $1", other.id)
    assert await press(actor, settings, id) == Sent(2, 0)
    assert await addresses() == {one.phone, "+48600999888"}


async def test_nothing_leaves_that_nobody_looked_at(actor: Actor, settings: Settings) -> None:
    id = await actions.begin(actor, [one.id for one in await crowd(2)])
    assert await press(actor, settings, id) is None
    assert await addresses() == set()


async def two_tabs(actor: Actor, settings: Settings) -> tuple[int, int, int]:
    """Both press at one moment: how many were followed, how many messages and lines of the log there are."""
    id = await ready(actor, settings, await crowd(20))
    shown = await version(actor, id)
    both = await asyncio.gather(*(actions.send(actor, settings, id, shown) for _ in range(4)))
    lines = await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'bulk.send'")
    return sum(one is not None for one in both), len(await addresses()), lines


async def test_two_tabs_send_it_once(actor: Actor, settings: Settings) -> None:
    assert await two_tabs(actor, settings) == (1, 20, 1)


async def test_control_without_the_claim_several_presses_are_followed(
    actor: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys still keep each person's message single; the log and the page would tell of several sendings."""
    monkeypatch.setattr(actions, "CLAIM", "SELECT version FROM bulk WHERE id = $1")
    followed, messages, lines = await two_tabs(actor, settings)
    assert followed > 1 and lines > 1 and messages == 20


async def test_the_provider_rate_spreads_it(actor: Actor, db: str) -> None:
    slow = load(
        {
            "HUB_MODE": "demo", "HUB_SMS_PER_SECOND": "2", "HUB_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "HUB_TWILIO_AUTH_TOKEN": "t" * 32, "HUB_TWILIO_FROM": "+48732000000",
        }
    )  # fmt: skip
    id = await ready(actor, slow, await crowd(5))
    await press(actor, slow, id)
    seconds = await database.fetchval("SELECT extract(epoch FROM max(due_at) - min(due_at))::float8 FROM message")
    assert seconds == pytest.approx(2.0, abs=0.2)
    expires = await database.fetchval("SELECT bool_and(expires_at < now() + interval '49 hours') FROM message")
    assert expires, "news for many is stale after two days"


async def test_of_a_group_only_who_runs_it_writes_and_reads(db: str, settings: Settings) -> None:
    mine, other = await people.account(), await people.account()
    group = await people.initiative(kind="group", coordinator=mine.id, name="Wtorki")
    for n in range(3):
        await people.member(group, await people.participant(alias=f"Z{n}", phone=f"+4860055500{n}"))
    await people.member(group, await people.participant(alias="Milczek", sms_ok=False))
    runs, stranger = people.actor(mine), people.actor(other)
    with pytest.raises(Refused) as refused:
        await actions.begin_for(stranger, Whom.PARTICIPANTS, initiative=group.id)
    assert refused.value.status == 404
    id = await actions.begin_for(runs, Whom.PARTICIPANTS, initiative=group.id)
    await actions.write(runs, settings, id, Way.SMS, WORDS)
    for look in (queries.bulk(stranger, id), actions.send(stranger, settings, id, 1), actions.cancel(stranger, id)):
        with pytest.raises(Refused) as refused:
            await look
        assert refused.value.status == 404
    assert await queries.bulks(stranger) == [] and len(await queries.bulks(runs)) == 1
    assert await press(runs, settings, id) == Sent(3, 0)
    abouts = await database.fetch("SELECT about FROM message")
    assert all(row["about"].startswith("participant:") for row in abouts)


async def test_who_left_the_group_since_is_left_out(db: str, settings: Settings) -> None:
    mine = await people.account()
    group = await people.initiative(kind="group", coordinator=mine.id)
    phones = ("+48600555001", "+48600555002")
    _, leaves = [await people.member(group, await people.participant(phone=phone)) for phone in phones]
    meeting = await people.meeting(group)
    id = await actions.begin_for(people.actor(mine), Whom.PARTICIPANTS, meeting=meeting.id)
    await actions.write(people.actor(mine), settings, id, Way.SMS, WORDS)
    await database.execute("UPDATE member SET left_on = centre_today() WHERE id = $1", leaves.id)
    assert await press(people.actor(mine), settings, id) == Sent(1, 1)
    assert await database.fetchval("SELECT left_out FROM bulk_recipient WHERE left_out <> ''") == "not_here"


async def test_the_volunteers_of_a_meeting_are_those_who_said_yes(actor: Actor, settings: Settings) -> None:
    of = await people.initiative()
    meeting = await people.meeting(of)
    opening = await people.opening(meeting, taken=1)
    yes, asked = await crowd(2)
    for who, state in ((yes, "accepted"), (asked, "invited")):
        await database.execute(
            "INSERT INTO assignment (id, opening, volunteer, state, code, invited_at, created_at)"
            " VALUES (gen_random_uuid(), $1, $2, $3, '', now(), now())", opening.id, who.id, state,
        )  # fmt: skip
    assert await queries.people_of(Whom.VOLUNTEERS, of.id, meeting.id) == {yes.id}
    assert await queries.people_of(Whom.VOLUNTEERS, of.id, None) == {yes.id}


async def test_nobody_but_coordinators(db: str, settings: Settings) -> None:
    who = (await crowd(1))[0]
    for role in (Role.FIRST_CONTACT, Role.FACILITATOR, Role.ADMINISTRATOR, Role.SPECIALIST, Role.VOLUNTEER):
        stranger = people.actor(await people.account(role))
        for act in (actions.begin(stranger, [who.id]), queries.bulks(stranger)):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 404


async def test_two_rows_of_one_person_become_one_of_the_set(actor: Actor, settings: Settings) -> None:
    kept, gone, only_gone = await crowd(3)
    both = await ready(actor, settings, [kept, gone])
    one = await ready(actor, settings, [only_gone])
    await merging.merge(actor, kept.id, gone.id, {})
    await merging.merge(actor, kept.id, only_gone.id, {})
    for id in (both, one):
        rows = await database.fetch("SELECT volunteer FROM bulk_recipient WHERE bulk = $1", id)
        assert [row["volunteer"] for row in rows] == [kept.id]


async def test_words_and_people_go_after_their_time(actor: Actor, settings: Settings) -> None:
    sent, draft, new = [await ready(actor, settings, await crowd(1)) for _ in range(3)]
    await press(actor, settings, sent)
    await database.execute("UPDATE bulk SET sent_at = now() - interval '13 months' WHERE id = $1", sent)
    await database.execute("UPDATE bulk SET changed_at = now() - interval '8 days' WHERE id = $1", draft)
    for key in ("to-many", "to-many-drafts"):
        assert await retention.carry_out(settings, retention.BY_KEY[key]) == 1
    assert [row["id"] for row in await database.fetch("SELECT id FROM bulk")] == [new]
    assert await database.fetchval("SELECT count(*) FROM bulk_recipient") == 1


async def test_who_is_in_the_set_finds_it_in_their_copy(actor: Actor, settings: Settings) -> None:
    who = (await crowd(1))[0]
    await press(actor, settings, await ready(actor, settings, [who]))
    parts = await export.of(f"volunteer:{who.id}")
    assert [part.rows for part in parts if part.table == "bulk_recipient"] == [
        [{"channel": "sms", "without": "", "left_out": ""}]
    ]
