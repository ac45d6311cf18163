from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, Integer, OnDelete, Text, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.privacy.rules import Right, RightState


class RightsRequest(Table):
    """Somebody uses a right of theirs (copy, correct, restrict, object, withdraw, erase): due within a month.

    `subject` is "volunteer:<uuid>" or "participant:<uuid>"; no link, as the row outlives the person's erasure.
    """

    id = key()
    subject = Varchar(80, index=True)
    right = Varchar(10)
    state = Varchar(10, default=RightState.OPEN)
    channel = Varchar(10)
    words = Text(default="")
    answer = Text(default="")
    asked_at = moment(required=True)
    due_on = Date()
    identity_checked = Varchar(20, default="")
    taken_by = link(Account, required=False, on_delete=OnDelete.set_null)
    done_at = moment()

    rights_request_right = one_of(right, Right)
    rights_request_state = one_of(state, RightState)


class Erasure(Table):
    """Who was erased, by id alone: a backup that is restored is cleaned by this list before it serves."""

    id = key()
    subject = Varchar(80, index=True)
    why = Varchar(20)
    at = moment(required=True)


class RetentionRun(Table):
    """One night's cleaning, or a dry run of it: how many rows of which rule.

    `night` is the day it belongs to, once (an index): of several workers one cleans. A dry run has none.
    """

    id = key()
    at = moment(required=True)
    night = Date(null=True, default=None, unique=True)
    dry = Boolean(default=False)
    counts = JSONB()


class PastFigure(Table):
    """What erased people still count for in the yearly figures: numbers only, nobody can be told from another.

    `what` as in the reports (registered, agreed, stepped, helped, worked), in the quarter that began on `quarter`;
    `district` is an area's slug, `place` one that is nobody's home. Of "minutes" it is the time they gave, not people.
    """

    id = key()
    what = Varchar(12)
    quarter = Date()
    district = Varchar(40, default="")
    place = UUID(null=True, default=None)
    people = Integer(default=0)

    past_figure_once = Unique([what, quarter, district, place], nulls_distinct=False)


class PastIndicator(Table):
    """What erased people still count for in the indicators: numbers only, of a quarter, whole or of one `part` `by` it.

    `before`: the quarter in which the same people counted the time before, so that whoever was there in two quarters
    of a year counts in it once (reports.indicators.past). What adds up, minutes and steps, has none. Of a group's or
    circle's theme nothing is kept.
    """

    id = key()
    indicator = Varchar(20)
    by = Varchar(8, default="")
    part = Varchar(40, default="")
    quarter = Date()
    before = Date(null=True, default=None)
    amount = BigInt(default=0)
    people = Integer(default=0)

    past_indicator_once = Unique([indicator, by, part, quarter, before], nulls_distinct=False)
