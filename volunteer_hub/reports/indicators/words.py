"""What each indicator is called, how it is counted, and what its parts are called: one sentence for whoever asks."""

from collections.abc import Mapping

from volunteer_hub.reports.indicators.values import CONFIDED, CONTRACT, By, Indicator, Part
from volunteer_hub.web.i18n import gettext, mark

TITLES: Mapping[Indicator, str] = {
    Indicator.RESIDENTS: mark("Mieszkańcy"),
    Indicator.REGISTERED: mark("Zgłosili się do wolontariatu"),
    Indicator.AGREED: mark("Podpisali pierwsze porozumienie"),
    Indicator.ACTIVE: mark("Pomagali"),
    Indicator.HOURS: mark("Godziny pomocy"),
    Indicator.PROJECTS: mark("Projekty socjalne"),
    Indicator.GROUPS: mark("Grupy samopomocowe"),
    Indicator.MEETINGS: mark("Spotkania"),
    Indicator.COVERED: mark("Objęci programami i grupami"),
    Indicator.COVERED_SHARE: mark("Objęci jako część osób korzystających z pomocy społecznej"),
    Indicator.CONTRACTS: mark("Podpisali kontrakt socjalny"),
    Indicator.STEPS: mark("Wykonane kroki z kontraktów"),
    Indicator.FINISHED: mark("Ukończyli szkolenie"),
    Indicator.FAMILIES: mark("Rodziny korzystające z pomocy społecznej"),
    Indicator.ASSISTED: mark("Osoby korzystające z pomocy społecznej"),
    Indicator.COST: mark("Koszt wszystkich przedsięwzięć"),
    Indicator.OUTSIDE: mark("Pieniądze z zewnątrz"),
    Indicator.OUTSIDE_SHARE: mark("Pieniądze z zewnątrz jako część kosztu"),
}

ERASED = mark("Także osoby, których dane później usunięto.")
HOW: Mapping[Indicator, str] = {
    Indicator.RESIDENTS: mark(
        "Liczba wpisana dla ostatniego roku okresu. Gdy jej nie ma, suma osiedli, o ile każde osiedle ma swoją."
    ),
    Indicator.REGISTERED: mark("Każda osoba raz, w dniu, w którym się zgłosiła."),
    Indicator.AGREED: mark("Każda osoba raz, w dniu, w którym podpisała swoje pierwsze porozumienie."),
    Indicator.ACTIVE: mark(
        "Każda osoba raz, jeśli w okresie zaczęło się spotkanie, na którym miała miejsce i nie zapisano, że jej nie"
        " było, albo z tych dni ma zatwierdzone godziny. Osiedle to miejsce zamieszkania, temat to temat inicjatywy."
    ),
    Indicator.HOURS: mark(
        "Suma zatwierdzonych godzin z dni okresu. Osiedle i wiek są wolontariusza, rodzaj i temat są inicjatywy."
    ),
    Indicator.PROJECTS: mark(
        "Projekty, które trwały choć jeden dzień okresu. Osiedle to to, w którym projekt spotykał się najczęściej."
    ),
    Indicator.GROUPS: mark(
        "Grupy, które działały choć jeden dzień okresu. Osiedle to to, w którym grupa spotykała się najczęściej."
    ),
    Indicator.MEETINGS: mark("Spotkania, które zaczęły się w okresie, już się odbyły i nie były odwołane."),
    Indicator.COVERED: mark(
        "Każda osoba raz, choćby była w trzech grupach: kto w okresie należał do projektu, grupy, szkolenia lub zespołu"
        " wsparcia, kto przyszedł na spotkanie i z kim trwał kontrakt socjalny. W podziałach jedna osoba może być w"
        " kilku częściach."
    ),
    Indicator.COVERED_SHARE: mark(
        "Osoby objęte w całym okresie, podzielone przez osoby korzystające z pomocy społecznej w ostatnim roku okresu."
    ),
    Indicator.CONTRACTS: mark(
        "Każda osoba raz, jeśli w okresie po raz pierwszy podpisała któryś ze swoich kontraktów."
    ),
    Indicator.STEPS: mark(
        "Kroki podpisanych kontraktów, wykonane w okresie: zapisane ręcznie albo osiągnięte obecnością."
    ),
    Indicator.FINISHED: mark("Każda osoba raz, jeśli w okresie ukończyła szkolenie i ukończenia nie cofnięto."),
    Indicator.FAMILIES: mark(
        "Liczba wpisana dla ostatniego roku okresu. Gdy jej nie ma, suma osiedli, o ile każde osiedle ma swoją."
    ),
    Indicator.ASSISTED: mark(
        "Liczba wpisana dla ostatniego roku okresu. Gdy jej nie ma, suma osiedli, o ile każde osiedle ma swoją."
    ),
    Indicator.COST: mark("Suma kwot wydanych w latach okresu. Podajemy ją tylko dla całych lat kalendarzowych."),
    Indicator.OUTSIDE: mark("Z tego kosztu: pieniądze z Unii Europejskiej, od sponsorów i od państwa."),
    Indicator.OUTSIDE_SHARE: mark("Pieniądze z zewnątrz, podzielone przez koszt wszystkich przedsięwzięć."),
}
# In which of them erased people go on counting.
OF_PERSONS = frozenset({
    Indicator.REGISTERED, Indicator.AGREED, Indicator.ACTIVE, Indicator.HOURS, Indicator.COVERED, Indicator.CONTRACTS,
    Indicator.STEPS, Indicator.FINISHED,
})  # fmt: skip

