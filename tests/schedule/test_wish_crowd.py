"""Five hundred volunteers press "Zgłaszam się" for the last place in the same second, over HTTP."""

import asyncio
import time
from collections import Counter

import httpx2
from schedule.test_wishes import opening
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import Settings

CROWD = 500

async def crowd(settings: Settings) -> list[tuple[str, str]]:
    """CROWD volunteers who are signed in: the cookies of each and the mark of the form on their page."""
    found = []
    for _ in range(CROWD):
        account = await people.account(Role.VOLUNTEER)
        await people.volunteer(account=account.id, free=False)
        token, visit = secret.token(), secret.token()
        await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
        found.append((f"session={token}; visit={visit}", secret.sign(settings.key, "csrf", visit, token)))
    return found


async def test_of_five_hundred_over_http_exactly_one_has_it(server: str, own_address: Settings) -> None:
    at = await opening()
    people_there = await crowd(own_address)
    limits = httpx2.Limits(max_connections=CROWD)
    async with httpx2.AsyncClient(base_url=server, limits=limits, timeout=120) as browser:

        async def press(cookies: str, mark: str) -> tuple[int, bool, float]:
            began = time.perf_counter()
            answer = await browser.post(
                f"/opportunities/{at.id}/ask", data={"csrf": mark}, headers={"cookie": cookies}
            )
            return answer.status_code, "retry-after" in answer.headers, time.perf_counter() - began

        answers = await asyncio.gather(*(press(*one) for one in people_there))
    statuses = Counter(status for status, _, _ in answers)
    assert set(statuses) <= {303, 409, 503} and statuses[303] >= 1, statuses
    assert all(again for status, again, _ in answers if status == 503), "who was not served is told when to come back"
    assert await database.fetchval("SELECT taken FROM opening") == 1
    states = Counter(row["state"] for row in await database.fetch("SELECT state FROM assignment"))
    assert states["accepted"] == 1 and states.total() == statuses[303], (states, statuses)
    took = sorted(seconds for _, _, seconds in answers)
    print(f"{dict(statuses)}, p50 {took[CROWD // 2] * 1000:.0f} ms, p99 {took[CROWD * 99 // 100] * 1000:.0f} ms")
