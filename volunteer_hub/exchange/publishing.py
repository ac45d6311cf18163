"""Our public resources in the words of HSDS: pure, from rows to models. What stands for what: decision 0029."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from babel import Locale
from babel.core import get_global

from volunteer_hub.exchange import hsds, schedules
from volunteer_hub.exchange.hsds import Label
from volunteer_hub.exchange.open_data import OURS, Resource, Theme, Themes, foreign_taxonomy, foreign_term
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark, speaking

# Of what may help somebody who walks, sees or hears with difficulty: atlas.rules.ACCESS in words.
ACCESS_WORDS = {
    "step-free": mark("wejście bez stopni"),
    "lift": mark("winda"),
    "toilet": mark("dostępna toaleta"),
    "parking": mark("miejsce do parkowania dla osób z niepełnosprawnością"),
    "hearing-loop": mark("pętla indukcyjna"),
    "sign-language": mark("polski język migowy"),
    "quiet": mark("ciche miejsce"),
    "guide-dog": mark("można wejść z psem asystującym"),
}


@dataclass(frozen=True)
class Town:
    """Whose data it is: the language of its words, its zone, and when the answer is given."""

    language: str
    timezone: str
    now: datetime
    themes: Themes

    @property
    def country(self) -> str:
        return str(get_global("zone_territories").get(self.timezone, ""))


def service(town: Town, of: Resource, organisation: Resource | None = None) -> hsds.Service:
    """With all that hangs on it. `organisation`: the public one that runs it."""
    return hsds.Service(
        **_basic(of),
        phones=_phones(of),
        schedules=_schedules(town, of),
        languages=_languages(town, of),
        service_at_locations=[_own_place(town, of)],
        organization=organization(town, organisation) if organisation else None,
        attributes=_attributes(town, of, "service"),
    )


def listed_service(of: Resource, organisation: Resource | None = None) -> hsds.ListedService:
    return hsds.ListedService(**_basic(of), organization=basic_organization(organisation) if organisation else None)


def minimal_service(of: Resource) -> hsds.MinimalService:
    return hsds.MinimalService(id=of.id, last_modified=of.changed_at)


def service_at_location(
    town: Town, of: Resource, organisation: Resource | None = None, *, full: bool = True
) -> hsds.ServiceAtLocation | hsds.BasicServiceAtLocation:
    at = _own_place(town, of, full=full)
    place: dict[str, Any] = {"id": at.id, "service_id": at.service_id, "location_id": at.location_id}
    place["location"] = at.location
    if full:
        return hsds.ServiceAtLocation(**place, service=service(town, of, organisation))
    return hsds.BasicServiceAtLocation(**place, service=listed_service(of, organisation))


def basic_organization(of: Resource) -> hsds.BasicOrganization:
    return hsds.BasicOrganization(**_basic_organization(of))


def organization(
    town: Town, of: Resource, runs: Sequence[Resource] | None = None, *, full_service: bool = False
) -> hsds.Organization:
    """With all that hangs on it; `runs`: its public services, left out where nobody asked for them."""
    told = [service(town, one) if full_service else hsds.BasicService(**_basic(one)) for one in runs or ()]
    return hsds.Organization(
        **_basic_organization(of),
        phones=_phones(of),
        locations=[_location(town, of, languages=_languages(town, of), open_at=_schedules(town, of))],
        attributes=_attributes(town, of, "organization"),
        services=None if runs is None else told,
    )


def taxonomies(town: Town) -> list[hsds.Taxonomy]:
    """Ours first, then the open ones that our themes are named in."""
    with speaking(town.language):
        own = hsds.Taxonomy(id=OURS, name=_("Tematy centrum"), description=_("W czym ludzie szukają i dają pomoc."))
        open_ones = sorted({theme.taxonomy for theme in town.themes.by_id.values() if theme.taxonomy})
        known = _("Otwarta klasyfikacja, w której centrum nazywa swoje tematy.")
    return [own, *(hsds.Taxonomy(id=foreign_taxonomy(name), name=name, description=known) for name in open_ones)]


def terms(town: Town) -> list[hsds.TaxonomyTerm]:
    """One for each theme, the tree's order; then one for each term of an open taxonomy that a theme is named by."""
    foreign = {foreign_term(theme): _foreign(town, theme) for theme in town.themes.by_id.values() if theme.taxonomy}
    return [*(_term(town, theme) for theme in town.themes.by_id.values()), *foreign.values()]


def feature(town: Town, of: Resource, organisation: Resource | None = None) -> hsds.ResourceFeature:
    """A point with its words, for maps."""
    told = hsds.ResourceProperties(
        id=of.id,
        name=of.name,
        kind=of.kind.value,
        about=of.about or None,
        for_whom=of.for_whom or None,
        organization=organisation.name if organisation else None,
        themes=[town.themes.by_id[id].code for id in of.themes],
        languages=list(of.languages) or None,
        capacity=of.capacity,
        phone=of.phone or None,
        email=of.email or None,
        website=_uri(of.website),
        place=of.place_name,
        address=of.address or None,
        postcode=of.postcode or None,
        town=of.town or None,
        accessibility=list(of.accessibility) or None,
        assured_date=of.verified_on,
        last_modified=of.changed_at,
    )
    return hsds.ResourceFeature(
        id=of.id, geometry=hsds.PointGeometry(coordinates=(of.longitude, of.latitude)), properties=told
    )


