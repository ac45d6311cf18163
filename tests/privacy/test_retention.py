"""Every rule of keeping at its boundary: a day before a row stays, a day after it goes; once a night."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from support import people

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import NeedEvidence, PartnerAsked
from volunteer_hub.exchange.people_import.tables import PeopleImport
from volunteer_hub.initiatives.circle_tables import CircleTask
from volunteer_hub.initiatives.course_tables import Contract, ContractGoal, ContractStep
from volunteer_hub.initiatives.tables import Goal
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.matching.tables import Plan, PlanPair
from volunteer_hub.papers.tables import CertificateAsked, IssuedPaper
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Agreement, GuardianLink, School, Service, StepTaken
from volunteer_hub.privacy import retention
from volunteer_hub.privacy.periods import Act, Period
from volunteer_hub.replies.bulk.tables import Bulk
from volunteer_hub.schedule.tables import Assignment, Booking, HoursWorked, RegularTask
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamMember, TeamTask
from volunteer_hub.settings import Settings, load

DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_DATA_DIR": str(tmp_path)})


async def sql(statement: str, *values: object) -> None:
    await database.execute(statement, *values)


async def since(period: Period) -> datetime:
    """The moment that lies exactly the period back, by the database's clock."""
    found: datetime = await database.fetchval(f"SELECT {period.sql}")
    return found


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


async def participants(at: datetime) -> None:
    who = await people.participant(created_at=at - DAY)
    group = await people.initiative(kind="group", state="finished", starts_on=at.date() - DAY)
    await people.member(group, who, joined_on=at.date() - DAY)
    await people.meeting(group, starts=(at - timedelta(hours=2)).replace(tzinfo=None), ends_at=at, starts_at=at - DAY)


async def ended(at: datetime, kind: str, **values: Any) -> UUID:
    """An initiative that was finished at `at`, as its history says."""
    of = await people.initiative(kind=kind, state="finished", **values)
    why = "Koniec" if kind == "one_off" else ""
    await sql("INSERT INTO initiative_change (id, initiative, was, became, reason, at) VALUES"
              " (gen_random_uuid(), $1, 'running', 'finished', $3, $2)", of.id, at, why)  # fmt: skip
    found: UUID = of.id
    return found


async def diaries(at: datetime) -> None:
    of = await ended(at, "course")
    await sql("INSERT INTO diary_entry (id, initiative, day, words, at) VALUES (gen_random_uuid(), $1, '2020-01-01',"
              " 'Start', now())", of)  # fmt: skip


async def circle_goals(at: datetime) -> None:
    of = await ended(at, "circle")
    await people.save(Goal(initiative=of, words="Wyprawka do szkoły"))


async def circle_tasks(at: datetime) -> None:
    of = await ended(at, "circle")
    await people.save(CircleTask(initiative=of, sealed=b"x"))


async def circle_outcome(at: datetime) -> None:
    await ended(at, "circle", outcome="Poradzą sobie")


async def contract(at: datetime, **values: Any) -> UUID:
    """A social contract that ended at `at`."""
    days = {"signed_on": at.date() - DAY, "first_day": at.date() - DAY, "ended_on": at.date()}
    row = await people.save(Contract(participant=(await people.participant()).id, state="finished", **days, **values))
    found: UUID = row.id
    return found


async def contract_words(at: datetime) -> None:
    await people.save(ContractGoal(contract=await contract(at), sealed=b"x"))


async def contract_steps(at: datetime) -> None:
    goal = await people.save(ContractGoal(contract=await contract(at)))
    await people.save(ContractStep(goal=goal.id, sealed=b"x"))


async def contract_outcome(at: datetime) -> None:
    await contract(at, outcome=b"x")


async def initiative_reasons(at: datetime) -> None:
    await ended(at, "one_off")


async def requests(at: datetime) -> None:
    await closed_request(at, name="Zofia", text="Zakupy")


