"""A file of resources, HSDS 3.2 or GeoJSON, as entries in our words. Pure: the town and its database are not asked.

Every entry knows its line (which one of the file's list it is) and what is wrong with it, in sentences.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.rules import ACCESS, ResourceKind
from volunteer_hub.exchange import given
from volunteer_hub.exchange.given import plain
from volunteer_hub.exchange.hsds import Label
from volunteer_hub.exchange.sayings import LONGEST, LONGEST_TEXT, Sayings, Spot
from volunteer_hub.web.i18n import gettext as _


@dataclass(frozen=True)
class Term:
    taxonomy: str
    code: str
    name: str


@dataclass(frozen=True)
class Entry:
    """One resource of the file. `run_by`: the source's id of the organisation that runs it; `active`: open at all."""

    line: int
    name: str
    kind: ResourceKind
    source_id: str = ""
    about: str = ""
    for_whom: str = ""
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    terms: tuple[Term, ...] = ()
    hours: tuple[Hours, ...] = ()
    spot: Spot | None = None
    run_by: str = ""
    active: bool = True
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Reader:
    """Reads the objects of one file; `today` is the first day of hours that say none."""

    def __init__(self, timezone: str, today: date) -> None:
        self.timezone, self.today = timezone, today

    def entries(self, items: Sequence[Any], kind_of: Callable[[Any], str]) -> list[Entry]:
        """All of the file. An organisation that stands alone and inside its services is one entry."""
        models: dict[str, type[given.Given]] = {
            "service": given.Service, "organization": given.Organization, "feature": given.Feature
        }  # fmt: skip
        found: list[Entry] = []
        for line, item in enumerate(items, 1):
            try:
                read = models[kind_of(item)].model_validate(item)
            except ValidationError as error:
                name = plain(item["name"])[:120] if isinstance(item, dict) and isinstance(item.get("name"), str) else ""
                found.append(Entry(line, name, ResourceKind.SERVICE, problems=tuple(_wrong(error))))
                continue
            found += self._of(line, read)
        return _once(found)

    def _of(self, line: int, read: BaseModel) -> Iterator[Entry]:
        if isinstance(read, given.Service):
            yield from self.services(line, read)
        elif isinstance(read, given.Organization):
            yield self.organization(line, read)
        elif isinstance(read, given.Feature):
            yield self.feature(line, read)

    def services(self, line: int, of: given.Service) -> Iterator[Entry]:
        """The service at each of its places, after the organisation that runs it."""
        places = of.service_at_locations or [given.At()]
        if of.organization:
            yield self.organization(line, of.organization, of, places[0].location)
        for at in places:
            say = Sayings()
            location = at.location or given.Location()
            labels = _labels(of.attributes)
            contact = of.contacts[0] if of.contacts else given.Contact()
            entry = Entry(
                line=line,
                name=of.name,
                kind=say.kind(labels.get(Label.KIND, ""), ResourceKind.SERVICE),
                source_id=at.id or of.id,
                about=of.description,
                for_whom=of.eligibility_description,
                languages=say.languages(one.code for one in of.languages or location.languages),
                capacity=say.capacity(labels.get(Label.CAPACITY, "")),
                contact_name=contact.name,
                phone=say.phone([*of.phones, *at.phones, *location.phones, *contact.phones][:1]),
                email=say.email(of.email or contact.email),
                website=say.website(of.url),
                terms=_terms(of.attributes),
                hours=say.hours([*of.schedules, *at.schedules] or location.schedules, self.timezone, self.today),
                spot=self._spot(say, location, of.name),
                run_by=_org_id(of.organization) if of.organization else "",
                active=of.status == "active",
            )
            yield _checked(entry, say)

    def organization(
        self, line: int, of: given.Organization, runs: given.Service | None = None, at: given.Location | None = None
    ) -> Entry:
        """`runs`, `at`: a service of it and where, for an organisation that does not say its own themes or place."""
        say = Sayings()
        location = next(iter(of.locations), None) or at or given.Location()
        if len(of.locations) > 1:
            say.notes.append(_("Z wielu miejsc organizacji bierzemy pierwsze."))
        labels = _labels(of.attributes)
        contact = of.contacts[0] if of.contacts else given.Contact()
        own = bool(of.locations)
        entry = Entry(
            line=line,
            name=of.name,
            kind=say.kind(labels.get(Label.KIND, ""), ResourceKind.ORGANISATION),
            source_id=_org_id(of),
            about="" if of.description == of.name else of.description,
            for_whom=labels.get(Label.ELIGIBILITY, ""),
            languages=say.languages(one.code for one in location.languages) if own else (),
            capacity=say.capacity(labels.get(Label.CAPACITY, "")),
            contact_name=contact.name,
            phone=say.phone([*of.phones, *contact.phones, *(location.phones if own else [])][:1]),
            email=say.email(of.email or contact.email),
            website=say.website(of.website),
            terms=_terms(of.attributes) or (_terms(runs.attributes) if runs else ()),
            hours=say.hours(location.schedules, self.timezone, self.today) if own else (),
            spot=self._spot(say, location, of.name),
        )
        return _checked(entry, say)

    def feature(self, line: int, of: given.Feature) -> Entry:
        say = Sayings()
        told = of.properties or given.Properties()
        name = told.name or told.title
        if not name:
            say.problems.append(_("%(field)s: brakuje.", field="properties.name"))
        point = None
        if of.geometry is None or of.geometry.type != "Point":
            say.problems.append(_("To nie jest punkt (Point)."))
        elif not _is_position(of.geometry.coordinates):
            say.problems.append(_("Współrzędne punktu to dwie liczby: długość, potem szerokość."))
        else:
            point = say.point(of.geometry.coordinates[1], of.geometry.coordinates[0])
        place = told.place or name
        entry = Entry(
            line=line,
            name=name,
            kind=say.kind(told.kind, ResourceKind.SERVICE),
            source_id=of.id or told.id,
            about=told.about or told.description,
            for_whom=told.for_whom,
            languages=say.languages(told.languages),
            capacity=say.capacity(told.capacity),
            phone=say.phone([given.Phone(number=told.phone)] if told.phone else []),
            email=say.email(told.email),
            website=say.website(told.website),
            terms=tuple(Term("", code, code) for code in [*told.themes, told.theme] if code),
            spot=say.spot(place, told.address, told.town, told.postcode, point, told.accessibility, ""),
        )
        return _checked(entry, say)

    def _spot(self, say: Sayings, of: given.Location, name: str) -> Spot | None:
        if of.location_type not in ("", "physical"):
            say.problems.append(_("Miejsce nie jest na mapie (location_type: %(given)s).", given=of.location_type[:20]))
            return None
        address = of.addresses[0] if of.addresses else given.Address()
        codes, words = [], []
        for one in of.accessibility:
            code = _labels(one.attributes).get(Label.CODE, "")
            if code in ACCESS:
                codes.append(code)
            else:
                words += [text for text in (one.description, one.details) if text]
        street = ", ".join(filter(None, (address.address_1, address.address_2)))
        point = say.point(of.latitude, of.longitude)
        return say.spot(of.name or name, street, address.city, address.postal_code, point, codes, "\n".join(words))


