"""A social contract: sealed words, steps ticked from attendance, a signature on paper, an end; and who reads it."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.courses import FIRST, TODAY, attends, contract, course, signed, student
from support.visitor import Visitor

from volunteer_hub.access import break_glass
from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives import contract_acts, contract_lines, contracts
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState, StepState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.tables import Participant
from volunteer_hub.privacy import handover, reseal
from volunteer_hub.schedule.contracts import steps as contract_steps
from volunteer_hub.settings import Settings, load

SECRET = "Xylofonowaczka"


async def runner(role: Role = Role.COORDINATOR) -> Account:
    return await people.account(role)


async def audited(about: UUID) -> list[str]:
    rows = await database.fetch(
        "SELECT verb FROM audit_entry WHERE about = $1 AND verb LIKE 'contract%' ORDER BY at, id",
        f"participant:{about}",
    )
    return [row["verb"] for row in rows]


async def words_at_rest() -> str:
    """All the contracts' rows, as the database shows them and as bytes read as text."""
    found = []
    for table in ("contract", "contract_goal", "contract_step"):
        found += [str(dict(row)) for row in await database.fetch(f"SELECT * FROM {table}")]
    return " ".join(found)


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


async def test_a_change_after_the_signature_waits_for_an_annex(db: str, settings: Settings) -> None:
    me = people.actor(await runner())
    who = await people.participant()
    id = await signed(settings, me, who)
    whole = await contracts.read(settings, me, id)
    goal = whole.goals[0]
    with pytest.raises(Refused) as refused:
        await contract_lines.save_goal(settings, me, id, goal.id, goal.version, "Po cichu")
    assert refused.value.status == 409
    await contract_acts.change(me, id)
    await contract_lines.save_goal(settings, me, id, goal.id, goal.version, "Głośno")
    with pytest.raises(Refused):
        await contract_lines.tick(me, id, goal.steps[0].id, TODAY)
    with pytest.raises(Refused):
        await contract_acts.discard(me, id)
    version = (await contracts.read(settings, me, id)).row.version
    with pytest.raises(Refused):
        await contract_acts.sign(me, id, version, TODAY - timedelta(days=40))
    await contract_acts.sign(me, id, version, TODAY)
    row = (await contracts.read(settings, me, id)).row
    assert row.signed_on == TODAY - timedelta(days=30) and row.annex_on == TODAY
    assert row.state is ContractState.SIGNED
    assert await contracts.signed_between(TODAY, TODAY) == 0, "an annex is no other contract"


async def test_steps_are_reached_by_attending_and_lost_when_attendance_is_corrected(
    db: str, settings: Settings
) -> None:
    me = people.actor(await runner())
    of, meetings = await course()
    who, member = await student(of)
    id, _, steps = await contract(settings, me, who, of, attend=3)
    await contract_acts.sign(me, id, 0, TODAY - timedelta(days=30))
    await attends(member, meetings, "tnt")

    async def by_attending() -> Any:
        return (await contract_steps.read(settings, me, id, TODAY))[1][steps[1]]

    how = await by_attending()
    assert (how.attended, how.state, how.done_on) == (2, StepState.AHEAD, None)
    await database.execute("UPDATE coming SET made_up = 'w bibliotece' WHERE came = false")
    how = await by_attending()
    assert (how.state, how.done_on, how.by_hand) == (StepState.DONE, meetings[2].starts_wall.date(), False)
    await database.execute("UPDATE coming SET made_up = ''")
    assert (await by_attending()).state is StepState.AHEAD
    await attends(member, meetings[3:], "t")
    assert (await by_attending()).done_on == meetings[3].starts_wall.date()
    await database.execute("UPDATE contract SET first_day = $1", TODAY - timedelta(days=10))
    assert (await by_attending()).attended == 2, "what was before the contract does not count"
    stranger, other = await student(of)
    await attends(other, meetings, "tttt")
    assert (await by_attending()).attended == 2 and stranger


async def test_a_contract_rests_on_no_group(db: str, settings: Settings) -> None:
    me = people.actor(await runner())
    who = await people.participant()
    group, project, other = [await people.initiative(kind=kind) for kind in ("group", "long_term", "course")]
    for of in (group, project):
        await people.member(of, who)
    assert [id for id, _ in await contracts.may_rest_on(who.id)] == [str(project.id)]
    for wrong in (group.id, other.id):
        with pytest.raises(Refused) as refused:
            await contract_acts.begin(me, who.id, Details(wrong, FIRST, None))
        assert refused.value.status == 422
    id, goal, _ = await contract(settings, me, who)
    with pytest.raises(Refused) as refused:
        await contract_lines.add_step(settings, me, id, StepDetails(goal, "x", None, group.id, 2))
    assert refused.value.status == 422


