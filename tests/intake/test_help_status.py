"""How a request stands, by its number and code: the state in plain words and nothing else; guessing gets nowhere."""

import re

import httpx2
import pytest
from conftest import new_client
from intake.at_the_desks import WORDS, request
from intake.by_hand import HELP, beside, town, typed
from starlette.applications import Starlette
from support.visitor import Visitor

from volunteer_hub.intake import rules, status
from volunteer_hub.intake.rules import Desk
from volunteer_hub.kit import clock
from volunteer_hub.settings import Settings

NUMBER = "Z-2026-0042"
NONE = "Nie ma zgłoszenia z tym numerem i kodem."


async def asked(client: httpx2.AsyncClient, number: str, code: str) -> httpx2.Response:
    visitor = Visitor(client)
    await visitor.open("/help/status")
    await visitor.send("/help/status", number=number, code=code)
    return visitor.page


@pytest.mark.parametrize(
    ("desk", "state", "words"),
    [
        (Desk.FIRST_CONTACT, "new", "Przyjęte"),
        (Desk.FIRST_CONTACT, "taken", "U nas"),
        (Desk.SOCIAL_WORK, "new", "Przekazane do: Praca socjalna"),
        (Desk.SERVICES, "taken", "Przekazane do: Usługi"),
        (Desk.VOLUNTEER_CENTRE, "new", "Przekazane do: Centrum wolontariatu"),
        (Desk.BENEFITS, "closed", "Przekazane do: Świadczenia"),
        (Desk.SERVICES, "closed", "Zakończone"),
    ],
)
async def test_the_state_in_plain_words_and_nothing_else(
    client: httpx2.AsyncClient, settings: Settings, desk: Desk, state: str, words: str
) -> None:
    await request(42, desk, state=state, answer="Dostal bony", what="harm")
    page = await asked(client, "z 2026 42", " ".join(status.code_of(settings, NUMBER)))
    said = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert page.status_code == 200 and words in said
    assert not any(word in page.text for word in (*WORDS, "bony", "Niebieska"))


async def test_unknown_and_wrong_are_answered_alike(client: httpx2.AsyncClient, settings: Settings) -> None:
    await request(42)
    wrong = await asked(client, NUMBER, f"{int(status.code_of(settings, NUMBER)) ^ 1:06d}")
    unknown = await asked(client, "Z-2026-0099", status.code_of(settings, NUMBER))
    nonsense = await asked(client, "nic takiego", "12")
    bare = []
    for answer in (wrong, unknown, nonsense):
        assert answer.status_code == 422 and NONE in answer.text
        text = re.sub(r'value="[^"]*"', "", answer.text)
        bare.append(re.sub(r'content="[^"]*"|\?lang=\w+|Z-2026-\d+', "", text))
    assert bare[0] == bare[1] == bare[2]


async def test_the_code_of_the_sms_opens_it_and_another_number_has_another(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await town()
    visitor = Visitor(client)
    await visitor.open("/help")
    page = await visitor.send("/help", **HELP)
    year = clock.today("Europe/Warsaw").year
    code = status.code_of(settings, f"Z-{year}-0001")
    assert f"{code[:3]} {code[3:]}" in page
    assert "Przyjęte" in (await asked(client, "1", code)).text, "this year's, when the year is not said"
    codes = {status.code_of(settings, f"Z-2026-{n:04d}") for n in range(200)}
    assert len(codes) > 195
    others = settings.model_copy(update={"secret_key": None, "mode": settings.mode})
    assert all(re.fullmatch(r"\d{6}", status.code_of(others, f"Z-2026-{n:04d}")) for n in range(20))


async def test_nobody_guesses_on_from_many_places(app: Starlette, db: str, settings: Settings) -> None:
    """Tries are counted before the code is looked at, so after too many even the right one gets no answer."""
    await request(42)
    for _ in range(rules.STATUS_OF_ONE_NUMBER.most):
        async with new_client(app) as client:
            assert (await asked(client, NUMBER, "000000")).status_code == 422
    async with new_client(app) as client:
        answer = await asked(client, NUMBER, status.code_of(settings, NUMBER))
        assert answer.status_code == 429 and "Za dużo" in answer.text and "Przyjęte" not in answer.text
        assert typed(answer, "/help/status")["number"] == [NUMBER]


async def test_one_place_asks_only_so_often(client: httpx2.AsyncClient) -> None:
    for n in range(rules.STATUS_FROM_ONE_PLACE.most):
        assert (await asked(client, f"Z-2026-{n}", "123456")).status_code == 422
    assert (await asked(client, "Z-2026-900", "123456")).status_code == 429


async def test_an_empty_form_is_told_field_by_field(client: httpx2.AsyncClient) -> None:
    page = await asked(client, "", "")
    assert page.status_code == 422 and beside(page, "number") and beside(page, "code")
