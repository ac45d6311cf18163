"""The cast and the scenery of tests: each function writes one row with sensible values; say only what matters."""

import itertools
import json
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2

from volunteer_hub.access.tables import Account, Session
from volunteer_hub.atlas.tables import Area, Need, Place, Resource, Theme
from volunteer_hub.initiatives.tables import Facilitator, Initiative, Member, RoleAsked
from volunteer_hub.kit import clock, geo, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.tables import Availability, Clearance, Participant, Policy, Volunteer
from volunteer_hub.schedule.tables import Meeting, Opening, Series
from volunteer_hub.schedule.teams.tables import Team, TeamMeeting

_count = itertools.count(1)
CENTRE = (52.6483, 19.0677)
ZONE = "Europe/Warsaw"


async def save(row: Any) -> Any:
    await row.save()
    return row


async def account(role: Role = Role.COORDINATOR, **values: Any) -> Account:
    n = next(_count)
    return await save(Account(**{"name": f"Konto {n}", "email": f"konto{n}@example.org", "role": role} | values))


def actor(row: Account) -> Actor:
    return Actor(role=Role(row.role), account=row.id, name=row.name)


async def sign_in(client: httpx2.AsyncClient, row: Account) -> None:
    """Gives the client a session of `row`, as after signing in."""
    token = secret.token()
    await save(Session(token_hash=secret.fingerprint(token), account=row.id))
    client.cookies.set("session", token)


async def signed_in(client: httpx2.AsyncClient, role: Role = Role.COORDINATOR, **values: Any) -> Account:
    row = await account(role, **values)
    await sign_in(client, row)
    return row


async def area(**values: Any) -> Area:
    n = next(_count)
    square = geo.shape_of([(52.6, 19.0), (52.6, 19.1), (52.7, 19.1), (52.7, 19.0)])
    drawn = {"shape": json.dumps(square), "outline": json.dumps(square), "km2": geo.km2(square)}
    defaults = {"slug": f"osiedle-{n}", "name": f"Osiedle {n}"} | drawn
    return await save(Area(**(defaults | {"latitude": CENTRE[0], "longitude": CENTRE[1]} | values)))


async def theme(**values: Any) -> Theme:
    n = next(_count)
    words = {"slug": f"temat-{n}", "name_pl": f"Temat {n}", "name_en": f"Theme {n}", "name_uk": f"Тема {n}"}
    return await save(Theme(**(words | values)))


async def place(**values: Any) -> Place:
    where = values.pop("area", None) or (await area()).id
    defaults = {"name": "Świetlica „Promyk”", "address": "ul. Wiślana 1", "area": where}
    return await save(Place(**(defaults | {"latitude": CENTRE[0], "longitude": CENTRE[1]} | values)))


async def resource(**values: Any) -> Resource:
    """A resource on everybody's map, with its owner's consent, unless said."""
    defaults: dict[str, Any] = {"name": "Klub seniora", "kind": "organisation"}
    if values.get("public", True):
        defaults |= {"public": True, "consent_on": date(2026, 1, 1), "consent_by": "Zarząd"}
    defaults["theme"] = values.get("theme") or (await theme()).id
    defaults["place"] = values.get("place") or (await place()).id
    return await save(Resource(**(defaults | values)))


async def need(**values: Any) -> Need:
    defaults: dict[str, Any] = {"title": "Samotne wieczory", "voiced_on": date(2026, 11, 1), "urgency": 2}
    defaults["theme"] = values.get("theme") or (await theme()).id
    defaults["area"] = values.get("area") or (await area()).id
    return await save(Need(**(defaults | {"latitude": CENTRE[0], "longitude": CENTRE[1]} | values)))


async def insured() -> None:
    """A policy of the centre for everybody, once: without one nobody's place is confirmed."""
    if not await Policy.exists():
        days = {"valid_from": date(2020, 1, 1), "valid_until": date(2040, 12, 31)}
        await save(Policy(insurer="Ubezpieczyciel", number="NNW 1", **days))


async def volunteer(*, free: bool = True, **values: Any) -> Volunteer:
    """An active adult who lives in the centre, is insured and, when `free`, has time every day from 8 to 22."""
    await insured()
    n = next(_count)
    defaults: dict[str, Any] = {
        "first_name": "Marta",
        "last_name": f"Zielińska-{n}",
        "phone": f"+48600{n:06d}",
        "email": f"wolontariusz{n}@example.org",
        "birth_date": date(1990, 5, 4),
        "kind": Kind.ADULT,
        "step": Step.ACTIVE,
        "area_slug": "srodmiescie",
        "latitude": CENTRE[0],
        "longitude": CENTRE[1],
        "languages": ["pl"],
    }
    row = await save(Volunteer(**(defaults | values)))
    if free:
        for weekday in range(1, 8):
            await save(Availability(volunteer=row.id, weekday=weekday, starts=time(8), ends=time(22)))
    return row


