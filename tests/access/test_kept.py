"""A form sent after the session ended: it waits half an hour for its owner alone, sealed, and is sent once more."""

import re

import httpx2
import pytest
from access.test_browser import examine, window
from access.test_sessions import give_session
from access.test_staff import EMAIL, PASSWORD, keys, ready
from conftest import new_client
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.datastructures import FormData
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.access import kept, rules
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.privacy import erasure, reseal, retention
from volunteer_hub.settings import Settings, load

__all__ = ["keys"]  # a fixture for this file too
WORDS = "Boi się wieczorów, najbardziej w środę"
NEED = {"title": "Samotne wieczory na Wiślanej", "urgency": "2", "people": "3", "voiced_on": "2026-11-20"}


async def lapse() -> None:
    await database.execute("UPDATE session SET seen_at = now() - $1::interval", rules.idle_limit(Role.COORDINATOR))


async def rows() -> int:
    return await database.fetchval("SELECT count(*) FROM kept_form")


async def note(client: httpx2.AsyncClient, row: Account) -> Visitor:
    """The page of a confidential note, opened by who runs the group, whose session ends before it is sent."""
    await give_session(client, row)
    of = await people.initiative(name="Grupa")
    await people.facilitator(of, row)
    member = await people.member(of, await people.participant())
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/note")
    await lapse()
    return visitor


async def sign_in(visitor: Visitor, role: Role) -> None:
    """By the demo's button, in the same browser."""
    await visitor.open("/sign-in")
    csrf = forms(visitor.page.text)[-1].values["csrf"]
    visitor.page = await visitor.client.post(
        "/dev/sign-in", data={"csrf": csrf, "role": role.value}, follow_redirects=True
    )


async def test_what_was_typed_waits_for_its_owner_and_is_sent_once(client: httpx2.AsyncClient) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    await visitor.send("/note", text=WORDS)
    assert visitor.page.url.path == "/sign-in" and "czeka na Ciebie pół godziny" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM confided") == 0, "nothing is done for who is not signed in"
    sealed = await database.fetchval("SELECT sealed FROM kept_form")
    assert WORDS.encode() not in bytes(sealed) and b"wieczor" not in bytes(sealed)
    await sign_in(visitor, Role.FACILITATOR)
    assert visitor.page.url.path == "/desk/kept" and WORDS in visitor.page.text
    await visitor.send("/note")
    assert visitor.page.url.path.endswith("/members") and visitor.page.status_code == 200
    assert await database.fetchval("SELECT count(*) FROM confided") == 1
    assert await rows() == 0 and "Nic tu nie czeka" in await visitor.open("/desk/kept")
    await sign_in(visitor, Role.FACILITATOR)
    assert visitor.page.url.path == "/desk/day", "nothing waits any more"


async def test_after_password_and_code_it_comes_first(client: httpx2.AsyncClient, settings: Settings) -> None:
    need = NEED | {"area": (await people.area()).id, "theme": (await people.theme()).id}
    _, codes = await ready(settings)
    row = await Account.objects().get(Account.email == EMAIL)
    assert row
    await give_session(client, row)
    visitor = Visitor(client)
    await visitor.open("/desk/needs/new")
    await lapse()
    await visitor.send("/desk/needs/new", **need | {"people": "wielu"})
    await visitor.open("/sign-in/password?next=/desk/needs/new")
    await visitor.send("/sign-in/password", email=EMAIL, password=PASSWORD)
    await visitor.send("/sign-in/second", code=codes[0])
    assert visitor.page.url.path == "/desk/kept"
    await visitor.send("/desk/needs/new")
    assert visitor.page.status_code == 422 and NEED["title"] in visitor.page.text, "what is wrong is said as ever"
    await visitor.send("/desk/needs/new", people="3")
    assert await database.fetchval("SELECT title FROM need") == NEED["title"] and await rows() == 0


async def test_nobody_else_gets_it(client: httpx2.AsyncClient, app: Starlette) -> None:
    owner = await people.account(Role.FACILITATOR)
    visitor = await note(client, owner)
    await visitor.send("/note", text=WORDS)
    await people.account(Role.COORDINATOR)
    await sign_in(visitor, Role.COORDINATOR)
    assert visitor.page.url.path == "/desk", "another person in the same browser does not hear of it"
    assert WORDS not in await visitor.open("/desk/kept")
    id = await database.fetchval("SELECT id FROM kept_form")
    csrf = forms(visitor.page.text)[-1].values["csrf"]
    await client.post("/desk/people/views", data={"csrf": csrf, "kept_form": str(id)})
    assert await rows() == 1, "nor takes it away"
    async with new_client(app) as elsewhere:
        await people.sign_in(elsewhere, owner)
        assert WORDS in (await elsewhere.get("/desk/kept")).text, "control: its owner does, wherever they sit"


@pytest.mark.parametrize(("minutes", "there"), [(29, True), (31, False)])
async def test_it_is_gone_after_half_an_hour(
    client: httpx2.AsyncClient, settings: Settings, minutes: int, *, there: bool
) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    await visitor.send("/note", text=WORDS)
    await database.execute("UPDATE kept_form SET kept_at = now() - make_interval(mins => $1)", minutes)
    await sign_in(visitor, Role.FACILITATOR)
    assert (visitor.page.url.path == "/desk/kept") is there
    assert (WORDS in await visitor.open("/desk/kept")) is there
    await retention.now(settings)
    assert await rows() == int(there)


