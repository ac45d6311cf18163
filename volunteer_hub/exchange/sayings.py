"""Judging what a file says of one resource: each value in our words, or a sentence why it cannot be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from volunteer_hub.atlas.hours import BadRule, Hours
from volunteer_hub.atlas.rules import ACCESS, ResourceKind
from volunteer_hub.exchange import given, schedules
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.people.rules import LANGUAGES
from volunteer_hub.web.i18n import gettext as _

# What the tables hold, in characters.
LONGEST = {"name": 120, "contact_name": 120, "email": 254, "website": 200, "source_id": 120}
LONGEST_PLACE = {"name": 120, "address": 160, "town": 80, "postcode": 10}
LONGEST_TEXT = 5000
MOST_CAPACITY = 1_000_000
# ISO 639-3 and 639-2 of the languages that we keep by their two letters.
THREE_LETTERS = {"pol": "pl", "ukr": "uk", "eng": "en", "bel": "be", "rus": "ru", "deu": "de", "ger": "de"}


@dataclass(frozen=True)
class Spot:
    """Where something is. `accessibility`: atlas.rules.ACCESS."""

    name: str
    address: str
    town: str
    postcode: str
    point: Point
    accessibility: tuple[str, ...] = ()
    accessibility_note: str = ""


class Sayings:
    """What is wrong with an entry, and what is passed over in it, as it is found."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []

    def shorter(self, name: str, text: str, most: int) -> str:
        if len(text) > most:
            self.problems.append(_("%(field)s: za długie, najwięcej %(most)s znaków.", field=name, most=most))
        return text[:most]

    def phone(self, numbers: Sequence[given.Phone]) -> str:
        for one in numbers:
            try:
                return normalise(one.number)
            except BadPhone:
                self.problems.append(_("phone: to nie jest numer telefonu: %(given)s.", given=one.number[:40]))
        return ""

    def email(self, text: str) -> str:
        try:
            return validate_email(text, check_deliverability=False).normalized.lower() if text else ""
        except EmailNotValidError:
            self.problems.append(_("email: to nie jest adres e-mail: %(given)s.", given=text[:60]))
        return ""

    def website(self, text: str) -> str:
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        try:
            parts = urlsplit(address)
            good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in address
        except ValueError:
            good = False
        if not good:
            self.problems.append(_("url: to nie jest adres strony: %(given)s.", given=text[:60]))
        return address if good else ""

    def languages(self, codes: Iterable[str]) -> tuple[str, ...]:
        found = []
        for given_code in (code.lower() for code in codes if code):
            code = THREE_LETTERS.get(given_code, given_code.partition("-")[0])
            if code in LANGUAGES:
                found.append(code)
            else:
                self.notes.append(_("Pominięto język: %(given)s.", given=code[:20]))
        return tuple(dict.fromkeys(found))

    def capacity(self, text: str) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text[:8]) <= MOST_CAPACITY:
            return int(text)
        self.problems.append(_("capacity: to nie jest liczba osób: %(given)s.", given=text[:40]))
        return None

    def kind(self, text: str, otherwise: ResourceKind) -> ResourceKind:
        if text and text not in set(ResourceKind):
            self.notes.append(_("Nieznany rodzaj: %(given)s.", given=text[:40]))
        return ResourceKind(text) if text in set(ResourceKind) else otherwise

    def hours(self, of: Sequence[given.Schedule], timezone: str, today: date) -> tuple[Hours, ...]:
        found = []
        for one in of:
            try:
                found.append(schedules.read(one, timezone, today))
            except BadRule as bad:
                self.problems.append(_("schedules: %(why)s", why=_(bad.sentence)))
            except schedules.NoHours:
                self.problems.append(_("schedules: brakuje godzin albo zamknięcie jest przed otwarciem."))
        return tuple(dict.fromkeys(found))

    def point(self, latitude: float | None, longitude: float | None) -> Point | None:
        if latitude is None or longitude is None:
            self.problems.append(_("Brakuje punktu na mapie: latitude i longitude."))
            return None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            self.problems.append(_("To nie są stopnie szerokości i długości (WGS 84)."))
            return None
        return latitude, longitude

    def spot(self, name: str, address: str, town: str, postcode: str, point: Point | None,
             accessibility: Iterable[str], note: str) -> Spot | None:  # fmt: skip
        if point is None:
            return None
        values = {"name": name, "address": address, "town": town, "postcode": postcode}
        kept = {key: self.shorter(key, text, LONGEST_PLACE[key]) for key, text in values.items()}
        marks = tuple(code for code in ACCESS if code in set(accessibility))
        return Spot(**kept, point=point, accessibility=marks, accessibility_note=note[:LONGEST_TEXT])
