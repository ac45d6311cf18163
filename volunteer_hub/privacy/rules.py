"""What personal data the centre keeps: for what, on what basis, how long. The privacy page is this register, rendered.

The words are proposals of the makers. A centre's data protection officer confirms them before the centre opens; until
CONFIRMED_ON is set the page says so.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from volunteer_hub.web.i18n import mark

CONFIRMED_ON: date | None = None


class Right(StrEnum):
    """What anybody may ask about their own data (GDPR, art. 15–18, 21, 7(3))."""

    COPY = "copy"
    CORRECT = "correct"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class RightState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class Basis(StrEnum):
    """The articles of the GDPR that the centre leans on. A public body's tasks never rest on legitimate interest."""

    TASK = "6-1-e"
    LAW = "6-1-c"
    AGREEMENT = "6-1-b"
    CONSENT = "9-2-a"


BASES: dict[Basis, str] = {
    Basis.TASK: mark("zadanie publiczne centrum (art. 6 ust. 1 lit. e RODO)"),
    Basis.LAW: mark("obowiązek z ustawy (art. 6 ust. 1 lit. c RODO)"),
    Basis.AGREEMENT: mark("porozumienie o wolontariacie (art. 6 ust. 1 lit. b RODO)"),
    Basis.CONSENT: mark("wyraźna zgoda, którą można cofnąć (art. 9 ust. 2 lit. a RODO)"),
}


@dataclass(frozen=True)
class Purpose:
    """One kind of data, by the tables it stands in. The texts are message ids."""

    key: str
    tables: tuple[str, ...]
    data: str
    why: str
    bases: tuple[Basis, ...]
    kept: str


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "volunteers",
        ("volunteer", "step_taken", "saved_view", "not_the_same", "merge"),
        mark("Wolontariusze: imię, nazwisko, telefon, e-mail, data urodzenia, język, osiedle"),
        mark("Żeby umówić pomoc, zawrzeć porozumienie i wystawić zaświadczenie."),
        (Basis.AGREEMENT, Basis.TASK),
        mark("12 miesięcy od zgłoszenia, jeśli nie zaczniesz pomagać; potem 5 lat od ostatniej pomocy"),
    ),
    Purpose(
        "matching",
        ("availability", "away", "service", "agreement", "policy", "assignment", "assignment_change", "booking"),
        mark("Wolontariusze: umiejętności, wolne pory, zaproszenia i odpowiedzi"),
        mark("Żeby proponować Ci to, co lubisz, blisko i w dobrej porze. Każdą propozycję wybiera człowiek."),
        (Basis.AGREEMENT, Basis.TASK),
        mark("tak długo, jak pomagasz, i rok dłużej"),
    ),
    Purpose(
        "guardians",
        ("volunteer", "consent", "guardian_link", "school"),
        mark("Opiekunowie osób niepełnoletnich: imię, nazwisko, telefon, zgoda"),
        mark("Bo osoba niepełnoletnia pomaga tylko za zgodą opiekuna."),
        (Basis.LAW,),
        mark("do osiemnastych urodzin tej osoby i 3 lata dłużej"),
    ),
    Purpose(
        "checks",
        ("clearance",),
        mark("Sprawdzenie przed pracą z dziećmi: że było, kiedy i do kiedy jest ważne"),
        mark("Bo tak każe ustawa o ochronie małoletnich. Samego zaświadczenia tu nie ma."),
        (Basis.LAW,),
        mark("tak długo, jak ktoś pracuje z dziećmi, i 5 lat dłużej"),
    ),
    Purpose(
        "participants",
        ("participant", "confided", "member", "coming"),
        mark("Uczestnicy: imię albo pseudonim, telefon, grupa lub zajęcia, obecność"),
        mark("Żeby grupa się spotkała, a przypomnienie doszło. SMS nigdy nie mówi, o czym jest grupa."),
        (Basis.TASK, Basis.CONSENT),
        mark("rok od ostatniego spotkania"),
    ),
    Purpose(
        "requests",
        ("request", "request_move", "draft", "need", "need_change"),
        mark("Zgłoszenia i potrzeby: co napisano, kto zgłosił i jak oddzwonić"),
        mark("Żeby pomóc albo wskazać, kto pomoże."),
        (Basis.TASK,),
        mark("rok od zamknięcia sprawy; niedokończony formularz 30 minut"),
    ),
    Purpose(
        "messages",
        ("message", "inbound", "opt_out", "proven_number"),
        mark("Wiadomości: numer albo e-mail, treść, czas i to, czy doszły"),
        mark("Żeby zapraszać, przypominać i nie pisać do tych, którzy odpisali STOP."),
        (Basis.TASK,),
        mark("SMS-y od Ciebie 30 dni, nasze rok; to, że nie chcesz wiadomości, aż zmienisz zdanie"),
    ),
    Purpose(
        "security",
        ("account", "session", "recovery_code", "device", "sign_in_code", "allowance", "facilitator", "audit_entry",
         "audit_link", "audit_witness",
         "break_glass", "rights_request", "erasure"),
        mark("Konta i bezpieczeństwo: kto się logował, co zmienił i czyje dane otwierał"),
        mark("Żeby nikt niepowołany nie widział Twoich danych."),
        (Basis.LAW,),
        mark("2 lata; kod do logowania 10 minut"),
    ),
)

# Tables in which nobody stands: the map, the plan, and how the machine itself is doing.
WITHOUT_PEOPLE = (
    "area", "theme", "place", "resource", "initiative", "need_met", "role_asked", "age_limit", "meeting", "opening",
    "channel_pause", "worker_beat", "retention_run", "canary",
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """The dates of the accessibility statement; it is reviewed every year before 31 March, `reviewed` from then on."""

    published: date
    updated: date
    made: date
    reviewed: date | None = None


STATEMENT = Statement(published=date(2026, 11, 21), updated=date(2026, 11, 21), made=date(2026, 11, 21))
