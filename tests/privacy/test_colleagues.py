"""A colleague's account: its role, its way in, its work in other hands; the last administrator stays."""

import asyncio
from uuid import UUID, uuid4

import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.access import actions
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import handover
from volunteer_hub.settings import Settings


@pytest.fixture
async def me(client: httpx2.AsyncClient) -> Account:
    return await people.signed_in(client, Role.ADMINISTRATOR, name="Jan Pawlak")


@pytest.fixture
async def visitor(client: httpx2.AsyncClient, me: Account) -> Visitor:
    return Visitor(client)


async def role_of(account: UUID) -> str:
    return await database.fetchval("SELECT role FROM account WHERE id = $1", account)


async def mails() -> list[str]:
    return sorted(row["template"] for row in await database.fetch("SELECT template FROM message"))


def path(row: Account) -> str:
    return f"/desk/settings/accounts/{row.id}"


async def request_of(who: Account) -> UUID:
    return await database.fetchval(
        "INSERT INTO request (id, number, name, for_whom, text, language, desk_since, state, taken_by, taken_at,"
        " created_at) VALUES (gen_random_uuid(), left(gen_random_uuid()::text, 12),"
        " 'Tajna Osoba', 'me', 'tajne słowa', 'pl', now(), 'taken', $1,"
        " now(), now()) RETURNING id", who.id,
    )  # fmt: skip


# --- roles ------------------------------------------------------------------------------------------------------------


async def test_a_new_role_counts_at_once_and_ends_the_sessions(visitor: Visitor) -> None:
    who = await people.account(Role.COORDINATOR, password_hash="x")
    async with new_client(visitor.client._transport.app) as theirs:  # type: ignore[attr-defined]
        await people.sign_in(theirs, who)
        assert (await theirs.get("/desk/people")).status_code == 200
        await visitor.open(path(who))
        await visitor.send("/role", role="first-contact")
        assert "Rola zmieniona" in visitor.page.text and await role_of(who.id) == "first-contact"
        assert (await theirs.get("/desk/people")).headers["location"].startswith("/sign-in")
    assert await database.fetchval("SELECT verb FROM audit_entry") == "account.role.first-contact"


async def test_who_now_needs_a_password_is_invited_to_set_one(db: str, me: Account, settings: Settings) -> None:
    who = await people.account(Role.FACILITATOR)
    await actions.change_role(settings, people.actor(me), who.id, Role.SPECIALIST)
    assert await mails() == ["staff_invitation"]


@pytest.mark.parametrize("role", ["volunteer", "machine", "", "king"])
async def test_a_role_that_is_none_is_said(visitor: Visitor, role: str) -> None:
    who = await people.account()
    await visitor.open(path(who))
    page = await visitor.send("/role", role=role)
    assert visitor.page.status_code == 422 and 'id="f-role-error"' in page and await role_of(who.id) == "coordinator"


async def test_nobody_changes_or_closes_the_own_account_or_a_volunteers(visitor: Visitor, me: Account) -> None:
    volunteer = await people.account(Role.VOLUNTEER)
    await people.account(Role.ADMINISTRATOR)
    csrf = {"csrf": forms(await visitor.open("/desk/settings"))[0].values["csrf"]}
    verbs = {"invitation": {}, "role": {"role": "coordinator"}, "factor": {}, "closing": {}, "reopening": {},
             "handover": {"heir": str(me.id)}}  # fmt: skip
    for id in (volunteer.id, uuid4()):
        assert (await visitor.client.get(f"/desk/settings/accounts/{id}")).status_code == 404
        for verb, values in verbs.items():
            answer = await visitor.client.post(f"/desk/settings/accounts/{id}/{verb}", data=csrf | values)
            assert answer.status_code == 404, verb
    for verb in ("role", "closing"):
        answer = await visitor.client.post(f"{path(me)}/{verb}", data=csrf | verbs[verb])
        assert answer.status_code == 409, verb
    assert await database.fetchval("SELECT count(*) FROM account WHERE closed_at IS NULL") == 3


