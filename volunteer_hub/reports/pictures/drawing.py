"""Charts and a map as SVG. Pure: values in, marks out; what tells two things apart is a pattern, a dash or a word.

Colours stand in attributes, which the page's stylesheet overrules (light, dark, print) and paper takes as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from volunteer_hub.atlas.picture import Drawn, Outline
from volunteer_hub.atlas.picture import drawn as laid_out
from volunteer_hub.reports.pictures.values import Bar, Line

WIDTH = 320
INK, SOFT, FILL, PALE, PAPER = "#17213f", "#4a5370", "#213f98", "#a8bbee", "#ffffff"
# On paper; a page has its own.
FONT = "Libertinus Serif"
# The plot of a trend, in steps of the drawing; names of lines stand to the right of it.
LEFT, TOP, RIGHT, FLOOR, HEIGHT = 12, 16, 212, 160, 184
DASHES = ("", "7 4", "2 4", "10 3 2 3")
ROW, BAR_FROM, BAR_LONG = 40, 2, 200
# The edge of a district of which no figure is told.
UNTOLD = "4 4"
KEY_ROW = 18
# How dense the strokes of a shade of the map stand: nothing, then nearer and nearer.
STROKES = {2: 14, 3: 10, 4: 7, 5: 4}

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="drawn" viewBox="0 0 {width} {height}" width="{width}"'
    ' height="{height}" role="img" aria-labelledby="{key}-title" font-family="{font}" font-size="11">'
    '<title id="{key}-title">{says}</title>{inside}</svg>'
)
_TEXT = Markup('<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{words}</text>')
_HATCH = Markup(
    '<defs><pattern id="{key}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="paper" width="6" height="6" fill="{paper}"/>'
    '<path class="ink" d="M1.500 0V6" stroke="{ink}" stroke-width="2.500" fill="none"/></pattern></defs>'
)
_SHAPE = Markup(
    '<path class="{kind}" d="{path}" fill="{fill}" stroke="{ink}" stroke-dasharray="{dash}">'
    "<title>{told}</title></path>"
)
_NAME = Markup(
    '<text class="on-map" x="{x}" y="{y}" text-anchor="middle" font-size="18" fill="{fill}" stroke="{edge}"'
    ' stroke-width="4" paint-order="stroke">{words}</text>'
)
_KEY = Markup(
    '<rect class="{kind}" x="1" y="{y}" width="26" height="12" fill="{fill}" stroke="{edge}"'
    ' stroke-dasharray="{dash}"/>'
)
_RECT = Markup('<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" stroke="{edge}"/>')


def lines(key: str, says: str, labels: Sequence[str], drawn: Sequence[Line]) -> Markup:
    """Trend lines, each with its own dash and its name at its end; a line is broken where a value is not known."""
    known = [value for line in drawn for value in line.values if value is not None]
    most = max([1.0, *known])
    step = (RIGHT - LEFT) / max(len(labels) - 1, 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return round(LEFT + step * place, 1), round(FLOOR - (FLOOR - TOP) * value / most, 1)

    parts = [Markup('<path class="axis" d="M6 {y}H{right}" stroke="{ink}" fill="none"/>').format(
        y=FLOOR + 0.5, right=RIGHT + 4, ink=SOFT)]  # fmt: skip
    for n, label in enumerate(labels):
        if n in (0, len(labels) - 1) or len(labels) <= 6:
            anchor = "start" if n == 0 else "end" if n == len(labels) - 1 else "middle"
            parts.append(_text(LEFT + step * n, FLOOR + 18, label, anchor=anchor))
    parts += _named(drawn, at)
    for n, line in enumerate(drawn):
        parts += _line(n, [None if value is None else at(place, value) for place, value in enumerate(line.values)])
    return _whole(key, says, HEIGHT, parts)


def _line(number: int, points: Sequence[tuple[float, float] | None]) -> Iterable[Markup]:
    for one, other in pairwise(points):
        if one and other:
            yield Markup(
                '<path class="line line-{n}" d="M{x1} {y1}L{x2} {y2}" stroke="{ink}" stroke-width="2" fill="none"'
                ' stroke-dasharray="{dash}"/>'
            ).format(
                n=number % len(DASHES), x1=one[0], y1=one[1], x2=other[0], y2=other[1], ink=FILL,
                dash=DASHES[number % len(DASHES)] or "none",
            )  # fmt: skip
    for point in points:
        if point:
            yield Markup('<circle class="spot" cx="{}" cy="{}" r="3" fill="{}"/>').format(*point, FILL)


def _named(drawn: Sequence[Line], at: Callable[[int, float], tuple[float, float]]) -> Iterable[Markup]:
    """The name of each line beside its last known value, none upon another."""
    ends = []
    for line in drawn:
        known = [(place, value) for place, value in enumerate(line.values) if value is not None]
        if known:
            ends.append((at(*known[-1])[1], line.name))
    last = -100.0
    for height, name in sorted(ends):
        last = max(height + 4, last + 13)
        yield _text(RIGHT + 8, last, name, anchor="start", kind="v")


def bars(key: str, says: str, drawn: Sequence[Bar]) -> Markup:
    """Bars below each other, the name above and the value beside each."""
    most = max([1.0, *(max(bar.value, bar.whole) for bar in drawn)])
    parts = [_HATCH.format(key=key, paper=PAPER, ink=FILL)] if any(bar.hatched for bar in drawn) else []
    for n, bar in enumerate(drawn):
        top = ROW * n
        long, whole = (round(BAR_LONG * value / most, 1) for value in (bar.value, bar.whole))
        parts.append(_text(BAR_FROM, top + 14, bar.name, anchor="start"))
        if bar.whole:
            parts.append(_rect("empty", top, whole, PAPER))
        if bar.value:
            parts.append(_rect("hatched" if bar.hatched else "bar", top, long,
                               f"url(#{key}-hatch)" if bar.hatched else FILL))  # fmt: skip
        parts.append(_text(BAR_FROM + max(long, whole) + 6, top + 31, bar.shown, anchor="start", kind="v"))
    return _whole(key, says, ROW * max(len(drawn), 1), parts)


def _rect(kind: str, top: float, long: float, fill: str) -> Markup:
    return _RECT.format(kind=kind, x=BAR_FROM, y=top + 20, width=long, height=14, fill=fill, edge=FILL)


def districts(key: str, says: str, outlines: Sequence[Outline]) -> Markup:
    """The town with each district in the pattern of its `level` (0: not known, 1: least … 5: most) and its name."""
    picture = laid_out(outlines)
    if picture is None:
        return Markup("")
    parts = [Markup("<defs>") + Markup("").join(_shade(key, level, gap) for level, gap in STROKES.items())
             + Markup("</defs>")]  # fmt: skip
    parts += [_shape(key, one) for one in picture.districts]
    parts += [_NAME.format(x=one.x, y=one.y, fill=INK, edge=PAPER, words=one.outline.name) for one in picture.districts]
    return _whole(key, says, picture.height, parts, picture.width)


def _shape(key: str, one: Drawn) -> Markup:
    level = one.outline.level
    hatched = level in STROKES
    return _SHAPE.format(
        kind="shape" if hatched else "shape paper",
        path=one.path,
        fill=f"url(#{key}-{level})" if hatched else PAPER,
        ink=SOFT,
        dash="none" if level else UNTOLD,
        told=f"{one.outline.name}: {one.outline.words}",
    )


def _shade(key: str, level: int, gap: int) -> Markup:
    return Markup(
        '<pattern id="{key}-{level}" width="{gap}" height="{gap}" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="paper" width="{gap}" height="{gap}" fill="{paper}"/>'
        '<path class="ink" d="M1 0V{gap}" stroke="{ink}" stroke-width="1.600" fill="none"/></pattern>'
    ).format(key=key, level=level, gap=gap, paper=PAPER, ink=FILL)


def legend(key: str, marks: Sequence[tuple[str, str]]) -> Markup:
    """What the marks of the drawing `key` stand for, below each other: for paper; a page has the same in its own signs.

    A mark is "bar", "hatched", "empty" or "dashed".
    """
    parts = [_HATCH.format(key=f"{key}-legend", paper=PAPER, ink=FILL)]
    for n, (kind, words) in enumerate(marks):
        fill = {"bar": FILL, "hatched": f"url(#{key}-legend-hatch)"}.get(kind, PAPER)
        edge, dash = (SOFT, UNTOLD) if kind == "dashed" else (FILL, "none")
        parts.append(_KEY.format(kind=kind, y=KEY_ROW * n + 2, fill=fill, edge=edge, dash=dash))
        parts.append(_text(34, KEY_ROW * n + 12, words, anchor="start"))
    return _whole(f"{key}-legend", "; ".join(words for _kind, words in marks), KEY_ROW * len(marks), parts)


def _text(x: float, y: float, words: str, *, anchor: str = "middle", kind: str = "name") -> Markup:
    fill = INK if kind == "v" else SOFT
    return _TEXT.format(x=round(x, 1), y=round(y, 1), words=words, anchor=anchor, kind=kind, fill=fill)


def _whole(key: str, says: str, height: float, parts: Iterable[Markup], width: int = WIDTH) -> Markup:
    return _SVG.format(key=key, says=says, width=width, height=height, font=FONT, inside=Markup("").join(parts))
