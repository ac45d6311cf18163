"""Confidential words of others: a reason, a second coordinator, eight hours, every read in the log."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.access import break_glass
from volunteer_hub.access.break_glass import GlassState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings

REASON = "Osoba w kryzysie, prowadząca grupę jest na urlopie."


@pytest.fixture
async def asker(db: str) -> Actor:
    return people.actor(await people.account(name="Hanna Lis"))


@pytest.fixture
async def other(db: str) -> Actor:
    return people.actor(await people.account(name="Ewa Sroka"))


@pytest.fixture
async def about(db: str) -> str:
    return f"initiative:{(await people.initiative(kind='group', name='Spotkanie we czwartek')).id}"


async def verbs() -> list[str]:
    return [row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry ORDER BY at, id")]


async def later(hours: float) -> None:
    await database.execute(
        "UPDATE break_glass SET asked_at = asked_at - $1 * interval '1 hour',"
        " ends_at = ends_at - $1 * interval '1 hour'",
        hours,
    )


async def test_open_for_eight_hours_after_anothers_word_and_every_read_is_written_down(
    asker: Actor, other: Actor, about: str, settings: Settings
) -> None:
    assert not await break_glass.open_for(asker, about)
    id = await break_glass.ask(settings, asker, about, REASON)
    assert not await break_glass.open_for(asker, about), "asking opens nothing"
    await break_glass.approve(other, id)
    assert await break_glass.open_for(asker, about) and await break_glass.open_for(asker, about)
    assert not await break_glass.open_for(other, about), "who allowed it may not read it"
    assert not await break_glass.open_for(asker, f"participant:{uuid4()}")
    assert await verbs() == ["break-glass.ask", "break-glass.approve", "break-glass.read", "break-glass.read"]
    await later(7.99)
    assert await break_glass.open_for(asker, about)
    await later(0.02)
    assert not await break_glass.open_for(asker, about), "it ended by itself"
    assert (await verbs()).count("break-glass.read") == 3


async def test_a_former_coordinator_has_nothing_open(
    asker: Actor, other: Actor, about: str, settings: Settings
) -> None:
    await break_glass.approve(other, await break_glass.ask(settings, asker, about, REASON))
    assert not await break_glass.open_for(Actor(role=Role.FACILITATOR, account=asker.account), about)


async def test_nobody_allows_the_own_question(asker: Actor, other: Actor, about: str, settings: Settings) -> None:
    id = await break_glass.ask(settings, asker, about, REASON)
    for decide in (break_glass.approve, break_glass.refuse):
        with pytest.raises(Refused) as refused:
            await decide(asker, id)
        assert refused.value.status == 403
    assert not await break_glass.is_open(asker, about)


async def test_four_eyes_are_the_databases_rule_too(asker: Actor, about: str, settings: Settings) -> None:
    id = await break_glass.ask(settings, asker, about, REASON)
    own = "UPDATE break_glass SET approved_at = now(), decided_by = account, ends_at = now() + interval '8 hours'"
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(f"{own} WHERE id = $1", id)
    assert not await break_glass.is_open(asker, about)


async def test_control_without_that_rule_it_would_be_open(asker: Actor, about: str, settings: Settings) -> None:
    await break_glass.ask(settings, asker, about, REASON)
    await database.execute("ALTER TABLE break_glass DROP CONSTRAINT break_glass_by_another")
    own = "UPDATE break_glass SET approved_at = now(), decided_by = account, ends_at = now() + interval '8 hours'"
    await database.execute(own)
    assert await break_glass.is_open(asker, about)


async def said_at_once(others: list[Actor], id: UUID) -> list[str]:
    """Half say yes, half say no, all at the same moment; who was heard."""

    async def say(n: int, one: Actor) -> str:
        try:
            await (break_glass.approve if n % 2 else break_glass.refuse)(one, id)
        except Refused as refused:
            return str(refused.status)
        return "yes" if n % 2 else "no"

    return await asyncio.gather(*(say(n, one) for n, one in enumerate(others)))


async def test_of_many_who_decide_at_once_one_is_heard(asker: Actor, about: str, settings: Settings) -> None:
    others = [people.actor(await people.account()) for _ in range(8)]
    id = await break_glass.ask(settings, asker, about, REASON)
    heard = await said_at_once(others, id)
    assert heard.count("409") == 7
    assert await break_glass.is_open(asker, about) is ("yes" in heard)
    assert len(await verbs()) == 2


async def test_control_without_the_condition_all_are_heard(
    asker: Actor, about: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("APPROVE", "REFUSE"):
        loose = getattr(break_glass, name).replace(break_glass.WAITING, "true")
        monkeypatch.setattr(break_glass, name, loose)
    others = [people.actor(await people.account()) for _ in range(8)]
    assert "409" not in await said_at_once(others, await break_glass.ask(settings, asker, about, REASON))


async def test_it_is_asked_once_and_lapses_after_a_day(
    asker: Actor, other: Actor, about: str, settings: Settings
) -> None:
    asked = await asyncio.gather(
        *(break_glass.ask(settings, asker, about, REASON) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, UUID) for one in asked) == 1 and sum(isinstance(one, Refused) for one in asked) == 4
    id = next(one for one in asked if isinstance(one, UUID))
    await later(24.01)
    with pytest.raises(Refused) as refused:
        await break_glass.approve(other, id)
    assert refused.value.status == 409
    assert await break_glass.ask(settings, asker, about, REASON) != id


async def test_one_may_end_it_sooner(asker: Actor, other: Actor, about: str, settings: Settings) -> None:
    id = await break_glass.ask(settings, asker, about, REASON)
    await break_glass.approve(other, id)
    with pytest.raises(Refused):
        await break_glass.end(other, id)
    await break_glass.end(asker, id)
    assert not await break_glass.is_open(asker, about)


async def test_other_coordinators_hear_of_it_without_the_reason(
    asker: Actor, other: Actor, about: str, settings: Settings
) -> None:
    for role in STAFF - {Role.COORDINATOR}:
        await people.account(role)
    await break_glass.ask(settings, asker, about, REASON)
    letters = await database.fetch("SELECT about, body FROM message")
    assert [letter["about"] for letter in letters] == [f"account:{other.account}"]
    assert REASON not in letters[0]["body"] and "czwartek" not in letters[0]["body"]


@pytest.mark.parametrize("role", sorted({*STAFF, Role.VOLUNTEER, Role.ANYONE} - {Role.COORDINATOR}))
async def test_no_other_role_asks_or_decides(role: Role, asker: Actor, about: str, settings: Settings) -> None:
    someone = Actor(role=role, account=(await people.account(Role.VOLUNTEER)).id)
    id = await break_glass.ask(settings, asker, about, REASON)
    for act in (break_glass.ask(settings, someone, about, REASON), break_glass.approve(someone, id),
                break_glass.refuse(someone, id)):  # fmt: skip
        with pytest.raises(Refused):
            await act
    assert not await break_glass.open_for(someone, about)


# --- the pages --------------------------------------------------------------------------------------------------------


async def test_from_asking_to_reading_by_two_people(client: httpx2.AsyncClient, asker: Actor, about: str) -> None:
    hanna = Visitor(client)
    await people.sign_in(client, await _row(asker))
    await hanna.open("/desk/break-glass/new")
    page = await hanna.send("/desk/break-glass/new", about=about, reason="bo tak")
    assert hanna.page.status_code == 422 and 'id="f-reason-error"' in page and "bo tak" in page
    page = await hanna.send("/desk/break-glass/new", about=about, reason=REASON)
    assert "Prośba wysłana" in page and "Spotkanie we czwartek" in page and REASON in page
    assert not [form for form in forms(page) if form.action.endswith("/decision")], "not one's own"
    async with new_client(client._transport.app) as theirs:  # type: ignore[attr-defined]
        await people.signed_in(theirs, Role.COORDINATOR)
        ewa = Visitor(theirs)
        assert REASON in await ewa.open("/desk/break-glass")
        await ewa.send("/decision", {"decision": "approve"})
        assert "Wgląd działa 8 godzin" in ewa.page.text
    assert await break_glass.is_open(asker, about)
    page = await hanna.open("/desk/break-glass")
    assert "otwarty" in page
    assert "Wgląd zakończony." in await hanna.send("/ending") and not await break_glass.is_open(asker, about)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROTECTION_OFFICER])
async def test_overseers_see_that_it_happened_and_not_what_was_read(
    client: httpx2.AsyncClient, asker: Actor, other: Actor, about: str, settings: Settings, role: Role
) -> None:
    await break_glass.approve(other, await break_glass.ask(settings, asker, about, REASON))
    await people.signed_in(client, role)
    page = (await client.get("/desk/break-glass")).text
    assert about in page and "Hanna Lis" in page and "Ewa Sroka" in page
    assert "czwartek" not in page, "an id, not a name"
    assert (REASON in page) is (role is Role.PROTECTION_OFFICER)
    assert not [form for form in forms(page) if "break-glass" in form.action]


async def test_what_is_not_there_cannot_be_asked_about(client: httpx2.AsyncClient, asker: Actor, about: str) -> None:
    await people.sign_in(client, await _row(asker))
    visitor = Visitor(client)
    await visitor.open("/desk/break-glass/new")
    for wrong in (
        "",
        "x",
        f"initiative:{uuid4()}",
        f"account:{asker.account}",
        about.replace("initiative", "volunteer"),
    ):
        page = await visitor.send("/desk/break-glass/new", about=wrong, reason=REASON)
        assert visitor.page.status_code == 422 and 'id="f-about-error"' in page, wrong
    assert await database.fetchval("SELECT count(*) FROM break_glass") == 0
    page = await visitor.open(f"/desk/break-glass/new?about={about}")
    assert f'value="{about}" selected' in page


async def test_states_in_the_list(asker: Actor, other: Actor, about: str, settings: Settings) -> None:
    officer = people.actor(await people.account(Role.PROTECTION_OFFICER))
    first = await break_glass.ask(settings, asker, about, REASON)
    assert [one.state for one in await break_glass.listed(other)] == [GlassState.WAITING]
    await break_glass.refuse(other, first)
    assert await break_glass.listed(other) == []
    second = await break_glass.ask(settings, asker, about, REASON)
    await break_glass.approve(other, second)
    await later(8.01)
    await break_glass.ask(settings, asker, about, REASON)
    states = [one.state for one in await break_glass.listed(officer)]
    assert sorted(states) == ["over", "refused", "waiting"]


async def _row(actor: Actor) -> people.Account:
    found = await people.Account.objects().get(people.Account.id == actor.account)
    assert found
    return found
