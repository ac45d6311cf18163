"""Figures of districts for the desk's map: what a district may be coloured by, and the list that says the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volunteer_hub.atlas.queries import District, districts
from volunteer_hub.atlas.viewport import ALL, Asked, Wanted, needs_wanted, resources_wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Figures:
    """A district in numbers. `gaps`: needs that nothing reaches; `free`: volunteers with time, a count and no more.

    `residents` and `assisted` (people on assistance) are those of the newest year they are known for.
    """

    district: District
    needs: int = 0
    people: int = 0
    resources: int = 0
    gaps: int = 0
    free: int = 0
    residents: int | None = None
    assisted: int | None = None

    @property
    def per_thousand(self) -> float | None:
        """Needs for a thousand residents, to a tenth."""
        return round(self.needs * 1000 / self.residents, 1) if self.residents else None

    @property
    def share(self) -> float | None:
        """People on assistance of a hundred residents, to a tenth."""
        known = self.residents and self.assisted is not None
        return round((self.assisted or 0) * 100 / (self.residents or 1), 1) if known else None


# What districts can be coloured by, as it stands in the address.
MEASURES: Mapping[str, Callable[[Figures], float | None]] = {
    "gaps": lambda one: one.gaps,
    "rate": lambda one: one.per_thousand,
    "people": lambda one: one.people,
    "assisted": lambda one: one.share,
}


async def figures(
    actor: Actor, wanted: Wanted = ALL, *, gaps: Mapping[str, int], free: Mapping[str, int]
) -> list[Figures]:
    """Every district in alphabetical order; `gaps` and `free` by its slug. For others than coordinators none."""
    if not actor.coordinates:
        return []
    counted = await _by_slug(*_needs(wanted))
    stand = await _by_slug(*_resources(wanted))
    years = await assistance()
    found = []
    for one in await districts():
        needs, (residents, assisted) = counted.get(one.slug, {}), years.get(one.slug, (None, None))
        found.append(
            Figures(
                district=one,
                needs=needs.get("needs", 0),
                people=needs.get("people", 0),
                resources=stand.get(one.slug, {}).get("resources", 0),
                gaps=gaps.get(one.slug, 0),
                free=free.get(one.slug, 0),
                residents=residents,
                assisted=assisted,
            )
        )
    return found


YEARS = """
    SELECT a.slug,
           (SELECT residents FROM area_year y WHERE y.area = a.id AND residents IS NOT NULL
            ORDER BY year DESC LIMIT 1) AS residents,
           (SELECT assisted FROM area_year y WHERE y.area = a.id AND assisted IS NOT NULL
            ORDER BY year DESC LIMIT 1) AS assisted
    FROM area a"""


def _needs(wanted: Wanted) -> tuple[str, Sequence[object]]:
    asked = Asked()
    needs_wanted(asked, wanted)
    return (
        f"""SELECT a.slug, c.needs, c.people
            FROM (SELECT n.area, count(*) AS needs, sum(n.people) AS people FROM need n WHERE {asked.where}
                  GROUP BY n.area) c JOIN area a ON a.id = c.area""",
        asked.values,
    )


def _resources(wanted: Wanted) -> tuple[str, Sequence[object]]:
    asked = Asked()
    resources_wanted(asked, wanted)
    return (
        f"""SELECT a.slug, c.resources
            FROM (SELECT p.area, count(*) AS resources FROM resource r JOIN place p ON p.id = r.place
                  WHERE {asked.where} GROUP BY p.area) c JOIN area a ON a.id = c.area""",
        asked.values,
    )


async def _by_slug(sql: str, values: Sequence[object]) -> dict[str, dict[str, Any]]:
    return {row["slug"]: dict(row) for row in await database.fetch(sql, *values)}


async def assistance() -> dict[str, tuple[int | None, int | None]]:
    """Residents and people on assistance by district, each of the newest year it is known for."""
    return {slug: (row["residents"], row["assisted"]) for slug, row in (await _by_slug(YEARS, [])).items()}
