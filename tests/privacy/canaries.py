"""One person planted in every text column there is, and an eye that looks for them in every column of every table."""

import os
import subprocess
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from support import people

from volunteer_hub.access import break_glass
from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import NeedChange, NeedEvidence, PartnerAsked
from volunteer_hub.exchange.people_import.tables import PeopleImport, PeopleImportLine
from volunteer_hub.initiatives import circle_tasks, contract_acts, contract_lines, diary
from volunteer_hub.initiatives.circle_tables import CircleHelper, Pair
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.initiatives.course_tables import Completion
from volunteer_hub.initiatives.tables import DiaryEntry, Goal, InitiativeChange, Joining
from volunteer_hub.intake import drafts
from volunteer_hub.intake.tables import Request, RequestMove
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.embedded_binaries import installed
from volunteer_hub.matching.tables import GapNearest, Plan, PlanGap, PlanPair, WaveAsked, Waves
from volunteer_hub.papers.tables import CertificateAsked, IssuedPaper
from volunteer_hub.people import confided, consents
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.tables import (
    Agreement,
    GuardianLink,
    NotTheSame,
    Participant,
    SavedView,
    Service,
    StepTaken,
    Volunteer,
)
from volunteer_hub.privacy.tables import RightsRequest
from volunteer_hub.replies.bulk.tables import Bulk, BulkRecipient
from volunteer_hub.schedule.tables import (
    Assignment,
    AssignmentChange,
    Booking,
    Coming,
    ComingChange,
    HoursWorked,
    RegularTask,
    Series,
)
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamTask
from volunteer_hub.settings import Settings

# Every planted word has one of these in it; a phone may be typed with spaces.
WORDS = ("kanar", "511777333", "511 777 333", "511777444")
PHONE, FAMILY = "+48511777333", "+48511777444"
EMAIL = "kanarka@poczta.example"

