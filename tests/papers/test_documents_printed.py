"""Lists, posters and slips: who stands on them, what never does, who may print and open them, how they are tagged."""

import re
from datetime import date, datetime, time, timedelta
from uuid import UUID

import httpx2
import pytest
from support import pdfs, people

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import attendance, insurance, kept, poster
from volunteer_hub.papers.kept import Whose
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.tables import Policy, Service, Volunteer
from volunteer_hub.privacy import erasure
from volunteer_hub.schedule.tables import Assignment, Meeting
from volunteer_hub.settings import Settings

LETTERS = "ąćęłńóśźż ґєії"
CANARY = "Współuzależnienie"
ABOUT = {Kind.ATTENDANCE: "meeting", Kind.POSTER: "initiative", Kind.SLIP: "request", Kind.INSURANCE: None}


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


# --- the list to sign ------------------------------------------------------------------------------------------------


async def test_a_list_to_sign_has_names_lines_and_never_a_theme(client: httpx2.AsyncClient, db: str) -> None:
    me = await people.signed_in(client, Role.FACILITATOR)
    at = await gathered(await group(me))
    document = await printed(client, f"/desk/meetings/{at.id}/list")
    said = flat(document)
    assert "Lista obecności" in said and "Grupa Wtorek" in said
    assert "Łucja G." in said and "Gżegżółka" not in said, "no surname on a table that all see"
    assert "Jaskółka ґєії" in said
    assert CANARY not in said
    tags = pdfs.tags(document)
    assert tags["TH"] == 4 and tags["TD"] == 4 * (2 + attendance.EMPTY_LINES)
    assert pdfs.spoken(document)["title"] == "Lista obecności"


async def test_control_the_theme_would_be_seen(client: httpx2.AsyncClient, db: str) -> None:
    """What is no confidential group may name its roles: the same eye finds the same word there."""
    await people.signed_in(client)
    of = await group()
    await database.execute("UPDATE initiative SET kind = 'course' WHERE id = $1", of.id)
    assert CANARY in flat(await printed(client, f"/desk/meetings/{(await gathered(of)).id}/list"))


async def test_whoever_does_not_run_the_group_gets_lines_instead_of_names(client: httpx2.AsyncClient, db: str) -> None:
    leader = await people.account(Role.FACILITATOR)
    at = await gathered(await group(leader))
    await people.signed_in(client, Role.COORDINATOR)
    document = await printed(client, f"/desk/meetings/{at.id}/list")
    assert "Jaskółka" not in flat(document)
    assert pdfs.tags(document)["TD"] == 4 * (1 + 1 + attendance.EMPTY_LINES)


async def test_the_leaders_own_list_is_not_opened_by_another_coordinator(
    client: httpx2.AsyncClient, db: str, settings: Settings
) -> None:
    leader = await people.account(Role.FACILITATOR)
    at = await gathered(await group(leader))
    made = await attendance.issue(settings, people.actor(leader), at.id, "pl")
    address = f"/desk/meetings/{at.id}/list"
    await people.signed_in(client, Role.COORDINATOR)
    assert str(made.id) not in (await client.get(address)).text
    assert (await client.get(address, params={"kept": str(made.id)})).status_code == 404
    assert (await client.get(f"/desk/papers/{made.id}/file")).status_code == 404, "nor from the register"
    assert f"{address}?kept={made.id}" in (await client.get("/desk/papers")).text, "which knows that it is there"
    client.cookies.clear()
    await people.sign_in(client, leader)
    assert "Jaskółka" in flat((await client.get(address, params={"kept": str(made.id)})).content), "control"


