"""The agreement: filled from what is known, with a minor's guardian, insured as the law says, noted once signed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest
import time_machine
from support import papers, pdfs, people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import agreement, issuing, queries
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.forms import NewAgreement
from volunteer_hub.people.tables import Service, Volunteer
from volunteer_hub.schedule.tables import Assignment
from volunteer_hub.settings import Settings

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GUARDIAN = {"guardian_name": "Ewa Ćwiąkała-Źdźbło", "guardian_phone": "+48600700700"}


@pytest.fixture
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


async def printed(settings: Settings, who: Volunteer, actor: Actor = SYSTEM, **draft: object) -> str:
    """What stands on their agreement, in one line."""
    made = replace(await agreement.suggested(actor, who.id, TODAY, "pl"), scope="Czytanie dzieciom", **draft)
    issued = await agreement.issue(settings, actor, who.id, made)
    sealed = await database.fetchval("SELECT document FROM issued_paper WHERE id = $1", issued.id)
    return " ".join(pdfs.text(issuing.document_of(settings, issued.id, sealed) or b"").split())


def born(years: int, days: int = 0) -> date:
    return TODAY.replace(year=TODAY.year - years) + timedelta(days=days)


@pytest.mark.parametrize(
    ("birth", "concludes", "consents", "signs"),
    [
        (born(13, 1), True, False, False),  # tomorrow 13
        (born(13), False, True, True),  # today 13
        (born(18, 1), False, True, True),  # tomorrow 18
        (born(18), False, False, True),  # today 18
    ],
)
@pytest.mark.usefixtures("noon")
async def test_a_guardian_concludes_for_a_child_and_consents_for_a_minor(
    db: str, settings: Settings, birth: date, concludes: bool, consents: bool, signs: bool
) -> None:
    said = await printed(settings, await people.volunteer(last_name="Młoda", birth_date=birth, **GUARDIAN))
    assert ("w imieniu którego porozumienie zawiera opiekun prawny: Ewa" in said) is concludes
    assert ("za zgodą opiekuna prawnego: Ewa" in said) is consents
    assert ("opiekun prawny: Ewa Ćwiąkała-Źdźbło" in said.split("9. Inne")[1]) is (concludes or consents)
    assert ("Marta Młoda" in said.split("9. Inne")[1]) is signs


@pytest.mark.usefixtures("noon")
async def test_of_a_minor_without_a_guardian_there_is_none(db: str, settings: Settings) -> None:
    with pytest.raises(Refused, match="opiekuna"):
        await printed(settings, await people.volunteer(birth_date=born(15)))
    assert not await database.fetchval("SELECT count(*) FROM issued_paper")


@pytest.mark.usefixtures("noon")
async def test_who_asked_not_to_have_their_data_used_gets_none_until_they_say_so(db: str, settings: Settings) -> None:
    who = await people.volunteer(restricted_at=NOON)
    with pytest.raises(Refused, match="danych nie używać"):
        await printed(settings, who)
    assert not await database.fetchval("SELECT count(*) FROM issued_paper")
    await database.execute("UPDATE volunteer SET restricted_at = NULL")
    await printed(settings, who)


@pytest.mark.parametrize(("days", "later"), [(30, False), (31, True), (None, True)])
@pytest.mark.usefixtures("noon")
async def test_the_centre_insures_thirty_days_and_then_the_law_does(
    db: str, settings: Settings, days: int | None, later: bool
) -> None:
    last = TODAY + timedelta(days=days - 1) if days else None
    said = await printed(settings, await people.volunteer(), last_day=last)
    assert "Ubezpieczyciel, polisa nr NNW 1" in said
    assert ("Od 31. dnia pomocy" in said) is later
    assert ("na czas nieokreślony" in said) is (days is None)


@pytest.mark.usefixtures("noon")
async def test_days_are_counted_from_the_first_day_of_service(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    await people.save(Service(volunteer=who.id, first_day=TODAY - timedelta(days=20)))
    assert "Od 31. dnia pomocy" in await printed(settings, who, last_day=TODAY + timedelta(days=15))


async def test_it_says_what_the_law_asks_for_and_can_be_read_aloud(db: str, settings: Settings) -> None:
    who = await people.volunteer(first_name="Łucja", last_name="Gżegżółka")
    me = people.actor(await people.account(name="Hanna Lis"))
    made = replace(await agreement.suggested(me, who.id, TODAY, "pl"), scope="Zażółcanie gęślą jaźni", manner="Zdalnie")
    issued = await agreement.issue(settings, me, who.id, made)
    document = (await queries.document(settings, me, issued.id))[1]
    said = " ".join(pdfs.text(document).split())
    for words in ("Porozumienie o wolontariacie nr 1/2026", "Łucja Gżegżółka", "Zażółcanie gęślą jaźni", "Zdalnie",
                  "Do 6 godzin tygodniowo", "Ryzyko", "z siedmiodniowym wyprzedzeniem", "Hanna Lis"):  # fmt: skip
        assert words in said, words
    about = pdfs.spoken(document)
    assert about["tagged"] and about["language"] == "pl" and about["part"] == "1" and about["title shown"]
    assert pdfs.tags(document)["H2"] == 9 and pdfs.tags(document)["Figure"] == 1


async def test_in_ukrainian_it_speaks_ukrainian(db: str, settings: Settings) -> None:
    who = await people.volunteer(first_name="Їжак", last_name="Ґудзик", language="uk")
    made = replace(await agreement.suggested(SYSTEM, who.id, TODAY, "uk"), scope="Переклад")
    issued = await agreement.issue(settings, SYSTEM, who.id, made)
    document = (await queries.document(settings, SYSTEM, issued.id))[1]
    said = pdfs.text(document)
    assert "Їжак Ґудзик" in said and "безоплатна" in said and pdfs.spoken(document)["language"] == "uk"


async def test_the_scope_is_proposed_from_what_they_do_and_names_nothing_confidential(db: str) -> None:
    who = await people.volunteer()
    secret = await people.initiative(kind="group", name="Grupa Kanarek")
    hidden = await people.initiative(theme=(await people.theme(confidential=True)).id, name="Projekt Kanarek")
    for of in (await people.initiative(name="Czytanie bajek"), secret, hidden):
        opening = await people.opening(await people.meeting(of), await people.role(of, name=f"Rola {of.name}"))
        await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    scope = (await agreement.suggested(SYSTEM, who.id, TODAY, "pl")).scope
    assert scope.splitlines() == ["Pomoc przy spotkaniach", "Czytanie bajek: Rola Czytanie bajek"]


async def test_once_signed_it_is_noted_and_linked(client: httpx2.AsyncClient, settings: Settings) -> None:
    me = await people.signed_in(client)
    who = await people.volunteer(step="talked_to")
    page = await client.get(f"/desk/people/{who.id}/papers/agreement")
    assert page.status_code == 200
    mark = page.text.split('name="csrf" value="')[1].split('"')[0]
    words = {"scope": "Czytanie", "manner": "Osobiście", "time": "W soboty", "risks": "Schody", "notice": "pisemnie"}
    data = words | {"csrf": mark, "language": "pl", "first_day": "22.11.2026", "last_day": "31.12.2026"}
    made = await client.post(f"/desk/people/{who.id}/papers/agreement", data=data)
    assert made.status_code == 303, made.text
    paper = await client.get(made.headers["location"])
    assert "31.12.2026" in paper.text and "czeka na podpis" in paper.text
    dates = {"csrf": mark, "signed_on": "22.11.2026", "valid_from": "22.11.2026", "valid_until": "31.12.2026"}
    wrong = await client.post(
        f"{made.headers['location']}/signing",
        data=dates | {"signed_on": "1.01.2100", "valid_from": "1.01.2100", "valid_until": ""},
    )
    assert wrong.status_code == 422 and "jeszcze nie nadszedł" in wrong.text
    assert (await client.post(f"{made.headers['location']}/signing", data=dates)).status_code == 303
    row = await database.fetchrow("SELECT * FROM agreement WHERE volunteer = $1", who.id)
    assert row and (row["signed_on"], row["valid_until"]) == (TODAY, date(2026, 12, 31))
    assert await database.fetchval("SELECT agreement FROM issued_paper") == row["id"]
    assert await database.fetchval("SELECT step FROM volunteer WHERE id = $1", who.id) == "agreed"
    assert me.id == row["noted_by"]


async def test_a_withdrawn_one_is_not_signed(db: str, settings: Settings) -> None:
    actor = people.actor(await people.account())
    kept = await papers.issued(Kind.AGREEMENT, volunteer=(await people.volunteer()).id)
    await issuing.withdraw(actor, kept.id, "Stare daty")
    with pytest.raises(Refused, match="wycofane"):
        await agreement.signed(actor, kept.id, NewAgreement(signed_on="22.11.2026", valid_from="22.11.2026"))
    assert not await database.fetchval("SELECT count(*) FROM agreement"), "nothing half-written"


async def test_it_is_signed_once(db: str, settings: Settings) -> None:
    """Also when somebody has it open with other days, still waiting to be signed."""
    actor = people.actor(await people.account())
    kept = await papers.issued(Kind.AGREEMENT, volunteer=(await people.volunteer()).id)
    new = NewAgreement(signed_on="22.11.2026", valid_from="22.11.2026")
    for _ in range(2):
        await agreement.signed(actor, kept.id, new)
    linked = await database.fetchval("SELECT agreement FROM issued_paper WHERE id = $1", kept.id)
    with pytest.raises(Refused, match="już zapisane"):
        await agreement.signed(actor, kept.id, NewAgreement(signed_on="21.11.2026", valid_from="1.12.2026"))
    assert [row["id"] for row in await database.fetch("SELECT id FROM agreement")] == [linked]


@pytest.mark.parametrize("day", ["1.01.0226", "31.12.9999"])
async def test_a_slip_in_the_year_makes_no_agreement(client: httpx2.AsyncClient, db: str, day: str) -> None:
    await people.signed_in(client)
    page = f"/desk/people/{(await people.volunteer()).id}/papers/agreement"
    mark = (await client.get(page)).text.split('name="csrf" value="')[1].split('"')[0]
    words = {"scope": "a", "manner": "b", "time": "c", "risks": "d", "notice": "e"}
    answer = await client.post(page, data=words | {"csrf": mark, "language": "pl", "first_day": day, "last_day": ""})
    assert answer.status_code == 422 and "Sprawdź rok" in answer.text and day in answer.text
    assert not await database.fetchval("SELECT count(*) FROM issued_paper")


async def test_what_was_typed_stays_when_it_is_refused(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    who = await people.volunteer()
    mark = (await client.get("/help")).text.split('name="csrf" value="')[1].split('"')[0]
    data = {
        "csrf": mark,
        "language": "pl",
        "first_day": "22.11.2026",
        "last_day": "1.11.2026",
        "scope": "Zakupy śliwek",
    }
    answer = await client.post(f"/desk/people/{who.id}/papers/agreement", data=data)
    assert answer.status_code == 422 and "Zakupy śliwek" in answer.text and "wcześniejsza" in answer.text
