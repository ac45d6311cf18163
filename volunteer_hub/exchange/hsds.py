"""The words of HSDS 3.2 (openreferral.org) that our public resources use: one model for each of its objects.

A field that holds nothing is left out of the JSON: the standard's schemas know no null. What stands for what of ours is
told in docs/decisions/0029-open-data.md; `publishing` makes these out of rows, `openapi` tells the world about them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

VERSION = "3.2"


class Told(BaseModel):
    """The base of all that is told: nothing that the model does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Taxonomy(Told):
    id: UUID
    name: str
    description: str


class TaxonomyTerm(Told):
    id: UUID
    code: str
    name: str
    description: str
    parent_id: UUID | None = None
    taxonomy: str
    taxonomy_id: UUID
    language: str


class Label(StrEnum):
    """What an attribute without a taxonomy term is about: things that HSDS has no word for."""

    KIND = "kind"
    CAPACITY = "capacity"
    ELIGIBILITY = "eligibility"
    CODE = "code"


class Attribute(Told):
    id: UUID
    link_id: UUID
    link_entity: str
    taxonomy_term_id: UUID | None = None
    taxonomy_term: TaxonomyTerm | None = None
    label: Label | None = Field(None, description="Says what `value` is where no taxonomy term is given.")
    value: str | None = None


class Language(Told):
    id: UUID
    name: str
    code: str = Field(description="ISO 639-1.")


class Phone(Told):
    id: UUID
    number: str = Field(description="E.164, as +48600000000.")
    type: Literal["voice"] = "voice"


class Freq(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Schedule(Told):
    """The parts of an RFC 5545 rule, and the hours of each day that it names."""

    id: UUID
    valid_from: date
    valid_to: date | None = None
    dtstart: date
    timezone: float = Field(description="The offset from UTC, in hours, that holds on the day of this answer.")
    until: date | None = None
    count: int | None = None
    wkst: str | None = None
    freq: Freq | None = None
    interval: int | None = None
    byday: str | None = None
    bymonthday: str | None = None
    description: str | None = None
    opens_at: str = Field(description="Wall time of the town with the offset of `timezone`, as 09:00+01:00.")
    closes_at: str
    notes: str | None = None


class Accessibility(Told):
    id: UUID
    description: str
    attributes: list[Attribute] | None = None


class Address(Told):
    id: UUID
    address_1: str
    city: str
    state_province: str = Field(description="Empty: we do not keep it, and HSDS wants the field.")
    postal_code: str
    country: str
    address_type: Literal["physical"] = "physical"


class Location(Told):
    id: UUID
    location_type: Literal["physical"] = "physical"
    name: str
    latitude: float
    longitude: float
    addresses: list[Address] | None = None
    accessibility: list[Accessibility] | None = None
    languages: list[Language] | None = Field(None, description="Here for an organization; a service has its own.")
    schedules: list[Schedule] | None = Field(None, description="Here for an organization; a service has its own.")


class BasicOrganization(Told):
    """An organization without what hangs on it."""

    id: UUID
    name: str
    description: str
    email: str | None = None
    website: str | None = None


class BasicService(Told):
    """A service without what hangs on it."""

    id: UUID
    organization_id: UUID | None = None
    name: str
    description: str | None = None
    url: str | None = None
    email: str | None = None
    status: Literal["active"] = "active"
    eligibility_description: str | None = None
    assured_date: date | None = Field(None, description="The day when one of the centre last asked if all this holds.")
    last_modified: datetime


class ListedService(BasicService):
    organization: BasicOrganization | None = None


class MinimalService(Told):
    id: UUID
    last_modified: datetime


class OwnServiceAtLocation(Told):
    """The place of a service. With us a service has one place, so this has the service's id."""

    id: UUID
    service_id: UUID
    location_id: UUID
    location: Location


class BasicServiceAtLocation(OwnServiceAtLocation):
    service: ListedService


class Organization(BasicOrganization):
    phones: list[Phone] | None = None
    locations: list[Location] | None = None
    attributes: list[Attribute] | None = None
    services: list["BasicService | Service"] | None = None


class Service(BasicService):
    phones: list[Phone] | None = None
    schedules: list[Schedule] | None = None
    languages: list[Language] | None = None
    service_at_locations: list[OwnServiceAtLocation]
    organization: Organization | None = None
    attributes: list[Attribute]


class ServiceAtLocation(OwnServiceAtLocation):
    service: Service


Organization.model_rebuild()

T = TypeVar("T")


class Page(Told, Generic[T]):
    """One page of a list; all pages together hold each thing once."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[T]


class Publisher(Told):
    name: str
    email: str | None = None
    website: str


class About(Told):
    version: str
    profile: str
    openapi_url: str
    description: str
    publisher: Publisher


class PointGeometry(Told):
    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(description="Longitude, latitude (WGS 84).")


class ResourceProperties(Told):
    """What a point is. `id` is the id of the service or organization."""

    id: UUID
    name: str
    kind: str
    about: str | None = None
    for_whom: str | None = None
    organization: str | None = None
    themes: list[str] = Field(description="Codes of terms of our taxonomy, the main one first.")
    languages: list[str] | None = None
    capacity: int | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    place: str
    address: str | None = None
    postcode: str | None = None
    town: str | None = None
    accessibility: list[str] | None = None
    assured_date: date | None = None
    last_modified: datetime


class ResourceFeature(Told):
    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: PointGeometry
    properties: ResourceProperties


class Resources(Told):
    """A FeatureCollection (RFC 7946), with the words of a page beside it."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    total_items: int
    total_pages: int
    page_number: int
    features: list[ResourceFeature]


class Problem(Told):
    """Why there is no answer (RFC 9457)."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
