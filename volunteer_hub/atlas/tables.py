from piccolo.columns import JSONB, Boolean, Date, DoublePrecision, Integer, OnDelete, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.rules import NeedState, ResourceKind
from volunteer_hub.kit.columns import key, link, moment, one_of


class Area(Table):
    """A district. `polygon` is a list of [latitude, longitude] corners; `schematic` when it was drawn by eye."""

    id = key()
    slug = Varchar(40, unique=True)
    name = Varchar(80)
    polygon = JSONB()
    schematic = Boolean(default=False)
    latitude = DoublePrecision()
    longitude = DoublePrecision()


class Theme(Table):
    """What a need or a resource is about, in three languages. A confidential one is never named outside the desk."""

    id = key()
    slug = Varchar(40, unique=True)
    name_pl = Varchar(80)
    name_en = Varchar(80)
    name_uk = Varchar(80)
    confidential = Boolean(default=False)


class Place(Table):
    """Somewhere things happen; private when it is a person's home."""

    id = key()
    name = Varchar(120)
    address = Varchar(160)
    area = link(Area)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    private = Boolean(default=False)


class Resource(Table):
    """What helps. A public one stands on everybody's map with its point, unless its place is somebody's home."""

    id = key()
    name = Varchar(120)
    kind = Varchar(14)
    theme = link(Theme)
    place = link(Place)
    about = Text(default="")
    public = Boolean(default=True)
    verified_on = Date(null=True, default=None)

    resource_kind = one_of(kind, ResourceKind)


class Need(Table):
    """A concrete problem at a place. A person's need (`personal`) never shows on the public map."""

    id = key()
    title = Varchar(120)
    theme = link(Theme)
    area = link(Area)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    urgency = Integer(default=1)
    people = Integer(default=1)
    personal = Boolean(default=False)
    voiced_by = Varchar(120, default="")
    voiced_on = Date()
    state = Varchar(10, default=NeedState.OPEN)
    created_at = moment(required=True)

    need_urgency = Check((urgency >= 1) & (urgency <= 4))
    need_state = one_of(state, NeedState)


class NeedChange(Table):
    """From which state to which a need went, when and by whom. Only ever added to."""

    id = key()
    need = link(Need, on_delete=OnDelete.cascade)
    was = Varchar(10, default="")
    became = Varchar(10)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)
