"""Of volunteers: who they are, when they can, where they were asked, their hours and papers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from privacy.planted.common import DAY, Planter, sql
from support import people

from volunteer_hub.exchange.people_import.tables import PeopleImport
from volunteer_hub.kit import database
from volunteer_hub.matching.tables import Plan, PlanPair
from volunteer_hub.papers.tables import CertificateAsked, IssuedPaper
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Agreement, GuardianLink, School, Service, StepTaken
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.tables import Assignment


async def started(at: datetime, **values: Any) -> UUID:
    """A volunteer who came to be active and whose row was written at `at`."""
    who = await people.volunteer(**({"step": Step.LEFT, "step_since": at, "created_at": at} | values))
    await people.save(StepTaken(volunteer=who.id, step=Step.ACTIVE, at=at))
    return who.id


async def never_helped(at: datetime) -> None:
    await people.volunteer(step=Step.APPLIED, created_at=at, step_since=at, causes=[], languages=[])


async def left(at: datetime) -> None:
    who = await started(at)
    for table in (Agreement, Service):
        begun = {"signed_on": at.date() - DAY, "valid_from": at.date() - DAY} if table is Agreement else {}
        ended = {"valid_until": at.date()} if table is Agreement else {"first_day": at.date() - DAY, "last_day": at}
        await people.save(table(volunteer=who, noted_at=at, **begun, **ended))


async def matching(at: datetime) -> None:
    await started(at, skills=["music"], free=False)


async def availability(at: datetime) -> None:
    await started(at, causes=[], latitude=None, longitude=None)
    await sql("DELETE FROM availability WHERE weekday > 1")


async def away(at: datetime) -> None:
    who = await people.volunteer()
    await sql("INSERT INTO away VALUES (gen_random_uuid(), $1, $2, $2)", who.id, at.date())


async def plans(at: datetime) -> None:
    opening, who = await people.opening(), await people.volunteer()
    of = await people.save(Plan(first_day=at.date() - timedelta(days=13), last_day=at.date()))
    await people.save(PlanPair(plan=of.id, opening=opening.id, volunteer=who.id, word="Zna drogę"))


async def unused_offers(at: datetime) -> None:
    opening = await people.opening()
    await sql("UPDATE meeting SET starts_at = $1::timestamptz - interval '1 hour', ends_at = $1", at)
    who = await people.volunteer()
    await people.save(Assignment(opening=opening.id, volunteer=who.id, state="declined"))


async def absences(at: datetime) -> None:
    opening = await people.opening()
    await sql("UPDATE meeting SET starts_at = $1::timestamptz - interval '1 hour', ends_at = $1", at)
    who = await people.volunteer()
    await people.save(Assignment(opening=opening.id, volunteer=who.id, state="missed", missed_reason="ill"))


async def hours(at: datetime, **values: Any) -> None:
    who, of = await people.volunteer(), await people.initiative()
    given = {"day": at.date(), "minutes": 60, "state": "approved"} | values
    await people.save(HoursWorked(volunteer=who.id, initiative=of.id, **given))


async def hours_words(at: datetime) -> None:
    await hours(at, words="zakupy z panią Zofią")


async def hours_refused(at: datetime) -> None:
    await hours(at, state="refused", decided_at=at)


async def paper(at: datetime, kind: str) -> None:
    named: dict[str, Any] = {"kind": kind, "year": at.year, "number": 1, "code": kind, "language": "pl"}
    await people.save(IssuedPaper(**named, facts=b"f", document=b"d", issued_at=at))


async def insurance_lists(at: datetime) -> None:
    await paper(at, "insurance")


async def lists_and_slips(at: datetime) -> None:
    await paper(at, "attendance")


async def certificates_asked(at: datetime) -> None:
    asked: dict[str, Any] = {"first_day": at.date(), "last_day": at.date(), "language": "pl", "answered_at": at}
    await people.save(CertificateAsked(volunteer=(await people.volunteer()).id, **asked))


async def guardians(at: datetime) -> None:
    birth = await database.fetchval("SELECT ($1::timestamptz - interval '18 years')::date", at)
    await people.volunteer(birth_date=birth, guardian_name="Ewa Lis", guardian_phone="+48500100100")


async def guardian_links(at: datetime) -> None:
    who = await people.volunteer()
    await people.save(GuardianLink(volunteer=who.id, token_hash=b"x", channel="sms", ends_at=at))


async def schools(at: datetime) -> None:
    await people.save(School(name="SP 3", contact_name="Jan", closed_at=at))


async def clearances(at: datetime) -> None:
    await people.clearance(await people.volunteer(), valid_until=at.date())


async def answered_at(about: str, at: datetime) -> None:
    await sql("INSERT INTO reply_address (id, about, seed, token_hash, made_at) VALUES"
              " (gen_random_uuid(), $1::varchar, 'x', sha256($1::varchar::bytea), $2)", about, at - DAY)  # fmt: skip


async def calendar_addresses(at: datetime) -> None:
    opening, who = await people.opening(), await people.volunteer()
    await sql("UPDATE meeting SET starts_at = $1::timestamptz - interval '1 hour', ends_at = $1", at)
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    await answered_at(f"assignment:{row.id}", at)


async def imports(at: datetime) -> None:
    await people.save(PeopleImport(file_name="Wolontariusze.xlsx", headings=[], created_at=at))


PLANTED: dict[str, Planter] = {
    "never-helped": never_helped,
    "left": left,
    "matching": matching,
    "availability": availability,
    "away": away,
    "plans": plans,
    "unused-offers": unused_offers,
    "absences": absences,
    "guardians": guardians,
    "guardian-links": guardian_links,
    "schools": schools,
    "clearances": clearances,
    "hours-words": hours_words,
    "hours-refused": hours_refused,
    "insurance-lists": insurance_lists,
    "lists-and-slips": lists_and_slips,
    "certificates-asked": certificates_asked,
    "imports": imports,
    "calendar-addresses": calendar_addresses,
}
