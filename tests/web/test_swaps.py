"""In a browser: whatever htmx swaps, the focus is never lost and what happened is said; without it all works."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from conftest import served
from playwright.async_api import BrowserContext, Page, expect
from playwright.async_api import Route as Held
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from volunteer_hub.kit.paths import bundled
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web import errors, forms, templates
from volunteer_hub.web.middleware import Observed
from volunteer_hub.web.render import common, wants_fragment
from volunteer_hub.web.static import Hashed

PAGE = """{% extends "layouts/public.html" %}{% block title %}Próba{% endblock %}
{% block main %}<h1>Próba</h1>{{ part|safe }}{% endblock %}"""
PART = """{% import "parts/forms.html" as f with context %}{% import "parts/look.html" as l with context %}
<section id="roster"><h2>Obsada</h2>{{ l.say(said) }}
{% for name in people %}
{% call f.form("/act/" ~ name, fragment="roster") %}{{ f.submit("Zaproś " ~ name) }}{% endcall %}
{% endfor %}
{% call f.form("/act/form", fragment="roster") %}{{ f.summary(form) }}{{ f.text(form, "phone", "Telefon") }}
{{ f.submit("Wyślij") }}{% endcall %}
<details><summary>Więcej</summary><p>Szczegóły</p></details></section>"""


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    """A page of our parts behind our middleware: no database, one list of two people."""
    people = ["Anna", "Ewa", "Olaf"]

    async def act(request: Request) -> Response:
        what = request.path_params.get("what", "")
        form, said, status = forms.blank(), "", 200
        if what == "Anna":
            said = "Anna dostała zaproszenie."
        elif what == "Olaf":
            raise Refused("Ktoś był szybszy.")
        elif what == "form":
            typed = await request.form()
            form, status = forms.Checked({"phone": [str(typed["phone"])]}, {"phone": "Numer jest za krótki."}), 422
        elif what:
            people.remove(what)
        context = common(request) | {"people": people, "form": form, "said": said}
        part = templates.environment().from_string(PART).render(context)
        if wants_fragment(request):
            return HTMLResponse(part, status)
        return HTMLResponse(templates.environment().from_string(PAGE).render(context | {"part": part}), status)

    app = Starlette(
        routes=[
            Route("/", act),
            Route("/act/{what}", act, methods=["POST"]),
            Mount("/static", Hashed(directory=bundled("static"))),
        ],
        exception_handlers=errors.HANDLERS,
        middleware=[Middleware(Observed, settings=settings)],
    )
    app.state.settings = settings
    async with served(app) as at:
        yield at


@pytest.fixture
async def trial(page: Page, address: str) -> Page:
    await page.goto(address)
    return page


async def press(page: Page, name: str) -> None:
    """With the keyboard, as somebody without a mouse does; waits until the answer is in the page."""
    await page.get_by_role("button", name=name).focus()
    async with page.expect_response(re.compile("/act/")):
        await page.keyboard.press("Enter")
    await expect(page.locator("[aria-busy]")).to_have_count(0)


async def focused(page: Page) -> str:
    """The text of the element that has the focus; nothing when it is lost."""
    script = "document.activeElement.matches('body') ? '' : document.activeElement.innerText.trim()"
    return await page.evaluate(script)


async def test_after_a_swap_the_focus_stays_on_the_same_button_and_the_words_are_said(trial: Page) -> None:
    await press(trial, "Zaproś Anna")
    await expect(trial.get_by_role("status")).to_have_text("Anna dostała zaproszenie.")
    assert await focused(trial) == "Zaproś Anna"


async def test_when_the_pressed_button_is_gone_the_heading_has_the_focus(trial: Page) -> None:
    await press(trial, "Zaproś Ewa")
    await expect(trial.get_by_role("button", name="Zaproś Ewa")).to_have_count(0)
    assert await focused(trial) == "Obsada"


async def test_a_refusal_is_said_and_nothing_else_moves(trial: Page) -> None:
    before = await trial.locator("#roster").inner_html()
    await press(trial, "Zaproś Olaf")
    await expect(trial.get_by_role("status")).to_have_text("Ktoś był szybszy.")
    assert await focused(trial) == "Zaproś Olaf"
    assert re.sub(' data-htmx[^ >]*| class="[^"]*"', "", await trial.locator("#roster").inner_html()) == re.sub(
        ' data-htmx[^ >]*| class="[^"]*"', "", before
    )
    await trial.keyboard.press("Escape")
    await expect(trial.get_by_role("status")).to_have_text("")


async def test_a_wrong_form_keeps_what_was_typed_and_its_summary_has_the_focus(trial: Page) -> None:
    await trial.get_by_label("Telefon").fill("600")
    await press(trial, "Wyślij")
    assert (await focused(trial)).startswith("Popraw")
    await expect(trial.get_by_label("Telefon")).to_have_value("600")
    await trial.keyboard.press("Tab")
    await trial.keyboard.press("Enter")
    await expect(trial.get_by_label("Telefon")).to_be_focused()


async def test_without_a_connection_the_page_says_so(trial: Page) -> None:
    await trial.context.set_offline(True)
    await trial.get_by_role("button", name="Zaproś Anna").press("Enter")
    await expect(trial.get_by_role("status")).to_contain_text("Nie ma połączenia")
    assert await focused(trial) == "Zaproś Anna"


@pytest.mark.parametrize("opened", ["while waiting", "before the press"])
async def test_what_is_opened_while_waiting_stays_open(trial: Page, opened: str) -> None:
    """A part opened before the press is the server's to open or close: it may just have been done with."""
    more, late = trial.get_by_text("Więcej"), asyncio.Event()

    async def held(route: Held) -> None:
        await late.wait()
        await route.continue_()

    await trial.route("**/act/*", held)
    if opened == "before the press":
        await more.click()
    await trial.get_by_role("button", name="Zaproś Anna").click()
    if opened == "while waiting":
        await more.click()
    await trial.evaluate("document.getElementById('roster').dataset.old = 'yes'")
    late.set()
    await expect(trial.locator("#roster:not([data-old])")).to_have_count(1)
    await expect(trial.locator("details[open]")).to_have_count(1 if opened == "while waiting" else 0)
    assert await focused(trial) == ("Więcej" if opened == "while waiting" else "Zaproś Anna")


async def test_a_second_press_while_waiting_sends_nothing(trial: Page) -> None:
    sent: list[str] = []
    trial.on("request", lambda request: sent.append(request.url) if "/act/" in request.url else None)
    button = trial.get_by_role("button", name="Zaproś Anna")
    await button.focus()
    async with trial.expect_response(re.compile("/act/")):
        await trial.evaluate("() => { document.activeElement.click(); document.activeElement.click(); }")
    await expect(trial.get_by_role("status")).to_have_text("Anna dostała zaproszenie.")
    assert len(sent) == 1


async def test_the_browser_stops_nothing_of_ours(page: Page, address: str) -> None:
    """Not one thing on the page breaks the strict CSP, and no error stands in the console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(address)
    await press(page, "Zaproś Anna")
    assert said == []


async def test_without_javascript_the_same_form_answers_with_a_page(new_context: object, address: str) -> None:
    context: BrowserContext = await new_context(java_script_enabled=False)  # type: ignore[operator]
    plain = await context.new_page()
    await plain.goto(address)
    await plain.get_by_label("Telefon").fill("600")
    await plain.get_by_role("button", name="Wyślij").click()
    await expect(plain).to_have_title(re.compile("^Błąd: Próba"))
    await expect(plain.get_by_label("Telefon")).to_have_value("600")
    await expect(plain.get_by_role("alert")).to_contain_text("Numer jest za krótki.")
