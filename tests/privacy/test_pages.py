"""The privacy page is the register; the accessibility statement is in the form the act asks for."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from volunteer_hub import app as application
from volunteer_hub.people import consents
from volunteer_hub.privacy import retention, versions
from volunteer_hub.privacy.purposes import BASES, PURPOSES
from volunteer_hub.privacy.rules import STANDARDS, STATEMENT
from volunteer_hub.settings import load
from volunteer_hub.web import formats, i18n

REQUIRED = (
    "a11y-wstep", "a11y-podmiot", "a11y-zakres", "a11y-url", "a11y-data-publikacja", "a11y-data-aktualizacja",
    "a11y-status", "a11y-kontakt", "a11y-email", "a11y-telefon", "a11y-procedura", "a11y-data-sporzadzenie",
    "a11y-architektura", "a11y-komunikacja",
)  # fmt: skip
HEADINGS = [
    "Stan dostępności cyfrowej",
    "Niedostępne treści",
    "Przygotowanie deklaracji dostępności",
    "Udogodnienia, ograniczenia i inne informacje",
    "Skróty klawiszowe",
    "Informacje zwrotne i dane kontaktowe",
    "Obsługa wniosków i skarg związanych z dostępnością",
    "Pozostałe informacje",
]
PARTLY = (
    "Strona internetowa jest częściowo zgodna z ustawą z dnia 4 kwietnia 2019 r. o dostępności cyfrowej stron"
    " internetowych i aplikacji mobilnych podmiotów publicznych z powodu niezgodności lub wyłączeń wymienionych"
    " poniżej."
)


class Page(HTMLParser):
    """Ids with their tags and attributes, and the words inside each element that has an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: dict[str, tuple[str, dict[str, str | None]]] = {}
        self.words: dict[str, str] = {}
        self.open: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id")
        if tag not in ("meta", "link", "input", "br", "use"):
            self.open.append(name)
        if name:
            self.ids.append(name)
            self.tags[name] = (tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for name in filter(None, self.open):
            self.words[name] = f"{self.words.get(name, '')} {data}".strip()


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
async def test_every_id_of_the_statement_is_there_once(client: httpx2.AsyncClient, language: str) -> None:
    page = Page((await client.get(f"/accessibility?lang={language}")).text)
    assert [name for name in REQUIRED if page.ids.count(name) != 1] == []
    assert all(page.words.get(name) for name in REQUIRED)


async def test_its_headings_status_and_dates_are_as_laid_down(client: httpx2.AsyncClient) -> None:
    html = (await client.get("/accessibility")).text
    page = Page(html)
    assert re.findall(r"<h2>(.*?)</h2>", html) == HEADINGS
    assert page.words["a11y-status"] == PARTLY
    for name, day in (
        ("a11y-data-publikacja", STATEMENT.published),
        ("a11y-data-aktualizacja", STATEMENT.updated),
        ("a11y-data-sporzadzenie", STATEMENT.made),
    ):
        assert page.tags[name] == ("time", {"id": name, "datetime": day.isoformat()})
    assert page.tags["a11y-email"][1]["href"] == "mailto:centrum@example.invalid"


async def test_every_page_leads_to_both(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/privacy")).text
    assert 'href="/privacy"' in page and 'href="/accessibility"' in page


async def test_the_privacy_page_is_the_register(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/privacy")).text
    for purpose in PURPOSES:
        assert f'id="{purpose.key}"' in page
        assert all(words in page for words in (purpose.data, purpose.why, purpose.stays))
        for rule in map(retention.BY_KEY.__getitem__, purpose.rules):
            assert f"{rule.what}: {rule.period} {rule.after}" in page
        assert all(BASES[basis] in page for basis in purpose.bases)
    assert "To propozycja tekstu." in page


async def test_who_answers_for_the_data_is_named(db: str) -> None:
    settings = load({
        "HUB_MODE": "demo", "HUB_CENTRE_NAME": "Centrum „Przystań”", "HUB_CENTRE_ADDRESS": "ul. Żytnia 58",
        "HUB_CENTRE_PHONE": "54 230 61 00", "HUB_MAIL_FROM": "dane@przystan.example",
    })  # fmt: skip
    page = await read(application.create(settings), "/privacy")
    for words in ("Centrum „Przystań”, ul. Żytnia 58.", "54 230 61 00", "dane@przystan.example"):
        assert words in page


async def read(app: Starlette, path: str) -> str:
    transport: Any = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        return (await client.get(path, headers={"accept-language": "pl"})).text


async def test_the_version_shown_is_the_one_the_ledger_keeps(client: httpx2.AsyncClient) -> None:
    assert consents.WORDS[consents.Purpose.INFORMATION].version == versions.NEWEST.id
    page = (await client.get("/privacy")).text
    assert f"To jest wersja {versions.NEWEST.id}" in page
    for version in versions.VERSIONS:
        assert f'href="/privacy/versions/{version.id}"' in page
        answer = await client.get(f"/privacy/versions/{version.id}")
        assert answer.status_code == 200 and version.id in answer.text
    assert (await client.get("/privacy/versions/1999-01")).status_code == 404


def test_new_words_are_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails: put the page as it was under templates/privacy/versions, and a new version on top."""
    assert versions.fingerprint() == versions.NEWEST.words
    monkeypatch.setattr(versions, "PURPOSES", versions.PURPOSES[1:])
    assert versions.fingerprint() != versions.NEWEST.words, "control: other words have another mark"


async def test_the_page_has_layers_short_first(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/privacy")).text
    places = [page.index(f'id="{one}"') for one in ("short", "what", "guardians-title", "children-title", "rights")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", ["/child-protection", "/child-protection/for-children"])
async def test_children_have_a_way_to_say_it(client: httpx2.AsyncClient, path: str) -> None:
    page = (await client.get(path)).text
    for way in ('href="tel:116111"', 'href="tel:112"', 'href="/help?what=harm"'):
        assert way in page, way
    assert STANDARDS.since < STANDARDS.review <= STANDARDS.since.replace(year=STANDARDS.since.year + 2)
    with i18n.speaking("pl"):
        assert formats.dated(STANDARDS.since) in page and formats.dated(STANDARDS.review) in page
    form = (await client.get("/help?what=harm")).text
    assert re.search(r'value="harm"[^>]*(checked|selected)', form), "the kind is chosen already"
    assert 'href="/child-protection"' in (await client.get("/")).text
