"""A form keeps what was typed, says what is wrong in words, and never takes what it did not ask for."""

from datetime import date
from typing import Annotated, Literal

from hypothesis import given
from hypothesis import strategies as some
from pydantic import Field

from volunteer_hub.web import forms
from volunteer_hub.web.i18n import speaking


class Sample(forms.Form):
    name: Annotated[forms.Line, Field(min_length=1, max_length=20)]
    phone: forms.Phone
    email: forms.Email | None = None
    born: date
    kind: Literal["pupil", "adult"]
    likes: list[str] = []
    agrees: forms.Yes = False


GOOD = {"name": ["Ewa"], "phone": ["600 000 101"], "born": ["2001-02-03"], "kind": ["adult"]}


def test_a_good_form_is_a_typed_value() -> None:
    checked = forms.read(Sample, GOOD | {"likes": ["a", "b"], "agrees": ["yes"], "role": ["administrator"]})
    assert checked.value and checked.value.phone == "+48600000101" and checked.value.likes == ["a", "b"]
    assert checked.value.agrees and not hasattr(checked.value, "role")


def test_errors_are_sentences_and_typed_values_stay() -> None:
    checked = forms.read(Sample, {"name": [" "], "phone": ["600 000 00"], "email": ["ewa@"], "kind": ["boss"]})
    assert checked.value is None
    assert set(checked.errors) == {"name", "phone", "email", "born", "kind"}
    assert checked.errors["phone"] == "Numer ma 8 cyfr, a powinien mieć 9. Sprawdź, której brakuje."
    assert checked.first("phone") == "600 000 00" and checked.first("email") == "ewa@"


def test_one_digit_has_its_own_plural() -> None:
    with speaking("pl"):
        assert "1 cyfrę" in forms.read(Sample, GOOD | {"phone": ["6"]}).errors["phone"]
        assert "3 cyfry" in forms.read(Sample, GOOD | {"phone": ["600"]}).errors["phone"]


def test_the_last_of_repeated_inputs_counts() -> None:
    checked = forms.read(Sample, GOOD | {"name": ["Ewa", "Anna"]})
    assert checked.value and checked.value.name == "Anna"


@given(
    some.dictionaries(some.sampled_from([*GOOD, "email", "likes", "agrees", "x"]), some.lists(some.text(), max_size=3))
)
def test_any_text_is_either_a_value_or_sentences(data: dict[str, list[str]]) -> None:
    checked = forms.read(Sample, data)
    assert (checked.value is None) == bool(checked.errors)
    assert all(checked.errors.values())
    assert checked.typed == data


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    assert "20" in forms.read(Sample, GOOD | {"name": ["x" * 21]}).errors["name"]
