"""Reach, gaps and their reasons in words."""

from dataclasses import dataclass

from babel.dates import get_day_names

from volunteer_hub.atlas.reach import Helper
from volunteer_hub.atlas.rules import Because, Obstacle, Reason
from volunteer_hub.people.rules import PARTS
from volunteer_hub.web.formats import km as in_km
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import locale, mark, ngettext

PART_WORDS = {"morning": mark("rano"), "afternoon": mark("po południu"), "evening": mark("wieczorem")}
# By which of the three parts of a day there are: bit 0 is the morning.
ONLY = {
    0b001: mark("tylko rano"),
    0b010: mark("tylko po południu"),
    0b100: mark("tylko wieczorem"),
    0b011: mark("tylko rano i po południu"),
    0b101: mark("tylko rano i wieczorem"),
    0b110: mark("tylko po południu i wieczorem"),
}
MOST_PARTS = 4


def parts_of(week: int) -> list[tuple[int, int]]:
    """(day, part) of a week, both from 0: Monday's morning is (0, 0)."""
    return [divmod(bit, len(PARTS)) for bit in range(7 * len(PARTS)) if week >> bit & 1]


def only(week: int) -> str:
    """What a week leaves out: "tylko rano", "tylko w weekendy"; nothing of one that has all, or that nobody knows."""
    there = parts_of(week)
    parts, days = {part for _day, part in there}, {day for day, _part in there}
    said = [mark("tylko w weekendy")] if days and days <= {5, 6} else []
    said += [ONLY[sum(1 << part for part in parts)]] if 0 < len(parts) < len(PARTS) else []
    return ", ".join(_(words) for words in said)


def when(week: int) -> str:
    """A week in words: its parts one by one where they are few, "pon. rano, wt. rano", else what it leaves out."""
    there = parts_of(week)
    if not there:
        return ""
    if len(there) > MOST_PARTS:
        return only(week) or _("w różnych porach")
    names, words = get_day_names("abbreviated", locale=locale()), [*PART_WORDS.values()]
    return ", ".join(f"{names[day]} {_(words[part])}" for day, part in there)


def reason(of: Reason) -> str:
    """Why a need is a gap: "Najbliższa pomoc 4,2 km, tylko rano"."""
    if of.because is Because.NOBODY:
        return _("Nikt nie pomaga w tym temacie")
    if of.because is Because.SAID:
        return _("Co jest w tym temacie, nie odpowiada na tę potrzebę")
    if of.because is Because.FEW:
        return ngettext(
            "W zasięgu %(n)s miejsce dla %(people)s osób",
            "W zasięgu %(n)s miejsc dla %(people)s osób",
            of.places,
            people=of.people,
        )
    nearest = _("Najbliższa pomoc %(km)s", km=in_km(of.km))
    hours = only(of.week) or (_("w innych godzinach") if of.because is Because.TIME else "")
    return f"{nearest}, {hours}" if hours else nearest


def obstacle(of: Helper, reach_km: float) -> str:
    """Why near help does not reach a need: "2,3 km za daleko", "tylko rano"."""
    said = {
        Obstacle.SAID: lambda: _("zapisano, że nie odpowiada"),
        Obstacle.DISTANCE: lambda: _("%(km)s za daleko", km=in_km(of.km - reach_km)),
        Obstacle.TIME: lambda: only(of.week) or _("w innych godzinach"),
        Obstacle.THEME: lambda: _("inny temat"),
        Obstacle.DAY: lambda: _("jeszcze nie albo już nie"),
    }
    return ", ".join(said[one]() for one in of.obstacles)


@dataclass(frozen=True, slots=True)
class Told:
    """Help beside a need, with words: when both have time, and why it does not reach the need."""

    help: Helper
    when: str
    obstacle: str


def told(of: Helper, reach_km: float) -> Told:
    return Told(of, when(of.common or of.week), obstacle(of, reach_km))
