"""For each role a world in which something of every kind is theirs, and something of the same kind somebody else's."""

import json
import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2

from support import papers, people
from volunteer_hub.access.tables import Account, BreakGlass, Device, Session
from volunteer_hub.atlas.tables import AreaDraft, AreaFile, NeedEvidence, OpeningHours
from volunteer_hub.exchange.api_access.tables import ApiToken, Webhook
from volunteer_hub.exchange.people_import.tables import PeopleImport, PeopleImportLine
from volunteer_hub.initiatives.circle_tables import CircleHelper, CircleTask
from volunteer_hub.initiatives.circle_tables import Pair as VisitedAt
from volunteer_hub.initiatives.course_tables import Completion, Contract, ContractGoal, ContractStep
from volunteer_hub.initiatives.tables import (
    AgeLimit,
    CampaignAction,
    DiaryEntry,
    FundingLine,
    Goal,
    Initiative,
    Joining,
    Material,
    Member,
    Paper,
    Partner,
    Takeover,
)
from volunteer_hub.intake.rules import DESKS, Desk
from volunteer_hub.intake.tables import Request, RequestMove
from volunteer_hub.kit import clock, database, geo, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.matching.tables import Plan, PlanPair
from volunteer_hub.messaging.tables import Message
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.tables import CertificateAsked
from volunteer_hub.people.tables import Agreement, Participant, Policy, SavedView, School, Volunteer
from volunteer_hub.privacy.tables import RightsRequest
from volunteer_hub.replies.bulk.tables import Bulk, BulkRecipient
from volunteer_hub.schedule.tables import Assignment, HoursWorked, Opening, RegularTask, SchoolBreak
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamMember, TeamTask

Ids = dict[str, UUID]
# What stands for an id in an address of the table of routes.
PLACE = re.compile(r"\{(\w+):uuid\}")


@dataclass(frozen=True)
class Pair:
    """What fills the placeholders of an address. `foreign` is None where all of its kind are this role's to see."""

    own: Ids
    foreign: Ids | None


@dataclass(frozen=True)
class World:
    """`pairs` by the beginning of an address; the longest one that fits is meant. `memberships`: (group, member)."""

    me: Account
    pairs: dict[str, Pair]
    memberships: list[tuple[Initiative, Participant, Member]]

    def pair(self, path: str) -> Pair:
        return self.pairs[max((one for one in self.pairs if path.startswith(one)), key=len)]


async def ask(client: httpx2.AsyncClient, method: str, path: str, ids: Ids) -> httpx2.Response:
    """Opens an address of the table of routes, its placeholders filled with `ids`; a POST is a form without words."""
    address = PLACE.sub(lambda place: str(ids[place[1]]), path.replace("{kind}", "volunteer"))
    if method == "GET":
        return await client.get(address)
    form = await client.get("/help")
    csrf = re.search(r'name="csrf" value="([^"]+)"', form.text)
    return await client.post(address, data={"csrf": csrf[1] if csrf else ""})


def absent(ids: Ids) -> Ids:
    """The same placeholders, filled with nothing's ids."""
    return {name: uuid4() for name in ids}


async def made(role: Role) -> World:
    me, other = await people.account(role), await people.account(role)
    found = {"/desk/account/sessions": await _sessions(me, other), "/desk/account/devices": await _devices(me, other)}
    found["/me/account/sessions"] = found["/desk/account/sessions"]
    groups = await _groups(role, me, other)
    found |= await _of_groups(role, me, other, groups)
    found |= await _plan(role, me, groups)
    found |= await _courses(role, me, other)
    if role in (Role.COORDINATOR, Role.SPECIALIST):
        found["/desk/contracts"] = Pair(*[await _contract(whose) for whose in (me, other)])
    if role is Role.VOLUNTEER:
        found["/me/circles"] = await _own_circles(me, groups)
        found["/me/visits"] = await _own_visits(me)
    if role in DESKS:
        found["/desk/requests"] = Pair(*[{"id": (await _request(desk)).id} for desk in _desks(role)])
    if role is Role.COORDINATOR:
        found |= await _desk(me, other) | await _people(me, other)
        found |= {"/desk/break-glass": Pair(await _glass(me), await _glass(other))}
    if role in (Role.COORDINATOR, Role.PROTECTION_OFFICER):
        subject = (await people.volunteer()).id
        asked = RightsRequest(subject=f"volunteer:{subject}", right="copy", channel="phone", due_on=date(2027, 1, 1))
        found["/desk/rights"] = Pair({"id": (await people.save(asked)).id}, None)
        found["/desk/rights/new"] = Pair({"id": subject}, None)
    if role is Role.ADMINISTRATOR:
        found["/desk/settings/accounts"] = Pair({"id": other.id}, {"id": (await people.account(Role.VOLUNTEER)).id})
        found |= await _programs(me)
    return World(me, found, groups)


