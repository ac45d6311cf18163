"""A year of one volunteer's hours as bars, a month each."""

from collections.abc import Sequence
from itertools import groupby

from volunteer_hub.reports.given.queries import Entry
from volunteer_hub.reports.pictures import drawing, sentences
from volunteer_hub.reports.pictures.values import Bar, Picture
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark


def by_month(entries: Sequence[Entry]) -> list[Picture]:
    """Nothing where there is one month or none: its number stands above."""
    months = [(month, sum(one.minutes for one in of)) for month, of in groupby(entries, lambda one: one.month)]
    if len(months) < 2:
        return []
    bars = [Bar(formats.month(month), minutes, formats.lasting(minutes)) for month, minutes in months]
    says = sentences.greatest([(bar.name, bar.value) for bar in bars], lambda minutes: formats.lasting(round(minutes)))
    head = (gettext(mark("Miesiąc")), gettext(mark("Godziny")))
    rows = [(bar.name, bar.shown) for bar in bars]
    return [
        Picture("months", gettext(mark("Miesiąc po miesiącu")), says, drawing.bars("months", says, bars), head, rows)
    ]
