"""Only whoever holds the gateway's key is heard, once; the same ends as by Twilio's door."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
import pytest
from conftest import new_client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from replies import sms
from support import people
from support.fake_gateway import KEY, FakeGateway

from volunteer_hub import app as application
from volunteer_hub.kit import database
from volunteer_hub.messaging import queries
from volunteer_hub.messaging.channels import gateway
from volunteer_hub.settings import Settings, load

INBOUND, STATUS = "/hooks/gateway/inbound", "/hooks/gateway/status"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def centre(**more: str) -> Settings:
    known = FakeGateway(url="https://sms.example.org").settings() | more
    environ = {"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"}
    return load(environ | {f"HUB_{name.upper()}": value for name, value in known.items()})


@pytest.fixture
async def gate(db: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The centre as the gateway sees it."""
    async with new_client(application.create(centre())) as one:
        yield one


async def brings(
    to: httpx2.AsyncClient, fields: dict[str, str], path: str = INBOUND, key: str = KEY, **more: str
) -> httpx2.Response:
    query = urlencode({"key": key} | more)
    return await to.post(f"{path}?{query}", content=urlencode(fields).encode(), headers=FORM)


def written(sender: str = "48600100200", text: str = "TAK") -> dict[str, str]:
    return {"id": uuid4().hex, "from": sender, "to": "48732000000", "text": text}


async def kept() -> int:
    return await database.fetchval("SELECT count(*) FROM inbound")


@pytest.mark.parametrize("path", [INBOUND, STATUS])
async def test_without_the_key_nothing_comes_in(gate: httpx2.AsyncClient, path: str) -> None:
    form = urlencode(written() | {"status": "delivered"}).encode()
    for query in ("", "key=", f"key={KEY}x", f"key={KEY[:-1]}", f"KEY={KEY}", "key=%ff%fe", "key=zażółć", "ref=1"):
        answer = await gate.post(f"{path}?{query}", content=form, headers=FORM | {"authorization": f"Bearer {KEY}"})
        assert (answer.status_code, answer.content) == (403, b""), query
    assert await kept() == 0
    assert (await gate.get(f"{path}?key={KEY}")).status_code == 405


