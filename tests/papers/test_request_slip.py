"""The slip of a request: its number and when we answer, nothing of what was asked."""

import httpx2
from papers.printed import CANARY, csrf, flat, printed
from support import people

from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role


async def asked(**values: object) -> Request:
    words = {"name": "Halina Skryta", "for_whom": "me", "text": CANARY, "language": "uk", "what": "shopping"}
    words |= {"number": "Z-2026-0007", "desk": Desk.FIRST_CONTACT, "desk_since": clock.now()}
    return await people.save(Request(**(words | values)))


async def test_a_slip_says_the_number_and_nothing_of_what_was_asked(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    row = await asked()
    address = f"/desk/requests/{row.id}/paper"
    assert '<option value="uk" selected' in (await client.get(address)).text, "the language they were asked in"
    said = flat(await printed(client, address, bring="dowód osobisty"))
    assert "Z-2026-0007" in said and "dowód osobisty" in said and "Odpowiemy najpóźniej" in said
    assert CANARY not in said and "Halina" not in said


async def test_words_that_are_too_long_are_kept_and_nothing_is_issued(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    address, words = f"/desk/requests/{(await asked()).id}/paper", "ż" * 201
    answer = await client.post(address, data={"csrf": await csrf(client), "language": "pl", "bring": words})
    assert answer.status_code == 422 and words in answer.text and "200" in answer.text
    assert await database.fetchval("SELECT count(*) FROM issued_paper") == 0


async def test_a_request_of_another_desk_has_no_slip_here(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    mine, other = await asked(), await asked(desk=Desk.SOCIAL_WORK, number="Z-2026-0008")
    assert (await client.get(f"/desk/requests/{mine.id}/paper")).status_code == 200, "control"
    assert (await client.get(f"/desk/requests/{other.id}/paper")).status_code == 404
