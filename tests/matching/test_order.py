"""The page of the order: its numbers are those of the rule and of the engine, and its example is reckoned by them."""

import re
from html import unescape

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit.actor import Role
from volunteer_hub.matching import order
from volunteer_hub.matching.engine import problem
from volunteer_hub.matching.rules import PARTS
from volunteer_hub.schedule import rules, scoring
from volunteer_hub.schedule.rules import Rule


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_parts_are_those_that_the_rule_can_give() -> None:
    best = scoring.points(0, 1, likes=True, known=True, recent=0)
    assert dict(best.parts) == PARTS and best.total == sum(PARTS.values())
    worst = scoring.points(5, 5, likes=False, known=False, recent=1_000)
    assert worst.total == PARTS["base"]


def test_what_a_plan_weighs_is_what_the_engine_weighs() -> None:
    perfect = sum(PARTS.values()) * problem.POINT
    assert problem.URGENT == order.SEATS_IN_URGENT * problem.SEAT
    assert order.FITS_IN_SEAT * perfect == problem.SEAT
    assert problem.fair(2) + problem.fair(0) > 2 * problem.fair(1), "two people with one task each come first"


def test_every_rule_is_told_once() -> None:
    assert sorted([*order.NEVER, *order.WISHED]) == sorted(set(Rule) - {Rule.ASSIGNED})
    assert set(order.WISHED) == rules.WISHES


async def test_the_page_tells_the_rule_in_words(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    said = words(await Visitor(client).open("/desk/order"))
    for sentence in (
        "ma ważne sprawdzenia i uprawnienia", "nie ma dalej, niż chce jeździć", "od 100 do 1000 punktów",
        "0 zadań: 100. 1 zadanie: 84.", "waży tyle, co 100 zwykłych", "Pierwsze 5 osób z listy",
    ):  # fmt: skip
        assert sentence in said


async def test_an_example_is_reckoned_by_the_rule(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    html = await Visitor(client).open("/desk/order?km=2,5&max_km=5&known=yes&recent=6")
    found = [(int(a), int(b)) for a, b in re.findall(r'<span class="number nowrap">(\d+)/(\d+)</span>', html)]
    assert found == [(100, 100), (150, 300), (0, 250), (250, 250), (36, 100)]
    assert re.search(r'class="big-number">536</b>', html) and 'value="2,5"' in html
    assert "nie stałaby na liście" not in html
    assert "nie stałaby na liście" in await Visitor(client).open("/desk/order?km=6&max_km=5&recent=0")


CANNOT_BE = (
    "km=x&max_km=5&recent=0", "km=1&max_km=0&recent=0", "km=1&max_km=5&recent=1,5", "km=nan&max_km=5&recent=0",
    "km=1&max_km=inf&recent=0", "km=%00&max_km=5",
)  # fmt: skip


@pytest.mark.parametrize("query", CANNOT_BE)
async def test_an_example_that_cannot_be_is_told_and_stays_typed(query: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    answer = await client.get(f"/desk/order?{query}")
    assert answer.status_code == 422 and "Wpisz liczbę" in answer.text and 'id="reckoned"' not in answer.text
    assert 'value="1"' in answer.text or "km=1" not in query


async def test_volunteers_read_the_same_rule(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER)
    said = words(await Visitor(client).open("/me/order"))
    assert "od 100 do 1000 punktów" in said and "Odmowa nic nie psuje" in said
    assert (await client.get("/desk/order")).status_code == 403