async def test_a_cancelled_meeting_and_somebodys_home(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    home = await people.place(private=True, name="Mieszkanie pani Ireny", address="ul. Cicha 7")
    at = await people.meeting(await people.initiative(), place=home.id)
    said = flat(await printed(client, f"/desk/meetings/{at.id}/list"))
    assert "Ireny" not in said and "Cicha" not in said
    hall = await people.meeting(await people.initiative())
    assert "Promyk" in flat(await printed(client, f"/desk/meetings/{hall.id}/list")), "control"
    await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", at.id)
    answer = await client.post(f"/desk/meetings/{at.id}/list", data={"csrf": await csrf(client), "language": "pl"})
    assert answer.status_code == 410 and "odwołane" in answer.text


# --- the poster ------------------------------------------------------------------------------------------------------


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


# --- the slip --------------------------------------------------------------------------------------------------------


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


# --- the insurance list ----------------------------------------------------------------------------------------------

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


async def served(first: date, last: date | None = None, **values: object) -> Volunteer:
    who = await people.volunteer(**values)
    await people.save(Service(volunteer=who.id, first_day=first, last_day=last))
    return who


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 3, 10), None, (date(2026, 3, 10), LAST)),
        (date(2026, 1, 30), None, None),  # its 30th day was 28 February
        (date(2026, 1, 31), None, (FIRST, FIRST)),
        (date(2026, 2, 20), date(2026, 3, 5), (FIRST, date(2026, 3, 5))),
        (date(2026, 2, 1), date(2026, 2, 20), None),
        (date(2026, 3, 31), None, (LAST, LAST)),
        (date(2026, 4, 1), None, None),
    ],
)
async def test_who_is_to_be_insured_and_on_which_days(
    db: str, first: date, last: date | None, days: tuple[date, date] | None
) -> None:
    await served(first, last)
    found = await insurance.insured(people.actor(await people.account()), FIRST, LAST)
    assert [(one.since, one.until) for one in found] == ([days] if days else [])


async def test_a_first_meeting_that_is_agreed_on_counts_from_its_day(db: str) -> None:
    today = clock.today(people.ZONE)
    of = await people.initiative()
    who = await people.volunteer(last_name="Nowa")
    for days in (3, 10):
        at = await people.meeting(of, starts=datetime.combine(today + timedelta(days=days), time(16)))
        seat = await people.opening(at, await people.role(of))
        await people.save(Assignment(opening=seat.id, volunteer=who.id, state="accepted"))
    (one,) = await insurance.insured(people.actor(await people.account()), *insurance.month_from(today))
    assert one.first_day == one.since == today + timedelta(days=3)
    assert one.until == today + timedelta(days=29)


async def test_the_list_by_surname_with_policies(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    long = "Brzęczyszczykiewicz-Gżegżółkowska " + LETTERS
    own = await served(FIRST, first_name="Żaneta", last_name=long[:60], birth_date=date(1991, 2, 3))
    await served(FIRST, first_name="Adam", last_name="Żak")
    await served(FIRST, first_name="Ewa", last_name="Ćma")
    await served(FIRST, last_name="Ograniczona", restricted_at=clock.now())
    await people.save(Policy(insurer="Własny", number="W-1", valid_from=FIRST, valid_until=LAST, volunteer=own.id))
    document = await printed(client, "/desk/papers/insurance", first="1.03.2026", last="31.03.2026")
    said = flat(document)
    assert said.index("Brzęczyszczykiewicz") < said.index("Ćma") < said.index("Żak")
    assert LETTERS.split()[0] in said and "ґєії" in said
    assert "03.02.1991" in said and "W-1" in said and "NNW 1" in said and "Ograniczona" not in said
    assert pdfs.tags(document)["TH"] == 6 and pdfs.tags(document)["TR"] == 4
    logged = await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'paper.insure'")
    assert logged == 3, "whose birth date left the house can be told afterwards"


async def test_who_asked_not_to_have_their_data_used_is_told_to_no_insurer_and_counted(
    client: httpx2.AsyncClient, db: str
) -> None:
    await people.signed_in(client)
    await served(FIRST, last_name="Ograniczona", restricted_at=clock.now())
    words = {"csrf": await csrf(client), "language": "pl", "first": "1.03.2026", "last": "31.03.2026"}
    answer = await client.post("/desk/papers/insurance", data=words)
    assert answer.status_code == 422 and "prosiły, żeby ich danych nie używać" in answer.text
    await served(FIRST, last_name="Żak")
    said = flat(await printed(client, "/desk/papers/insurance", first="1.03.2026", last="31.03.2026"))
    assert "Żak" in said and "Ograniczona" not in said
    made = await client.post("/desk/papers/insurance", data=words)
    assert "nie używać: 1." in (await client.get(made.headers["location"])).text


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("1.03.2026", "28.02.2026", "wcześniejsza"),
        ("1.03.2026", "2.03.2027", "Najdłuższy okres to rok"),
        ("wczoraj", "1.03.2026", "Podaj dzień"),
        ("1.03.2001", "31.03.2001", "Lista byłaby pusta"),
    ],
)
async def test_a_period_that_makes_no_list(
    client: httpx2.AsyncClient, db: str, first: str, last: str, says: str
) -> None:
    await people.signed_in(client)
    words = {"csrf": await csrf(client), "language": "pl", "first": first, "last": last}
    answer = await client.post("/desk/papers/insurance", data=words)
    assert answer.status_code == 422 and says in answer.text and f'value="{first}"' in answer.text
    assert await database.fetchval("SELECT count(*) FROM issued_paper") == 0


