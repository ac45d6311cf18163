"""Long lists, a page at a time. Pages are counted from 1, and an empty list has one."""

# Nobody types a longer number of a page, and PostgreSQL's OFFSET takes it.
_DIGITS = 6


def pages(total: int, size: int) -> int:
    """On how many pages `total` lines stand, `size` on each."""
    return max(1, -(-total // size))


def within(page: int, total: int, size: int) -> int:
    """`page`, or the nearest there is: past the end the last one."""
    return min(max(1, page), pages(total, size))


def asked(text: str) -> int:
    """The page that `text` of an address asks for. What is no number is the first page: nobody typed it."""
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else 1