KINDS: Mapping[str, str] = {
    "pupil": mark("Uczniowie"),
    "student": mark("Studenci"),
    "adult": mark("Dorośli"),
    "partnership": mark("Projekty partnerskie"),
    "long_term": mark("Projekty długofalowe"),
    "one_off": mark("Akcje jednorazowe"),
    "educational": mark("Projekty edukacyjne"),
    "group": mark("Grupy samopomocowe"),
    "course": mark("Szkolenia"),
    "circle": mark("Zespoły wsparcia"),
    CONTRACT: mark("Kontrakty socjalne"),
}
SOURCES: Mapping[str, str] = {
    "own": mark("Środki własne"),
    "eu": mark("Unia Europejska"),
    "sponsor": mark("Sponsorzy"),
    "state": mark("Państwo"),
}
NOT_KNOWN: Mapping[By, str] = {
    By.AREA: mark("Bez osiedla"),
    By.KIND: mark("Bez rodzaju"),
    By.AGE: mark("Bez wieku"),
    By.THEME: mark("Bez tematu"),
    By.SOURCE: mark("Bez źródła"),
}
DIVISIONS: Mapping[By, str] = {
    By.AREA: mark("Według osiedla"),
    By.KIND: mark("Według rodzaju"),
    By.AGE: mark("Według wieku"),
    By.THEME: mark("Według tematu"),
    By.SOURCE: mark("Według źródła pieniędzy"),
}
THEME_CONFIDED = mark("Grupy i zespoły, których temat znają prowadzący")
YOUNGEST = mark("do %(last)s lat")
BETWEEN = mark("%(first)s–%(last)s lat")
OLDEST = mark("%(first)s lat i więcej")


def title(indicator: Indicator) -> str:
    """What it is called, in the reader's language."""
    return gettext(TITLES[indicator])


def how(indicator: Indicator) -> str:
    """How it is counted, in sentences."""
    told = gettext(HOW[indicator])
    return f"{told} {gettext(ERASED)}" if indicator in OF_PERSONS else told


def division(by: By) -> str:
    """What a figure is divided by: a heading."""
    return gettext(DIVISIONS[by])


def part(by: By, one: Part) -> str:
    """What a part is called."""
    if one.key == "":
        return gettext(NOT_KNOWN[by])
    if by is By.AGE:
        return _ages(one.key)
    if by is By.THEME and one.key == CONFIDED:
        return gettext(THEME_CONFIDED)
    known = {By.KIND: KINDS, By.SOURCE: SOURCES}.get(by, {})
    return gettext(known[one.key]) if one.key in known else one.name or one.key


def _ages(key: str) -> str:
    """Of "0-15", "16-17" … "60-"; ages as they are reached in a calendar year."""
    first, _, last = key.partition("-")
    if first == "0":
        return gettext(YOUNGEST, last=last)
    return gettext(BETWEEN, first=first, last=last) if last else gettext(OLDEST, first=first)