def _checked(entry: Entry, say: Sayings) -> Entry:
    cut: dict[str, Any] = {name: say.shorter(name, getattr(entry, name), most) for name, most in LONGEST.items()}
    cut |= {name: say.shorter(name, getattr(entry, name), LONGEST_TEXT) for name in ("about", "for_whom")}
    if not entry.name:
        say.problems.append(_("%(field)s: brakuje.", field="name"))
    return replace(entry, **cut, problems=tuple(dict.fromkeys(say.problems)), notes=tuple(dict.fromkeys(say.notes)))


def _once(found: list[Entry]) -> list[Entry]:
    """An organisation once, however often it stands in its services; two other entries of one id are one too many."""
    seen: dict[str, Entry] = {}
    kept: list[Entry] = []
    for entry in found:
        before = seen.get(entry.source_id) if entry.source_id else None
        if before is None:
            seen[entry.source_id] = entry
        elif entry.kind == before.kind == ResourceKind.ORGANISATION:
            continue
        else:
            same = _("Ten sam identyfikator ma wpis %(line)s.", line=before.line)
            entry = replace(entry, problems=(*entry.problems, same))
        kept.append(entry)
    return kept


def _org_id(of: given.Organization) -> str:
    return of.id or f"organization {of.name}"[:120]


def _labels(attributes: Iterable[given.Attribute]) -> dict[str, str]:
    return {one.label: one.value for one in attributes if one.label}


def _terms(attributes: Iterable[given.Attribute]) -> tuple[Term, ...]:
    return tuple(
        Term(one.taxonomy_term.taxonomy, one.taxonomy_term.code, one.taxonomy_term.name)
        for one in attributes
        if one.taxonomy_term
    )


def _is_position(value: Any) -> bool:
    numbers = isinstance(value, list) and 2 <= len(value) <= 4
    return numbers and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)


def _wrong(error: ValidationError) -> Iterator[str]:
    for problem in error.errors()[:5]:
        field = ".".join(str(part) for part in problem["loc"])[:80]
        if problem["type"] == "missing":
            yield _("%(field)s: brakuje.", field=field)
        elif problem["type"] == "too_long":
            yield _("%(field)s: za długa lista, najwięcej %(most)s.", field=field, most=given.MOST_INSIDE)
        else:
            yield _("%(field)s: tego nie rozumiemy.", field=field or "–")
