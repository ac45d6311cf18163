"""What the desk types about a participant: a name or an alias is enough, the rest is how to reach them."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from volunteer_hub.people.forms import CHOOSE
from volunteer_hub.people.participants import Contact
from volunteer_hub.people.rules import Reach
from volunteer_hub.web.forms import Checked, Form, Line, Phone, Wrong, Yes
from volunteer_hub.web.i18n import LANGUAGES, gettext

# By what a word was said to us.
Channel = Literal["desk", "phone"]
Name = Annotated[Line, Field(max_length=60)]


def _written(language: str) -> str:
    if language not in LANGUAGES:
        raise Wrong(CHOOSE)
    return language


class ContactForm(Form):
    sentences = {"reach": CHOOSE, "channel": CHOOSE}

    first_name: Name = ""
    last_name: Name = ""
    alias: Name = ""
    phone: Phone | None = None
    language: Annotated[str, AfterValidator(_written)] = "pl"
    reach: Reach = Reach.CALL
    reach_note: Annotated[Line, Field(max_length=160)] = ""

    @property
    def contact(self) -> Contact:
        return Contact(
            self.first_name, self.last_name, self.alias, self.phone, self.language, self.reach, self.reach_note
        )


class NewParticipant(ContactForm):
    """`another`: seen who is alike, and it is another person."""

    sms_ok: Yes = False
    channel: Channel = "desk"
    another: Yes = False


class CorrectedParticipant(ContactForm):
    """`version` is that of the row as it was shown."""

    version: int


class SmsWord(Form):
    """What they said about SMS, and how it came to us."""

    sentences = {"said": CHOOSE, "channel": CHOOSE}

    said: Literal["yes", "no"]
    channel: Channel


C = TypeVar("C", bound=ContactForm)


def whole(form: Checked[C]) -> Checked[C]:
    """The same form, unless nobody is named or the way to reach them is missing."""
    new = form.value
    if new is None:
        return form
    if not (new.first_name or new.last_name or new.alias):
        form = form.refused("first_name", gettext("Wpisz imię albo pseudonim."))
    if new.reach in (Reach.SMS, Reach.CALL) and not new.phone:
        form = form.refused("phone", gettext("Wpisz telefon albo wybierz inny sposób."))
    if new.reach in (Reach.LETTER, Reach.THROUGH) and not new.reach_note:
        form = form.refused("reach_note", gettext("Napisz, dokąd albo przez kogo."))
    if isinstance(new, NewParticipant) and new.sms_ok and not new.phone:
        form = form.refused("phone", gettext("Do SMS-ów potrzebny jest telefon."))
    return form


def typed(who: Contact, version: int) -> dict[str, str]:
    """What stands in the form of a participant as they are now."""
    return {
        "version": str(version),
        "first_name": who.first_name,
        "last_name": who.last_name,
        "alias": who.alias,
        "phone": who.phone or "",
        "language": who.language,
        "reach": who.reach.value,
        "reach_note": who.reach_note,
    }
