"""The certificate: approved hours and nothing else, nothing confidential on it, asked for and answered."""

import asyncio
from datetime import date, time
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import papers, pdfs, people

from volunteer_hub.access.tables import Account
from volunteer_hub.intake import merging
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, quiet
from volunteer_hub.papers import certificate, queries
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.settings import Settings
from volunteer_hub.web.formats import dated

FIRST, LAST = date(2026, 1, 1), date(2026, 11, 20)
DATES = {"first_day": "1.01.2026", "last_day": "20.11.2026", "language": "pl"}


async def csrf(client: httpx2.AsyncClient) -> str:
    return (await client.get("/help")).text.split('name="csrf" value="')[1].split('"')[0]


async def me_and_mine() -> tuple[Account, Volunteer]:
    account = await people.account(Role.VOLUNTEER)
    return account, await people.volunteer(account=account.id, first_name="Łucja", last_name="Gżegżółka")


async def test_only_approved_hours_of_these_days_count(db: str, settings: Settings) -> None:
    _, who = await me_and_mine()
    of = await people.initiative(name="Czytanie bajek")
    for day in (FIRST, LAST, date(2025, 12, 31), date(2026, 11, 21)):
        await papers.hours(who, of, day=day)
    for state in ("reported", "refused"):
        await papers.hours(who, of, state=state)
    await papers.hours(await people.volunteer(), of)
    tasks = await certificate.hours(SYSTEM, who.id, FIRST, LAST)
    assert [(task.name, task.minutes, task.first, task.last) for task in tasks] == [
        ("Czytanie bajek", 240, FIRST, LAST)
    ]
    issued = await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    document = (await queries.document(settings, SYSTEM, issued.id))[1]
    said = " ".join(pdfs.text(document).split())
    assert "Zaświadczenie o wolontariacie nr 1/2026" in said and "Łucja Gżegżółka" in said and "razem 4 h" in said
    today = clock.today(settings.timezone)
    assert f"Wydane dnia {dated(today)}." in said and f"nr 1/2026 · {today:%d.%m.%Y} · kod" in said
    assert pdfs.spoken(document)["part"] == "1" and pdfs.tags(document)["TH"] == 3


async def test_nothing_confidential_stands_on_it(db: str, settings: Settings) -> None:
    _, who = await me_and_mine()
    hidden = (await people.theme(confidential=True)).id
    await papers.hours(who, await people.initiative(kind="group", name="Grupa Kanarek"))
    await papers.hours(who, await people.initiative(kind="circle", name="Rodzina Kanarków"))
    await papers.hours(who, await people.initiative(theme=hidden, name="Projekt Kanarek"))
    await papers.hours(who, await people.initiative(name="Festyn Wróbel"))
    issued = await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    said = pdfs.text((await queries.document(settings, SYSTEM, issued.id))[1])
    assert "Kanar" not in said and "Pomoc w grupie" in said and "Pomoc rodzinie" in said
    assert "Festyn Wróbel" in said, "control: what is not confidential is named"
    assert "razem 8 h" in " ".join(said.split())


