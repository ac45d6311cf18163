"""What a picture shows, in one sentence, reckoned from its values: whoever does not see it loses nothing."""

from collections.abc import Callable, Sequence

from volunteer_hub.web.formats import number
from volunteer_hub.web.i18n import gettext as _

Said = Callable[[float], str]


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
    when, most = max(known, key=lambda one: one[1])
    since, least = min(known, key=lambda one: one[1])
    said = [_("Najwięcej: %(n)s (%(when)s).", n=say(most), when=when)] if most > max(ends) else []
    return [*said, _("Najmniej: %(n)s (%(when)s).", n=say(least), when=since)] if least < min(ends) else said


def greatest(parts: Sequence[tuple[str, float]], say: Said = number, *, shared: bool = True) -> str:
    """The greatest part, what share of all it is (unless one may be in two parts), and the smallest."""
    whole = sum(value for _name, value in parts)
    if not whole:
        return _("Nie ma jeszcze danych.")
    ordered = sorted(parts, key=lambda part: part[1])
    (least, little), (most, much) = ordered[0], ordered[-1]
    said = _("Najwięcej: %(name)s, %(n)s.", name=most, n=say(much))
    if shared:
        said = _("Najwięcej: %(name)s, %(n)s (%(share)s%%).", name=most, n=say(much), share=round(100 * much / whole))
    if len(parts) == 1 or little == much:
        return said
    return said + " " + _("Najmniej: %(name)s, %(n)s.", name=least, n=say(little))


def filled(parts: Sequence[tuple[str, int, int]]) -> str:
    """How many seats of all were taken, and when the smallest share; parts are (when, taken, of how many)."""
    taken, most = sum(part[1] for part in parts), sum(part[2] for part in parts)
    if not most:
        return _("W tym czasie nie było miejsc do obsadzenia.")
    said = _(
        "Zajęte było %(taken)s z %(most)s miejsc (%(share)s%%).",
        taken=number(taken), most=number(most), share=round(100 * taken / most),
    )  # fmt: skip
    name, some, all_ = min((part for part in parts if part[2]), key=lambda part: part[1] / part[2])
    if sum(1 for part in parts if part[2]) == 1:
        return said
    return said + " " + _("Najtrudniej: %(when)s, %(share)s%%.", when=name, share=round(100 * some / all_))


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
