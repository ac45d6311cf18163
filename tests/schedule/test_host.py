"""A host's link: the meetings at its place, how many come, first names, who was there; and nothing else."""

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.atlas.tables import Resource
from volunteer_hub.initiatives.tables import Initiative, Partner
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.hosts import links as host
from volunteer_hub.schedule.hours import actions as hours
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.tables import Assignment, Booking, Meeting
from volunteer_hub.settings import Settings


def at(hours: float) -> datetime:
    """A wall time so many hours from now."""
    return clock.wall(clock.now() + timedelta(hours=hours), people.ZONE).replace(microsecond=0)


async def library(**values: Any) -> Resource:
    """A library that is a partner of nothing yet."""
    return await people.resource(**({"name": "Biblioteka na Zazamczu", "email": "biblioteka@example.org"} | values))


async def at_theirs(of: Resource, hours: float = 30, **values: Any) -> tuple[Initiative, Meeting]:
    initiative = await people.initiative(**({"name": "Czytanie bajek"} | values))
    await people.save(Partner(initiative=initiative.id, resource=of.id, name=of.name))
    return initiative, await people.meeting(initiative, starts=at(hours), place=of.place)


async def coming(meeting: Meeting, initiative: Initiative, **values: Any) -> tuple[Volunteer, Assignment]:
    """Somebody who said yes, by their first name and surname."""
    who = await people.volunteer(**({"first_name": "Anna", "last_name": "Wierzbicka"} | values))
    asked = await people.role(initiative, name="Czyta dzieciom")
    opening = await people.opening(meeting, asked, least=2, most=3, taken=1)
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    times: dict[str, Any] = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "accepted": True}
    await people.save(Booking(assignment=row.id, meeting=meeting.id, volunteer=who.id, **times))
    return who, row


async def linked(settings: Settings, of: Resource) -> str:
    return await host.make(settings, people.actor(await people.account()), of.id)


async def state(assignment: UUID) -> str:
    return await database.fetchval("SELECT state FROM assignment WHERE id = $1", assignment)


