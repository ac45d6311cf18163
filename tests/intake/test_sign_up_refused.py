"""What is wrong in a sign-up is said beside the field and on top, in one sentence; nothing typed goes away."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from conftest import new_client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as some
from intake.by_hand import ABOUT, CONSENTS, GUARDIAN, TIME, beside, first_steps, reasons, town, typed
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.access.rules import FASTEST_SECONDS
from volunteer_hub.intake.forms import AboutMe, Consents, MyTime
from volunteer_hub.intake.request_forms import AskForHelp
from volunteer_hub.intake.rules import SIGN_UPS
from volunteer_hub.kit import clock, database
from volunteer_hub.settings import load

LATE = "20.12.2010"


@pytest.fixture
async def visitor(client: httpx2.AsyncClient) -> Visitor:
    await town()
    return Visitor(client)


def said(visitor: Visitor, name: str, words: str) -> None:
    """422, the sentence beside the field and the same one on top, and the title says that something is wrong."""
    page = visitor.page
    assert page.status_code == 422
    assert words in beside(page, name), reasons(page)
    assert reasons(page)[name] == beside(page, name)
    assert "<title>Błąd: " in page.text


ABOUT_WRONG = [
    ("first_name", "", "Wpisz imię."),
    ("first_name", " \t ", "Wpisz imię."),
    ("first_name", "x" * 61, "Najwięcej znaków: 60."),
    ("last_name", "", "Wpisz nazwisko."),
    ("birth_date", "", "Podaj dzień, miesiąc i rok"),
    ("birth_date", "31.02.1990", "Podaj dzień, miesiąc i rok"),
    ("birth_date", "wczoraj", "Podaj dzień, miesiąc i rok"),
    ("birth_date", "1.01.2999", "Sprawdź rok urodzenia."),
    ("birth_date", "1.01.1850", "Sprawdź rok urodzenia."),
    ("kind", "", "Wybierz jedną z odpowiedzi."),
    ("kind", "admin", "Wybierz jedną z odpowiedzi."),
    ("phone", "", "Wpisz numer telefonu."),
    ("phone", "600 700 80", "Numer ma 8 cyfr"),
    ("phone", "nie mam", "To nie jest numer telefonu."),
    ("email", "ewa@", "Ten adres e-mail wygląda na niepełny."),
    ("language", "de", "Wybierz jedną z odpowiedzi."),
]


async def test_about_me(visitor: Visitor, subtests: pytest.Subtests) -> None:
    await visitor.open("/volunteer")
    for name, value, words in ABOUT_WRONG:
        with subtests.test(name=name, value=value):
            await visitor.send("/volunteer", **ABOUT | {name: value})
            said(visitor, name, words)
            kept = typed(visitor.page, "/volunteer")
            assert {n: kept.get(n) for n in ABOUT if n != name} == {n: [v] for n, v in ABOUT.items() if n != name}
            assert list(reasons(visitor.page)) == [name]


TIME_WRONG = [
    ("free", [], "Zaznacz co najmniej jedną odpowiedź."),
    ("free", ["8-morning"], "Wybierz jedną z odpowiedzi."),
    ("languages", [], "Zaznacz co najmniej jedną odpowiedź."),
    ("area", "", "Wybierz osiedle."),
    ("area", "kraków", "Wybierz osiedle."),
    ("max_km", "400", "Wybierz jedną z odpowiedzi."),
    ("max_hours_week", "", "Wybierz jedną z odpowiedzi."),
    ("causes", ["elders", "war"], "Wybierz jedną z odpowiedzi."),
    ("skills", ["flying"], "Wybierz jedną z odpowiedzi."),
]


async def test_my_time(visitor: Visitor, subtests: pytest.Subtests) -> None:
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT)
    for name, value, words in TIME_WRONG:
        with subtests.test(name=name, value=value):
            await visitor.send("/volunteer/time", **TIME | {name: value})
            said(visitor, name, words)
            kept = typed(visitor.page, "/volunteer/time")
            for other in TIME.keys() - {name}:
                assert sorted(kept[other]) == sorted(TIME[other] if isinstance(TIME[other], list) else [TIME[other]])


async def test_without_having_read_what_happens_to_data(visitor: Visitor) -> None:
    await first_steps(visitor)
    await visitor.send("/volunteer/consents", sms="yes")
    said(visitor, "information", "Zaznacz to pole.")
    assert typed(visitor.page, "/volunteer/consents")["sms"] == ["yes"]
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 0


GUARDIAN_WRONG = [
    ("guardian_name", "", "Wpisz imię i nazwisko rodzica"),
    ("guardian_phone", "", "Podaj telefon albo e-mail rodzica"),
    ("guardian_phone", "+48 600-700-801", "To numer osoby niepełnoletniej."),
    ("guardian_phone", "123", "Numer ma 3 cyfr"),
]


async def test_a_pupil_without_a_guardian(visitor: Visitor, subtests: pytest.Subtests) -> None:
    await first_steps(visitor, ABOUT | {"birth_date": LATE, "kind": "pupil"})
    for name, value, words in GUARDIAN_WRONG:
        with subtests.test(name=name, value=value):
            await visitor.send("/volunteer/consents", **CONSENTS | GUARDIAN | {name: value})
            said(visitor, name, words)
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 0


async def test_all_that_is_wrong_is_said_at_once(visitor: Visitor) -> None:
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **dict.fromkeys(ABOUT, ""))
    assert list(reasons(visitor.page)) == ["first_name", "last_name", "birth_date", "kind", "language"]
    await first_steps(visitor, ABOUT | {"birth_date": LATE, "kind": "pupil"})
    await visitor.send("/volunteer/consents")
    assert list(reasons(visitor.page)) == ["information", "guardian_name", "guardian_phone"]


async def test_thirteen_is_the_youngest_who_signs_up_alone(visitor: Visitor) -> None:
    today = clock.today("Europe/Warsaw")
    birthday = today.replace(year=today.year - 13, day=min(today.day, 28))
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT | {"birth_date": (today - timedelta(days=12 * 365)).isoformat()})
    said(visitor, "who", "Osobę do 13 lat zgłasza rodzic lub opiekun")
    await visitor.send("/volunteer", **ABOUT | {"birth_date": birthday.isoformat()})
    assert visitor.page.url.path == "/volunteer/time"


async def test_after_many_sign_ups_from_one_place_the_next_waits_and_keeps_its_words(visitor: Visitor) -> None:
    await first_steps(visitor)
    for _ in range(SIGN_UPS.most):
        form = typed(visitor.page, "/volunteer/consents") | {"information": ["yes"]}
        assert (await visitor.client.post("/volunteer/consents", data=form)).status_code == 303
        await first_steps(visitor)
    await visitor.send("/volunteer/consents", **CONSENTS)
    assert visitor.page.status_code == 429 and visitor.page.headers["retry-after"] == "360"
    assert "Twoje odpowiedzi są zapisane" in visitor.page.text
    assert typed(visitor.page, "/volunteer/consents")["sms"] == ["yes"]
    await visitor.open("/volunteer")
    assert typed(visitor.page, "/volunteer")["first_name"] == ["Łucja"]
    await database.execute("UPDATE allowance SET at = at - interval '6 minutes'")
    await visitor.open("/volunteer/consents")
    await visitor.send("/volunteer/consents")
    assert visitor.page.url.path == "/volunteer/done", "after a while it goes through"


WORDS = some.one_of(
    some.text(max_size=80),
    some.sampled_from(
        ["yes", "1-morning", "pl", "600700801", "4.05.1990", "\x00", "'; --", "٣٤٥", "9" * 70, "-" * 300]
    ),
)


@bounded(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=some.lists(WORDS, min_size=1, max_size=8), chosen=some.lists(WORDS, max_size=3))
async def test_any_words_in_every_field_are_answered(visitor: Visitor, given: list[str], chosen: list[str]) -> None:
    for path, model in (
        ("/volunteer", AboutMe),
        ("/volunteer/time", MyTime),
        ("/volunteer/consents", Consents),
        ("/help", AskForHelp),
    ):
        await visitor.open("/help")
        mark = typed(visitor.page, "/help")["csrf"]
        values = {name: [given[n % len(given)], *chosen] for n, name in enumerate(model.model_fields)}
        answer = await visitor.client.post(path, data=values | {"csrf": mark})
        assert answer.status_code in (303, 422, 429), (path, values, answer.status_code)
        assert (await visitor.client.get(path)).status_code in (200, 303)


async def test_a_script_is_asked_to_press_again_and_a_person_loses_nothing(db: str) -> None:
    settings = load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"})
    async with new_client(application.create(settings)) as client:
        await town()
        visitor = Visitor(client)
        await first_steps(visitor)
        await visitor.send("/volunteer/consents", **CONSENTS)
        assert visitor.page.status_code == 422 and "bardzo szybko" in visitor.page.text
        again = typed(visitor.page, "/volunteer/consents")
        assert again["information"] == again["sms"] == ["yes"]
        await asyncio.sleep(FASTEST_SECONDS)
        await visitor.send("/volunteer/consents", website="http://spam.example")
        assert visitor.page.status_code == 422
        assert await database.fetchval("SELECT count(*) FROM volunteer") == 0
        await asyncio.sleep(FASTEST_SECONDS)
        await visitor.send("/volunteer/consents", website="")
        assert visitor.page.url.path == "/volunteer/done"
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1
