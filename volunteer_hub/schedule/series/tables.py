from piccolo.columns import Date, OnDelete, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.kit.columns import key, link
from volunteer_hub.schedule.tables import Series


class SeriesSkip(Table):
    """A day of a series that was left out by hand, and why."""

    id = key()
    series = link(Series, on_delete=OnDelete.cascade)
    day = Date()
    reason = Varchar(200, default="")

    series_skip_once = Unique([series, day])


class SchoolBreak(Table):
    """Days without school, both included. They differ by voivodeship, so each centre keeps its own; `source` says
    where they are taken from."""

    id = key()
    name = Varchar(80)
    first_day = Date()
    last_day = Date()
    source = Varchar(300, default="")

    school_break_order = Check(first_day <= last_day)
