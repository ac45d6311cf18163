"""The server's drawing and the shades of districts, as pure rules."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.atlas import picture
from volunteer_hub.atlas.picture import Frame, Outline, Thing
from volunteer_hub.atlas.shades import LEVELS, UNKNOWN, scale
from volunteer_hub.kit import geo

figures = st.lists(st.none() | st.integers(0, 40) | st.floats(0, 50).map(lambda x: round(x, 1)), max_size=40)


def square(south: float, west: float, size: float = 0.02) -> Outline:
    corners = [(south, west), (south, west + size), (south + size, west + size), (south + size, west)]
    return Outline("a", "Śródmieście", geo.shape_of(corners), (south + size / 2, west + size / 2))


def test_north_is_up_east_is_right_and_a_step_is_as_long_both_ways() -> None:
    frame = Frame([(52.6, 19.0), (52.7, 19.1)])
    (left, top), (right, _), (_, bottom) = (frame.step(at) for at in ((52.7, 19.0), (52.7, 19.1), (52.6, 19.0)))
    assert left < right and top < bottom
    wide, high = geo.km((52.65, 19.0), (52.65, 19.1)), geo.km((52.6, 19.0), (52.7, 19.0))
    assert abs((right - left) / (bottom - top) - wide / high) < 0.01
    back = frame.point(frame.step((52.64, 19.03)))
    assert geo.km(back, (52.64, 19.03)) < 0.05


def test_what_lies_together_is_one_mark_with_a_number_and_the_chosen_one_stays_alone() -> None:
    things = [Thing("need", (52.61, 19.01)), Thing("need", (52.61001, 19.01)), Thing("need", (52.619, 19.019))]
    things.append(Thing("need", (52.61, 19.01), chosen=True))
    drawn = picture.drawn([square(52.6, 19.0)], things)
    assert drawn and sorted(mark.count for mark in drawn.marks) == [1, 1, 2]
    assert [mark.count for mark in drawn.marks if mark.chosen] == [1] and drawn.marks[-1].chosen


def test_marks_stand_beside_each_other_and_a_gap_keeps_its_ring() -> None:
    at = (52.61, 19.01)
    near = [Thing("resource", at, 7), Thing("need", at, 12, gap=True), Thing("need", (52.6105, 19.0102), 3)]
    drawn = picture.drawn([square(52.6, 19.0, 0.05)], near)
    assert drawn
    need, resource = sorted(drawn.marks, key=lambda mark: mark.kind)
    assert (need.count, need.gap, resource.count, resource.gap) == (15, True, 7, False)
    assert resource.x - need.x >= picture.APART - 1


@given(st.lists(st.tuples(st.sampled_from(["need", "resource"]), st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_few_marks_never_cover_each_other(cells: list[tuple[str, int, int]]) -> None:
    things = [Thing(kind, (52.6 + y * 0.005, 19.0 + x * 0.005)) for kind, x, y in cells]
    drawn = picture.drawn([square(52.6, 19.0, 0.05)], things)
    assert drawn and sum(mark.count for mark in drawn.marks) == len(things)
    for n, one in enumerate(drawn.marks):
        for other in drawn.marks[n + 1 :]:
            assert max(abs(one.x - other.x), abs(one.y - other.y)) >= picture.MARK - 4


def test_a_name_makes_way_for_a_mark_but_stays_in_its_district() -> None:
    one = square(52.6, 19.0)
    (alone,) = picture.drawn([one]).districts  # type: ignore[union-attr]
    drawn = picture.drawn([one], [Thing("need", one.centre)])
    assert drawn
    (named,), (mark,) = drawn.districts, drawn.marks
    assert (alone.x, alone.y) == (mark.x, mark.y)
    assert abs(named.y - mark.y) >= (picture.MARK + picture.LINE) // 2 - 1
    frame = Frame([(lat, lon) for lon, lat in one.shape[0][0]])
    assert geo.inside(frame.point((named.x, named.y)), one.shape)


def test_nothing_to_draw_is_no_picture() -> None:
    assert picture.drawn([]) is None
    assert picture.drawn([Outline("a", "Bez granic", [], (52.6, 19.0))]) is not None


@given(figures)
def test_shades_stand_in_the_order_of_the_figures(values: list[float | None]) -> None:
    shades = scale(values)
    levels = [(value, shades.level(value)) for value in values]
    for value, level in levels:
        assert (level == UNKNOWN) is (value is None)
        assert level <= LEVELS and (value != 0 or level == 1)
        for other, higher in levels:
            if value is not None and other is not None and value <= other:
                assert level <= higher
    assert len({shade.level for shade in shades.shades}) == len(shades.shades)
    for shade in shades.shades:
        assert shade.least in values and shade.most in values


def test_an_even_spread_uses_every_shade() -> None:
    assert [shade.level for shade in scale(range(21)).shades] == [1, 2, 3, 4, 5]
    assert [shade.level for shade in scale([3]).shades] == [5]
    assert scale([None]).shades == ()
