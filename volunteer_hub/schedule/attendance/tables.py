from piccolo.columns import Boolean, OnDelete, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Member
from volunteer_hub.kit.columns import key, link, moment
from volunteer_hub.schedule.tables import Meeting


class Coming(Table):
    """A participant's answer to a reminder: comes or does not; and whether they were there, as somebody noted.

    `made_up`: how they made up for a session of a course that they missed, in words.
    """

    id = key()
    meeting = link(Meeting, on_delete=OnDelete.cascade)
    member = link(Member, on_delete=OnDelete.cascade)
    comes = Boolean(null=True, default=None)
    code = Varchar(4, default="")
    answered_at = moment()
    came = Boolean(null=True, default=None)
    noted_at = moment()
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)
    made_up = Varchar(200, default="")

    coming_once = Unique([meeting, member])


class ComingChange(Table):
    """Whether a participant was there, said anew: from what to what, when, by whom. The first comes from nothing."""

    id = key()
    coming = link(Coming, on_delete=OnDelete.cascade)
    was = Boolean(null=True, default=None)
    became = Boolean()
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)
