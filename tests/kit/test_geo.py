"""Points and districts."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.kit.geo import inside

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 3], [3, 3], [3, 1], [1, 1]]
AWAY = [[10, 0], [12, 0], [12, 2], [10, 2], [10, 0]]
ABOVE = [[[[0, 0], [4, 4], [0, 4], [0, 0]]]]
BELOW = [[[[0, 0], [4, 0], [4, 4], [0, 0]]]]


def test_a_point_lies_in_a_shape_but_not_in_its_hole() -> None:
    shape = [[SQUARE, HOLE], [AWAY]]
    assert inside((0.5, 0.5), shape) and inside((1.0, 11.0), shape)
    assert not inside((2.0, 2.0), shape) and not inside((1.0, 8.0), shape) and not inside((-1.0, 2.0), shape)


def test_an_open_ring_is_the_same_as_a_closed_one() -> None:
    assert inside((1.0, 1.0), [[SQUARE[:-1]]]) and not inside((5.0, 1.0), [[SQUARE[:-1]]])


@given(*[st.floats(0.001, 3.999)] * 2)
def test_neighbours_share_a_border_and_no_point(latitude: float, longitude: float) -> None:
    assert inside((latitude, longitude), ABOVE) != inside((latitude, longitude), BELOW)
