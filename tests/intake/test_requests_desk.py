"""Requests at the desk: first contact takes and closes them; others do not get to see one."""

from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.intake import queries
from volunteer_hub.intake.queries import PAGE
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused


async def request(n: int = 1, **values: str) -> Request:
    words = {
        "name": f"Osoba {n}",
        "phone": "+48600700802",
        "for_whom": "me",
        "text": "Zakupy.\n<b>raz</b>",
        "language": "pl",
    }
    return await people.save(Request(**{"number": f"Z-2026-{n:04d}"} | words | values))


async def state(of: Request) -> tuple[str, ...]:
    row = await database.fetchrow("SELECT state, taken_by FROM request WHERE id = $1", of.id)
    assert row
    return tuple(row)


async def test_first_contact_takes_and_closes(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.FIRST_CONTACT)
    asked, visitor = await request(), Visitor(client)
    await visitor.open("/desk/requests")
    assert asked.number in visitor.page.text and "Zakupy" not in visitor.page.text
    await visitor.open(f"/desk/requests/{asked.id}")
    assert "600 700 802" in visitor.page.text and "&lt;b&gt;raz" in visitor.page.text
    await visitor.send("/taking")
    assert "Zajmujesz się tym zgłoszeniem." in visitor.page.text and await state(asked) == ("taken", me.id)
    await visitor.send("/closing")
    assert await state(asked) == ("closed", me.id)
    assert asked.number in await visitor.open("/desk/requests?state=closed")
    verbs = await database.fetchval(
        "SELECT array_agg(verb::text ORDER BY at) FROM audit_entry WHERE about = $1", f"request:{asked.id}"
    )
    assert verbs == ["request.open", "request.take", "request.open", "request.close"]


async def test_a_request_is_taken_by_one(client: httpx2.AsyncClient) -> None:
    other = await people.account(Role.FIRST_CONTACT)
    await people.signed_in(client, Role.FIRST_CONTACT)
    asked, visitor = await request(), Visitor(client)
    await visitor.open(f"/desk/requests/{asked.id}")
    await database.execute("UPDATE request SET state = 'taken', taken_by = $1", other.id)
    await visitor.send("/taking")
    assert visitor.page.status_code == 409 and "ktoś inny" in visitor.page.text
    assert await state(asked) == ("taken", other.id)


async def test_pressing_again_changes_nothing(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.COORDINATOR)
    asked, visitor = await request(), Visitor(client)
    await visitor.open(f"/desk/requests/{asked.id}")
    form = {"csrf": visitor.page.text.split('name="csrf" value="')[1].split('"')[0]}
    for end, expected in (("taking", "taken"), ("taking", "taken"), ("closing", "closed"), ("closing", "closed")):
        answer = await client.post(f"/desk/requests/{asked.id}/{end}", data=form)
        assert answer.status_code == 303 and await state(asked) == (expected, me.id)


async def test_an_absent_request_is_a_404(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get(f"/desk/requests/{uuid4()}")).status_code == 404
    assert (await client.get("/desk/requests/12")).status_code == 404


async def test_others_are_kept_out_at_the_door_and_behind_it(client: httpx2.AsyncClient) -> None:
    asked = await request()
    for role in sorted(set(Role) - {Role.FIRST_CONTACT, Role.COORDINATOR, Role.MACHINE, Role.ANYONE}):
        row = await people.signed_in(client, role)
        answer = await client.get(f"/desk/requests/{asked.id}")
        assert answer.status_code == 403 and "Osoba" not in answer.text, role
        with pytest.raises(Refused):
            await queries.request(people.actor(row), asked.id)
        client.cookies.clear()


async def test_a_long_list_goes_on_page_by_page(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    await database.execute(
        """INSERT INTO request (id, number, name, phone, email, area_slug, for_whom, text, language, state, created_at)
           SELECT gen_random_uuid(), 'Z-2026-' || lpad(n::text, 4, '0'), 'Osoba', '', '', '', 'me', 'x', 'pl', 'new',
                  now() - make_interval(mins => 500 - (n / 3)) FROM generate_series(1, $1) n""",
        PAGE * 2 + 10,
    )
    seen: list[str] = []
    visitor, address = Visitor(client), "/desk/requests"
    while address:
        text = await visitor.open(address)
        seen += [part.split("<")[0] for part in text.split('">Z-')[1:]]
        address = (
            text.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&") if "Następne" in text else ""
        )
    assert len(seen) == len(set(seen)) == PAGE * 2 + 10
