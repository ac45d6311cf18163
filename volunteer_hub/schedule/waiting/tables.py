from piccolo.columns import ForeignKey, OnDelete, Varchar
from piccolo.table import Table

from volunteer_hub.kit.columns import key, moment, one_of
from volunteer_hub.schedule.states import Stage
from volunteer_hub.schedule.tables import Opening


class Refill(Table):
    """The search for somebody in a place: how far it has got, since when, whether a coordinator was told."""

    id = key()
    opening = ForeignKey(Opening, null=False, unique=True, on_delete=OnDelete.cascade)
    stage = Varchar(12)
    since = moment(required=True)
    told_at = moment()

    refill_stage = one_of(stage, Stage)
