"""The data of a child under thirteen, by the guardian's link: seen, copied, put right, withdrawn, erased once rung."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from conftest import new_client
from intake.guardians import about, born, link, sign_up, volunteer
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role

POSTS = ("copy", "request", "withdrawal")


async def twelve(child: Visitor) -> str:
    """A child of twelve is signed up by the guardian; the path of the guardian's page."""
    await sign_up(child, about(12, who="child", phone="600 700 999", email=""))
    return await link()


async def rows() -> list[tuple[str, str, str, str]]:
    found = await database.fetch(
        'SELECT "right", state, channel, identity_checked FROM rights_request ORDER BY asked_at, id'
    )
    return [tuple(row) for row in found]


async def test_the_guardian_sees_and_takes_away_all_of_the_childs_data(child: Visitor, guardian: Visitor) -> None:
    await people.volunteer(first_name="Obca", last_name="Zupełnieinna", phone="+48500111222")
    path = await twelve(child)
    who = (await volunteer_of_twelve())["id"]
    assert f'href="{path}/data"' in await guardian.open(path)
    page = await guardian.open(f"{path}/data")
    assert guardian.page.headers["Referrer-Policy"] == "no-referrer"
    assert str(born(12)) in page and "Zupełnieinna" not in page
    copy = await guardian.send("/copy")
    held = json.loads(guardian.page.text)
    assert held["subject"] == f"volunteer:{who}" and str(born(12)) in copy and "Zupełnieinna" not in copy
    assert await rows() == [("copy", "done", "link", "link")]
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1 ORDER BY at", f"volunteer:{who}")
    assert {"guardian.data", "rights.copy"} <= {row["verb"] for row in verbs}


async def test_what_is_wrong_goes_into_the_queue_once_with_the_words(child: Visitor, guardian: Visitor) -> None:
    path = await twelve(child)
    await guardian.open(f"{path}/data")
    await guardian.send("/request", right="correct", words="")
    assert guardian.page.status_code == 422 and "Proszę napisać jednym zdaniem" in guardian.page.text
    assert await rows() == []
    for _ in range(2):
        await guardian.open(f"{path}/data")
        await guardian.send("/request", right="correct", words="Nazwisko pisze się Żak, nie Zak.")
    assert await rows() == [("correct", "open", "link", "link")], "pressed twice it is one"
    assert "czeka" in guardian.page.text


async def test_erasure_waits_for_a_person_who_rings_first(app: Starlette, child: Visitor, guardian: Visitor) -> None:
    path = await twelve(child)
    await guardian.open(f"{path}/data")
    await guardian.send("/request", right="erase")
    assert await rows() == [("erase", "open", "link", "link")]
    assert await volunteer(), "nothing is gone before somebody has rung"
    async with new_client(app) as client:
        await people.signed_in(client, Role.COORDINATOR)
        desk = Visitor(client)
        id: UUID = await database.fetchval("SELECT id FROM rights_request")
        assert "link rodzica lub opiekuna" in await desk.open(f"/desk/rights/{id}")
        await desk.send(f"/desk/rights/{id}/answer", {"decision": "done"}, answer="Usunięte po rozmowie.")
    assert await volunteer() is None
    await guardian.open(f"{path}/data")
    assert guardian.page.status_code == 410


async def test_a_consent_is_withdrawn_at_once_by_the_guardian(child: Visitor, guardian: Visitor) -> None:
    path = await twelve(child)
    await guardian.open(f"{path}/data")
    await guardian.send("/withdrawal", {"purpose": "sms"})
    row = await database.fetchrow(
        "SELECT given, by_whom, channel FROM consent WHERE purpose = 'sms' ORDER BY at DESC, given LIMIT 1"
    )
    assert row and tuple(row) == (False, "guardian", "link-sms")
    assert await rows() == [("withdraw", "done", "link", "link")]


@pytest.mark.parametrize("state", ["thirteen", "ended", "unknown"])
async def test_for_an_older_child_or_an_ended_link_nothing_is_shown_or_done(
    child: Visitor, guardian: Visitor, state: str
) -> None:
    path = await twelve(child)
    await guardian.open(f"{path}/data")
    assert guardian.page.url.path == f"{path}/data", "with the link of a child of twelve it opens"
    if state == "thirteen":
        await database.execute("UPDATE volunteer SET birth_date = $1", born(13, days=0))
    elif state == "ended":
        await database.execute("UPDATE guardian_link SET ends_at = $1", clock.now() - timedelta(seconds=1))
    else:
        path = "/guardian/" + "x" * 43
    csrf = guardian.page.text.partition('name="csrf" value="')[2].partition('"')[0]
    for post in POSTS:
        answer = await guardian.client.post(
            f"{path}/data/{post}", data={"csrf": csrf, "right": "erase", "purpose": "sms"}
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = await guardian.open(f"{path}/data")
    assert guardian.page.url.path == path and str(born(12)) not in page
    assert await rows() == []


async def volunteer_of_twelve() -> dict[str, object]:
    row = await database.fetchrow("SELECT * FROM volunteer WHERE guardian_phone <> ''")
    assert row
    return dict(row)
