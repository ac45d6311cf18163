"""Every message there is, in plain words: its name, when it is sent, and whether the desk may say it otherwise.

A message that says different things in different cases ("got the place", "is on the list") is several texts here, so
that nobody has to write conditions. A house test holds this list against the folders of templates/messages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from volunteer_hub.messaging.rules import Channel
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import gettext, mark


class Fixed(StrEnum):
    """Why the words of a message stay ours."""

    STAFF = "staff"  # an alarm to the staff; one that was edited could fall silent
    SECURITY = "security"  # tells the owner of an account that it changed
    WRITTEN = "written"  # a coordinator writes it each time
    LIST = "list"  # a list or a sentence that the programme makes


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a message: `holds` tells it from the values, `sample` are values of it. The first to hold is it."""

    key: str
    name: str
    holds: Callable[[Values], bool]
    sample: Values


@dataclass(frozen=True, slots=True)
class Kind:
    """A message. `cases` by channel; a channel without any has one text."""

    template: str
    name: str
    when: str
    fixed: Fixed | None = None
    cases: Mapping[Channel, tuple[Case, ...]] | None = None

    def case(self, channel: Channel, values: Values) -> str:
        """The key of the case that these values are, "" where there is only one."""
        return next((case.key for case in self.cases_of(channel) if case.holds(values)), "")

    def cases_of(self, channel: Channel) -> tuple[Case, ...]:
        return (self.cases or {}).get(channel, ())


SMS, EMAIL = Channel.SMS, Channel.EMAIL

_ACCEPTED = Case("accepted", mark("do kogoś, kto ma miejsce"), lambda v: bool(v.get("accepted")), {"accepted": True})
_WAITS = Case("waits", mark("do kogoś, kto czeka na miejsce"), lambda v: bool(v.get("waits")), {"waits": True})
_ASKED = Case("asked", mark("do kogoś, kto jeszcze nie odpowiedział"), lambda v: True, {"accepted": False})
_PARTICIPANT = Case(
    "participant", mark("do uczestnika"), lambda v: bool(v.get("participant")), {"participant": True}
)
_VOLUNTEER = Case("volunteer", mark("do wolontariusza"), lambda v: True, {})
_BY_LINK = Case("link", mark("link i kod"), lambda v: bool(v.get("url")), {})
_BY_CODE = Case("code", mark("sam kod"), lambda v: True, {"url": ""})
_TO_GUARDIAN = Case("guardian", mark("do opiekuna"), lambda v: bool(v.get("ward")), {"ward": "Staś"})
_FOR_SELF_OR_WARD = (_TO_GUARDIAN, Case("volunteer", mark("do wolontariusza"), lambda v: True, {"ward": ""}))