async def request_notes(at: datetime) -> None:
    id = await closed_request(at)
    await sql(
        "INSERT INTO request_move (id, request, was_desk, desk, state, at, note)"
        " VALUES (gen_random_uuid(), $1, '', '', 'new', now(), 'dopisek')",
        id,
    )


async def closed_request(at: datetime, **values: str) -> UUID:
    blank = {"name": "", "text": "", "for_whom": "me", "language": "pl", "number": uuid4().hex[:8]}
    row = await people.save(Request(**(blank | values), state="closed", closed_at=at))
    found: UUID = row.id
    return found


async def over(at: datetime, **values: Any) -> UUID:
    """A need that was met at `at`, with a line of its history then."""
    row = await people.need(state="met", created_at=at - DAY, **values)
    await sql("INSERT INTO need_change (id, need, was, became, at) VALUES (gen_random_uuid(), $1, '', 'met', $2)",
              row.id, at)  # fmt: skip
    found: UUID = row.id
    return found


async def needs(at: datetime) -> None:
    await over(at, voiced_by="Pani Zofia")


async def need_evidence(at: datetime) -> None:
    await people.save(NeedEvidence(need=await over(at), kind="request", words="Pani Zofia", seen_on=at.date()))


async def need_reasons(at: datetime) -> None:
    need = await over(at)
    await sql("UPDATE need_change SET reason = 'Pani Zofia' WHERE need = $1", need)


async def geocoded(at: datetime) -> None:
    await sql("INSERT INTO geocoded (id, asked, at) VALUES (gen_random_uuid(), 'ul. Miła 1', $1)", at)


async def contacts(at: datetime) -> None:
    await people.resource(contact_name="Jan Lis", closed_on=at.date(), public=False)


async def partners_asked(at: datetime) -> None:
    need, partner = await people.need(), await people.resource()
    await people.save(PartnerAsked(need=need.id, resource=partner.id, words="Dzień dobry", at=at))


async def team_members(at: datetime) -> None:
    meeting = await people.team_meeting()
    await people.save(TeamMember(team=meeting.team, name="Jan Lis", function="kurator", joined_on=at.date() - DAY,
                                 left_on=at.date()))  # fmt: skip


async def agendas(at: datetime) -> None:
    meeting = await people.team_meeting(ends_at=at)
    await people.save(AgendaItem(meeting=meeting.id, words="Plac zabaw"))


async def team_tasks(at: datetime) -> None:
    meeting = await people.team_meeting(ends_at=at)
    await people.save(TeamTask(meeting=meeting.id, words="Zadzwonić do szkoły"))


async def inbound(at: datetime) -> None:
    await sql("INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)"
              " VALUES (gen_random_uuid(), 'SM1', '+48500100200', 'tak', $1, '', '')", at)  # fmt: skip


async def message(at: datetime, about: str) -> None:
    await sql(
        "INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html,"
        " calendar_method, reply_code, state, due_at, attempt, deferred, checks, error, trace, created_at, finished_at)"
        " VALUES (gen_random_uuid(), 'k', $1, 'sms', '+48500100200', 'pl', 'unclear', '', 'b', '', '', '', 'delivered',"
        " $2, 0, 0, 0, '', '', $2, $2)",
        about, at,
    )  # fmt: skip


async def messages(at: datetime) -> None:
    await message(at, "volunteer:x")


async def account_letters(at: datetime) -> None:
    await message(at, "account:x")


async def hooks(at: datetime) -> None:
    await message(at, "webhook:x")


async def answered_at(about: str, at: datetime) -> None:
    await sql("INSERT INTO reply_address (id, about, seed, token_hash, made_at) VALUES"
              " (gen_random_uuid(), $1::varchar, 'x', sha256($1::varchar::bytea), $2)", about, at - DAY)  # fmt: skip


