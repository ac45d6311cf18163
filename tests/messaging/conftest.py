"""An outbox with a few messages of its own making, real channels to fakes on loopback, and time that passes at will."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import served
from jinja2 import ChoiceLoader, DictLoader
from support.fake_mail import FakeMail, mail_server
from support.fake_twilio import FakeTwilio
from support.workers import Nursery

from volunteer_hub import settings as settings_module
from volunteer_hub.kit import database
from volunteer_hub.messaging import channels, delivery, lost, outbox
from volunteer_hub.messaging.channels import Channels, twilio_client  # noqa: F401 - its import must not be timed
from volunteer_hub.messaging.rules import USUAL, Channel, Timing
from volunteer_hub.settings import Settings
from volunteer_hub.web import templates
from volunteer_hub.web.i18n import LANGUAGES

PHONE = "+48600100200"
MAIL = {"mail_from": "centrum@example.org", "centre_name": "Centrum, Włocławek"}
WORDS = {
    "messages/note/sms.txt": "{{ _('Zażółć') }} {{ name }}: {{ said }}\n",
    "messages/note/subject.txt": "Do {{ name }}\n",
    "messages/note/body.txt": "Dzień dobry, {{ name }}.\n\n{{ said }}\n",
    "messages/note/body.html": "<h1>Dzień dobry, {{ name }}</h1><p>{{ said }}</p>\n",
    "messages/only_sms/sms.txt": "krótko",
}


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    """A message folder that exists only here."""
    environments = [templates.speaking(code) for code in LANGUAGES]
    loaders = [environment.loader for environment in environments]
    for environment, loader in zip(environments, loaders, strict=True):
        assert loader is not None
        environment.loader = ChoiceLoader([DictLoader(WORDS), loader])
    yield
    for environment, loader in zip(environments, loaders, strict=True):
        environment.loader = loader


class Stage:
    """One server for all tests of the process; each test puts its own fake on it."""

    fake: FakeTwilio
    url: str

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.fake(scope, receive, send)


@pytest.fixture(scope="session")
async def stage() -> AsyncIterator[Stage]:
    one = Stage()
    async with served(one) as one.url:
        yield one


@pytest.fixture
def twilio(stage: Stage) -> FakeTwilio:
    stage.fake = FakeTwilio(url=stage.url)
    return stage.fake


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with mail_server(FakeMail()) as fake:
        yield fake


def production(**more: str) -> dict[str, str]:
    known = {"HUB_MODE": "production", "HUB_SECRET_KEY": "k" * 32, "HUB_FIELD_KEY": "f" * 32}
    known |= {"HUB_PUBLIC_URL": "http://hub.test", "HUB_SMS_PER_SECOND": "0", "HUB_MAIL_PER_SECOND": "0"}
    return known | {f"HUB_{name.upper()}": value for name, value in more.items()}


class Post:
    """The outbox of one test."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.settings: Settings = settings_module.load(environ)
        self.channels: Channels = channels.for_settings(self.settings)

    async def put(self, said: str = "jutro o 16", *, to: str = "", **more: Any) -> UUID:
        """Puts an SMS, or an e-mail when `to` is an e-mail address; answers its id."""
        key = more.pop("key", f"test:{uuid4()}")
        address = to or PHONE
        channel = Channel.EMAIL if "@" in address else Channel.SMS
        given: dict[str, Any] = {"about": "test:1", "language": "pl", "template": "note"}
        given["values"] = {"name": "Łucja", "said": said}
        async with database.transaction():
            await outbox.put(key=key, channel=channel, address=address, **(given | more))
        return await database.fetchval("SELECT id FROM message WHERE key = $1", key)

    async def row(self, message: UUID) -> dict[str, Any]:
        return dict(await database.fetchrow("SELECT * FROM message WHERE id = $1", message) or {})

    async def state(self, message: UUID) -> str:
        return (await self.row(message))["state"]

    async def passes(self, seconds: float) -> None:
        """Time passes: as the database's clock is the only one, its rows move into the past instead."""
        moved = ", ".join(
            f"{name} = {name} - interval '{seconds} seconds'"
            for name in ("due_at", "expires_at", "lease_until", "next_check_at", "created_at")
        )
        await database.execute(f"UPDATE message SET {moved}")
        await database.execute(f"UPDATE channel_pause SET until = until - interval '{seconds} seconds'")

    async def tick(self, timing: Timing = USUAL) -> None:
        """What a worker does in one round."""
        await lost.expire()
        await lost.ask(self.channels, timing)
        for channel in Channel:
            await delivery.deliver(channel, self.channels, timing)

    async def settle_planned(self) -> None:
        """A quarter of an hour passes, then one round; twice: once to ask, once more to send."""
        for _ in range(2):
            await self.passes(1000)
            await self.tick()

    async def settle(self) -> None:
        """Rounds, with enough time between them for a lease to end and a grace to pass, until nothing is open."""
        for _ in range(8):
            await self.tick()
            if not await database.fetchval(
                "SELECT 1 FROM message WHERE state IN ('planned', 'in_flight', 'unknown') LIMIT 1"
            ):
                return
            await self.passes(1000)
        raise AssertionError("the outbox does not settle")


Make = Callable[..., Post]


@pytest.fixture
async def make_post(db: str) -> AsyncIterator[Make]:
    """Makes outboxes with the given settings (without HUB_) in production mode."""
    async with contextlib.AsyncExitStack() as stack:
        made: list[Post] = []

        def make(**settings: str) -> Post:
            post = Post(production(**settings))
            made.append(post)
            stack.push_async_exit(post.channels)
            return post

        yield make


@pytest.fixture
async def post(make_post: Make, twilio: FakeTwilio, mail: FakeMail) -> Post:
    """An outbox with real channels, to the fake Twilio and the fake mail server."""
    return make_post(**twilio.settings(), **MAIL, smtp_url=mail.url)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one
