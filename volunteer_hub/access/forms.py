"""Forms of signing in and of accounts."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from volunteer_hub.access import passwords
from volunteer_hub.access.rules import STAFF_ROLES
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.web.forms import Email, Form, Line, Phone, Wrong
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


def _second(text: str) -> str:
    """The app's six digits, or a recovery code, in whatever groups it was typed."""
    found = "".join(character for character in text.casefold() if character.isalnum())
    if not (found.isascii() and (len(found) == 10 or (len(found) == 6 and found.isdecimal()))):
        raise Wrong(mark("Wpisz 6 cyfr z aplikacji albo kod zapasowy."))
    return found


def _long_enough(text: str) -> str:
    if len(text) < passwords.SHORTEST:
        raise Wrong(mark("Hasło jest za krótkie. Wpisz co najmniej %(least)s znaków."), least=passwords.SHORTEST)
    if len(text) > passwords.LONGEST:
        raise Wrong(mark("To hasło jest za długie. Najwięcej znaków: %(most)s."), most=passwords.LONGEST)
    return text


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


class Number(Form):
    sentences = {"phone": mark("Wpisz numer telefonu komórkowego, na przykład 600 000 000.")}

    phone: Phone


class Address(Form):
    sentences = {"email": mark("Wpisz adres e-mail, na przykład ewa@poczta.pl.")}

    email: Annotated[Email, Field(max_length=254)]


class Password(Form):
    """What one signs in by. A password is taken as it is, with its spaces."""

    model_config = ConfigDict(str_strip_whitespace=False)
    sentences = {"email": mark("Wpisz adres e-mail."), "password": mark("Wpisz hasło.")}

    email: Annotated[Line, Field(max_length=254)]
    password: Annotated[str, Field(max_length=passwords.LONGEST)]


class NewPassword(Form):
    model_config = ConfigDict(str_strip_whitespace=False)
    sentences = {"password": mark("Wpisz nowe hasło.")}

    password: Annotated[str, AfterValidator(_long_enough)]


class Second(Form):
    sentences = {"code": mark("Wpisz 6 cyfr z aplikacji albo kod zapasowy.")}

    code: Annotated[str, Field(max_length=60), AfterValidator(_second)]


class Proof(Form):
    model_config = ConfigDict(str_strip_whitespace=False)
    sentences = {"password": mark("Wpisz hasło."), "code": mark("Wpisz 6 cyfr z aplikacji albo kod zapasowy.")}

    password: Annotated[str, Field(max_length=passwords.LONGEST)]
    code: Annotated[str, Field(max_length=60), AfterValidator(_second)]


class NewAccount(Form):
    sentences = {"role": mark("Wybierz jedną z odpowiedzi.")}

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    email: Annotated[Email, Field(max_length=254)]
    role: Annotated[Role, AfterValidator(_staff)]
