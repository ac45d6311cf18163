"""Asking somebody who is not among the first of the list asks for a word, which is kept and shown."""

from typing import Any

import httpx2
import pytest
from matching.test_opening_page import candidates, desk, press, reading, words
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.matching import order
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

WORD = "Mieszka w tym samym bloku"


async def seven(client: httpx2.AsyncClient) -> tuple[Visitor, Opening, list[Volunteer]]:
    """An opening that seven people fit, the nearest first."""
    visitor, opening = await desk(client), await reading()
    near = [await people.volunteer(latitude=people.CENTRE[0] + n / 500, email=None) for n in range(7)]
    return visitor, opening, near


async def test_the_first_five_are_asked_by_one_press(client: httpx2.AsyncClient) -> None:
    visitor, opening, near = await seven(client)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    asks = ["Dlaczego ta osoba" in card for card in candidates(html)]
    assert asks == [False] * order.WITHOUT_WORD + [True, True]
    assert (await press(visitor, opening.id, near[4].id)).status_code == 303
    row = await database.fetchrow("SELECT rank, override_word FROM assignment")
    assert tuple(row) == (5, "")
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'assignment.override'") == 0


async def send(visitor: Visitor, opening: Opening, who: Volunteer, **data: Any) -> httpx2.Response:
    await visitor.open(f"/desk/openings/{opening.id}")
    found = next(f for f in forms(visitor.page.text) if f.values.get("volunteer") == [str(who.id)])
    return await visitor.client.post(found.action, data={**found.values, **data})


async def test_whoever_stands_below_is_asked_with_a_word_that_stays(client: httpx2.AsyncClient) -> None:
    visitor, opening, near = await seven(client)
    refused = await send(visitor, opening, near[5], word=" ")
    assert refused.status_code == 422 and "nie jest wśród pierwszych 5 na liście" in refused.text
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0
    assert (await send(visitor, opening, near[5], word=WORD)).status_code == 303
    row = await database.fetchrow("SELECT id, rank, score FROM assignment")
    assert row["rank"] == 6 and row["score"]
    page = f"/desk/openings/{opening.id}"
    assert f"Zaproszenie mimo to: {WORD}" in words(await visitor.open(page))
    await actions.answer(SYSTEM, row["id"], accept=True, channel="sms")
    said = words(await visitor.open(page))
    assert said.count(WORD) == 1, "it stands there after the answer too, once"
    logged = await database.fetch("SELECT about, account FROM audit_entry WHERE verb = 'assignment.override'")
    assert [entry["about"] for entry in logged] == [f"assignment:{row['id']}"] and logged[0]["account"]


async def test_a_word_about_the_order_sets_no_wish_aside(client: httpx2.AsyncClient) -> None:
    """What is kept of the order is not what a later yes is judged by."""
    visitor, opening, near = await seven(client)
    await send(visitor, opening, near[6], word=WORD)
    assert await database.fetchval("SELECT override_word FROM assignment") == ""


@pytest.mark.parametrize(
    ("asked", "word", "status", "said"),
    [
        ({"skills": ["music"]}, "", 422, "nie ma umiejętności, której wymaga rola. Napisz jednym zdaniem"),
        ({"skills": ["music"]}, WORD, 303, ""),
        ({"skills": ["music"], "clearances": ["minors"]}, "", 409, "nie ma ważnego sprawdzenia"),
        ({"skills": ["music"], "clearances": ["minors"]}, WORD, 409, "nie ma ważnego sprawdzenia"),
    ],
)
async def test_a_rule_in_the_way_is_told_before_the_order(
    asked: dict[str, list[str]], word: str, status: int, said: str, client: httpx2.AsyncClient
) -> None:
    """A word is asked for where it would do, and for nothing that the law forbids."""
    visitor, opening = await desk(client), await reading(**asked)
    who = await people.volunteer()
    page = f"/desk/openings/{opening.id}"
    await visitor.open(page)
    csrf = forms(visitor.page.text)[0].values["csrf"]
    data = {"csrf": csrf, "volunteer": str(who.id), "word": word}
    answer = await visitor.client.post(f"{page}/assignments", data=data)
    assert answer.status_code == status and said in answer.text
    assert "Napisz" not in answer.text or status == 422


async def test_the_page_leads_to_the_order_and_to_the_smallest_change(client: httpx2.AsyncClient) -> None:
    visitor, opening, _ = await seven(client)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    assert 'href="/desk/order"' in html and f'href="/desk/openings/{opening.id}/mend"' in html
    await database.execute("UPDATE opening SET taken = least")
    assert f"{opening.id}/mend" not in await visitor.open(f"/desk/openings/{opening.id}")
