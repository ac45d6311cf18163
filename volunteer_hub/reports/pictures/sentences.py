"""What a picture shows, in one sentence, reckoned from its values: whoever does not see it loses nothing."""

from collections.abc import Callable, Sequence

from volunteer_hub.web.formats import listed, number
from volunteer_hub.web.i18n import gettext as _

Said = Callable[[float], str]
# How many of those that are equal are named; of more it is said how many.
NAMED = 3


def trend(what: str, labels: Sequence[str], values: Sequence[float | None], say: Said = number) -> str:
    """ "Wolontariusze: rośnie z 120 (2022) do 180 (2026)." Nothing known: says so."""
    known = [(label, value) for label, value in zip(labels, values, strict=True) if value is not None]
    if not known:
        return _("%(what)s: nie ma jeszcze danych.", what=what)
    (since, first), (until, last) = known[0], known[-1]
    if len(known) == 1:
        return _("%(what)s: %(n)s (%(when)s).", what=what, n=say(last), when=until)
    words: dict[str, object] = {"what": what, "first": say(first), "since": since, "last": say(last), "until": until}
    if first == last:
        said = _("%(what)s: tyle samo, %(first)s (%(since)s) i %(last)s (%(until)s).", **words)
    elif last > first:
        said = _("%(what)s: rośnie z %(first)s (%(since)s) do %(last)s (%(until)s).", **words)
    else:
        said = _("%(what)s: spada z %(first)s (%(since)s) do %(last)s (%(until)s).", **words)
    return " ".join([said, *_between(known, say)])


def _between(known: Sequence[tuple[str, float]], say: Said) -> list[str]:
    """What the two ends of a line keep from whoever reads only of them: a height or a depth between them."""
    ends = (known[0][1], known[-1][1])
    values = [value for _when, value in known]
    said, most, least = [], max(values), min(values)
    if most > max(ends):
        said.append(_("Najwięcej: %(n)s (%(when)s).", n=say(most), when=_named(_equal(known, most, say))))
    if least < min(ends):
        said.append(_("Najmniej: %(n)s (%(when)s).", n=say(least), when=_named(_equal(known, least, say))))
    return said


def _equal(parts: Sequence[tuple[str, float]], value: float, say: Said) -> list[str]:
    """The names of all that are written as `value` is: to whoever reads they are equal."""
    return [name for name, other in parts if say(other) == say(value)]


def _named(names: Sequence[str]) -> str:
    if len(names) <= NAMED + 1:
        return listed(names)
    return _("%(names)s i jeszcze %(n)s", names=", ".join(names[:NAMED]), n=len(names) - NAMED)


def greatest(parts: Sequence[tuple[str, float]], say: Said = number, *, shared: bool = True) -> str:
    """The greatest part, what share of all it is (unless one may be in two parts), and the smallest; all of these where
    several are equal."""
    values = [value for _name, value in parts]
    whole = sum(values)
    if not whole:
        return _("Nie ma jeszcze danych.")
    much, little = max(values), min(values)
    most, least = _equal(parts, much, say), _equal(parts, little, say)
    if len(most) == len(parts) > 1:
        return _("Wszystkie po tyle samo: %(n)s.", n=say(much))
    words: dict[str, object] = {"n": say(much), "share": round(100 * much / whole)}
    if len(most) > 1:
        told = _("Najwięcej: %(names)s, po %(n)s.", names=_named(most), **words)
        if shared:
            told = _("Najwięcej: %(names)s, po %(n)s (%(share)s%%).", names=_named(most), **words)
    else:
        told = _("Najwięcej: %(name)s, %(n)s.", name=most[0], **words)
        if shared:
            told = _("Najwięcej: %(name)s, %(n)s (%(share)s%%).", name=most[0], **words)
    if len(parts) == 1:
        return told
    if len(least) > 1:
        return told + " " + _("Najmniej: %(names)s, po %(n)s.", names=_named(least), n=say(little))
    return told + " " + _("Najmniej: %(name)s, %(n)s.", name=least[0], n=say(little))


def filled(parts: Sequence[tuple[str, int, int]]) -> str:
    """How many seats of all were taken, and when the smallest share; parts are (when, taken, of how many)."""
    taken, most = sum(part[1] for part in parts), sum(part[2] for part in parts)
    if not most:
        return _("W tym czasie nie było miejsc do obsadzenia.")
    said = _(
        "Zajęte było %(taken)s z %(most)s miejsc (%(share)s%%).",
        taken=number(taken), most=number(most), share=round(100 * taken / most),
    )  # fmt: skip
    shares = [(part[0], round(100 * part[1] / part[2])) for part in parts if part[2]]
    least = min(share for _name, share in shares)
    hardest = _equal(shares, least, number)
    if len(hardest) == len(shares):
        return said if len(shares) == 1 else said + " " + _("W każdym miesiącu tyle samo.")
    if len(hardest) > 1:
        return said + " " + _("Najtrudniej: %(names)s, po %(share)s%%.", names=_named(hardest), share=least)
    return said + " " + _("Najtrudniej: %(when)s, %(share)s%%.", when=hardest[0], share=least)


def answered(parts: Sequence[tuple[str, int]], silent: int) -> str:
    """By when half of the invitations had their answer, and how many got none; parts are (within, how many)."""
    whole = sum(n for _name, n in parts) + silent
    if not whole:
        return _("W tym czasie nie było zaproszeń.")
    gone, half = 0, ""
    for name, n in parts:
        gone += n
        if 2 * gone >= whole:
            half = name
            break
    said = (
        _("Połowa zaproszeń ma odpowiedź: %(within)s.", within=half)
        if half
        else _("Mniej niż połowa zaproszeń ma odpowiedź.")
    )
    return said + " " + _("Bez odpowiedzi: %(n)s z %(all)s.", n=number(silent), all=number(whole))
