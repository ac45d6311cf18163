"""The staff: a one-time link leads to a password, a second factor and recovery codes; from then on both are asked."""

import asyncio
import re
from datetime import timedelta
from hashlib import sha512
from typing import Any

import httpx2
import pyotp
import pytest
import time_machine
from access.by_hand import signed_in_as
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access import factors, links, passwords, staff
from volunteer_hub.access.rules import RECOVERY_CODES, WITH_PASSWORD, WRONG_OF_ONE_ACCOUNT
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.settings import Settings

EMAIL, PASSWORD = "hanna@centrum.example", "cztery zielone rowery w deszczu"


async def code_of(account: Account, steps: int = 0) -> str:
    """What the app on the account's phone shows, now or some steps of thirty seconds away."""
    key = await key_of(account)
    return pyotp.TOTP(key).at(clock.now() + timedelta(seconds=30 * steps))


async def key_of(account: Account) -> str:
    row = await database.fetchrow("SELECT totp_sealed FROM account WHERE id = $1", account.id)
    assert row
    return factors.unseal(KEYS, bytes(row["totp_sealed"]), where=f"totp:{account.id}")


KEYS: tuple[str, ...] = ()


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    global KEYS
    KEYS = settings.field_keys


async def ready(settings: Settings, role: Role = Role.COORDINATOR, **values: Any) -> tuple[Account, list[str]]:
    """Somebody of the staff with both factors, and their recovery codes. The app's code of now is not used yet."""
    row = await people.account(role, **{"email": EMAIL, "password_hash": await passwords.hashed(PASSWORD)} | values)
    key = factors.new_key()
    assert await factors.confirm(settings, row.id, key, pyotp.TOTP(key).at(clock.now()))
    await database.execute("UPDATE account SET totp_step = totp_step - 5 WHERE id = $1", row.id)
    return row, await staff.new_recovery_codes(settings, people.actor(row))


async def with_password(visitor: Visitor, email: str = EMAIL, password: str = PASSWORD) -> None:
    await visitor.open("/sign-in/password")
    await visitor.send("/sign-in/password", email=email, password=password)


def key_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


@pytest.mark.parametrize("role", sorted(WITH_PASSWORD))
async def test_the_first_way_in(role: Role, client: httpx2.AsyncClient, settings: Settings) -> None:
    await people.account(role, email=EMAIL)
    visitor, path = Visitor(client), (await links.make(settings, EMAIL) or "").removeprefix(settings.public_url)
    await visitor.open(path)
    await visitor.send(path)
    assert visitor.page.url.path == "/sign-in/new-password"
    await visitor.send("/sign-in/new-password", password=PASSWORD)
    assert visitor.page.url.path == "/sign-in/factor"
    key = key_on(visitor.page.text)
    assert 'src="data:image/svg+xml' in visitor.page.text
    await visitor.send("/sign-in/factor", code="000000" if pyotp.TOTP(key).now() != "000000" else "111111")
    assert visitor.page.status_code == 422 and key_on(visitor.page.text) == key
    await visitor.send("/sign-in/factor", code=pyotp.TOTP(key).now())
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", visitor.page.text)
    assert visitor.page.url.path == "/sign-in/recovery" and len(set(codes)) == RECOVERY_CODES
    file = await client.get("/sign-in/recovery.txt")
    assert file.text.split() == codes and file.headers["content-disposition"].startswith("attachment")
    assert await signed_in_as(client) == "", "nothing is open before the codes are put away"
    await visitor.send("/sign-in/recovery")
    assert await signed_in_as(client) == role and visitor.page.status_code == 200
    assert (await client.get("/sign-in/recovery.txt")).status_code == 303, "they are never shown again"
    row = await database.fetchrow("SELECT password_hash, totp_sealed FROM account")
    assert row and row["password_hash"].startswith("$argon2id$") and key.encode() not in bytes(row["totp_sealed"])
    assert not await database.fetchval(
        "SELECT count(*) FROM recovery_code WHERE position(convert_to($1, 'UTF8') IN code_hash) > 0", codes[0]
    )


