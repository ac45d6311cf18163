"""Made-up facts of each kind of paper, for its PDF on trial: ordinary ones, and the longest there may be."""

from datetime import date, datetime, time

from volunteer_hub.kit import clock
from volunteer_hub.papers import attendance, insurance, names, poster, slip, texts
from volunteer_hub.papers.insurance import Insured
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.poster import Shown
from volunteer_hub.papers.texts import Part, Said
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import gettext

FIRST, LAST = date(2026, 10, 28), date(2026, 11, 26)
# A number that no request gets: they begin with 1.
NOBODYS = "Z-2026-0000"


def facts(settings: Settings, kind: Kind, language: str, parts: list[Part], which: str) -> dict[str, object]:
    """What the layout of `kind` takes, with `parts` as its words, in the language spoken now; `which` as in names."""
    values, long = names.values(kind, which), which == "longest"
    match kind:
        case Kind.POSTER:
            soonest = datetime.combine(FIRST, time(17)), datetime.combine(FIRST, time(19))
            shown = Shown(values["title"], "W każdą środę, 17:00–19:00", [], [], public=True, soonest=soonest)
            said = {code: Said(texts.say(kind, texts.ours(kind, code), values)) for code in i18n.LANGUAGES}
            said[language] = Said(parts)
            return poster.facts(settings, shown, language, FIRST, said)
        case Kind.SLIP:
            return slip.facts(settings, NOBODYS, clock.now(), parts)
        case Kind.ATTENDANCE:
            title = names.values(Kind.POSTER, which)["title"]
            people = [("Anna Ż.", gettext("pomaga"))] + [("Jaskółka", gettext("uczestniczy"))] * (40 if long else 3)
            return attendance.laid_out(title, "28.10.2026, 17:00–19:00", "Świetlica „Promyk”", people, 0, parts)
        case Kind.INSURANCE:
            name = names.values(Kind.AGREEMENT, which)["volunteer"]
            one = Insured(name, date(1990, 5, 4), FIRST, FIRST, LAST, "Ubezpieczyciel", "NNW 7/2026")
            return insurance.facts([one] * (40 if long else 3), parts)
    return {
        "title": gettext("Wzór dokumentu"),
        "parts": parts,
        "columns": [gettext("Zadanie"), gettext("Kiedy"), gettext("Czas")],
        "rows": names.SAMPLE_ROWS[which],
        "places": [gettext("za Centrum"), values["volunteer"], *filter(None, [values.get("guardian")])],
        "check": gettext("Czy ten dokument jest prawdziwy? Sprawdź kod:"),
    }
