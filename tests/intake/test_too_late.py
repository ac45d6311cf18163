"""What could not be told somebody in time stands on their card, until somebody has seen to it."""

import httpx2
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

PUT = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar_method,
                         reply_code, state, due_at, finished_at, attempt, deferred, checks, error, trace, created_at)
    SELECT gen_random_uuid(), $1 || state || days, $1, 'sms', $2, 'pl', 'regular_moved', '', 'b', '', '', '', state,
           now(), now() - days * interval '1 day', 0, 0, 0, '', '', now()
    FROM (VALUES ('expired', 1), ('expired', 31), ('cancelled', 1)) AS v (state, days)"""


async def test_what_came_too_late_stands_on_the_card_of_whom_it_was_for(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.COORDINATOR)
    who, other = await people.volunteer(), await people.volunteer()
    for one in (who, other):
        page = (await client.get(f"/desk/people/{one.id}")).text
        assert "Nie doszło na czas" not in page
    await database.execute(PUT, f"volunteer:{who.id}", who.phone)
    page = (await client.get(f"/desk/people/{who.id}")).text
    assert page.count("za późno") == 1, "neither what was called off nor what is long ago"
    assert "Nie doszło na czas" not in (await client.get(f"/desk/people/{other.id}")).text
    await database.execute("UPDATE message SET settled_by = $1", me.id)
    assert "Nie doszło na czas" not in (await client.get(f"/desk/people/{who.id}")).text


async def test_of_a_regular_task_too(town: str, app: Starlette) -> None:
    task = await database.fetchrow("SELECT id, volunteer FROM regular_task LIMIT 1")
    assert task
    await database.execute(PUT, f"regular:{task['id']}", "+48500100200")
    async with new_client(app) as client:
        await people.signed_in(client, Role.COORDINATOR)
        page = (await client.get(f"/desk/people/{task['volunteer']}")).text
    assert "Nie doszło na czas" in page and page.count("za późno") == 1