async def two_take_each_other_away(settings: Settings, verb: str) -> int:
    """How many administrators are left."""
    pair = [people.actor(await people.account(Role.ADMINISTRATOR)) for _ in range(2)]

    async def take(actor: Actor, other: Actor) -> None:
        assert other.account
        if verb == "close":
            await actions.close_account(actor, other.account)
        else:
            await actions.change_role(settings, actor, other.account, Role.FACILITATOR)

    results = await asyncio.gather(take(*pair), take(*reversed(pair)), return_exceptions=True)
    assert all(result is None or isinstance(result, Refused) for result in results), results
    return await database.fetchval("SELECT count(*) FROM account WHERE role = 'administrator' AND closed_at IS NULL")


@pytest.mark.parametrize("verb", ["close", "role"])
async def test_the_last_administrator_stays(db: str, settings: Settings, verb: str) -> None:
    for _ in range(5):
        await database.execute("UPDATE account SET closed_at = now()")
        assert await two_take_each_other_away(settings, verb) == 1


@pytest.mark.parametrize("verb", ["close", "role"])
async def test_control_without_waiting_for_each_other_none_is_left(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    together = asyncio.Barrier(2)
    keep = actions._keep_an_administrator

    async def nobody_waits() -> None:
        return

    async def counted_together(account: UUID) -> None:
        await keep(account)
        await together.wait()

    monkeypatch.setattr(actions, "one_at_a_time", nobody_waits)
    monkeypatch.setattr(actions, "_keep_an_administrator", counted_together)
    assert await two_take_each_other_away(settings, verb) == 0


# --- ways in ----------------------------------------------------------------------------------------------------------


async def test_a_reset_factor_is_told_to_its_owner_and_ends_the_sessions(visitor: Visitor) -> None:
    who = await people.account(password_hash="x", totp_sealed=b"sealed", totp_since=clock.now())
    await people.sign_in(new_client(visitor.client._transport.app), who)  # type: ignore[attr-defined]
    await visitor.open(path(who))
    page = await visitor.send("/factor")
    assert "Drugi krok wyzerowany" in page and "Wyzeruj" not in page
    row = await database.fetchrow("SELECT totp_sealed, totp_since FROM account WHERE id = $1", who.id)
    assert row and tuple(row) == (None, None)
    assert await database.fetchval("SELECT count(*) FROM session WHERE account = $1", who.id) == 0
    assert await mails() == ["factor_reset", "staff_invitation"]


async def test_an_invitation_sent_again_ends_the_one_before(visitor: Visitor) -> None:
    who = await people.account()
    await visitor.open(path(who))
    for _ in range(2):
        assert "Zaproszenie wysłane jeszcze raz" in await visitor.send("/invitation")
    assert (
        await database.fetchval("SELECT count(*) FROM sign_in_code WHERE account = $1 AND used_at IS NULL", who.id) == 1
    )


async def test_a_closed_account_is_out_at_once_and_comes_back_as_a_new_one(visitor: Visitor) -> None:
    who = await people.account(Role.SPECIALIST, name="Alicja Kubiak", password_hash="x")
    async with new_client(visitor.client._transport.app) as theirs:  # type: ignore[attr-defined]
        await people.sign_in(theirs, who)
        await visitor.open(path(who))
        page = await visitor.send("/closing")
        assert "Konto zamknięte." in page and "Zamknięte konta" in page
        assert (await theirs.get("/desk/initiatives")).headers["location"].startswith("/sign-in")
    await visitor.open(path(who))
    assert not [form for form in forms(visitor.page.text) if form.action.endswith(("/role", "/closing"))]
    assert "Zaproszenie poszło e-mailem" in await visitor.send("/reopening")
    row = await database.fetchrow("SELECT role, password_hash, closed_at FROM account WHERE id = $1", who.id)
    assert row and tuple(row) == ("specialist", "", None) and await mails() == ["staff_invitation"]


# --- work in other hands ----------------------------------------------------------------------------------------------


async def busy(role: Role = Role.COORDINATOR) -> Account:
    who = await people.account(role, name="Hanna Lis")
    await people.initiative(coordinator=who.id)
    await people.initiative(coordinator=who.id, state="finished")
    await people.facilitator(await people.initiative(kind="group"), who)
    await request_of(who)
    await database.execute(
        "INSERT INTO saved_view (id, account, name, query, shared, created_at)"
        " VALUES (gen_random_uuid(), $1, 'Moi', 'q=a', true, now())", who.id,
    )  # fmt: skip
    return who


async def test_closing_asks_who_takes_the_work_and_hands_it_over(visitor: Visitor) -> None:
    who, heir = await busy(), await people.account(name="Ewa Sroka")
    page = await visitor.open(path(who))
    assert "Tajna" not in page and "tajne" not in page, "counts only"
    page = await visitor.send("/closing")
    assert visitor.page.status_code == 422 and 'id="f-close-heir-error"' in page
    assert await database.fetchval("SELECT closed_at FROM account WHERE id = $1", who.id) is None
    await visitor.send("/closing", heir=heir.id)
    assert "Konto zamknięte." in visitor.page.text
    assert await handover.in_hand(who.id) == handover.InHand(0, 0, 0, 0, 0, 0)
    assert await handover.in_hand(heir.id) == handover.InHand(1, 1, 0, 1, 0, 1)
    assert await database.fetchval("SELECT count(*) FROM initiative WHERE coordinator = $1", who.id) == 1, (
        "what is over"
    )


async def test_work_may_wait_and_be_handed_over_later(visitor: Visitor) -> None:
    who, heir = await busy(), await people.account(name="Ewa Sroka")
    await visitor.open(path(who))
    await visitor.send("/closing", heir="nobody")
    assert "Konto zamknięte." in visitor.page.text and (await handover.in_hand(who.id)).anything
    await visitor.open(path(who))
    assert "Praca przekazana." in await visitor.send("/handover", heir=heir.id)
    assert not (await handover.in_hand(who.id)).anything


async def test_only_who_may_do_the_work_can_take_it(db: str, me: Account) -> None:
    who = await busy()
    closed = await people.account()
    await database.execute("UPDATE account SET closed_at = now() WHERE id = $1", closed.id)
    wrong = [who, closed, me, await people.account(Role.FACILITATOR), await people.account(Role.VOLUNTEER)]
    for other in wrong:
        with pytest.raises(Refused):
            await handover.hand_over(people.actor(me), who.id, other.id)
    with pytest.raises(Refused):
        await handover.hand_over(people.actor(who), who.id, (await people.account()).id)
    assert (await handover.in_hand(who.id)).initiatives == 1
    leads = await busy(Role.FACILITATOR)
    names = {one.id for one in await handover.heirs(leads.id, Role.FACILITATOR)}
    assert who.id in names and me.id not in names and leads.id not in names


async def test_what_both_have_already_is_there_once(db: str, me: Account) -> None:
    who, heir = await busy(), await people.account()
    of = await database.fetchval("SELECT initiative FROM facilitator WHERE account = $1", who.id)
    await database.execute("INSERT INTO facilitator VALUES (gen_random_uuid(), $1, $2)", of, heir.id)
    await database.execute(
        "INSERT INTO saved_view (id, account, name, query, shared, created_at)"
        " VALUES (gen_random_uuid(), $1, 'Moi', 'q=b', false, now())", heir.id,
    )  # fmt: skip
    await handover.hand_over(people.actor(me), who.id, heir.id)
    names = [row["name"] for row in await database.fetch("SELECT name FROM saved_view WHERE account = $1", heir.id)]
    assert len(names) == 2 and "Moi" in names and any(name.startswith("Moi ") for name in names)
    assert (await handover.in_hand(heir.id)).groups == 1


async def test_all_of_it_or_nothing(db: str, me: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    who, heir = await busy(), await people.account()
    before = await handover.in_hand(who.id)
    monkeypatch.setattr(handover, "PASSED_ON", (*handover.PASSED_ON, "SELECT 1 / 0, $1::uuid, $2::uuid"))
    with pytest.raises(Exception, match="division by zero"):
        await handover.close(people.actor(me), who.id, heir.id)
    assert await handover.in_hand(who.id) == before
    assert await database.fetchval("SELECT closed_at FROM account WHERE id = $1", who.id) is None
