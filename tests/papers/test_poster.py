"""The poster of a group: in three languages on one sheet, with when and whom to call, never with its theme."""

from datetime import datetime, time

import httpx2
import pytest
from papers.printed import CANARY, csrf, flat, group, printed
from support import pdfs, people

from volunteer_hub.kit import clock, database
from volunteer_hub.papers import kept, poster
from volunteer_hub.papers.kept import Whose
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings


async def test_a_poster_says_when_and_whom_to_call_in_three_languages(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    of = await group()
    await people.series(of)
    document = await printed(client, f"/desk/initiatives/{of.id}/poster", language="uk")
    said = flat(document)
    assert said.count("17:00") == 3 and "W każdy wtorek" in said and "Every Tuesday" in said
    assert said.index("17:00") < said.index("W każdy wtorek"), "the chosen language stands first"
    assert CANARY not in said and "Spotkania przy herbacie" not in said
    assert "Promyk" not in said, "where a group meets, one asks"
    assert "/groups" in said and pdfs.tags(document)["Figure"] == 1
    assert pdfs.spoken(document)["language"] == "uk" and pdfs.pages(document) == 1
    assert "Promyk" in flat(await printed(client, f"/desk/initiatives/{of.id}/poster", place="yes"))


async def test_control_a_poster_is_read_to_its_last_word(client: httpx2.AsyncClient, db: str) -> None:
    """The same eye finds the same word where somebody typed it into the public name."""
    await people.signed_in(client)
    of = await group(name=f"Grupa {CANARY}")
    assert CANARY in flat(await printed(client, f"/desk/initiatives/{of.id}/poster"))


async def test_a_poster_of_what_is_not_public_leads_to_no_page(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    of = await group(public=False, meets="czwartki o 17")
    document = await printed(client, f"/desk/initiatives/{of.id}/poster")
    assert "/groups" not in flat(document) and pdfs.tags(document)["Figure"] == 0
    assert "Czwartki o 17" in flat(document), "the words the desk typed, where no series is planned"


TYPED = "Czwartki o 17"


async def test_words_typed_in_polish_stand_under_no_other_language(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    of = await group(meets=TYPED)
    for language in ("pl", "uk"):
        said = flat(await printed(client, f"/desk/initiatives/{of.id}/poster", language=language))
        assert said.count(TYPED) == 1 and "Najbliższe spotkanie" not in said
        assert "Call and ask" in said, "control: English is there"


async def test_the_next_meeting_is_said_in_the_languages_that_nobody_typed_words_in(
    client: httpx2.AsyncClient, db: str
) -> None:
    await people.signed_in(client)
    of, home = await group(meets=TYPED), await people.place(private=True, name="Mieszkanie pani Ireny")
    address = f"/desk/initiatives/{of.id}/poster"
    for starts, state in (((2030, 1, 1), "cancelled"), ((2030, 1, 9), "planned"), ((2030, 1, 3), "planned")):
        await people.meeting(of, starts=datetime(*starts, 17), state=state)
    await people.meeting(of, starts=datetime.combine(clock.today(people.ZONE), time(0)), hours=24)  # goes on now
    said = flat(await printed(client, address)).replace("\u2060", "")
    assert said.count(TYPED) == 1
    assert "Next meeting: Thursday 3 January 2030, 17:00–19:00" in said
    assert "Найближча зустріч: Четвер 3 січня 2030" in said or "Найближча зустріч: четвер 3 січня 2030" in said
    assert "Promyk" not in said and said.count("2030") == 2
    assert "Promyk" in flat(await printed(client, address, place="yes"))
    await database.execute("UPDATE initiative SET meets = '' WHERE id = $1", of.id)
    assert "Najbliższe spotkanie: czwartek 3 stycznia 2030, 17:00" in flat(await printed(client, address))
    await database.execute("UPDATE meeting SET place = $1", home.id)
    assert "Ireny" not in flat(await printed(client, address, place="yes"))


@pytest.mark.parametrize(("values", "status"), [({"kind": "circle"}, 404), ({"state": "finished"}, 410)])
async def test_no_poster(client: httpx2.AsyncClient, db: str, values: dict[str, str], status: int) -> None:
    await people.signed_in(client)
    of = await group(**values)
    answer = await client.post(f"/desk/initiatives/{of.id}/poster", data={"csrf": await csrf(client), "language": "pl"})
    assert answer.status_code == status
    assert await database.fetchval("SELECT count(*) FROM issued_paper") == 0


async def test_the_longest_name_still_fits_one_sheet(db: str, settings: Settings) -> None:
    me = people.actor(await people.account())
    name = (
        "Międzypokoleniowe spotkania przy herbacie dla mieszkanek i mieszkańców osiedla Południe, także dla opiekunów"
    )
    of = await group(name=name.ljust(120, "ż"))
    place = await people.place(name="Świetlica „Promyk” przy Szkole Podstawowej nr 23", address="ul. Księdza Skargi 12")
    await people.series(of, place=place.id)
    for language in ("pl", "uk"):
        made = await poster.issue(settings, me, of.id, language, place=True)
        document = await kept.document(settings, me, Whose(Kind.POSTER, of.id), made.id)
        assert pdfs.pages(document) == 1 and f"{made.number}/{made.year}" in pdfs.text(document)