TABLES = """
    SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"""
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"""


def patterns(words: tuple[str, ...] = WORDS) -> list[str]:
    """As text, and as a column of bytes shows it."""
    return [f"%{word}%" for word in words] + [f"%{word.encode().hex()}%" for word in words]


async def seen(words: tuple[str, ...] = WORDS) -> dict[str, int]:
    """In how many rows of which column any of the words stands; every column of every table is looked at."""
    found = {}
    for row in await database.fetch(COLUMNS):
        table, column = row["table_name"], row["column_name"]
        many = await database.fetchval(
            f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE ANY($1)', patterns(words)
        )
        if many:
            found[f"{table}.{column}"] = many
    return found


def dumped(dsn: str, words: tuple[str, ...] = WORDS) -> list[str]:
    """The lines of a whole dump, as text, in which any of the words stands."""
    command = [str(installed() / "bin" / "pg_dump"), "--dbname", dsn]
    text = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    looked_for = [one.strip("%").casefold() for one in patterns(words)]
    return [line for line in text.splitlines() if any(one in line.casefold() for one in looked_for)]


def in_files(folder: Path, words: tuple[str, ...] = WORDS) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word.encode() in path.read_bytes().lower() for word in words)]


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


async def volunteer(**values: Any) -> Volunteer:
    """A minor volunteer with an account, papers, a past meeting, a coming one, and a word in every text there is."""
    staff = await people.account(name="Hanna Lis")
    mine = await people.account(Role.VOLUNTEER, name="Kanarka Kanarecka", email=EMAIL, phone=PHONE)
    who = await people.volunteer(**({
        "account": mine.id, "first_name": "Kanarka", "last_name": "Kanarecka", "phone": PHONE, "email": EMAIL,
        "area_slug": "osiedle-kanarek", "causes": ["kanarki"], "skills": ["kanarki"], "languages": ["kanarski"],
        "about": "hoduję kanarki", "tags": ["kanarek"], "guardian_name": "Ewa Kanarecka", "guardian_phone": FAMILY,
        "guardian_email": "ewa@kanarki.example", "birth_date": date(2010, 3, 4), "entered_by": staff.id,
        "feed_hash": secret.fingerprint("feed").hex(),
    } | values))  # fmt: skip
    # Somebody else of the family, who stays.
    await people.volunteer(first_name="Jan", last_name="Kowalski", phone=FAMILY)
    for purpose in (Purpose.GUARDIAN, Purpose.SMS):
        await consents.give(people.actor(staff), who.id, purpose, language="pl", channel="desk")
    for statement in (
        "INSERT INTO session (id, token_hash, account, label, created_at, seen_at, stage)"
        " VALUES (gen_random_uuid(), 's', $1, 'Kanarkowa przeglądarka', now(), now(), 'whole')",
        "INSERT INTO device (id, token_hash, account, label, created_at, seen_at)"
        " VALUES (gen_random_uuid(), 'd', $1, 'Kanarkowy telefon', now(), now())",
        "INSERT INTO sign_in_code (id, account, address_hash, browser_hash, secret_hash, purpose, address, tries,"
        " minutes, created_at) VALUES (gen_random_uuid(), $1, 'a', 'b', 'c', 'sign-in', 'nowa@kanarki.example', 0, 10,"
        " now())",
    ):
        await database.execute(statement, mine.id)
    await database.execute(
        "INSERT INTO sign_in_code (id, address_hash, browser_hash, secret_hash, purpose, address, tries, minutes,"
        " created_at) VALUES (gen_random_uuid(), 'a', 'b', 'c', 'number', $1, 0, 10, now())", PHONE,
    )  # fmt: skip
    day = date(2026, 2, 3)
    await people.save(StepTaken(volunteer=who.id, step="active", reason="kanarek", at=clock.now() - timedelta(300)))
    await people.clearance(who, reference="KANAREK/1")
    await people.save(GuardianLink(volunteer=who.id, token_hash=b"g", channel="sms"))
    await people.save(Service(volunteer=who.id, first_day=day, noted_at=clock.now()))
    await people.save(Agreement(volunteer=who.id, signed_on=day, valid_from=day, noted_at=clock.now()))
    await papers(who)
    await database.execute(
        "INSERT INTO policy (id, insurer, number, valid_from, valid_until, volunteer, noted_at)"
        " VALUES (gen_random_uuid(), 'TU Kanarek', 'KANAR-1', $1, $1, $2, now())", day, who.id,
    )  # fmt: skip
    other = await people.volunteer()
    await people.save(NotTheSame(**dict(zip(("one", "other"), sorted((who.id, other.id)), strict=True))))
    await database.execute("INSERT INTO away VALUES (gen_random_uuid(), $1, $2, $2)", who.id, day)
    await helps(who, past=True)
    await helps(who, past=False)
    team = CircleHelper(initiative=(await people.initiative(kind="circle")).id, volunteer=who.id,
                        function="lekcje z Kanarką", joined_on=day)  # fmt: skip
    await people.save(team)
    await everywhere(staff, f"volunteer:{who.id}")
    await written_to_many(volunteer=who.id)
    await message("family", "inbound:x", FAMILY, "Kto to pisze: Kanarka czy Jan?", "sms")
    await inbound("family", FAMILY, "Tu Kanarka, przyjdę")
    await message("account", f"account:{mine.id}", "stary@kanarki.example", "kod kanarka")
    await message("guardian", f"account:guardian:{who.id}", FAMILY, "link do kanarka", "sms")
    return who


async def papers(who: Volunteer) -> None:
    """Their certificate, one they asked for in vain, and a list that was withdrawn because of them."""
    whole, day = "Kanarka Kanarecka, zwana Kanar", date(2026, 2, 3)
    number = await database.fetchval("SELECT count(*)::int + 1 FROM issued_paper")
    for kind, whose in (("certificate", who.id), ("insurance", None)):
        named: dict[str, Any] = {"kind": kind, "year": 2026, "number": number, "code": secret.token()[:16]}
        words = {"facts": whole.encode(), "document": whole.encode()} if whose else {}
        await people.save(IssuedPaper(**named, language="pl", volunteer=whose, withdrawn_words=whole, **words))
    asked: dict[str, Any] = {"first_day": day, "last_day": day, "language": "pl", "answered_at": clock.now()}
    await people.save(CertificateAsked(volunteer=who.id, words=whole, **asked))


async def participant(settings: Settings) -> Participant:
    """Somebody in a group who confided why they come, and about whom somebody asked for a break-glass."""
    staff = await people.account()
    who = await people.participant(first_name="Kanarka", last_name="Kanarecka", alias="Kanar", phone=PHONE,
                                   reach_note="przez sąsiada, pana Kanarka")  # fmt: skip
    group = await people.initiative(kind="group")
    mine = await people.member(group, who)
    await people.save(Joining(initiative=group.id, participant=who.id, state="joined"))
    said = await people.save(Coming(meeting=(await people.meeting(group)).id, member=mine.id, comes=True, came=True))
    await people.save(ComingChange(coming=said.id, became=True))
    await people.participant(first_name="Jan", last_name="Kowalski", phone=FAMILY)
    await confided.write(settings.field_keys, who.id, group.id, "Kanarek milczy.")
    visits = await people.initiative()
    home = await people.place(name="Dom", address="ul. Kanarkowa 3", private=True)
    await people.save(Pair(initiative=visits.id, member=(await people.member(visits, who)).id, place=home.id))
    await finishes(settings, staff, who)
    await everywhere(staff, f"participant:{who.id}")
    await written_to_many(participant=who.id)
    await said_of_initiatives(settings)
    await break_glass.ask(settings, people.actor(staff), f"participant:{who.id}", "Kanarka w kryzysie, nie odbiera.")
    return who


async def finishes(settings: Settings, staff: Account, who: Participant) -> None:
    """A course with a certificate and a social contract with words sealed; somebody else's contract names them too."""
    whole, day, actor = "Kanarka Kanarecka, zwana Kanar", date(2026, 11, 1), people.actor(staff)
    course = await people.initiative(kind="course")
    mine = await people.member(course, who)
    meeting = await people.meeting(course)
    await people.save(Coming(meeting=meeting.id, member=mine.id, came=False, made_up="Kanarka była w bibliotece"))
    paper: dict[str, Any] = {"name": "Kanarka Kanarecka", "course": "Kurs", "exception": whole, "undone_words": whole}
    paper |= {"finished_on": day, "issued_on": day, "first_day": day, "last_day": day, "year": 2026, "attended": 1}
    number = await database.fetchval("SELECT count(*)::int + 1 FROM completion")
    await people.save(Completion(initiative=course.id, member=mine.id, number=number, sessions=1, minutes=90, **paper))
    for whose in (who, await people.participant()):
        of = await contract_acts.begin(actor, whose.id, Details(None, day, None))
        goal = await contract_lines.add_goal(settings, actor, of, whole)
        await contract_lines.add_step(settings, actor, of, StepDetails(goal, whole, None, None, None))
        await contract_acts.sign(actor, of, 0, day)
        await contract_acts.end(settings, actor, of, 1, ContractState.ENDED, day, whole)