def _basic(of: Resource) -> dict[str, Any]:
    return {
        "id": of.id,
        "organization_id": of.organisation,
        "name": of.name,
        "description": of.about or None,
        "url": _uri(of.website),
        "email": of.email or None,
        "eligibility_description": of.for_whom or None,
        "assured_date": of.verified_on,
        "last_modified": of.changed_at,
    }


def _basic_organization(of: Resource) -> dict[str, Any]:
    # The standard wants a description; whoever wrote none is told by name.
    about = {"description": of.about or of.name, "email": of.email or None, "website": _uri(of.website)}
    return {"id": of.id, "name": of.name, **about}


def _uri(website: str) -> str | None:
    if not website:
        return None
    return website if website.startswith(("http://", "https://")) else f"https://{website}"


def _phones(of: Resource) -> list[hsds.Phone] | None:
    return [hsds.Phone(id=uuid5(of.id, "phone"), number=of.phone)] if of.phone else None


def _languages(town: Town, of: Resource) -> list[hsds.Language] | None:
    names = Locale.parse(town.language).languages
    return [
        hsds.Language(id=uuid5(of.id, f"language {code}"), name=names.get(code, code), code=code)
        for code in of.languages
    ] or None


def _own_place(town: Town, of: Resource, *, full: bool = True) -> hsds.OwnServiceAtLocation:
    return hsds.OwnServiceAtLocation(
        id=of.id, service_id=of.id, location_id=of.place, location=_location(town, of, full=full)
    )


def _location(
    town: Town,
    of: Resource,
    *,
    languages: list[hsds.Language] | None = None,
    open_at: list[hsds.Schedule] | None = None,
    full: bool = True,
) -> hsds.Location:
    return hsds.Location(
        id=of.place,
        name=of.place_name,
        latitude=of.latitude,
        longitude=of.longitude,
        addresses=_addresses(town, of) if full else None,
        accessibility=_accessibility(town, of) if full else None,
        languages=languages,
        schedules=open_at,
    )


def _addresses(town: Town, of: Resource) -> list[hsds.Address] | None:
    if not of.address:
        return None
    return [
        hsds.Address(
            id=uuid5(of.place, "address"),
            address_1=of.address,
            city=of.town,
            state_province="",
            postal_code=of.postcode,
            country=town.country,
        )
    ]


def _accessibility(town: Town, of: Resource) -> list[hsds.Accessibility] | None:
    told = []
    with speaking(town.language):
        for code in of.accessibility:
            id = uuid5(of.place, f"accessibility {code}")
            label = hsds.Attribute(
                id=uuid5(id, "code"), link_id=id, link_entity="accessibility", label=Label.CODE, value=code
            )
            words = _(ACCESS_WORDS[code]) if code in ACCESS_WORDS else code
            told.append(hsds.Accessibility(id=id, description=words, attributes=[label]))
    if of.accessibility_note:
        told.append(hsds.Accessibility(id=uuid5(of.place, "accessibility"), description=of.accessibility_note))
    return told or None


def _attributes(town: Town, of: Resource, entity: str) -> list[hsds.Attribute]:
    """Its themes, then what HSDS has no word for."""

    def attribute(about: str, **values: Any) -> hsds.Attribute:
        return hsds.Attribute(id=uuid5(of.id, about), link_id=of.id, link_entity=entity, **values)

    found = []
    for theme in (town.themes.by_id[id] for id in of.themes):
        named = [_term(town, theme), *([_foreign(town, theme)] if theme.taxonomy else [])]
        found += [attribute(f"term {one.id}", taxonomy_term_id=one.id, taxonomy_term=one) for one in named]
    found.append(attribute("kind", label=Label.KIND, value=of.kind.value))
    if of.capacity is not None:
        found.append(attribute("capacity", label=Label.CAPACITY, value=str(of.capacity)))
    if entity == "organization" and of.for_whom:
        found.append(attribute("eligibility", label=Label.ELIGIBILITY, value=of.for_whom))
    return list({one.id: one for one in found}.values())


def _term(town: Town, theme: Theme) -> hsds.TaxonomyTerm:
    with speaking(town.language):
        ours = _("Tematy centrum")
    return hsds.TaxonomyTerm(
        id=theme.id,
        code=theme.code,
        name=theme.names[town.language],
        description=" › ".join(town.themes.by_id[id].names[town.language] for id in theme.path),
        parent_id=theme.path[-2] if len(theme.path) > 1 else None,
        taxonomy=ours,
        taxonomy_id=OURS,
        language=town.language,
    )


def _foreign(town: Town, theme: Theme) -> hsds.TaxonomyTerm:
    """The term of an open taxonomy that a theme is named by there: we know its code and our own name for it."""
    return hsds.TaxonomyTerm(
        id=foreign_term(theme),
        code=theme.taxonomy_code,
        name=theme.names[town.language],
        description=f"{theme.taxonomy}: {theme.taxonomy_code}",
        taxonomy=theme.taxonomy,
        taxonomy_id=foreign_taxonomy(theme.taxonomy),
        language=town.language,
    )


def _schedules(town: Town, of: Resource) -> list[hsds.Schedule] | None:
    return schedules.told(of.id, of.hours, schedules.offset_hours(town.timezone, town.now))


def organisations(found: Iterable[Resource], known: Mapping[UUID, Resource]) -> list[tuple[Resource, Resource | None]]:
    """Each with the public organisation that runs it."""
    return [(one, known.get(one.organisation) if one.organisation else None) for one in found]
