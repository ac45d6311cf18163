"""A plan's pages over HTTP, without JavaScript: made, read both ways, changed, looked at before it is sent, sent."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from support import people
from support.quiet_hours import night
from support.visitor import Visitor

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.matching.plans import pages, preview
from volunteer_hub.matching.plans.pictures import pictures
from volunteer_hub.matching.plans.rules import DayFigures, Figures
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.web.forms import MAX_FIELDS

DAY = clock.today(people.ZONE) + timedelta(days=3)
NEAR = people.CENTRE[0] + 0.009


def words(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{WORD JOINER}", "").split())


async def at(hour: int, day: date = DAY, of: Initiative | None = None, **values: Any) -> Opening:
    """Two hours from `hour` on, with one seat that has to be filled."""
    of = of or await people.initiative(name=f"Pomoc o {hour}")
    meeting = await people.meeting(of, starts=datetime.combine(day, time(hour)))
    return await people.opening(meeting, await people.role(of), **({"least": 1, "most": 1} | values))


async def drafted(client: httpx2.AsyncClient, first: date = DAY, last: date = DAY) -> tuple[Visitor, UUID]:
    """A coordinator who has just had a plan made, and its id."""
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/plan")
    await visitor.send("/desk/plan", first_day=first, last_day=last)
    assert visitor.page.url.path.startswith("/desk/plan/"), words(visitor.page.text)
    return visitor, UUID(visitor.page.url.path.rpartition("/")[2])


async def pair_of(plan: UUID, who: Volunteer) -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM matching_pair WHERE plan = $1 AND volunteer = $2", plan, who.id)
    assert row
    return dict(row)


async def messages() -> int:
    return await database.fetchval("SELECT count(*) FROM message")


async def test_it_is_made_by_a_press_and_nobody_hears_of_it(client: httpx2.AsyncClient) -> None:
    await at(10)
    await people.volunteer(first_name="Barbara", last_name="Cieślak", latitude=NEAR)
    visitor, _ = await drafted(client)
    said = words(visitor.page.text)
    assert "Szkic jest gotowy. Nikt jeszcze nic nie dostał." in visitor.page.text
    assert "Miejsca w planie 1 z 1 Więcej nie da się obsadzić." in said
    assert "Barbara C. 1,0 km stąd," in said and "1. na liście" in said
    assert "Każda ma w planie jedno zadanie." in said and await messages() == 0
    assert "Otwórz szkic" in words(await visitor.open("/desk/plan"))


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", str(DAY), "Wypełnij to pole."),
        ("kiedyś", str(DAY), "Podaj pełną datę"),
        (str(DAY), str(DAY - timedelta(days=1)), "Koniec nie może być przed początkiem."),
        (str(DAY), str(DAY + timedelta(days=62)), "Plan obejmuje najwyżej 62 dni."),
    ],
)
async def test_days_that_make_no_sense_are_told(
    client: httpx2.AsyncClient, first: str, last: str, sentence: str
) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/plan")
    said = await visitor.send("/desk/plan", first_day=first, last_day=last)
    assert visitor.page.status_code == 422 and sentence in words(said) and f'value="{last}"' in said
    assert await database.fetchval("SELECT count(*) FROM matching_plan") == 0


async def test_whom_it_gives_what_is_read_by_volunteer_too(client: httpx2.AsyncClient) -> None:
    of = await people.initiative(name="Zakupy")
    await at(9, of=of), await at(15, of=of)
    await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    said = words(await visitor.open(f"/desk/plan/{plan}?by=people"))
    assert re.search(r"Ewa S\. 2 zada\w+ w planie, 4 godz\.", said)
    assert said.index("9:00–11:00") < said.index("15:00–17:00")
    await visitor.send(f"/pairs/{await database.fetchval('SELECT id FROM matching_pair LIMIT 1')}", said="lock")
    assert visitor.page.url.query == b"by=people", "the view stays after a press"


async def test_what_stays_and_what_goes_is_said_pair_by_pair(client: httpx2.AsyncClient) -> None:
    await at(10)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    path = f"/pairs/{(await pair_of(plan, ewa))['id']}"
    said = await visitor.send(path)
    assert "Zostaje w planie: Ewa S." in words(said) and (await pair_of(plan, ewa))["state"] == "locked"
    assert visitor.page.url.fragment == path.replace("/pairs/", "p-"), "back to the line that was pressed"
    await visitor.send(path)
    assert (await pair_of(plan, ewa))["state"] == "proposed"
    said = await visitor.send(path, said="refuse", word="Woli wtorki")
    row = await pair_of(plan, ewa)
    assert (row["state"], row["word"]) == ("refused", "Woli wtorki")
    assert "Dlaczego: Woli wtorki" in words(said) and "Brakuje 1 osoby" in words(said)
    await visitor.send("/solve")
    assert (await pair_of(plan, ewa))["state"] == "refused" and "Nikt nie spełnia" not in words(visitor.page.text)
    await visitor.send(path)
    assert (await pair_of(plan, ewa))["state"] == "proposed" and await messages() == 0


async def test_who_comes_late_sees_the_plan_as_it_is_now(client: httpx2.AsyncClient) -> None:
    """And changes nothing. The page that says so is good for the next press."""
    await at(10)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    path = f"/pairs/{(await pair_of(plan, ewa))['id']}"
    await visitor.send(path)
    said = await visitor.send(path, version=0)
    assert visitor.page.status_code == 409 and "W międzyczasie ktoś zmienił ten plan." in words(said)
    assert (await pair_of(plan, ewa))["state"] == "locked"
    await visitor.send(path)
    assert (await pair_of(plan, ewa))["state"] == "proposed"


async def test_somebody_else_in_their_place_needs_a_word_that_is_kept(client: httpx2.AsyncClient) -> None:
    await at(10)
    lives = (await people.area(name="Michelin")).slug
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR, causes=["elders"], area_slug=lives)
    jan = await people.volunteer(first_name="Jan", last_name="Kos", latitude=NEAR, area_slug=lives)
    visitor, plan = await drafted(client)
    id = await database.fetchval("SELECT id FROM matching_pair WHERE plan = $1", plan)
    other = jan if await database.fetchval("SELECT volunteer FROM matching_pair WHERE id = $1", id) == ewa.id else ewa
    path = f"/desk/plan/{plan}/pairs/{id}/swap"
    said = words(await visitor.open(path))
    assert re.search(r"\., Michelin, \d+ na 1000 pkt, 1,0 km stąd", said), "who shares a name is told apart"
    said = await visitor.send("/swap", volunteer=other.id)
    assert visitor.page.status_code == 422 and "Napisz w kilku słowach, dlaczego." in words(said)
    assert f'value="{other.id}" checked' in said, "who was chosen stays chosen"
    said = await visitor.send("/swap", volunteer=other.id, word="Zna panią Zofię")
    row = await pair_of(plan, other)
    assert (row["state"], row["by_hand"], row["word"]) == ("locked", True, "Zna panią Zofię")
    assert "wybór ręczny" in words(said) and "Odrzucone" in words(said)


async def test_a_gap_says_why_and_what_would_fill_it(client: httpx2.AsyncClient) -> None:
    """The one who lacks a skill may be put there with a word, and with none is not."""
    of = await people.initiative(name="Tłumaczenie")
    role = await people.role(of, skills=["driving"])
    meeting = await people.meeting(of, starts=datetime.combine(DAY, time(10)))
    opening = await people.opening(meeting, role, least=1, most=1)
    jan = await people.volunteer(first_name="Jan", last_name="Kos", latitude=NEAR)
    visitor, plan = await drafted(client)
    said = words(visitor.page.text)
    assert "Nikt nie spełnia wszystkich warunków tego miejsca." in said
    assert "Tylko jednego warunku brakuje: umiejętności (1 osobie)." in said
    assert "Jan K. Brakuje umiejętności: prowadzenie auta." in said
    for path in (f"/desk/meetings/{meeting.id}/move", f"/desk/roles/{role.id}/edit", f"/openings/{opening.id}"):
        assert f'{path}"' in visitor.page.text
    await visitor.open(f"/desk/plan/{plan}/openings/{opening.id}")
    assert "Nikt więcej nie spełnia wszystkich warunków." in words(visitor.page.text)
    said = await visitor.send(f"/openings/{opening.id}", volunteer=jan.id)
    assert visitor.page.status_code == 409 and "Brakuje umiejętności" in words(said)
    await visitor.send(f"/openings/{opening.id}", volunteer=jan.id, word="Zawiezie go brat")
    row = await pair_of(plan, jan)
    assert (row["state"], row["score"], row["word"]) == ("locked", None, "Zawiezie go brat")
    assert "Miejsca w planie 1 z 1" in words(visitor.page.text)


async def test_beside_who_fits_nobody_more_does(client: httpx2.AsyncClient) -> None:
    """Of two at least one is in the plan: the gap does not say that nobody fits."""
    await at(10, least=2, most=4)
    await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, _ = await drafted(client)
    said = words(visitor.page.text)
    assert "Nikt więcej nie spełnia wszystkich warunków tego miejsca." in said and "Nikt nie spełnia" not in said
    assert "trzeba jeszcze co najmniej 2 osób, w planie: 1" in said


async def test_who_is_elsewhere_in_the_plan_is_named_and_not_offered(client: httpx2.AsyncClient) -> None:
    first, second = await at(10), await at(11)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    there = (await pair_of(plan, ewa))["opening"]
    free = second if there == first.id else first
    assert "1 osoba pasuje, ale w planie jest wtedy gdzie indziej." in words(visitor.page.text)
    said = await visitor.open(f"/desk/plan/{plan}/openings/{free.id}")
    assert "Pasują, ale w planie są wtedy gdzie indziej: Ewa S." in words(said) and 'name="volunteer"' not in said


async def test_it_is_looked_at_first_and_sent_once(client: httpx2.AsyncClient) -> None:
    await at(9), await at(13), await at(17)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR, email="ewa@example.org")
    visitor, plan = await drafted(client)
    said = words(await visitor.open(f"/desk/plan/{plan}/send"))
    assert "1 osoba z planu. Razem 3 zaprosze" in said
    assert "SMS 3" in said and "Więcej niż jedno zaproszenie: Ewa S. (3)." in said and await messages() == 0
    first, *others = [row["id"] for row in await database.fetch("SELECT id FROM matching_pair ORDER BY id")]
    form = visitor.page.text
    said = words(await visitor.send("/send", pairs=others))
    assert "Wysłane: 2" in said and said.count("Ewa S.") == 2
    sent = await database.fetchval("SELECT count(*) FROM message WHERE template = 'invitation' AND channel = 'sms'")
    assert sent == 2 and (await pair_of_id(first))["state"] == "proposed"
    visitor.page = httpx2.Response(200, text=form, request=visitor.page.request)
    said = words(await visitor.send("/send", pairs=others))
    assert visitor.page.status_code == 409 and "W międzyczasie ktoś zmienił ten plan." in said
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE volunteer = $1", ewa.id) == 2
    await visitor.open(f"/desk/plan/{plan}/send")
    await visitor.send("/send")
    assert "Wysłany" in words(await visitor.open(f"/desk/plan/{plan}"))
    assert "Nie ma kogo zaprosić" in words(await visitor.open(f"/desk/plan/{plan}/send"))


async def pair_of_id(id: UUID) -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM matching_pair WHERE id = $1", id)
    assert row
    return dict(row)


async def test_who_could_not_be_asked_is_told_with_the_reason(client: httpx2.AsyncClient) -> None:
    await at(10)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    await visitor.open(f"/desk/plan/{plan}/send")
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", ewa.id)
    said = words(await visitor.send("/send"))
    assert "Nic nie zostało wysłane" in said and "Zostają w szkicu." in said and await messages() == 0
    assert (await pair_of(plan, ewa))["state"] == "proposed"


async def test_a_plan_of_more_than_a_form_holds_leaves_in_parts(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page shows is what leaves; openings stay whole."""
    assert preview.AT_ONCE < MAX_FIELDS - 20
    monkeypatch.setattr(preview, "AT_ONCE", 2)
    await at(9), await at(13, least=2, most=2)
    await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    await people.volunteer(first_name="Jan", last_name="Bury", latitude=NEAR + 0.001)
    visitor, plan = await drafted(client)
    said = words(await visitor.open(f"/desk/plan/{plan}/send"))
    assert "Razem 1 zaproszenie." in said and "Zostaną 2 na później" in said
    assert "Wysłane: 1" in words(await visitor.send("/send"))
    assert "Część zaproszeń już wyszła" in words(await visitor.open("/desk/plan"))
    said = words(await visitor.open(f"/desk/plan/{plan}/send"))
    assert "Razem 2 zaprosze" in said and "na później" not in said
    assert "Wysłane: 2" in words(await visitor.send("/send"))


