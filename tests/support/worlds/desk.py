"""What stands at the desk besides initiatives: requests, messages, files, needs, partners, teams, people and papers."""

import json
from datetime import date, time
from typing import Any
from uuid import uuid4

from support import papers, people
from support.worlds.pairs import Ids, Pair

from volunteer_hub.access.tables import Account, BreakGlass
from volunteer_hub.atlas.tables import AreaDraft, AreaFile, NeedEvidence, OpeningHours
from volunteer_hub.exchange.people_import.tables import PeopleImport, PeopleImportLine
from volunteer_hub.initiatives.tables import AgeLimit
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request, RequestMove
from volunteer_hub.kit import clock, database, geo
from volunteer_hub.messaging.tables import Message
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.tables import CertificateAsked
from volunteer_hub.people.tables import Agreement, Policy, SavedView, School, Volunteer
from volunteer_hub.replies.bulk.tables import Bulk, BulkRecipient
from volunteer_hub.schedule.series.tables import SchoolBreak
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamMember, TeamTask


async def request(desk: Desk) -> Request:
    """A request that came to this desk and stood nowhere else."""
    number = await database.fetchval("SELECT count(*) + 1 FROM request")
    words: dict[str, Any] = {"name": "Ktoś", "for_whom": "me", "text": "Proszę", "language": "pl"}
    words["phone"] = f"+4860090{number:04d}"
    row = await people.save(Request(number=f"Z-2026-{number:04d}", what="shopping", desk=desk, **words))
    await people.save(RequestMove(request=row.id, was_desk="", desk=desk, state=row.state))
    return row


async def glass(whose: Account) -> Ids:
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


async def of_desk(me: Account, other: Account) -> dict[str, Pair]:
    """What coordinators have besides people; of messages about a request that moved they see none."""
    elsewhere = await request(Desk.SOCIAL_WORK)
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
    theme, asked = await people.theme(), await request(Desk.FIRST_CONTACT)
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


async def of_people(me: Account, other: Account) -> dict[str, Pair]:
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
