"""What an SMS is taken to mean: sure answers are answers, everything else is read by a human."""

from datetime import datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.replies import rules
from volunteer_hub.replies.rules import Kind, Offer, Reading, choose, read

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
    "chcę", "chcę przyjść", "want", "хочу", "nie chcę 4821", "nie chcę", "CHCĘ 4821?", "czy mogę 4821",
    "tak, chcę 4821", "chcę 4821 4822", "chcę 4821 jutro", "chcę zrezygnować 4821", "chcę stop 4821", "не хочу 4821",
    "don't want 4821", "chcę 48212", "4821", "chce wiedziec o 4821", "już nie chcę 4821", "TAK 4821 CHCĘ", "chcę 48 21",
]  # fmt: skip
UNCLEAR = [
    "", " ", "?", "tak?", "ok?", "jutro nie", "tak albo nie", "TAK/NIE", "nie tak", "tak, ale od 17", "kto to?",
    "nie wiem", "chyba tak", "tak 4 nie 5", "TAK 4 TAK 5", "4", "tak 16:00", "tak 123456789", "Rezygnuję 4",
    "cancel 4", "tak 🤔", "Can we cancel Thursday", "nie rezygnuję", "tak stop", "hi", "dziękuję", "🤷", "\x00",
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
    sets = [rules.YES, rules.NO, rules.WISH, rules.STOP, rules.START, rules.FILLERS]
    for i, one in enumerate(sets):
        for other in sets[i + 1 :]:
            assert not one & other
    for kind, phrases in ((Kind.YES, rules.YES), (Kind.STOP, rules.STOP), (Kind.START, rules.START)):
        assert {read(" ".join(words)).kind for words in phrases} == {kind}


def test_kind_words_around_an_answer_change_nothing() -> None:
    for kind, phrases in ((Kind.YES, rules.YES), (Kind.NO, rules.NO)):
        for answer in map(" ".join, phrases):
            for filler in map(" ".join, rules.FILLERS):
                assert read(f"{filler} {answer}").kind is kind, (filler, answer)
                assert read(f"{answer} {filler}").kind is kind, (answer, filler)
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
    if {"jutro", "?"} & set(words) or (yes and no) or {"4", "5"} <= set(words):
        assert reading.kind not in (Kind.YES, Kind.NO)


@given(st.lists(WORDS, max_size=6))
def test_a_wish_is_its_word_and_one_number_and_nothing_that_answers(words: list[str]) -> None:
    reading = read(" ".join(words))
    wants, numbers = {"chcę", "хочу"} & set(words), {"4", "5"} & set(words)
    assert (reading.kind is Kind.WISH) == bool(
        wants and len(numbers) == 1 and set(words) <= {"chcę", "хочу", ",", "proszę"} | numbers
    )


@given(st.sampled_from(YES + NO + STOP + WISH), st.sampled_from(["", "!", "...", " :)", "  ", "\n"]), st.booleans())
def test_case_and_punctuation_change_nothing(text: str, tail: str, upper: bool) -> None:
    assert read((text.upper() if upper else text.lower()) + tail) == read(text)


def offer(code: str, *, answered: bool = False) -> Offer:
    return Offer(uuid4(), f"assignment:{code}", code, answered, datetime(2026, 11, 25, 16), "pl", False)


def test_the_right_offer() -> None:
    four, five, old = offer("4"), offer("5"), offer("6", answered=True)
    assert choose([four, five], "5") == (five,)
    assert choose([four, five], "7") == ()
    assert choose([four], "") == (four,)
    assert choose([old], "") == (old,)
    assert choose([four, five], "") == (four, five)
    assert choose([four, five], "", asked="5") == (four, five), "two unanswered ones: the order of SMS is no answer"
    assert choose([four, old], "", asked="4") == (four,)
    assert choose([four, old], "", asked="6") == (four, old), "the last SMS was a reminder of the other"
    assert choose([], "") == ()
