"""A row of every kind that the day's queue knows; each has the name or word it is found by."""

from datetime import datetime, time, timedelta
from typing import Any

from support import people
from volunteer_hub.initiatives.circle_tables import CircleTask
from volunteer_hub.initiatives.tables import Joining
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.messaging.tables import Message
from volunteer_hub.papers.tables import CertificateAsked
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Policy, Service, StepTaken
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.series.tables import SchoolBreak
from volunteer_hub.schedule.tables import Assignment, Meeting, Opening
from volunteer_hub.schedule.teams.tables import TeamMember, TeamTask
from volunteer_hub.schedule.waiting.tables import Refill


def in_days(days: float, hour: int = 16) -> datetime:
    """A wall time."""
    return datetime.combine(clock.today(people.ZONE) + timedelta(days=days), time(hour))


async def opening_in(days: float, title: str, hour: int = 16, **values: Any) -> Opening:
    of = await people.initiative(name=title)
    return await people.opening(await people.meeting(of, starts=in_days(days, hour)), await people.role(of), **values)


async def asked(name: str, opening: Opening, state: str = "invited", **values: Any) -> Assignment:
    who = await people.volunteer(first_name=name, last_name="Kot")
    return await people.save(Assignment(opening=opening.id, volunteer=who.id, state=state, **values))


async def request(number: int, **values: Any) -> Request:
    words: dict[str, Any] = {"name": "Ktoś", "for_whom": "me", "text": "Proszę", "language": "pl", "urgency": 2}
    words |= {"phone": f"+4860090{number:04d}", "what": "shopping", "desk": "volunteer-centre"}
    return await people.save(Request(number=f"Z-2026-{number:04d}", **(words | values)))


async def failed(about: str, address: str = "+48600900900", **values: Any) -> Message:
    said: dict[str, Any] = {"key": f"k:{about}:{address}", "about": about, "channel": "sms", "address": address}
    said |= {"language": "pl", "template": "reminder", "body": "Dzień dobry", "state": "undelivered"}
    return await people.save(Message(**(said | {"finished_at": clock.now()} | values)))


async def near_meetings() -> dict[str, str]:
    nobody = await opening_in(4, "Szukamy")
    await people.save(Refill(opening=nobody.id, stage="coordinator"))
    await opening_in(1, "Pusto")
    full = await opening_in(5, "Pełno", least=0)
    await asked("Ryzyko", full, "accepted", at_risk="clearance")
    late = clock.now() - timedelta(hours=30)
    await asked("Cisza", full, invited_at=late)
    await asked("Prosi", full, "proposed", asked_at=late)
    message = await asked("Nieodebrane", full, "accepted")
    await failed(f"assignment:{message.id}")
    await replies.receive("SM1", "+48699000111", "halo czy to tam")
    return {"nobody": "Szukamy", "short": "Pusto", "risk": "Ryzyko K.", "invited": "Cisza K.", "wish": "Prosi K.",
            "failed": "Nieodebrane K.", "reply": "halo czy to tam"}  # fmt: skip


async def people_and_papers() -> dict[str, str]:
    today = clock.today(people.ZONE)
    await people.volunteer(first_name="Nowa", last_name="Sowa", step=Step.APPLIED)
    await request(907)
    checked = await people.volunteer(first_name="Sprawdzona", last_name="Sowa")
    await people.clearance(checked, valid_until=today + timedelta(days=5))
    served = await people.volunteer(first_name="Służy", last_name="Sowa")
    await people.save(Service(volunteer=served.id, first_day=today - timedelta(days=29)))
    back = await people.volunteer(first_name="Wraca", last_name="Sowa", step=Step.PAUSED)
    await people.save(StepTaken(volunteer=back.id, step="paused", until=today))
    await database.execute("DELETE FROM policy")
    own: dict[str, Any] = {"valid_from": today, "valid_until": today + timedelta(days=3), "volunteer": checked.id}
    await people.save(Policy(insurer="Warta", number="7", **own))
    await people.save(CertificateAsked(volunteer=back.id, first_day=today, last_day=today, language="pl"))
    return {"sign_up": "Nowa S.", "certificate": "Wraca S.", "request": "Z-2026-0907", "clearance": "Sprawdzona S.",
            "agreement": "Służy S.",
            "back": "Wraca S.", "policy": "Warta 7", "uninsured": "nikt nie jest ubezpieczony"}  # fmt: skip


async def held(title: str) -> tuple[Meeting, Opening]:
    """A meeting that ended three hours ago."""
    of = await people.initiative(name=title)
    wall = clock.wall(clock.now() - timedelta(hours=5), people.ZONE).replace(microsecond=0)
    at = await people.meeting(of, starts=wall)
    return at, await people.opening(at, await people.role(of), least=0)


async def to_note() -> dict[str, str]:
    today = clock.today(people.ZONE)
    holidays = SchoolBreak(name="Ferie u nas", first_day=today, last_day=today + timedelta(days=9), source="MEN")
    await people.save(holidays)
    of = await people.initiative(name="Seria")
    rhythm = await people.series(of)
    await people.meeting(of, starts=in_days(5), series=rhythm.id, series_day=in_days(5).date())
    team = await people.team_meeting()
    member = TeamMember(team=team.team, name="Adam Nowak", function="kurator", joined_on=today)
    task = TeamTask(meeting=team.id, words="Zadzwonić do szkoły", due=today, member=(await people.save(member)).id)
    await people.save(task)
    _, opening = await held("Odbyło się")
    await asked("Była", opening, "accepted")
    who = await people.volunteer(first_name="Godzinna", last_name="Sowa")
    worked: dict[str, Any] = {"volunteer": who.id, "initiative": of.id, "day": today, "minutes": 90}
    await people.save(HoursWorked(state="reported", **worked))
    await people.initiative(name="Po wszystkim", state="finished")
    circle = await people.initiative(name="Zespół Brzoza", kind="circle")
    await people.save(CircleTask(initiative=circle.id, sealed=b"x", due=today))
    course = await people.initiative(name="Kurs", kind="course")
    wants = await people.participant(alias="Pani Ola")
    await people.save(Joining(initiative=course.id, participant=wants.id, state="asked"))
    rung = await people.initiative(name="Bez SMS-ów", kind="course")
    await people.member(rung, await people.participant(phone=None, sms_ok=False))
    await people.meeting(rung, starts=in_days(1))
    await people.initiative(name="Stoi")
    return {"holiday": "Ferie u nas", "task": "Zadzwonić do szkoły", "attendance": "Odbyło się",
            "hours": "Godzinna S.", "outcome": "Po wszystkim", "idle": "Stoi",
            "circle": "Zespół Brzoza", "joining": "Pani Ola", "calls": "Bez SMS-ów"}  # fmt: skip


async def all_kinds() -> dict[str, str]:
    return await near_meetings() | await to_note() | await people_and_papers()