async def _programs(me: Account) -> dict[str, Pair]:
    """A token, and a webhook that a delivery was given up of: every administrator's."""
    today = clock.today(people.ZONE)
    token = await people.save(
        ApiToken(name="Miasto", scopes=["groups"], token_hash=_hash(), made_by=me.id, ends_on=today)
    )
    webhook = await people.save(
        Webhook(name="Miasto", url="https://miasto.example/", kinds=["group"], secret_sealed=b"", made_by=me.id)
    )
    delivery = await people.save(
        Message(
            key=f"hook:{webhook.id}", about=f"webhook:{webhook.id}", channel="hook", address=str(webhook.id),
            language="", template="trial", body="{}", state="parked",
        )
    )  # fmt: skip
    return {
        "/desk/settings/programs/tokens": Pair({"id": token.id}, None),
        "/desk/settings/programs/webhooks": Pair({"id": webhook.id, "delivery": delivery.id}, None),
    }


async def _sessions(me: Account, other: Account) -> Pair:
    rows = [await people.save(Session(token_hash=_hash(), account=one.id)) for one in (me, other)]
    return Pair({"id": rows[0].id}, {"id": rows[1].id})


async def _devices(me: Account, other: Account) -> Pair:
    rows = [await people.save(Device(token_hash=_hash(), account=one.id)) for one in (me, other)]
    return Pair({"id": rows[0].id}, {"id": rows[1].id})


def _hash() -> bytes:
    return secret.fingerprint(secret.token())


async def _groups(role: Role, me: Account, other: Account) -> list[tuple[Initiative, Participant, Member]]:
    """A circle of mine and one of somebody else of the same role, each with a member."""
    found = []
    for whose in (me, other):
        of = await people.initiative(kind="circle", name=f"Zespół {whose.name}")
        if role is Role.COORDINATOR:
            await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, whose.id)
        else:
            await people.facilitator(of, whose)
        who = await people.participant()
        found.append((of, who, await people.member(of, who)))
    return found


async def _of_groups(
    role: Role, me: Account, other: Account, groups: list[tuple[Initiative, Participant, Member]]
) -> dict[str, Pair]:
    (mine, who, member), (theirs, stranger, else_member) = groups
    sees_all = role is Role.COORDINATOR
    inside = Pair({"id": mine.id, "member": member.id}, {"id": theirs.id, "member": else_member.id})
    waits = [
        {"id": of.id, "joining": (await people.save(Joining(initiative=of.id, participant=one.id, state="asked"))).id}
        for of, one in ((mine, who), (theirs, stranger))
    ]
    return await _inside(role, me, other, groups) | {
        "/desk/initiatives": Pair({"id": mine.id}, None if sees_all else {"id": theirs.id}),
        "/desk/initiatives/{id:uuid}/members": inside,
        "/desk/initiatives/{id:uuid}/joinings": Pair(*waits),
        "/desk/initiatives/{id:uuid}/calendar": inside,
        "/desk/initiatives/{id:uuid}/edit": inside,
        "/desk/initiatives/{id:uuid}/state": inside,
        "/desk/initiatives/{id:uuid}/reminders": inside,
        "/desk/initiatives/{id:uuid}/outcome": inside,
        "/desk/participants": Pair({"id": who.id}, None if sees_all else {"id": stranger.id}),
    }


