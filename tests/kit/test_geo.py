"""Points, districts and their surfaces, beside figures that others computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.kit import geo
from volunteer_hub.kit.geo import inside

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 3], [3, 3], [3, 1], [1, 1]]
AWAY = [[10, 0], [12, 0], [12, 2], [10, 2], [10, 0]]
ABOVE = [[[[0, 0], [4, 4], [0, 4], [0, 0]]]]
DEGREE = [(52.0, 19.0), (52.0, 20.0), (53.0, 20.0), (53.0, 19.0)]
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


def test_a_shape_is_closed_and_says_longitude_first() -> None:
    assert geo.shape_of(DEGREE) == [[[[19.0, 52.0], [20.0, 52.0], [20.0, 53.0], [19.0, 53.0], [19.0, 52.0]]]]


def test_a_shape_goes_against_the_clock_whichever_way_its_corners_do() -> None:
    first, *others = DEGREE
    assert geo.shape_of([first, *reversed(others)]) == geo.shape_of(DEGREE)


def test_the_surface_of_one_degree_by_one_at_52_north_is_that_of_the_ellipsoid_within_half_a_percent() -> None:
    # 111.27 km of the meridian by 67.91 km of the parallel of 52.5° N on WGS 84.
    assert geo.km2(geo.shape_of(DEGREE)) == pytest.approx(111.27 * 67.91, rel=0.005)


def test_the_octant_of_the_globe_is_an_eighth_of_it() -> None:
    octant = geo.shape_of([(0.0, 0.0), (0.0, 90.0), (90.0, 90.0), (90.0, 0.0)])
    assert geo.km2(octant) == pytest.approx(510_065_622 / 8, rel=1e-6)


def test_a_hole_is_taken_out_and_the_way_round_does_not_matter() -> None:
    ((outer,),) = geo.shape_of(DEGREE)
    ((hole,),) = geo.shape_of([(52.4, 19.4), (52.4, 19.6), (52.6, 19.6), (52.6, 19.4)])
    whole, without = geo.km2([[outer]]), geo.km2([[outer, hole]])
    assert without == pytest.approx(whole - geo.km2([[hole]]))
    assert geo.km2([[outer[::-1], hole]]) == pytest.approx(without)


def test_nothing_drawn_has_no_surface() -> None:
    assert geo.km2([]) == 0