async def calendar_addresses(at: datetime) -> None:
    opening, who = await people.opening(), await people.volunteer()
    await sql("UPDATE meeting SET starts_at = $1::timestamptz - interval '1 hour', ends_at = $1", at)
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    await answered_at(f"assignment:{row.id}", at)


async def proven_numbers(at: datetime) -> None:
    await sql("INSERT INTO proven_number (address, at, how) VALUES ('+48500100200', $1, 'sms')", at)


async def to_many(at: datetime) -> None:
    await people.save(Bulk(whom="volunteers", state="sent", sent_at=at))


async def to_many_drafts(at: datetime) -> None:
    await people.save(Bulk(whom="volunteers", changed_at=at))


async def drafts(at: datetime) -> None:
    await sql("INSERT INTO draft (id, token_hash, form, data, updated_at)"
              " VALUES (gen_random_uuid(), 'x', 'f', '{}', $1)", at)  # fmt: skip


async def kept_forms(at: datetime) -> None:
    await of_account(None, "INSERT INTO kept_form (id, account, path, sealed, kept_at)"
                     f" VALUES (gen_random_uuid(), $1, '/desk', 'x', '{at}')")  # fmt: skip


async def codes(at: datetime) -> None:
    await sql("INSERT INTO sign_in_code (id, address_hash, browser_hash, secret_hash, purpose, address, tries, minutes,"
              " created_at) VALUES (gen_random_uuid(), 'a', 'b', 'c', 'sign-in', '', 0, 10, $1)",
              at - timedelta(minutes=10))  # fmt: skip


async def of_account(at: datetime | None, statement: str, role: Role = Role.COORDINATOR) -> None:
    row = await people.account(role, closed_at=at)
    if statement:
        await sql(statement, row.id)


async def sessions(at: datetime) -> None:
    await of_account(None, "INSERT INTO session (id, token_hash, account, label, created_at, seen_at, stage) VALUES"
                     f" (gen_random_uuid(), 'x', $1, '', '{at}', '{at}', 'whole')")  # fmt: skip


async def devices(at: datetime) -> None:
    await of_account(None, "INSERT INTO device (id, token_hash, account, label, created_at, seen_at) VALUES"
                     f" (gen_random_uuid(), 'x', $1, '', '{at}', now())")  # fmt: skip


async def allowances(at: datetime) -> None:
    await sql("INSERT INTO allowance (id, key_hash, unspent, at) VALUES (gen_random_uuid(), 'x', 1, $1)", at)


async def merged_accounts(at: datetime) -> None:
    await of_account(at, "", Role.VOLUNTEER)


async def staff(at: datetime) -> None:
    await of_account(at, "")


async def staff_codes(at: datetime) -> None:
    await of_account(at, "INSERT INTO recovery_code (id, account, code_hash) VALUES (gen_random_uuid(), $1, 'x')")


async def staff_views(at: datetime) -> None:
    await of_account(at, "INSERT INTO saved_view (id, account, name, query, shared, created_at)"
                     " VALUES (gen_random_uuid(), $1, 'w', 'q', false, now())")  # fmt: skip


async def break_glass(at: datetime) -> None:
    await of_account(None, "INSERT INTO break_glass (id, account, about, reason, asked_at)"
                     f" VALUES (gen_random_uuid(), $1, 'participant:x', 'powód', '{at}')")  # fmt: skip


async def rights(at: datetime) -> None:
    await sql("INSERT INTO rights_request (id, subject, \"right\", state, channel, words, answer, asked_at, due_on,"
              " identity_checked, done_at) VALUES (gen_random_uuid(), 'volunteer:x', 'copy', 'done', 'web', '', '', $1,"
              " current_date, '', $1)", at)  # fmt: skip


async def imports(at: datetime) -> None:
    await people.save(PeopleImport(file_name="Wolontariusze.xlsx", headings=[], created_at=at))


