"""A plan of two weeks of the demo town, from the first press to the invitations on the phones: by keyboard alone,
without scripts, on every screen."""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.matching.plans import actions as plan_actions
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.web.formats import short_day
from volunteer_hub.web.i18n import speaking

# Long, for a machine that does ten things at once; how fast a plan is, benchmarks/matching.py says.
SOLVED, SAID = 60_000, 20_000


async def reach(page: Page, wanted: str) -> str:
    """Tab after Tab to what says `wanted` at its beginning; all that it says."""
    for _ in range(500):
        await page.keyboard.press("Tab")
        said = await focused(page)
        if said.startswith(wanted):
            return said
    raise AssertionError(f"no way by keyboard to {wanted!r} on {page.url}")


async def focused(page: Page) -> str:
    """What says the element under the keys, as it is read aloud, in one line; nothing while a page is just coming."""
    return await page.evaluate("(document.activeElement?.textContent ?? '').replace(/\\s+/g, ' ').trim()")


async def planned(page: Page) -> str:
    """By keyboard from the desk to a plan of two weeks; its address."""
    await reach(page, "Plan")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/plan")
    await reach(page, "Ułóż plan")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Szkic jest gotowy. Nikt jeszcze nic nie dostał.")).to_be_visible(timeout=SOLVED)
    return page.url


async def refused(page: Page) -> str:
    """The next proposal is refused with a word; whose it was."""
    said = await reach(page, "Odrzuć:")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ma teraz egzaminy")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Odrzucone, nie wróci na to miejsce", timeout=SAID)
    of = said.removeprefix("Odrzuć: ")
    assert await focused(page) == f"Przywróć: {of}", "the focus stays at the pair"
    return of


async def locked(page: Page) -> str:
    """The next proposal is to stay; whose it is."""
    of = (await reach(page, "Zostaw:")).removeprefix("Zostaw: ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Zostaje w planie: ", timeout=SAID)
    assert await focused(page) == f"Nie musi zostać: {of}", "the focus stays at the pair"
    return of


async def pairs() -> dict[str, str]:
    """Who stands where in the plan, as its buttons say it, and how."""
    rows = await database.fetch(
        """SELECT v.first_name || ' ' || left(v.last_name, 1) || '., ' || i.name || ', ' AS of, m.starts_wall, p.state
           FROM matching_pair p JOIN volunteer v ON v.id = p.volunteer JOIN opening o ON o.id = p.opening
           JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
           WHERE p.plan = (SELECT id FROM matching_plan ORDER BY made_at DESC LIMIT 1)"""
    )
    with speaking("pl"):
        return {row["of"] + short_day(row["starts_wall"]): row["state"] for row in rows}


async def invitations() -> set[tuple[str, str]]:
    """By SMS, to whom and in which words."""
    rows = await database.fetch("SELECT address, body FROM message WHERE template = 'invitation' AND channel = 'sms'")
    return {(row["address"], row["body"]) for row in rows}


async def test_two_weeks_by_keyboard_alone(browser: Browser, town_server: str) -> None:
    """Plan, refuse two, lock three, solve again, look, send; the messages are on the phones."""
    page, before = await opened(browser, town_server), await invitations()
    plan = await planned(page)
    gone = {await refused(page) for _ in range(2)}
    stay = {await locked(page) for _ in range(3)}
    await reach(page, "Ułóż resztę na nowo")
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Ułożone na nowo.", timeout=SOLVED)
    found = await pairs()
    assert {of for of, state in found.items() if state == "refused"} == gone
    assert {of for of, state in found.items() if state == "locked"} == stay
    assert await invitations() == before, "nothing is sent before a person says so"
    await reach(page, "Wyślij zaproszenia")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{plan}/send")
    await reach(page, "Wyślij zaproszenia")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Wysłane:", timeout=SAID)
    sent = {of for of, state in (await pairs()).items() if state == "sent"}
    assert stay <= sent and not gone & sent and len(sent) == len(found) - len(gone)
    await reach(page, "Zobacz telefony")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/dev/phones")
    told = await invitations() - before
    assert len(told) == len(sent)
    await database.execute("UPDATE message SET due_at = now() WHERE state = 'planned'")  # at night they would wait
    phone, body = min(told)
    await page.goto(f"/dev/phones?q={phone.removeprefix('+48')}")
    await expect(page.get_by_text(body).first).to_be_visible(timeout=SAID)
    await page.context.close()


