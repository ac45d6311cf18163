"""The address that a calendar program answers at: one secret for each event, the same in all that is said of it."""

from collections.abc import Iterator

import pytest
from icalendar import Calendar
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions, centre
from volunteer_hub.settings import BadSettings, load

SETTINGS = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_REPLY_ADDRESS": "rsvp@hub.example"})


@pytest.fixture(autouse=True)
def answers_by_calendar(db: str) -> Iterator[None]:
    before = centre.settings()
    centre.configure(SETTINGS)
    yield
    centre.configure(before)


async def said() -> list[str]:
    """Where each calendar part that was put asks its answer to be sent, oldest first."""
    rows = await database.fetch("SELECT calendar FROM message WHERE calendar IS NOT NULL ORDER BY created_at, key")
    return [str(Calendar.from_ical(row["calendar"]).walk("VEVENT")[0]["organizer"]) for row in rows]


async def test_each_invitation_has_an_address_of_its_own_which_never_changes() -> None:
    volunteer = await people.volunteer(email="ewa@poczta.example")
    first = await actions.invite(SYSTEM, (await people.opening()).id, volunteer.id)
    await actions.answer(SYSTEM, first, accept=True, channel="web")
    one, again = await said()
    assert one == again and one.startswith("mailto:rsvp+") and one.endswith("@hub.example")
    assert len(one.partition("+")[2].partition("@")[0]) == 40
    other = await people.volunteer(email="jan@poczta.example")
    await actions.invite(SYSTEM, (await people.opening()).id, other.id)
    assert len(set(await said())) == 2


async def test_the_database_alone_does_not_tell_the_secret() -> None:
    volunteer = await people.volunteer(email="ewa@poczta.example")
    await actions.invite(SYSTEM, (await people.opening()).id, volunteer.id)
    (address,) = await said()
    token = address.partition("+")[2].partition("@")[0]
    row = await database.fetchrow("SELECT * FROM reply_address")
    assert token not in str(dict(row)) and token not in row["seed"].hex() and token not in row["token_hash"].hex()
    with_another_key = SETTINGS.model_copy(update={"field_key": None, "secret_key": load(
        {"HUB_MODE": "demo", "HUB_SECRET_KEY": "k" * 32}).secret_key})  # fmt: skip
    centre.configure(with_another_key)
    id = await database.fetchval("SELECT id FROM assignment")
    await actions.answer(SYSTEM, id, accept=True, channel="web")
    assert len(set(await said())) == 2, "made with the key of the settings"


async def test_without_the_setting_the_sender_of_letters_invites() -> None:
    centre.configure(SETTINGS.model_copy(update={"reply_address": None}))
    volunteer = await people.volunteer(email="ewa@poczta.example")
    await actions.invite(SYSTEM, (await people.opening()).id, volunteer.id)
    assert await said() == [f"mailto:{SETTINGS.mail_from}"]
    assert not await database.fetchval("SELECT count(*) FROM reply_address")


@pytest.mark.parametrize("wrong", ["nobody", "a+b@hub.example", "x" * 21 + "@hub.example", "rsvp@localhost", "@a.pl"])
def test_an_address_that_cannot_carry_a_secret_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(BadSettings, match=r"^HUB_REPLY_ADDRESS must be an address"):
        load({"HUB_MODE": "demo", "HUB_REPLY_ADDRESS": wrong})
