"""Short names for addresses."""

import re

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.kit.slugs import slug


def test_letters_of_ours_become_plain_ones() -> None:
    assert slug("Łęg: Wschód 2", "osiedle") == "leg-wschod-2"
    assert slug("Потреби", "temat") == "temat"
    assert slug("Łęg", "osiedle", {"leg", "leg-2"}) == "leg-3"


@given(st.text(max_size=200), st.sets(st.text(max_size=5), max_size=5))
def test_whatever_the_name_it_is_short_plain_and_free(name: str, taken: set[str]) -> None:
    made = slug(name, "temat", taken)
    assert re.fullmatch("[a-z0-9-]{1,40}", made) and made not in taken
