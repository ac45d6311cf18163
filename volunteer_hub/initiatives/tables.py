from piccolo.columns import Array, Boolean, Date, Integer, OnDelete, Text, Time, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Need, Place, Theme
from volunteer_hub.initiatives.rules import InitiativeKind, InitiativeState
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Participant


class Initiative(Table):
    """What the centre sets going.

    `name`, `about` and `meets` (when, as people say it: "czwartki o 17") are public words; of a group or circle they
    are neutral ones.
    """

    id = key()
    name = Varchar(120)
    kind = Varchar(12)
    state = Varchar(10, default=InitiativeState.RUNNING)
    theme = link(Theme)
    about = Text(default="")
    meets = Varchar(120, default="")
    public = Boolean(default=True)
    coordinator = link(Account, required=False, on_delete=OnDelete.set_null)
    starts_on = Date()
    ends_on = Date(null=True, default=None)
    created_at = moment(required=True)

    initiative_kind = one_of(kind, InitiativeKind)
    initiative_state = one_of(state, InitiativeState)


class NeedMet(Table):
    """An initiative stands for a need on the map."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    need = link(Need, on_delete=OnDelete.cascade)

    need_met_once = Unique([initiative, need])


class RoleAsked(Table):
    """A role: what an initiative asks of a volunteer. Empty lists and nulls ask nothing."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    name = Varchar(80)
    tasks = Text(default="")
    least = Integer(default=1)
    most = Integer(default=1)
    skills = Array(base_column=Varchar(40))
    languages = Array(base_column=Varchar(8))
    clearances = Array(base_column=Varchar(20))
    min_age = Integer(null=True, default=None)
    max_age = Integer(null=True, default=None)
    minor_safe = Boolean(default=False)
    gender = Varchar(1, default="")

    role_asked_bounds = Check((least >= 0) & (most >= 1))


class AgeLimit(Table):
    """What people of `from_age` up to, not including, `under_age` may do: in one place, one role, or anywhere.

    In force from one day to another, with the source it was taken from: the law and the house rules of places change.
    `barred`: not there at all. `earliest` and `latest`: nothing before this hour of any day, and over by that one, in
    wall time. Nulls limit nothing.
    """

    id = key()
    from_age = Integer(default=0)
    under_age = Integer(default=18)
    place = link(Place, required=False, on_delete=OnDelete.cascade)
    role = link(RoleAsked, required=False, on_delete=OnDelete.cascade)
    barred = Boolean(default=False)
    most_hours_day = Integer(null=True, default=None)
    most_hours_week = Integer(null=True, default=None)
    earliest = Time(null=True, default=None)
    latest = Time(null=True, default=None)
    valid_from = Date()
    valid_until = Date(null=True, default=None)
    source = Text()
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)

    age_limit_ages = Check((from_age >= 0) & (from_age < under_age))
    age_limit_hours = Check((earliest.is_null()) | (latest.is_null()) | (earliest < latest))
    age_limit_order = Check((valid_until.is_null()) | (valid_from <= valid_until))


class Member(Table):
    """A participant of an initiative, from one day to another."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    participant = link(Participant, on_delete=OnDelete.cascade)
    joined_on = Date()
    left_on = Date(null=True, default=None)

    member_once = Unique([initiative, participant])


class Facilitator(Table):
    """Who leads a group; they see this one only."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    account = link(Account, on_delete=OnDelete.cascade)

    facilitator_once = Unique([initiative, account])
