"""What machines ask: alive, ready, how many. No answer holds anybody's data, and strangers get no figures."""

import httpx2
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub import app as application
from volunteer_hub import doctor
from volunteer_hub.kit import database
from volunteer_hub.settings import load


def from_elsewhere(app: Starlette) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=("203.0.113.9", 5000))
    return httpx2.AsyncClient(transport=transport, base_url="http://hub.test")


async def test_alive_and_ready(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/livez")).status_code == 200
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "schema": "ok", "worker_seconds_ago": None}


async def test_the_workers_age_is_told_but_keeps_nobody_from_serving(client: httpx2.AsyncClient) -> None:
    await database.execute("INSERT INTO worker_beat (worker, at) VALUES ('a', now() - interval '1 hour')")
    answer = await client.get("/readyz")
    assert answer.status_code == 200 and 3590 < answer.json()["worker_seconds_ago"] < 3700


async def test_a_schema_that_is_behind_is_not_ready(client: httpx2.AsyncClient) -> None:
    await database.execute("DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)")
    answer = await client.get("/readyz")
    assert answer.status_code == 503 and answer.json()["schema"] == "behind" and answer.headers["retry-after"]


async def test_figures_are_for_this_machine_or_with_the_token(db: str) -> None:
    settings = load({"HUB_MODE": "demo", "HUB_METRICS_TOKEN": "t" * 20})
    app = application.create(settings)
    await people.volunteer(phone="+48600999888")
    async with new_client(app) as here, from_elsewhere(app) as elsewhere:
        text = (await here.get("/metrics")).text
        assert 'hub_messages{state="planned"} 0' in text and "hub_requests_total" in text
        assert "600999888" not in text
        assert (await here.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})).status_code == 404
        assert (await elsewhere.get("/metrics")).status_code == 404
        for token in ("", "wrong", "ą"):
            bad = {"authorization": f"Bearer {token}".encode()}
            assert (await elsewhere.get("/metrics", headers=bad)).status_code == 404
        assert (await elsewhere.get("/metrics", headers={"authorization": "Bearer " + "t" * 20})).status_code == 200


async def test_the_doctor_names_a_provider_that_refuses_us(db: str) -> None:
    settings = load({"HUB_MODE": "demo"})
    assert not [line for line in await doctor.examine(settings) if line.startswith("MEND")]
    await database.execute(
        "INSERT INTO channel_pause (channel, until, reason) VALUES ('sms', now() + interval '1 minute', '20003'),"
        " ('email', now() - interval '1 minute', '535')"
    )
    found = [line for line in await doctor.examine(settings) if line.startswith("MEND")]
    assert found == ["MEND  the provider of sms refuses us: 20003"]
