"""Webhooks: what public things come, change and go is told signed, at least once, to who asked and nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from exchange import openly
from exchange.hub import Hub, listening
from starlette.responses import RedirectResponse, Response
from support import people

from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings

CANARY = "ZŁOTYKANAREK"


@pytest.fixture
async def hub(db: str, settings: Settings) -> AsyncIterator[Hub]:
    async with listening(settings) as one:
        yield one


async def test_what_comes_changes_and_goes_is_told_signed_and_thin(hub: Hub) -> None:
    before = await openly.resource(name="Był wcześniej")
    _, secret = await hub.hears()
    assert await hub.looks() == 0  # what was there before is known
    new = await openly.resource(name="Klub seniora")
    group = await people.initiative(kind="group", name="Czwartkowa", public=True)
    assert await hub.looks() == 2
    await database.execute("UPDATE resource SET name = 'Klub' WHERE id = $1", new.id)
    await database.execute("UPDATE resource SET public = false WHERE id = $1", before.id)
    assert await hub.looks() == 2 and await hub.looks() == 0
    await hub.sends()
    told = {(one.told["type"], one.told["data"]["id"]) for one in hub.receiver.got}
    assert told == {
        ("service.created", str(new.id)), ("group.created", str(group.id)),
        ("service.changed", str(new.id)), ("service.removed", str(before.id)),
    }  # fmt: skip
    for one in hub.receiver.got:
        assert one.signed_with(secret) and not one.signed_with("whsec_" + "A" * 43 + "=")
        assert set(one.told) == {"type", "timestamp", "data"} and set(one.told["data"]) == {"id", "url"}
        assert one.told["data"]["url"].startswith("http://hub.test/api/v1/")
    assert {row["state"] for row in await hub.rows()} == {"delivered"}
    assert len({one.id for one in hub.receiver.got}) == 4


async def test_an_opportunity_changes_when_its_answer_does_and_goes_when_it_is_full(hub: Hub) -> None:
    await hub.hears(Kind.OPPORTUNITY)
    opening = await people.opening(most=2)
    await hub.looks()
    for taken in (1, 2):
        await database.execute("UPDATE opening SET taken = $2 WHERE id = $1", opening.id, taken)
        await hub.looks()
    await hub.sends()
    assert sorted(hub.receiver.types) == ["opportunity.changed", "opportunity.created", "opportunity.removed"]


async def planted() -> list[UUID]:
    """What must not be told of, each for one reason."""
    hidden = await people.theme(slug="przemoc", name_pl=CANARY, confidential=True)
    home = await people.place(private=True, name=CANARY)
    reasons: list[dict[str, Any]] = [{"public": False}, {"consent_on": None, "public": False}, {"place": home.id},
                                     {"theme": hidden.id}]  # fmt: skip
    rows: list[Any] = [await openly.resource(name=CANARY, **reason) for reason in reasons]
    groups = ({"kind": "circle"}, {"kind": "group", "public": False}, {"kind": "group", "state": "finished"})
    rows += [await people.initiative(name=CANARY, **values) for values in groups]
    for values in ({"kind": "circle"}, {"public": False}, {"theme": hidden.id}):
        of = await people.initiative(name=CANARY, **values)
        rows.append(await people.opening(await people.meeting(of), await people.role(of)))
    return [row.id for row in rows]


async def test_nothing_confidential_is_told_of(hub: Hub) -> None:
    await hub.hears()
    ids = await planted()
    assert await hub.looks() == 0
    await database.execute("UPDATE resource SET about = 'inaczej'")
    await database.execute("UPDATE opening SET taken = 1")
    assert await hub.looks() == 0
    kept = await database.fetchval("SELECT count(*) FROM public_mark WHERE subject = ANY($1)", ids)
    assert kept == 0 and await hub.rows() == []


async def test_control_what_becomes_public_is_told_of(hub: Hub) -> None:
    await hub.hears()
    ids = await planted()
    await hub.looks()
    await database.execute("UPDATE resource SET public = true, consent_on = '2026-01-02', consent_by = 'Prezes'")
    await database.execute("UPDATE place SET private = false")
    await database.execute("UPDATE theme SET confidential = false")
    await database.execute("UPDATE initiative SET public = true, state = 'running', kind = 'long_term'")
    await hub.looks()
    await hub.sends()
    told = {one.told["data"]["id"] for one in hub.receiver.got}
    assert told >= {str(id) for id in ids[:4]} and told >= {str(id) for id in ids[-3:]}
    assert CANARY not in b"".join(one.body for one in hub.receiver.got).decode()


async def test_a_webhook_hears_of_its_kinds_alone_and_stopped_of_nothing(hub: Hub) -> None:
    id, _ = await hub.hears(Kind.GROUP)
    await openly.resource()
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 1
    await webhooks.stop(hub.actor, id)
    await hub.sends()
    assert hub.receiver.got == [] and [row["state"] for row in await hub.rows()] == ["cancelled"]
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 0
    await webhooks.start(hub.actor, hub.settings, id)
    assert await hub.looks() == 0  # what came meanwhile is known
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 1
    await hub.sends()
    assert hub.receiver.types == ["group.created"]


async def test_a_failure_is_tried_again_under_the_same_id_until_it_is_taken(hub: Hub) -> None:
    id, secret = await hub.hears()
    hub.receiver.says.extend([Response(status_code=500), RedirectResponse("/elsewhere"), Response(status_code=404)])
    await webhooks.attempt(hub.actor, hub.settings, id)
    for n in range(4):
        await hub.sends()
        assert len(hub.receiver.got) == n + 1
        await hub.sends()  # not before its time
        assert len(hub.receiver.got) == n + 1
        await hub.passes(timedelta(hours=1))
    assert len({one.id for one in hub.receiver.got}) == 1 and all(one.signed_with(secret) for one in hub.receiver.got)
    (row,) = await hub.rows()
    assert (row["state"], row["attempt"], row["error"]) == ("delivered", 4, "")


async def test_after_a_day_it_is_given_up_and_an_administrator_lets_it_go_again(hub: Hub) -> None:
    id, _ = await hub.hears()
    await webhooks.attempt(hub.actor, hub.settings, id)
    hub.receiver.says.extend([Response(status_code=503)] * 20)
    for _ in range(20):
        await hub.sends()
        await hub.passes(timedelta(hours=5))
    (row,) = await hub.rows()
    assert row["state"] == "parked" and 5 <= len(hub.receiver.got) <= 7
    line = await webhooks.one(hub.actor, id)
    assert line.standing.parked == 1
    hub.receiver.says.clear()
    await webhooks.again(hub.actor, id, row["id"])
    await hub.sends()
    assert (await hub.rows())[0]["state"] == "delivered" and hub.receiver.got[-1].id == str(row["id"])
    with pytest.raises(Refused):
        await webhooks.again(hub.actor, id, row["id"])


async def test_410_ends_it_and_calls_off_the_rest(hub: Hub) -> None:
    id, _ = await hub.hears()
    hub.receiver.says.append(Response(status_code=410))
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    await openly.resource()
    await hub.looks()
    line = await webhooks.one(hub.actor, id)
    assert line.ended_at and line.ended_why == "by-them"
    await hub.sends()
    assert len(hub.receiver.got) == 1
    with pytest.raises(Refused):
        await webhooks.attempt(hub.actor, hub.settings, id)


async def test_a_new_secret_signs_beside_the_former_for_a_day(hub: Hub) -> None:
    id, former = await hub.hears()
    secret = await webhooks.turn(hub.actor, hub.settings, id)
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    assert hub.receiver.got[0].signed_with(secret) and hub.receiver.got[0].signed_with(former)
    await database.execute("UPDATE webhook SET former_until = now()")
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    assert hub.receiver.got[1].signed_with(secret) and not hub.receiver.got[1].signed_with(former)
    kept = await database.fetchrow("SELECT secret_sealed, former_sealed FROM webhook")
    assert not any(text.encode() in bytes(each) for text in (secret, former) for each in kept)


async def test_a_receiver_that_does_not_answer_keeps_nobody_waiting(hub: Hub) -> None:
    slow, _ = await webhooks.make(hub.actor, hub.settings, "Nikt", "http://127.0.0.1:9/in", list(Kind))
    quick, _ = await hub.hears()
    for _ in range(30):
        await webhooks.attempt(hub.actor, hub.settings, slow)
    await webhooks.attempt(hub.actor, hub.settings, quick)
    await hub.sends()
    assert hub.receiver.types == ["trial"]
    errors = [row["error"] for row in await hub.rows() if row["error"]]
    assert len(errors) == 30 and errors.count("rests") > 15
