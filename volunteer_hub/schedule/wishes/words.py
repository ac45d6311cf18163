"""What a volunteer is told who asks for an opening and may not have it: why, and what to do next.

The rules in plain words; nothing of what stands in anybody else's data, and no reason that only the centre may say.
"""

from volunteer_hub.schedule.rules import Rule
from volunteer_hub.web.i18n import mark

ANSWERED = mark("Na to zgłoszenie już odpowiedzieliśmy: tym razem nie. Zobacz inne ogłoszenia albo zadzwoń do nas.")
OTHER = mark("Tego zadania nie możemy Ci teraz dać. Zadzwoń do nas, wyjaśnimy.")

WHY_NOT = {
    Rule.ACTIVE: mark("Najpierw dokończ zapis albo wróć z przerwy. Zadzwoń do nas, pomożemy."),
    Rule.RESTRICTED: mark("Na Twoją prośbę nie używamy teraz Twoich danych. Zmień to na stronie „Moje dane”."),
    Rule.CONSENT: mark("Potrzebna jest zgoda Twojego opiekuna. Link wyślesz mu ze strony „Moje zadania”."),
    Rule.MINOR: mark("To zadanie jest dla osób pełnoletnich. Zobacz inne ogłoszenia."),
    Rule.AGE: mark("To zadanie jest dla osób w innym wieku. Zobacz inne ogłoszenia."),
    Rule.LIMIT: mark("W Twoim wieku nie można tu pomagać o tej porze albo tak długo. Zobacz inne ogłoszenia."),
    Rule.CLEARANCE: mark("Tu potrzebne jest sprawdzenie w rejestrze albo dokument. Zadzwoń do nas, powiemy, jakie."),
    Rule.AGREEMENT: mark("Na ten dzień brakuje porozumienia albo ubezpieczenia. Zadzwoń do nas, przygotujemy je."),
    Rule.GENDER: mark("To zadanie jest dla osoby innej płci. Zobacz inne ogłoszenia."),
    Rule.LANGUAGE: mark("Tu trzeba znać język, którego nie ma w Twoim profilu. Jeśli go znasz, daj nam znać."),
    Rule.SKILL: mark("Tu potrzebna jest umiejętność, której nie ma w Twoim profilu. Jeśli ją masz, daj nam znać."),
    Rule.BUSY: mark("Masz wtedy inne zadanie. Zobacz je na stronie „Moje zadania”."),
    Rule.TRAVEL: mark("Masz tuż obok inne zadanie i trudno zdążyć dojechać. Jeśli zdążysz, zadzwoń do nas."),
}


# What they said they would rather have, and this opening is not: told, and no reason to keep them out.
AGAINST = {
    Rule.DISTANCE: mark("To dalej, niż zwykle chcesz jeździć."),
    Rule.TIME: mark("Nie masz wtedy wolnego czasu."),
    Rule.HOURS: mark("To byłoby więcej godzin w tygodniu, niż chcesz."),
    Rule.TIMES: mark("To byłoby więcej razy w tygodniu, niż chcesz."),
}


def against(rule: Rule) -> str:
    """The sentence (a message id) for a volunteer who may ask, though `rule`, a wish of their own, says otherwise."""
    return AGAINST[rule]


def why_not(rule: Rule) -> str:
    """The sentence (a message id) for a volunteer who breaks `rule` by asking."""
    return WHY_NOT.get(rule, OTHER)
