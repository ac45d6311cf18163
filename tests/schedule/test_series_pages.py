"""The desk plans what repeats: next dates before saving, one form for a new series and for a change from a day on."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from matching.test_opening_page import words
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions

ZONE = "Europe/Warsaw"
TODAY = clock.today(ZONE)
TUESDAY = TODAY + timedelta(days=(1 - TODAY.weekday()) % 7 + 7)
FORTNIGHT = {"often": "2", "days": ["2"], "starts": "17", "ends": "19:00", "first_day": TUESDAY.isoformat(), "nths": []}
HTMX = {"hx-request": "true"}


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def ready(client: httpx2.AsyncClient, **values: Any) -> tuple[Visitor, Initiative, dict[str, Any]]:
    visitor, of = await desk(client), await people.initiative(**values)
    await people.role(of)
    form = FORTNIGHT | {"place": (await people.place(name="Biblioteka")).id}
    await visitor.open(f"/desk/initiatives/{of.id}/series/new")
    return visitor, of, form


async def planned(client: httpx2.AsyncClient) -> tuple[Visitor, Initiative, str]:
    visitor, of, form = await ready(client)
    await visitor.send("/series/new", button={"do": "save"}, **form)
    id = await database.fetchval("SELECT id FROM series")
    return visitor, of, f"/desk/series/{id}"


async def days(of: Initiative, state: str = "planned") -> list[date]:
    rows = await database.fetch(
        "SELECT starts_wall FROM meeting WHERE initiative = $1 AND state = $2 ORDER BY starts_at", of.id, state
    )
    return [row["starts_wall"].date() for row in rows]


async def test_the_next_ten_dates_stand_there_before_anything_is_saved(client: httpx2.AsyncClient) -> None:
    visitor, of, form = await ready(client)
    ferie = TUESDAY + timedelta(weeks=2)
    await database.execute(
        "INSERT INTO school_break (id, name, first_day, last_day, source) VALUES ($1, 'Ferie zimowe', $2, $2, '')",
        uuid4(), ferie,
    )  # fmt: skip
    page = words(await visitor.send("/series/new", button={"do": "preview"}, **form))
    assert visitor.page.status_code == 200 and "co drugi wtorek o 17:00, bez ferii i świąt" in page
    shown = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)T17:00:00">', visitor.page.text)
    assert len(shown) == 10 and shown[0] == TUESDAY.isoformat() and ferie.isoformat() not in shown
    assert "Ferie zimowe" in page and "i następne" in page
    assert await database.fetchval("SELECT count(*) FROM series") == 0 and not await days(of)
    await visitor.send("/series/new", button={"do": "save"})
    assert "Spotkania są w planie" in visitor.page.text and "co drugi wtorek o 17:00" in visitor.page.text
    assert ferie not in await days(of) and (await days(of))[0] == TUESDAY
    assert [day.isoformat() for day in await days(of)] == [
        day for day in shown if day in {str(d) for d in await days(of)}
    ]


async def test_enter_in_a_field_shows_and_saves_nothing(client: httpx2.AsyncClient) -> None:
    visitor, _, _ = await ready(client)
    first = re.search(r'<form[^>]*series-form.*?<button[^>]*name="do" value="(\w+)"', visitor.page.text, re.S)
    assert first and first[1] == "preview"


async def test_with_scripts_the_dates_follow_the_form(client: httpx2.AsyncClient) -> None:
    visitor, of, form = await ready(client)
    csrf = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
    address = f"/desk/initiatives/{of.id}/series/new"
    assert csrf
    sent = {"csrf": csrf[1]} | {name: value if isinstance(value, list) else str(value) for name, value in form.items()}
    part = await client.post(address, data=sent, headers=HTMX)
    assert part.status_code == 200 and part.text.lstrip().startswith("<section") and "co drugi wtorek" in part.text
    unfinished = await client.post(address, data={"csrf": csrf[1], "often": "1"}, headers=HTMX)
    assert unfinished.status_code == 200 and "Wypełnij dni" in unfinished.text and "Popraw" not in unfinished.text
    assert await database.fetchval("SELECT count(*) FROM series") == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"days": []}, "Zaznacz co najmniej jeden dzień"),
        ({"days": ["9"]}, "Największa możliwa liczba"),
        ({"often": "month"}, "Zaznacz, który to dzień"),
        ({"often": "month", "nths": ["7"]}, "Zaznacz, który to dzień"),
        ({"often": "99"}, "Wybierz z listy"),
        ({"often": "²"}, "Wybierz z listy"),
        ({"starts": "rano"}, "Podaj godzinę, na przykład 17:00"),
        ({"ends": "16:00"}, "Koniec musi być po początku"),
        ({"place": str(uuid4())}, "nie ma już na liście"),
        ({"place": ""}, "Wypełnij to pole|Wybierz miejsce"),
        ({"first_day": "jutro"}, "Podaj pełną datę"),
        ({"first_day": "2999-01-01"}, "Sprawdź rok"),
        ({"first_day": (TODAY - timedelta(days=1)).isoformat()}, "Wybierz dzień od dziś"),
        ({"last_day": TODAY.isoformat()}, "Koniec nie może być przed początkiem"),
        ({"times": "0"}, "od 1 do 200"),
        ({"times": "tysiąc"}, "od 1 do 200"),
        ({"times": "10", "last_day": (TUESDAY + timedelta(days=90)).isoformat()}, "Wybierz jedno"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_and_nothing_is_lost(
    wrong: dict[str, Any], sentence: str, client: httpx2.AsyncClient
) -> None:
    visitor, of, form = await ready(client)
    for button in ("save", "preview"):
        page = words(await visitor.send("/series/new", button={"do": button}, **form | wrong))
        assert visitor.page.status_code == 422 and re.search(sentence, page), page
    assert 'value="17' in visitor.page.text or "starts" in wrong
    assert await database.fetchval("SELECT count(*) FROM series") == 0 and not await days(of)


@pytest.mark.parametrize(
    ("typed", "said", "rule"),
    [
        ({"often": "1", "days": ["2", "4"]}, "w każdy wtorek i każdy czwartek o 17:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"often": "month", "days": ["1"], "nths": ["1"]}, "pierwszy poniedziałek miesiąca", "FREQ=MONTHLY;BYDAY=1MO"),
        ({"often": "last_working", "days": []}, "ostatni dzień roboczy miesiąca",
         "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ({"often": "once", "days": []}, "jeden raz", "FREQ=DAILY;COUNT=1"),
        ({"times": "3"}, "co drugi wtorek o 17:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ],
)  # fmt: skip
async def test_what_people_say_becomes_a_rule(
    typed: dict[str, Any], said: str, rule: str, client: httpx2.AsyncClient
) -> None:
    visitor, of, form = await ready(client)
    await visitor.send("/series/new", button={"do": "save"}, **form | typed)
    page = words(await visitor.open(f"/desk/initiatives/{of.id}"))
    assert said in page
    assert await database.fetchval("SELECT rrule FROM series") == rule
    assert await days(of)
    if "times" in typed:
        assert len(await days(of)) == 3


async def test_only_this_one_and_this_and_all_after(client: httpx2.AsyncClient) -> None:
    visitor, of, series = await planned(client)
    rows = await database.fetch("SELECT id, series_day FROM meeting ORDER BY starts_at")
    first, third = rows[0], rows[2]
    page = words(await visitor.open(f"/desk/meetings/{first['id']}/move"))
    assert "tylko to spotkanie" in page and "To i wszystkie następne" in page
    moved = (first["series_day"] + timedelta(days=1)).isoformat()
    await visitor.send("/move", day=moved)
    assert await database.fetchval("SELECT moved_alone FROM meeting WHERE id = $1", first["id"])
    assert "zmienione osobno" in words(await visitor.open(series))
    elsewhere = (await people.place(name="Dom kultury")).id
    await visitor.open(f"{series}/change?since={third['series_day']}")
    await visitor.send("/change", button={"do": "preview"}, place=elsewhere, starts="18:00", ends="20:00")
    page = words(visitor.page.text)
    assert re.search(r"spotka\w+ przejd\w+ na te terminy", page)
    await visitor.send("/change", button={"do": "save"})
    assert "Zapisane. Kto wiedział o spotkaniach" in visitor.page.text and "18:00" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM series") == 2
    later = await database.fetch("SELECT place, starts_wall FROM meeting WHERE series_day >= $1", third["series_day"])
    assert all(row["place"] == elsewhere and row["starts_wall"].hour == 18 for row in later)
    assert (await days(of))[0].isoformat() == moved
    page = words(await visitor.open(f"/desk/initiatives/{of.id}"))
    assert "Dom kultury" in page and "Biblioteka" in page


async def test_what_fits_no_more_is_named_before_it_is_called_off(client: httpx2.AsyncClient) -> None:
    visitor, of, series = await planned(client)
    before = await days(of)
    await visitor.open(f"{series}/change?since={before[0]}")
    page = words(await visitor.send("/change", button={"do": "preview"}, often="4"))
    assert "nie pasują do nowych dni" in page and len(await days(of)) == len(before)
    await visitor.send("/change", button={"do": "save"})
    assert await days(of) == before[::2] and await days(of, "cancelled") == before[1::2]


async def test_a_stale_form_is_told_and_keeps_its_words(client: httpx2.AsyncClient) -> None:
    visitor, _, series = await planned(client)
    await visitor.open(f"{series}/change")
    await database.execute("UPDATE series SET version = version + 1")
    page = words(await visitor.send("/change", button={"do": "save"}, starts="9:15", ends="10:00"))
    assert visitor.page.status_code == 422 and "zmienił tymczasem" in page and 'value="9:15"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM meeting WHERE extract(hour FROM starts_wall) = 9") == 0


async def test_one_day_left_out_and_the_end(client: httpx2.AsyncClient) -> None:
    visitor, of, series = await planned(client)
    before = await days(of)
    await visitor.open(series)
    assert "Tego dnia nie ma" in words(await visitor.send("/skips", day=TUESDAY + timedelta(days=1), reason="x"))
    assert visitor.page.status_code == 422
    assert "Podaj pełną datę" in words(await visitor.send("/skips", day="kiedyś", reason="Remont"))
    page = words(await visitor.send("/skips", day=before[1], reason="Remont sali"))
    assert "Tego dnia nie będzie spotkania. Wszyscy" in page and "Remont sali" in page and "Odwołane" in page
    await visitor.open(f"{series}/end")
    assert "Wybierz dzień" in words(await visitor.send("/end", last_day="2020-01-01"))
    assert "Wypełnij to pole" in words(await visitor.send("/end", last_day=""))
    await visitor.send("/end", last_day=before[2])
    assert "Seria ma koniec" in visitor.page.text and await days(of) == [before[0], before[2]]


async def test_breaks_are_kept_and_what_falls_in_them_is_called_off_by_a_press(client: httpx2.AsyncClient) -> None:
    visitor, of, _ = await planned(client)
    before = await days(of)
    assert "Nie ma jeszcze żadnej przerwy" in await visitor.open("/desk/breaks")
    assert "Koniec nie może" in words(
        await visitor.send(
            "/desk/breaks", name="Ferie", first_day=before[1], last_day=before[0], source="MEN, kalendarz"
        )
    )
    await visitor.send("/desk/breaks", last_day=before[1] + timedelta(days=7))
    page = words(visitor.page.text)
    assert "Sprawdź spotkania, które już są w tych dniach" in page and await days(of) == before
    assert "wypada w przerwie" in words(await visitor.open(f"/desk/initiatives/{of.id}"))
    await visitor.open("/desk/breaks")
    await visitor.send("/breaks/meetings")
    assert "Nic nie było zaznaczone" in visitor.page.text and await days(of) == before
    chosen = await database.fetchval("SELECT id FROM meeting WHERE series_day = $1", before[1])
    await visitor.send("/breaks/meetings", meetings=[chosen])
    assert "są odwołane" in visitor.page.text and await days(of) == [day for day in before if day != before[1]]
    await visitor.send("/remove")
    assert "Usunięte" in visitor.page.text and await database.fetchval("SELECT count(*) FROM school_break") == 0


async def test_who_leads_reads_when_it_meets_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, people.Role.FACILITATOR)
    of = await people.initiative(kind="group")
    await people.facilitator(of, me)
    series = await people.series(of)
    page = await client.get(f"/desk/initiatives/{of.id}")
    assert "w każdy wtorek o 17:00" in words(page.text) and f"/desk/series/{series.id}" not in page.text
    for path in (f"/desk/series/{series.id}", "/desk/breaks", f"/desk/initiatives/{of.id}/series/new"):
        assert (await client.get(path)).status_code == 403


async def test_absent_ones_are_not_found(client: httpx2.AsyncClient) -> None:
    visitor, _, series = await planned(client)
    pages = ("", "/change", "/end")
    for page in pages:
        assert (await client.get(f"/desk/series/{uuid4()}{page}")).status_code == 404
    assert (await client.get(f"/desk/initiatives/{uuid4()}/series/new")).status_code == 404
    await visitor.open(series)
    await database.execute("DELETE FROM series")
    await visitor.send("/skips", day=TUESDAY)
    assert visitor.page.status_code == 404


async def test_a_meeting_of_no_series_moves_as_ever(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    meeting = await people.meeting(await people.initiative())
    assert "wszystkie następne" not in await visitor.open(f"/desk/meetings/{meeting.id}/move")
    await actions.cancel_meeting(SYSTEM, meeting.id)


async def test_a_meeting_that_stays_in_a_break_is_among_the_dates_of_a_change(client: httpx2.AsyncClient) -> None:
    visitor, of, series = await planned(client)
    second = (await days(of))[1]
    await visitor.open("/desk/breaks")
    await visitor.send("/desk/breaks", name="Ferie", first_day=second, last_day=second, source="Kalendarz szkoły")
    await visitor.open(f"{series}/change")
    assert f'<time datetime="{second}T17:00:00">' in visitor.page.text, "shown at once, as it stays in the plan"
    await visitor.send("/change", button={"do": "save"}, starts="16:00")
    assert second in await days(of)


async def test_one_day_is_moved_as_any_meeting(client: httpx2.AsyncClient) -> None:
    visitor, of, form = await ready(client)
    await visitor.send("/series/new", button={"do": "save"}, **form | {"often": "once", "days": []})
    series = await database.fetchval("SELECT id FROM series")
    assert "Zmień od wybranego dnia" not in await visitor.open(f"/desk/series/{series}")
    assert "To i następne" not in visitor.page.text and "Zakończ serię" in visitor.page.text
    await visitor.open(f"/desk/meetings/{await database.fetchval('SELECT id FROM meeting')}/move")
    assert "wszystkie następne" not in visitor.page.text
    await visitor.open(f"/desk/series/{series}/change")
    assert "To jedno spotkanie" in words(await visitor.send("/change", button={"do": "save"}, starts="15:00"))
    assert await database.fetchval("SELECT extract(hour FROM starts_wall) FROM meeting") == 17 and await days(of)
