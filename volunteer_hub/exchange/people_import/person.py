"""What one line says of a person: read as people type it, judged by the rules of the desk's own form. Pure.

The form is that of somebody entered at the desk (intake.volunteer_forms): whatever it asks of a phone, a date or a
minor's guardian holds here too, in the same sentences.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from volunteer_hub.exchange.comparing import fold, likeness
from volunteer_hub.exchange.people_import.typed import birthday, cased, day_of, name_of, not_one_name, split
from volunteer_hub.exchange.people_import.vocabulary import CONSENTS, LISTS, NO, NOTHING, Field, meaning
from volunteer_hub.intake.forms import Cause, Once, Skill, Spoken
from volunteer_hub.intake.volunteer_forms import Person, reachable
from volunteer_hub.people.rules import AGREEING, Kind, Step, is_minor, read_date
from volunteer_hub.people.steps import NO_CONSENT
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext as _

Areas = Mapping[str, str]
Day = Annotated[date | None, BeforeValidator(lambda given: date.fromisoformat(given) if given else None)]

DAY_INSIDE = re.compile(r"\d{1,2}[./ -]\d{1,2}[./ -]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}", re.ASCII)
ROUNDED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
# How much of its letters a district's name must share with what was typed to be asked about.
ALIKE = 0.3
# Words in brackets, not a number's area code.
ASIDE = re.compile(r"\((?:[^)\d]*|[^)]*[^\W\d_][^)]*)\)")
BETWEEN = re.compile(r"[,;/|]")
AND = re.compile(r"\s+(?:i|oraz|and|та|і)\s+")


class PersonLine(Person):
    """A line that is sound. Consents are the days on which they were given; None: the file says nothing of them."""

    causes: Annotated[list[Cause], Once]
    skills: Annotated[list[Skill], Once]
    languages: Annotated[list[Spoken], Once]
    step: Step = Step.APPLIED
    information: Day = None
    sms: Day = None
    email_consent: Day = None
    guardian: Day = None


@dataclass(frozen=True)
class Read:
    """`said`: the words of the line by field, as they stand there; `form`: what they mean, or a sentence by field.

    `notes`: what is left out of it, in sentences. `keys`: what no two lines of a file may share, the person and the
    e-mail.
    """

    said: Mapping[Field, str]
    form: Checked[PersonLine]
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        names = (*map(self.form.first, ("first_name", "last_name")),)
        return " ".join(filter(None, names))


def read(said: Mapping[Field, str], areas: Areas, today: date) -> Read:
    """What a line says. `areas`: the districts' names by slug."""
    line = _Line(said, areas, today)
    line.all()
    form = forms.read(PersonLine, line.typed)
    for name, sentence in line.wrong.items():
        form = form.refused(name, sentence)
    form = _lawful(reachable(form, today), today)
    return Read(said, form, tuple(line.notes), _keys(form.value))


def _keys(new: PersonLine | None) -> tuple[str, ...]:
    if new is None:
        return ()
    named = f"{fold(new.first_name)}|{fold(new.last_name)}|{new.birth_date}"
    return (named, new.email) if new.email else (named,)


def _lawful(form: Checked[PersonLine], today: date) -> Checked[PersonLine]:
    """The same form, unless it would have an agreement with a minor to whom no guardian said yes."""
    new = form.value
    if new is None:
        return form
    if not is_minor(new.birth_date, today):
        return replace(form, value=new.model_copy(update={"guardian": None}))
    if new.step in AGREEING and new.guardian is None:
        return form.refused("step", _(NO_CONSENT))
    return form


