"""What anybody may know of the centre's own work: places where help is wanted, and groups one may come to.

The same that stands on /opportunities and /groups, read by the same queries: no group among the places, no theme among
the groups, of a place in town the district alone.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from volunteer_hub.exchange.hsds import Told
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import GroupCard
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import clock
from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.queries import PublicOpening
from volunteer_hub.settings import Settings

OPPORTUNITIES = "/opportunities"
GROUPS = "/groups"


class Opportunity(Told):
    """A meeting of the next three weeks that wants more people."""

    id: UUID = Field(description="Stays the same as long as the opening exists.")
    title: str = Field(description="The public name, as the centre wrote it.")
    role: str = Field(description="What one would do there.")
    starts: datetime = Field(description="With the offset that holds in the centre's town on that day.")
    ends: datetime
    area: str = Field(description="The district; the exact place is told to those who take part.")
    seats: int = Field(description="How many people there may be in all.")
    free_seats: int = Field(description="Seats nobody has accepted yet, at least 1.")
    url: str = Field(description="The page where one may ask for it.")


class Group(Told):
    """A self-help group or a course that runs and that anybody may ask to join."""

    id: UUID
    name: str = Field(description="The public name: it says no more of those who come than they want said.")
    kind: Literal["group", "course"]
    about: str
    meets: str = Field(description="When it meets, in words.")
    full: bool = Field(description="No place is free just now.")
    url: str


def opportunity(settings: Settings, one: PublicOpening) -> Opportunity:
    return Opportunity(
        id=one.id,
        title=one.title,
        role=one.role,
        starts=_offset(one.starts_wall, settings.timezone),
        ends=_offset(one.ends_wall, settings.timezone),
        area=one.area,
        seats=one.most,
        free_seats=one.most - one.taken,
        url=f"{settings.public_url}{OPPORTUNITIES}/{one.id}",
    )


def group(settings: Settings, one: GroupCard) -> Group:
    return Group(
        id=one.id,
        name=one.name,
        kind="group" if one.kind is InitiativeKind.GROUP else "course",
        about=one.about,
        meets=one.meets,
        full=one.full,
        url=f"{settings.public_url}{GROUPS}",
    )


async def opportunities(
    settings: Settings, most: int, *, area: str = "", theme: str = "", skip: int = 0
) -> list[Opportunity]:
    """So many of them after the first `skip`, the soonest first; of an area and a theme, by their slugs."""
    found = await schedule.public_openings(most, area or None, theme or None, skip=skip)
    return [opportunity(settings, one) for one in found]


async def count_opportunities(area: str = "", theme: str = "") -> int:
    return await schedule.count_public_openings(area or None, theme or None)


async def one_opportunity(settings: Settings, id: UUID) -> Opportunity | None:
    found = await schedule.public_openings(1, only=[id])
    return opportunity(settings, found[0]) if found else None


async def groups(settings: Settings) -> list[Group]:
    return [group(settings, one) for one in await initiatives.groups()]


def _offset(wall: datetime, zone: str) -> datetime:
    return clock.instant(wall, zone).astimezone(ZoneInfo(zone))
