from piccolo.columns import OnDelete, SmallInt, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit.columns import key, link, one_of
from volunteer_hub.schedule.reminding.rules import MOST_HOURS, Audience, Kind


class ReminderRule(Table):
    """When an initiative reminds its volunteers, or its participants, of a meeting. No row: the evening before.

    `hours` before it, of the kind of that name; of the others 0. A row of kind `none` stands alone.
    """

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    audience = Varchar(12)
    kind = Varchar(8)
    hours = SmallInt(default=0)

    reminder_rule_audience = one_of(audience, Audience)
    reminder_rule_kind = one_of(kind, Kind)
    reminder_rule_hours = Check(
        ((kind == Kind.HOURS.value) & (hours >= 1) & (hours <= MOST_HOURS))
        | ((kind != Kind.HOURS.value) & (hours == 0))
    )
    reminder_rule_once = Unique([initiative, audience, kind, hours])
