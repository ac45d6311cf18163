"""Which page of a long list is shown, whatever the address asks for."""

import pytest

from volunteer_hub.kit import paging


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_an_empty_list_has_a_page_and_a_full_one_no_more(total: int, pages: int) -> None:
    assert paging.pages(total, 20) == pages
    assert [paging.within(page, total, 20) for page in (-1, 0, 1, pages, pages + 1)] == [1, 1, 1, pages, pages]


@pytest.mark.parametrize(
    ("text", "page"), [("3", 3), ("", 1), ("x", 1), ("-1", 1), ("٣", 1), ("²", 1), ("1.5", 1), ("9" * 30, 999_999)]
)
def test_what_is_no_number_is_the_first_page(text: str, page: int) -> None:
    assert paging.asked(text) == page
