"""Sixty people press "Przyjmuję" for the last place at the same moment, over HTTP: one has it, the others are told."""

import asyncio
import re
from collections import Counter
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.schedule import actions, seats

CROWD = 60


async def invited() -> list[tuple[UUID, str]]:
    """CROWD volunteers invited to one place, each with the cookies of somebody who is signed in."""
    opening, found = await people.opening(most=1), []
    for _ in range(CROWD):
        account = await people.account(Role.VOLUNTEER)
        who = await people.volunteer(account=account.id)
        token = secret.token()
        await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
        found.append((await actions.invite(SYSTEM, opening.id, who.id), f"session={token}"))
    return found


async def all_at_once(server: str) -> Counter[int]:
    """The statuses of CROWD presses that were sent together, each from a browser of its own."""
    limits = httpx2.Limits(max_connections=CROWD)
    async with httpx2.AsyncClient(base_url=server, timeout=60, limits=limits) as client:

        async def page(cookies: str) -> tuple[str, str]:
            answer = await client.get("/me", headers={"cookie": cookies})
            mark = re.search(r'name="csrf" value="([^"]+)"', answer.text)
            visit = re.search(r"visit=([^;]+)", answer.headers.get("set-cookie", ""))
            assert mark and visit, answer.status_code
            return mark[1], f"{cookies}; visit={visit[1]}"

        asked = await invited()
        ready = [(id, *await page(cookies)) for id, cookies in asked]
        client.cookies.clear()

        async def press(id: UUID, mark: str, cookies: str) -> int:
            given = {"csrf": mark, "answer": "yes"}
            answer = await client.post(f"/me/assignments/{id}/answer", data=given, headers={"cookie": cookies})
            assert answer.status_code != 503 or "retry-after" in answer.headers
            return answer.status_code

        return Counter(await asyncio.gather(*(press(*one) for one in ready)))


async def test_exactly_one_has_the_last_place(server: str) -> None:
    statuses = await all_at_once(server)
    assert statuses[303] == 1 and set(statuses) <= {303, 409, 503} and statuses[409] >= CROWD // 2, statuses
    assert await database.fetchval("SELECT taken FROM opening") == 1
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'") == 1


async def test_control_without_the_condition_the_place_is_sold_again_and_again(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.execute("ALTER TABLE opening DROP CONSTRAINT opening_seats")
    unconditional = (
        "UPDATE opening SET taken = taken + 1 WHERE id = $1 AND $2::uuid IS NOT NULL AND $3::bool IS NOT NULL"
    )
    monkeypatch.setattr(seats, "TAKE", unconditional)
    statuses = await all_at_once(server)
    assert statuses[303] > 1 and await database.fetchval("SELECT taken FROM opening") == statuses[303]
