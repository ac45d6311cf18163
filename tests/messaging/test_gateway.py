"""SMS by an HTTP gateway: what it is told, what its answers mean, and that what is in doubt is never sent twice."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import new_client
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.responses import JSONResponse, Response
from support.fake_gateway import FROM, KEY, TOKEN, FakeGateway
from support.fake_twilio import LOST, FakeTwilio, Fault

from volunteer_hub import app as application
from volunteer_hub import settings as settings_module
from volunteer_hub.kit import clock, database
from volunteer_hub.messaging.channels import gateway, gateway_client, probe
from volunteer_hub.messaging.channels.base import NotAccepted, Rejected, SafeRetry, Unusable
from volunteer_hub.messaging.channels.gateway import Gateway
from volunteer_hub.messaging.rules import State
from volunteer_hub.settings import BadSettings

PHONE = "+48600100200"
WHOLE = FakeGateway(url="https://sms.example.org/v1").settings()


@pytest.fixture
def fake(stage: Any) -> FakeGateway:
    stage.fake = FakeGateway(url=stage.url)
    return stage.fake


@pytest.fixture
def post(make_post: Any, fake: FakeGateway) -> Any:
    return make_post(**fake.settings())


async def test_a_message_reaches_the_gateway_with_our_own_reference(post: Any, fake: FakeGateway) -> None:
    assert isinstance(post.channels.sms, Gateway)
    message = await post.put("będę")
    await post.tick()
    (taken,) = fake.accepted
    assert (taken["to"], taken["from"], taken["text"]) == (PHONE, FROM, "Zazolc Lucja: bede")
    assert (taken["encoding"], taken["max_parts"], taken["external_id"]) == ("GSM-7", 1, str(message))
    assert taken["report_url"] == f"http://hub.test/hooks/gateway/status?key={KEY}&ref={message}"
    assert "valid_seconds" not in taken
    row = await post.row(message)
    assert (row["state"], row["provider_id"], row["attempt"]) == ("accepted", taken["id"], 1)


async def test_letters_that_need_it_go_as_unicode_and_parts_are_counted(post: Any, fake: FakeGateway) -> None:
    long, cyrillic = await post.put("x" * 200), await post.put("Чекаємо на Вас завтра о шостій " * 3)
    await database.execute("UPDATE message SET body = 'Żółć' WHERE id = $1", await post.put("ż"))
    await post.tick()
    told = {m["external_id"]: (m["encoding"], m["max_parts"]) for m in fake.accepted}
    assert told.pop(str(long)) == ("GSM-7", 2) and told.pop(str(cyrillic)) == ("UCS-2", 2)
    assert list(told.values()) == [("UCS-2", 1)] and "Żółć" in fake.bodies()


async def test_the_gateway_is_told_when_it_is_too_late(post: Any, fake: FakeGateway) -> None:
    for left in (1.9, 600, 900_000):
        await post.put(f"{left}", expires_at=clock.now() + timedelta(seconds=left))
    await post.tick()
    told = {m["text"].split()[-1]: m["valid_seconds"] for m in fake.accepted}
    assert told["1.9"] == 1 and 590 <= told["600"] <= 600 and told["900000"] == gateway.LONGEST_VALIDITY


async def test_a_list_that_lags_brings_no_second_sms(post: Any, fake: FakeGateway) -> None:
    """Asked too early the gateway does not know its own message yet; sent again, it knows our reference."""
    fake.faults.append(LOST)
    fake.list_lag = timedelta(hours=1)
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["attempt"], row["provider_id"]) == ("accepted", 2, fake.accepted[0]["id"])
    assert len(fake.accepted) == 1


async def test_a_reference_it_had_before_but_without_an_id_is_asked_for(post: Any, fake: FakeGateway) -> None:
    fake.says = JSONResponse({"error": {"code": "duplicate"}}, 409)
    message = await post.put()
    await post.tick()
    assert (await post.state(message), (await post.row(message))["error"]) == ("unknown", "409 without id")


async def test_a_list_of_others_is_no_answer(post: Any, fake: FakeGateway) -> None:
    """A gateway that ignores what is asked for might hide ours further down: the desk decides, nothing is sent."""
    await post.put("inna")
    await post.tick()
    fake.filters = False
    fake.faults.append(Fault(status=500))
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["error"], len(fake.accepted)) == ("parked", "list of others", 1)


async def test_another_address_is_not_followed(post: Any, fake: FakeGateway) -> None:
    """The token and the words would go there."""
    fake.says = Response(status_code=307, headers={"Location": f"{fake.url}/elsewhere"})
    message = await post.put()
    await post.tick()
    assert ((await post.row(message))["error"], fake.accepted) == ("307", [])


@pytest.mark.parametrize(
    ("status", "said", "kind", "reason"),
    [
        (200, {"error": {"code": "bad_number"}}, Rejected, "bad_number"),
        (422, {"error": {"code": 13}}, Rejected, "13"),
        (400, {"error": {"code": "numer +48600100200 zły"}}, Rejected, "refused"),
        (200, {"error": {"code": "busy"}}, SafeRetry, "busy"),
        (200, {"error": {"code": "no_credit"}}, Unusable, "no_credit"),
        (400, {"error": "zle"}, Unusable, "400"),
        (402, {}, Unusable, "402"),
        (404, {}, Unusable, "404"),
        (403, {"error": {"code": "ip"}}, Unusable, "ip"),
    ],
)
def test_what_a_refusal_means(status: int, said: dict[str, Any], kind: type[NotAccepted], reason: str) -> None:
    meant = gateway_client.meaning(status, said)
    assert (type(meant), meant.reason) == (kind, reason)


def test_whom_the_gateway_knows_as_stopped_is_suppressed() -> None:
    meant = gateway_client.meaning(400, {"error": {"code": "opted_out"}})
    assert isinstance(meant, Rejected) and meant.state is State.SUPPRESSED


@pytest.mark.parametrize(
    "answer",
    [b"", b"OK", b"[]", b"null", b'{"id": null}', b'{"id": true}', b'{"id": ""}', b"\xff\xfe", b'{"id": ["a"]}',
     json.dumps({"id": "x" * 65}).encode(), json.dumps({"id": "a\nb"}).encode(), b"[" * 3000],
)  # fmt: skip
async def test_a_yes_without_an_id_is_in_doubt(post: Any, fake: FakeGateway, answer: bytes) -> None:
    fake.says = Response(answer, 200, media_type="application/json")
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "unknown"


async def test_a_number_is_an_id_too(post: Any, fake: FakeGateway) -> None:
    fake.says = JSONResponse({"id": 1234567})
    message = await post.put()
    await post.tick()
    assert (await post.row(message))["provider_id"] == "1234567"


@settings(max_examples=60)
@given(
    some.integers(200, 599),
    some.dictionaries(some.sampled_from(["id", "error"]), some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(max_size=9),
        lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.just("code"), inner),
    )),
)  # fmt: skip
def test_no_answer_is_without_a_meaning_and_none_brings_words_to_the_log(status: int, said: dict[str, Any]) -> None:
    meant = gateway_client.meaning(status, said)
    assert isinstance(meant, Rejected | Unusable | SafeRetry) and gateway_client._CODE.fullmatch(meant.reason)


async def test_its_report_comes_to_the_address_that_came_with_the_message(post: Any, fake: FakeGateway) -> None:
    """Also when the answer was lost: the report alone proves that the message was taken."""
    fake.faults.append(LOST)
    message = await post.put()
    await post.tick()
    address = urlsplit(fake.accepted[0]["report_url"])
    async with new_client(application.create(post.settings)) as client:
        for word, state in (("ENROUTE", "sent"), ("DELIVRD", "delivered"), ("EXPIRED", "delivered")):
            form = {"id": fake.accepted[0]["id"], "status": word}
            answer = await client.post(f"{address.path}?{address.query}", data=form)
            assert (answer.status_code, answer.text) == (200, "OK")
            assert await post.state(message) == state
    assert parse_qs(address.query)["ref"] == [str(message)] and fake.asked == 0


async def test_outside_production_it_writes_only_to_the_allowed(make_post: Any, fake: FakeGateway) -> None:
    post = make_post(**fake.settings(), mode="demo", allowed_recipients=PHONE)
    messages = [await post.put(to=to) for to in (PHONE, "+48600100201")]
    await post.tick()
    assert [await post.state(m) for m in messages] == ["accepted", "delivered"]
    assert [m["to"] for m in fake.accepted] == [PHONE]


# --- Settings and the doctor's probe ----------------------------------------------------------------------------------


def loaded(values: dict[str, str]) -> settings_module.Settings:
    known = {"HUB_MODE": "production", "HUB_SECRET_KEY": "k" * 32, "HUB_FIELD_KEY": "f" * 32}
    return settings_module.load(known | {f"HUB_{name.upper()}": value for name, value in values.items()})


def test_two_providers_at_once_are_refused_in_one_sentence() -> None:
    with pytest.raises(BadSettings, match=r"^[^.]* are both set: unset one of the two\.$"):
        loaded(WHOLE | FakeTwilio(url="https://api.example.org").settings())


@pytest.mark.parametrize("lacking", list(WHOLE))
def test_half_a_gateway_is_refused(lacking: str) -> None:
    with pytest.raises(BadSettings, match="are needed together"):
        loaded({name: value for name, value in WHOLE.items() if name != lacking})


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("sms_gateway_url", "http://sms.example.org", "https://"),
        ("sms_gateway_url", "sms.example.org", "http"),
        ("sms_gateway_key", "too-short", "at least 32"),
        ("sms_gateway_from", "ab", "a number such as"),
        ("sms_gateway_from", "Centrum Wolontariatu", "a number such as"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_value(name: str, value: str, why: str) -> None:
    with pytest.raises(BadSettings, match=f"^HUB_{name.upper()} .*{why}") as refused:
        loaded(WHOLE | {name: value})
    assert value not in str(refused.value)


def test_who_sends_and_what_number_is_written_to() -> None:
    assert (loaded(WHOLE).sms_provider, loaded(WHOLE).sms_number) == ("sms.example.org", FROM)
    assert loaded(WHOLE | {"sms_gateway_from": "CENTRUM"}).sms_number is None
    assert loaded({}).sms_provider is None and not loaded({}).sends_sms


async def test_the_probe_tells_why_and_sends_nothing(fake: FakeGateway) -> None:
    assert await probe.sms(loaded(fake.settings())) == "" and (fake.asked, fake.accepted) == (1, [])
    assert await probe.sms(loaded(fake.settings() | {"sms_gateway_token": "wrong"})) == "list 401"
    assert await probe.sms(loaded(fake.settings() | {"sms_gateway_url": f"{fake.url}/nowhere"})) == "list 404"
    nobody = loaded(fake.settings() | {"sms_gateway_url": "http://127.0.0.1:1"})
    assert await probe.sms(nobody) == "ClientConnectorError"


async def test_nothing_of_the_token_or_the_key_is_shown(post: Any) -> None:
    assert TOKEN not in repr(post.settings) and KEY not in repr(post.settings)
