"""What people type about a request: who asks on the public page, and the desks it goes through."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field

from volunteer_hub.atlas.rules import MOST_URGENT, SOON
from volunteer_hub.intake.forms import CHOOSE, WRITTEN
from volunteer_hub.intake.rules import Came, Desk, Reporter, What
from volunteer_hub.web.forms import GENERAL, Checked, Email, Form, Line, Phone, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark

F = TypeVar("F", bound=Form)
LONGEST = 3000


def _at_most(characters: int) -> AfterValidator:
    """As Field(max_length=…), but said in its own sentence where the form has another for the empty field."""

    def check(text: str) -> str:
        if len(text) > characters:
            raise Wrong(GENERAL["string_too_long"], max_length=characters)
        return text

    return AfterValidator(check)


def _written(text: str) -> str:
    if text not in WRITTEN:
        raise Wrong(CHOOSE)
    return text


Words = Annotated[str, _at_most(LONGEST)]
Note = Annotated[str, _at_most(1000)]
Name = Annotated[Line, _at_most(120)]
Urgency = Annotated[int, Field(ge=1, le=MOST_URGENT)]
Language = Annotated[str, AfterValidator(_written)]


class _Request(Form):
    sentences = {
        "name": mark("Wpisz, jak się do Ciebie zwracać."),
        "reporter": CHOOSE,
        "what": CHOOSE,
        "urgency": CHOOSE,
        "text": mark("Napisz w kilku słowach, co jest potrzebne."),
    }

    group: UUID | None = None
    reporter: Reporter
    what: What = What.OTHER
    urgency: Urgency = SOON
    text: Words
    area: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[Line, Field(max_length=160)] = ""
    phone: Phone | None = None
    email: Annotated[Email, Field(max_length=254)] | None = None


class AskForHelp(_Request):
    """The public form; `once` names it, so that sent twice it is one request."""

    name: Name
    once: Annotated[str, Field(max_length=60)] = ""


class EnterRequest(_Request):
    """What first contact types while somebody rings or stands there; nobody has to leave a name or number."""

    sentences = {**_Request.sentences, "came": CHOOSE, "language": CHOOSE}

    came: Literal[Came.PHONE, Came.DESK]
    name: Name = ""
    language: Language = "pl"
    text_number: Yes = False
    once: Annotated[str, Field(max_length=60)] = ""


class ChangeRequest(_Request):
    """A request mended by its desk; `version` is the one that stood on the page."""

    name: Name = ""
    language: Language = "pl"
    version: int


class Answer(Form):
    sentences = {"answer": mark("Napisz w kilku słowach, co odpowiedzieliśmy.")}

    answer: Note
    version: int


class Route(Form):
    sentences = {"desk": mark("Wybierz, dokąd to przekazać.")}

    desk: Desk
    note: Note = ""
    version: int


class Household(Form):
    """Whom the help is for: somebody we know already (`participant`), or a new person."""

    sentences = {
        "first_name": mark("Wpisz imię albo pseudonim."),
        "participant": mark("Wybierz osobę z listy albo „nowa osoba”."),
    }

    participant: UUID | None = None
    first_name: Annotated[Line, _at_most(60)] = ""
    last_name: Annotated[Line, Field(max_length=60)] = ""
    alias: Annotated[Line, Field(max_length=60)] = ""
    phone: Phone | None = None
    language: Language = "pl"
    sms_ok: Yes = False
    version: int


class PlaceInGroup(Household):
    sentences = {**Household.sentences, "initiative": mark("Wybierz grupę albo szkolenie.")}

    initiative: UUID
    joined_on: date


class StartCircle(Household):
    sentences = {
        **Household.sentences,
        "name": mark("Wpisz neutralną nazwę zespołu, na przykład: Zespół 42."),
        "theme": mark("Wybierz temat."),
    }

    name: Name
    theme: UUID


class AskStatus(Form):
    sentences = {
        "number": mark("Wpisz numer zgłoszenia, na przykład Z-2026-0042."),
        "code": mark("Wpisz 6 cyfr kodu."),
    }

    number: Annotated[str, _at_most(20)]
    code: Annotated[str, _at_most(20)]


def with_way_back(form: Checked[F]) -> Checked[F]:
    """The same form, unless there is neither a phone nor an e-mail to answer to."""
    if form.error("phone") or form.error("email") or any(form.first(name).strip() for name in ("phone", "email")):
        return form
    return form.refused("phone", gettext("Podaj telefon albo e-mail, żebyśmy mogli odpowiedzieć."))


def somebody(form: Checked[F]) -> Checked[F]:
    """The same form, unless it names neither a person we know nor a new one's first name."""
    value: Any = form.value
    if value is None or value.participant or value.first_name:
        return form
    return form.refused("first_name", gettext("Wpisz imię albo pseudonim."))


def with_note(form: Checked[Route], outside: Mapping[Desk, str]) -> Checked[Route]:
    """The same form, unless it hands over to a desk `outside` without a closing note."""
    value = form.value
    if value is None or value.desk not in outside or value.note:
        return form
    return form.refused("note", outside[value.desk])