@pytest.mark.parametrize("mode", ["demo", "production"])
async def test_without_a_gateway_its_door_is_closed(db: str, mode: str) -> None:
    environ = {"HUB_MODE": mode, "HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40}
    async with new_client(application.create(load(environ))) as closed:
        for key in ("", "x" * 40, KEY):
            answer = await brings(closed, written(), key=key)
            assert (answer.status_code, answer.content) == (403, b"")
    assert await kept() == 0


async def test_with_the_gateway_twilios_door_is_closed(gate: httpx2.AsyncClient) -> None:
    answer = await sms.post(gate, sms.form(), settings=centre())
    assert (answer.status_code, answer.content) == (403, b"")


async def test_the_former_key_opens_while_it_is_being_changed(db: str) -> None:
    changing = centre(sms_gateway_key="n" * 40, sms_gateway_key_old=KEY)
    async with new_client(application.create(changing)) as gate:
        assert [(await brings(gate, written(), key=key)).status_code for key in (KEY, "n" * 40)] == [200, 200]
    async with new_client(application.create(centre(sms_gateway_key="n" * 40))) as gate:
        assert (await brings(gate, written())).status_code == 403


async def test_yes_takes_the_seat_and_comes_once(gate: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    fields = written(volunteer.phone.removeprefix("+"))
    answers = await asyncio.gather(*(brings(gate, fields) for _ in range(10)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "OK")}
    assert (await sms.state(id), len(await sms.inbox(volunteer.phone))) == ("accepted", 1)
    assert await sms.templates(volunteer.phone) == ["confirmed"]


async def test_stop_is_heard_and_polish_letters_arrive(gate: httpx2.AsyncClient) -> None:
    await brings(gate, written(text="Zażółć 🙂 так"))
    await brings(gate, written(text="STOP"))
    rows = await sms.inbox("+48600100200")
    assert rows[0]["body"] == "Zażółć 🙂 так" and await queries.is_stopped("+48600100200")


@pytest.mark.parametrize(
    ("told", "known"),
    [("48600100200", "+48600100200"), ("+48600100200", "+48600100200"), ("600100200", "+48600100200"),
     ("380501234567", "+380501234567"), ("0048600100200", "+48600100200"),
     ("70123", "70123"), ("CENTRUM", "CENTRUM"), ("600BANK22", "600BANK22"), ("00000000000", "00000000000"),
     (" 48600100200 ", "+48600100200"),
     ("٤٨٦٠٠١٠٠٢٠٠", "٤٨٦٠٠١٠٠٢٠٠"), ("", "")],
)  # fmt: skip
def test_who_wrote_is_read_as_we_keep_numbers(told: str, known: str) -> None:
    assert gateway.sender(told) == known


@pytest.mark.parametrize("word", ["undelivered", "failed", "rejected", "expired", "UNDELIV", "REJECTD"])
async def test_the_fate_comes_by_our_reference_in_the_address_or_the_form(gate: httpx2.AsyncClient, word: str) -> None:
    await sms.invited(await people.volunteer())
    await database.execute("UPDATE message SET state = 'sent' WHERE channel = 'sms'")
    ref = str(await database.fetchval("SELECT id FROM message WHERE channel = 'sms'"))
    fate = {"id": "G7", "status": word}
    assert (await brings(gate, fate | {"external_id": ref}, STATUS)).text == "OK"
    row = await database.fetchrow("SELECT state, error, provider_id FROM message WHERE id = $1", ref)
    assert tuple(row) == ("undelivered", word.lower(), "G7")
    assert (await brings(gate, {"id": "G7", "status": "delivered"}, STATUS, ref=ref)).text == "OK"
    assert await database.fetchval("SELECT state FROM message WHERE id = $1", ref) == "delivered"
    for unknown in ({"ref": "nonsense"}, {"ref": str(uuid4())}, {}):
        assert (await brings(gate, fate | {"id": "G9"}, STATUS, **unknown)).status_code == 200, "unknown: no news"


async def test_whom_the_gateway_stopped_hears_no_more(gate: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    await sms.invited(volunteer)
    ref = str(await database.fetchval("SELECT id FROM message WHERE channel = 'sms'"))
    await brings(gate, {"id": "G1", "status": "failed", "error": "opted_out"}, STATUS, ref=ref)
    assert await queries.is_stopped(volunteer.phone)


@pytest.mark.parametrize("path", [INBOUND, STATUS])
async def test_what_is_no_form_of_the_gateway(gate: httpx2.AsyncClient, path: str) -> None:
    for body, status in (
        (b"text=%ff%fe&from=48600100200", 400),
        (b"&".join(b"a=1" for _ in range(500)), 400),
        (b"", 400),
        (b"id=1", 400),
        (b"text=" + b"x" * 70_000, 413),
        (b'{"text": "TAK"}', 400),
    ):
        answer = await gate.post(f"{path}?key={KEY}", content=body, headers=FORM)
        assert (answer.status_code, answer.content) == (status, b"")
    assert await kept() == 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.dictionaries(
    some.sampled_from(["id", "from", "text", "status", "error", "external_id"]), some.text(max_size=90), max_size=6
))  # fmt: skip
async def test_whatever_the_gateway_says_never_breaks_us(gate: httpx2.AsyncClient, fields: dict[str, str]) -> None:
    told = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    for path in (INBOUND, STATUS):
        assert (await brings(gate, told, path)).status_code in (200, 400)


@pytest.mark.parametrize(("sender", "shown"), [("+48732000000", "732 000 000"), ("CENTRUM", None)])
async def test_the_number_to_write_to_stands_on_the_groups_page(db: str, sender: str, shown: str | None) -> None:
    await people.initiative(kind="group", name="Grupa Środa", public=True, join_code="347")
    async with new_client(application.create(centre(sms_gateway_from=sender))) as one:
        page = (await one.get("/groups")).text
    assert "SMS: CHCĘ 347" in page and ("na numer" in page) is (shown is not None) and (shown or "") in page
