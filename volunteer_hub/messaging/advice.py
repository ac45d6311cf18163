"""What became of a message that did not arrive, in plain words, and what the desk does next. Pure.

Codes are Twilio's (https://www.twilio.com/docs/api/errors), SMTP's (RFC 5321), and words of gateways and of networks
behind them (docs/operating.md). A code that is not here says so itself.
"""

from dataclasses import dataclass

from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Advice:
    """Message ids: what happened and what to do. `again`: the same way once more may well work."""

    says: str
    do: str
    again: bool = False


WRONG = Advice(
    mark("Taki numer nie istnieje albo nie jest już używany."),
    mark("Zapytaj o dobry numer, popraw go na karcie i wyślij jeszcze raz."),
)
OFF = Advice(
    mark("Telefon był wyłączony albo poza zasięgiem."),
    mark("Wyślij jeszcze raz za jakiś czas albo zadzwoń."),
    again=True,
)
LANDLINE = Advice(mark("To numer stacjonarny: SMS tam nie dojdzie."), mark("Zadzwoń i zapytaj o komórkę."))
BLOCKED = Advice(
    mark("Telefon albo jego sieć odrzuca nasze SMS-y."),
    mark("Zadzwoń. Blokadę zdejmuje ta osoba w telefonie albo u swojego operatora."),
)
FILTERED = Advice(
    mark("Sieć uznała ten SMS za niechciany i go zatrzymała."),
    mark("Zadzwoń, a administratorowi powiedz, że sieć zatrzymuje nasze SMS-y."),
)
ABROAD = Advice(
    mark("Nasz operator nie wysyła SMS-ów do tego kraju."),
    mark("Zadzwoń albo poproś administratora, żeby włączył ten kraj u operatora."),
)
TOO_LONG = Advice(mark("Ten SMS jest za długi dla operatora."), mark("Napisz krócej w rozmowie albo zadzwoń."))
CROWDED = Advice(mark("Operator miał w tej chwili za dużo wiadomości."), mark("Wyślij jeszcze raz."), again=True)
SUSPENDED = Advice(
    mark("Operator wstrzymał nasze konto."), mark("Zadzwoń do tej osoby. Administrator musi napisać do operatora.")
)
STOPPED = Advice(
    mark("Ta osoba nie chce wiadomości."),
    mark("Zadzwoń i ustal, jak się kontaktować. Wiadomości wrócą, gdy sama napisze START."),
)
NO_MAILBOX = Advice(
    mark("Nie ma takiej skrzynki e-mail."), mark("Zapytaj o dobry adres, popraw go na karcie i wyślij jeszcze raz.")
)
FULL = Advice(mark("Skrzynka e-mail jest pełna."), mark("Wyślij jeszcze raz za jakiś czas albo zadzwoń."), again=True)
NOT_TAKEN = Advice(
    mark("Serwer poczty tej osoby nie przyjął listu."),
    mark("Zadzwoń. Jeśli to się powtarza, powiedz administratorowi, że nasze listy są odrzucane."),
)
BAD_ADDRESS = Advice(mark("Ten adres e-mail jest źle zapisany."), mark("Popraw go na karcie i wyślij jeszcze raz."))
UNSAID = Advice(
    mark("Operator nie powiedział, dlaczego wiadomość nie doszła."),
    mark("Zadzwoń albo wyślij jeszcze raz."),
    again=True,
)

