"""What strangers can make us send: one SMS to a number that never answered, little from one place, so much in a day."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as some
from intake.by_hand import HELP
from starlette.datastructures import FormData
from support import people
from support.visitor import Visitor

from volunteer_hub.access import limits, strangers, watch
from volunteer_hub.access.strangers import FROM_ONE_NETWORK, FROM_ONE_PLACE, TO_ONE_NUMBER
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import proven
from volunteer_hub.settings import Settings, load

DEMO = {"HUB_MODE": "demo"}
REAL = {"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40}


def number(n: int) -> str:
    """Each of another block, as people's numbers are."""
    return f"+4860{n:03d}0700"


def in_a_row(n: int) -> str:
    """All of one block."""
    return f"+48600700{n:03d}"


async def test_a_number_that_never_answered_gets_one_and_no_more(db: str, settings: Settings) -> None:
    asked = [await strangers.may_write(settings, number(1), f"10.0.{n}.1") for n in range(3)]
    assert asked == [True, False, False]
    await database.execute("DELETE FROM allowance")
    assert not await strangers.may_write(settings, number(1), "10.1.0.1"), "nor on another day"
    await proven.note(number(1), "answer")
    assert await strangers.may_write(settings, number(1), "10.1.0.1")


async def test_one_that_did_gets_three_a_day(db: str, settings: Settings) -> None:
    await proven.note(number(1), "desk")
    asked = [await strangers.may_write(settings, number(1), f"10.0.{n}.1") for n in range(5)]
    assert asked.count(True) == TO_ONE_NUMBER.most == 3


async def test_one_place_and_one_network_cause_ten_an_hour(db: str, settings: Settings) -> None:
    asked = [await strangers.may_write(settings, number(n), "10.0.0.1") for n in range(12)]
    assert asked.count(True) == FROM_ONE_PLACE.most == 10
    asked = [await strangers.may_write(settings, number(100 + n), f"10.0.7.{n}") for n in range(12)]
    assert asked.count(True) == FROM_ONE_NETWORK.most == 10
    assert await strangers.may_write(settings, number(200), "10.0.8.1"), "another network"


async def test_what_is_refused_costs_nothing(db: str, settings: Settings) -> None:
    for n in range(12):
        await strangers.may_write(settings, number(n), "10.0.0.1")
    refused = number(11)
    assert await database.fetchval("SELECT count(*) FROM proven_number WHERE address = $1", refused) == 0
    assert await strangers.may_write(settings, refused, "10.9.0.1"), "its one message is still there"


@pytest.mark.parametrize(
    ("phone", "may"),
    [
        (number(1), True),
        ("+48540123456", False),
        ("+48700123456", False),
        ("+380671234567", False),
        ("+4860070080", False),
    ],
)
async def test_only_polish_mobiles_unless_the_centre_says_more(
    phone: str, db: str, settings: Settings, *, may: bool
) -> None:
    assert await strangers.may_write(settings, phone, "place") is may


async def test_the_centre_may_name_more_beginnings(db: str) -> None:
    settings = load(DEMO | {"HUB_SMS_PREFIXES": "+48, +380"})
    assert await strangers.may_write(settings, "+380671234567", "place")
    assert not await strangers.may_write(settings, "+420601123456", "place")


async def last_of_the_budget(many: int) -> int:
    settings = load(DEMO | {"HUB_SMS_DAILY_BUDGET": "3"})
    asked = await asyncio.gather(
        *(strangers.may_write(settings, number(n), f"10.{n}.0.1") for n in range(many))
    )
    return asked.count(True)


async def test_the_last_sms_of_the_day_is_one(db: str) -> None:
    assert await last_of_the_budget(12) == 3
    settings = load(DEMO | {"HUB_SMS_DAILY_BUDGET": "3"})
    await database.execute("UPDATE allowance SET at = at - interval '20 hours'")
    assert not await strangers.may_write(settings, number(99), "10.99.0.1"), "a day's budget does not grow back"