async def test_a_no_to_a_sent_plan_is_a_gap_with_a_way_to_fill_it(client: httpx2.AsyncClient) -> None:
    wanted = await at(9)
    await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    await visitor.open(f"/desk/plan/{plan}/send")
    await visitor.send("/send")
    assert "Brakuje" not in words(await visitor.open(f"/desk/plan/{plan}"))
    await actions.answer(SYSTEM, await database.fetchval("SELECT id FROM assignment"), accept=False, channel="sms")
    html = await visitor.open(f"/desk/plan/{plan}")
    assert "0 z 1" in words(html) and "Brakuje 1 osoby" in words(html) and f'href="/desk/openings/{wanted.id}"' in html
    assert "Ułóż resztę na nowo" not in words(html), "nothing in a sent plan is solved any more"


async def test_nobody_ticked_is_a_question_back(client: httpx2.AsyncClient) -> None:
    await at(10)
    await people.volunteer(latitude=NEAR)
    visitor, plan = await drafted(client)
    await visitor.open(f"/desk/plan/{plan}/send")
    said = await visitor.send("/send", pairs=[], way="waves", wave_size="0")
    assert visitor.page.status_code == 422 and "Zaznacz co najmniej jedną osobę." in words(said)
    assert "Najmniejsza możliwa liczba to 1." in words(said) and await messages() == 0


