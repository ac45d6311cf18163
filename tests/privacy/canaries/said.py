"""What others wrote down about whoever was planted: in requests, on the map, in initiatives, in messages."""

from datetime import date
from uuid import UUID

from privacy.canaries.eye import EMAIL, PHONE
from support import people

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import NeedChange, NeedEvidence, PartnerAsked
from volunteer_hub.exchange.people_import.tables import PeopleImport, PeopleImportLine
from volunteer_hub.initiatives import circle_tasks, diary
from volunteer_hub.initiatives.tables import DiaryEntry, Goal, InitiativeChange
from volunteer_hub.intake import drafts
from volunteer_hub.intake.tables import Request, RequestMove
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people.tables import SavedView
from volunteer_hub.privacy.tables import RightsRequest
from volunteer_hub.replies.bulk.tables import Bulk, BulkRecipient
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamTask
from volunteer_hub.settings import Settings


async def message(key: str, about: str, address: str, body: str, channel: str = "email") -> None:
    await database.execute(
        "INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar,"
        " calendar_method, reply_code, state, due_at, attempt, deferred, checks, error, trace, created_at, sent_at)"
        " VALUES (gen_random_uuid(), $1, $2, $5, $3, 'pl', 'unclear', $4, $4, $4, convert_to($4, 'UTF8'),"
        " '', '', 'delivered', now(), 0, 0, 0, '', '', now(), now())",
        key, about, address, body, channel,
    )  # fmt: skip


async def inbound(key: str, address: str, body: str) -> None:
    await database.execute(
        "INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)"
        " VALUES (gen_random_uuid(), $1, $2, $3, now(), '', '')", key, address, body,
    )  # fmt: skip


async def ask_for_help(participant: UUID | None, staff: Account) -> UUID:
    """A request with a personal need at the home of who asks, and a note at the desk."""
    home = await people.place(name="Dom: Kanarecka", address="ul. Kanarkowa 1", private=True)
    need = await people.need(title="Zakupy, Kanarecka", about="Kanarka nie schodzi po schodach", personal=True,
                             address="ul. Kanarkowa 1", voiced_by="Kanarka Kanarecka")  # fmt: skip
    await people.save(NeedEvidence(need=need.id, kind="request", words="Dzwoniła Kanarka", seen_on=date(2026, 11, 1)))
    await people.save(NeedChange(need=need.id, became="open", reason="Kanarka prosi"))
    await database.execute("INSERT INTO geocoded (id, asked, at) VALUES (gen_random_uuid(), $1, now())"
                           " ON CONFLICT DO NOTHING", "kanarkowa 1, włocławek ul. kanarkowa 1")  # fmt: skip
    row = await people.save(Request(
        number=secret.digits(8), once_hash=secret.token().encode(), name="Kanarka", phone=PHONE, email=EMAIL,
        address="ul. Kanarkowa 1", for_whom="me", text="Jestem sama, kanarek uciekł", language="pl",
        answer="Oddzwoniono do Kanarki", participant=participant, need=need.id, entered_by=staff.id,
    ))  # fmt: skip
    await people.save(
        RequestMove(request=row.id, was_desk="first-contact", desk="services", state="new", note="kanarek w notatce")
    )
    assert home.private
    found: UUID = row.id
    return found


async def said_on_the_map() -> None:
    """Others wrote down who they are: at a need of many, to a partner, in a team; and they are who to ring."""
    whole = "Kanarka Kanarecka, zwana Kanar"
    of_many = await people.need(title="Nikt nie naprawia", voiced_by=whole, about=whole, address=whole)
    skill = await people.resource(name="Śpiew", contact_name=whole, phone=PHONE, email=EMAIL, consent_by=whole)
    await people.save(NeedEvidence(need=of_many.id, kind="seen", words=whole, seen_on=date(2026, 11, 1)))
    await people.save(NeedChange(need=of_many.id, became="open", reason=whole))
    await people.save(PartnerAsked(need=of_many.id, resource=skill.id, words=whole))
    meeting = await people.team_meeting()
    item = await people.save(AgendaItem(meeting=meeting.id, need=of_many.id, words=whole, decision=whole))
    await people.save(TeamTask(meeting=meeting.id, item=item.id, words=whole))


async def said_of_initiatives(settings: Settings) -> None:
    """Others wrote it into a project's goals, history and diary; and into the sealed diary of a group."""
    whole = "Kanarka Kanarecka, zwana Kanar"
    of = await people.initiative(outcome=whole)
    await people.save(Goal(initiative=of.id, words=whole, outcome=whole))
    await people.save(InitiativeChange(initiative=of.id, became="stopped", reason=whole))
    await people.save(DiaryEntry(initiative=of.id, day=date(2026, 11, 1), words=whole))
    group = await people.initiative(kind="group")
    await diary.write(settings, SYSTEM, group.id, date(2026, 11, 1), whole)
    await circle_tasks.give(settings, SYSTEM, (await people.initiative(kind="circle")).id, whole, None, None)


async def in_a_spreadsheet() -> None:
    """A file that came in today has them in a line, and in its name."""
    file = await people.save(PeopleImport(file_name="Kanarka_Kanarecka i inni.xlsx", headings=["Imię", "Nazwisko"]))
    await people.save(PeopleImportLine(
        file=file.id, number=2, cells=["Kanarka", "Kanarecka"], mended={"email": EMAIL},
        keys=["kanarka|kanarecka|2010-03-04"], before={"phone": PHONE},
    ))  # fmt: skip


async def everywhere(staff: Account, subject: str) -> None:
    """What there is about volunteers and participants alike."""
    await in_a_spreadsheet()
    await ask_for_help(UUID(subject.partition(":")[2]) if subject.startswith("participant") else None, staff)
    await said_on_the_map()
    await message(f"to:{secret.token()}", subject, EMAIL, "Dzień dobry, Kanarko")
    await message(f"to:{secret.token()}", "welcome:x", PHONE, "kod dla kanarka", "sms")
    await inbound(secret.token(), PHONE, "TAK, pisze kanarka")
    for table in ("opt_out (address, since, word)", "proven_number (address, at, how)"):
        await database.execute(f"INSERT INTO {table} VALUES ($1, now(), 'STOP') ON CONFLICT DO NOTHING", PHONE)
    await drafts.save("visit", "help", "1", {"phone": ["511 777 333"], "text": ["kanarek w szkicu"]}, ["phone", "text"])
    await people.save(SavedView(account=staff.id, name="Kanarka", query="words=Kanarka+Kanarecka&phone=511777333"))
    await people.save(RightsRequest(subject=subject, right="copy", channel="phone", words="Proszę, kanarek",
                                    answer="Wysłano kanarkowi", due_on=date(2026, 12, 1)))  # fmt: skip


async def written_to_many(**who: UUID) -> None:
    """They were in the set of a message to many, whose words name them although the form would not have let it."""
    whole, whom = "Kanarka Kanarecka, zwana Kanar", "volunteers" if "volunteer" in who else "participants"
    words = {f"{part}_{code}": whole for part in ("subject", "text") for code in ("pl", "en", "uk")}
    of = await people.save(Bulk(whom=whom, state="sent", sent_at=clock.now(), **words))
    await people.save(BulkRecipient(bulk=of.id, channel="sms", **who))