async def clearance(who: Volunteer, kind: str = "minors", **values: Any) -> Clearance:
    defaults = {"checked_on": date(2026, 1, 1), "valid_until": date(2027, 12, 31)}
    return await save(Clearance(volunteer=who.id, kind=kind, **(defaults | values)))


async def participant(**values: Any) -> Participant:
    n = next(_count)
    defaults = {"first_name": "Zofia", "last_name": "Nowak", "alias": f"Z{n}", "phone": f"+48700{n:06d}"}
    return await save(Participant(**(defaults | {"sms_ok": True} | values)))


async def initiative(**values: Any) -> Initiative:
    defaults: dict[str, Any] = {"name": "Czytanie bajek", "kind": "long_term", "starts_on": date(2026, 9, 1)}
    defaults["theme"] = values.get("theme") or (await theme()).id
    return await save(Initiative(**(defaults | values)))


async def role(of: Initiative, **values: Any) -> RoleAsked:
    defaults = {
        "name": "Czyta dzieciom",
        "least": 1,
        "most": 2,
        "gender_reason": "Tak trzeba" * bool(values.get("gender")),
    }
    return await save(RoleAsked(initiative=of.id, **(defaults | values)))


async def member(of: Initiative, who: Participant, **values: Any) -> Member:
    return await save(Member(initiative=of.id, participant=who.id, **({"joined_on": date(2026, 9, 1)} | values)))


async def facilitator(of: Initiative, who: Account) -> Facilitator:
    return await save(Facilitator(initiative=of.id, account=who.id))


async def meeting(of: Initiative, *, starts: datetime | None = None, hours: float = 2, **values: Any) -> Meeting:
    """A meeting at the naive wall time `starts`; unless said, in three days at 16:00."""
    day = clock.today(ZONE) + timedelta(days=3)
    begins = starts or datetime.combine(day, time(16))  # wall time
    ends = begins + timedelta(hours=hours)
    defaults: dict[str, Any] = {"starts_wall": begins, "ends_wall": ends, "timezone": ZONE}
    defaults["place"] = values.get("place") or (await place()).id
    defaults["starts_at"], defaults["ends_at"] = clock.instant(begins, ZONE), clock.instant(ends, ZONE)
    return await save(Meeting(initiative=of.id, **(defaults | values)))


async def series(of: Initiative, **values: Any) -> Series:
    """Every Tuesday at 17:00 from the next one on; no meeting of it is made."""
    today = clock.today(ZONE)
    first = today + timedelta(days=(1 - today.weekday()) % 7)
    defaults: dict[str, Any] = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "first_day": first, "timezone": ZONE}
    defaults |= {"starts": time(17), "ends": time(19), "place": values.get("place") or (await place()).id}
    return await save(Series(initiative=of.id, **(defaults | values)))


async def team_meeting(*, ends_at: datetime | None = None, **values: Any) -> TeamMeeting:
    """A team and its meeting of two hours; unless said, in three days at 16:00."""
    end = ends_at or clock.instant(datetime.combine(clock.today(ZONE) + timedelta(days=3), time(18)), ZONE)
    wall = end.replace(tzinfo=None)
    team = await save(Team(name="Zespół Południe"))
    hours = {"starts_wall": wall - timedelta(hours=2), "ends_wall": wall, "timezone": ZONE}
    hours |= {"starts_at": end - timedelta(hours=2), "ends_at": end}
    return await save(TeamMeeting(team=team.id, place=(await place()).id, **(hours | values)))


async def opening(at: Meeting | None = None, asked: RoleAsked | None = None, **values: Any) -> Opening:
    """An opening with two seats; without a meeting or role, of an initiative made for it."""
    if at is None:
        of = await initiative()
        at = await meeting(of)
        asked = asked or await role(of)
    elif asked is None:
        asked = await role(await Initiative.objects().get(Initiative.id == _id(at.initiative)))
    return await save(Opening(meeting=at.id, role=asked.id, **({"least": 1, "most": 2} | values)))


def _id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else value.id
