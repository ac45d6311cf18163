"""A coordinator says when an initiative reminds, and sees on its next meeting when the reminders would go out."""

from datetime import datetime
from html import unescape

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.messaging import quiet
from volunteer_hub.schedule.reminding import actions
from volunteer_hub.schedule.reminding.rules import Audience, Kind, Rule
from volunteer_hub.settings import load

AT_NIGHT = load({"HUB_MODE": "demo", "HUB_QUIET_FROM": "20:00"})


async def desk(client: httpx2.AsyncClient) -> tuple[Visitor, str]:
    await people.signed_in(client)
    of = await people.initiative(name="Wtorki")
    await people.meeting(of, starts=datetime.fromisoformat("2031-11-25 17:00"))
    visitor, address = Visitor(client), f"/desk/initiatives/{of.id}/reminders"
    await visitor.open(address)
    return visitor, address


def words(page: str) -> str:
    return unescape(page).replace("\N{WORD JOINER}", "")


async def kept() -> list[tuple[str, str, int]]:
    rows = await database.fetch("SELECT audience, kind, hours FROM reminder_rule ORDER BY audience, kind, hours")
    return [(row["audience"], row["kind"], row["hours"]) for row in rows]


async def test_rules_are_shown_looked_at_and_kept(client: httpx2.AsyncClient) -> None:
    visitor, address = await desk(client)
    page = words(await visitor.open(address))
    assert page.count("Dla spotkania we wtorek 17:00: w poniedziałek o 17:00.") == 2, "the usual rule"
    page = words(await visitor.send(address, volunteers_hours="24, 2", participants=["morning"], look="yes"))
    assert "Dla spotkania we wtorek 17:00: w poniedziałek o 17:00 i we wtorek o 15:00." in page
    assert "Dla spotkania we wtorek 17:00: we wtorek o 8:00." in page and await kept() == []
    page = words(await visitor.send(address, volunteers=["evening"], volunteers_hours="168 2", participants=[]))
    assert "we wtorek 18.11 o 17:00, w poniedziałek o 17:00 i we wtorek o 15:00." in page
    assert "Dla spotkania we wtorek 17:00: bez przypomnienia." in page
    assert await kept() == [
        ("participants", "none", 0), ("volunteers", "evening", 0), ("volunteers", "hours", 2),
        ("volunteers", "hours", 168),
    ]  # fmt: skip
    assert 'value="168, 2"' in page
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'initiatives.reminders'") == 1


async def test_what_falls_into_the_night_is_shown_where_it_goes(client: httpx2.AsyncClient) -> None:
    visitor, address = await desk(client)
    quiet.configure(AT_NIGHT)
    page = words(await visitor.send(address, volunteers=[], volunteers_hours="10", look="yes"))
    assert "we wtorek 17:00: w poniedziałek o 19:30." in page and "Od 20:00 do 8:00 i w święta" in page


@pytest.mark.parametrize("hours", ["0", "169", "-2", "dwie", "1.5", "2;3", "٣", "1 2 3 4 5"])
async def test_wrong_hours_are_said_and_stay_typed(client: httpx2.AsyncClient, hours: str) -> None:
    visitor, address = await desk(client)
    page = words(await visitor.send(address, volunteers_hours=hours))
    assert visitor.page.status_code == 422 and "Popraw 1 pole" in page and f'value="{hours}"' in page
    assert ("Najwięcej 4 liczby" if len(hours) > 5 else "Wpisz liczby godzin od 1 do 168") in page
    assert await kept() == []


async def test_one_that_is_not_yours_to_change_is_not_there(client: httpx2.AsyncClient) -> None:
    visitor, _ = await desk(client)
    theirs = await people.initiative(kind="circle", coordinator=(await people.account()).id)
    await visitor.open(f"/desk/initiatives/{theirs.id}/reminders")
    assert visitor.page.status_code == 404


async def test_of_two_who_save_at_once_the_second_one_stands(db: str) -> None:
    of, me = await people.initiative(), people.actor(await people.account())
    for rules in ((Rule(Kind.EVENING), Rule(Kind.HOURS, 2)), (Rule(Kind.MORNING),)):
        await actions.keep(me, of.id, dict.fromkeys(Audience, rules))
    assert await kept() == [("participants", "morning", 0), ("volunteers", "morning", 0)]