async def test_words_are_sealed_at_rest_and_open_only_in_their_row(db: str, settings: Settings) -> None:
    me = people.actor(await runner())
    who = await people.participant()
    id, _, _ = await contract(settings, me, who, words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract_acts.end(settings, me, id, 1, ContractState.ENDED, TODAY, SECRET)
    assert SECRET not in await words_at_rest() and SECRET.encode().hex() not in await words_at_rest()
    whole = await contracts.read(settings, me, id)
    told = [whole.outcome, whole.goals[0].words or "", *[step.words or "" for step in whole.goals[0].steps]]
    assert all(SECRET in one for one in told)
    await database.execute("UPDATE contract_step s SET sealed = o.sealed FROM contract_step o WHERE o.id <> s.id")
    moved = await contracts.read(settings, me, id)
    assert [step.words for step in moved.goals[0].steps] == [None, None]


async def test_control_the_eye_sees_what_is_not_sealed(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "seal", lambda keys, text, where: text.encode())
    await contract(settings, people.actor(await runner()), await people.participant(), words=SECRET)
    assert SECRET in await words_at_rest()


@pytest.fixture
async def read_by(db: str, settings: Settings) -> tuple[Account, Participant, UUID]:
    me = await runner()
    who = await people.participant(alias="Janek")
    return me, who, (await contract(settings, people.actor(me), who, words=SECRET))[0]


PAGES = ("", "/print", "/edit", "/end", "/people", "/goals/new", "/steps/new")


async def test_nobody_else_reads_it_and_every_opening_is_a_line(
    app: Starlette, settings: Settings, read_by: tuple[Account, Participant, UUID]
) -> None:
    me, who, id = read_by
    for role in sorted({*Role} - {Role.MACHINE, Role.ANYONE}):
        async with new_client(app) as client:
            await people.signed_in(client, role)
            for page in PAGES:
                answer = await client.get(f"/desk/contracts/{id}{page}")
                assert answer.status_code in (403, 404) and SECRET not in answer.text, (role, page)
            if role is Role.COORDINATOR:
                listed = (await client.get(f"/desk/participants/{who.id}/contracts")).text
                assert str(id) not in listed and "Nie widzisz tu żadnego kontraktu" in listed
    before = len([verb for verb in await audited(who.id) if verb == "contract.open"])
    assert before == 0, "who was turned away opened nothing"
    async with new_client(app) as client:
        await people.sign_in(client, me)
        for page in PAGES:
            assert (await client.get(f"/desk/contracts/{id}{page}")).status_code == 200, page
        assert str(id) in (await client.get(f"/desk/participants/{who.id}/contracts")).text
        assert SECRET not in (await client.get("/desk/contracts")).text
    assert len([verb for verb in await audited(who.id) if verb == "contract.open"]) == len(PAGES)


async def test_a_specialist_who_is_named_reads_and_ticks_and_changes_nothing(
    client: httpx2.AsyncClient, settings: Settings, read_by: tuple[Account, Participant, UUID]
) -> None:
    me, who, id = read_by
    specialist = await people.signed_in(client, Role.SPECIALIST)
    mine = people.actor(me)
    await contract_acts.sign(mine, id, 0, TODAY)
    assert (await client.get(f"/desk/contracts/{id}")).status_code == 404
    await contract_lines.name(mine, id, [specialist.id])
    visitor = Visitor(client)
    page = await visitor.open(f"/desk/contracts/{id}")
    assert SECRET in page and f"/desk/participants/{who.id}" not in page, "the card is not theirs to open"
    await visitor.send("/ticking", done_on=TODAY.isoformat())
    assert await database.fetchval("SELECT done_by FROM contract_step WHERE done_on IS NOT NULL") == specialist.id
    for action in ("/change", "/end", "/people", "/signature", "/goals/new"):
        assert f'action="/desk/contracts/{id}{action}"' not in visitor.page.text
    with pytest.raises(Refused) as refused:
        await contract_acts.change(people.actor(specialist), id)
    assert refused.value.status == 404
    assert str(id) in await visitor.open("/desk/contracts")
    with pytest.raises(Refused):
        await contract_lines.name(mine, id, [(await people.account(Role.FACILITATOR)).id])
    await contract_lines.name(mine, id, [])
    assert (await client.get(f"/desk/contracts/{id}")).status_code == 404
    await contract_lines.name(mine, id, [specialist.id])
    await database.execute("UPDATE account SET role = 'administrator' WHERE id = $1", specialist.id)
    assert (await client.get(f"/desk/contracts/{id}")).status_code in (302, 303, 403, 404)


async def test_through_a_glass_a_coordinator_reads_and_does_not_write(
    client: httpx2.AsyncClient, settings: Settings, read_by: tuple[Account, Participant, UUID]
) -> None:
    me, who, id = read_by
    await contract_acts.sign(people.actor(me), id, 0, TODAY)
    other = await people.signed_in(client)
    glass = await break_glass.ask(settings, people.actor(other), f"participant:{who.id}", "Nie ma jej koordynatorki")
    assert (await client.get(f"/desk/contracts/{id}")).status_code == 404
    await break_glass.approve(people.actor(me), glass)
    page = (await client.get(f"/desk/contracts/{id}")).text
    assert SECRET in page and "/ticking" not in page and "/change" not in page
    assert (await client.get(f"/desk/contracts/{id}/edit")).status_code == 404
    assert str(id) in (await client.get(f"/desk/participants/{who.id}/contracts")).text
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE account = $1", other.id)
    assert {"break-glass.read", "contract.open"} <= {row["verb"] for row in verbs}


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


async def test_the_desk_hears_of_late_steps_of_its_own_contracts(db: str, settings: Settings) -> None:
    me, other = [people.actor(await runner()) for _ in range(2)]
    of, meetings = await course()
    who, member = await student(of)
    id, goal, steps = await contract(settings, me, who, of, attend=1)
    late = StepDetails(goal, "Chodzić", TODAY - timedelta(days=1), of.id, 1)
    by_attending = await contract_lines.add_step(settings, me, id, late)
    assert await contract_steps.overdue(me, TODAY) == [], "a draft is not late"
    await contract_acts.sign(me, id, 0, TODAY)
    assert {one.step for one in await contract_steps.overdue(me, TODAY)} == {steps[0], by_attending}
    assert await contract_steps.overdue(other, TODAY) == []
    await attends(member, meetings, "t")
    [one] = await contract_steps.overdue(me, TODAY)
    assert one.step == steps[0] and one.due == TODAY - timedelta(days=2)
    await contract_lines.tick(me, id, steps[0], TODAY)
    assert await contract_steps.overdue(me, TODAY) == []


async def test_it_goes_to_a_colleague_with_its_runners_other_work(db: str, settings: Settings) -> None:
    me, heir = await runner(), await runner()
    id = await signed(settings, people.actor(me), await people.participant())
    assert (await handover.in_hand(me.id)).contracts == 1
    await handover.hand_over(people.actor(await people.account(Role.ADMINISTRATOR)), me.id, heir.id)
    assert (await contracts.read(settings, people.actor(heir), id)).row.runs
    with pytest.raises(Refused) as refused:
        await contracts.read(settings, people.actor(me), id)
    assert refused.value.status == 404


async def test_after_a_change_of_the_key_the_new_one_opens_it(db: str) -> None:
    old, new = "old-" * 10, "new-" * 10
    before = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": old})
    between = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new, "HUB_FIELD_KEY_OLD": old})
    after = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new})
    me = people.actor(await runner())
    id, _, _ = await contract(before, me, await people.participant(), words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract_acts.end(before, me, id, 1, ContractState.FINISHED, TODAY, SECRET)
    assert (await contracts.read(after, me, id)).goals[0].words is None, "the control: not sealed anew yet"
    assert (await reseal.reseal(between)).lost == 0
    whole = await contracts.read(after, me, id)
    assert SECRET in whole.outcome and SECRET in (whole.goals[0].words or "")
    assert all(SECRET in (step.words or "") for step in whole.goals[0].steps)


async def test_erasing_somebody_leaves_that_they_signed_and_no_word(db: str, settings: Settings) -> None:
    me = people.actor(await runner())
    who, other = await people.participant(), await people.participant()
    id, _, _ = await contract(settings, me, who, words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract(settings, me, who)
    kept, _, _ = await contract(settings, me, other, words="z mężem, Janem Sową")
    await contracts.forget([who.id])
    await database.execute("DELETE FROM participant WHERE id = $1", who.id)
    await contracts.forget_saying(settings, lambda text: "Janem Sową" in text)
    rows = await database.fetch("SELECT id, participant FROM contract")
    assert {(row["id"], row["participant"]) for row in rows} == {(id, None), (kept, other.id)}
    assert await contracts.signed_between(TODAY, TODAY) == 1
    whole = await contracts.read(settings, me, kept)
    assert whole.goals[0].words is None and [step.words for step in whole.goals[0].steps] == [None, None]
    assert (await contracts.read(settings, me, id)).goals == []