_SMS: dict[str, Advice] = {
    "30001": CROWDED, "30002": SUSPENDED, "30003": OFF, "30004": BLOCKED, "30005": WRONG, "30006": LANDLINE,
    "30007": FILTERED, "30008": UNSAID, "21211": WRONG, "21214": WRONG, "21217": WRONG, "21408": ABROAD,
    "21610": STOPPED, "21612": ABROAD, "21614": LANDLINE, "21617": TOO_LONG, "21635": LANDLINE,
    "unknown_number": WRONG, "invalid_number": WRONG, "number": WRONG, "absent": OFF, "expired": OFF,
    "landline": LANDLINE, "blocked": BLOCKED, "rejected": BLOCKED, "rejectd": BLOCKED, "filtered": FILTERED,
    "spam": FILTERED, "country": ABROAD, "too_long": TOO_LONG, "opted_out": STOPPED,
}  # fmt: skip
_MAIL: dict[str, Advice] = {
    "letter": BAD_ADDRESS, "smtputf8": BAD_ADDRESS, "501": BAD_ADDRESS, "510": NO_MAILBOX, "511": NO_MAILBOX,
    "550": NO_MAILBOX, "551": NO_MAILBOX, "552": FULL, "553": BAD_ADDRESS, "554": NOT_TAKEN,
}  # fmt: skip

_STATES: dict[State, Advice] = {
    State.SUPPRESSED: STOPPED,
    State.PARKED: Advice(
        mark("Nie wiadomo, czy wiadomość doszła: mimo kilku prób nikt tego nie potwierdził."),
        mark("Zadzwoń i zapytaj albo wyślij jeszcze raz. Wtedy może przyjść dwa razy."),
        again=True,
    ),
    State.UNKNOWN: Advice(
        mark("Operator nie odpowiedział. Pytamy go, czy wiadomość wyszła."),
        mark("Poczekaj: odpowiedź będzie najwyżej po pół godzinie."),
    ),
    State.TO_PHONE: Advice(mark("Nie mamy jak wysłać tej wiadomości."), mark("Zadzwoń i przekaż, co w niej jest.")),
    State.EXPIRED: Advice(
        mark("Nie wyszła na czas, a spóźniona tylko by myliła, więc nie wyszła wcale."),
        mark("Zadzwoń, jeśli to jeszcze ważne."),
    ),
}
# outbox.put knew already that the morning would be too late.
NIGHT = Advice(
    mark("Mogła wyjść tylko w ciszy nocnej, a rano byłoby za późno, więc nie wyszła."),
    mark("Zadzwoń i przekaż, co w niej jest."),
)


def of(state: State, channel: Channel, error: str) -> Advice | None:
    """What to do about a message in this state; None of one that needs nobody."""
    if state is State.UNDELIVERED:
        return (_SMS if channel is Channel.SMS else _MAIL).get(error.lower(), UNSAID)
    return NIGHT if state is State.EXPIRED and error == "quiet" else _STATES.get(state)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a whole channel is refused, and what the administrator must do (message ids)."""

    says: str
    do: str


PASSWORD = Refusal(
    mark("Operator nie uznaje naszego hasła."),
    mark("Administrator sprawdza hasło i nazwę konta w ustawieniach, a potem uruchamia polecenie doctor."),
)
MONEY = Refusal(
    mark("Na koncie u operatora nie ma środków albo konto jest wstrzymane."),
    mark("Administrator doładowuje konto u operatora."),
)
SENDER = Refusal(
    mark("Operator nie pozwala wysyłać z naszego numeru, nazwy albo adresu."),
    mark("Administrator sprawdza nadawcę w ustawieniach i u operatora."),
)
REFUSED = Refusal(
    mark("Operator odmawia nam wysyłki."), mark("Administrator sprawdza ustawienia i uruchamia polecenie doctor.")
)
_REFUSALS: dict[str, Refusal] = {
    "20003": PASSWORD, "401": PASSWORD, "403": PASSWORD, "unauthorized": PASSWORD, "530": PASSWORD, "534": PASSWORD,
    "535": PASSWORD, "20005": MONEY, "402": MONEY, "no_credit": MONEY, "account": MONEY, "21212": SENDER,
    "21606": SENDER, "sender": SENDER, "550": SENDER, "553": SENDER,
}  # fmt: skip


def refusal(reason: str) -> Refusal:
    """What to do about a channel that refuses us for this `reason` (its code)."""
    return _REFUSALS.get(reason.lower(), REFUSED)
