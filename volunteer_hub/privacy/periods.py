"""How long data is kept: one table, which the page on privacy says in words and the worker carries out by night.

A rule selects what is past its period by SQL over one table, `{since}` standing for "now less the period". The words
are proposals of the makers; a centre's data protection officer confirms them. Decision 0020 says what has no rule.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from volunteer_hub.web.i18n import mark_plural, ngettext

Unit = Literal["minutes", "days", "months", "years"]

UNITS: dict[Unit, tuple[str, str]] = {
    "minutes": mark_plural("%(n)s minuta", "%(n)s minut"),
    "days": mark_plural("%(n)s dzień", "%(n)s dni"),
    "months": mark_plural("%(n)s miesiąc", "%(n)s miesięcy"),
    "years": mark_plural("%(n)s rok", "%(n)s lat"),
}


class Act(StrEnum):
    """What happens to what is due: rows go, columns are emptied, or the whole person is erased."""

    DELETE = "delete"
    BLANK = "blank"
    ERASE = "erase"


@dataclass(frozen=True)
class Period:
    n: int
    unit: Unit

    @property
    def sql(self) -> str:
        return f"now() - interval '{self.n} {self.unit}'"

    def __str__(self) -> str:
        return ngettext(*UNITS[self.unit], n=self.n)


@dataclass(frozen=True)
class Rule:
    """`what` and `after` are message ids: what goes, and from when the period counts ("od zamknięcia sprawy").

    `due` is SQL over a row `r` of `table`. `blank` is the SET list of Act.BLANK, and then `due` asks that there is
    something left to empty.
    """

    key: str
    what: str
    period: Period
    after: str
    table: str
    due: str
    act: Act = Act.DELETE
    blank: str = ""

    @property
    def where(self) -> str:
        return self.due.replace("{since}", self.period.sql)