async def _inside(
    role: Role, me: Account, other: Account, circles: list[tuple[Initiative, Participant, Member]]
) -> dict[str, Pair]:
    """What stands inside a circle of mine and one of somebody else; of groups and a campaign what only they have."""
    found: dict[str, list[Ids]] = {}
    for whose, (circle, _, _) in zip((me, other), circles, strict=True):
        found.setdefault("circle", []).append(await _team_of(circle, None if role is Role.COORDINATOR else whose))
        group = await people.initiative(kind="group")
        if role is Role.COORDINATOR:
            await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", group.id, whose.id)
        else:
            await people.facilitator(group, whose)
        money: dict[str, Any] = {"year": 2026, "source": "own", "amount": Decimal(100)}
        lines = {
            "goals": Goal(initiative=circle.id, words="Spokojne wieczory"),
            "partners": Partner(initiative=circle.id, name="Piekarnia"),
            "funding": FundingLine(initiative=circle.id, **money),
            "diary": DiaryEntry(initiative=circle.id, day=date(2026, 11, 1), sealed=b"x"),
            "papers": Paper(initiative=circle.id, words="Zgoda na salę"),
            "takeovers": Takeover(initiative=group.id, words="Klucze"),
        }
        for slug, row in lines.items():
            line = (await people.save(row)).id
            found.setdefault(slug, []).append({"id": row.initiative, "item": line, "entry": line})
    pairs = {f"/desk/initiatives/{{id:uuid}}/{slug}": Pair(*both) for slug, both in found.items()}
    mine, theirs = found["takeovers"]  # of groups: a circle has no poster
    pairs["/desk/initiatives/{id:uuid}/poster"] = Pair(mine, None if role is Role.COORDINATOR else theirs)
    campaign = await people.initiative(kind="educational")
    shown = await people.save(Material(initiative=campaign.id, name="Ulotka"))
    done = CampaignAction(initiative=campaign.id, day=date(2026, 11, 1), words="Stoisko", place_name="Rynek")
    for slug, item in (("materials", shown), ("actions", await people.save(done))):
        pairs[f"/desk/initiatives/{{id:uuid}}/{slug}"] = Pair({"id": campaign.id, "item": item.id}, None)
    return pairs


async def _team_of(circle: Initiative, whose: Account | None) -> Ids:
    """A circle's team, which `whose` leads if they are given, a colleague in it and their task."""
    since: dict[str, Any] = {"initiative": circle.id, "joined_on": date(2026, 9, 1)}
    if whose:
        await people.save(CircleHelper(account=whose.id, leads=True, **since))
    colleague = (await people.account(Role.SPECIALIST)).id
    helper = await people.save(CircleHelper(account=colleague, leads=not whose, **since))
    task = await people.save(CircleTask(initiative=circle.id, helper=helper.id, sealed=b"x"))
    return {"id": circle.id, "helper": helper.id, "task": task.id}


async def _own_visits(me: Account) -> Pair:
    """Whom I visit as a volunteer, having said yes, and whom somebody else does."""
    mine = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", me.id)
    both: list[Ids] = []
    for who in (mine, (await people.volunteer()).id):
        of, home = await people.initiative(), await people.place(private=True)
        visited = await people.member(of, await people.participant())
        await people.save(VisitedAt(initiative=of.id, member=visited.id, place=home.id))
        opening = await people.opening(await people.meeting(of), taken=1)
        await people.save(Assignment(opening=opening.id, volunteer=who, state="accepted"))
        both.append({"id": of.id})
    return Pair(*both)


async def _own_circles(me: Account, circles: list[tuple[Initiative, Participant, Member]]) -> Pair:
    """A circle whose team I am in as a volunteer, with a task of mine, and one of others."""
    who = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", me.id)
    both: list[Ids] = []
    for circle, one in zip(circles, (who, (await people.volunteer()).id), strict=True):
        helper = CircleHelper(initiative=circle[0].id, volunteer=one, joined_on=date(2026, 9, 1))
        helper = await people.save(helper)
        task = await people.save(CircleTask(initiative=circle[0].id, helper=helper.id, sealed=b"x"))
        both.append({"id": circle[0].id, "task": task.id})
    return Pair(*both)


async def _accepted(volunteer: UUID) -> Ids:
    """A place of theirs that they may give back."""
    mine = Assignment(opening=(await people.opening(taken=1)).id, volunteer=volunteer, state="accepted")
    return {"id": (await people.save(mine)).id}


