"""What a coordinator types into a message to many, and what is wrong with it."""

from collections.abc import Callable, Iterable
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from volunteer_hub.messaging.neutral import MOST_PARTS, short_link
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.replies.bulk import words
from volunteer_hub.replies.bulk.plan import Plan
from volunteer_hub.replies.bulk.queries import Words
from volunteer_hub.replies.bulk.rules import LANGUAGES, Way, Whom
from volunteer_hub.web.forms import Checked, Form, Line, Wrong
from volunteer_hub.web.i18n import gettext, mark


def _clean(text: str) -> str:
    """Lines end as ours do. Raises Wrong for braces that name nothing and for a shortened link."""
    if odd := words.unknown(text):
        raise Wrong(mark("Nie wiadomo, co wstawić w miejsce „%(odd)s”. Można użyć tylko {{ imie }}."), odd=odd)
    if link := short_link(text):
        raise Wrong(SHORTENED, link=link)
    return text.replace("\r\n", "\n")


Subject = Annotated[Line, Field(max_length=120), AfterValidator(_clean)]
Text = Annotated[str, Field(max_length=4000), AfterValidator(_clean)]


class Writing(Form):
    """Polish words are always there; who reads another language gets them where it has none of its own."""

    way: Way
    text_pl: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_clean)]
    subject_pl: Annotated[Line, Field(max_length=120, validate_default=True), AfterValidator(_clean)] = ""
    subject_en: Subject = ""
    text_en: Text = ""
    subject_uk: Subject = ""
    text_uk: Text = ""

    @field_validator("subject_pl")
    @classmethod
    def _named(cls, subject: str, info: ValidationInfo) -> str:
        if not subject and info.data.get("way") is Way.EMAIL:
            raise Wrong(NO_SUBJECT)
        return subject

    @property
    def words(self) -> dict[str, Words]:
        return {code: Words(getattr(self, f"subject_{code}"), getattr(self, f"text_{code}")) for code in LANGUAGES}


class Proposed(Form):
    """Words that a page proposes for the people ticked on it; they are written over or looked at like any others."""

    subject: Annotated[Line, Field(max_length=120)] = ""
    text: Annotated[str, Field(max_length=4000)] = ""


class ForWhom(Form):
    """Whose people: an initiative's or a meeting's."""

    whom: Whom
    initiative: UUID | None = None
    meeting: UUID | None = None


class Confirmed(Form):
    """The version of the message that was looked at."""

    version: int = Field(ge=0, le=2**31 - 1)


NO_SUBJECT = mark("E-mail musi mieć temat.")
SHORTENED = mark("Skrócony link (%(link)s) wygląda jak oszustwo. Wpisz cały adres albo napisz, gdzie zadzwonić.")
SAYS_THEME = mark("Słowo „%(word)s” zdradza, czego to dotyczy. Telefon może zobaczyć ktoś obcy: napisz bez niego.")
SAYS_NAME = mark("„%(word)s” to nazwisko kogoś z tej listy. W wiadomości nie podajemy nazwisk.")
TOO_LONG = mark("SMS z najdłuższym imieniem ma %(parts)s części, a może mieć najwyżej %(most)s. Skróć go.")


def neutral(form: Checked[Writing], whom: Whom, themes: Iterable[str], surnames: Iterable[str]) -> Checked[Writing]:
    """The form with what its words give away, each beside its field.

    Volunteers may be told of a course on dementia; to who is helped an illness is not named.
    """
    typed = form.value
    checks: list[tuple[str, Callable[[str], str]]] = [
        (SAYS_THEME, lambda text: words.theme_word(text, themes)),
        (SAYS_NAME, lambda text: words.surname(text, surnames)),
    ]
    if whom is Whom.PARTICIPANTS:
        checks.append((SAYS_THEME, words.health_word))
    for name in [f"{part}_{code}" for code in LANGUAGES for part in ("subject", "text")] if typed else ():
        for sentence, told in checks:
            if (word := told(getattr(typed, name))) and not form.error(name):
                form = form.refused(name, gettext(sentence, word=word))
    return form


def fits(form: Checked[Writing], plan: Plan) -> Checked[Writing]:
    """The form with what is too long or lacks a subject, now that it is known who gets it by what."""
    for one in plan.samples:
        code = one.language if one.own else "pl"
        if one.channel is Channel.EMAIL and not one.subject and not form.error(f"subject_{code}"):
            form = form.refused(f"subject_{code}", gettext(NO_SUBJECT))
        if one.parts > MOST_PARTS and not form.error(f"text_{code}"):
            form = form.refused(f"text_{code}", gettext(TOO_LONG, parts=one.parts, most=MOST_PARTS))
    return form
