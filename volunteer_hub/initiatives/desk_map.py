"""The desk's map: every need with its place, what meets it, and the gaps where nothing does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from volunteer_hub.atlas import geojson
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.queries import District, NeedRow, ResourceRow, Wanted
from volunteer_hub.atlas.rules import REACH_KM, is_gap
from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.queries import Standing
from volunteer_hub.kit import geo
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import ngettext

MOST_ON_MAP = 10_000


@dataclass(frozen=True)
class Near:
    """The resource of the need's theme that is nearest, within reach."""

    id: UUID
    name: str
    km: float


@dataclass(frozen=True)
class MappedNeed:
    need: NeedRow
    initiatives: tuple[Standing, ...]
    near: Near | None

    @property
    def gap(self) -> bool:
        places = None if self.near else 0
        return is_gap(self.need.state, initiatives=len(self.initiatives), people=self.need.people, places=places)


@dataclass(frozen=True)
class MappedDistrict:
    district: District
    needs: tuple[MappedNeed, ...]
    resources: tuple[ResourceRow, ...]

    @property
    def gaps(self) -> tuple[MappedNeed, ...]:
        return tuple(one for one in self.needs if one.gap)


async def desk_map(actor: Actor, theme: str = "") -> list[MappedDistrict]:
    """All districts with their living needs and resources, those with most gaps first, then with most needs."""
    wanted = Wanted(theme=theme)
    needs = await atlas.needs(actor, wanted, most=MOST_ON_MAP)
    resources = await atlas.resources(actor, wanted, most=MOST_ON_MAP)
    standing = await queries.standing_for(actor, [need.id for need in needs])
    needs_of: dict[str, list[MappedNeed]] = defaultdict(list)
    resources_of: dict[str, list[ResourceRow]] = defaultdict(list)
    helping: dict[str, list[ResourceRow]] = defaultdict(list)
    for resource in resources:
        resources_of[resource.area].append(resource)
        helping[resource.theme_slug].append(resource)
    for need in needs:
        near = nearest(need, helping[need.theme_slug])
        needs_of[need.area].append(MappedNeed(need, tuple(standing[need.id]), near))
    found = [
        MappedDistrict(district, tuple(needs_of[district.slug]), tuple(resources_of[district.slug]))
        for district in await atlas.districts()
    ]
    return sorted(found, key=lambda one: (-len(one.gaps), -len(one.needs)))


def nearest(need: NeedRow, resources: Iterable[ResourceRow]) -> Near | None:
    """The nearest of `resources` that reaches the need, or None."""
    near = min(
        ((geo.km(need.point, resource.point), resource) for resource in resources),
        key=lambda pair: pair[0],
        default=None,
    )
    return Near(near[1].id, near[1].name, near[0]) if near and near[0] <= REACH_KM else None


def features(districts: Sequence[MappedDistrict]) -> dict[str, Any]:
    """The same as GeoJSON."""
    return geojson.collection(
        [
            *(_district(one) for one in districts),
            *(_need(mapped) for one in districts for mapped in one.needs),
            *(_resource(resource) for one in districts for resource in one.resources),
        ]
    )


def _district(one: MappedDistrict) -> geojson.Feature:
    needs, resources, gaps = len(one.needs), len(one.resources), len(one.gaps)
    return geojson.polygon(
        one.district,
        needs=needs,
        resources=resources,
        gaps=gaps,
        lines=[
            ngettext("%(n)s potrzeba", "%(n)s potrzeb", needs),
            ngettext("%(n)s zasób", "%(n)s zasobów", resources),
            ngettext("%(n)s luka", "%(n)s luk", gaps),
        ],
    )


def _need(mapped: MappedNeed) -> geojson.Feature:
    need = mapped.need
    return geojson.point(
        need.point,
        kind="need",
        id=str(need.id),
        name=need.title,
        urgency=need.urgency,
        gap=mapped.gap,
        lines=[_(geojson.URGENCY[need.urgency]), need.theme, *([_("Luka: nic nie odpowiada")] if mapped.gap else [])],
        url=f"/desk/needs/{need.id}",
    )


def _resource(resource: ResourceRow) -> geojson.Feature:
    return geojson.point(
        resource.point,
        kind="resource",
        id=str(resource.id),
        name=resource.name,
        lines=[resource.theme, resource.address],
        url=f"#resource-{resource.id}",
    )
