"""What narrows a board of meetings: read from its address, turned into conditions, offered for choosing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule.queries import THEIRS
from volunteer_hub.web.forms import Form

# How far to both sides of today places and initiatives are looked for.
CHOICE_DAYS = 120


class Filters(Form):
    """What narrows a board, as it stands in the address. `short`: only where people are missing; `mine`: of initiatives
    that the reader coordinates or leads."""

    area: UUID | None = None
    place: UUID | None = None
    kind: InitiativeKind | None = None
    initiative: UUID | None = None
    state: Literal["planned", "cancelled", "risk"] | None = None
    mine: Literal["yes"] | None = None
    short: Literal["yes"] | None = None


Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """(id, name) of what stands on the boards of this reader, for the filters."""

    areas: tuple[Choice, ...]
    places: tuple[Choice, ...]
    initiatives: tuple[Choice, ...]


CHOICES = f"""
    SELECT DISTINCT c.kind, sort_key(c.name), c.name, c.id FROM (
        SELECT CASE WHEN NOT p.private THEN m.place END AS place, p.name || ', ' || a.name AS place_name, p.area,
               a.name AS area_name, m.initiative, i.name AS initiative_name
        FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place
        JOIN area a ON a.id = p.area
        WHERE m.starts_at > now() - interval '{CHOICE_DAYS} days'
          AND m.starts_at < now() + interval '{CHOICE_DAYS} days' AND {THEIRS}) m
    CROSS JOIN LATERAL (VALUES ('areas', m.area, m.area_name), ('places', m.place, m.place_name),
                               ('initiatives', m.initiative, m.initiative_name)) AS c (kind, id, name)
    WHERE c.id IS NOT NULL ORDER BY 1, 2, 4"""


async def choices(actor: Actor) -> Choices:
    """Districts, places and initiatives with a meeting some months around today. No home is named."""
    found: dict[str, list[Choice]] = {"areas": [], "places": [], "initiatives": []}
    for row in await database.fetch(CHOICES, actor.role, actor.account):
        found[row["kind"]].append((str(row["id"]), row["name"]))
    return Choices(**{name: tuple(values) for name, values in found.items()})


def narrow(filters: Filters, values: list[Any]) -> tuple[str, str]:
    """Conditions on a meeting and on its seats; only those asked for, so that the planner knows. Adds to `values`."""
    of_meeting: list[str] = []
    equal: Mapping[str, object] = {
        "p.area": filters.area, "m.place": filters.place, "i.kind": filters.kind, "m.initiative": filters.initiative,
    }  # fmt: skip
    for column, value in equal.items():
        if value is not None:
            values.append(value)
            of_meeting.append(f"{column} = ${len(values)}")
    if filters.mine:
        of_meeting.append(
            "(i.coordinator = $2 OR EXISTS (SELECT FROM facilitator f WHERE f.initiative = i.id AND f.account = $2))"
        )
    if filters.state in ("planned", "cancelled"):
        of_meeting.append(f"m.state = '{filters.state}'")
    of_seats = [condition for asked, condition in (
        (filters.state == "risk", "risk > 0"), (filters.short, "missing > 0"),
    ) if asked]  # fmt: skip
    return "".join(f" AND {one}" for one in of_meeting), "".join(f" AND {one}" for one in of_seats)
