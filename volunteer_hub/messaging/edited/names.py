"""The names an edited text may use: each is a plain text made of the values of a message, in the language spoken now.

Which of them a text has is not listed by hand: a name is offered where our own words of that message show what it is
made of (ours.py). A test holds this against every message that the suite puts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from volunteer_hub.kit.phone import pretty
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.web import formats, templates
from volunteer_hub.web.i18n import gettext, mark

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Name:
    """`key` stands in the text as {{ key }}; `of` are the values it is made of; `only` the channel that has it."""

    key: str
    meaning: str
    of: tuple[str, ...]
    make: Callable[[Values], str]
    only: Channel | None = None
    maybe_empty: bool = False


def _given(key: str) -> Callable[[Values], str]:
    return lambda values: str(values[key] or "")


def _title(values: Values) -> str:
    # A regular task ("said" tells its days) is several meetings.
    return str(values["title"] or (gettext("Spotkania") if "said" in values else gettext("Spotkanie")))


def _whose(values: Values) -> str:
    ward = values.get("ward") or ""
    return f"{ward[:12]}:" if ward else ""


def _phone(key: str) -> Callable[[Values], str]:
    return lambda values: pretty(values[key]) if values[key] else ""


def _until(values: Values) -> str:
    until, starts = values["until"], values.get("starts")
    hour = formats.hour(until)
    return hour if starts and until.date() == starts.date() else f"{formats.short_day(until)}, {hour}"


def _macro(file: str, name: str, *arguments: str) -> Callable[[Values], str]:
    def made(values: Values) -> str:
        module = templates.environment().get_template(file).make_module(dict(values))
        return str(getattr(module, name)(*(values[argument] for argument in arguments))).strip()

    return made


def _details(values: Values) -> str:
    return _macro("schedule/regular.txt" if "said" in values else "schedule/details.txt", "details")(values)


def _answer(values: Values) -> str:
    return " ".join(templates.render("schedule/answer.txt", values).split())


SMS, EMAIL = Channel.SMS, Channel.EMAIL
_DETAILS = "schedule/details.txt"

NAMES = (
    Name("centre", mark("nazwa centrum"), ("centre",), _given("centre")),
    Name("phone", mark("telefon centrum"), ("phone",), _phone("phone"), maybe_empty=True),
    Name("goodbye", mark("centrum i telefon, na koniec listu"), ("centre", "phone"), _macro(_DETAILS, "goodbye"),
         EMAIL),
    Name("title", mark("co to za zadanie; przy poufnym samo „Spotkanie”"), ("title",), _title),
    Name("whose", mark("imię dziecka i dwukropek, gdy piszemy do opiekuna"), ("title", "address"), _whose,
         maybe_empty=True),
    Name("details", mark("wszystko o zadaniu w kilku wierszach: co, kiedy, gdzie, rola"),
         ("title", "address", "role", "tasks"), _details, EMAIL),
    Name("day", mark("dzień, krótko"), ("starts",), lambda v: formats.short_day(v["starts"])),
    Name("on_day", mark("kiedy, z „w”"), ("starts",), _macro(_DETAILS, "on", "starts")),
    Name("long_day", mark("dzień, całymi słowami"), ("starts",), lambda v: formats.day(v["starts"])),
    Name("hour", mark("godzina początku"), ("starts",), lambda v: formats.hour(v["starts"])),
    Name("hours", mark("od której do której"), ("starts", "ends"),
         lambda v: formats.hours(v["starts"], v["ends"])),
    Name("when", mark("dzień i godziny, całymi słowami"), ("starts", "ends"),
         lambda v: formats.when(v["starts"], v["ends"])),
    Name("where", mark("adres, a gdy nie wolno go podać, osiedle"), ("address", "title"),
         lambda v: str(v["address"] or v["place"] or v["area"])),
    Name("team", mark("nazwa zespołu"), ("team",), _given("team")),
    Name("place", mark("nazwa miejsca"), ("team", "place"), _given("place")),
    Name("address", mark("adres miejsca"), ("team", "address"), _given("address"), maybe_empty=True),
    Name("role", mark("rola"), ("role",), _given("role"), maybe_empty=True),
    Name("tasks", mark("co trzeba zrobić"), ("tasks",), _given("tasks"), maybe_empty=True),
    Name("weekly", mark("dni stałego zadania, krótko"), ("short",), _given("short")),
    Name("weekly_long", mark("dni stałego zadania, całymi słowami"), ("said",), _given("said")),
    Name("left_out", mark("których spotkań ta osoba nie ma"), ("left_out",), _given("left_out"), maybe_empty=True),
    Name("left_short", mark("których spotkań ta osoba nie ma, krótko"), ("left_short",), _given("left_short"),
         maybe_empty=True),
    Name("since", mark("od którego dnia, krótko"), ("since",), lambda v: formats.short_day(v["since"])),
    Name("since_long", mark("od którego dnia, całymi słowami"), ("since",), lambda v: formats.dated(v["since"])),
    Name("until", mark("do kiedy czekamy na odpowiedź"), ("until",), _until),
    Name("until_day", mark("dzień, do którego czekamy"), ("until",), lambda v: formats.day(v["until"])),
    Name("until_hour", mark("godzina, do której czekamy"), ("until",), lambda v: formats.hour(v["until"])),
    Name("answer", mark("gdzie, jak odpisać i jak zakończyć wiadomości: zdania dla uczestnika"), ("where", "code"),
         _answer, SMS),
    Name("code", mark("kod albo numer terminu"), ("code",), _given("code")),
    Name("number", mark("numer zgłoszenia"), ("number",), _given("number")),
    Name("minutes", mark("ile minut działa kod"), ("minutes",), _given("minutes")),
    Name("url", mark("adres strony"), ("url",), _given("url")),
    Name("others", mark("adres strony z innymi zadaniami"), ("others",), _given("others")),
    Name("why", mark("dlaczego"), ("why",), _given("why")),
    Name("word", mark("słowo od koordynatora"), ("word",), _given("word"), maybe_empty=True),
    Name("ring", mark("numer, pod który trzeba zadzwonić"), ("ring",), _phone("ring")),
    Name("host", mark("nazwa miejsca"), ("host",), _given("host")),
    Name("school", mark("nazwa szkoły"), ("school",), _given("school")),
)  # fmt: skip

BY_KEY = {name.key: name for name in NAMES}
# Names whose text is an address of ours: they become links in the HTML part.
LINKS = ("url", "others")

_at = datetime.fromisoformat

# What an example reads like; values that people type are as they type them, in Polish.
ORDINARY: Values = {
    "centre": "Centrum Wolontariatu", "phone": "+48225550100", "title": "Pomoc w zakupach", "ward": "",
    "starts": _at("2031-09-02 16:00"), "ends": _at("2031-09-02 18:00"), "place": "Klub Nadzieja",
    "address": "ul. Leśna 4", "area": "Śródmieście", "role": "Pomoc przy wyjściu", "tasks": "Zakupy w sklepie obok.",
    "participant": False, "accepted": False, "waits": False, "by_desk": False, "moved": False, "own": False,
    "got": "taken", "yes": True, "where": "", "code": "12", "number": "1034", "minutes": 10,
    "url": "https://wolontariat.example/me", "others": "https://wolontariat.example/opportunities",
    "why": "Wszystkie miejsca są już zajęte.", "word": "Zapraszamy za tydzień.", "ring": "+48225550100",
    "until": _at("2031-09-01 18:00"), "since": date(2031, 10, 6), "short": "w każdy wtorek, 16:00",
    "said": "w każdy wtorek, 16:00–18:00", "left_out": "Bez: 9.09.", "left_short": "Bez: 9.09.",
    "team": "Zespół Leśna", "host": "Klub Nadzieja", "school": "Liceum nr 2",
}  # fmt: skip

LONGEST: Values = {
    **ORDINARY,
    "title": "Wielkie sprzątanie i sadzenie drzew przy wale nad Wisłą oraz grillowanie", "ward": "Maksymilianna",
    "starts": _at("2031-12-28 10:30"), "ends": _at("2031-12-28 12:45"),
    "place": "Dzienny Dom Pomocy Społecznej", "address": "ul. Kazimierza Wielkiego 143a, wejście B",
    "role": "Osoba prowadząca warsztaty plastyczne", "tasks": "Proszę zabrać rękawice, ciepłą kurtkę i coś do picia.",
    "where": "other", "code": "88", "number": "102934", "until": _at("2031-12-21 19:30"),
    "since": date(2031, 12, 28), "short": "w każdy poniedziałek, środę i piątek, 10:30",
    "said": "w każdy poniedziałek, środę i piątek, 10:30–12:45, bez ferii i świąt",
    "left_out": "Bez: 24.11, 26.11, 28.11 i jeszcze 12.", "left_short": "Bez: 24.11, 26.11, 28.11 i jeszcze 12.",
    "why": "W tym czasie jest już inne zadanie, więc nie możemy zapisać zgody.",
    "word": "Zapraszamy na następne spotkanie po Nowym Roku.", "team": "Zespół wsparcia przy Kazimierza Wielkiego",
    "host": "Dzienny Dom Pomocy Społecznej", "school": "III Liceum Ogólnokształcące z Oddziałami Dwujęzycznymi",
    "url": "https://wolontariat.example/guardian/dGhpcy1pcy1hLWxvbmctdG9rZW4tb2Ytb3Vycw",
}  # fmt: skip
