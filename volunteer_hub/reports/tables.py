from piccolo.columns import UUID, Integer, OnDelete, SmallInt, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment


class PutOff(Table):
    """A line of the desk's queue that somebody does not want to see again before `until`; others still see it."""

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    kind = Varchar(12)
    subject = UUID()
    until = moment(required=True)

    put_off_once = Unique([account, kind, subject])


class UrgentTold(Table):
    """Something urgent that this account was told of by e-mail, by its `item` ("short:<uuid>").

    It goes once the thing is urgent no more, so that the same opening, short again, is told of again.
    """

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    item = Varchar(60)
    at = moment(required=True)

    urgent_told_once = Unique([account, item])


class TownYear(Table):
    """What the town says of itself for one year: residents, and people and families on social assistance.

    Typed in or imported from the centre's own statistics, never counted from what stands in here. `source`: where the
    figures are from, in words, also that one of them is assumed.
    """

    id = key()
    year = SmallInt(unique=True)
    residents = Integer(null=True, default=None)
    assisted = Integer(null=True, default=None)
    families = Integer(null=True, default=None)
    source = Varchar(160, default="")
    version = Integer(default=0)
    changed_at = moment(required=True)
    changed_by = link(Account, required=False, on_delete=OnDelete.set_null)

    town_year_figures = Check(
        (year >= 1900) & (year <= 2200)
        & ((residents.is_null()) | (residents >= 0))
        & ((assisted.is_null()) | (assisted >= 0))
        & ((families.is_null()) | (families >= 0))
    )  # fmt: skip
