"""The names that the centre's own words of a paper may use, each with an example and with the longest there may be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from volunteer_hub.papers.kinds import Kind
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import mark

# What is typed is the same in every language, a day is not.
Example = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class Name:
    """`key` stands in the text as {{ key }}. `vital`: the paper is none without it.

    The examples are as people type, days as papers say them. `maybe_empty`: not every paper has it.
    """

    key: str
    meaning: str
    ordinary: Example
    longest: Example
    vital: bool = False
    maybe_empty: bool = False


_LONG = "Przemysława-Konstancja Brzęczyszczykiewicz-Grzegżółkowska"
_LONG_CENTRE = "Miejskie Centrum Wolontariatu i Aktywności Lokalnej przy Miejskim Ośrodku Pomocy Rodzinie"
_LONG_TITLE = "Międzypokoleniowe spotkania przy herbacie dla mieszkanek i mieszkańców osiedla Południe"
_LATE, _YEAR_ON = partial(formats.dated, date(2026, 10, 28)), partial(formats.dated, date(2027, 10, 28))
_TASKS = "Czytanie dzieciom\nPomoc w lekcjach"
_MANY_TASKS = "\n".join(f"{n}. Pomoc w zakupach, w drodze do lekarza i w sprawach urzędowych" for n in range(1, 9))

_CENTRE = Name("centre", mark("nazwa centrum"), "Centrum Wolontariatu", _LONG_CENTRE)
_VOLUNTEER = Name("volunteer", mark("imię i nazwisko"), "Anna Żółć", _LONG, vital=True)

NAMES: dict[Kind, tuple[Name, ...]] = {
    Kind.AGREEMENT: (
        _CENTRE,
        Name("centre_address", mark("adres centrum; może być pusty"), "ul. Ogniowa 8/10, Włocławek",
             "ul. Marszałka Józefa Piłsudskiego 123/125, 87-800 Włocławek"),
        Name("signer", mark("kto działa za centrum"), "Maria Nowak", _LONG),
        _VOLUNTEER,
        Name("born", mark("data urodzenia"), partial(formats.dated, date(1990, 5, 4)),
             partial(formats.dated, date(1990, 10, 28))),
        Name("guardian", mark("opiekun, który się zgadza; pusty u dorosłych i przed 13. rokiem życia"), "", _LONG,
             vital=True),
        Name("for_child", mark("opiekun, który zawiera porozumienie za dziecko przed 13. rokiem życia"), "", _LONG,
             vital=True),
        Name("day", mark("dzień wydania"), partial(formats.dated, date(2026, 11, 22)), _LATE),
        Name("scope", mark("zakres: jakie zadania"), _TASKS, _MANY_TASKS, vital=True),
        Name("manner", mark("sposób i miejsce"), "Osobiście, w świetlicy „Promyk”.", _MANY_TASKS, vital=True),
        Name("time", mark("czas: kiedy i ile"), "Do 6 godzin tygodniowo.", _MANY_TASKS, vital=True),
        Name("first_day", mark("od kiedy"), partial(formats.dated, date(2026, 12, 1)), _LATE, vital=True),
        Name("last_day", mark("do kiedy; puste, gdy bez końca"), "", _YEAR_ON, vital=True,
             maybe_empty=True),
        Name("risks", mark("ryzyko i zasady bezpieczeństwa"), "Śliskie schody: obuwie na płaskiej podeszwie.",
             _MANY_TASKS, vital=True),
        Name("insurance", mark("ubezpieczenie"), "Polisa NNW 7/2026, Ubezpieczyciel.", _MANY_TASKS, vital=True),
        Name("notice", mark("jak można zakończyć"), "z siedmiodniowym wyprzedzeniem",
             "na piśmie, z trzydziestodniowym wyprzedzeniem, na koniec miesiąca", vital=True),
    ),
    Kind.CERTIFICATE: (
        _CENTRE,
        _VOLUNTEER,
        Name("first_day", mark("od kiedy"), partial(formats.dated, date(2026, 1, 1)), _LATE, vital=True),
        Name("last_day", mark("do kiedy"), partial(formats.dated, date(2026, 6, 30)), _LATE, vital=True),
        Name("time", mark("ile razem"), "42 h", "1 234 h 45 min", vital=True),
        Name("day", mark("dzień wydania"), partial(formats.dated, date(2026, 11, 22)), _LATE),
    ),
    Kind.INSURANCE: (
        _CENTRE,
        Name("days", mark("na jaki czas"), partial(formats.span, date(2026, 12, 1), date(2026, 12, 30)),
             partial(formats.span, date(2026, 10, 28), date(2027, 10, 27)), vital=True),
        Name("people", mark("liczba osób"), "12", "1234", vital=True),
        Name("policies", mark("ubezpieczyciel i numer polisy; puste, gdy nie ma polisy"), "Ubezpieczyciel, NNW 7/2026",
             "Towarzystwo Ubezpieczeń Wzajemnych, NNW 1234567890/2026", maybe_empty=True),
    ),
    Kind.ATTENDANCE: (
        Name("centre", mark("nazwa centrum: kto odpowiada za dane"), _CENTRE.ordinary, _CENTRE.longest, vital=True),
        Name("privacy", mark("adres strony o danych"), "https://wolontariat.example/privacy",
             "https://wolontariat.mopr.dlugiemiasto.example/privacy"),
    ),
    Kind.POSTER: (
        _CENTRE,
        Name("title", mark("nazwa grupy, ta dla wszystkich"), "Wtorkowe spotkania", _LONG_TITLE),
        Name("phone", mark("telefon centrum"), "22 555 01 00", "22 555 01 00", maybe_empty=True),
    ),
    Kind.SLIP: (
        _CENTRE,
        Name("due", mark("do kiedy odpowiemy"), partial(formats.day, date(2026, 11, 25)),
             partial(formats.day, date(2030, 10, 28)), vital=True,
             maybe_empty=True),
        Name("bring", mark("co wziąć ze sobą, wpisane przy wydawaniu"), "tę kartkę",
             "dowód osobisty i okulary, " * 7 + "plecak", vital=True, maybe_empty=True),
        Name("status", mark("adres strony, która mówi, jak stoi sprawa"), "https://wolontariat.example/help/status",
             "https://wolontariat.mopr.dlugiemiasto.example/help/status", vital=True),
        Name("hours", mark("godziny centrum"), "pon.–pt. 8–16", "poniedziałek–środa 8–16, czwartek 10–18, piątek 8–14",
             maybe_empty=True),
    ),
}  # fmt: skip
# How many lines of LINE letters there is room for on one sheet, the longest names in them; a paragraph begins with one.
ROOM = {Kind.POSTER: 7, Kind.SLIP: 20, Kind.ATTENDANCE: 20}
LINE = 40
# What the layout says below the words, for previews: tasks with days and time.
SAMPLE_ROWS = {
    "ordinary": [["Czytanie bajek", "1.01–30.06.2026", "40 h"], ["Festyn na Zazamczu", "12.06.2026", "2 h"]],
    "longest": [[f"{n}. Pomoc sąsiedzka w zakupach i w drodze do lekarza", "1.01–31.12.2026", "123 h 45 min"]
                for n in range(1, 31)],
}  # fmt: skip


def keys(kind: Kind) -> frozenset[str]:
    return frozenset(name.key for name in NAMES[kind])


def values(kind: Kind, which: str) -> dict[str, str]:
    """The examples of a kind, "ordinary" or "longest", in the language words are now said in."""
    examples: dict[str, Example] = {name.key: getattr(name, which) for name in NAMES[kind]}
    return {key: example if isinstance(example, str) else example() for key, example in examples.items()}
