"""A course as a file: who was at which session, when the sessions were, and the certificates."""

from collections.abc import Callable

from volunteer_hub.access import files
from volunteer_hub.initiatives.courses import Certificate
from volunteer_hub.kit.sheet import Cell, Sheet
from volunteer_hub.schedule.courses.sessions import Course, Mark, Row, Session
from volunteer_hub.web.formats import dated
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.templates import word

NAME = mark("Obecność i ukończenie")
MARKS = {
    Mark.CAME: mark("obecność"),
    Mark.MADE_UP: mark("odrobione"),
    Mark.MISSED: mark("nieobecność"),
    Mark.UNKNOWN: mark("nie zapisano"),
    Mark.AHEAD: mark("jeszcze nie było"),
    Mark.APART: mark("poza udziałem"),
}
SESSIONS: files.Columns[Session] = {
    mark("Numer"): lambda one: one.number,
    mark("Od"): lambda one: one.starts_wall,
    mark("Do"): lambda one: one.ends_wall,
    mark("Temat"): lambda one: one.subject,
}
CERTIFICATES: files.Columns[Certificate] = {
    mark("Numer"): lambda one: f"{one.number}/{one.year}",
    mark("Kto"): lambda one: one.name or gettext("dane usunięte"),
    mark("Wydane"): lambda one: one.issued_on,
    mark("Uwagi"): lambda one: gettext("cofnięte") if one.undone else "",
}


def sheets(of: Course) -> list[Sheet]:
    """What the page of the course shows, table by table."""
    found = [
        files.table(mark("Uczestnicy i spotkania"), _people(of), of.rows),
        files.table(mark("Spotkania po kolei"), SESSIONS, of.sessions),
    ]
    return found + ([files.table(mark("Wydane zaświadczenia"), CERTIFICATES, of.certificates)] * bool(of.certificates))


def _people(of: Course) -> files.Columns[Row]:
    """A column for each session, under its number and day."""
    about: dict[str, Callable[[Row], Cell]] = {
        mark("Osoba"): lambda row: row.member.name,
        mark("Obecności"): lambda row: row.progress.attended,
        mark("Spotkania"): lambda row: row.progress.sessions,
        mark("Stan"): lambda row: word("standing", _text, row, of="schedule/course_words.html"),
    }
    return about | {f"{one.number}. {dated(one.day)}": _marked(place) for place, one in enumerate(of.sessions)}


def _marked(place: int) -> Callable[[Row], Cell]:
    return lambda row: gettext(MARKS[row.marks[place]])


def _text(words: str, *_look: str) -> str:
    """In the place of a pill: its words alone."""
    return words