async def regularly(who: Volunteer, initiative: UUID, since: date, role: UUID) -> None:
    place = await database.fetchval("SELECT id FROM place LIMIT 1")
    of = await people.save(Series(initiative=initiative, place=place, rrule="FREQ=WEEKLY", first_day=since,
                                  starts=time(17), ends=time(18), timezone="Europe/Warsaw"))  # fmt: skip
    await people.save(
        RegularTask(
            series=of.id,
            role=role,
            volunteer=who.id,
            state="accepted",
            first_day=since,
            override_word="Kanarka prosiła",
        )
    )


async def planned(who: Volunteer, opening: UUID, day: date) -> None:
    """A pair of a plan that somebody refused with a word, and a seat there they come near to."""
    of = await people.save(Plan(first_day=day, last_day=day))
    await people.save(
        PlanPair(plan=of.id, opening=opening, volunteer=who.id, state="refused", word="Kanarka woli co innego")
    )
    gap = await people.save(PlanGap(plan=of.id, opening=opening, missing=1))
    await people.save(GapNearest(gap=gap.id, volunteer=who.id, place=1))


async def helps(who: Volunteer, *, past: bool) -> UUID:
    """An accepted place at a meeting; the opening's id."""
    of = await people.initiative(coordinator=(await people.account()).id)
    days = -40 - await database.fetchval("SELECT count(*)::int FROM meeting") if past else 3
    begins = (clock.now() + timedelta(days=days)).replace(tzinfo=None, microsecond=0)
    opening = await people.opening(await people.meeting(of, starts=begins), taken=1)
    await planned(who, opening.id, begins.date())
    row = await people.save(
        Assignment(
            opening=opening.id,
            volunteer=who.id,
            state="done" if past else "accepted",
            missed_words="Kanarka nie mogła",
            override_word="Kanarka dojedzie",
        )
    )
    await people.save(
        AssignmentChange(assignment=row.id, was="invited", became="accepted", channel="web", words="u Kanarki gorączka")
    )
    waves = await people.save(Waves(opening=opening.id, state="full", size=2, hours=24, wave=1))
    await people.save(WaveAsked(waves=waves.id, assignment=row.id, wave=1))
    meeting = await database.fetchrow("SELECT * FROM meeting WHERE id = $1", opening.meeting)
    assert meeting
    await people.save(Booking(assignment=row.id, meeting=meeting["id"], volunteer=who.id, accepted=True,
                              starts_at=meeting["starts_at"], ends_at=meeting["ends_at"]))  # fmt: skip
    if past:
        await people.save(
            HoursWorked(
                volunteer=who.id,
                initiative=of.id,
                assignment=row.id,
                day=begins.date(),
                minutes=60,
                words="zakupy z Kanarką",
                state="refused",
                reason="Kanarki nie było",
            )
        )
        await regularly(who, of.id, begins.date(), opening.role)
    await message(f"a:{row.id}", f"assignment:{row.id}", "inny@adres.example", "Kanarko, do zobaczenia")
    found: UUID = opening.id
    return found