async def _plan(role: Role, me: Account, groups: list[tuple[Initiative, Participant, Member]]) -> dict[str, Pair]:
    meetings = [await people.meeting(of) for of, _, _ in groups]
    seats = []
    for meeting in meetings:
        opening = await people.opening(meeting)
        mine = role is Role.VOLUNTEER and not seats
        who = await people.volunteer(account=me.id if mine else None)
        seats.append((opening, await people.save(Assignment(opening=opening.id, volunteer=who.id, state="invited"))))
    all_theirs = role is Role.COORDINATOR
    regular = [await _regular(of, *both) for (of, _, _), both in zip(groups, seats, strict=True)]
    rung = [{"id": at.id, "member": member.id} for at, (_, _, member) in zip(meetings, groups, strict=True)]
    given = [await _hours(of, asked.volunteer) for (of, _, _), (_, asked) in zip(groups, seats, strict=True)]
    return {
        "/desk/meetings": Pair({"id": meetings[0].id}, None if all_theirs else {"id": meetings[1].id}),
        "/desk/meetings/{id:uuid}/calls": Pair(rung[0], None if all_theirs else rung[1]),
        "/desk/openings": Pair({"id": seats[0][0].id}, None),
        "/desk/plan": Pair(await _draft(seats[1][0].id), None),
        "/desk/roles": Pair(*({"id": opening.role} for opening, _ in seats)),
        "/desk/assignments": Pair({"id": seats[0][1].id}, None),
        "/me/assignments": Pair({"id": seats[0][1].id}, {"id": seats[1][1].id}),
        "/me/assignments/{id:uuid}/absence": Pair(*[await _accepted(asked.volunteer) for _, asked in seats]),
        "/desk/regular": Pair({"id": regular[0].id}, None),
        "/me/regular": Pair({"id": regular[0].id}, {"id": regular[1].id}),
        "/opportunities": Pair({"id": (await people.opening()).id}, {"id": seats[1][0].id}),
        "/desk/hours": Pair(given[0], None if all_theirs else given[1]),
        "/me/hours": Pair(*given),
        "/me/papers": Pair(*[{"id": (await papers.issued(volunteer=asked.volunteer)).id} for _, asked in seats]),
    }


async def _regular(of: Initiative, opening: Opening, asked: Assignment) -> RegularTask:
    """The same person is asked to take a series of the initiative regularly."""
    row = await people.series(of)
    days: dict[str, Any] = {"first_day": row.first_day, "state": "invited"}
    return await people.save(RegularTask(series=row.id, role=opening.role, volunteer=asked.volunteer, **days))


async def _draft(opening: UUID) -> Ids:
    """A plan with somebody proposed for the opening."""
    bounds = {"seats_bound": 1, "urgent_bound": 0, "proven": True, "seconds": 0.1}
    answered = {"wanted": {str(opening): 1}, "urgent": [], **bounds}
    days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    plan = await people.save(Plan(**days, figures=json.dumps(answered), made_at=clock.now(), solved_at=clock.now()))
    of = {"plan": plan.id, "opening": opening, "volunteer": (await people.volunteer()).id}
    pair = await people.save(PlanPair(**of, changed_at=clock.now()))
    return {"id": plan.id, "pair": pair.id, "opening": opening}


async def _hours(of: Initiative, volunteer: UUID) -> Ids:
    """An hour that waits for approval."""
    hour = HoursWorked(volunteer=volunteer, initiative=of.id, day=date(2026, 11, 1), minutes=60, state="reported")
    return {"id": (await people.save(hour)).id}


async def _courses(role: Role, me: Account, other: Account) -> dict[str, Pair]:
    """A course of mine and one of somebody else, each with a meeting that was missed and a certificate."""
    courses, papers = [], []
    for whose in (me, other):
        of = await people.initiative(kind="course", name=f"Kurs {whose.name}", coordinator=None)
        await people.facilitator(of, whose)
        who = await people.member(of, await people.participant())
        day = date(2026, 11, 1)
        days: dict[str, Any] = {"finished_on": day, "issued_on": day, "first_day": day, "last_day": day, "year": 2026}
        counts: dict[str, Any] = {"attended": 1, "sessions": 1, "minutes": 90, "number": len(papers) + 1}
        made = Completion(initiative=of.id, member=who.id, name="Zofia Nowak", course=of.name, **days, **counts)
        papers.append({"id": (await people.save(made)).id})
        courses.append({"id": of.id, "member": who.id})
    all_theirs = role is Role.COORDINATOR
    return {
        "/desk/initiatives/{id:uuid}/course": Pair(courses[0], None if all_theirs else courses[1]),
        "/desk/certificates": Pair(papers[0], None if all_theirs else papers[1]),
    }


