"""A volunteer and a participant planted in every text column that there is about them."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from privacy.canaries.eye import EMAIL, FAMILY, PHONE
from privacy.canaries.said import everywhere, inbound, message, said_of_initiatives, written_to_many
from support import people

from volunteer_hub.access import break_glass
from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives import contract_acts, contract_lines
from volunteer_hub.initiatives.circle_tables import CircleHelper, Pair
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.initiatives.course_tables import Completion
from volunteer_hub.initiatives.tables import Joining
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.matching.tables import GapNearest, Plan, PlanGap, PlanPair, WaveAsked, Waves
from volunteer_hub.papers.tables import CertificateAsked, IssuedPaper
from volunteer_hub.people import confided, consents
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.tables import Agreement, GuardianLink, NotTheSame, Participant, Service, StepTaken, Volunteer
from volunteer_hub.schedule.attendance.tables import Coming, ComingChange
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.tables import Assignment, AssignmentChange, Booking, RegularTask, Series
from volunteer_hub.settings import Settings


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
