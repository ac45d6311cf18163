"""What the desk types about a resource, its place and its hours."""

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from volunteer_hub.atlas import hours
from volunteer_hub.atlas.forms import Spot, Title, offered, point_of, point_text
from volunteer_hub.atlas.hours import Hours, Plain
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.resource_queries import PlaceCard, ResourceCard
from volunteer_hub.atlas.resources import Details
from volunteer_hub.atlas.rules import ACCESS, ResourceKind
from volunteer_hub.people.rules import LANGUAGES
from volunteer_hub.web.forms import Checked, Email, Form, Line, Phone, Wrong, Yes
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark


def _website(text: str) -> str:
    if not re.fullmatch(r"(https?://)?[^\s/@:]+\.[^\s/@:]{2,}(:\d+)?([/?#]\S*)?", text):
        raise Wrong(mark("To nie jest adres strony. Przykład: www.klub.pl."))
    return text if text.startswith(("http://", "https://")) else f"https://{text}"


def _hour(text: Any) -> Any:
    """9, 9:00 and 9.00 as people type them; anything else is pydantic's to refuse."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", text) if isinstance(text, str) else None
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else text


Hour = Annotated[time, BeforeValidator(_hour)]
Accesses = Annotated[list[str], AfterValidator(offered(ACCESS))]
Postcode = Annotated[str, Field(pattern=r"^(\d{2}-\d{3})?$")]
CHOOSE_KIND, CHOOSE_THEME = mark("Wybierz rodzaj."), mark("Wybierz temat.")
CHOOSE_PLACE, CHOOSE_AREA = mark("Wybierz miejsce z listy."), mark("Wybierz osiedle.")
DATE = mark("Podaj pełną datę: dzień, miesiąc i rok.")
POSTCODE = mark("Wpisz kod, na przykład 87-800.")


class ResourceForm(Form):
    sentences = {
        "kind": CHOOSE_KIND, "theme": CHOOSE_THEME, "place": CHOOSE_PLACE, "further": CHOOSE_THEME,
        "organisation": mark("Wybierz organizację z listy."), "consent_on": DATE, "opened_on": DATE,
        "capacity": mark("Wpisz liczbę osób, na przykład 12."),
    }  # fmt: skip

    name: Title
    kind: ResourceKind
    theme: UUID
    further: list[UUID] = []
    organisation: UUID | None = None
    place: UUID
    about: str = Field("", max_length=2000)
    for_whom: str = Field("", max_length=500)
    languages: Annotated[list[str], AfterValidator(offered(LANGUAGES))] = []
    capacity: int | None = Field(None, ge=0, le=1_000_000)
    contact_name: Annotated[Line, Field(max_length=120)] = ""
    phone: Phone = ""
    email: Email = ""
    website: Annotated[str, Field(max_length=190), AfterValidator(_website)] = ""
    public: Yes = False
    consent_by: Annotated[Line, Field(max_length=120)] = ""
    consent_on: date | None = None
    opened_on: date | None = None
    verified: Yes = False

    @property
    def details(self) -> Details:
        return Details(**self.model_dump(include=set(Details.__dataclass_fields__)))


class CorrectedResource(ResourceForm):
    """`version` is that of the row as it was shown."""

    version: int


class NewResource(ResourceForm):
    """At a place that is known, or at a new one by its address and district."""

    sentences = {**ResourceForm.sentences, "area": CHOOSE_AREA, "postcode": POSTCODE}

    place: UUID | None = None  # type: ignore[assignment]
    place_name: str = Field("", max_length=120)
    address: str = Field("", max_length=160)
    town: str = Field("", max_length=80)
    postcode: Postcode = ""
    area: UUID | None = None
    at: Spot = ""
    private: Yes = False
    accessibility: Accesses = []
    accessibility_note: str = Field("", max_length=500)

    @property
    def new_place(self) -> PlaceDetails | None:
        if self.place or not self.area:
            return None
        return PlaceDetails(
            name=self.place_name or self.name, address=self.address, area=self.area, town=self.town,
            postcode=self.postcode, point=point_of(self.at), private=self.private, accessibility=self.accessibility,
            accessibility_note=self.accessibility_note,
        )  # fmt: skip


class PlaceForm(Form):
    sentences = {"area": CHOOSE_AREA, "postcode": POSTCODE}

    version: int
    name: Title
    address: str = Field("", max_length=160)
    town: str = Field("", max_length=80)
    postcode: Postcode = ""
    area: UUID
    at: Spot = ""
    private: Yes = False
    accessibility: Accesses = []
    accessibility_note: str = Field("", max_length=500)

    @property
    def details(self) -> PlaceDetails:
        return PlaceDetails(**self.model_dump(exclude={"version", "at"}), point=point_of(self.at))


class HoursForm(Form):
    """Days by the plain fields, or by a rule of RFC 5545: `by` says which of the two holds."""

    sentences = {
        "opens": mark("Podaj godzinę, na przykład 9:00."), "closes": mark("Podaj godzinę, na przykład 15:00."),
        "by": mark("Wybierz jedną z odpowiedzi."), "days": mark("Zaznacz dni z listy."),
        "nths": mark("Zaznacz, które to dni w miesiącu."), "first_day": DATE, "last_day": DATE,
    }  # fmt: skip

    by: Literal["plain", "rule"] = "plain"
    days: list[Annotated[int, Field(ge=1, le=7)]] = []
    often: Literal["week", "fortnight", "month"] = "week"
    nths: list[Annotated[int, Field(ge=-1, le=5)]] = []
    rrule: str = Field("", max_length=400)
    opens: Hour
    closes: Hour
    first_day: date
    last_day: date | None = None
    note: Annotated[Line, Field(max_length=160)] = ""
    seen: str = ""


def hours_from(checked: Checked[HoursForm]) -> tuple[Checked[HoursForm], Hours | None]:
    """The hours that were typed; or the form with a sentence beside what is wrong."""
    if (value := checked.value) is None:
        return checked, None
    if value.closes <= value.opens:
        checked = checked.refused("closes", _("Koniec musi być po początku."))
    if value.last_day and value.last_day < value.first_day:
        checked = checked.refused("last_day", _("Ostatni dzień musi być po pierwszym."))
    if value.by == "plain" and not value.days:
        checked = checked.refused("days", _("Zaznacz co najmniej jeden dzień."))
    if value.by == "plain" and value.often == "month" and not value.nths:
        checked = checked.refused("nths", _("Zaznacz, które to dni w miesiącu."))
    if checked.value is None:
        return checked, None
    rule, wrong = hours.read_rule(_rule_text(value), value.first_day)
    if wrong:
        return checked.refused("rrule" if value.by == "rule" else "days", wrong), None
    return checked, Hours(rule, value.opens, value.closes, value.first_day, value.last_day, value.note)


def _rule_text(value: HoursForm) -> str:
    if value.by == "rule":
        return value.rrule
    nths = tuple(value.nths) if value.often == "month" else ()
    return hours.made(Plain(tuple(value.days), 2 if value.often == "fortnight" else 1, nths))


def hours_typed(of: Hours) -> dict[str, Any]:
    """The hours as the form shows them: in the plain fields as far as they reach, and as a rule in any case."""
    plain = hours.plain_of(of.rrule)
    often = "month" if plain and plain.nths else "fortnight" if plain and plain.weeks == 2 else "week"
    return {
        "by": "plain" if plain else "rule", "days": list(plain.days) if plain else [], "often": often,
        "nths": list(plain.nths) if plain else [], "rrule": of.rrule, "opens": f"{of.opens:%H:%M}",
        "closes": f"{of.closes:%H:%M}", "first_day": of.first_day, "last_day": of.last_day or "", "note": of.note,
        "seen": seen(of),
    }  # fmt: skip


def seen(of: Hours) -> str:
    """What a line of hours says, to tell whether it is still the one that was seen."""
    parts = (of.rrule, f"{of.opens:%H:%M:%S}", f"{of.closes:%H:%M:%S}", of.first_day, of.last_day or "", of.note)
    return "|".join(map(str, parts))


def consented(checked: Checked[Any], today: date) -> Checked[Any]:
    """The form, refused where what shall be public has nobody's consent, or a day lies after today."""
    value = checked.value
    if value is None:
        return checked
    if value.public and not value.consent_by:
        checked = checked.refused("consent_by", _("Bez zgody nie pokażemy tego wszystkim. Wpisz, kto ją dał."))
    if value.public and not value.consent_on:
        checked = checked.refused("consent_on", _("Wpisz, kiedy dano zgodę."))
    if value.consent_on and value.consent_on > today:
        checked = checked.refused("consent_on", _("Ta data jest w przyszłości."))
    return checked


def somewhere(checked: Checked[NewResource]) -> Checked[NewResource]:
    """The form, refused unless it names a known place or says where the new one is."""
    value = checked.value
    if value is None or value.place or (value.address and value.area):
        return checked
    return checked.refused("place", _("Wybierz miejsce z listy albo wpisz adres i osiedle nowego."))


def typed(card: ResourceCard) -> dict[str, Any]:
    """The resource as its form shows it."""
    values = {name: getattr(card.details, name) for name in Details.__dataclass_fields__}
    values = {name: "" if value is None else value for name, value in values.items()}
    return values | {
        "kind": card.details.kind.value, "further": list(card.details.further), "version": card.version,
        "languages": list(card.details.languages), "public": "yes" if card.details.public else "",
    }  # fmt: skip


def place_typed(card: PlaceCard) -> dict[str, Any]:
    """The place as its form shows it."""
    same = ("name", "address", "town", "postcode", "area", "accessibility_note", "version")
    return {name: getattr(card, name) for name in same} | {
        "at": point_text(card.point), "private": "yes" if card.private else "",
        "accessibility": list(card.accessibility),
    }  # fmt: skip