PLANTED: dict[str, Callable[[datetime], Awaitable[None]]] = {
    "never-helped": never_helped, "left": left, "matching": matching, "availability": availability, "away": away,
    "plans": plans,
    "unused-offers": unused_offers, "absences": absences, "hours-words": hours_words, "hours-refused": hours_refused,
    "insurance-lists": insurance_lists, "lists-and-slips": lists_and_slips, "certificates-asked": certificates_asked,
    "imports": imports,
    "guardians": guardians, "guardian-links": guardian_links, "schools": schools,
    "clearances": clearances, "participants": participants, "diaries": diaries,
    "circle-tasks": circle_tasks, "circle-goals": circle_goals, "circle-outcome": circle_outcome,
    "contract-words": contract_words, "contract-steps": contract_steps,
    "contract-outcome": contract_outcome,
    "initiative-reasons": initiative_reasons, "requests": requests, "request-notes": request_notes,
    "needs": needs, "need-evidence": need_evidence, "need-reasons": need_reasons, "geocoded": geocoded,
    "contacts": contacts, "partners-asked": partners_asked, "team-members": team_members, "agendas": agendas,
    "team-tasks": team_tasks, "inbound": inbound, "messages": messages, "account-letters": account_letters,
    "hooks": hooks,
    "calendar-addresses": calendar_addresses, "to-many": to_many, "to-many-drafts": to_many_drafts,
    "proven-numbers": proven_numbers, "drafts": drafts, "kept-forms": kept_forms, "codes": codes,
    "sessions": sessions, "devices": devices, "allowances": allowances, "merged-accounts": merged_accounts,
    "staff": staff, "staff-codes": staff_codes, "staff-views": staff_views, "break-glass": break_glass,
    "rights": rights,
}  # fmt: skip


def test_every_rule_is_tried() -> None:
    assert PLANTED.keys() == retention.BY_KEY.keys()


@pytest.mark.parametrize("key", PLANTED)
async def test_a_day_before_it_stays_and_a_day_after_it_goes(db: str, settings: Settings, key: str) -> None:
    rule = retention.BY_KEY[key]
    step = timedelta(minutes=1) if rule.period.unit == "minutes" else DAY
    edge = await since(rule.period)
    await PLANTED[key](edge + step)
    assert (await retention.due())[key] == 0
    assert await retention.carry_out(settings, rule) == 0
    for table in ("volunteer", "participant", "account", "message", "request", "meeting"):
        if await database.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
            await sql(f"TRUNCATE {table} CASCADE")
    await sql(f"TRUNCATE {rule.table} CASCADE")
    await PLANTED[key](edge - step)
    assert (await retention.due())[key] == 1
    before = await database.fetchval(f"SELECT count(*) FROM {rule.table}")
    assert await retention.carry_out(settings, rule) == 1
    after = await database.fetchval(f"SELECT count(*) FROM {rule.table}")
    assert before - after == (0 if rule.act is Act.BLANK else 1)
    assert (await retention.due())[key] == 0
    assert await retention.carry_out(settings, rule) == 0


@pytest.mark.parametrize(
    ("state", "last_day", "goes"),
    [("accepted", None, 0), ("invited", 5, 0), ("accepted", -5, 0), ("accepted", -40, 1), ("withdrawn", None, 1)],
)
async def test_the_address_of_a_regular_task_stays_as_long_as_the_task_and_a_month(
    db: str, settings: Settings, state: str, last_day: int | None, goes: int
) -> None:
    of, who, today = await people.initiative(), await people.volunteer(), clock.today(people.ZONE)
    series, role = await people.series(of), await people.role(of)
    days = {"first_day": today - timedelta(days=90), "last_day": last_day and today + timedelta(days=last_day)}
    task = await people.save(RegularTask(series=series.id, role=role.id, volunteer=who.id, state=state, **days))
    await answered_at(f"regular:{task.id}", clock.now() - timedelta(days=90))
    assert await retention.carry_out(settings, retention.BY_KEY["calendar-addresses"]) == goes


