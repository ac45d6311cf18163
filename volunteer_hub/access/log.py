"""Reads of the log: who did or saw what, for the protection officer and the administrator. Ids, never words."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

LOG_PAGE = 50

# What a verb is called; one that stands here neither whole nor by its beginning is shown as it is.
VERBS: dict[str, str] = {
    "account.close": mark("zamknięcie konta"),
    "account.create": mark("założenie konta"),
    "account.factor-reset": mark("wyzerowanie drugiego kroku logowania"),
    "account.hand-over": mark("przekazanie pracy"),
    "account.invite": mark("ponowne zaproszenie"),
    "account.reopen": mark("ponowne otwarcie konta"),
    "account.role": mark("zmiana roli"),
    "account": mark("zmiana konta"),
    "assignment.at-night": mark("zaproszenie SMS-em w nocy albo w święto"),
    "assignment.override": mark("zaproszenie mimo życzenia albo kolejności"),
    "area": mark("osiedla na mapie"),
    "town": mark("dane miasta z jednego roku"),
    "attendance": mark("zapis obecności na spotkaniu"),
    "audit.many-reads": mark("dużo otwartych danych w godzinę"),
    "audit.verify": mark("nocne sprawdzenie dziennika"),
    "backup.made": mark("kopia zapasowa całej bazy"),
    "backup.restored": mark("odtworzenie bazy z kopii"),
    "bulk.begin": mark("wiadomość do wielu osób: wybór osób"),
    "bulk.look": mark("wiadomość do wielu osób: podgląd listy"),
    "bulk.send": mark("wiadomość do wielu osób: wysłanie"),
    "bulk.cancel": mark("wiadomość do wielu osób: zatrzymanie"),
    "bulk": mark("wiadomość do wielu osób"),
    "break-glass.ask": mark("prośba o wgląd"),
    "break-glass.approve": mark("zgoda na wgląd"),
    "break-glass.refuse": mark("odmowa wglądu"),
    "break-glass.end": mark("koniec wglądu"),
    "break-glass.read": mark("odczyt w ramach wglądu"),
    "circle.cap": mark("limit domów na osobę"),
    "circle.read": mark("odczyt zespołu wsparcia"),
    "circle.task": mark("zadanie zespołu wsparcia"),
    "circle": mark("skład zespołu wsparcia"),
    "confided.read": mark("odczyt poufnej notatki"),
    "confided.write": mark("zapis poufnej notatki"),
    "certificate.issue": mark("wydanie zaświadczenia o ukończeniu"),
    "certificate.open": mark("otwarcie zaświadczenia o ukończeniu"),
    "certificate.undo": mark("cofnięcie ukończenia szkolenia"),
    "contract.open": mark("otwarcie kontraktu socjalnego"),
    "contract": mark("zmiana kontraktu socjalnego"),
    "course": mark("warunki i obecność na szkoleniu"),
    "consent": mark("zgody"),
    "diary.read": mark("odczyt dziennika grupy albo zespołu"),
    "diary": mark("wpis w dzienniku inicjatywy"),
    "hours": mark("godziny pomocy"),
    "guardian.agree": mark("zgoda opiekuna z linku"),
    "guardian.decline": mark("opiekun nie zgadza się albo cofa zgodę"),
    "guardian.data": mark("opiekun otworzył dane dziecka"),
    "initiatives.edit": mark("poprawa inicjatywy"),
    "initiatives.reminders": mark("kiedy inicjatywa przypomina o spotkaniach"),
    "initiatives.outcome": mark("wynik inicjatywy"),
    "initiatives.work": mark("cele, partnerzy, pieniądze i działania inicjatywy"),
    "initiatives.state": mark("zmiana etapu inicjatywy"),
    "initiatives": mark("inicjatywy"),
    "joining": mark("prośba o miejsce w grupie"),
    "list.export": mark("pobranie listy jako pliku"),
    "log.export": mark("pobranie dziennika"),
    "matching.mend": mark("zmiana osób na miejscach"),
    "messages.again": mark("wiadomość wysłana jeszcze raz"),
    "messages.call-off": mark("odwołanie wiadomości"),
    "messages.email": mark("wiadomość wysłana e-mailem zamiast SMS-em"),
    "messages.let-go": mark("puszczenie wstrzymanych wiadomości"),
    "messages.told": mark("wiadomość przekazana telefonicznie"),
    "messages.write": mark("wiadomość napisana do jednej osoby"),
    "messages": mark("wiadomości"),
    "messages.text": mark("słowa wiadomości"),
    "need.partner": mark("zaproszenie partnera do potrzeby"),
    "need.reach": mark("zasięg potrzeby"),
    "participant": mark("dane uczestnika"),
    "paper.issue": mark("wydanie dokumentu"),
    "paper.insure": mark("osoba na liście do ubezpieczenia"),
    "paper.open": mark("otwarcie wydanego dokumentu"),
    "paper.withdraw": mark("wycofanie dokumentu"),
    "paper.text": mark("słowa dokumentów"),
    "paper.refuse": mark("odmowa zaświadczenia"),
    "people.agreement": mark("porozumienie"),
    "people.area": mark("osiedle osoby"),
    "people.calendar": mark("nowy adres kalendarza"),
    "people.open": mark("otwarcie danych osoby"),
    "people.clearance": mark("sprawdzenia i uprawnienia"),
    "people.guardian": mark("zgoda opiekuna"),
    "people.step": mark("krok wolontariusza"),
    "people.time": mark("wolny czas"),
    "people.away": mark("wolny czas"),
    "people.erase": mark("usunięcie danych osoby"),
    "people.export": mark("kopia danych osoby"),
    "people.import-read": mark("wczytanie pliku z wolontariuszami, jeszcze bez zapisu"),
    "people.import-undo": mark("cofnięcie wczytania wolontariuszy z pliku"),
    "people.import-drop": mark("wyrzucenie pliku z wolontariuszami"),
    "people.import": mark("wczytanie wolontariuszy z pliku"),
    "people.merge": mark("połączenie dwóch wpisów"),
    "people.retention": mark("nocne sprzątanie danych"),
    "people": mark("zmiana danych osoby"),
    "replies": mark("odpowiedzi"),
    "request.open": mark("otwarcie zgłoszenia"),
    "request": mark("zgłoszenie"),
    "retention": mark("nocne sprzątanie danych"),
    "reports.hours": mark("godziny jednej osoby albo uczniów szkoły"),
    "reports.list": mark("lista osób, z których policzono wskaźnik"),
    "rights.copy": mark("wniosek o kopię danych"),
    "atlas.correct-resource": mark("poprawa zasobu"),
    "atlas.verify-resource": mark("sprawdzenie zasobu"),
    "atlas.close-resource": mark("zamknięcie zasobu"),
    "atlas.reopen-resource": mark("ponowne otwarcie zasobu"),
    "atlas.correct-place": mark("poprawa miejsca"),
    "atlas.correct-need": mark("poprawa potrzeby"),
    "atlas.remove-evidence": mark("usunięcie wpisu o potrzebie"),
    "need.open": mark("otwarcie potrzeby jednej osoby"),
    "rights.correct": mark("wniosek o poprawienie danych"),
    "rights.restrict": mark("wniosek o wstrzymanie danych"),
    "rights.object": mark("sprzeciw"),
    "rights.withdraw": mark("cofnięcie zgody"),
    "rights.erase": mark("wniosek o usunięcie danych"),
    "rights.done": mark("wniosek załatwiony"),
    "rights.refused": mark("odmowa wniosku"),
    "rights": mark("prawa osób"),
    "school": mark("szkoły"),
    "host.link": mark("link dla partnera"),
    "host.end": mark("koniec linku partnera"),
    "host.note": mark("obecność zapisana przez gospodarza"),
    "resources.import": mark("wczytanie zasobów z pliku"),
    "plan.send": mark("zaproszenia z planu"),
    "plan": mark("plan okresu"),
    "reseal": mark("zmiana klucza szyfrowania"),
    "sign-in": mark("logowanie"),
    "theme.disclose": mark("odtajnienie tematu"),
    "theme.hide": mark("utajnienie tematu"),
    "theme": mark("zmiana tematu"),
    "api.token-make": mark("nowy klucz dla innego programu"),
    "api.token-end": mark("koniec klucza innego programu"),
    "waves": mark("zaproszenia falami"),
    "webhook.make": mark("nowy webhook"),
    "webhook.gone": mark("odbiorca nie chce już webhooka"),
    "webhook": mark("zmiana webhooka"),
    "sms.budget": mark("koniec limitu SMS-ów na dziś"),
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for: days, both included; an account or what it did it to; a verb or its beginning."""

    first: date | None = None
    last: date | None = None
    whom: UUID | None = None
    verb: str = ""