async def _contract(whose: Account) -> Ids:
    """Signed once and being changed: its words may be changed, and it may be ended."""
    of = await people.save(
        Contract(participant=(await people.participant()).id, runs=whose.id, first_day=date(2026, 1, 1),
                 signed_on=date(2026, 1, 2))
    )  # fmt: skip
    goal = await people.save(ContractGoal(contract=of.id, sealed=b"x"))
    return {"id": of.id, "goal": goal.id, "step": (await people.save(ContractStep(goal=goal.id, sealed=b"x"))).id}


def _desks(role: Role) -> tuple[Desk, Desk]:
    """A desk of this role and one that is not."""
    return DESKS[role][0], next(desk for desk in Desk if desk not in DESKS[role] and desk is not Desk.BENEFITS)


async def _request(desk: Desk) -> Request:
    """A request that came to this desk and stood nowhere else."""
    number = await database.fetchval("SELECT count(*) + 1 FROM request")
    words: dict[str, Any] = {"name": "Ktoś", "for_whom": "me", "text": "Proszę", "language": "pl"}
    words["phone"] = f"+4860090{number:04d}"
    row = await people.save(Request(number=f"Z-2026-{number:04d}", what="shopping", desk=desk, **words))
    await people.save(RequestMove(request=row.id, was_desk="", desk=desk, state=row.state))
    return row


async def _glass(whose: Account) -> Ids:
    """Asked by `whose` and open."""
    asked: dict[str, Any] = {"about": f"initiative:{uuid4()}", "reason": "Nagła sprawa w nocy"}
    row = await people.save(BreakGlass(account=whose.id, **asked))
    await database.execute(
        """UPDATE break_glass SET approved_at = now(), decided_by = $2, ends_at = now() + interval '1 hour'
           WHERE id = $1""",
        row.id, (await people.account()).id,
    )  # fmt: skip
    return {"id": row.id}


async def _message(about: str) -> Ids:
    address = f"+4860080{await database.fetchval('SELECT count(*) FROM message'):04d}"
    said: dict[str, Any] = {"key": str(uuid4()), "about": about, "channel": "sms", "address": address, "language": "pl"}
    return {"id": (await people.save(Message(template="reminder", body="Dzień dobry", **said))).id}


async def _desk(me: Account, other: Account) -> dict[str, Pair]:
    """What coordinators have besides people; of messages about a request that moved they see none."""
    elsewhere = await _request(Desk.SOCIAL_WORK)
    holidays = SchoolBreak(name="Ferie", first_day=date(2026, 1, 19), last_day=date(2026, 2, 1), source="MEN")
    limit = AgeLimit(barred=True, valid_from=date(2026, 1, 1), source="Regulamin")
    return {
        "/desk/areas": Pair({"id": (await people.place()).area}, None),
        "/desk/themes": Pair({"id": (await people.theme(confidential=True)).id}, None),
        "/desk/groups/forming": Pair(await _named(), None),
        "/desk/areas/import": Pair(await _file(me), await _file(other)),
        "/desk/people/import": Pair(await _list(), None),
        "/desk/needs": Pair(await _need(), None),
        "/desk/resources": Pair(await _resource(), None),
        "/desk/places": Pair({"id": (await people.place()).id}, None),
        "/desk/teams": Pair(await _team(), None),
        "/desk/team-meetings": Pair(await _team(), None),
        "/desk/limits": Pair({"id": (await people.save(limit)).id}, None),
        "/desk/series": Pair({"id": (await people.series(await people.initiative())).id}, None),
        "/desk/breaks": Pair({"id": (await people.save(holidays)).id}, None),
        "/desk/caps": Pair({"id": await database.fetchval("SELECT id FROM helper_load LIMIT 1")}, None),
        "/desk/schools": Pair({"id": (await people.save(School(name="Szkoła nr 7"))).id}, None),
        "/desk/messages/bulk": Pair(await _to_many(None), await _to_many(other)),
        "/desk/messages": Pair(await _message("assignment:x"), await _message(f"request:{elsewhere.id}")),
    }


