from piccolo.columns import Date, ForeignKey, Integer, OnDelete, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.states import HoursState
from volunteer_hub.schedule.tables import Assignment


class HoursWorked(Table):
    """Time a volunteer gave, in minutes: from the roster, or as they report it themselves.

    Reports count once somebody else has approved them; what a leader noted is approved by who noted it.
    `minutes_said`: what the volunteer had reported, where whoever approved it made it another time.
    """

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    initiative = link(Initiative)
    assignment = ForeignKey(Assignment, null=True, default=None, unique=True, on_delete=OnDelete.set_null)
    day = Date()
    minutes = Integer()
    minutes_said = Integer(null=True, default=None)
    words = Varchar(200, default="")
    state = Varchar(10)
    reported_by = link(Account, required=False, on_delete=OnDelete.set_null)
    reported_at = moment(required=True)
    decided_by = link(Account, required=False, on_delete=OnDelete.set_null)
    decided_at = moment()
    reason = Varchar(200, default="")

    hours_worked_state = one_of(state, HoursState)
    hours_worked_minutes = Check((minutes >= 1) & (minutes <= 1440))
    # Also true while either is empty: SQL's "unknown" passes a CHECK.
    hours_worked_by_other = Check(reported_by != decided_by)
