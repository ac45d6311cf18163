"""The map's data as GeoJSON (RFC 7946: longitude first). Every feature carries the words that a marker says."""

from collections.abc import Iterable, Sequence
from typing import Any

from volunteer_hub.atlas.queries import District, PublicDistrict, PublicResource
from volunteer_hub.atlas.rules import CROWD
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark, ngettext

Feature = dict[str, Any]

# The words of the levels of urgency, as parts/words.html has them for pages.
URGENCY = {1: mark("Spokojnie"), 2: mark("Wkrótce"), 3: mark("Pilne"), 4: mark("Na dziś")}


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def point(at: Point, **properties: Any) -> Feature:
    geometry = {"type": "Point", "coordinates": [at[1], at[0]]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def polygon(district: District, **properties: Any) -> Feature:
    """A district with its simplified outline."""
    words = {
        "kind": "district",
        "name": district.name,
        "schematic": district.schematic,
        "centre": [district.centre[1], district.centre[0]],
        "url": f"#d-{district.slug}",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": district.outline},
        "properties": words | properties,
    }


def crowd(at_least: int) -> str:
    """A count as the public is told it: its ten, or that it is fewer than ten."""
    return f"{at_least}–{at_least + CROWD - 1}" if at_least else _("mniej niż 10")


def public(districts: Sequence[PublicDistrict]) -> dict[str, Any]:
    """Districts with counts in tens, and public resources with their points. Needs have none."""
    return collection(
        [
            *(_public_district(one) for one in districts),
            *(_public_resource(resource) for one in districts for resource in one.resources),
        ]
    )


def _public_district(one: PublicDistrict) -> Feature:
    needs = f"{_('Potrzeby')}: {crowd(one.needs)}"
    resources = ngettext("%(n)s zasób", "%(n)s zasobów", len(one.resources))
    return polygon(
        one.district,
        needs_at_least=one.needs,
        people_at_least=one.people,
        resources=len(one.resources),
        note=_("%(crowd)s osób", crowd=crowd(one.people)),
        lines=[needs, f"{_('Osoby, których dotyczą')}: {crowd(one.people)}", resources],
    )


def _public_resource(resource: PublicResource) -> Feature:
    return point(
        resource.point,
        kind="resource",
        name=resource.name,
        lines=[line for line in (resource.theme, resource.address) if line],
        url=f"#resource-{resource.id}",
    )