async def test_without_hours_there_is_none(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    who = await people.volunteer()
    address = f"/desk/people/{who.id}/papers/certificate"
    answer = await client.post(address, data=DATES | {"csrf": await csrf(client)})
    assert answer.status_code == 409 and "nie ma zatwierdzonych godzin" in answer.text
    assert not await database.fetchval("SELECT count(*) FROM issued_paper")


async def test_asked_for_answered_and_downloaded(db: str, app: Starlette, settings: Settings) -> None:
    account, who = await me_and_mine()
    await papers.hours(who)
    async with new_client(app) as mine, new_client(app) as desk, new_client(app) as other:
        await people.sign_in(mine, account)
        await people.signed_in(desk)
        await people.signed_in(other, Role.VOLUNTEER)
        sent = await mine.post("/me/papers", data=DATES | {"csrf": await csrf(mine)})
        assert sent.status_code == 303
        assert "Czekasz na zaświadczenie" in (await mine.get("/me/papers")).text
        again = await mine.post("/me/papers", data=DATES | {"csrf": await csrf(mine)})
        assert again.status_code == 409 and "już do nas dotarła" in again.text
        assert "Łucja Gżegżółka" in (await desk.get("/desk/papers")).text
        today = (await desk.get("/desk")).text
        assert "Prośba o zaświadczenie" in today and f"/desk/people/{who.id}/papers/certificate" in today
        form = await desk.get(f"/desk/people/{who.id}/papers/certificate")
        assert "01.01.2026" in form.text and "20.11.2026" in form.text, "the days they asked for"
        made = await desk.post(f"/desk/people/{who.id}/papers/certificate", data=DATES | {"csrf": await csrf(desk)})
        assert made.status_code == 303
        id = made.headers["location"].rpartition("/")[2]
        page = (await mine.get("/me/papers")).text
        assert f"/me/papers/{id}/file" in page and "Czekasz" not in page
        got = await mine.get(f"/me/papers/{id}/file")
        assert got.content == (await desk.get(f"/desk/papers/{id}/file")).content
        assert (await other.get(f"/me/papers/{id}/file")).status_code == 404, "nobody else's"
        assert "Prośba o zaświadczenie" not in (await desk.get("/desk")).text
    assert not await queries.wishes(SYSTEM)


async def test_refused_with_a_word_they_read(db: str, app: Starlette) -> None:
    account, who = await me_and_mine()
    await papers.hours(who)
    await certificate.ask(people.actor(account), FIRST, LAST, "pl")
    wish = (await queries.wishes(SYSTEM))[0]
    async with new_client(app) as desk, new_client(app) as mine:
        await people.signed_in(desk)
        await people.sign_in(mine, account)
        address = f"/desk/papers/wishes/{wish.id}/refusal"
        empty = await desk.post(address, data={"csrf": await csrf(desk), "words": ""})
        assert empty.status_code == 422 and "Napisz, dlaczego" in empty.text
        data = {"csrf": await csrf(desk), "words": "Poczekajmy na czerwiec"}
        assert (await desk.post(address, data=data)).status_code == 303
        assert (await desk.post(address, data=data)).status_code == 409
        page = (await mine.get("/me/papers")).text
        assert "Poczekajmy na czerwiec" in page and "Poproś o zaświadczenie" in page


async def test_asking_twice_at_once_asks_once_and_it_can_be_taken_back(db: str) -> None:
    account, who = await me_and_mine()
    await papers.hours(who)
    actor = people.actor(account)
    came = await asyncio.gather(*[certificate.ask(actor, FIRST, LAST, "pl") for _ in range(4)], return_exceptions=True)
    assert sum(isinstance(one, Refused) for one in came) == 3 and len(await queries.wishes(SYSTEM)) == 1
    await certificate.take_back(people.actor(await people.account(Role.VOLUNTEER)))
    assert len(await queries.wishes(SYSTEM)) == 1, "not by somebody else"
    await certificate.take_back(actor)
    assert not await queries.wishes(SYSTEM)


async def test_nobody_asks_for_hours_that_are_not_there(db: str) -> None:
    account, who = await me_and_mine()
    await papers.hours(who, state="reported")
    with pytest.raises(Refused, match="nie ma zatwierdzonych"):
        await certificate.ask(people.actor(account), FIRST, LAST, "pl")


async def test_a_merged_entry_keeps_its_papers_and_one_wish(db: str) -> None:
    account, who = await me_and_mine()
    second = await people.account(Role.VOLUNTEER)
    twin = await people.volunteer(account=second.id)
    for one, of in ((account, who), (second, twin)):
        await papers.hours(of)
        await certificate.ask(people.actor(one), FIRST, LAST, "pl")
    paper = await papers.issued(volunteer=twin.id)
    await merging.merge(people.actor(await people.account()), who.id, twin.id, {})
    assert await database.fetchval("SELECT volunteer FROM issued_paper WHERE id = $1", paper.id) == who.id
    assert [wish.volunteer for wish in await queries.wishes(SYSTEM)] == [who.id]


# --- who is told -----------------------------------------------------------------------------------------------------

MESSAGES = "SELECT channel, address, template, body, html, state, due_at FROM message ORDER BY channel"


async def asked(**values: object) -> tuple[Volunteer, UUID]:
    """A volunteer with two approved hours who waits for a certificate of them."""
    account = await people.account(Role.VOLUNTEER)
    who = await people.volunteer(account=account.id, first_name="Łucja", last_name="Gżegżółka", **values)
    await papers.hours(who)
    await certificate.ask(people.actor(account), FIRST, LAST, "pl")
    return who, (await queries.wishes(SYSTEM))[0].id


async def answered(settings: Settings, who: Volunteer, wish: UUID, answer: str) -> None:
    if answer == "certificate_ready":
        await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    else:
        await certificate.refuse(settings, SYSTEM, wish, "Poczekajmy na czerwiec")


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
@pytest.mark.parametrize("answer", ["certificate_ready", "certificate_refused"])
async def test_who_asked_is_told_that_there_is_an_answer_and_where(
    db: str, settings: Settings, answer: str, language: str
) -> None:
    who, wish = await asked(email="lucja@example.org", email_ok=True, language=language)
    await answered(settings, who, wish, answer)
    rows = await database.fetch(MESSAGES)
    assert [(row["channel"], row["address"], row["template"]) for row in rows] == [
        ("email", "lucja@example.org", answer),
        ("sms", who.phone, answer),
    ]
    for row in rows:
        said = row["body"] + (row["html"] or "")
        assert f"{settings.public_url}/me/papers" in said
        assert not [word for word in ("Łucja", "Lucja", "egż", "egz", "czerwiec", "%PDF") if word in said], said
    if answer == "certificate_ready":
        await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
        assert len(await database.fetch(MESSAGES)) == 2, "pressed twice it is said once"


async def test_a_certificate_that_nobody_asked_for_is_told_to_nobody(db: str, settings: Settings) -> None:
    _, who = await me_and_mine()
    await papers.hours(who)
    await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    assert not await database.fetch(MESSAGES)


async def test_at_night_the_news_keeps_till_morning(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "_hours", quiet.Hours(time(0), time(23, 59), "Europe/Warsaw"))
    _, wish = await asked()
    await certificate.refuse(settings, SYSTEM, wish, "Poczekajmy na czerwiec")
    _, sms = await database.fetch(MESSAGES)
    assert clock.wall(sms["due_at"], "Europe/Warsaw").time() == time(23, 59)


async def test_no_answer_no_message(db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What falls with its answer leaves neither: the message is put in the transaction of the answer."""
    who, wish = await asked()

    async def fails(*_: object, **__: object) -> bool:
        raise RuntimeError("the wire is cut")

    monkeypatch.setattr(outbox, "put", fails)
    for answer in ("certificate_ready", "certificate_refused"):
        with pytest.raises(RuntimeError):
            await answered(settings, who, wish, answer)
    assert [one.id for one in await queries.wishes(SYSTEM)] == [wish], "still waits"
    assert not await database.fetchval("SELECT count(*) FROM issued_paper")


# --- who asked not to have their data used ----------------------------------------------------------------------------


async def test_who_restricted_their_data_gets_the_certificate_they_ask_for_and_no_other(
    db: str, settings: Settings
) -> None:
    who, _ = await asked(restricted_at=clock.now())
    issued = await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    again = await certificate.issue(settings, SYSTEM, who.id, FIRST, LAST, "pl")
    assert again == issued, "pressed twice it is one"
    assert not await database.fetch(MESSAGES), "nobody writes to them"
    with pytest.raises(Refused, match="danych nie używać"):
        await certificate.issue(settings, SYSTEM, who.id, FIRST, date(2026, 11, 5), "pl")
    await database.execute("UPDATE volunteer SET restricted_at = NULL")
    await certificate.issue(settings, SYSTEM, who.id, FIRST, date(2026, 11, 5), "pl")
