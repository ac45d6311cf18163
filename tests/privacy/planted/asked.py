"""Of those who ask for help or for their rights, of needs, of partners and of teams."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from privacy.planted.common import DAY, Planter, sql
from support import people

from volunteer_hub.atlas.tables import NeedEvidence, PartnerAsked
from volunteer_hub.intake.tables import Request
from volunteer_hub.schedule.teams.tables import AgendaItem, TeamMember, TeamTask


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


async def rights(at: datetime) -> None:
    await sql("INSERT INTO rights_request (id, subject, \"right\", state, channel, words, answer, asked_at, due_on,"
              " identity_checked, done_at) VALUES (gen_random_uuid(), 'volunteer:x', 'copy', 'done', 'web', '', '', $1,"
              " current_date, '', $1)", at)  # fmt: skip


PLANTED: dict[str, Planter] = {
    "requests": requests,
    "request-notes": request_notes,
    "needs": needs,
    "need-evidence": need_evidence,
    "need-reasons": need_reasons,
    "geocoded": geocoded,
    "contacts": contacts,
    "partners-asked": partners_asked,
    "team-members": team_members,
    "agendas": agendas,
    "team-tasks": team_tasks,
    "rights": rights,
}