# By whom they go to, as the desk reads them.
GROUPS: dict[str, tuple[Kind, ...]] = {
    mark("Do wolontariuszy"): (
    Kind("invitation", mark("Zaproszenie"), mark("Gdy zapraszasz kogoś do zadania.")),
    Kind("accepted", mark("Miejsce zapisane"), mark("Gdy miejsce jest potwierdzone bez SMS-a od tej osoby.")),
    Kind("confirmed", mark("Odpowiedź na TAK"), mark("Gdy ktoś odpisał TAK."), cases={SMS: (
        Case("code", mark("z numerem terminu"), lambda v: bool(v.get("code")), {}),
        Case("plain", mark("bez numeru"), lambda v: True, {"code": ""}))}),
    Kind("declined", mark("Odpowiedź na NIE"), mark("Gdy ktoś odpisał NIE."), cases={SMS: (
        Case("late", mark("na krótko przed spotkaniem"), lambda v: bool(v.get("ring")), {}),
        Case("usual", mark("wcześniej"), lambda v: True, {"ring": ""}))}),
    Kind("reminder", mark("Przypomnienie"), mark("Przed zadaniem, do wolontariusza.")),
    Kind("moved", mark("Zmiana terminu albo miejsca"), mark("Gdy spotkanie ma inny termin albo miejsce."),
         cases={SMS: (_PARTICIPANT, _ACCEPTED, _WAITS, _ASKED), EMAIL: (_ACCEPTED, _WAITS, _ASKED)}),
    Kind("cancelled", mark("Odwołane"), mark("Gdy spotkanie jest odwołane."), cases={SMS: (_PARTICIPANT, _VOLUNTEER)}),
    Kind("withdrawn", mark("Zaproszenie nieaktualne"), mark("Gdy miejsce jest wycofane."), cases={EMAIL: (
        Case("own", mark("ta osoba sama rezygnuje"), lambda v: bool(v.get("own")), {"own": True}),
        Case("centre", mark("wycofuje centrum"), lambda v: True, {}))}),
    Kind("filled", mark("Mamy komplet"), mark("Gdy zabrakło miejsca dla kogoś, kto nie zdążył odpowiedzieć.")),
    Kind("place_free", mark("Zwolniło się miejsce"), mark("Do pierwszej osoby na liście oczekujących.")),
    Kind("substitute_asked", mark("Prośba o zastępstwo"), mark("Gdy ktoś ma zastąpić inną osobę."), cases={EMAIL: (
        Case("desk", mark("na prośbę centrum"), lambda v: bool(v.get("by_desk")), {"by_desk": True}),
        Case("named", mark("ktoś wskazał tę osobę"), lambda v: True, {}))}),
    Kind("substituted", mark("Jest zastępstwo"), mark("Gdy wskazana osoba się zgodziła.")),
    Kind("not_substituted", mark("Nie ma zastępstwa"), mark("Gdy wskazana osoba się nie zgodziła.")),
    Kind("wished", mark("Odpowiedź na własne zgłoszenie"), mark("Gdy ktoś napisał SMS z numerem ogłoszenia."),
         cases={SMS: (
             Case("taken", mark("miejsce jest"), lambda v: v.get("got") == "taken", {"got": "taken"}),
             Case("asked", mark("odpowie koordynator"), lambda v: v.get("got") == "asked", {"got": "asked"}),
             Case("listed", mark("nie ma miejsca"), lambda v: True, {"got": "listed"}))}),
    Kind("wish_listed", mark("Zgłoszenie na liście oczekujących"), mark("Gdy wszystkie miejsca są zajęte.")),
    Kind("wish_declined", mark("Odmowa miejsca"), mark("Gdy koordynator odmawia komuś, kto się zgłosił.")),
    Kind("calendar_refused", mark("Odpowiedź z kalendarza nie przeszła"),
         mark("Gdy zgody z kalendarza nie da się zapisać.")),
    Kind("regular_invitation", mark("Zaproszenie na stałe"), mark("Gdy zapraszasz kogoś do stałego zadania."),
         cases={EMAIL: (
             _TO_GUARDIAN, Case("volunteer", mark("do wolontariusza"), lambda v: True, {"ward": ""}))}),
    Kind("regular_accepted", mark("Stałe zadanie zapisane"), mark("Gdy stałe zadanie jest potwierdzone.")),
    Kind("regular_confirmed", mark("Odpowiedź w sprawie stałego zadania"), mark("Gdy ktoś odpisał TAK albo NIE."),
         cases={SMS: (Case("yes", mark("na TAK"), lambda v: bool(v.get("yes")), {"yes": True}),
                      Case("no", mark("na NIE"), lambda v: True, {"yes": False}))}),
    Kind("regular_moved", mark("Zmiana stałego zadania"), mark("Gdy stałe zadanie ma inny termin albo miejsce.")),
    Kind("regular_more", mark("Kolejne terminy stałego zadania"), mark("Gdy seria jest przedłużona.")),
    Kind("regular_ended", mark("Koniec stałego zadania"), mark("Gdy stałe zadanie się kończy.")),
    Kind("certificate_ready", mark("Zaświadczenie gotowe"), mark("Gdy wydajesz zaświadczenie, o które ktoś prosi."),
         cases={SMS: _FOR_SELF_OR_WARD, EMAIL: _FOR_SELF_OR_WARD}),
    Kind("certificate_refused", mark("Odmowa zaświadczenia"), mark("Gdy odmawiasz zaświadczenia, o które ktoś prosi."),
         cases={SMS: _FOR_SELF_OR_WARD, EMAIL: _FOR_SELF_OR_WARD}),
    ),
    mark("Do uczestników"): (
    Kind("participant_reminder", mark("Przypomnienie dla uczestnika"), mark("Przed spotkaniem grupy albo szkolenia.")),
    Kind("place_kept", mark("Miejsce w grupie"), mark("Gdy w grupie jest miejsce dla kogoś z listy.")),
    Kind("place_taken", mark("Miejsce w grupie przyjęte"), mark("Gdy uczestnik odpisał TAK.")),
    Kind("place_declined", mark("Miejsce w grupie odrzucone"), mark("Gdy uczestnik odpisał NIE.")),
    Kind("place_gone", mark("Miejsce w grupie już zajęte"), mark("Gdy TAK przyszło za późno.")),
    Kind("group_asked", mark("Prośba o miejsce w grupie"), mark("Gdy ktoś napisał SMS z numerem grupy.")),
    ),
    mark("Odpowiedzi na SMS"): (
    Kind("unclear", mark("Odpowiedź przeczyta człowiek"), mark("Gdy odpowiedzi nie da się odczytać na pewno.")),
    Kind("no_such_code", mark("Nie ma takiego numeru"), mark("Gdy SMS ma numer, którego nie znamy.")),
    Kind("which_one", mark("O który termin chodzi"), mark("Gdy odpowiedź pasuje do kilku terminów."), Fixed.LIST),
    Kind("full_seats", mark("Nie da się zapisać"), mark("Gdy na TAK nie możemy się zgodzić."), Fixed.LIST),
    ),
    mark("Na początku"): (
    Kind("welcome", mark("Podziękowanie za zgłoszenie"), mark("Gdy ktoś wypełnił formularz wolontariusza.")),
    Kind("already_known", mark("Już się znamy"), mark("Gdy zgłasza się ktoś, kogo numer lub adres już mamy.")),
    Kind("entered", mark("Wpis po rozmowie"), mark("Gdy ktoś z centrum wpisał wolontariusza.")),
    Kind("request_received", mark("Zgłoszenie przyjęte"), mark("Gdy ktoś poprosił o pomoc.")),
    Kind("guardian_link", mark("Prośba o zgodę opiekuna"), mark("Gdy zgłosiła się osoba niepełnoletnia.")),
    Kind("of_age", mark("Skończone 18 lat"), mark("W dniu osiemnastych urodzin wolontariusza.")),
    Kind("of_age_no_contact", mark("Brak własnego kontaktu"), mark("Do opiekuna, w dniu osiemnastych urodzin.")),
    ),
    mark("Do partnerów"): (
    Kind("host_link", mark("Strona dla miejsca"), mark("Gdy dajesz miejscu dostęp do jego strony.")),
    Kind("school_link", mark("Strona dla szkoły"), mark("Gdy dajesz szkole dostęp do jej strony.")),
    Kind("team_meeting", mark("Spotkanie zespołu"), mark("Gdy zespół wsparcia ma się spotkać."), cases={EMAIL: (
        Case("moved", mark("nowy termin albo miejsce"), lambda v: bool(v.get("moved")), {"moved": True}),
        Case("new", mark("zaproszenie"), lambda v: True, {}))}),
    Kind("team_cancelled", mark("Spotkanie zespołu odwołane"), mark("Gdy spotkanie zespołu się nie odbędzie.")),
    ),
    mark("Konta i logowanie"): (
    Kind("sign_in_code", mark("Kod do logowania"), mark("Gdy ktoś się loguje."), cases={EMAIL: (_BY_LINK, _BY_CODE)}),
    Kind("address_code", mark("Kod, który potwierdza adres"), mark("Gdy ktoś zmienia telefon albo e-mail.")),
    Kind("sign_in_password", mark("Logowanie hasłem"), mark("Gdy pracownik prosi o link zamiast hasła.")),
    Kind("account_changed", mark("Zmiana na koncie"), mark("Gdy na koncie coś się zmieniło."), Fixed.SECURITY),
    Kind("factor_reset", mark("Drugi krok wyzerowany"), mark("Gdy administracja zeruje drugi krok."), Fixed.SECURITY),
    Kind("staff_invitation", mark("Zaproszenie do zespołu"), mark("Gdy powstaje konto pracownika."), Fixed.SECURITY),
    ),
    mark("Pisane za każdym razem"): (
    Kind("desk_letter", mark("Wiadomość od koordynatora"), mark("Do jednej osoby albo do wielu."), Fixed.WRITTEN),
    Kind("partner_invitation", mark("List do partnera"), mark("Gdy zapraszasz partnera do potrzeby."), Fixed.WRITTEN),
    ),
    mark("Do zespołu centrum"): (
    Kind("missing_today", mark("Ktoś nie przyjdzie"), mark("Gdy ktoś rezygnuje w ostatniej chwili."), Fixed.STAFF),
    Kind("short", mark("Brakuje ludzi"), mark("Gdy nie udało się nikogo znaleźć."), Fixed.STAFF),
    Kind("urgent", mark("Pilne sprawy"), mark("Gdy coś pilnego czeka."), Fixed.STAFF),
    Kind("digest", mark("Co jest do zrobienia"), mark("Na początku miesiąca."), Fixed.STAFF),
    Kind("at_risk", mark("Obsady do sprawdzenia"), mark("Gdy zmieniły się uprawnienia albo zgody."), Fixed.STAFF),
    Kind("ending", mark("Wkrótce się kończy"), mark("Gdy kończy się ważność dokumentów."), Fixed.STAFF),
    Kind("guardian_no", mark("Opiekun się nie zgadza"), mark("Gdy opiekun odmówił."), Fixed.STAFF),
    Kind("break_glass_asked", mark("Prośba o wgląd"), mark("Gdy ktoś prosi o wgląd."), Fixed.STAFF),
    Kind("many_reads", mark("Dużo otwartych danych"), mark("Gdy jedno konto otwiera dużo danych."), Fixed.STAFF),
    Kind("log_broken", mark("Dziennik naruszony"), mark("Gdy ktoś zmienił dziennik."), Fixed.STAFF),
    Kind("sms_budget", mark("Koniec limitu SMS"), mark("Gdy formularze zużyły dzienny limit."), Fixed.STAFF),
    ),
}  # fmt: skip

KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
BY_TEMPLATE = {kind.template: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Text:
    """One text: a case of a message, by one channel, in one language."""

    template: str
    case: str
    channel: Channel
    language: str

    @property
    def key(self) -> str:
        """What it is called in the table and in the address of its page: "moved.asked.sms.pl"."""
        return ".".join((self.template, self.case or "all", self.channel.value, self.language))

    @property
    def kind(self) -> Kind:
        return BY_TEMPLATE[self.template]

    @property
    def sample(self) -> Values:
        """Values that make the message speak of this case."""
        return next((case.sample for case in self.kind.cases_of(self.channel) if case.key == self.case), {})


def of_key(key: str) -> Text | None:
    """The text of that key, None for any other word."""
    template, case, channel, language = [*key.split("."), "", "", "", ""][:4]
    kind = BY_TEMPLATE.get(template)
    if kind is None or kind.fixed or channel not in list(Channel) or language not in i18n.LANGUAGES:
        return None
    text = Text(template, "" if case == "all" else case, Channel(channel), language)
    cases = [one.key for one in kind.cases_of(text.channel)] or [""]
    return text if text.key == key and text.case in cases else None


def of_message(template: str, channel: Channel, language: str, values: Values) -> Text | None:
    """The text that a message is; None when its words are always ours."""
    kind = BY_TEMPLATE.get(template)
    return None if kind is None or kind.fixed else Text(template, kind.case(channel, values), channel, language)


def called(template: str) -> str:
    """The kind of message in plain words."""
    kind = BY_TEMPLATE.get(template)
    return gettext(kind.name) if kind else template
