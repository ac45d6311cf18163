"""Who reads a social contract: its runner, whom they name, who comes after them, and through a glass; nobody else."""

from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.contracts import SECRET, audited
from support.courses import TODAY, contract, signed
from support.visitor import Visitor

from volunteer_hub.access import break_glass
from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives import contract_acts, contract_lines, contracts
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Participant
from volunteer_hub.privacy import handover
from volunteer_hub.settings import Settings


@pytest.fixture
async def read_by(db: str, settings: Settings) -> tuple[Account, Participant, UUID]:
    me = await people.account()
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


async def test_it_goes_to_a_colleague_with_its_runners_other_work(db: str, settings: Settings) -> None:
    me, heir = await people.account(), await people.account()
    id = await signed(settings, people.actor(me), await people.participant())
    assert (await handover.in_hand(me.id)).contracts == 1
    await handover.hand_over(people.actor(await people.account(Role.ADMINISTRATOR)), me.id, heir.id)
    assert (await contracts.read(settings, people.actor(heir), id)).row.runs
    with pytest.raises(Refused) as refused:
        await contracts.read(settings, people.actor(me), id)
    assert refused.value.status == 404