async def test_the_desk_makes_it_shows_it_once_and_sends_it(client: httpx2.AsyncClient) -> None:
    of = await library()
    await people.signed_in(client)
    visitor = Visitor(client)
    assert f"/desk/resources/{of.id}/host" in await visitor.open(f"/desk/resources/{of.id}")
    assert "Teraz żaden link nie działa" in await visitor.open(f"/desk/resources/{of.id}/host")
    text = await visitor.send(f"/desk/resources/{of.id}/host")
    found = re.search(r"http://[^/\s]+(/host/[\w-]{22,})", text)
    assert found and visitor.page.headers["cache-control"] == "no-store"
    mail = await database.fetchrow("SELECT address, body FROM message WHERE template = 'host_link'")
    assert mail["address"] == "biblioteka@example.org" and found[1] in mail["body"]
    assert found[1] not in await visitor.open(f"/desk/resources/{of.id}/host")
    token = found[1].rpartition("/")[2]
    assert await database.fetchval("SELECT token_hash FROM host_link") == secret.fingerprint(token)
    assert (await client.get(found[1])).status_code == 200
    await visitor.send("/host")
    assert (await client.get(found[1])).status_code == 404, "a new one ends the one before"
    await visitor.open(f"/desk/resources/{of.id}/host")
    await visitor.send("/host/ending")
    assert await database.fetchval("SELECT count(*) FROM host_link") == 0
    verbs = [row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry WHERE about LIKE 'resource:%'")]
    assert sorted(verbs) == ["host.end", "host.link", "host.link"]


async def test_it_sees_when_how_many_and_first_names(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of)
    await coming(meeting, initiative, email="anna@example.org", phone="+48600111222", about="lubi koty")
    answer = await client.get(await linked(settings, of))
    text = answer.text
    for words in ("Biblioteka na Zazamczu", "Czytanie bajek", "Anna W.", "przyjdzie 1 osoba", "szukamy jeszcze 1"):
        assert words in text, words
    for secret_word in ("Wierzbicka", "anna@example", "600111222", "600 111 222", "koty", "osoba była"):
        assert secret_word not in text, secret_word
    assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"


CANARY = "Kanarkowa"


async def hidden(of: Resource, what: str) -> None:
    """A meeting that this host must not know of."""
    values: dict[str, Any] = {"name": CANARY}
    if what in ("group", "circle"):
        values["kind"] = what
    if what == "theme":
        values["theme"] = (await people.theme(confidential=True)).id
    if what == "idea":
        values["state"] = "idea"
    late = {"in five weeks": 24 * 36, "long over": -24 * 9}
    initiative, meeting = await at_theirs(of, late.get(what, 30), **values)
    if what == "elsewhere":
        await database.execute("UPDATE meeting SET place = $2 WHERE id = $1", meeting.id, (await people.place()).id)
    if what == "no partner":
        await database.execute("DELETE FROM partner WHERE initiative = $1", initiative.id)
    if what == "cancelled":
        await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", meeting.id)
    await coming(meeting, initiative, first_name=CANARY)


HIDDEN = ["group", "circle", "theme", "idea", "in five weeks", "long over", "elsewhere", "no partner", "cancelled"]


@pytest.mark.parametrize("what", HIDDEN)
async def test_what_it_must_not_know_it_does_not_see(client: httpx2.AsyncClient, settings: Settings, what: str) -> None:
    of = await library()
    await hidden(of, what)
    path = await linked(settings, of)
    answer = await client.get(path)
    assert answer.status_code == 200 and CANARY not in answer.text
    assignment = await database.fetchval("SELECT id FROM assignment")
    csrf = (await post_page(client)).values["csrf"]
    form = {"csrf": csrf, "answer": "yes"}
    assert (await client.post(f"{path}/people/{assignment}", data=form)).status_code == 404
    assert await state(assignment) == "accepted"


async def test_control_what_it_may_know_stands_there(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    await hidden(of, "nothing")
    assert (await client.get(await linked(settings, of))).text.count(CANARY) == 2


async def post_page(client: httpx2.AsyncClient) -> Any:
    """Any form of ours: its token belongs to this browser."""
    return forms((await client.get("/help")).text)[0]


async def test_who_asked_us_to_leave_their_data_alone_has_no_name_there(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of)
    who, _ = await coming(meeting, initiative)
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", who.id)
    text = (await client.get(await linked(settings, of))).text
    assert "Anna" not in text and "przyjdzie 1 osoba" in text


async def test_afterwards_it_says_who_was_there_and_hours_wait(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of, hours=-3)
    _, came = await coming(meeting, initiative)
    _, missed = await coming(meeting, initiative, first_name="Olga")
    visitor = Visitor(client)
    await visitor.open(await linked(settings, of))
    await visitor.send(f"/people/{came.id}", {"answer": "yes"}, words="Świetnie czytała")
    assert "Dziękujemy, zapisane." in visitor.page.text and "Obecność zapisana" in visitor.page.text
    assert visitor.page.history[0].headers["referrer-policy"] == "no-referrer"
    await visitor.send(f"/people/{missed.id}", {"answer": "no"}, words="Dzwoniła, że chora")
    assert (await state(came.id), await state(missed.id)) == ("done", "missed")
    row = await database.fetchrow("SELECT * FROM assignment WHERE id = $1", missed.id)
    assert (row["missed_reason"], row["missed_words"]) == ("no_word", "Dzwoniła, że chora")
    worked = await database.fetchrow("SELECT * FROM hours_worked")
    assert (worked["assignment"], worked["minutes"], worked["state"]) == (came.id, 120, "reported")
    assert worked["reported_by"] is None and worked["decided_by"] is None and worked["words"] == "Świetnie czytała"
    channels = await database.fetch("SELECT channel, by FROM assignment_change WHERE became IN ('done', 'missed')")
    assert {(row["channel"], row["by"]) for row in channels} == {("host", None)}
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'host.note'") == 2
    await hours.approve(people.actor(await people.account()), worked["id"], 110)
    assert await database.fetchval("SELECT state FROM hours_worked") == "approved"


async def test_it_says_so_once_and_not_over_our_own_word(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of, hours=-3)
    _, one = await coming(meeting, initiative)
    path = await linked(settings, of)
    token = path.rpartition("/")[2]
    await host.note(token, one.id, came=True, words="")
    visitor = Visitor(client)
    csrf = (await post_page(client)).values["csrf"]
    answer = await client.post(f"{path}/people/{one.id}", data={"csrf": csrf, "answer": "no"})
    assert visitor and answer.status_code == 409 and await state(one.id) == "done"


async def pressed_at_once(settings: Settings, times: int = 6) -> list[str]:
    """What becomes of several presses for one person at the same moment."""
    of = await library()
    initiative, meeting = await at_theirs(of, hours=-3)
    _, one = await coming(meeting, initiative)
    token = (await linked(settings, of)).rpartition("/")[2]
    presses = [host.note(token, one.id, came=n % 2 == 0, words="") for n in range(times)]
    answers = await asyncio.gather(*presses, return_exceptions=True)
    return sorted("taken" if answer is None else type(answer).__name__ for answer in answers)


async def test_of_presses_at_once_one_counts(db: str, settings: Settings) -> None:
    assert await pressed_at_once(settings) == ["Refused"] * 5 + ["taken"]
    assert await database.fetchval("SELECT count(*) FROM assignment_change WHERE channel = 'host'") == 1


async def test_control_without_the_lock_several_count(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheld(_: Any, assignment: UUID) -> seats.Held:
        row = await database.fetchrow(
            """SELECT s.id, s.opening, o.meeting, s.volunteer, s.state FROM assignment s
               JOIN opening o ON o.id = s.opening WHERE s.id = $1""",
            assignment,
        )
        await asyncio.sleep(0.2)
        return seats.Held(*row[:4], AssignmentState(row["state"]))

    monkeypatch.setattr(seats, "held", unheld)
    assert (await pressed_at_once(settings)).count("taken") > 1


async def test_a_meeting_that_has_not_begun_cannot_be_noted(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of, hours=2)
    _, one = await coming(meeting, initiative)
    path = await linked(settings, of)
    csrf = (await post_page(client)).values["csrf"]
    answer = await client.post(f"{path}/people/{one.id}", data={"csrf": csrf, "answer": "yes"})
    assert answer.status_code == 404 and await state(one.id) == "accepted"


async def test_looking_changes_nothing(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of, hours=-3)
    _, one = await coming(meeting, initiative)
    path = await linked(settings, of)
    for _ in range(3):
        assert (await client.get(path)).status_code == 200
        assert (await client.get(f"{path}/people/{one.id}?answer=yes")).status_code == 405
    assert await state(one.id) == "accepted"
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'host.note'") == 0


async def test_words_too_long_are_said_and_kept(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await library()
    initiative, meeting = await at_theirs(of, hours=-3)
    _, one = await coming(meeting, initiative)
    visitor = Visitor(client)
    await visitor.open(await linked(settings, of))
    text = await visitor.send(f"/people/{one.id}", {"answer": "yes"}, words="ą" * 201)
    assert visitor.page.status_code == 422 and "Prosimy krócej" in text and "ą" * 201 in text
    text = await visitor.send(f"/people/{one.id}", words="bez odpowiedzi")
    assert visitor.page.status_code == 422 and "bez odpowiedzi" in text and await state(one.id) == "accepted"


def plain(answer: httpx2.Response) -> tuple[int, dict[str, str], str]:
    loose = ("set-cookie", "date", "x-trace-id", "x-request-id", "content-length")
    body = re.sub(r'/host/[\w-]+|value="[^"]{30,}"|[0-9a-f]{16,}', "", answer.text)
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in loose}, body


async def test_a_wrong_an_ended_and_an_expired_link_are_one_answer(
    app: Starlette, client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, expired, closed, home = [await library() for _ in range(4)]
    paths = [await linked(settings, one) for one in (of, expired, closed, home)]
    await host.end(people.actor(await people.account()), of.id)
    await database.execute("UPDATE host_link SET ends_at = now() - interval '1 second' WHERE resource = $1", expired.id)
    await database.execute("UPDATE resource SET closed_on = $2 WHERE id = $1", closed.id, date(2026, 1, 1))
    await database.execute("UPDATE place SET private = true WHERE id = $1", home.place)
    answers = set()
    for path in (*paths, f"/host/{secret.token()}", "/host/x", f"/host/{'ą' * 300}"):
        async with new_client(app) as stranger:
            status, headers, body = plain(await stranger.get(path))
            answers.add((status, tuple(sorted(headers.items())), body))
    assert len(answers) == 1 and answers.pop()[0] == 404


async def test_a_token_cannot_be_guessed_and_guessing_is_slowed(client: httpx2.AsyncClient, settings: Settings) -> None:
    assert len(secret.token()) * 6 >= 160
    statuses = [(await client.get(f"/host/{secret.token()}")).status_code for _ in range(32)]
    assert statuses[0] == 404 and statuses[-1] == 429
    assert (await client.get(await linked(settings, await library()))).status_code == 200, "a right one still opens"


async def test_a_home_and_what_is_closed_get_none(client: httpx2.AsyncClient, settings: Settings) -> None:
    home = await library(place=(await people.place(private=True)).id, public=False)
    await people.signed_in(client)
    assert "prywatnym mieszkaniu" in (await client.get(f"/desk/resources/{home.id}/host")).text
    csrf = forms((await client.get("/desk/account")).text)[0].values["csrf"]
    assert (await client.post(f"/desk/resources/{home.id}/host", data={"csrf": csrf})).status_code == 409
    assert (await client.post(f"/desk/resources/{uuid4()}/host", data={"csrf": csrf})).status_code == 404
    assert await database.fetchval("SELECT count(*) FROM host_link") == 0


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT, Role.SPECIALIST, Role.VOLUNTEER])
async def test_only_coordinators_make_links(client: httpx2.AsyncClient, role: Role) -> None:
    of = await library()
    await people.signed_in(client, role)
    assert (await client.get(f"/desk/resources/{of.id}/host")).status_code == 403
