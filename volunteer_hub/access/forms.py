"""Forms of signing in and of accounts."""

from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.web.forms import Email, Form, Line, Wrong
from volunteer_hub.web.i18n import mark

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


def _address(text: str) -> str:
    """An e-mail in small letters or a phone as E.164: whichever it was."""
    if "@" in text:
        try:
            return EMAIL.validate_python(text)
        except ValidationError:
            raise Wrong(mark("Ten adres e-mail wygląda na niepełny. Przykład: ewa@poczta.pl.")) from None
    try:
        return normalise(text)
    except BadPhone:
        raise Wrong(mark("Wpisz adres e-mail albo numer telefonu, na przykład 600 000 000.")) from None


def _digits(text: str) -> str:
    found = "".join(character for character in text if character.isdecimal() and character.isascii())
    if len(found) != 6:
        raise Wrong(mark("Kod ma 6 cyfr. Przepisz go z wiadomości."))
    return found


def _staff(role: Role) -> Role:
    if role not in STAFF_ROLES:
        raise Wrong(mark("Wybierz jedną z odpowiedzi."))
    return role


class SignIn(Form):
    sentences = {"who": mark("Wpisz adres e-mail albo numer telefonu.")}

    who: Annotated[str, Field(max_length=254), AfterValidator(_address)]


class Code(Form):
    sentences = {"code": mark("Kod ma 6 cyfr. Przepisz go z wiadomości.")}

    code: Annotated[str, Field(max_length=40), AfterValidator(_digits)]


class NewAccount(Form):
    sentences = {"role": mark("Wybierz jedną z odpowiedzi.")}

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    email: Annotated[Email, Field(max_length=254)]
    role: Annotated[Role, AfterValidator(_staff)]
