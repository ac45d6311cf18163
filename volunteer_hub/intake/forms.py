"""The public forms of signing up: three steps."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from volunteer_hub.kit.phone import BadPhone, normalise, pretty
from volunteer_hub.people.rules import (
    ADULT_AGE,
    ALONE_AGE,
    CAUSES,
    LANGUAGES,
    OLDEST_AGE,
    SKILLS,
    SLOTS,
    Kind,
    age,
    is_minor,
    read_date,
)
from volunteer_hub.web.forms import Checked, Email, Form, Line, Phone, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark

KILOMETRES = ("1", "3", "5", "10", "30")
HOURS = ("2", "4", "8", "12")
# The languages we write in; those a volunteer speaks are more.
WRITTEN = ("pl", "uk", "en")
# Whom somebody signs up: themselves, or as the guardian a child.
WHO = ("me", "child")

CHOOSE = mark("Wybierz jedną z odpowiedzi.")
F = TypeVar("F", bound=Form)


def _at_most(characters: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > characters:
            raise Wrong(mark("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s."), max_length=characters)
        return text

    return check


def _one_of(options: Collection[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in options:
            raise Wrong(CHOOSE)
        return text

    return check


def _once(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _birth_date(given: object) -> date:
    born = read_date(given) if isinstance(given, str) else None
    if born is None:
        raise Wrong(mark("Podaj dzień, miesiąc i rok, na przykład 4 05 1990."))
    return born


def _ticked(given: object) -> bool:
    if given != "yes":
        raise Wrong(mark("Zaznacz to pole. Bez tego nie możemy przyjąć zgłoszenia."))
    return True


Name = Annotated[Line, AfterValidator(_at_most(60))]
Cause = Annotated[str, AfterValidator(_one_of(CAUSES))]
Skill = Annotated[str, AfterValidator(_one_of(SKILLS))]
Spoken = Annotated[str, AfterValidator(_one_of(LANGUAGES))]
Slot = Annotated[str, AfterValidator(_one_of(SLOTS))]
Once = AfterValidator(_once)


class AboutMe(Form):
    sentences = {
        "first_name": mark("Wpisz imię."),
        "last_name": mark("Wpisz nazwisko."),
        "birth_date": mark("Podaj dzień, miesiąc i rok, na przykład 4 05 1990."),
        "kind": CHOOSE,
        "language": CHOOSE,
    }

    who: Annotated[str, AfterValidator(_one_of(WHO))] = "me"
    first_name: Name
    last_name: Name
    birth_date: Annotated[date, BeforeValidator(_birth_date)]
    kind: Kind
    school: Annotated[str, AfterValidator(_at_most(40))] = ""
    phone: Phone | None = None
    email: Email | None = None
    language: Annotated[str, AfterValidator(_one_of(WRITTEN))]


class MyTime(Form):
    sentences = {"max_km": CHOOSE, "max_hours_week": CHOOSE}

    causes: Annotated[list[Cause], Once]
    skills: Annotated[list[Skill], Once]
    languages: Annotated[list[Spoken], Field(min_length=1), Once]
    free: Annotated[list[Slot], Field(min_length=1), Once]
    area: Annotated[str, AfterValidator(_at_most(40))] = ""
    max_km: Annotated[str, AfterValidator(_one_of(KILOMETRES))]
    max_hours_week: Annotated[str, AfterValidator(_one_of(HOURS))]


class Consents(Form):
    sentences = {"information": mark("Zaznacz to pole. Bez tego nie możemy przyjąć zgłoszenia.")}

    information: Annotated[bool, BeforeValidator(_ticked)]
    sms: Yes = False
    email: Yes = False
    guardian_name: Annotated[Line, AfterValidator(_at_most(120))] = ""
    guardian_phone: Phone | None = None
    guardian_email: Email | None = None


def of_age(form: Checked[AboutMe], today: date, centre_phone: str | None) -> Checked[AboutMe]:
    """The same form, unless they were born at an impossible time, or are too young or too old for the way chosen.

    Below thirteen the guardian signs the child up; a grown-up signs up alone, and with a phone.
    """
    born = read_date(form.first("birth_date"))
    if born is None:
        return form
    years = age(born, today)
    if years < 0 or years > OLDEST_AGE:
        return form.refused("birth_date", gettext("Sprawdź rok urodzenia."))
    if years < ALONE_AGE and form.first("who") != "child":
        sentence = gettext("Osobę do 13 lat zgłasza rodzic lub opiekun: zaznacz „Moje dziecko” i wypełnijcie to razem.")
        if centre_phone:
            sentence += " " + gettext("Możecie też do nas zadzwonić: %(phone)s.", phone=pretty(centre_phone))
        return form.refused("who", sentence)
    if years >= ADULT_AGE:
        if form.first("who") == "child":
            form = form.refused("who", gettext("Ta osoba ma już 18 lat, więc zgłasza się sama."))
        if not form.first("phone").strip():
            form = form.refused("phone", gettext("Wpisz numer telefonu. Bez niego nie możemy się odezwać."))
    return form


def with_school(form: Checked[AboutMe], known: Collection[str]) -> Checked[AboutMe]:
    """The same form, unless the school is none of the partners; only pupils name one."""
    if form.value is None or not form.value.school:
        return form
    if form.value.kind is not Kind.PUPIL:
        return replace(form, value=form.value.model_copy(update={"school": ""}))
    return form if form.value.school in known else form.refused("school", gettext(CHOOSE))


def with_area(form: Checked[F], area: str, known: Collection[str], *, required: bool) -> Checked[F]:
    """The same form, unless the district is not on the map, or is missing though there is one to choose."""
    if (area and area not in known) or (required and known and not area):
        return form.refused("area", gettext("Wybierz osiedle."))
    return form


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses end in one mailbox: capitals and what follows a plus make no other."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> str:
    name, _, host = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def with_guardian(form: Checked[Consents], about: AboutMe, today: date) -> Checked[Consents]:
    """The same form with nobody's guardian for an adult; a minor names one who can be reached on their own.

    From thirteen to seventeen the guardian's contact must not be the minor's; below, the same one is the guardian's.
    """
    if not is_minor(about.birth_date, today):
        nobody = {"guardian_name": "", "guardian_phone": None, "guardian_email": None}
        return replace(form, value=form.value and form.value.model_copy(update=nobody))
    if not form.first("guardian_name").strip():
        form = form.refused("guardian_name", gettext("Wpisz imię i nazwisko rodzica lub opiekuna."))
    phone, email = form.first("guardian_phone").strip(), form.first("guardian_email").strip()
    if not phone and not email:
        return form.refused("guardian_phone", gettext("Podaj telefon albo e-mail rodzica lub opiekuna."))
    if age(about.birth_date, today) < ALONE_AGE:
        return form
    if about.phone and _number(phone) == about.phone:
        sentence = gettext("To numer osoby niepełnoletniej. Podaj numer rodzica lub opiekuna.")
        form = form.refused("guardian_phone", sentence)
    if about.email and email and same_mailbox(email, about.email):
        sentence = gettext("To e-mail osoby niepełnoletniej. Podaj adres rodzica lub opiekuna.")
        form = form.refused("guardian_email", sentence)
    return form


def _number(text: str) -> str:
    try:
        return normalise(text)
    except BadPhone:
        return ""
