"""For what the centre keeps personal data, on what basis, and by which rules they go. /privacy is this, rendered."""

from dataclasses import dataclass
from enum import StrEnum

from volunteer_hub.web.i18n import mark


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
    """One kind of data. `rules` are keys of privacy.retention; `stays` says what none of them ends, and why."""

    key: str
    data: str
    why: str
    bases: tuple[Basis, ...]
    rules: tuple[str, ...]
    stays: str = ""


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "volunteers",
        mark("Wolontariusze: imię, nazwisko, telefon, e-mail, data urodzenia, język, osiedle"),
        mark("Żeby umówić pomoc, zawrzeć porozumienie i wystawić zaświadczenie."),
        (Basis.AGREEMENT, Basis.TASK),
        ("never-helped", "left", "merged-accounts", "hours-words", "hours-refused", "insurance-lists",
         "lists-and-slips", "certificates-asked", "imports"),
        mark("numery wydanych dokumentów i dni, w które je wydano, bez imion i treści"),
    ),
    Purpose(
        "matching",
        mark("Wolontariusze: umiejętności, wolne pory, zaproszenia i odpowiedzi"),
        mark("Żeby proponować Ci to, co lubisz, blisko i w dobrej porze. Każdą propozycję wybiera człowiek."),
        (Basis.AGREEMENT, Basis.TASK),
        ("matching", "availability", "away", "plans", "unused-offers", "absences"),
        mark("spotkania, na których ktoś pomagał: tak długo, jak dane tej osoby"),
    ),
    Purpose(
        "guardians",
        mark("Opiekunowie osób niepełnoletnich: imię, nazwisko, telefon, zgoda; szkoły: osoba do kontaktu"),
        mark("Bo osoba niepełnoletnia pomaga tylko za zgodą opiekuna."),
        (Basis.LAW,),
        ("guardians", "guardian-links", "schools"),
    ),
    Purpose(
        "checks",
        mark("Sprawdzenie przed pracą z dziećmi: że było, kiedy i do kiedy jest ważne"),
        mark("Bo tak każe ustawa o ochronie małoletnich. Samego zaświadczenia tu nie ma."),
        (Basis.LAW,),
        ("clearances",),
    ),
    Purpose(
        "participants",
        mark("Uczestnicy: imię albo pseudonim, telefon, grupa lub zajęcia, obecność, ukończenie, kontrakt socjalny"),
        mark("Żeby grupa się spotkała, a przypomnienie doszło. SMS nigdy nie mówi, o czym jest grupa."),
        (Basis.TASK, Basis.CONSENT),
        (
            "participants", "contract-words", "contract-steps", "contract-outcome", "diaries", "circle-tasks",
            "circle-goals", "circle-outcome", "initiative-reasons",
        ),
        mark("to, że szkolenie ukończono albo kontrakt podpisano: numer i dzień, bez imienia i słów"),
    ),
    Purpose(
        "requests",
        mark("Zgłoszenia i potrzeby: co napisano, kto zgłosił i jak oddzwonić"),
        mark("Żeby pomóc albo wskazać, kto pomoże."),
        (Basis.TASK,),
        ("requests", "request-notes", "needs", "need-evidence", "need-reasons", "geocoded", "drafts", "kept-forms"),
    ),
    Purpose(
        "partners",
        mark("Partnerzy: osoba do kontaktu w organizacji, osoby z zespołów w pracy, ustalenia zespołów"),
        mark("Żeby wiedzieć, do kogo zadzwonić, i żeby pomoc na mapie była prawdziwa."),
        (Basis.TASK,),
        ("contacts", "partners-asked", "team-members", "agendas", "team-tasks"),
    ),
    Purpose(
        "messages",
        mark("Wiadomości: numer albo e-mail, treść, czas i to, czy doszły"),
        mark("Żeby zapraszać, przypominać i nie pisać do tych, którzy odpisali STOP."),
        (Basis.TASK,),
        ("inbound", "messages", "account-letters", "hooks", "calendar-addresses", "to-many", "to-many-drafts",
         "proven-numbers"),
        mark("to, że nie chcesz wiadomości: aż zmienisz zdanie"),
    ),
    Purpose(
        "consents",
        mark("Zgody: na co, kiedy, jak i w jakich słowach; sam numer wpisu, bez imienia"),
        mark("Bo musimy umieć pokazać, że zgoda była, i kiedy została cofnięta."),
        (Basis.LAW,),
        (),
        mark("numer zostaje na stałe; po usunięciu danych nie wskazuje już na nikogo"),
    ),
    Purpose(
        "security",
        mark("Konta i bezpieczeństwo: czym się logujesz, kto i skąd się zalogował"),
        mark("Żeby nikt niepowołany nie widział Twoich danych."),
        (Basis.LAW,),
        ("codes", "sessions", "devices", "allowances"),
    ),
    Purpose(
        "staff",
        mark("Pracownicy centrum: imię, nazwisko i adres na koncie, zapisane widoki"),
        mark("Żeby było wiadomo, kto prowadzi sprawę i kto za co odpowiada."),
        (Basis.LAW,),
        ("staff", "staff-codes", "staff-views"),
    ),
    Purpose(
        "answers",
        mark("Dziennik: kto co zmienił i czyje dane otwierał; wnioski o dane i prośby o wgląd"),
        mark("Żeby centrum umiało odpowiedzieć za to, co robi z danymi."),
        (Basis.LAW,),
        ("break-glass", "rights"),
        mark("dziennik ma same numery i nie da się go zmienić; po usunięciu danych numer nie wskazuje już na nikogo"),
    ),
)
BY_KEY = {purpose.key: purpose for purpose in PURPOSES}
