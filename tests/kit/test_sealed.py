"""A sealed field opens with its key, in its place, unchanged, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.kit.sealed import CannotOpen, seal, unseal

OLD, NEW = "o" * 40, "n" * 40


@given(st.text())
def test_what_was_sealed_is_read_back(text: str) -> None:
    assert unseal((NEW,), seal((NEW,), text, where="confided:1"), where="confided:1") == text


def test_the_former_key_still_opens_and_only_the_new_one_seals() -> None:
    before = seal((OLD,), "boi się wychodzić", where="confided:1")
    assert unseal((NEW, OLD), before, where="confided:1") == "boi się wychodzić"
    after = seal((NEW, OLD), "boi się wychodzić", where="confided:1")
    with pytest.raises(CannotOpen):
        unseal((OLD,), after, where="confided:1")


@pytest.mark.parametrize("change", [0, 5, 13, -1])
def test_a_changed_byte_or_another_place_does_not_open(change: int) -> None:
    whole = seal((NEW,), "boi się wychodzić", where="confided:1")
    broken = bytearray(whole)
    broken[change] ^= 1
    for sealed, where in ((bytes(broken), "confided:1"), (whole, "confided:2"), (whole[:20], "confided:1"), (b"", "")):
        with pytest.raises(CannotOpen):
            unseal((NEW,), sealed, where=where)
    assert unseal((NEW,), whole, where="confided:1") == "boi się wychodzić"


def test_nothing_of_the_words_shows_and_no_two_are_alike() -> None:
    one, two = (seal((NEW,), "alkohol", where="confided:1") for _ in range(2))
    assert b"alkohol" not in one
    assert one != two