class _Line:
    """One line on its way to the form: `typed` is what the form will read, `wrong` what could not be turned into it."""

    def __init__(self, said: Mapping[Field, str], areas: Areas, today: date) -> None:
        self.said, self.areas, self.today = said, areas, today
        self.typed: dict[str, Sequence[str]] = {}
        self.wrong: dict[str, str] = {}
        self.notes: list[str] = []

    def all(self) -> None:
        self._names()
        self._birth_date()
        for field in (Field.EMAIL, Field.GUARDIAN_EMAIL):
            self._put(field, self._first(self._word(field).removeprefix("mailto:")))
        for field in (Field.PHONE, Field.GUARDIAN_PHONE):
            self._phone(field)
        self._put(Field.GUARDIAN_NAME, cased(self._word(Field.GUARDIAN_NAME)))
        self._kind()
        self._step()
        self._area()
        self._hours()
        self._lists()
        for field in CONSENTS:
            self._consent(field)

    def _word(self, field: Field) -> str:
        """What stands there; "" for words that say there is nothing, and for signs alone."""
        text = self.said.get(field, "").strip()
        return "" if fold(text) in NOTHING else text

    def _put(self, field: Field, *words: str) -> None:
        self.typed[field.value] = [word for word in words if word]

    def _first(self, text: str) -> str:
        """The first of several in one cell."""
        first, *others = filter(None, map(str.strip, re.split(r"[,;/|\s]+", text))) if "@" in text else (text,)
        if others:
            self.notes.append(_("Pominięto: %(given)s.", given=", ".join(others)))
        return first

    def _names(self) -> None:
        first, last = split(self._name(Field.NAME), turned=False)
        turned = split(self._name(Field.NAME_TURNED), turned=True)
        for field, name in ((Field.FIRST_NAME, first or turned[0]), (Field.LAST_NAME, last or turned[1])):
            self._put(field, cased(self._name(field) or name))
        wrong = {field: why for field in (Field.FIRST_NAME, Field.LAST_NAME)
                 for why in [not_one_name(" ".join(self.typed[field]))] if why}  # fmt: skip
        for field in (Field.FIRST_NAME, Field.LAST_NAME) if wrong else ():
            # Of two people in one cell both names are to be said anew.
            if field in wrong or field not in self.said:
                self.wrong[field] = wrong.get(field) or next(iter(wrong.values()))

    def _name(self, field: Field) -> str:
        name, others = name_of(self._word(field))
        if others:
            self.notes.append(_("Pominięto: %(given)s.", given=", ".join(others)))
        return name

    def _birth_date(self) -> None:
        text = self._word(Field.BIRTH_DATE)
        day, why = birthday(text, self.today) if text else (None, "")
        self._put(Field.BIRTH_DATE, day.isoformat() if day else text)
        if why:
            self.wrong["birth_date"] = why

    def _phone(self, field: Field) -> None:
        text = ASIDE.sub(" ", self._word(field)).strip()
        if ROUNDED.fullmatch(text.replace(" ", "")):
            self.wrong[field] = _("Arkusz zaokrąglił ten numer i zgubił cyfry. Wpisz go jeszcze raz.")
            text = text.replace(",", ".")
        first, *others = (
            (one.strip() for one in re.split(r"[,;/|]|\blub\b|\balbo\b", text) if one.strip()) if text else ("",)
        )
        if others:
            self.notes.append(_("Pominięto drugi numer: %(given)s.", given=", ".join(others)))
        first = re.sub(r"[^\W\d]+\.?:?\s*$", "", first).removesuffix(".0").strip()
        digits = re.sub(r"\D", "", first)
        if len(digits) == 10 and digits.startswith("0"):
            first = digits[1:]
        self._put(field, first)

    def _kind(self) -> None:
        """Where the file is silent, a minor goes to school, and whoever is grown up is grown up."""
        text = self._word(Field.KIND)
        kind = meaning("kind", text)
        if text and not kind:
            self.wrong["kind"] = _("Nie wiemy, kto to: %(given)s. Wpisz uczeń, student albo dorosły.", given=text[:40])
        born = read_date(next(iter(self.typed["birth_date"]), ""))
        guess = Kind.PUPIL if born and is_minor(born, self.today) else Kind.ADULT
        self._put(Field.KIND, kind or ("" if text else guess))

    def _step(self) -> None:
        text = self._word(Field.STEP)
        step = meaning("step", text)
        if text and not step:
            self.wrong["step"] = _("Nie znamy tego etapu: %(given)s. Wpisz nowy, po rozmowie, umówiony albo aktywny.",
                                   given=text[:40])  # fmt: skip
        elif step in (Step.PAUSED, Step.LEFT):
            self.wrong["step"] = _("Osób na przerwie i tych, które już nie pomagają, nie wczytujemy. Pomiń ten wiersz.")
        self._put(Field.STEP, step)

    def _area(self) -> None:
        text = self._word(Field.AREA)
        wanted = re.sub(r"^(os|osiedle|dz|dzielnica|rejon|район)\b\s*", "", fold(text)) or fold(text)
        found = [slug for slug, name in self.areas.items() if wanted in (fold(name), slug)]
        if text and not found:
            near = max(self.areas.values(), key=lambda name: likeness(name, wanted), default="")
            maybe = _("Może to %(name)s?", name=near) if near and likeness(near, wanted) >= ALIKE else ""
            self.wrong["area"] = _("Nie ma na mapie osiedla: %(given)s.", given=text[:40]) + (
                f" {maybe}" if maybe else ""
            )
        self._put(Field.AREA, *found[:1])

    def _hours(self) -> None:
        found = re.match(r"\d+", self._word(Field.MAX_HOURS_WEEK), re.ASCII)
        self._put(Field.MAX_HOURS_WEEK, found[0] if found else self._word(Field.MAX_HOURS_WEEK))

    def _lists(self) -> None:
        of = {Field.LANGUAGES: "language", Field.CAUSES: "cause", Field.SKILLS: "skill"}
        language = meaning("language", self._word(Field.LANGUAGE))
        self._put(Field.LANGUAGE, language or self._word(Field.LANGUAGE))
        for field in LISTS:
            self._put(field, *self._codes(of[field], self._word(field)))
        self.typed["languages"] = self.typed["languages"] or [language or "pl"]

    def _codes(self, of: str, text: str) -> Iterator[str]:
        unknown = []
        for part in filter(None, map(str.strip, BETWEEN.split(text))):
            below = part.split()  # under each other in one cell
            words = below if all(meaning(of, word) for word in below) else AND.split(part)
            for word in (part,) if meaning(of, part) else words:
                if code := meaning(of, word):
                    yield code
                else:
                    unknown.append(word)
        if unknown:
            self.notes.append(_("Pominięto: %(given)s.", given=", ".join(unknown)[:120]))

    def _consent(self, field: Field) -> None:
        """A consent is a day. A bare "yes" is none: nobody could say when it was given, or to what."""
        text = self._word(field)
        inside = DAY_INSIDE.search(text)
        day = day_of(inside[0] if inside else text)
        if day and day > self.today:
            self.wrong[field] = _("Ten dzień jeszcze nie nadszedł.")
        elif day is None and fold(text) not in NO:
            self.notes.append(_("Zgody bez daty nie zapisujemy: %(given)s.", given=text[:40]))
        self._put(field, day.isoformat() if day else "")
