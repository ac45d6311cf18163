"""A form becomes a typed value or sentences beside its fields; what was typed is never lost.

A form is a pydantic model. Its field names are the inputs' names; lists take repeated inputs. Sentences for people come
from `Wrong` raised in a validator, else from the model's `sentences`, else from the general ones below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_origin
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData

from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.web.i18n import gettext, mark, mark_plural, ngettext

MAX_FIELDS = 300


class Form(BaseModel):
    """The base of every form: unknown inputs are ignored, so nobody can set what the form does not ask."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    sentences: ClassVar[Mapping[str, str]] = {}


F = TypeVar("F", bound=Form)
Fields = FormData | Mapping[str, Sequence[str]]

GENERAL = {
    "missing": mark("Wypełnij to pole."),
    "string_too_short": mark("Wypełnij to pole."),
    "string_too_long": mark("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s."),
    "too_short": mark("Zaznacz co najmniej jedną odpowiedź."),
    "date_from_datetime_parsing": mark("Podaj pełną datę: dzień, miesiąc i rok."),
    "date_parsing": mark("Podaj pełną datę: dzień, miesiąc i rok."),
    "int_parsing": mark("Wpisz liczbę."),
    "float_parsing": mark("Wpisz liczbę."),
    "greater_than_equal": mark("Najmniejsza możliwa liczba to %(ge)s."),
    "less_than_equal": mark("Największa możliwa liczba to %(le)s."),
    "enum": mark("Wybierz jedną z odpowiedzi."),
    "literal_error": mark("Wybierz jedną z odpowiedzi."),
}


class Wrong(PydanticCustomError):
    """Raised in a validator: `sentence` is a message id or `mark_plural`'s pair, %(names)s filled from `values`."""

    def __new__(cls, sentence: str | tuple[str, str], **values: Any) -> "Wrong":
        return super().__new__(cls, "wrong", "{sentence}", {"sentence": sentence, "values": values})

    def __init__(self, sentence: str | tuple[str, str], **values: Any) -> None:
        """Everything is said in __new__, as pydantic's own class is made."""


@dataclass(frozen=True)
class Checked(Generic[F]):
    """What came of reading a form: `value` when all is well, else `errors` by field; `typed` either way."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    value: F | None = None

    def first(self, name: str) -> str:
        """What stands in the input `name`."""
        return next(iter(self.typed.get(name, ())), "")

    def chosen(self, name: str, option: object) -> bool:
        return str(option) in self.typed.get(name, ())

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refused(self, name: str, sentence: str) -> "Checked[F]":
        """The same form with one more error, for what only the database knew; `sentence` is already translated."""
        return Checked(self.typed, {**self.errors, name: sentence}, None)


def blank(**typed: Any) -> Checked[Any]:
    """A form before it is sent, with what is known filled in."""
    return Checked({k: [str(x) for x in v] if isinstance(v, list | tuple) else [str(v)] for k, v in typed.items()})


def read(model: type[F], data: Fields) -> Checked[F]:
    """Reads `data` as `model`. An empty input counts as missing; of repeated ones a single field takes the last."""
    typed = _typed(data)
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        given = [text for text in typed.get(name, ()) if text.strip()]
        if _is_list(info.annotation):
            values[name] = given
        elif given:
            values[name] = given[-1]
    try:
        return Checked(typed, {}, model.model_validate(values))
    except ValidationError as error:
        return Checked(typed, _sentences(model, error), None)


def id_of(text: str) -> UUID | None:
    """The id that `text` is; None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _typed(data: Fields) -> dict[str, list[str]]:
    if not isinstance(data, FormData):
        return {name: list(values) for name, values in data.items()}
    typed: dict[str, list[str]] = {}
    for name, value in data.multi_items()[:MAX_FIELDS]:
        if isinstance(value, str):
            typed.setdefault(name, []).append(storable(value))
    return typed


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot take: a NUL cannot be stored there, a lone surrogate cannot be sent."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8", "replace")


def one_line(text: str) -> str:
    """What was typed into a search: storable, with single spaces and none at the ends."""
    return " ".join(storable(text).split())


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple, set, frozenset)


def _sentences(model: type[Form], error: ValidationError) -> dict[str, str]:
    said: dict[str, str] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        context = problem.get("ctx", {})
        if name in said:
            continue
        kind = problem["type"]
        if isinstance(problem["input"], str) and kind in ("too_short", "too_long"):
            kind = f"string_{kind}"  # a text that was cleaned first is measured as any sequence is
        if kind == "wrong":
            words, values = context["sentence"], context["values"]
            said[name] = ngettext(*words, **values) if isinstance(words, tuple) else gettext(words, **values)
        else:
            sentence = model.sentences.get(name) or GENERAL.get(kind, mark("Popraw to pole."))
            said[name] = gettext(sentence, **context) if "%(" in sentence else gettext(sentence)
    return said


def _phone(text: str) -> str:
    try:
        return normalise(text)
    except BadPhone as bad:
        if 0 < bad.digits < 9:
            raise Wrong(
                mark_plural(
                    "Numer ma %(n)s cyfrę, a powinien mieć 9. Sprawdź, której brakuje.",
                    "Numer ma %(n)s cyfr, a powinien mieć 9. Sprawdź, której brakuje.",
                ),
                n=bad.digits,
            ) from None
        raise Wrong(mark("To nie jest numer telefonu. Wpisz 9 cyfr, na przykład 600 000 000.")) from None


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Wrong(mark("Ten adres e-mail wygląda na niepełny. Przykład: ewa@poczta.pl.")) from None


def _one_line(text: str) -> str:
    return " ".join(text.split())


Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, AfterValidator(_email)]
Line = Annotated[str, AfterValidator(_one_line)]
Yes = Annotated[bool, BeforeValidator(lambda given: given in ("yes", "on", "true", True))]