STAGES = ("/sign-in/new-password", "/sign-in/factor", "/sign-in/recovery", "/sign-in/second")


@pytest.mark.parametrize("stage", ["password", "factor", "codes", "second", "phone", "sms", "choice"])
async def test_half_a_session_opens_nothing(stage: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    assert (await client.get("/desk/people")).status_code == 200, "control: a whole one does"
    await database.execute("UPDATE session SET stage = $1", stage)
    for path in ("/desk", "/desk/people", "/desk/account", "/desk/messages"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in?next="), path
    other = "/sign-in/second" if stage != "second" else "/sign-in/factor"
    assert (await client.get(other)).headers["location"] == "/sign-in", "nor the page of another step"
    await database.execute("UPDATE session SET created_at = now() - interval '31 minutes'")
    assert (await client.get("/sign-in/" + ("second" if stage == "second" else "factor"))).status_code == 303


async def test_password_and_code_let_in(client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    visitor = Visitor(client)
    await visitor.open("/desk/people")
    await visitor.open(f"/sign-in/password?next={visitor.page.url.params['next']}")
    await visitor.send("/sign-in/password", email=f" {EMAIL.upper()} ", password=PASSWORD)
    assert visitor.page.url.path == "/sign-in/second" and await signed_in_whole(client) == 0
    half = client.cookies["session"]
    await visitor.send("/sign-in/second", code=await code_of(row))
    assert visitor.page.url.path == "/desk/people" and client.cookies["session"] != half
    verbs = await database.fetchval("SELECT array_agg(verb::text ORDER BY at) FROM audit_entry WHERE verb = 'sign-in'")
    assert verbs == ["sign-in"]


async def signed_in_whole(client: httpx2.AsyncClient) -> int:
    return await database.fetchval("SELECT count(*) FROM session WHERE stage = 'whole'")


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_clock_may_be_a_step_off(steps: int, client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    assert (await staff.by_second(settings, row.id, await code_of(row, steps), "place")).account == row.id


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
async def test_but_not_two(steps: int, db: str, settings: Settings) -> None:
    row, _ = await ready(settings)
    with time_machine.travel(clock.now(), tick=False):
        code = await code_of(row, steps)
        if code not in [await code_of(row, near) for near in (-1, 0, 1)]:
            assert (await staff.by_second(settings, row.id, code, "place")).account is None


async def test_a_code_counts_once(db: str, settings: Settings) -> None:
    row, _ = await ready(settings)
    code = await code_of(row)
    results = await asyncio.gather(*(staff.by_second(settings, row.id, code, "place") for _ in range(8)))
    assert [one.account for one in results].count(row.id) == 1
    assert (await staff.by_second(settings, row.id, code, "place")).account is None


async def test_control_without_the_step_the_same_code_counts_often(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = await ready(settings)
    monkeypatch.setattr(factors, "TAKE_STEP", "SELECT id FROM account WHERE id = $1 AND $2::bigint > 0")
    code = await code_of(row)
    results = await asyncio.gather(*(staff.by_second(settings, row.id, code, "place") for _ in range(8)))
    assert [one.account for one in results].count(row.id) > 1


async def test_a_recovery_code_counts_once(db: str, settings: Settings) -> None:
    row, codes = await ready(settings)
    plain = codes[3].replace("-", "")
    results = await asyncio.gather(*(staff.by_second(settings, row.id, plain, "place") for _ in range(8)))
    assert [one.account for one in results].count(row.id) == 1
    assert await factors.codes_left(row.id) == RECOVERY_CODES - 1


async def test_control_without_its_mark_a_recovery_code_counts_often(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, codes = await ready(settings)
    careless = "SELECT id FROM recovery_code WHERE account = $1 AND code_hash = $2"
    monkeypatch.setattr(factors, "USE_RECOVERY", careless)
    plain = codes[3].replace("-", "")
    results = await asyncio.gather(*(staff.by_second(settings, row.id, plain, "place") for _ in range(8)))
    assert [one.account for one in results].count(row.id) > 1


async def test_a_recovery_code_lets_in_as_people_type_it(client: httpx2.AsyncClient, settings: Settings) -> None:
    _, codes = await ready(settings)
    visitor = Visitor(client)
    await with_password(visitor)
    await visitor.send("/sign-in/second", code=f" {codes[0].upper().replace('-', ' ')} ")
    assert await signed_in_as(client) == "coordinator"
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'sign-in.recovery-code'") == 1


async def test_another_accounts_codes_are_worth_nothing(db: str, settings: Settings) -> None:
    row, _ = await ready(settings)
    other, codes = await ready(settings, email="other@centrum.example")
    for code in (codes[0].replace("-", ""), await code_of(other)):
        assert (await staff.by_second(settings, row.id, code, "place")).account is None


def beside(visitor: Visitor, field: str) -> str:
    found = re.search(rf'id="f-{field}-error">.*?<span>(.*?)</span>', visitor.page.text, re.S)
    return found[1] if found else ""


async def test_wrong_is_said_alike_and_in_the_same_words(client: httpx2.AsyncClient, settings: Settings) -> None:
    await ready(settings)
    await people.account(Role.COORDINATOR, email="without@centrum.example")
    await people.account(Role.VOLUNTEER, email="volunteer@centrum.example")
    pages = set()
    visitor = Visitor(client)
    for email in (EMAIL, "nobody@centrum.example", "without@centrum.example", "volunteer@centrum.example"):
        await with_password(visitor, email, "not the password")
        assert visitor.page.status_code == 422 and "not the password" not in visitor.page.text
        pages.add(re.sub(r'value="[^"]*"', "", visitor.page.text))
    assert len(pages) == 1 and "E-mail albo hasło się nie zgadza." in pages.pop()


async def test_wrong_tries_of_all_kinds_are_counted_together(client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    visitor = Visitor(client)
    for _ in range(5):
        await with_password(visitor, password="wrong, quite wrong")
    await with_password(visitor)
    wrong = "000000" if await code_of(row) != "000000" else "111111"
    for _ in range(5):
        await visitor.send("/sign-in/second", code=wrong)
        assert visitor.page.status_code == 422
    await visitor.send("/sign-in/second", code=await code_of(row))
    assert visitor.page.status_code == 429, "even the right one"
    assert visitor.page.headers["retry-after"] == str(WRONG_OF_ONE_ACCOUNT.wait)
    await with_password(visitor)
    assert visitor.page.status_code == 429
    await database.execute("DELETE FROM allowance")
    await with_password(visitor)
    assert visitor.page.url.path == "/sign-in/second", "and the rest of the hour costs nothing"


async def test_guesses_at_once_are_not_more_than_ten(db: str, settings: Settings) -> None:
    await ready(settings)
    guesses = (staff.by_password(settings, EMAIL, f"guess number {n}", f"place {n}") for n in range(14))
    judged = await asyncio.gather(*guesses)
    assert sum(not one.wait for one in judged) == WRONG_OF_ONE_ACCOUNT.most


async def test_right_ones_cost_nothing(db: str, settings: Settings) -> None:
    await ready(settings)
    for _ in range(WRONG_OF_ONE_ACCOUNT.most + 3):
        assert (await staff.by_password(settings, EMAIL, PASSWORD, "place")).account


async def test_a_link_keeps_the_second_factor(client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    visitor, path = Visitor(client), (await links.make(settings, EMAIL) or "").removeprefix(settings.public_url)
    await visitor.open(path)
    await visitor.send(path)
    await visitor.send("/sign-in/new-password", password="zupełnie nowe hasło na jutro")
    assert visitor.page.url.path == "/sign-in/second" and await signed_in_whole(client) == 0
    await visitor.send("/sign-in/second", code=await code_of(row))
    assert await signed_in_as(client) == "coordinator"
    assert (await staff.by_password(settings, EMAIL, PASSWORD, "place")).account is None, "the old password is no more"


async def test_a_new_password_ends_sessions_and_invitations(
    client: httpx2.AsyncClient, app: Starlette, settings: Settings
) -> None:
    row, _ = await ready(settings)
    path = (await links.make(settings, EMAIL) or "").removeprefix(settings.public_url)
    async with new_client(app) as other:
        await people.sign_in(other, row)
        assert (await other.get("/desk/people")).status_code == 200
        await staff.set_password(people.actor(row), "zupełnie nowe hasło na jutro", but=None)
        assert (await other.get("/desk/people")).status_code == 303
    assert (await client.get(path)).status_code == 410


async def test_a_taken_away_factor_ends_everything_and_comes_back_by_an_invitation(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    row, _ = await ready(settings)
    await people.sign_in(client, row)
    async with database.transaction():
        await factors.take_away(row.id)
        await links.invite(settings, row.id)
    assert (await client.get("/desk/people")).status_code == 303
    visitor = Visitor(client)
    await with_password(visitor)
    await visitor.send("/sign-in/second", code="000000")
    assert visitor.page.status_code == 422, "a password alone is not enough"
    body = await database.fetchval("SELECT body FROM message WHERE template = 'staff_invitation'")
    path = re.search(r"/sign-in/link/\S+", body)
    assert path
    await visitor.open(path[0])
    await visitor.send(path[0])
    await visitor.send("/sign-in/new-password", password=PASSWORD)
    assert visitor.page.url.path == "/sign-in/factor"


async def test_nobody_else_has_a_password(db: str, settings: Settings) -> None:
    stored = await passwords.hashed(PASSWORD)
    for role in (Role.VOLUNTEER, Role.FACILITATOR):
        await people.account(role, email=f"{role}@centrum.example", password_hash=stored)
        judged = await staff.by_password(settings, f"{role}@centrum.example", PASSWORD, "place")
        assert judged.account is None
    assert {Role.FACILITATOR} == STAFF - WITH_PASSWORD


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("krótkie", "za krótkie"),
        ("x" * 11, "za krótkie"),
        ("x" * 257, "za długie"),
        ("Password12345", "odgadnąć"),
        ("qwertyuiop123", "odgadnąć"),
        ("zaq12wsxcde3", "odgadnąć"),
        ("aaaaaaaaaaaaaa", "odgadnąć"),
        ("hanna@centrum.example", "odgadnąć"),
        ("Konto Centrum", "odgadnąć"),
    ],
)
async def test_what_is_no_password(password: str, why: str, client: httpx2.AsyncClient, settings: Settings) -> None:
    await people.account(email=EMAIL, name="Hanna Konto")
    visitor, path = Visitor(client), (await links.make(settings, EMAIL) or "").removeprefix(settings.public_url)
    await visitor.open(path)
    await visitor.send(path)
    await visitor.send("/sign-in/new-password", password=password)
    assert visitor.page.status_code == 422 and why in beside(visitor, "password")
    assert not await database.fetchval("SELECT password_hash FROM account")


@pytest.mark.parametrize(
    "password",
    ["kawa z mlekiem o świcie", "  spacje na końcu  ", "żółwie  łąki 1", "ыыыhqzrtwbvkm", sha512(b"long").hexdigest()],
)
async def test_what_is_one(password: str, db: str) -> None:
    assert await passwords.may_be_used(password, ("Hanna Lis", EMAIL, "Centrum"))
    stored = await passwords.hashed(password)
    assert await passwords.is_right(None, stored, password) is False
    row = await people.account(password_hash=stored)
    assert await passwords.is_right(row.id, stored, password)
    assert not await passwords.is_right(row.id, stored, password.strip() + "x")