async def test_the_home_of_a_personal_need_goes_with_its_words_and_a_communitys_place_stays(
    db: str, settings: Settings
) -> None:
    edge = await since(retention.BY_KEY["needs"].period) - DAY
    home = await over(edge, personal=True, about="Druga klatka", address="ul. Miła 1", latitude=52.1, longitude=19.3)
    plain = await over(edge, latitude=52.1, longitude=19.3)
    assert (await retention.due())["needs"] == 1, "a community's place says nothing about anybody"
    await retention.carry_out(settings, retention.BY_KEY["needs"])
    rows = await database.fetch("SELECT id, about, address, latitude, longitude FROM need")
    left = {row["id"]: tuple(row)[1:] for row in rows}
    assert left == {home: ("", "", *people.CENTRE), plain: ("", "", 52.1, 19.3)}


async def test_an_open_need_keeps_its_words_however_old(db: str, settings: Settings) -> None:
    long_ago = await since(retention.BY_KEY["needs"].period) - DAY
    await people.need(created_at=long_ago, about="Druga klatka", voiced_by="Pani Zofia")
    assert (await retention.due())["needs"] == 0


async def test_a_contract_that_runs_keeps_its_words_and_its_participant(db: str, settings: Settings) -> None:
    """Open-ended and signed long ago it runs; a draft that waited as long, and one whose last day passed, are over."""
    long_ago = clock.now() - timedelta(days=800)
    day = long_ago.date()
    for values in ({}, {"last_day": day}, {"state": "draft", "signed_on": None}):
        who = await people.participant(created_at=long_ago)
        of = await people.save(
            Contract(**({"participant": who.id, "state": "signed", "signed_on": day, "first_day": day} | values))
        )
        await people.save(ContractGoal(contract=of.id, sealed=b"x"))
    due = await retention.due()
    assert due["contract-words"] == 2 and due["participants"] == 2
    await retention.carry_out(settings, retention.BY_KEY["participants"])
    stay = await database.fetch("SELECT last_day FROM contract WHERE participant IS NOT NULL")
    assert [row["last_day"] for row in stay] == [None]


async def test_what_the_law_keeps_stays(db: str, settings: Settings) -> None:
    """An agreement, a service or a meeting within five years holds a volunteer back, whenever they left."""
    long_ago = clock.now() - timedelta(days=6 * 365)
    lately = clock.now() - timedelta(days=4 * 365)
    of_agreement, open_ended, of_service, of_booking = [await started(long_ago) for _ in range(4)]
    for who, until in ((of_agreement, lately.date()), (open_ended, None)):
        await people.save(Agreement(volunteer=who, signed_on=long_ago.date(), valid_from=long_ago.date(),
                                    valid_until=until, noted_at=long_ago))  # fmt: skip
    await people.save(
        Service(volunteer=of_service, first_day=long_ago.date(), last_day=lately.date(), noted_at=long_ago)
    )
    opening = await people.opening()
    row = await people.save(Assignment(opening=opening.id, volunteer=of_booking, state="done"))
    await people.save(Booking(assignment=row.id, meeting=opening.meeting, volunteer=of_booking,
                              starts_at=lately - DAY, ends_at=lately, accepted=True))  # fmt: skip
    nobody_holds = await started(long_ago)
    assert (await retention.due())["left"] == 1
    assert await retention.carry_out(settings, retention.BY_KEY["left"]) == 1
    rows = await database.fetch("SELECT id FROM volunteer")
    assert {row["id"] for row in rows} == {of_agreement, open_ended, of_service, of_booking}
    assert await database.fetchval("SELECT subject FROM erasure") == f"volunteer:{nobody_holds}"


