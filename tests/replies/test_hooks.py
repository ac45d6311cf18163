"""Only what the provider signed comes in, once; everything else is refused without a word and leaves nothing behind."""

import asyncio
from urllib.parse import urlencode

import httpx2
import pytest
from conftest import new_client
from replies import sms
from starlette.applications import Starlette
from support import people

from volunteer_hub import app as application
from volunteer_hub.kit import database
from volunteer_hub.messaging.channels import twilio_signature
from volunteer_hub.settings import load

TWILIO = {
    "HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40,
    "HUB_PUBLIC_URL": "https://hub.test",
    "HUB_TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "HUB_TWILIO_AUTH_TOKEN": "twilio-token-now",
    "HUB_TWILIO_FROM": "+48732000000",
}


async def kept() -> int:
    return await database.fetchval("SELECT count(*) FROM inbound")


async def test_a_signed_sms_comes_in_and_gets_an_empty_answer(client: httpx2.AsyncClient) -> None:
    answer = await sms.post(client, sms.form(body="kto to?"))
    assert (answer.status_code, answer.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    assert answer.headers["content-type"].startswith("text/xml")
    assert await kept() == 1


@pytest.mark.parametrize("path", [sms.INBOUND, sms.STATUS])
async def test_a_wrong_signature_is_refused(client: httpx2.AsyncClient, path: str) -> None:
    for signature in (None, b"", b"nonsense", "zażółć".encode(), b"\xff\xfe", b"=" * 28, b"A" * 10_000):
        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        headers += [(b"x-twilio-signature", signature)] if signature is not None else []
        answer = await client.post(path, content=urlencode(sms.form()).encode(), headers=headers)
        assert (answer.status_code, answer.content) == (403, b"")
    assert await kept() == 0


async def test_a_changed_body_a_changed_path_or_a_trimmed_space_is_refused(client: httpx2.AsyncClient) -> None:
    fields = sms.form(body="NIE ")
    signature = twilio_signature.sign(sms.SETTINGS, sms.INBOUND, fields)
    for changed in ({"Body": "NIE"}, {"Body": "TAK"}, {"From": "+48600999999"}, {"Extra": "1"}):
        answer = await sms.post(client, fields | changed, **{"x-twilio-signature": signature})
        assert (answer.status_code, answer.content) == (403, b"")
    answer = await sms.post(client, fields, sms.INBOUND + "?x=1", **{"x-twilio-signature": signature})
    assert answer.status_code == 403
    assert await kept() == 0
    assert (await sms.post(client, fields, **{"x-twilio-signature": signature})).status_code == 200


async def test_repeated_fields_and_the_raw_query_are_signed_too(client: httpx2.AsyncClient) -> None:
    path = sms.INBOUND + "?a=%20b&a=+c"
    assert (await sms.post(client, sms.form(), path)).status_code == 200
    fields = sms.form()
    signature = twilio_signature.sign(sms.SETTINGS, sms.INBOUND, fields)
    twice = urlencode([*fields.items(), ("Body", "NIE")]).encode()
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    assert (await client.post(sms.INBOUND, content=twice, headers=headers)).status_code == 403


@pytest.mark.parametrize("algorithm", ["HMAC_SHA256", "HMAC_MD5"])
async def test_a_signature_of_another_algorithm(client: httpx2.AsyncClient, algorithm: str) -> None:
    from twilio.request_validator import RequestValidator

    fields = sms.form()
    validator = RequestValidator(sms.SETTINGS.hook_token)
    signature = validator.compute_signature("http://hub.test" + sms.INBOUND, fields, "HMAC_SHA256")
    settings_header = {"x-twilio-webhooks-signature-settings": f"key=k,algorithm={algorithm}"}
    answer = await sms.post(client, fields, **{"x-twilio-signature": signature}, **settings_header)
    assert answer.status_code == (200 if algorithm == "HMAC_SHA256" else 403)


async def test_the_public_address_is_signed_whatever_the_proxy_passes_on(db: str) -> None:
    settings = load(TWILIO)
    async with new_client(application.create(settings)) as client:  # it speaks http to hub.test
        fields = sms.form(AccountSid="AC" + "1" * 32)
        assert (await sms.post(client, fields, settings=settings, host="10.0.0.7:8000")).status_code == 200
        wrong = twilio_signature.sign(load(TWILIO | {"HUB_PUBLIC_URL": "http://hub.test"}), sms.INBOUND, fields)
        assert (await sms.post(client, fields, **{"x-twilio-signature": wrong})).status_code == 403


async def test_a_foreign_account_is_refused_and_the_former_token_still_opens(db: str) -> None:
    settings = load(TWILIO | {"HUB_TWILIO_AUTH_TOKEN_OLD": "twilio-token-before"})
    before = load(TWILIO | {"HUB_TWILIO_AUTH_TOKEN": "twilio-token-before"})
    foreign, own = sms.form(), sms.form(AccountSid="AC" + "1" * 32)
    async with new_client(application.create(settings)) as client:
        assert (await sms.post(client, foreign, settings=settings)).status_code == 403
        assert await kept() == 0
        assert (await sms.post(client, own, settings=before)).status_code == 200
    async with new_client(application.create(load(TWILIO))) as client:
        assert (await sms.post(client, own | {"MessageSid": "SM2"}, settings=before)).status_code == 403


async def test_production_without_the_providers_secret_lets_nothing_in(db: str) -> None:
    settings = load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"})
    async with new_client(application.create(settings)) as client:
        answer = await sms.post(client, sms.form(), settings=settings)
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("path", [sms.INBOUND, sms.STATUS])
async def test_what_is_no_form_of_the_provider(client: httpx2.AsyncClient, path: str) -> None:
    headers = {"x-twilio-signature": "x" * 28, "content-type": "application/x-www-form-urlencoded"}
    for body, status in (
        (b"Body=%ff%fe&From=%2B48600100200", 400),
        (b"\xff\xfe", 400),
        (b"&".join(b"a=1" for _ in range(500)), 400),
        (b"", 403),
        (b"Body=" + b"x" * 70_000, 413),
        (b'{"Body": "TAK"}', 403),
    ):
        answer = await client.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.content) == (status, b"")