@dataclass(frozen=True)
class LogLine:
    id: UUID
    at: datetime
    account: UUID | None
    who: str
    role: str
    verb: str
    about: str
    outcome: str


LINES = """
    SELECT e.id, e.at, e.account, coalesce(a.name, '') AS who, e.role, e.verb, e.about, e.outcome
    FROM audit_entry e LEFT JOIN account a ON a.id = e.account AND a.role <> 'volunteer'
    WHERE ($1::timestamptz IS NULL OR e.at >= $1) AND ($2::timestamptz IS NULL OR e.at < $2)
      AND ($3::uuid IS NULL OR e.account = $3 OR e.about IN (
           'account:' || $3, 'volunteer:' || $3, 'participant:' || $3, 'request:' || $3, 'initiative:' || $3))
      AND ($4 = '' OR e.verb = $4 OR starts_with(e.verb, $4 || '.'))
      AND ($5::uuid IS NULL OR (e.at, e.id) < (SELECT at, id FROM audit_entry WHERE id = $5))
    ORDER BY e.at DESC, e.id DESC LIMIT $6"""


def may_read(actor: Actor) -> None:
    """Raises Refused 404 for everybody else."""
    if actor.role not in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
        raise Refused("", 404)


async def lines(
    actor: Actor, wanted: Wanted, timezone: str, *, before: UUID | None = None, most: int = LOG_PAGE
) -> tuple[list[LogLine], bool]:
    """At most `most` lines, the newest first, from before the line `before`; and whether older ones follow.

    Staff are named; a volunteer who signs in is not.
    """
    may_read(actor)
    rows = await database.fetch(LINES, *_values(wanted, timezone), before, most + 1)
    return [LogLine(**row) for row in rows[:most]], len(rows) > most


async def every(actor: Actor, wanted: Wanted, timezone: str) -> AsyncIterator[LogLine]:
    """All lines of what is wanted, as `lines` orders and names them; only inside a transaction."""
    may_read(actor)
    async for row in database.each(LINES, *_values(wanted, timezone), None, None):
        yield LogLine(**row)


def called(verb: str) -> str:
    """The message id of what `verb` is called: its own, else that of its longest known beginning, else the verb."""
    beginning = verb
    while beginning and beginning not in VERBS:
        beginning = beginning.rpartition(".")[0]
    return VERBS.get(beginning, verb)


def _values(wanted: Wanted, timezone: str) -> list[object]:
    first = _midnight(wanted.first, timezone) if wanted.first else None
    end = _midnight(wanted.last + timedelta(days=1), timezone) if wanted.last else None
    return [first, end, wanted.whom, wanted.verb]


def _midnight(day: date, timezone: str) -> datetime:
    return clock.instant(datetime.combine(day, time()), timezone)