@pytest.mark.parametrize("word", [{}, {"now": "yes"}])
async def test_at_night_sms_wait_for_the_morning_unless_somebody_says_now(
    client: httpx2.AsyncClient, word: dict[str, str]
) -> None:
    await at(10)
    await people.volunteer(latitude=NEAR)
    visitor, plan = await drafted(client)
    address = f"/desk/plan/{plan}/send"
    assert "SMS-y poczekają do rana" not in words(await visitor.open(address)), "by day"
    with night():
        said = words(await visitor.open(address))
        assert "a SMS-y poczekają do rana" in said and "Wyślij też SMS-y teraz, bo to pilne" in said
        await visitor.send("/send", **word)
        sms = await database.fetchrow("SELECT due_at <= now() AS at_once, any_hour FROM message WHERE channel = 'sms'")
    assert sms and tuple(sms) == (bool(word), bool(word))


async def test_a_long_plan_goes_page_by_page(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press stays on its page, what lacks people is named with the page where it stands, and no page is empty."""
    monkeypatch.setattr(pages, "PER_PAGE", 1)
    await at(10), await at(16, least=2, most=2)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    first = words(visitor.page.text)
    assert "10:00–12:00" in first and "16:00–18:00" not in first and "Strona 1 z 2" in first
    short = await database.fetchval("SELECT opening FROM matching_gap WHERE plan = $1", plan)
    assert f'href="/desk/plan/{plan}?page=2#o-{short}"' in visitor.page.text
    for beyond in ("2", "99", "abc"):
        said = words(await visitor.open(f"/desk/plan/{plan}?page={beyond}"))
        assert ("16:00–18:00" in said) is (beyond != "abc") and "Ewa S." in said
    await visitor.open(f"/desk/plan/{plan}?page=2")
    row = await database.fetchrow("SELECT id FROM matching_pair WHERE volunteer = $1 AND opening = $2", ewa.id, short)
    assert row
    await visitor.send(f"/pairs/{row['id']}")
    assert visitor.page.url.query == b"page=2" and "Zostaje w planie: Ewa S." in words(visitor.page.text)


async def test_a_dropped_draft_is_gone_from_the_list(client: httpx2.AsyncClient) -> None:
    await at(10)
    await people.volunteer(latitude=NEAR)
    visitor, _ = await drafted(client)
    said = await visitor.send("/drop")
    assert "Szkic porzucony." in said and "Otwórz szkic" not in words(said) and await messages() == 0


async def test_nothing_lacking_is_an_empty_plan(client: httpx2.AsyncClient) -> None:
    visitor, plan = await drafted(client)
    assert "Nikogo nie brakuje" in words(visitor.page.text) and "0 z 0" in words(visitor.page.text)
    assert "Nie ma kogo zaprosić" in words(await visitor.open(f"/desk/plan/{plan}/send"))
    for path in (f"/desk/plan/{uuid4()}", f"/desk/plan/{plan}/openings/{uuid4()}"):
        await visitor.open(path)
        assert visitor.page.status_code == 404


FIGURES = Figures(
    wanted=5, seats=3, over=0, urgent_wanted=0, urgent_seats=0, seats_bound=3, urgent_bound=0, proven=True,
    km_total=9.0, km_median=3.0, loads={1: 1, 2: 1}, people=2, seconds=0.1,
    days=[DayFigures(DAY, 3, 1), DayFigures(DAY + timedelta(days=2), 2, 2)],
)  # fmt: skip


def test_drawings_hold_the_figures_and_stay_in_their_frame() -> None:
    drawn = pictures(FIGURES, DAY, DAY + timedelta(days=13), [0.4, 1.0, 7.6, None])
    assert [bar.key for bar in drawn.days] == [DAY + timedelta(days=n) for n in range(14)] and drawn.numbered
    assert [(bar.value, bar.most) for bar in drawn.days[:3]] == [(1, 3), (0, 0), (2, 2)]
    assert [(bar.key, bar.value) for bar in drawn.loads] == [(1, 1), (2, 1)]
    assert {bar.key: bar.value for bar in drawn.ways if bar.value} == {(0.0, 1.0): 2, (5.0, 10.0): 1}
    tallest = max(drawn.days, key=lambda bar: bar.outline)
    assert tallest.most == 3 and tallest.height == pytest.approx(tallest.outline / 3, abs=0.1)
    for bar in (*drawn.days, *drawn.loads, *drawn.ways):
        assert bar.x >= 0 and bar.x + bar.width <= 320 and 0 < bar.top <= bar.y


def test_control_a_long_period_has_no_numbers_and_an_empty_one_no_bars() -> None:
    empty = replace(FIGURES, loads={}, people=0, days=[])
    drawn = pictures(empty, DAY, DAY + timedelta(days=61), [])
    assert not drawn.numbered and len(drawn.days) == 62 and not drawn.loads and not drawn.ways
    assert all(after.x > before.x + before.width for before, after in zip(drawn.days, drawn.days[1:], strict=False))
