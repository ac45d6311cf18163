"""What an SMS is taken to mean: sure answers are answers, everything else is read by a human."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replies import reallife, reallife_later
from replies.reallife import Situation

from volunteer_hub.replies import rules, spelling
from volunteer_hub.replies.rules import Kind, Offer, Reading, Talk, choose, in_talk, read

YES = [
    "TAK", "tak", "Tak.", "TAK!!!", " tak \n", "tak będę", "TAK BEDE", "Tak, przyjdę. Dziękuję", "no tak", "ok",
    "OK 👍", "Jasne", "mogę", "Nie ma sprawy", "nie ma problemu", "oczywiscie", "👍", "👍🏽", "✅", "tak :)", "tak 🙂",
    "Tak\n\nPozdrawiam", "yes", "Yes please", "sure", "No problem", "I’ll be there", "так", "Так, буду", "ТАК",
    "TАК", "Добре, дякую", "можу",
]  # fmt: skip
NO = [
    "NIE", "nie", "Nie.", "Niestety nie mogę", "no nie mogę", "Dziękuję, nie mogę przyjść",
    "на жаль не можу прийти", "nie mogę", "NIE MOGE", "Niestety nie", "nie dam rady", "nie dziękuję",
    "przepraszam, nie mogę", "no nie", "👎", "❌", "nie :(", "no", "can't", "I can’t come", "Sorry, I cannot",
    "not this time", "ні", "нi", "НІ", "Hі", "не можу", "на жаль, ні", "не зможу", "не прийду",
]  # fmt: skip
STOP = [
    "STOP", "stop", "Stop.", "STÓP", "WYPISZ", "wypisz mnie", "Proszę wypisać", "REZYGNUJĘ", "rezygnuje", "СТОП",
    "стоп!", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "STOP 4", "nie, stop",
    "відписатися",
]  # fmt: skip
WISH = [
    "CHCĘ 4821", "chce 4821", "Chcę nr 4821", "4821 chcę", "chcę4821", "Dzień dobry, chcę 4821. Dziękuję", "CHCĘ #4821",
    "chciałbym 4821", "Chciałabym 4821 :)", "chcę przyjść 4821", "zgłaszam się 4821", "proszę mnie zapisać 4821",
    "WANT 4821", "I want 4821 please", "I'd like to help 4821", "ХОЧУ 4821", "хочу прийти 4821", "я хочу 4821 🙂",
]  # fmt: skip
NO_WISH = [
    "chciałabym", "nie chcę 4821", "nie chcę", "CHCĘ 4821?", "czy mogę 4821",
    "tak, chcę 4821", "chcę 4821 4822", "chcę 4821 jutro", "chcę zrezygnować 4821", "chcę stop 4821", "не хочу 4821",
    "don't want 4821", "chcę 48212", "chce wiedziec o 4821", "już nie chcę 4821", "TAK 4821 CHCĘ", "chcę 48 21",
]  # fmt: skip
UNCLEAR = [
    "", " ", "?", "tak?", "ok?", "jutro może nie", "tak albo nie", "TAK/NIE", "nie tak", "tak, ale od 17", "kto to?",
    "nie wiem", "chyba tak", "tak 4 nie 5", "TAK 4 TAK 5", "tak 123456789", "Rezygnuję 4",
    "cancel 4", "tak 🤔", "Can we cancel Thursday", "nie rezygnuję", "tak stop", "hi", "tak przepraszam",
    "nie, będę", "Nie! Mogę", "не, буду",
    "pasuję",
    "PASUJĘ", "Da mi pani numer", "🤷", "\x00",
    "może", "tak " * 100, "5 tak 6",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "texts"),
    [(Kind.YES, YES), (Kind.NO, NO), (Kind.STOP, STOP), (Kind.WISH, WISH), (Kind.UNCLEAR, UNCLEAR + NO_WISH)],
)
def test_words_people_write(kind: Kind, texts: list[str]) -> None:
    assert {text: read(text).kind for text in texts} == dict.fromkeys(texts, kind)


@pytest.mark.parametrize(
    "text", ["TAK 4", "4 tak", "tak4", "4tak", "TAK04", "tak nr 4", "Tak, 4.", "tak 4️⃣", "так 4", "TAK #4", "٤ tak"]
)
def test_a_code_beside_the_word(text: str) -> None:
    assert read(text) == Reading(Kind.YES, "4")


def test_no_is_never_stop_and_stop_is_never_no() -> None:
    assert not rules.NO & rules.STOP
    assert {read(" ".join(words)).kind for words in rules.NO} == {Kind.NO}


def test_every_phrase_means_one_thing() -> None:
    sets: list[frozenset[tuple[str, ...]]] = [
        rules.YES, rules.WEAK, rules.ALONE, rules.NO, rules.NO_OR_WELL, rules.REGRETS, rules.DOUBT, rules.WISH,
        rules.STOP, rules.START, rules.FILLERS, rules.LABELS, rules.THANKS, rules.SORRY, rules.REASONS,
        frozenset(rules.DAYS),
    ]  # fmt: skip
    for i, one in enumerate(sets):
        for other in sets[i + 1 :]:
            assert not one & other
    for kind, phrases in ((Kind.YES, rules.YES), (Kind.STOP, rules.STOP), (Kind.START, rules.START)):
        assert {read(" ".join(words)).kind for words in phrases} == {kind}


def grown_together(first: tuple[str, ...], then: tuple[str, ...]) -> bool:
    """Whether some phrase has words of both: "nie" and "ja" are "nie ja"."""
    both = first + then
    return any(both[a:b] in rules.MEANINGS for a in range(len(first)) for b in range(len(first) + 1, len(both) + 1))


def test_kind_words_around_an_answer_change_nothing() -> None:
    around = rules.FILLERS | rules.THANKS
    for kind, phrases in ((Kind.YES, rules.YES | rules.WEAK), (Kind.NO, rules.NO)):
        for answer in phrases:
            for filler in around:
                for first, then in ((filler, answer), (answer, filler)):
                    if not grown_together(first, then):
                        assert read(" ".join(first + then)).kind is kind, (first, then)
    for answer in map(" ".join, rules.NO):
        assert read(f"niestety {answer}").kind is read(f"{answer} niestety").kind is Kind.NO


def test_no_of_a_polish_speaker_may_be_well_yes() -> None:
    assert read("No", "pl").kind is Kind.UNCLEAR
    assert read("No 4", "pl").kind is Kind.UNCLEAR
    assert read("No", "en").kind is Kind.NO
    assert read("no tak", "pl").kind is Kind.YES


def test_start_opens_again() -> None:
    assert {read(text).kind for text in ("START", "start.", "unstop", "Wznów", "СТАРТ")} == {Kind.START}


@given(st.text())
def test_reading_is_total(text: str) -> None:
    reading = read(text)
    assert reading.code == "" or (reading.code.isascii() and reading.code.isdigit() and len(reading.code) <= 4)


WORDS = st.sampled_from(
    ["tak", "nie", "stop", "start", "4", "5", "jutro", "nie mogę", "👍", "так", "ні", "?", ",", "proszę", "chcę",
     "хочу"]
)


@given(st.lists(WORDS, max_size=6))
def test_an_unknown_word_or_a_second_answer_is_never_an_answer(words: list[str]) -> None:
    reading = read(" ".join(words))
    yes, no = {"tak", "👍", "так"} & set(words), {"nie", "nie mogę", "ні"} & set(words)
    if "?" in words or (yes and no) or {"4", "5"} <= set(words):
        assert reading.kind not in (Kind.YES, Kind.NO)
    if "jutro" in words:
        assert reading.kind is Kind.UNCLEAR or "1" in reading.when.days or "stop" in words


@given(st.lists(WORDS, max_size=6))
def test_a_wish_is_its_word_and_one_number_and_nothing_that_answers(words: list[str]) -> None:
    reading = read(" ".join(words))
    wants, numbers = {"chcę", "хочу"} & set(words), {"4", "5"} & set(words)
    assert (reading.kind is Kind.WISH and reading.code != "") == bool(
        wants and len(numbers) == 1 and set(words) <= {"chcę", "хочу", ",", "proszę"} | numbers
    )


@given(st.sampled_from(YES + NO + STOP + WISH), st.sampled_from(["", "!", "...", " :)", "  ", "\n"]), st.booleans())
def test_case_and_punctuation_change_nothing(text: str, tail: str, upper: bool) -> None:
    assert read((text.upper() if upper else text.lower()) + tail) == read(text)


def offer(code: str, *, answered: bool = False) -> Offer:
    return Offer(uuid4(), f"assignment:{code}", code, answered, datetime(2026, 11, 25, 16), "pl", False)


NOW = datetime(2026, 11, 24, 10)


def chosen(offers: list[Offer], code: str = "", asked: str = "") -> tuple[Offer, ...]:
    return choose(offers, Reading(Kind.YES, code), Talk(NOW, asked=asked))


def test_the_right_offer() -> None:
    four, five, old = offer("4"), offer("5"), offer("6", answered=True)
    assert chosen([four, five], "5") == (five,)
    assert chosen([four, five], "7") == ()
    assert chosen([four]) == (four,)
    assert chosen([old]) == (old,)
    assert chosen([four, five]) == (four, five)
    assert chosen([four, five], asked="5") == (four, five), "two unanswered ones: the order of SMS is no answer"
    assert chosen([four, old], asked="4") == (four,)
    assert chosen([four, old], asked="6") == (four, old), "the last SMS was a reminder of the other"
    assert chosen([]) == ()


def test_a_day_or_hour_stands_for_the_offer_it_fits() -> None:
    four = offer("4")  # a Wednesday at 16:00; it is Tuesday
    five = replace(offer("5"), starts=datetime(2026, 11, 27, 16))

    def meant(text: str, *offers: Offer, now: datetime = NOW) -> str:
        talk = Talk(now, asked="4", latest="4")
        reading = in_talk(read(text, "pl"), offers, talk)
        answer = reading.kind in (Kind.YES, Kind.NO)
        return " ".join([reading.kind, *(one.code for one in choose(offers, reading, talk) if answer)])

    assert meant("jutro nie", four, five) == "no 4"
    assert meant("jutro nie", five) == "unclear", "there is nothing tomorrow"
    assert meant("w piątek będę", four, five) == "yes 5"
    assert meant("o 16 będę", four, five) == "yes 4 5", "both: which one?"
    assert meant("TAK 4 w piątek", four, five) == "unclear"
    assert meant("w środę o 16:00 tak", four) == "yes 4" and meant("w środę o 17 tak", four) == "unclear"
    assert meant("nie o 16", four) == "unclear", "at another hour perhaps"
    far = replace(four, starts=four.starts + timedelta(days=14))
    assert meant("w środę tak", far) == "unclear", "the next Wednesday is another"
    night = datetime(2026, 11, 24, 1, 30)
    assert meant("jutro tak", four, now=night) == "unclear", "before sleep, tomorrow may be today"
    weekly = replace(four, about="regular:4", code="7")
    assert meant("w środę nie mogę", weekly) == "unclear", "one Wednesday or all of them"
    assert meant("w środę nie mogę", weekly, four) == "unclear"


def test_an_ok_answers_only_what_was_just_asked() -> None:
    four, old = offer("4"), offer("6", answered=True)

    def kind(text: str, offers: list[Offer], **talk: object) -> Kind:
        return in_talk(read(text, "pl"), offers, Talk(NOW, **talk)).kind  # type: ignore[arg-type]

    for text in ("ok", "Dobrze", "👍", "spoko", "chcę"):
        assert kind(text, [four], asked="4", latest="4") is Kind.YES
        assert kind(text, [four], asked="4", latest="") is Kind.UNCLEAR, "something else was said in between"
    assert kind("ok", [old], asked="6", latest="6", closed=True) is Kind.THANKS
    assert kind("ok", [old], latest="") is Kind.UNCLEAR, "to a letter of another kind"
    assert kind("chcę pomóc", [old], asked="6", latest="6", closed=True) is Kind.UNCLEAR
    assert kind("dziękuję", [four], asked="4", latest="4") is Kind.UNCLEAR, "thanks, yes or thanks, no"
    assert kind("dziękuję", [old]) is Kind.THANKS
    assert kind("TAK", [four], latest="") is Kind.YES, "control: a plain word needs no question before it"


def test_a_bare_code_finishes_the_answer_that_we_asked_about() -> None:
    four, five = offer("4"), offer("5")
    for pending in (Kind.YES, Kind.NO):
        assert in_talk(read("5"), [four, five], Talk(NOW, pending=pending)) == Reading(pending, "5")
    assert in_talk(read("5"), [four, five], Talk(NOW)).kind is Kind.UNCLEAR
    assert read("4821").kind is Kind.WHICH


def test_a_signature_is_no_word_and_no_name_hides_a_but() -> None:
    anna = rules.names("Anna", "Może-Kowalska")
    assert read("Tak. Pozdrawiam, Anna Kowalska", "pl", anna).kind is Kind.YES
    assert read("Tak, A. Kowalska", "pl", anna).kind is Kind.YES
    assert read("Tak, może", "pl", anna).kind is Kind.UNCLEAR
    assert read("Tak. Maria", "pl", anna).kind is Kind.UNCLEAR
    assert read("Tak. Anna Kowalska", "pl").kind is Kind.UNCLEAR, "whose number it is we do not know"


def test_a_slip_of_the_thumb_makes_no_other_known_word() -> None:
    assert not set(rules.SLIPS) & rules.KNOWN
    assert spelling.put_right("wpisz", rules.KNOWN, rules.SLIPS) == ["wpisz"], "sign me up, not: write me off"
    assert {read(text).kind for text in ("taaak", "tka", "pryzjde", "Bende", "TAKK")} == {Kind.YES}
    assert {read(text).kind for text in ("nieee", "niemoge", "Niestey nie", "nei")} == {Kind.NO}
    assert {read(text, "pl").kind for text in ("yyy", "nn", "wpisz mnie", "rak", "№ 4")} <= {Kind.UNCLEAR, Kind.WHICH}


def test_why_not_is_a_no_only_beside_one() -> None:
    assert {read(text).kind for text in ("niestety pracuję", "nie przyjdę, jestem chora")} == {Kind.NO}
    assert {read(text).kind for text in ("pracuję", "jutro nie pracuję", "nie jestem chora")} == {Kind.UNCLEAR}


ALL = reallife.SITUATIONS + reallife_later.LATER


@pytest.mark.parametrize("at", ALL, ids=lambda at: at.name)
def test_what_people_really_write_is_never_misread(at: Situation) -> None:
    """A human may be asked for help too often, never too seldom; and nothing that was clear becomes unclear unseen."""
    got = {(meant, text): reallife.outcome(at, text) for meant, texts in at.texts.items() for text in texts}
    wrong = {(meant, text): said for (meant, text), said in got.items() if said not in (meant, "human", "which")}
    assert wrong == {}
    answers = [meant == said for (meant, _), said in got.items() if meant not in ("human", "which")]
    assert sum(answers) >= 0.85 * len(answers)


def test_the_list_of_real_answers_is_long_and_speaks_three_languages() -> None:
    count = Counter(at.language for at in ALL for texts in at.texts.values() for _ in texts)
    assert count.total() >= 300 and min(count["pl"], count["en"], count["uk"]) >= 100


def test_control_searching_for_the_word_misreads_many() -> None:
    """The list has what a reading by the first known word would get wrong."""

    def first_word(text: str) -> str:
        said = [rules.MEANINGS.get((token,)) for token in spelling.tokens(spelling.folded(text))]
        return next((f"{kind} 2" for kind in said if kind in (Kind.YES, Kind.NO)), "human")

    one = [at for at in ALL if len(at.offers) == 1]
    wrong = [text for at in one for text in at.texts.get("human", []) if first_word(text) != "human"]
    assert len(wrong) > 50