async def test_who_presses_second_sees_what_the_first_did(browser: Browser, town_server: str) -> None:
    """Two coordinators at one plan: the second is told, sees the plan as it is now, and her next press counts.

    Her page does not hear of changes by itself, as on a network that drops the stream.
    """
    hanna, other = await opened(browser, town_server), await opened(browser, town_server)
    await other.route("**/desk/live*", lambda route: route.abort())
    await hanna.goto("/desk/plan")
    await hanna.get_by_role("button", name="Ułóż plan").click()
    await hanna.wait_for_url("**/desk/plan/*", timeout=SOLVED)
    await other.goto(hanna.url)
    await hanna.get_by_role("button", name=re.compile("^Zostaw")).first.click()
    await expect(hanna.locator("#notice")).to_contain_text("Zostaje w planie: ", timeout=SAID)
    keeps = other.get_by_role("button", name=re.compile("^Zostaw"))
    free = await keeps.count()
    await keeps.last.focus()
    await other.keyboard.press("Enter")
    await expect(other.locator("#notice")).to_contain_text("W międzyczasie ktoś zmienił ten plan.", timeout=SAID)
    await expect(keeps).to_have_count(free - 1)
    await expect(keeps.last).to_be_focused()
    await other.keyboard.press("Enter")
    await expect(other.locator("#notice")).to_contain_text("Zostaje w planie: ", timeout=SAID)
    assert await database.fetchval("SELECT count(*) FROM matching_pair WHERE state = 'locked'") == 2
    for page in (hanna, other):
        await page.context.close()


