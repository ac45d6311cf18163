"""The page that shows the smallest change: free people first, then moves that nobody makes without having said yes."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from matching import neighbours
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.mending import chains, moves
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Assignment, Meeting, Opening

DAY = clock.today(people.ZONE) + timedelta(days=3)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def task(name: str, hour: int, *, skills: tuple[str, ...] = (), **values: Any) -> tuple[Opening, Meeting]:
    role = {key: values.pop(key) for key in ("continuity",) if key in values}
    of = await people.initiative(name=name, **{key: values.pop(key) for key in ("kind",) if key in values})
    at = await people.meeting(of, starts=datetime.combine(DAY, time(hour)))
    asked = await people.role(of, name="Pomoc", skills=list(skills), **role)
    return await people.opening(at, asked, **({"least": 1, "most": 1} | values)), at


async def seated(who: Volunteer, to: Opening, at: Meeting, **values: Any) -> Assignment:
    await database.execute("UPDATE opening SET taken = taken + 1 WHERE id = $1", to.id)
    return await neighbours.commitment(who, to, at, **values)


class Chain:
    """Concert at 16 lacks somebody; Ola, the only one who can, is in the kitchen then, where Jan could be instead."""

    concert: Opening
    kitchen: Opening
    ola: Volunteer
    jan: Volunteer
    seat: Assignment

    @classmethod
    async def made(cls, **kitchen: Any) -> "Chain":
        chain = cls()
        chain.concert, _ = await task("Koncert", 16, skills=("music",))
        seat = {key: kitchen.pop(key) for key in ("regular", "named_until") if key in kitchen}
        chain.kitchen, at = await task("Kuchnia", 16, **kitchen)
        chain.ola = await people.volunteer(first_name="Ola", skills=["music"])
        chain.jan = await people.volunteer(first_name="Jan")
        chain.seat = await seated(chain.ola, chain.kitchen, at, **seat)
        return chain

    @property
    def people(self) -> tuple[Volunteer, Volunteer]:
        return self.ola, self.jan

    @property
    def url(self) -> str:
        return f"/desk/openings/{self.concert.id}/mend"


async def states() -> dict[tuple[str, str], str]:
    rows = await database.fetch(
        """SELECT v.first_name, i.name, s.state FROM assignment s JOIN volunteer v ON v.id = s.volunteer
           JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
           JOIN initiative i ON i.id = m.initiative"""
    )
    return {(row["first_name"], row["name"]): row["state"] for row in rows}


async def taken() -> dict[str, int]:
    rows = await database.fetch(
        """SELECT i.name, o.taken FROM opening o JOIN meeting m ON m.id = o.meeting
           JOIN initiative i ON i.id = m.initiative"""
    )
    return {row["name"]: row["taken"] for row in rows}


async def told(who: Volunteer) -> list[str]:
    """What leaves for somebody by SMS."""
    rows = await database.fetch(
        "SELECT template FROM message WHERE channel = 'sms' AND address = $1 AND state = 'planned' ORDER BY created_at",
        who.phone,
    )
    return [row["template"] for row in rows]


async def press(client: httpx2.AsyncClient, url: str, agreed: list[Volunteer], how: str = "phone") -> httpx2.Response:
    """What a browser sends after ticking these people on the page as it is now."""
    visitor = Visitor(client)
    form = next(f for f in forms(await visitor.open(url)) if f.action == url)
    data = {**form.values, "agreed": [str(who.id) for who in agreed], "press": how}
    return await client.post(url, data=data)


async def test_who_is_free_is_invited_and_nobody_is_moved(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    ewa = await people.volunteer(first_name="Ewa", skills=["music"])
    html = await Visitor(client).open(chain.url)
    said = words(html)
    assert "Wystarczy zaprosić: nikt nie zmienia zadania" in said and "Ewa Z." in said and "Ola" not in said
    assert f'action="/desk/openings/{chain.concert.id}/assignments"' in html and f"tel:{ewa.phone}" in html
    answer = await press(client, chain.url, [ewa])
    assert answer.status_code == 303
    assert (await states())["Ewa", "Koncert"] == "accepted" and (await taken())["Koncert"] == 1
    assert await told(ewa) == ["accepted"], "nobody is asked by SMS for what they said on the telephone"
    row = await database.fetchrow("SELECT rank, score FROM assignment WHERE volunteer = $1", ewa.id)
    assert tuple(row) == (1, 500)


async def test_a_chain_is_shown_in_words_and_made_at_once(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    said = words(await Visitor(client).open(chain.url))
    assert "Najmniejsza zmiana: 2 os" in said
    assert "Ola Z." in said and "Teraz: Kuchnia: Pomoc" in said and "Po zmianie: Koncert: Pomoc" in said
    assert said.index("Ola Z.") < said.index("Jan Z.") and "Po zmianie: Kuchnia: Pomoc" in said
    answer = await press(client, chain.url, [chain.ola, chain.jan])
    assert answer.status_code == 303 and answer.headers["location"] == f"/desk/openings/{chain.concert.id}"
    assert await states() == {
        ("Ola", "Kuchnia"): "withdrawn", ("Ola", "Koncert"): "accepted", ("Jan", "Kuchnia"): "accepted"
    }  # fmt: skip
    assert await taken() == {"Koncert": 1, "Kuchnia": 1}
    assert await told(chain.ola) == ["withdrawn", "accepted"] and await told(chain.jan) == ["accepted"]
    logged = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'matching.mend'")
    assert [row["about"] for row in logged] == [f"opening:{chain.concert.id}"]
    assert "Tu nic nie trzeba zmieniać" in await Visitor(client).open(chain.url)


@pytest.mark.parametrize("who", ["nobody", "ola", "jan"])
async def test_nobody_is_moved_without_a_yes(who: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    ticked = [] if who == "nobody" else [getattr(chain, who)]
    answer = await press(client, chain.url, ticked)
    assert answer.status_code == 422 and "Najpierw zapytaj każdą osobę" in answer.text
    assert answer.text.count(" checked") == len(ticked), "what was ticked stays"
    assert await states() == {("Ola", "Kuchnia"): "accepted"}
    assert not await told(chain.ola) and not await told(chain.jan)


async def test_what_changed_meanwhile_is_not_overrun(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    visitor = Visitor(client)
    form = next(f for f in forms(await visitor.open(chain.url)) if f.action == chain.url)
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", chain.jan.id)
    both = [str(chain.ola.id), str(chain.jan.id)]
    answer = await client.post(chain.url, data={**form.values, "agreed": both, "press": "phone"})
    assert answer.status_code == 409 and "Ktoś właśnie coś zmienił" in answer.text
    assert await states() == {("Ola", "Kuchnia"): "accepted"} and await taken() == {"Koncert": 0, "Kuchnia": 1}


async def test_a_change_is_made_whole_or_not_at_all(db: str) -> None:
    chain = await Chain.made()
    by = people.actor(await people.account())
    way = await chains.find(SYSTEM, chain.concert.id, urgent=False)
    assert way and [step.volunteer for step in way.steps] == [chain.ola.id, chain.jan.id]
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", chain.jan.id)
    with pytest.raises(Refused):
        await moves.carry_out(by, way.steps)
    assert await states() == {("Ola", "Kuchnia"): "accepted"} and await taken() == {"Koncert": 0, "Kuchnia": 1}
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    assert await database.fetchval("SELECT count(*) FROM refill") == 0
    await database.execute("UPDATE volunteer SET step = 'active' WHERE id = $1", chain.jan.id)
    await moves.carry_out(by, way.steps)
    with pytest.raises(Refused):
        await moves.carry_out(by, way.steps)
    assert await taken() == {"Koncert": 1, "Kuchnia": 1}


async def test_who_came_to_wait_for_the_place_meanwhile_has_it(db: str) -> None:
    chain = await Chain.made()
    way = await chains.find(SYSTEM, chain.concert.id, urgent=False)
    assert way
    values = {"state": "proposed", "waiting_since": clock.now(), "asked_at": clock.now()}
    await people.save(Assignment(opening=chain.kitchen.id, volunteer=(await people.volunteer()).id, **values))
    with pytest.raises(Refused):
        await moves.carry_out(people.actor(await people.account()), way.steps)
    assert await chains.find(SYSTEM, chain.concert.id, urgent=False) is None


async def test_the_free_one_is_asked_by_sms_and_until_their_yes_nobody_moves(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    assert (await press(client, chain.url, [], "sms")).status_code == 422, "Ola must know of it"
    answer = await press(client, chain.url, [chain.ola], "sms")
    assert answer.headers["location"] == f"/desk/openings/{chain.kitchen.id}"
    assert await told(chain.jan) == ["substitute_asked"]
    mail = await database.fetchval("SELECT body FROM message WHERE channel = 'email' AND address = $1", chain.jan.email)
    assert "jest potrzebny gdzie indziej" in mail
    assert (await states())["Ola", "Kuchnia"] == "accepted"
    asked = await database.fetchval("SELECT id FROM assignment WHERE volunteer = $1", chain.jan.id)
    await actions.answer(SYSTEM, asked, accept=True, channel="sms")
    assert (await states())["Ola", "Kuchnia"] == "withdrawn" and await taken() == {"Koncert": 0, "Kuchnia": 1}
    said = words(await Visitor(client).open(chain.url))
    assert "Wystarczy zaprosić" in said and "Ola Z." in said, "the next step is a plain invitation"


async def test_where_a_seat_is_free_too_the_sms_is_a_plain_invitation(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made(most=2)
    answer = await press(client, chain.url, [chain.ola], "sms")
    assert answer.status_code == 303 and await told(chain.jan) == ["invitation"]


async def test_an_urgent_place_is_filled_at_the_cost_of_one_that_can_wait(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", chain.jan.id)
    assert "Żadna mała zmiana nie pomoże" in await Visitor(client).open(chain.url)
    await database.execute("UPDATE opening SET urgent = true WHERE id = $1", chain.concert.id)
    said = words(await Visitor(client).open(chain.url))
    assert "Najmniejsza zmiana: 1 os" in said and "W zamian zabraknie osoby tutaj: Kuchnia" in said
    await database.execute("UPDATE opening SET urgent = true WHERE id = $1", chain.kitchen.id)
    assert "Żadna mała zmiana nie pomoże" in await Visitor(client).open(chain.url)


@pytest.mark.parametrize("kitchen", [{"kind": "group"}, {"kind": "circle"}, {"continuity": True},
                                     {"named_until": clock.now() + timedelta(hours=3)}])  # fmt: skip
async def test_nobody_is_taken_out_of_where_the_same_person_matters(kitchen: dict[str, Any], db: str) -> None:
    chain = await Chain.made(**kitchen)
    assert await chains.find(SYSTEM, chain.concert.id, urgent=True) is None


async def test_nobody_is_taken_out_of_a_theme_that_is_nobodys_business(db: str) -> None:
    chain = await Chain.made()
    assert await chains.find(SYSTEM, chain.concert.id, urgent=False)
    await database.execute(
        "UPDATE theme SET confidential = true WHERE id = (SELECT theme FROM initiative WHERE name = 'Kuchnia')"
    )
    assert await chains.find(SYSTEM, chain.concert.id, urgent=False) is None


async def test_who_said_no_is_not_asked_into_the_change(db: str) -> None:
    chain = await Chain.made()
    await people.save(Assignment(opening=chain.concert.id, volunteer=chain.jan.id, state="declined"))
    assert await chains.find(SYSTEM, chain.concert.id, urgent=False) is None


async def test_where_nothing_helps_the_page_says_what_is_in_the_way(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    opening, _ = await task("Koncert", 16, skills=("music",))
    await people.volunteer(first_name="Jan")
    said = words(await Visitor(client).open(f"/desk/openings/{opening.id}/mend"))
    assert "Żadna mała zmiana nie pomoże" in said and "Brakuje umiejętności: muzyka." in said
    assert "Możesz zaprosić mimo to : Jan Z." in said and "Przenieś termin" in said


@pytest.mark.parametrize("change", ["UPDATE meeting SET state = 'cancelled'", "UPDATE opening SET least = 0",
                                    "UPDATE meeting SET starts_at = now() - interval '1 hour'"])  # fmt: skip
async def test_where_nobody_is_missing_nothing_is_changed(change: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    await database.execute(change)
    assert "Tu nic nie trzeba zmieniać" in await Visitor(client).open(chain.url)


@pytest.mark.parametrize("data", [{}, {"move": ["x"]}, {"move": [str(uuid4())] * 9}, {"move": [str(uuid4())]}])
async def test_a_change_that_was_never_shown_is_refused(data: dict[str, Any], client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    csrf = forms(await Visitor(client).open(chain.url))[0].values["csrf"]
    answer = await client.post(chain.url, data={"csrf": csrf, "agreed": [], **data})
    assert answer.status_code == 409 and "Zobacz nową propozycję" in answer.text
    assert await states() == {("Ola", "Kuchnia"): "accepted"}


async def test_the_page_is_for_coordinators(client: httpx2.AsyncClient) -> None:
    chain = await Chain.made()
    await people.signed_in(client, Role.FACILITATOR)
    assert (await client.get(chain.url)).status_code == 403
    await people.signed_in(client)
    assert (await client.get(f"/desk/openings/{uuid4()}/mend")).status_code == 404
    with pytest.raises(Refused):
        await moves.carry_out(people.actor(await people.account(Role.VOLUNTEER)), [])


async def test_the_days_queue_leads_to_it(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    chain = await Chain.made()
    meeting = await Meeting.objects().get(Meeting.id == chain.concert.meeting)
    starts = clock.now() + timedelta(hours=20)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    await Meeting.update(times).where(Meeting.id == meeting.id)
    assert f'href="{chain.url}"' in await Visitor(client).open("/desk")
