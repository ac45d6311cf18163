"""What others hand us: the objects of HSDS as loosely as the world writes them, no HTML, lists not endless."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# What no browser shows as text.
SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
# After these a new line begins, whatever the source's own lines were.
BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "table", "section", "article"})
MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d|#x|[a-zA-Z]+;)")

MOST_WRAPPED = 10


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        elif tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent = self.silent[: self.silent.index(tag)]
        elif tag in BLOCKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def plain(text: str) -> str:
    """The words of a text that may hold HTML; no mark-up, no control characters, no needless space."""
    for _ in range(MOST_WRAPPED):  # mark-up that was escaped once more comes out as mark-up
        before, text = text, _tidy(_words(text))
        if text == before:
            break
    return text


def _words(text: str) -> str:
    if not MARKUP.search(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    return "".join(reader.words)


def _tidy(text: str) -> str:
    text = "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co") else " " for c in text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    return [] if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
Line = Annotated[
    Text, BeforeValidator(lambda value: " ".join(plain(value).split()) if isinstance(value, str) else value)
]
MOST_INSIDE = 200
Number = Annotated[float | None, Field(allow_inf_nan=False)]
T = TypeVar("T")
Listed = Annotated[list[T], BeforeValidator(_listed), Field(max_length=MOST_INSIDE)]


class Given(BaseModel):
    """What we do not use is passed over."""

    model_config = ConfigDict(extra="ignore")


class Phone(Given):
    number: Line = ""


class Language(Given):
    code: Line = ""
    name: Line = ""


class Term(Given):
    code: Line = ""
    name: Line = ""
    taxonomy: Line = ""


class Attribute(Given):
    label: Line = ""
    value: Text = ""
    taxonomy_term: Term | None = None


class Schedule(Given):
    valid_from: Line = ""
    valid_to: Line = ""
    dtstart: Line = ""
    until: Line = ""
    count: Line = ""
    wkst: Line = ""
    freq: Line = ""
    interval: Line = ""
    byday: Line = ""
    bymonthday: Line = ""
    description: Line = ""
    opens_at: Line = ""
    closes_at: Line = ""
    notes: Line = ""


class Contact(Given):
    name: Line = ""
    email: Line = ""
    phones: Listed[Phone] = []


class Address(Given):
    address_1: Line = ""
    address_2: Line = ""
    city: Line = ""
    postal_code: Line = ""


class Accessibility(Given):
    description: Text = ""
    details: Text = ""
    attributes: Listed[Attribute] = []


class Location(Given):
    id: Line = ""
    location_type: Line = ""
    name: Line = ""
    latitude: Number = None
    longitude: Number = None
    addresses: Listed[Address] = []
    accessibility: Listed[Accessibility] = []
    languages: Listed[Language] = []
    schedules: Listed[Schedule] = []
    phones: Listed[Phone] = []


class At(Given):
    """A service at a location."""

    id: Line = ""
    location: Location | None = None
    schedules: Listed[Schedule] = []
    phones: Listed[Phone] = []


class Organization(Given):
    id: Line = ""
    name: Line
    description: Text = ""
    email: Line = ""
    website: Line = ""
    phones: Listed[Phone] = []
    contacts: Listed[Contact] = []
    locations: Listed[Location] = []
    attributes: Listed[Attribute] = []


class Service(Given):
    id: Line = ""
    name: Line
    description: Text = ""
    url: Line = ""
    email: Line = ""
    status: Line
    eligibility_description: Text = ""
    phones: Listed[Phone] = []
    contacts: Listed[Contact] = []
    schedules: Listed[Schedule] = []
    languages: Listed[Language] = []
    service_at_locations: Listed[At] = []
    organization: Organization | None = None
    attributes: Listed[Attribute] = []


class Geometry(Given):
    type: Line
    coordinates: Any = None


class Properties(Given):
    """Of a point of GeoJSON: our own names, and what others call the same."""

    id: Line = ""
    name: Line = ""
    title: Line = ""
    kind: Line = ""
    about: Text = ""
    description: Text = ""
    for_whom: Text = ""
    themes: Listed[Line] = []
    theme: Line = ""
    languages: Listed[Line] = []
    capacity: Line = ""
    phone: Line = ""
    email: Line = ""
    website: Line = ""
    place: Line = ""
    address: Line = ""
    postcode: Line = ""
    town: Line = ""
    accessibility: Listed[Line] = []


class Feature(Given):
    id: Line = ""
    geometry: Geometry | None = None
    properties: Properties | None = None
