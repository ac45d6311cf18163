"""A small town made by chance: a tree of themes, help of sources with one row and with many, needs, volunteers."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from support import people

from volunteer_hub.atlas.rules import Aid, Lack, NeedState
from volunteer_hub.atlas.tables import Help, Need, NeedChange, ReachLink, Theme
from volunteer_hub.initiatives.tables import NeedMet
from volunteer_hub.kit import clock
from volunteer_hub.kit.geo import Point
from volunteer_hub.people.tables import Availability, Volunteer

WEEKS = (0, 0, 0, 1, 2, 0b111, 0b111 << 9, 1 << 20, (1 << 21) - 1)
MIDNIGHT = time(0)


@dataclass
class Town:
    """The same town for the rules: `lacks` by need without the reach, `aids` without volunteers."""

    needs: dict[UUID, Need] = field(default_factory=dict)
    lacks: dict[UUID, Lack] = field(default_factory=dict)
    aids: list[Aid] = field(default_factory=list)
    volunteers: list[Aid] = field(default_factory=list)
    said: dict[UUID, dict[UUID, bool]] = field(default_factory=dict)
    stood_for: set[UUID] = field(default_factory=set)
    themes: list[Theme] = field(default_factory=list)
    own_km: dict[UUID, float | None] = field(default_factory=dict)
    above: dict[UUID, frozenset[UUID]] = field(default_factory=dict)


async def town(seed: int) -> Town:
    by, made, today = random.Random(seed), Town(), clock.today(people.ZONE)

    def somewhere() -> Point:
        return by.uniform(52.62, 52.68), by.uniform(19.0, 19.1)

    above = made.above
    for n in range(7):
        parent = by.choice(made.themes) if made.themes and by.random() < 0.6 else None
        km = by.choice([None, None, 0.8, 4.0])
        theme = await people.theme(slug=f"t{n}", parent=parent.id if parent else None, reach_km=km)
        above[theme.id] = frozenset({theme.id}) | (above[parent.id] if parent else frozenset())
        made.own_km[theme.id] = km or (made.own_km[parent.id] if parent else None)
        made.themes.append(theme)
    area = await people.area()
    sources = [await people.resource(theme=made.themes[0].id) for _ in range(12)]
    seen: set[tuple[Any, ...]] = set()
    for _ in range(28):
        theme, source = by.choice(made.themes), by.choice(sources)
        at = somewhere()
        place = await people.place(area=area.id, latitude=at[0], longitude=at[1])
        since = today - timedelta(by.choice([0, 5, 400, -3]))
        until = by.choice([None, None, None, since + timedelta(2), today + timedelta(9)])
        values: dict[str, Any] = {
            "week": by.choice(WEEKS),
            "capacity": by.choice([None, 0, 1, 2, 3, 5, 8, 13]) if by.random() < 0.8 else by.randint(1, 4),
            "since": since,
            "until": until if until is None or until > since else None,
        }
        seen.add((source.id, theme.id))
        row = Help(source="resource", source_id=source.id, name="Pomoc", theme=theme.id, place=place.id, **values)
        row.latitude, row.longitude = at
        await people.save(row)
        made.aids.append(Aid(source.id, frozenset({theme.id}), at, **values))
    initiative = await people.initiative(theme=made.themes[0].id)
    over = await people.initiative(theme=made.themes[0].id, state="finished", ends_on=today - timedelta(30))
    for _ in range(40):
        theme, at = by.choice(made.themes), somewhere()
        facts = {"people": by.choice([1, 1, 2, 4, 9, 20]), "week": by.choice(WEEKS)}
        need = await people.need(
            theme=theme.id, area=area.id, latitude=at[0], longitude=at[1], urgency=by.randint(1, 4),
            state=by.choice([NeedState.OPEN] * 5 + list(NeedState)), voiced_on=today - timedelta(by.randint(0, 700)),
            **facts,
        )  # fmt: skip
        made.needs[need.id], made.lacks[need.id] = need, Lack(above[theme.id], at, **facts)
        for standing, share in ((initiative, 0.1), (over, 0.2)):
            if by.random() < share:
                await people.save(NeedMet(initiative=standing.id, need=need.id))
                made.stood_for |= {need.id} if standing is initiative else set()
        made.said[need.id] = {}
        for source in by.sample(sources, by.choice([0, 0, 1, 3])):
            reaches = by.random() < 0.5
            link = ReachLink(need=need.id, resource=source.id, reaches=reaches, at=clock.now())
            await people.save(link)
            made.said[need.id][source.id] = reaches
    for _ in range(14):
        made.volunteers.append(await _volunteer(by, made.themes, somewhere()))
    return made


async def _volunteer(by: random.Random, themes: list[Theme], at: Point) -> Aid:
    causes, max_km = by.sample(themes, by.randint(1, 3)), by.choice([0.5, 1.0, 2.0, 5.0])
    who: Volunteer = await people.volunteer(
        free=False, latitude=at[0], longitude=at[1], causes=[theme.slug for theme in causes], max_km=max_km
    )
    week = 0
    for weekday in by.sample(range(1, 8), by.randint(1, 3)):
        await people.save(Availability(volunteer=who.id, weekday=weekday, starts=time(8), ends=time(12)))
        week |= 1 << 3 * (weekday - 1)
    themes_of = frozenset(theme.id for theme in causes)
    return Aid(who.id, themes_of, at, week, 1, most_km=max_km)


async def was(need: UUID, state: NeedState, on: date) -> None:
    """The need came to `state` on a day that has passed."""
    at = clock.instant(datetime.combine(on, time(12)), people.ZONE)
    await people.save(NeedChange(need=need, was="", became=state, at=at))