async def test_without_scripts_on_a_phone(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server, width=320, java_script_enabled=False)
    await page.goto("/desk/plan")
    await page.get_by_role("button", name="Ułóż plan").click()
    await page.wait_for_url("**/desk/plan/*", timeout=SOLVED)
    await page.get_by_role("button", name=re.compile("^Zostaw")).first.click()
    await expect(page.get_by_text("Zostaje w planie:")).to_be_visible()
    await page.get_by_role("link", name="Według osób").click()
    await page.locator("summary", has_text="Odrzuć").first.click()
    await page.get_by_role("button", name=re.compile("^Odrzuć")).first.click()
    await expect(page.get_by_text("Odrzucone, nie wróci na to miejsce")).to_be_visible()
    await page.get_by_role("link", name="Wyślij zaproszenia").click()
    await page.get_by_text("Pytamy falami").click()
    await page.get_by_role("button", name="Wyślij zaproszenia").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Wysłane:", timeout=SAID)
    await expect(page.get_by_text("pytamy dalej falami")).to_be_visible()
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light"), (1280, "dark")])
async def test_the_pages_fit_and_read(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    await page.goto("/desk/plan")
    await examine(page, f"plan-home-{width}-{scheme}")
    await page.get_by_role("button", name="Ułóż plan").click()
    await expect(page.get_by_text("Szkic jest gotowy")).to_be_visible(timeout=SOLVED)
    plan = page.url
    for summary in ("Te same dane w tabeli", "Odrzuć", "Skąd ten wynik", "Komu najmniej brakuje"):
        await page.locator("summary", has_text=summary).first.click()
    await page.get_by_role("button", name=re.compile("^Zostaw")).last.click()
    await expect(page.locator("#notice")).to_contain_text("Zostaje w planie", timeout=SAID)
    await examine(page, f"plan-{width}-{scheme}")
    swap = await page.locator("a[href$='/swap']").first.get_attribute("href") or ""
    add = await page.locator("a[href^='/desk/plan/'][href*='/openings/']").first.get_attribute("href") or ""
    for name, path in {"people": f"{plan}?by=people", "send": f"{plan}/send", "swap": swap, "add": add}.items():
        await page.goto(path)
        await examine(page, f"plan-{name}-{width}-{scheme}")
    await page.get_by_role("button", name="Dodaj do planu").click()
    await expect(page.locator(".summary")).to_be_focused()
    await examine(page, f"plan-add-refused-{width}-{scheme}")
    await page.goto(f"{plan}/send")
    await page.get_by_role("button", name="Wyślij zaproszenia").click()
    await examine(page, f"plan-sent-{width}-{scheme}")
    await page.goto(plan)
    await examine(page, f"plan-after-{width}-{scheme}")
    await page.emulate_media(media="print")
    await expect(page.locator(".rail")).to_be_hidden()
    await page.context.close()


async def test_what_others_change_shows_by_itself(browser: Browser, town_server: str) -> None:
    """Another coordinator's change and an answer come while the page stands open; what is being typed waits for them,
    with the focus."""
    page = await opened(browser, town_server, width=1280)
    await page.goto("/desk/plan")
    await page.get_by_role("button", name="Ułóż plan").click()
    await expect(page.get_by_text("Szkic jest gotowy.")).to_be_visible(timeout=SOLVED)
    plan = UUID(page.url.split("/")[-1])
    async with page.expect_response("**/desk/live?*"):
        await page.reload()
    # The demo town's coordinator, from another machine.
    row = await database.fetchrow("SELECT id, name FROM account WHERE role = 'coordinator' ORDER BY name LIMIT 1")
    assert row
    other = Actor(role=Role.COORDINATOR, account=row["id"], name=row["name"])
    first, second = await database.fetch(
        "SELECT id FROM matching_pair WHERE plan = $1 ORDER BY score DESC, id LIMIT 2", plan
    )
    await plan_actions.lock(other, plan, first["id"], 0)
    await expect(page.locator(f"#p-{first['id']}").get_by_text("Zostaje", exact=True)).to_be_visible(timeout=SAID)
    line = page.locator(f"#p-{second['id']}")
    await line.get_by_text("Odrzuć").first.click()
    word = line.get_by_label("Dlaczego (możesz pominąć)")
    await word.fill("Ma teraz")
    await plan_actions.unlock(other, plan, first["id"], 1)
    await expect(page.get_by_text("Coś się zmieniło.")).to_be_visible(timeout=SAID)
    await expect(word).to_be_focused()
    assert await word.input_value() == "Ma teraz" and await page.locator(f"#p-{first['id']} .pill.good").count() == 1
    await word.fill("Ma teraz egzaminy")
    await word.press("Enter")
    # What was seen is not what stands: the word is kept, and the next press is of the plan as it is now.
    await expect(page.get_by_text("W międzyczasie ktoś zmienił ten plan.").first).to_be_visible(timeout=SAID)
    word = page.locator(f"#word-{second['id']}")
    await expect(word).to_have_value("Ma teraz egzaminy")
    await word.press("Enter")
    await expect(line.get_by_text("Dlaczego: Ma teraz egzaminy")).to_be_visible(timeout=SAID)
    sent = await plan_actions.send(other, plan, 3, pairs=[first["id"]])
    assert sent.invited
    shown = page.locator(f"#p-{first['id']}")
    await expect(shown.get_by_role("button", name="Zostaw")).to_have_count(0, timeout=SAID)
    id = await database.fetchval(
        """SELECT s.id FROM matching_pair p JOIN assignment s USING (opening, volunteer) WHERE p.id = $1""", first["id"]
    )
    await schedule.answer(SYSTEM, id, accept=False, channel="sms")
    await expect(shown.get_by_text("Odmowa")).to_be_visible(timeout=SAID)
    await page.context.close()
