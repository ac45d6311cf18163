"""The pictures of a report, made of the very figures that stand in its tables."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from volunteer_hub.atlas.picture import Outline
from volunteer_hub.atlas.queries import District
from volunteer_hub.atlas.shades import UNKNOWN, scale
from volunteer_hub.reports import rules
from volunteer_hub.reports.indicators import words
from volunteer_hub.reports.indicators.values import By, Figure, Indicator, Part
from volunteer_hub.reports.pictures import drawing, sentences
from volunteer_hub.reports.pictures.values import Bar, Line, Picture
from volunteer_hub.reports.year import amounts
from volunteer_hub.reports.year.flow import WITHIN, Answers, Month
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark

# What is drawn together, as lines over the years; `short`: how a line is called in the little room beside it.
TRENDS: Mapping[str, tuple[str, Mapping[Indicator, str]]] = {
    "volunteers": (
        mark("Wolontariusze rok po roku"),
        {
            Indicator.REGISTERED: mark("zgłoszenia"),
            Indicator.AGREED: mark("porozumienia"),
            Indicator.ACTIVE: mark("pomagali"),
        },
    ),
    "hours": (mark("Godziny pomocy rok po roku"), {Indicator.HOURS: mark("godziny")}),
    "covered": (mark("Objęci programami i grupami rok po roku"), {Indicator.COVERED: mark("objęci")}),
    "assisted": (
        mark("Osoby i rodziny korzystające z pomocy społecznej"),
        {Indicator.ASSISTED: mark("osoby"), Indicator.FAMILIES: mark("rodziny")},
    ),
}
OF, GOES_ON = mark("%(taken)s z %(most)s"), mark("%(year)s, trwa")
SOURCE, DISTRICTS, FILL, ANSWERS = "source", "districts", "fill", "answers"


def trends(years: Mapping[int, Sequence[Figure]], this_year: int) -> list[Picture]:
    """Lines over the years; those of which nothing is known in any year are left out. This year is not over."""
    names = [gettext(GOES_ON, year=year) if year == this_year else str(year) for year in years]
    drawn = []
    for key, (title, lines) in TRENDS.items():
        told = {indicator: [_of(figures, indicator) for figures in years.values()] for indicator in lines}
        if any(amounts.length(one.amount, one.unit) for of in told.values() for one in of):
            drawn.append(_trend(key, gettext(title), names, told, lines))
    return drawn


def _trend(
    key: str, title: str, years: Sequence[str], told: Mapping[Indicator, Sequence[Figure]],
    lines: Mapping[Indicator, str],
) -> Picture:  # fmt: skip
    drawn = [
        Line(gettext(lines[indicator]), tuple(amounts.length(one.amount, one.unit) for one in of))
        for indicator, of in told.items()
    ]
    says = " ".join(
        sentences.trend(words.title(indicator), years, line.values)
        for indicator, line in zip(told, drawn, strict=True)
    )  # fmt: skip
    head = (gettext(mark("Rok")), *(line.name for line in drawn))
    rows = [
        (year, *(amounts.shown(of[at].amount, of[at].unit) for of in told.values())) for at, year in enumerate(years)
    ]
    return Picture(key, title, says, drawing.lines(key, says, years, drawn), head, rows)


def sources(figures: Sequence[Figure]) -> list[Picture]:
    """What each source of money gave; hatched: from outside."""
    cost = _of(figures, Indicator.COST)
    parts = _lengths(cost, By.SOURCE)
    if not any(given for _part, given in parts):
        return []
    said = [(words.part(By.SOURCE, part), given) for part, given in parts]
    says = sentences.greatest(said, lambda given: amounts.shown(Decimal(str(given)), cost.unit))
    outside = _of(figures, Indicator.OUTSIDE_SHARE)
    says += " " + gettext(mark("Z zewnątrz: %(share)s."), share=amounts.shown(outside.amount, outside.unit))
    bars = [
        Bar(words.part(By.SOURCE, part), given, amounts.shown(part.amount, cost.unit), part.key != "own")
        for part, given in parts
    ]
    legend = (("hatched", gettext(mark("z zewnątrz"))), ("bar", gettext(mark("środki własne"))))
    head = (gettext(mark("Źródło")), gettext(mark("Ile")))
    rows = [(bar.name, bar.shown) for bar in bars]
    svg = drawing.bars(SOURCE, says, bars)
    return [Picture(SOURCE, gettext(mark("Pieniądze według źródła")), says, svg, head, rows, legend)]


def coverage(figures: Sequence[Figure], districts: Sequence[District]) -> list[Picture]:
    """How many people programmes and groups reached in each district."""
    covered = _of(figures, Indicator.COVERED)
    parts = {part.key: part for part in covered.parts.get(By.AREA, ())}
    known = {part.key: n for part, n in _lengths(covered, By.AREA)}
    if not districts or not any(known.values()):
        return []
    shades = scale(known.values())
    said = {one.slug: _said(covered, parts.get(one.slug)) for one in districts}
    outlines = [
        Outline(one.slug, one.name, one.outline, one.centre,
                shades.level(known[one.slug]) if one.slug in known else UNKNOWN, said[one.slug])
        for one in districts
    ]  # fmt: skip
    says = sentences.greatest([(one.name, known[one.slug]) for one in districts if one.slug in known], shared=False)
    head = (gettext(mark("Osiedle")), gettext(mark("Objęci")))
    rows = [(one.name, said[one.slug]) for one in districts]
    title = gettext(mark("Objęci programami i grupami na mapie osiedli"))
    legend = [("hatched", gettext(mark("im gęściej, tym więcej osób")))]
    if untold := {one.words: None for one in outlines if one.level == UNKNOWN}:
        legend.append(("dashed", ", ".join(untold)))
    return [Picture(DISTRICTS, title, says, drawing.districts(DISTRICTS, says, outlines), head, rows, tuple(legend))]


def _said(figure: Figure, part: Part | None) -> str:
    return amounts.shown(part.amount if part else None, figure.unit)


def filled(months: Sequence[Month]) -> list[Picture]:
    """How many of the seats were taken, month by month."""
    if not any(month.most for month in months):
        return []
    named = [(formats.month(one.first), one.taken, one.most) for one in months]
    says = sentences.filled(named)
    bars = [
        Bar(name, taken, gettext(OF, taken=formats.number(taken), most=formats.number(most)), whole=most)
        for name, taken, most in named
    ]
    head = tuple(map(gettext, (mark("Miesiąc"), mark("Zajęte"), mark("Wszystkie"), mark("Procent"))))
    rows = [(name, taken, most, rules.percent(taken, most)) for name, taken, most in named]
    legend = (("bar", gettext(mark("zajęte"))), ("empty", gettext(mark("wolne"))))
    svg = drawing.bars(FILL, says, bars)
    return [Picture(FILL, gettext(mark("Obsadzone miejsca")), says, svg, head, rows, legend)]


def answered(answers: Answers) -> list[Picture]:
    """How long invitations waited for their answer."""
    if not answers.silent and not any(n for _within, n in answers.within):
        return []
    named = [(gettext(WITHIN[key]), n) for key, n in answers.within]
    says = sentences.answered(named, answers.silent)
    rows = [*named, (gettext(mark("bez odpowiedzi")), answers.silent)]
    bars = [Bar(name, n, formats.number(n), hatched=at == len(named)) for at, (name, n) in enumerate(rows)]
    head = (gettext(mark("Odpowiedź")), gettext(mark("Zaproszenia")))
    title = gettext(mark("Jak szybko przychodzą odpowiedzi"))
    return [Picture(ANSWERS, title, says, drawing.bars(ANSWERS, says, bars), head, rows)]


def _of(figures: Iterable[Figure], indicator: Indicator) -> Figure:
    return next(one for one in figures if one.indicator is indicator)


def _lengths(figure: Figure, by: By) -> list[tuple[Part, float]]:
    """The parts that are told, each with its number."""
    lengths = [(part, amounts.length(part.amount, figure.unit)) for part in figure.parts.get(by, ())]
    return [(part, length) for part, length in lengths if length is not None]
