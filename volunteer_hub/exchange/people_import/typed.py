"""Names and days as people type them into a spreadsheet. Pure."""

import re
from datetime import date, timedelta

from volunteer_hub.exchange.comparing import fold
from volunteer_hub.exchange.people_import.vocabulary import ADDRESSED, MONTHS
from volunteer_hub.people.rules import OLDEST_AGE, age, read_date
from volunteer_hub.web.i18n import gettext as _

# A day's number in a spreadsheet whose cell was never told that it is a day: from 1927 to 2064.
SERIAL = re.compile(r"[1-5]\d{4}", re.ASCII)
EPOCH = date(1899, 12, 30)
TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", re.ASCII)
# Of eight digits the month tells: after a day and a month the fifth and sixth are a century.
RUN = re.compile(r"(19\d\d|20\d\d)(0[1-9]|1[0-2])(\d\d)", re.ASCII)
WORDY = re.compile(r"([0-9]{1,2})\W*([^\W\d]+)\W*([0-9]{4}|[0-9]{2})")
SHORT = re.compile(r"(\d{1,2})\D+(\d{1,2})\D+(\d{2})", re.ASCII)
# What stands between two people in one cell, and what stands in nobody's name.
TWO = re.compile(r"[,;/|&+]|\s(?:i|oraz|and|та|і|й)\s", re.IGNORECASE)
STRANGE = re.compile(r"[^\w\s.'’ʼ`‐‑–-]|[\d_]")
BRACKETS = re.compile(r"\(([^)]*)\)")


def birthday(text: str, today: date) -> tuple[date | None, str]:
    """The day that `text` is, or why it is none. Of two digits the century is taken that leaves a person alive."""
    day = day_of(text)
    if day:
        return day, ""
    if found := _short(_bare(text)):
        number, month, year = found
        days = [day for century in (1900, 2000) for day in [_date(century + year, month, number)]]
        alive = [day for day in days if day and day <= today and age(day, today) <= OLDEST_AGE]
        if len(alive) == 1:
            return alive[0], ""
        if alive:
            return None, _("Rok ma tylko dwie cyfry: może to %(one)s albo %(other)s. Wpisz cztery.",
                           one=alive[0].year, other=alive[1].year)  # fmt: skip
    return None, _("Nie rozumiemy tej daty. Wpisz dzień, miesiąc i rok, na przykład 4.05.1990.")


def day_of(text: str) -> date | None:
    """The day that `text` is when its year has four digits; else None."""
    text = _bare(text)
    if SERIAL.fullmatch(text):
        return EPOCH + timedelta(days=int(text))
    if found := RUN.fullmatch(text):
        return _date(int(found[1]), found[2], found[3])
    if (found := WORDY.fullmatch(text)) and len(found[3]) == 4:
        return _date(int(found[3]), _month(found[2]), found[1])
    return read_date(text)


def name_of(text: str) -> tuple[str, list[str]]:
    """A name without "mgr", "p." and what stands in brackets; and what was left out so."""
    left = [aside.strip() for aside in BRACKETS.findall(text) if aside.strip()]
    words = BRACKETS.sub(" ", text).split()
    addressed = [word for word in words if fold(word) in ADDRESSED]
    if len(addressed) < len(words):
        words, left = [word for word in words if word not in addressed], [word.strip(".") for word in addressed] + left
    return " ".join(words), left


def not_one_name(name: str) -> str:
    """Why a first or last name is not that of one person; "" when it may be."""
    if TWO.search(name):
        return _("Zostaw tu jedną osobę. Drugą wpisz osobno.")
    return _("W imieniu i nazwisku mogą być tylko litery, łącznik i apostrof.") if STRANGE.search(name) else ""


def split(text: str, *, turned: bool) -> tuple[str, str]:
    """First and last name of both in one cell. A comma, or a surname in capitals, says more than the heading.

    With two names on either side of the comma they are two people, and it stays in for `not_one_name` to find.
    """
    before, comma, after = text.partition(",")
    if comma and min(len(before.split()), len(after.split())) < 2:
        return after.strip(), before.strip()
    words = text.split()
    if len(words) < 2:
        return text, ""
    loud = [len(word) > 1 and word.isupper() for word in words]
    if loud[0] != loud[-1]:
        turned = loud[0]
    return (" ".join(words[1:]), words[0]) if turned else (" ".join(words[:-1]), words[-1])


def cased(name: str) -> str:
    """KOWALSKA and kowalska as Kowalska; what has capitals and small letters stays as it is."""
    words = (word.title() if len(word) > 1 and (word.isupper() or word.islower()) else word for word in name.split())
    return " ".join(words).replace("'S", "'s")


def _short(text: str) -> tuple[str, str, int] | None:
    """Day, month and the two digits of a year."""
    if found := SHORT.fullmatch(text):
        return found[1], found[2], int(found[3])
    found = WORDY.fullmatch(text)
    return (found[1], _month(found[2]), int(found[3])) if found and len(found[3]) == 2 else None


def _month(word: str) -> str:
    return str(MONTHS.get(fold(word), 0))


def _bare(text: str) -> str:
    return TIME.sub("", text.strip()).removesuffix("r.").removesuffix("р.").strip(" .")


def _date(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
