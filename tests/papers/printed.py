"""A paper as its form issues it, read to its last word; and a group with a theme that no paper may tell."""

import re

import httpx2
from support import pdfs, people

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.schedule.tables import Assignment, Meeting

LETTERS = "ąćęłńóśźż ґєії"
CANARY = "Współuzależnienie"


async def csrf(client: httpx2.AsyncClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/help")).text)
    assert found
    return found[1]


async def printed(client: httpx2.AsyncClient, address: str, **words: str) -> bytes:
    """The paper that the form at `address` issues, opened from the list of what was issued."""
    made = await client.post(address, data={"csrf": await csrf(client), "language": "pl", **words})
    assert made.status_code == 303, made.text
    page = await client.get(made.headers["location"])
    opened = await client.get(re.search(rf'href="({address}\?kept=[^"]+)"', page.text)[1])
    assert (opened.status_code, opened.headers["content-type"]) == (200, "application/pdf")
    assert opened.headers["cache-control"] == "no-store"
    return opened.content


def flat(document: bytes) -> str:
    return " ".join(pdfs.text(document).split())


async def group(leads: Account | None = None, **values: object) -> Initiative:
    """A group with a theme that no paper may tell, which meets on Tuesdays."""
    theme = await people.theme(name_pl=CANARY, name_en=CANARY, name_uk=CANARY, confidential=True)
    given = {"name": "Grupa Wtorek", "kind": "group", "theme": theme.id, "about": "Spotkania przy herbacie", **values}
    of = await people.initiative(**given)
    if leads:
        await people.facilitator(of, leads)
    return of


async def gathered(of: Initiative) -> Meeting:
    """A meeting with a volunteer on its roster, whose role names the theme, and somebody who belongs."""
    at = await people.meeting(of)
    seat = await people.opening(at, await people.role(of, name=f"Wspiera: {CANARY}"), taken=1)
    who = await people.volunteer(first_name="Łucja", last_name="Gżegżółka")
    await people.save(Assignment(opening=seat.id, volunteer=who.id, state="accepted"))
    await people.member(of, await people.participant(alias="Jaskółka ґєії"))
    return at
