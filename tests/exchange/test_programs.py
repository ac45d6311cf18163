"""The administrator's page of other programs: tokens and webhooks are made, shown once, tried, stopped and ended."""

import re
from typing import Any

import httpx2
import pytest
from support import people

from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role

PROGRAMS = "/desk/settings/programs"


async def post(client: httpx2.AsyncClient, path: str, **data: Any) -> httpx2.Response:
    page = await client.get(PROGRAMS)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert csrf
    return await client.post(path, data={"csrf": csrf[1], **data})


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    await people.sign_in(client, await people.account(Role.ADMINISTRATOR))
    return client


async def new_webhook(desk: httpx2.AsyncClient, url: str = "http://127.0.0.1:9/in") -> str:
    made = await post(desk, f"{PROGRAMS}/webhooks", webhook_name="Miasto", url=url, kinds=["group", "service"])
    assert made.status_code == 200, made.text
    secret = re.search(r'value="(whsec_[^"]+)"', made.text)
    assert secret
    page = f"{PROGRAMS}/webhooks/{await database.fetchval('SELECT id FROM webhook')}"
    assert secret[1] not in (await desk.get(page)).text
    return page


async def test_a_token_is_shown_once_works_and_is_ended(desk: httpx2.AsyncClient) -> None:
    day = clock.today(people.ZONE).replace(day=1)
    ends = day.replace(year=day.year + 1).isoformat()
    made = await post(desk, f"{PROGRAMS}/tokens", name="Strona miasta", scopes=["groups"], ends_on=ends)
    token = re.search(r'value="(vhub_[^"]+)"', made.text)
    assert token and made.headers["cache-control"] == "no-store"
    groups = {"url": "/api/v1/groups", "headers": {"authorization": f"Bearer {token[1]}"}}
    assert (await desk.get(**groups)).status_code == 200
    page = (await desk.get(PROGRAMS)).text
    assert "Strona miasta" in page and token[1] not in page
    id = await database.fetchval("SELECT id FROM api_token")
    assert (await post(desk, f"{PROGRAMS}/tokens/{id}/ending")).status_code == 303
    assert (await desk.get(**groups)).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"ends_on": "2020-01-01"}, {"ends_on": "2090-01-01"},
     {"ends_on": "jutro"}],
)  # fmt: skip
async def test_a_token_that_makes_no_sense_is_not_made(desk: httpx2.AsyncClient, wrong: dict[str, Any]) -> None:
    typed = {"name": "Miasto", "scopes": ["groups"], "ends_on": clock.today(people.ZONE).isoformat()} | wrong
    answer = await post(desk, f"{PROGRAMS}/tokens", **typed)
    assert answer.status_code == 422 and "To, co już wpisane, zostało." in answer.text
    assert await database.fetchval("SELECT count(*) FROM api_token") == 0


@pytest.mark.parametrize("url", ["", "example.org", "http://example.org/", "https://10.0.0.1/", "https://a b.pl/"])
async def test_a_webhook_stands_only_where_it_may(desk: httpx2.AsyncClient, url: str) -> None:
    answer = await post(desk, f"{PROGRAMS}/webhooks", webhook_name="Miasto", url=url, kinds=["group"])
    assert answer.status_code == 422 and "f-url-error" in answer.text and "f-webhook_name-error" not in answer.text
    assert await database.fetchval("SELECT count(*) FROM webhook") == 0


async def test_a_webhook_is_tried_stopped_started_given_a_new_secret_and_ended(desk: httpx2.AsyncClient) -> None:
    page = await new_webhook(desk)
    assert (await post(desk, f"{page}/trial")).status_code == 303
    assert "trial" in (await desk.get(page)).text
    assert (await post(desk, f"{page}/stop")).status_code == 303
    assert (await post(desk, f"{page}/trial")).status_code == 409
    stopped = (await desk.get(page)).text
    assert "zatrzymany" in stopped and "odwołane" in stopped
    assert (await post(desk, f"{page}/start")).status_code == 303
    turned = await post(desk, f"{page}/secret")
    assert "whsec_" in turned.text and "Dawny sekret podpisuje do" in turned.text
    assert (await post(desk, f"{page}/ending")).status_code == 303
    for gone in ("trial", "stop", "start", "secret", "ending"):
        assert (await post(desk, f"{page}/{gone}")).status_code == 409, gone
    verbs = [row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry WHERE verb LIKE 'webhook%'")]
    assert sorted(verbs) == sorted(f"webhook.{one}" for one in ("make", "try", "stop", "start", "secret", "end"))


async def test_what_could_not_be_delivered_is_shown_with_its_reason(desk: httpx2.AsyncClient) -> None:
    page = await new_webhook(desk)
    await post(desk, f"{page}/trial")
    await database.execute("UPDATE message SET state = 'parked', error = '503', attempt = 9, finished_at = now()")
    shown = (await desk.get(page)).text
    assert "niedoręczone" in shown and "odpowiedź 503" in shown
    assert "niedoręczone: 1" in (await desk.get(PROGRAMS)).text
    delivery = await database.fetchval("SELECT id FROM message")
    assert (await post(desk, f"{page}/deliveries/{delivery}/again")).status_code == 303
    assert await database.fetchval("SELECT state FROM message") == "planned"


async def test_no_desk_takes_a_hook_for_a_message_to_a_person(client: httpx2.AsyncClient) -> None:
    administrator = people.actor(await people.account(Role.ADMINISTRATOR))
    settings = client._transport.app.state.settings  # type: ignore[attr-defined]
    id, _ = await webhooks.make(administrator, settings, "Miasto", "http://127.0.0.1:9/in", [])
    await webhooks.attempt(administrator, settings, id)
    await people.sign_in(client, await people.account(Role.COORDINATOR))
    hook = await database.fetchval("SELECT id FROM message")
    for state in ("planned", "unknown", "parked", "undelivered"):
        await database.execute("UPDATE message SET state = $1, finished_at = now()", state)
        for path in ("/desk", "/desk/messages", "/desk/messages/today", "/desk/messages/costs"):
            answer = await client.get(path, follow_redirects=True)
            assert answer.status_code == 200 and str(hook) not in answer.text and str(id) not in answer.text, path
        assert (await client.get(f"/desk/messages/{hook}")).status_code == 404
