from piccolo.columns import UUID, OnDelete, Varchar
from piccolo.constraints import Unique
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