async def test_only_coordinators_insure(db: str) -> None:
    with pytest.raises(Refused) as refused:
        await insurance.insured(Actor(Role.SPECIALIST), FIRST, LAST)
    assert refused.value.status == 404


# --- what is kept ----------------------------------------------------------------------------------------------------


async def test_a_paper_opens_the_same_again_and_only_where_it_belongs(
    client: httpx2.AsyncClient, db: str, settings: Settings
) -> None:
    await people.signed_in(client)
    of, other = await group(), await group()
    first = await printed(client, f"/desk/initiatives/{of.id}/poster")
    await database.execute("UPDATE initiative SET name = 'Inna nazwa' WHERE id = $1", of.id)
    id: UUID = await database.fetchval("SELECT id FROM issued_paper")
    address = f"/desk/initiatives/{of.id}/poster"
    assert (await client.get(address, params={"kept": str(id)})).content == first
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'paper.open'") == 2
    for wrong in (f"/desk/initiatives/{other.id}/poster?kept={id}", f"{address}?kept=x", f"{address}?kept={of.id}"):
        assert (await client.get(wrong)).status_code == 404
    assert (await client.get("/desk/papers/insurance", params={"kept": str(id)})).status_code == 404


@pytest.mark.parametrize("table", ["volunteer", "participant"])
async def test_a_list_with_the_first_name_or_alias_of_who_is_erased_goes(
    db: str, settings: Settings, table: str
) -> None:
    me = people.actor(await people.account())
    at, other = await gathered(await group()), await gathered(await group())
    for one in (at, other):
        await attendance.issue(settings, me, one.id, "pl")
    who: UUID = await database.fetchval(
        "SELECT s.volunteer FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1"
        if table == "volunteer"
        else "SELECT e.participant FROM member e JOIN meeting m ON m.initiative = e.initiative WHERE m.id = $1",
        at.id,
    )
    await erasure.erase(settings, SYSTEM, f"{table}:{who}", why="asked")
    left = await database.fetch("SELECT meeting, facts IS NULL AS gone, document IS NULL AS too FROM issued_paper")
    assert {row["meeting"]: (row["gone"], row["too"]) for row in left} == {
        at.id: (True, True),
        other.id: (False, False),  # the list of others stays
    }


@pytest.mark.parametrize("kind", list(ABOUT))
def test_each_kind_is_kept_by_what_it_is_about(kind: Kind) -> None:
    assert kept.COLUMN.get(kind) == ABOUT[kind]