async def test_with_htmx_the_browser_is_sent_to_sign_in(client: httpx2.AsyncClient) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/note"))
    headers = {"hx-request": "true", "referer": str(visitor.page.url)}
    answer = await client.post(form.action, data=form.values | {"text": [WORDS]}, headers=headers)
    assert answer.status_code == 401 and answer.headers["hx-redirect"] == f"/sign-in?next={visitor.page.url.path}"
    assert "location" not in answer.headers and await rows() == 1


async def test_only_a_form_of_ours_and_of_an_ended_session_is_kept(client: httpx2.AsyncClient) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/note"))
    forged = form.values | {"csrf": ["x" * 64], "text": [WORDS]}
    assert (await client.post(form.action, data=forged)).status_code == 303
    assert await rows() == 0, "somebody else's page could have sent it"
    assert (await client.post("/desk/needs/new", data=form.values)).status_code == 303
    assert await rows() == 0, "not for this role"
    files = await client.post(form.action, data=form.values, files={"text": ("a.txt", b"words")})
    assert files.status_code == 303 and await rows() == 0
    assert (await client.post(form.action, data=form.values | {"text": ["x" * kept.LONGEST]})).status_code == 303
    assert await rows() == 0
    await database.execute("UPDATE session SET seen_at = now()")
    await visitor.send("/sign-out")
    await client.post(form.action, data=form.values)
    assert await rows() == 0, "who signed out has left nothing open"


async def test_control_the_same_form_is_kept(client: httpx2.AsyncClient) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    for text in ("pierwsze", "drugie"):
        form = next(form for form in forms(visitor.page.text) if form.action.endswith("/note"))
        await client.post(form.action, data=form.values | {"text": [text]})
    assert await rows() == 1, "the later one in the place of the first"


@pytest.mark.parametrize(
    ("path", "field"), [("/desk/x", "password"), ("/desk/x", "code"), ("/desk/account/email", "email")]
)
async def test_passwords_codes_and_the_own_account_are_never_kept(
    db: str, settings: Settings, path: str, field: str
) -> None:
    owner = people.actor(await people.account())
    assert not await kept.keep(settings, owner, path, FormData([(field, "x"), ("text", WORDS)]))
    assert await kept.keep(settings, owner, "/desk/x", FormData([("csrf", "m"), ("text", WORDS)])), "control"
    assert [form.fields for form in await kept.own(settings, owner)] == [[("text", WORDS)]], "without the form's mark"


async def test_one_person_leaves_at_most_twenty(db: str, settings: Settings) -> None:
    owner = people.actor(await people.account())
    done = [await kept.keep(settings, owner, f"/desk/{n}", FormData([("text", "x")])) for n in range(kept.MOST + 2)]
    assert done.count(True) == await rows() == kept.MOST


async def test_an_ended_session_opens_nothing_else(client: httpx2.AsyncClient) -> None:
    visitor = await note(client, await people.account(Role.FACILITATOR))
    for path in ("/desk/kept", "/desk/initiatives", "/desk/account"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in?next=")
    await visitor.open("/")
    assert "Wyloguj" not in visitor.page.text


async def test_what_names_an_erased_person_is_forgotten(db: str, settings: Settings) -> None:
    who = await people.volunteer(first_name="Genowefa", last_name="Kanarek")
    owner = people.actor(await people.account())
    await kept.keep(settings, owner, "/desk/1", FormData([("text", "Genowefa dzwoniła, pani Kanarek")]))
    await kept.keep(settings, owner, "/desk/2", FormData([("text", "Kanarek śpiewa")]))
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert [form.path for form in await kept.own(settings, owner)] == ["/desk/2"]


async def test_it_outlives_a_new_field_key_and_a_row_moved_elsewhere_does_not_open(db: str) -> None:
    before, between, after = (
        load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new * 10} | ({"HUB_FIELD_KEY_OLD": old * 10} if old else {}))
        for new, old in (("old-", ""), ("new-", "old-"), ("new-", ""))
    )
    owner = people.actor(await people.account())
    await kept.keep(before, owner, "/desk/1", FormData([("text", WORDS)]))
    await reseal.reseal(between)
    assert [form.fields for form in await kept.own(after, owner)] == [[("text", WORDS)]]
    await database.execute("UPDATE kept_form SET id = gen_random_uuid()")
    assert await kept.own(after, owner) == []


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (1280, True), (320, False)])
async def test_in_a_browser(browser: Browser, server: str, width: int, *, scripts: bool) -> None:
    await people.account(Role.COORDINATOR)
    who = await people.volunteer()
    context = await window(browser, server, width, scripts=scripts)
    page: Page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Koordynacja").click()
    await page.goto(f"/desk/people/{who.id}/time")
    await page.locator("select[name=max_km]").select_option("10")
    await lapse()
    await page.get_by_role("button", name="Zapisz").last.click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await expect(page.get_by_text("czeka na Ciebie pół godziny")).to_be_visible()
    await page.get_by_role("button", name="Koordynacja").click()
    await expect(page.get_by_role("heading", name="Twoja praca czeka")).to_be_visible()
    if scripts:
        await examine(page)
    await page.get_by_role("button", name="Wyślij ponownie").focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/time"))
    assert await database.fetchval("SELECT max_km FROM volunteer") == 10
    await page.goto("/desk/kept")
    await expect(page.get_by_text("Nic tu nie czeka")).to_be_visible()
    await context.close()