async def _to_many(runs: Account | None) -> Ids:
    """A draft to a volunteer; to the people of a group where somebody `runs` that."""
    of = Bulk(whom="volunteers", text_pl="Zbiórka", looked_at=clock.now())
    if runs:
        of.initiative = (await people.initiative(kind="group", coordinator=runs.id)).id
    of = await people.save(of)
    await people.save(BulkRecipient(bulk=of.id, volunteer=(await people.volunteer()).id))
    return {"id": of.id}


async def _list() -> Ids:
    """A spreadsheet of volunteers that waits, with one line."""
    mapping = json.dumps({"0": "name", "1": "birth_date", "2": "phone"})
    row = await people.save(PeopleImport(file_name="lista.csv", headings=["Kto", "Ur.", "Tel."], mapping=mapping))
    line = PeopleImportLine(file=row.id, number=2, cells=["Ewa Lis", "1.02.1990", "600 777 888"], fate="new")
    return {"id": row.id, "line": (await people.save(line)).id}


async def _file(whose: Account) -> Ids:
    """A file of districts that waits, with one in it that lies apart from all others."""
    row = await people.save(AreaFile(account=whose.id, name="osiedla", naming=["nazwa"]))
    shape = json.dumps(geo.shape_of([(53.6, 19.0), (53.6, 19.1), (53.7, 19.1)]))
    words = json.dumps({"nazwa": "Nowe"})
    await people.save(AreaDraft(file=row.id, position=0, properties=words, shape=shape, corners=3, km2=37.0))
    return {"id": row.id}


async def _need() -> Ids:
    row = await people.need()
    line = NeedEvidence(need=row.id, kind="survey", words="31 z 40 osób", seen_on=date(2026, 11, 1))
    return {"id": row.id, "line": (await people.save(line)).id}


async def _named() -> Ids:
    """A theme that somebody's request is about."""
    theme, asked = await people.theme(), await _request(Desk.FIRST_CONTACT)
    need = await people.need(theme=theme.id, personal=True)
    await database.execute("UPDATE request SET need = $2 WHERE id = $1", asked.id, need.id)
    return {"id": theme.id}


async def _resource() -> Ids:
    row = await people.resource()
    line = OpeningHours(resource=row.id, rrule="FREQ=DAILY", opens=time(9), closes=time(15), first_day=date(2026, 1, 1))
    return {"id": row.id, "line": (await people.save(line)).id}


async def _team() -> Ids:
    """A team's meeting with a point and a task; `id` stands for both, whichever the address means."""
    meeting = await people.team_meeting()
    await database.execute("UPDATE team_meeting SET id = team WHERE id = $1", meeting.id)
    member = TeamMember(team=meeting.team, name="Adam Nowak", function="kurator", joined_on=date(2026, 1, 1))
    item = await people.save(AgendaItem(meeting=meeting.team, words="Przystanek"))
    task = await people.save(TeamTask(meeting=meeting.team, words="Zadzwonić"))
    return {"id": meeting.team, "member": (await people.save(member)).id, "item": item.id, "task": task.id}


async def _people(me: Account, other: Account) -> dict[str, Pair]:
    child: dict[str, Any] = {"kind": "pupil", "birth_date": date(2012, 5, 4)}
    child |= {"guardian_name": "Anna", "guardian_phone": "+48600700700"}
    one, another = await people.volunteer(**child), await people.volunteer()
    agreement = Agreement(volunteer=one.id, signed_on=date(2026, 1, 1), valid_from=date(2026, 1, 1))
    policy = Policy(insurer="Firma", number="1", valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1))
    return {
        "/desk/people": Pair({"id": one.id, "other": another.id}, None),
        "/desk/papers": Pair({"id": (await papers.issued(Kind.AGREEMENT, volunteer=another.id)).id}, None),
        "/desk/papers/wishes": Pair({"id": (await _asked(another)).id}, None),
        "/desk/people/views": Pair(await _view(me), await _view(other)),
        "/desk/agreements": Pair({"id": (await people.save(agreement)).id}, None),
        "/desk/policies": Pair({"id": (await people.save(policy)).id}, None),
    }


async def _asked(who: Volunteer) -> CertificateAsked:
    days: dict[str, Any] = {"first_day": date(2026, 1, 1), "last_day": date(2026, 11, 1)}
    return await people.save(CertificateAsked(volunteer=who.id, language="pl", **days))


async def _view(whose: Account) -> Ids:
    return {"id": (await people.save(SavedView(account=whose.id, name="Nowi", query="step=applied"))).id}
