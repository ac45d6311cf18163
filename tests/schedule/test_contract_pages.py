"""A social contract on its pages: from a draft to the outcome; what cannot be; what somebody else saved meanwhile."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.contracts import audited, words_at_rest
from support.courses import FIRST, TODAY, contract, course, student
from support.visitor import Visitor

from volunteer_hub.initiatives import contract_acts, contract_lines, contracts
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.kit import database
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings


async def test_from_a_draft_to_the_outcome(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, name="Ewa Lis")
    who = await people.participant(first_name="Jan", last_name="Sowa", alias="Janek")
    visitor = Visitor(client)
    await visitor.open(f"/desk/participants/{who.id}")
    assert f"/desk/participants/{who.id}/contracts" in visitor.page.text
    await visitor.open(f"/desk/participants/{who.id}/contracts")
    await visitor.send("/contracts", first_day=TODAY.isoformat(), last_day="")
    address = visitor.page.url.path
    assert "szkic" in visitor.page.text and "Ewa Lis" in visitor.page.text
    await visitor.send("/signature")
    assert visitor.page.status_code == 422 and "przynajmniej jeden krok" in visitor.page.text
    await visitor.open(f"{address}/goals/new")
    await visitor.send("/goals/new", words="Chcę mieć swoje mieszkanie")
    await visitor.open(re.findall(r'href="([^"]+/steps/new[^"]*)"', visitor.page.text)[0])
    assert "<option value" in visitor.page.text and " selected" in visitor.page.text, "the goal is chosen beforehand"
    await visitor.send("/steps/new", words="Złożyć wniosek", due=(TODAY - timedelta(1)).isoformat())
    assert "po terminie" in visitor.page.text
    paper = await visitor.open(f"{address}/print")
    assert "Jan Sowa" in paper and "Chcę mieć swoje mieszkanie" in paper and "data i podpis: Jan Sowa" in paper
    await visitor.open(address)
    await visitor.send("/signature", signed_on=(TODAY + timedelta(1)).isoformat())
    assert visitor.page.status_code == 422 and "w przyszłości" in visitor.page.text
    await visitor.send("/signature", signed_on=TODAY.isoformat())
    assert "Podpis jest zapisany" in visitor.page.text and "/steps/new" not in visitor.page.text
    await visitor.send("/ticking", done_on="")
    assert visitor.page.status_code == 422 and 'done_on-error"' in visitor.page.text
    await visitor.send("/ticking", done_on=TODAY.isoformat())
    assert "zrobione" in visitor.page.text and "po terminie" not in visitor.page.text
    await visitor.send("/unticking")
    assert "po terminie" in visitor.page.text
    await visitor.open(f"{address}/end")
    await visitor.send("/end", how="", outcome="")
    assert visitor.page.status_code == 422
    await visitor.send("/end", how="finished", outcome="Ma swoje mieszkanie")
    assert "zakończony" in visitor.page.text and "Ma swoje mieszkanie" in visitor.page.text
    await visitor.send("/resuming")
    assert "Kontrakt znów trwa" in visitor.page.text
    assert "mieszkanie" not in await words_at_rest()
    assert (await audited(who.id))[:2] == ["contract.begin", "contract.open"]
    assert await contracts.signed_between(TODAY, TODAY) == 1
    assert me.id == await database.fetchval("SELECT runs FROM contract")


async def test_over_what_came_since_nothing_is_written(client: httpx2.AsyncClient, settings: Settings) -> None:
    me = await people.signed_in(client)
    mine = people.actor(me)
    id, goal, steps = await contract(settings, mine, await people.participant())
    visitor = Visitor(client)
    address = f"/desk/contracts/{id}"
    await visitor.open(f"{address}/goals/{goal}")
    await contract_lines.save_goal(settings, mine, id, goal, 0, "Cudzy cel")
    await visitor.send(f"/goals/{goal}", words="Mój cel")
    assert visitor.page.status_code == 409 and "Cudzy cel" in visitor.page.text and "Mój cel" in visitor.page.text
    await visitor.send(f"/goals/{goal}")
    assert "Mój cel" in visitor.page.text and visitor.page.status_code == 200
    await visitor.open(f"{address}/steps/{steps[0]}")
    await contract_lines.save_step(settings, mine, id, steps[0], 0, StepDetails(goal, "Cudzy krok", None, None, None))
    await visitor.send(f"/steps/{steps[0]}", words="Mój krok")
    assert visitor.page.status_code == 409 and "Cudzy krok" in visitor.page.text
    await visitor.open(f"{address}/edit")
    await contract_acts.correct(mine, id, 0, Details(None, FIRST, TODAY))
    await visitor.send("/edit", last_day=(TODAY + timedelta(1)).isoformat())
    assert visitor.page.status_code == 409
    await visitor.send("/edit")
    assert visitor.page.status_code == 200
    with pytest.raises(Stale):
        await contract_acts.sign(mine, id, 0, TODAY)
    await contract_acts.sign(mine, id, 2, TODAY)
    await visitor.open(f"{address}/end")
    await database.execute("UPDATE contract SET version = version + 1")
    await visitor.send("/end", how="ended", outcome="Wyjazd")
    assert visitor.page.status_code == 409 and "Wyjazd" in visitor.page.text
    await visitor.send("/end")
    assert "zakończony przed czasem" in visitor.page.text


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "x" * 2001}, "words"),
        ({"words": "x", "due": "jutro"}, "due"),
        ({"words": "x", "attend": "3"}, "attend"),
        ({"words": "x", "initiative": "course"}, "attend"),
        ({"words": "x", "initiative": "course", "attend": "0"}, "attend"),
        ({"words": "x", "goal": "x"}, "goal"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    client: httpx2.AsyncClient, settings: Settings, words: dict[str, Any], field: str
) -> None:
    me = await people.signed_in(client)
    of, _ = await course()
    who, _ = await student(of)
    id, goal, _ = await contract(settings, people.actor(me), who)
    visitor = Visitor(client)
    await visitor.open(f"/desk/contracts/{id}/steps/new?goal={goal}")
    typed: dict[str, Any] = {name: str(of.id) if value == "course" else value for name, value in words.items()}
    await visitor.send("/steps/new", **typed)
    assert visitor.page.status_code == 422 and f'id="f-{field}-error"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM contract_step") == 2
