"""Forms of a guardian's own page, of asking for it anew, and of a school's."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.people.consents import Scope
from volunteer_hub.web.forms import Email, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark


def _ticked(given: object) -> bool:
    if given != "yes":
        raise Wrong(mark("Zaznacz to pole. Bez tego nie możemy zapisać zgody."))
    return True


def _contact(text: str) -> str:
    """A phone as E.164, or an e-mail in small letters."""
    if "@" in text:
        return text.strip().lower()
    try:
        return normalise(text)
    except BadPhone:
        raise Wrong(mark("Wpisz numer telefonu (9 cyfr) albo adres e-mail.")) from None


def _not_blank(text: str) -> str:
    if not text:
        raise Wrong(mark("Wypełnij to pole."))
    return text[:120]


class Agree(Form):
    sentences = {
        "to": mark("Wybierz jedną z odpowiedzi."),
        "agree": mark("Zaznacz to pole. Bez tego nie możemy zapisać zgody."),
    }

    to: Literal[Scope.TO_CHILD, Scope.TO_GUARDIAN] = Scope.TO_GUARDIAN
    school: Yes = False
    agree: Annotated[bool, BeforeValidator(_ticked)]

    @property
    def scope(self) -> frozenset[Scope]:
        return frozenset({self.to, *([Scope.SCHOOL_HOURS] if self.school else [])})


class AskForLink(Form):
    sentences = {"who": mark("Wpisz numer telefonu (9 cyfr) albo adres e-mail.")}

    who: Annotated[str, AfterValidator(_contact)]


class NewSchool(Form):
    sentences = {"name": mark("Wpisz nazwę szkoły."), "contact_email": mark("Wpisz e-mail, na który wyślemy link.")}

    name: Annotated[Line, AfterValidator(_not_blank)]
    contact_name: Annotated[Line, AfterValidator(lambda text: text[:120])] = ""
    contact_email: Email