async def test_signed_but_without_a_number_or_sender(client: httpx2.AsyncClient) -> None:
    assert (await sms.post(client, {"Body": "TAK"})).status_code == 400
    assert (await sms.post(client, {"MessageSid": "SM1", "Body": "TAK"})).status_code == 400
    assert (await sms.post(client, {"MessageSid": "SM1"}, sms.STATUS)).status_code == 400
    assert await kept() == 0


async def test_any_text_from_anyone_is_kept_for_a_human(client: httpx2.AsyncClient) -> None:
    texts = ["", "x" * 1600, "🙂" * 400, "TAK\x00", "\u202eTAK", "<script>alert(1)</script>", "jutro nie", "STOP a nie"]
    for sender in ("+48600100200", "70123", "CENTRUM", "whatsapp:+48600100200"):
        for text in texts:
            await sms.says(client, sender, text)
        rows = await sms.inbox(sender)
        assert [row["body"] for row in rows] == [text.replace("\x00", "") for text in texts]
        assert {row["handled_at"] for row in rows} == {None}
        assert await sms.templates(sender) == [], "a stranger's number costs us no SMS"


async def test_the_same_sms_brought_five_times_counts_once(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    id = await sms.invited(volunteer)
    fields = sms.form(volunteer.phone, "TAK")
    for _ in range(5):
        assert (await sms.post(client, fields)).status_code == 200
    assert await sms.state(id) == "accepted"
    assert len(await sms.inbox(volunteer.phone)) == 1
    assert await sms.templates(volunteer.phone) == ["confirmed"]


async def test_the_same_sms_brought_twenty_times_at_once_counts_once(db: str, app: Starlette) -> None:
    volunteer = await people.volunteer()
    opening = await people.opening()
    id = await sms.invited(volunteer, opening)
    fields = sms.form(volunteer.phone, "TAK")
    async with new_client(app) as client:
        answers = await asyncio.gather(*(sms.post(client, fields) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert await sms.state(id) == "accepted"
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1
    assert await database.fetchval("SELECT count(*) FROM assignment_change WHERE became = 'accepted'") == 1
    assert await sms.templates(volunteer.phone) == ["confirmed"]


async def test_the_fate_of_a_message_comes_back_by_our_own_reference(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    await sms.invited(volunteer)
    await database.execute("UPDATE message SET state = 'sent' WHERE channel = 'sms'")
    ref = await database.fetchval("SELECT id FROM message WHERE channel = 'sms'")
    fate = {"MessageSid": "SM77", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert (await sms.post(client, fate, f"{sms.STATUS}?ref={ref}")).status_code == 200
    row = await database.fetchrow("SELECT state, error, provider_id FROM message WHERE id = $1", ref)
    assert tuple(row) == ("undelivered", "30003", "SM77")
    assert (await sms.post(client, fate, f"{sms.STATUS}?ref=nonsense")).status_code == 200
    assert (await sms.post(client, fate | {"MessageSid": "SM9"}, sms.STATUS)).status_code == 200, "unknown: no news"