async def test_control_counting_before_spending_passes_the_budget(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def careless(settings: Settings, limit: object, who: str) -> bool:
        spent = await database.fetchval("SELECT count(*) FROM proven_number")
        await asyncio.sleep(0.05)
        return spent < 3

    monkeypatch.setattr(limits, "spend", careless)
    assert await last_of_the_budget(12) > 3


async def of_one_block(many: int, settings: Settings) -> int:
    asked = await asyncio.gather(
        *(strangers.may_write(settings, in_a_row(n), f"10.{n}.0.1") for n in range(many))
    )
    return asked.count(True)


async def test_new_numbers_of_one_block_are_stopped(db: str, settings: Settings) -> None:
    assert await of_one_block(12, settings) == settings.sms_block_hourly == 5
    assert await database.fetchval("SELECT count(*) FROM proven_number") == 5, "what is refused costs nothing"
    assert await database.fetchval("SELECT min(unspent) FROM allowance WHERE unspent > 100") == 295, "nor of the day"
    assert await strangers.may_write(settings, number(701), "10.50.0.1"), "another block"
    await proven.note(in_a_row(90), "answer")
    await database.execute("UPDATE proven_number SET at = now() - interval '1 month' WHERE how = 'answer'")
    assert await strangers.may_write(settings, in_a_row(90), "10.51.0.1"), "one that proved itself is not new"
    assert not await strangers.may_write(settings, in_a_row(80), "10.52.0.1")
    await database.execute("UPDATE proven_number SET at = at - interval '61 minutes'")
    assert await strangers.may_write(settings, in_a_row(80), "10.52.0.1"), "an hour later"


async def test_control_without_the_limit_all_of_a_block_go_through(db: str) -> None:
    assert await of_one_block(12, load(DEMO | {"HUB_SMS_BLOCK_HOURLY": "0"})) == 12


async def test_control_unless_the_days_row_is_held_a_block_passes_its_limit(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(DEMO | {"HUB_SMS_BLOCK_HOURLY": "1"})
    assert await of_one_block(4, settings) == 1
    await database.execute("DELETE FROM proven_number")

    # Nobody goes on until all four have counted, however slow the machine is.
    counted, count = asyncio.Barrier(4), strangers._is_calm

    async def together(phone: str, most: int) -> bool:
        calm = await count(phone, most)
        await counted.wait()
        return calm

    async def unheld(settings: Settings, limit: object, who: str) -> bool:
        return True

    monkeypatch.setattr(strangers, "_is_calm", together)
    monkeypatch.setattr(limits, "spend", unheld)
    assert await of_one_block(4, settings) > 1


async def test_of_a_stopped_block_the_form_is_saved_and_the_page_says_we_ring(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await of_one_block(5, settings)
    visitor = Visitor(client)
    for phone, sms in ((in_a_row(60), 0), (number(702), 1)):
        await visitor.open("/help")
        await visitor.send("/help", **HELP | {"phone": phone})
        assert visitor.page.url.path == "/help/done" and "zadzwoni" in visitor.page.text
        assert await database.fetchval("SELECT count(*) FROM request WHERE phone = $1", phone) == 1
        assert await database.fetchval("SELECT count(*) FROM message WHERE address = $1", phone) == sms


async def spent(budget: int) -> Settings:
    settings = load(DEMO | {"HUB_SMS_DAILY_BUDGET": str(budget), "HUB_PUBLIC_URL": "http://hub.test"})
    for n in range(3):
        await strangers.may_write(settings, number(n), f"10.{n}.0.1")
    return settings


async def test_coordinators_are_told_once_a_day_that_the_budget_is_spent(db: str) -> None:
    told = [await people.account(), await people.account()]
    await people.account(Role.ADMINISTRATOR)
    settings = await spent(3)
    for _ in range(2):
        await asyncio.gather(*(watch.plan(settings) for _ in range(3)))
    letters = await database.fetch("SELECT address, body FROM message WHERE template = 'sms_budget'")
    assert sorted(one["address"] for one in letters) == sorted(one.email for one in told)
    for named in ("/desk/requests", "/desk/people?step=applied", "/desk/people?consent=guardian", ": 3."):
        assert named in letters[0]["body"]
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'sms.budget'") == 1


async def test_control_one_sms_left_is_nothing_to_tell(db: str) -> None:
    await people.account()
    for settings in (await spent(4), load(DEMO | {"HUB_SMS_DAILY_BUDGET": "0"})):
        await watch.plan(settings)
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_the_desk_sees_whom_to_ring_since(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    settings = await spent(3)
    assert "Koniec SMS-ów na dziś" not in (await client.get("/desk")).text
    await watch.plan(settings)
    assert "Koniec SMS-ów na dziś" in (await client.get("/desk")).text
    visitor = Visitor(client)
    await visitor.open("/help")
    await visitor.send("/help", **HELP)
    page = (await client.get("/desk")).text
    assert "Zadzwoń: 1 zgłoszenie" in page and "nowa osoba" not in page


async def test_no_budget_is_no_sms(db: str) -> None:
    assert not await strangers.may_write(load(DEMO | {"HUB_SMS_DAILY_BUDGET": "0"}), number(1), "place")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert strangers.network(address) == network


@given(some.text(max_size=60))
def test_any_text_is_some_network(text: str) -> None:
    strangers.network(text)


@given(some.text(max_size=40), some.text(max_size=40))
def test_any_text_in_a_form_is_no_error(opened: str, trap: str) -> None:
    assert strangers.is_person(load(REAL), FormData([("opened", opened), ("website", trap)])) is False


def test_a_form_takes_a_while_and_has_an_input_nobody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(REAL)
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    opened = strangers.opened(settings)

    def sent(after: float, **values: str) -> bool:
        monkeypatch.setattr(clock, "now", lambda: at + timedelta(seconds=after))
        return strangers.is_person(settings, FormData({"opened": opened, "website": "", **values}))

    assert sent(3) and sent(3600)
    assert not sent(0.5) and not sent(-5) and not sent(2 * 86400), "too fast, from the future, from last week"
    assert not sent(3, website="https://spam.example") and not sent(3, opened="") and not sent(3, opened=opened + "0")
    assert not strangers.is_person(load(REAL | {"HUB_SECRET_KEY": "y" * 40}), FormData({"opened": opened}))


async def test_a_script_is_turned_away_and_a_person_presses_once_more(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/sign-in")).text
    assert 'name="website"' in page and 'tabindex="-1"' in page
    mark = page.split('name="csrf" value="')[1].split('"')[0]
    answer = await client.post("/sign-in", data={"csrf": mark, "who": "a@example.org", "website": "x"})
    assert answer.status_code == 422 and "a@example.org" in answer.text
    assert await database.fetchval("SELECT count(*) FROM sign_in_code") == 0
