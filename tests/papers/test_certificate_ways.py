"""Where somebody who needs a certificate looks for it, and what the desk must know before it issues one."""

import httpx2
from support import papers, people

from volunteer_hub.kit.actor import Role

DAYS = "?first_day=1.01.2026&last_day=20.11.2026&language=pl"


async def test_the_desk_sees_hours_that_the_certificate_would_leave_out(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    who, of = await people.volunteer(), await people.initiative()
    await papers.hours(who, of)
    address, waits = f"/desk/people/{who.id}/papers/certificate{DAYS}", '<a class="touch" href="/desk/hours">'
    assert waits not in (await client.get(address)).text, "control: nothing waits"
    await papers.hours(who, of, state="reported")
    await papers.hours(await people.volunteer(), of, state="reported")
    assert f"{waits}Godziny do zatwierdzenia</a>: 2\u00a0h" in (await client.get(address)).text


async def test_it_is_asked_for_from_the_hours(client: httpx2.AsyncClient, db: str) -> None:
    account = await people.signed_in(client, Role.VOLUNTEER)
    await people.volunteer(account=account.id)
    assert 'href="/me/papers">Poproś o zaświadczenie</a>' in (await client.get("/me/hours")).text


async def test_whoever_holds_a_paper_finds_where_to_check_it(client: httpx2.AsyncClient, db: str) -> None:
    assert 'href="/verify">Sprawdź dokument</a>' in (await client.get("/")).text
