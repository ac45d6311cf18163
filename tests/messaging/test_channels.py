"""Which message takes which way out, by the settings alone."""

from typing import Any

import pytest
from support.fake_mail import FakeMail
from support.fake_twilio import FakeTwilio

from volunteer_hub import settings as settings_module
from volunteer_hub.messaging import channels
from volunteer_hub.messaging.channels.phones import Phones, ToPhone
from volunteer_hub.messaging.channels.smtp import Smtp, server_of
from volunteer_hub.settings import BadSettings

EMAIL = "ewa@example.org"


async def test_in_the_demo_nothing_leaves_and_all_arrives(make_post: Any) -> None:
    post = make_post(mode="demo")
    messages = [await post.put(), await post.put(to=EMAIL)]
    await post.tick()
    assert [await post.state(m) for m in messages] == ["delivered"] * 2


async def test_in_production_without_channels_the_coordinators_ring(make_post: Any) -> None:
    post = make_post()
    message = await post.put()
    await post.tick()
    row = await post.row(message)
    assert (row["state"], row["sent_at"]) == ("to_phone", None) and row["finished_at"] is not None


async def test_a_landline_is_rung_not_texted(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put(to="+48542300000")
    await post.tick()
    assert (await post.state(message), twilio.accepted) == ("to_phone", [])


async def test_outside_production_real_messages_reach_only_the_allowed(
    make_post: Any, twilio: FakeTwilio, mail: FakeMail
) -> None:
    allowed = "+48600100200, Ewa@Example.org"
    post = make_post(**twilio.settings(), mode="demo", smtp_url=mail.url, allowed_recipients=allowed)
    messages = [await post.put(to=to) for to in ("+48600100200", "+48600100201", EMAIL, "jan@example.org")]
    await post.tick()
    assert [await post.state(m) for m in messages] == ["accepted", "delivered", "accepted", "delivered"]
    assert [m["to"] for m in twilio.accepted] == ["+48600100200"]
    assert [letter["To"] for letter in mail.letters] == [EMAIL]


async def test_outside_production_an_empty_list_allows_nobody(make_post: Any, twilio: FakeTwilio) -> None:
    post = make_post(**twilio.settings(), mode="demo")
    await post.put()
    await post.tick()
    assert twilio.accepted == [] and twilio.asked == 0


def made(**environ: str) -> channels.Channels:
    known = {"HUB_MODE": "production", "HUB_SECRET_KEY": "k" * 32, "HUB_FIELD_KEY": "f" * 32}
    return channels.for_settings(settings_module.load(known | {f"HUB_{k.upper()}": v for k, v in environ.items()}))


def test_the_factory_follows_the_settings() -> None:
    assert isinstance(made().sms, ToPhone) and isinstance(made().email, ToPhone)
    assert type(made(mode="demo").sms) is Phones and made(mode="demo").allowed == frozenset()
    assert isinstance(made(smtp_url="smtp://localhost").email, Smtp) and made().allowed is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", ("localhost", 25, None, None, False, False)),
        ("smtp://mail.example.org", ("mail.example.org", 25, None, None, False, None)),
        ("smtp://u:p%40%3A@mail.example.org", ("mail.example.org", 587, "u", "p@:", False, True)),
        ("smtp://u%40x.pl:p@127.0.0.1:2525", ("127.0.0.1", 2525, "u@x.pl", "p", False, False)),
        ("smtps://u:p@mail.example.org", ("mail.example.org", 465, "u", "p", True, False)),
    ],
)
def test_mail_addresses_of_servers(url: str, expected: tuple[object, ...]) -> None:
    server = server_of(url)
    names = ("hostname", "port", "username", "password", "use_tls", "start_tls")
    assert tuple(server[name] for name in names) == expected


@pytest.mark.parametrize("url", ["http://mail", "mail.example.org", "smtp://", "smtp://x:99999999", "smtp://[::1"])
def test_a_bad_mail_address_stops_the_start_with_one_sentence(url: str) -> None:
    with pytest.raises(BadSettings, match=r"^HUB_SMTP_URL must look like [^\n]*\.$") as refused:
        made(smtp_url=url)
    assert "99999999" not in str(refused.value)


def test_a_bad_sender_stops_the_start() -> None:
    with pytest.raises(BadSettings, match="HUB_MAIL_FROM"):
        made(smtp_url="smtp://localhost", mail_from="nobody")
