"""What the desk's own words may not say and what they must, each told in one sentence."""

import pytest

from volunteer_hub.messaging.edited import rules
from volunteer_hub.messaging.edited.kinds import Text
from volunteer_hub.messaging.edited.rules import wrong
from volunteer_hub.messaging.edited.saying import Draft
from volunteer_hub.messaging.rules import Channel

SITE = "https://wolontariat.example"
THEMES = ["Uzależnienie od alkoholu", "Alcohol addiction", "Залежність від алкоголю", "Seniorzy", "Spokój w domu"]
ASKS = Text("invitation", "", Channel.SMS, "pl")
LETTER = Text("invitation", "", Channel.EMAIL, "pl")
END = " Odpisz TAK {{ code }} albo NIE {{ code }}."


def said(body: str, text: Text = ASKS) -> list[str]:
    return [one.sentence for one in wrong(text, Draft("Zapraszamy", body), THEMES, SITE)]


@pytest.mark.parametrize(
    "body",
    [
        "{{ centre }}: {{ title }}, {{ day }}." + END,
        "Zapraszamy, szczegóły: https://wolontariat.example/me" + END,
        "Po drugim śniadaniu, niedługo. Kto wiezie stół? Вільно, снідаємо, залежно від погоди." + END,
        "Pytania: kontakt@centrum.pl albo tel. {{ phone }}, m.in. o godz. 8.30." + END,
    ],
)
def test_neutral_words_pass(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Spotkanie o alkoholu." + END, rules.TELLING),
        ("Grupa dla UZALEZNIONYCH." + END, rules.TELLING),
        ("Odwiedziny u seniora." + END, rules.TELLING),
        ("Spokojny wieczór." + END, rules.TELLING),
        ("Зустріч про алкоголь." + END, rules.TELLING),
        ("Ktoś ma depresję." + END, rules.TELLING),
        ("Wizyta na onkologii." + END, rules.TELLING),
        ("alko{{ whose }}holu" + END, rules.TELLING),
        ("Więcej: https://bit.ly/3xYz" + END, rules.SHORTENED),
        ("Więcej: bit.ly/3xYz" + END, rules.SHORTENED),
        ("bit{{ whose }}.ly/abc" + END, rules.SHORTENED),
        ("Więcej: http://example.org" + END, rules.FOREIGN),
        ("Więcej: www.facebook.com/centrum" + END, rules.FOREIGN),
        ("Więcej: https://wolontariat.example.evil.com/me" + END, rules.FOREIGN),
        ("Więcej: centrum.pl" + END, rules.FOREIGN),
        ("Odpisz TAK albo NIE.", rules.LACKS_NAME),
        ("Odpisz TAK albo NIE. {% if phone %}{{ code }}{% endif %}", rules.LACKS_NAME),
        ("Odpisz TAK {{ code|cut(1) }} albo NIE.", rules.LACKS_NAME),
        ("Odpisz tak {{ code }} albo nie.", rules.LACKS_WORD),
        ("Zapra\u200bszamy." + END, rules.INVISIBLE),
        ("Zapra\u202eszamy." + END, rules.INVISIBLE),
        ("  ", rules.EMPTY),
        ("{{ title }}" * 15 + END, rules.TOO_MANY_PARTS),
        ("{{ last_name }}" + END, rules.sandbox.UNKNOWN),
        ("{{ code * 9 }}" + END, rules.sandbox.NOT_ALLOWED),
    ],
)
def test_each_breach_has_its_sentence(body: str, sentence: str) -> None:
    assert sentence in said(body)


def test_control_the_same_words_pass_where_no_theme_has_them() -> None:
    body = "Odwiedziny u seniora." + END
    assert wrong(ASKS, Draft("", body), ["Przyroda"], SITE) == [] and said(body) == [rules.TELLING]


def test_the_end_of_messages_stays_where_ours_tells_it() -> None:
    of = Text("cancelled", "participant", Channel.SMS, "pl")
    assert said("{{ centre }}: nie spotykamy się {{ on_day }}.", of) == [rules.LACKS_WORD]
    assert said("{{ centre }}: nie spotykamy się {{ on_day }}. STOP kończy wiadomości.", of) == []


def test_a_sign_in_code_can_be_said_otherwise_but_not_left_out() -> None:
    of = Text("sign_in_code", "", Channel.SMS, "pl")
    assert said("Kod: {{ code }}. {{ centre }}", of) == []
    assert said("Prosimy zadzwonić. {{ centre }}", of) == [rules.LACKS_NAME]


def test_a_letter_is_judged_by_its_subject_too() -> None:
    body = "Dzień dobry,\n\n{{ details }}\n\nOdpowiedz: {{ url }}\n\n{{ goodbye }}"
    assert wrong(LETTER, Draft("Pomoc: {{ title }}", body), THEMES, SITE) == []
    assert [(one.field, one.sentence) for one in wrong(LETTER, Draft("Grupa o alkoholu", body), THEMES, SITE)] == [
        ("subject", rules.TELLING)
    ]
    assert [one.field for one in wrong(LETTER, Draft(" ", body), THEMES, SITE)] == ["subject"]


def test_each_language_asks_in_its_own_words() -> None:
    english, ukrainian = Text("invitation", "", Channel.SMS, "en"), Text("invitation", "", Channel.SMS, "uk")
    assert said("{{ title }}: reply YES {{ code }} or NO {{ code }}.", english) == []
    assert said("{{ title }}: reply TAK {{ code }} or NIE {{ code }}.", english) == [rules.LACKS_WORD] * 2
    assert said("{{ title }}: ТАК {{ code }} або НІ {{ code }}.", ukrainian) == []
