"""Forms of the desk about who a volunteer is: entered over the telephone, and corrected on the card."""

from dataclasses import replace
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from volunteer_hub.intake.forms import WRITTEN, Cause, Name, Once, Skill, Slot, Spoken
from volunteer_hub.people.corrections import Details
from volunteer_hub.people.forms import CHOOSE, Day
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.people.rules import OLDEST_AGE, Kind, age, is_minor
from volunteer_hub.people.week import MOST_HOURS, MOST_KM
from volunteer_hub.web.forms import Checked, Email, Form, Line, Phone, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark

READ_ALOUD = mark("Przeczytaj tę informację na głos i zaznacz to pole.")


def _written(language: str) -> str:
    if language not in WRITTEN:
        raise Wrong(CHOOSE)
    return language


def _full_name(text: str) -> str:
    if len(text) > 120:
        raise Wrong(mark("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s."), max_length=120)
    return text


def _comma(given: object) -> object:
    return given.replace(",", ".") if isinstance(given, str) else given


def _read_aloud(given: object) -> bool:
    if given != "yes":
        raise Wrong(READ_ALOUD)
    return True


class Person(Form):
    """Who somebody is and how to reach them. What a minor and an adult must have is said by `reachable`."""

    sentences = {
        "first_name": mark("Wpisz imię."),
        "last_name": mark("Wpisz nazwisko."),
        "kind": CHOOSE,
        "language": CHOOSE,
    }

    first_name: Name
    last_name: Name
    birth_date: Day
    kind: Kind
    phone: Phone | None = None
    email: Email | None = None
    language: Annotated[str, AfterValidator(_written)] = "pl"
    area: Annotated[str, Field(max_length=40)] = ""
    max_km: Annotated[float, BeforeValidator(_comma), Field(ge=0.5, le=MOST_KM)] = 5.0
    max_hours_week: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 4
    guardian_name: Annotated[Line, AfterValidator(_full_name)] = ""
    guardian_phone: Phone | None = None
    guardian_email: Email | None = None


class DetailsForm(Person):
    """`version` is that of the row as it was shown."""

    version: int

    def details(self) -> Details:
        return Details(
            first_name=self.first_name,
            last_name=self.last_name,
            birth_date=self.birth_date,
            kind=self.kind,
            phone=self.phone or "",
            email=self.email,
            language=self.language,
            area_slug=self.area,
            max_km=self.max_km,
            max_hours_week=self.max_hours_week,
            guardian_name=self.guardian_name,
            guardian_phone=self.guardian_phone or "",
            guardian_email=self.guardian_email or "",
        )


class NewVolunteer(Person):
    """Entered by a coordinator while they talk. `another`: seen who is alike, and it is another person."""

    sentences = {**Person.sentences, "information": READ_ALOUD, "languages": mark("Zaznacz co najmniej jeden język.")}

    causes: Annotated[list[Cause], Once]
    skills: Annotated[list[Skill], Once]
    languages: Annotated[list[Spoken], Field(min_length=1), Once]
    free: Annotated[list[Slot], Once]
    information: Annotated[bool, BeforeValidator(_read_aloud)]
    sms_ok: Yes = False
    email_ok: Yes = False
    another: Yes = False


P = TypeVar("P", bound=Person)


def reachable(form: Checked[P], today: date) -> Checked[P]:
    """The same form, unless the year is impossible or nobody could be reached: an adult, or a minor's guardian.

    An adult has no guardian; whoever stood there is left out. A minor may have no contact of their own, and never the
    guardian's.
    """
    new = form.value
    if new is None:
        return form
    years = age(new.birth_date, today)
    if years < 0 or years > OLDEST_AGE:
        return form.refused("birth_date", gettext("Sprawdź rok urodzenia."))
    if not is_minor(new.birth_date, today):
        if not new.phone and not new.email:
            return form.refused("phone", gettext("Podaj telefon albo e-mail, żeby było jak się odezwać."))
        nobody = {"guardian_name": "", "guardian_phone": None, "guardian_email": None}
        return replace(form, value=new.model_copy(update=nobody))
    if not new.guardian_name:
        form = form.refused("guardian_name", gettext("Wpisz imię i nazwisko rodzica lub opiekuna."))
    if not new.guardian_phone and not new.guardian_email:
        form = form.refused("guardian_phone", gettext("Podaj telefon albo e-mail rodzica lub opiekuna."))
    if new.phone and new.phone == new.guardian_phone:
        form = form.refused("phone", gettext("To numer opiekuna. Zostaw to pole puste: wtedy piszemy do opiekuna."))
    if new.email and new.email == new.guardian_email:
        form = form.refused("email", gettext("To adres opiekuna. Zostaw to pole puste: wtedy piszemy do opiekuna."))
    return form


def of_card(who: VolunteerCard) -> dict[str, str]:
    """What stands in the form of a volunteer as they are now."""
    return {
        "version": str(who.version),
        "first_name": who.first_name,
        "last_name": who.last_name,
        "birth_date": f"{who.birth_date:%d.%m.%Y}",
        "kind": who.kind,
        "phone": who.phone,
        "email": who.email or "",
        "language": who.language,
        "area": who.area_slug,
        "max_km": _number(who.max_km),
        "max_hours_week": str(who.max_hours_week),
        "guardian_name": who.guardian_name,
        "guardian_phone": who.guardian_phone,
        "guardian_email": who.guardian_email,
    }


def shown(form: DetailsForm) -> dict[str, str]:
    """As `of_card`, of what was typed: how it would stand there once saved."""
    new = form.details()
    typed = {name: getattr(new, name) for name in Details.__slots__}
    typed["area"] = typed.pop("area_slug")
    return {name: str(value or "") for name, value in typed.items()} | {
        "birth_date": f"{new.birth_date:%d.%m.%Y}",
        "max_km": _number(new.max_km),
    }


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
