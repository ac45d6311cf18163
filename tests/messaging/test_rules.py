"""States, callbacks, pauses and the cutting of SMS, for all inputs hypothesis can think of."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from volunteer_hub.messaging import rules
from volunteer_hub.messaging.rules import LADDER, State, Timing, after_callback, backoff, segments, without_diacritics

WORDS = ("accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed", "read", "canceled", "no such")
RANK = {"accepted": 0, "queued": 0, "sending": 0, "sent": 1, "undelivered": 2, "failed": 2, "delivered": 3, "read": 3}
OURS = [state for state in State if state not in LADDER and state is not State.TO_PHONE]

words = st.sampled_from(WORDS)
polish = st.text(
    st.sampled_from("aąbcćdeęfghijklłmnńoóprsśtuwyzźżAĄCĆEĘŁŃÓŚŹŻ 0123456789.,:;!?-–—„”…’\u00a0"), max_size=400
)


@given(st.sampled_from(OURS), st.lists(words), st.randoms())
def test_callbacks_shuffled_and_repeated_end_at_the_highest_rung(start: State, said: list[str], chance: object) -> None:
    shuffled = said * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    state = start
    for word in shuffled:
        state = after_callback(state, word)
    rungs = [RANK[word] for word in said if word in RANK]
    assert state is (LADDER[max(rungs)] if rungs else start)


@given(st.sampled_from(State), words)
def test_a_callback_makes_only_allowed_moves(was: State, word: str) -> None:
    becomes = after_callback(was, word)
    assert becomes is was or rules.may_follow(was, becomes)


def test_every_state_has_its_row_and_delivered_is_the_end() -> None:
    assert set(rules.NEXT) == set(State)
    assert rules.NEXT[State.DELIVERED] == frozenset()
    assert all(state not in follows for state, follows in rules.NEXT.items())


def test_whatever_needs_a_human_is_final_and_can_be_closed() -> None:
    assert rules.ATTENTION < rules.FINAL
    assert all(rules.may_follow(state, State.DELIVERED) for state in rules.ATTENTION)


@given(st.integers(min_value=1, max_value=10_000), st.floats(0, 1))
def test_pauses_grow_and_stay_under_a_quarter_of_an_hour(times: int, jitter: float) -> None:
    pause = backoff(times, jitter)
    assert timedelta(seconds=5) <= pause <= timedelta(minutes=15)
    assert backoff(times + 1, jitter) >= pause


def test_the_pause_doubles() -> None:
    assert [backoff(n, 1).total_seconds() for n in range(1, 9)] == [10, 20, 40, 80, 160, 320, 640, 900]


@pytest.mark.parametrize("wrong", [{"lease": 20.0}, {"grace": 20.0}, {"timeout": 95.0}])
def test_a_lease_or_grace_within_the_timeout_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="longer"):
        Timing(**wrong)


@given(st.text(max_size=700))
@example("€" * 81)
@example("🙂" * 36)
def test_parts_are_the_text_cut_within_limits(text: str) -> None:
    sms = segments(text)
    assert "".join(sms.parts) == text
    whole, part = (160, 153) if sms.encoding == "GSM-7" else (70, 67)
    sizes = [_units(piece, sms.encoding) for piece in sms.parts]
    assert sum(sizes) == sms.units
    assert all(size <= (whole if len(sizes) == 1 else part) for size in sizes)
    assert len(sms.parts) == (0 if not text else 1) or sms.units > whole


def _units(text: str, encoding: str) -> int:
    if encoding == "GSM-7":
        return len(text) + sum(c in "\f^{}\\[~]|€" for c in text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 0),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("a" * 159 + "€", "GSM-7", 2),
        ("a" * 152 + "€" + "a" * 100, "GSM-7", 2),  # the escape goes over whole: 152 + 102
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        ("ż" * 70, "UCS-2", 1),
        ("ż" * 71, "UCS-2", 2),
        ("ż" * 66 + "🙂" + "ż" * 10, "UCS-2", 2),
    ],
)
def test_parts_the_network_bills(text: str, encoding: str, parts: int) -> None:
    assert (segments(text).encoding, len(segments(text).parts)) == (encoding, parts)


@given(polish)
def test_polish_fits_gsm_without_diacritics(text: str) -> None:
    assert segments(without_diacritics(text)).encoding == "GSM-7"


@given(st.text(max_size=300))
def test_removing_diacritics_twice_changes_nothing_more(text: str) -> None:
    once = without_diacritics(text)
    assert without_diacritics(once) == once


def test_what_without_diacritics_looks_like() -> None:
    assert without_diacritics("Zażółć gęślą jaźń – „Łódź”…") == 'Zazolc gesla jazn - "Lodz"...'
    assert without_diacritics("Hélène Müller, Dvořák") == "Hélène Müller, Dvorak"
    assert without_diacritics("Привіт, їжаче") == "Привіт, їжаче"