@pytest.mark.parametrize("kind", ["volunteer", "participant"])
async def test_whoever_asked_us_to_keep_it_or_has_a_right_open_is_left_alone(
    db: str, settings: Settings, kind: str
) -> None:
    long_ago = clock.now() - timedelta(days=800)
    for restricted in (clock.now(), None):
        make = people.participant if kind == "participant" else people.volunteer
        more = {} if kind == "participant" else {"step": Step.APPLIED, "step_since": long_ago}
        who = await make(created_at=long_ago, restricted_at=restricted, **more)
    rule = retention.BY_KEY["participants" if kind == "participant" else "never-helped"]
    await sql("INSERT INTO rights_request (id, subject, \"right\", state, channel, words, answer, asked_at, due_on,"
              " identity_checked) VALUES (gen_random_uuid(), $1, 'copy', 'open', 'web', '', '', now(), now(), '')",
              f"{kind}:{who.id}")  # fmt: skip
    assert await retention.carry_out(settings, rule) == 0
    await sql("UPDATE rights_request SET state = 'done'")
    assert await retention.carry_out(settings, rule) == 1, "control: the other one is due"


async def test_a_dry_run_counts_and_changes_nothing(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    assert {key: n for key, n in (await retention.dry()).items() if n} == {"inbound": 1}
    assert await database.fetchval("SELECT count(*) FROM inbound") == 1
    (run,) = await retention.runs()
    assert (run.dry, run.night, run.total) == (True, None, 1)
    await retention.plan(settings)
    assert await database.fetchval("SELECT count(*) FROM inbound") == 0


async def nights() -> list[dict[str, int]]:
    rows = await database.fetch("SELECT counts FROM retention_run WHERE NOT dry")
    return [json.loads(row["counts"]) for row in rows]


async def test_of_several_workers_one_cleans_the_night(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    await asyncio.gather(*(retention.plan(settings) for _ in range(6)))
    assert [run["inbound"] for run in await nights()] == [1]
    await retention.plan(settings)
    assert len(await nights()) == 1
    await sql("UPDATE retention_run SET night = night - 1")
    await retention.plan(settings)
    assert len(await nights()) == 2


async def test_control_without_the_claim_each_cleans(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql("ALTER TABLE retention_run DROP CONSTRAINT retention_run_night_key")
    monkeypatch.setattr(retention, "CLAIM", retention.CLAIM.replace("ON CONFLICT (night) DO NOTHING", ""))
    ready = asyncio.Barrier(4)
    fetchval = database.fetchval

    async def together(statement: str, *values: object) -> Any:
        found = await fetchval(statement, *values)
        if "WHERE night" in statement:
            await ready.wait()
        return found

    monkeypatch.setattr(database, "fetchval", together)
    await asyncio.gather(*(retention.plan(settings) for _ in range(4)))
    assert len(await nights()) == 4


async def test_more_than_a_step_goes_in_one_night(db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    await sql("INSERT INTO allowance (id, key_hash, unspent, at) SELECT gen_random_uuid(), n::text::bytea, 1,"
              " now() - interval '9 days' FROM generate_series(1, 10) n")  # fmt: skip
    assert await retention.carry_out(settings, retention.BY_KEY["allowances"]) == 10
    assert await database.fetchval("SELECT count(*) FROM allowance") == 0


async def test_a_row_in_somebodys_hands_waits_for_the_next_night(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    holder = await database.DB.get_new_connection()
    try:
        held = holder.transaction()
        await held.start()
        await holder.execute("SELECT FROM inbound FOR UPDATE")
        assert await retention.carry_out(settings, retention.BY_KEY["inbound"]) == 0
        await held.rollback()
    finally:
        await holder.close()
    assert await retention.carry_out(settings, retention.BY_KEY["inbound"]) == 1


async def test_staff_whose_account_is_open_are_not_touched(db: str, client: httpx2.AsyncClient) -> None:
    row: Account = await people.signed_in(client)
    await sql("UPDATE account SET created_at = now() - interval '9 years' WHERE id = $1", row.id)
    assert (await retention.due())["staff"] == 0
