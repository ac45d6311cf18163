"""When somebody has time: their own page and the desk's, without JavaScript; two devices at once."""

import asyncio
import random
from datetime import time
from typing import Any
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.free_time import TODAY, day, days_away, stored, task, who
from support.visitor import Visitor, forms

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.people import time_actions, time_queries
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.rules import PARTS, SLOTS, Free, Kind
from volunteer_hub.people.tables import Availability, Volunteer
from volunteer_hub.people.week import Days, Week, tidy
from volunteer_hub.schedule import facts

BASE = {"max_hours_week": "4", "max_times_week": "", "max_km": "5", "travels": ""}


# --- The week


async def test_boxes_and_hours_are_saved_and_shown_again(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    assert 'href="/me/time"' in await visitor.open("/me")
    await visitor.open("/me/time")
    await visitor.send("/me/time", {"do": "add"}, free=["1-morning", "1-afternoon"])
    assert "To jeszcze niezapisane" in visitor.page.text and await stored(ola) == []
    await visitor.send("/me/time", {"do": "save"}, day="2", **{"from": "17:00", "to": "18:30"})
    assert "Zapisane." in visitor.page.text
    assert await stored(ola) == [Free(1, time(8), time(16)), Free(2, time(17), time(18, 30))]
    form = next(one for one in forms(visitor.page.text) if one.action == "/me/time")
    assert form.values["free"] == ["1-morning", "1-afternoon"]
    assert (form.values["day"], form.values["from"], form.values["to"]) == (["2"], ["17:00"], ["18:30"])
    await visitor.send("/me/time", {"do": "drop-0"})
    assert len(await stored(ola)) == 2, "the row is gone on the page only"
    await visitor.send("/me/time", {"do": "save"})
    assert await stored(ola) == [Free(1, time(8), time(16))]
    await visitor.send("/me/time", {"do": "copy"}, copy_from="1", copy_to=["3", "7"])
    assert len(await stored(ola)) == 1
    await visitor.send("/me/time", {"do": "save"})
    assert [one.weekday for one in await stored(ola)] == [1, 3, 7]
    await visitor.send("/me/time", {"do": "save"}, free=[])
    assert await stored(ola) == [] and "Zapisane." in visitor.page.text


async def test_what_is_saved_is_what_the_rules_see(client: httpx2.AsyncClient) -> None:
    """Random weeks, through the form and the database, to the facts a suggestion is made of."""
    chance = random.Random(7)
    ola, visitor = await who(client), Visitor(client)
    opening = await people.opening()
    for _ in range(12):
        ticked = chance.sample(SLOTS, chance.randrange(6))
        typed = [
            Free(chance.randint(1, 7), time(start // 60, start % 60), time(ends // 60, ends % 60))
            for start, ends in (sorted(chance.sample(range(1440), 2)) for _ in range(chance.randrange(5)))
        ]
        page = await visitor.open("/me/time")
        form = next(one for one in forms(page) if one.action == "/me/time")
        sent: dict[str, Any] = BASE | {
            "csrf": form.values["csrf"], "seen": form.values["seen"], "free": ticked, "do": ["save"],
            "day": [str(one.weekday) for one in typed], "from": [f"{one.starts:%H:%M}" for one in typed],
            "to": [f"{one.ends:%H:%M}" for one in typed],
        }  # fmt: skip
        answer = await client.post("/me/time", data=sent)
        assert answer.status_code == 303
        meant = tidy([*typed, *(Free(int(slot[0]), *PARTS[slot[2:]]) for slot in ticked)])
        assert await stored(ola) == list(meant)
        seen = await facts.volunteer_facts(await facts.opening_facts(opening.id), [ola.id])
        assert tidy(Free(*one) for one in seen[ola.id].free) == meant


async def test_what_was_typed_stays_when_it_is_refused(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time")
    rows = {"day": ["1", "5"], "from": ["18:00", "9"], "to": ["17:00", "jutro"]}
    await visitor.send("/me/time", {"do": "save"}, free=["4-evening"], max_km="0", max_times_week="99", **rows)
    page = visitor.page.text
    assert visitor.page.status_code == 422 and await stored(ola) == []
    for id in ("f-row0-to", "f-row1-to", "f-max_km", "f-max_times_week"):
        assert f'id="{id}-error"' in page and f'href="#{id}"' in page, id
    assert 'value="jutro"' in page and 'value="4-evening" checked' in page


@pytest.mark.parametrize(
    "bad",
    [
        {"free": ["8-noon"]}, {"travels": "rocket"}, {"max_hours_week": "x"}, {"max_hours_week": "-1"},
        {"max_km": "nan"}, {"max_km": "inf"}, {"day": ["x"], "from": ["8"], "to": ["9"]},
        {"day": ["1"] * 40, "from": ["8"] * 40, "to": ["9"] * 40}, {"day": ["1\x00"], "from": ["\u0661"], "to": ["9"]},
    ],
)  # fmt: skip
async def test_nonsense_is_refused_in_words(client: httpx2.AsyncClient, bad: dict[str, Any]) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time")
    form = next(one for one in forms(visitor.page.text) if one.action == "/me/time")
    sent = form.values | {k: [v] for k, v in BASE.items()} | {"do": ["save"]}
    answer = await client.post("/me/time", data=sent | {k: [v] if isinstance(v, str) else v for k, v in bad.items()})
    assert answer.status_code == 422 and await stored(ola) == []
    for press in ("drop-x", "drop-99", "copy", "add", "", "what"):
        answer = await client.post("/me/time", data=sent | {"do": [press], "copy_to": ["9"], "copy_from": ["x"]})
        assert answer.status_code in (200, 303, 422), press


async def test_how_much_how_far_and_what_by(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client, max_hours_week=7, max_km=2.5), Visitor(client)
    page = await visitor.open("/me/time")
    assert '<option value="7" selected>' in page and '<option value="2,5" selected>' in page
    await visitor.send("/me/time", {"do": "save"}, max_hours_week="3", max_times_week="1", max_km="10", travels="bike")
    row = await database.fetchrow(
        "SELECT max_hours_week, max_times_week, max_km, travels, version FROM volunteer WHERE id = $1", ola.id
    )
    assert row is not None and tuple(row)[:4] == (3, 1, 10.0, "bike")
    assert row["version"] > ola.version, "whoever corrects the card meanwhile is told"
    await people.signed_in(client)
    card = await visitor.open(f"/desk/people/{ola.id}")
    assert "rowerem" in card and "najwyżej 1 raz" in card and f"/desk/people/{ola.id}/time" in card


# --- Two devices


async def test_changed_meanwhile_both_are_shown_and_the_next_press_decides(
    client: httpx2.AsyncClient, app: Starlette
) -> None:
    ola, phone = await who(client), Visitor(client)
    await phone.open("/me/time")
    async with new_client(app) as other:
        await people.signed_in(other)
        desk = Visitor(other)
        await desk.open(f"/desk/people/{ola.id}/time")
        await desk.send("/time", {"do": "save"}, free=["5-evening"], max_km="10")
    await phone.send("/me/time", {"do": "save"}, free=["1-morning"], max_times_week="2")
    page = phone.page.text
    assert phone.page.status_code == 409 and await stored(ola) == [Free(5, time(16), time(20))]
    assert "Teraz zapisane" in page and "10 km" in page and "piątek" in page, "theirs"
    assert 'value="1-morning" checked' in page and '<option value="2" selected>' in page, "and what was typed"
    await phone.send("/me/time", {"do": "save"})
    assert await stored(ola) == [Free(1, time(8), time(12))] and "Zapisane." in phone.page.text


async def test_once_more_is_no_change_and_no_conflict(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time")
    form = next(one for one in forms(visitor.page.text) if one.action == "/me/time")
    sent = form.values | {"free": ["1-morning"], "do": ["save"]}
    answers = [await client.post("/me/time", data=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303] and len(await stored(ola)) == 1
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.time'") == 1


async def at_once(monkeypatch: pytest.MonkeyPatch, *, lock: bool) -> tuple[list[object], Volunteer]:
    """Two devices save a week and days away in the same moment: each has read before the other writes."""
    if not lock:
        monkeypatch.setattr(time_queries, "LOCK", "")
    ola = await people.volunteer(free=False)
    now = (await time_queries.person(SYSTEM, ola.id)).week
    held, both = time_queries.held, asyncio.Barrier(2)

    async def together(actor: Actor, volunteer: UUID) -> time_queries.Person:
        found = await held(actor, volunteer)
        if not lock:
            await both.wait()
        return found

    monkeypatch.setattr(time_queries, "held", together)
    weeks = [Week((Free(1, time(8), time(hour)),), 4, None, 5.0, "") for hour in (12, 13)]
    said: list[object] = await asyncio.gather(
        *(time_actions.save_week(SYSTEM, ola.id, one, now.mark) for one in weeks), return_exceptions=True
    )
    spans = Days(day(2), day(6)), Days(day(4), day(9))
    said += await asyncio.gather(
        *(time_actions.add_away(SYSTEM, ola.id, one, TODAY) for one in spans), return_exceptions=True
    )
    return said, ola


async def test_two_devices_at_once_leave_one_week_and_one_time_away(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, ola = await at_once(monkeypatch, lock=True)
    assert sorted(isinstance(one, Stale) for one in said) == [False, False, False, True]
    assert len(await stored(ola)) == 1 and await days_away(ola) == [Days(day(2), day(9))]


async def test_control_without_the_lock_one_is_written_over_unseen(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, ola = await at_once(monkeypatch, lock=False)
    assert not any(isinstance(one, BaseException) for one in said)
    assert len(await days_away(ola)) == 2


# --- Whose time


async def test_the_desk_does_the_same_for_who_rang_and_it_is_written_down(client: httpx2.AsyncClient) -> None:
    ola, visitor = await people.volunteer(), Visitor(client)
    hanna = await people.signed_in(client, name="Hanna Lis")
    inside = await task(ola, 3, name="Bajki w środę")
    await database.execute("DELETE FROM availability")
    await visitor.open(f"/desk/people/{ola.id}/time")
    await visitor.send("/time", {"do": "save"}, free=["6-morning"], travels="bus")
    assert await stored(ola) == [Free(6, time(8), time(12))]
    await visitor.open(f"/desk/people/{ola.id}/time/away")
    await visitor.send("/time/away", first_day=str(day(3)))
    opening = await database.fetchval("SELECT opening FROM assignment WHERE id = $1", inside)
    assert f'href="/desk/openings/{opening}"' in visitor.page.text and "w biurze: Hanna Lis" in visitor.page.text
    rows = await database.fetch(
        "SELECT verb, account FROM audit_entry WHERE about = $1 ORDER BY at", f"volunteer:{ola.id}"
    )
    assert {(row["verb"], row["account"]) for row in rows} == {
        ("people.open", hanna.id), ("people.time", hanna.id), ("people.away", hanna.id)
    }  # fmt: skip
    assert "Kiedy jej nie ma" in await visitor.open(f"/desk/people/{ola.id}")


async def test_their_own_change_is_told_from_the_desks(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    assert "Ostatnia zmiana" not in await visitor.open("/me/time")
    await visitor.send("/me/time", {"do": "save"}, free=["6-morning"])
    assert "na Twojej stronie" in visitor.page.text
    await people.signed_in(client, name="Hanna Lis")
    await visitor.open(f"/desk/people/{ola.id}/time")
    assert "przez tę osobę" in visitor.page.text


async def test_nobody_elses_time(client: httpx2.AsyncClient) -> None:
    await who(client)
    other = await people.volunteer()
    actor = Actor(Role.VOLUNTEER, account=(await people.account(Role.VOLUNTEER)).id)
    assert (await client.get(f"/desk/people/{other.id}/time")).status_code == 403
    for act in (
        time_queries.person(actor, other.id),
        time_actions.save_week(actor, other.id, Week((), 1, None, 1.0, ""), ""),
        time_actions.add_away(actor, other.id, Days(day(1), day(2)), TODAY),
        time_actions.remove_away(actor, other.id, Days(day(1), day(2)), TODAY),
        time_actions.undo_rest_of_month(actor, other.id, [], TODAY),
    ):
        with pytest.raises(Exception) as refused:
            await act
        assert getattr(refused.value, "status", None) == 404
    await people.sign_in(client, await people.account(Role.VOLUNTEER))
    assert (await client.get("/me/time")).status_code == 404, "an account without a volunteer"
    await people.signed_in(client)
    missing = UUID(int=5)
    assert (await client.get(f"/desk/people/{missing}/time")).status_code == 404


async def test_a_minor_who_waits_for_consent_fills_it_in_and_nothing_is_sent(client: httpx2.AsyncClient) -> None:
    ola = await who(
        client, birth_date=day(-15 * 365), kind=Kind.PUPIL, guardian_name="Anna Maj", guardian_phone="+48600999111"
    )
    visitor = Visitor(client)
    await visitor.open("/me/time")
    await visitor.send("/me/time", {"do": "save"}, free=["6-morning"])
    await visitor.open("/me/time/away")
    await visitor.send("/away/month")
    assert len(await stored(ola)) == 1 and len(await days_away(ola)) == 1
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_old_windows_that_overlap_are_shown_as_one(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    for starts, ends in ((8, 11), (10, 12), (18, 19)):
        await people.save(Availability(volunteer=ola.id, weekday=1, starts=time(starts), ends=time(ends)))
    await visitor.open("/me/time")
    form = next(one for one in forms(visitor.page.text) if one.action == "/me/time")
    assert form.values["free"] == ["1-morning"] and form.values["from"] == ["18:00"]
