"""The list to sign: who stands on it and by what name, what never does, who may print and open it."""

from uuid import UUID

import httpx2
import pytest
from papers.printed import CANARY, csrf, flat, gathered, group, printed
from support import pdfs, people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.papers import attendance
from volunteer_hub.privacy import erasure
from volunteer_hub.settings import Settings


async def test_a_list_to_sign_has_names_lines_and_never_a_theme(client: httpx2.AsyncClient, db: str) -> None:
    me = await people.signed_in(client, Role.FACILITATOR)
    at = await gathered(await group(me))
    document = await printed(client, f"/desk/meetings/{at.id}/list")
    said = flat(document)
    assert "Lista obecności" in said and "Grupa Wtorek" in said
    assert "Łucja G." in said and "Gżegżółka" not in said, "no surname on a table that all see"
    assert "Jaskółka ґєії" in said
    assert CANARY not in said
    tags = pdfs.tags(document)
    assert tags["TH"] == 4 and tags["TD"] == 4 * (2 + attendance.EMPTY_LINES)
    assert pdfs.spoken(document)["title"] == "Lista obecności"


async def test_control_the_theme_would_be_seen(client: httpx2.AsyncClient, db: str) -> None:
    """What is no confidential group may name its roles: the same eye finds the same word there."""
    await people.signed_in(client)
    of = await group()
    await database.execute("UPDATE initiative SET kind = 'course' WHERE id = $1", of.id)
    assert CANARY in flat(await printed(client, f"/desk/meetings/{(await gathered(of)).id}/list"))


async def test_whoever_does_not_run_the_group_gets_lines_instead_of_names(client: httpx2.AsyncClient, db: str) -> None:
    leader = await people.account(Role.FACILITATOR)
    at = await gathered(await group(leader))
    await people.signed_in(client, Role.COORDINATOR)
    document = await printed(client, f"/desk/meetings/{at.id}/list")
    assert "Jaskółka" not in flat(document)
    assert pdfs.tags(document)["TD"] == 4 * (1 + 1 + attendance.EMPTY_LINES)


async def test_the_leaders_own_list_is_not_opened_by_another_coordinator(
    client: httpx2.AsyncClient, db: str, settings: Settings
) -> None:
    leader = await people.account(Role.FACILITATOR)
    at = await gathered(await group(leader))
    made = await attendance.issue(settings, people.actor(leader), at.id, "pl")
    address = f"/desk/meetings/{at.id}/list"
    await people.signed_in(client, Role.COORDINATOR)
    assert str(made.id) not in (await client.get(address)).text
    assert (await client.get(address, params={"kept": str(made.id)})).status_code == 404
    assert (await client.get(f"/desk/papers/{made.id}/file")).status_code == 404, "nor from the register"
    assert f"{address}?kept={made.id}" in (await client.get("/desk/papers")).text, "which knows that it is there"
    client.cookies.clear()
    await people.sign_in(client, leader)
    assert "Jaskółka" in flat((await client.get(address, params={"kept": str(made.id)})).content), "control"


async def test_a_cancelled_meeting_and_somebodys_home(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    home = await people.place(private=True, name="Mieszkanie pani Ireny", address="ul. Cicha 7")
    at = await people.meeting(await people.initiative(), place=home.id)
    said = flat(await printed(client, f"/desk/meetings/{at.id}/list"))
    assert "Ireny" not in said and "Cicha" not in said
    hall = await people.meeting(await people.initiative())
    assert "Promyk" in flat(await printed(client, f"/desk/meetings/{hall.id}/list")), "control"
    await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", at.id)
    answer = await client.post(f"/desk/meetings/{at.id}/list", data={"csrf": await csrf(client), "language": "pl"})
    assert answer.status_code == 410 and "odwołane" in answer.text


@pytest.mark.parametrize("table", ["volunteer", "participant"])
async def test_a_list_with_the_first_name_or_alias_of_who_is_erased_goes(
    db: str, settings: Settings, table: str
) -> None:
    me = people.actor(await people.account())
    at, other = await gathered(await group()), await gathered(await group())
    for one in (at, other):
        await attendance.issue(settings, me, one.id, "pl")
    who: UUID = await database.fetchval(
        "SELECT s.volunteer FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1"
        if table == "volunteer"
        else "SELECT e.participant FROM member e JOIN meeting m ON m.initiative = e.initiative WHERE m.id = $1",
        at.id,
    )
    await erasure.erase(settings, SYSTEM, f"{table}:{who}", why="asked")
    left = await database.fetch("SELECT meeting, facts IS NULL AS gone, document IS NULL AS too FROM issued_paper")
    assert {row["meeting"]: (row["gone"], row["too"]) for row in left} == {
        at.id: (True, True),
        other.id: (False, False),  # the list of others stays
    }
