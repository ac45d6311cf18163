from decimal import Decimal

from piccolo.columns import Array, Boolean, Bytea, Date, Integer, Numeric, OnDelete, SmallInt, Text, Time, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Need, Place, Resource, Theme
from volunteer_hub.initiatives.rules import FundingSource, InitiativeKind, InitiativeState, JoiningState, Taking
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Participant


class Initiative(Table):
    """What the centre sets going.

    `name`, `about` and `meets` (when, as people say it: "czwartki o 17") are public words; of a group or circle
    they are neutral ones. `outcome` is what came of it, where it had no goals. `present` counts who belongs to it
    now: a trigger on `member` moves it by one conditional update, which `most_members` bounds. `own_from`: since
    when, or from when on, a group runs itself. `takes`: how a volunteer who asks for an opening gets it; `widens`:
    how many others are asked when nobody waits for a place that came free (0: nobody, a coordinator is told).
    `join_code` is what somebody writes by SMS to ask to belong. `version` rises, by another trigger, with what
    the desk types about it.
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
    outcome = Text(default="")
    least_members = Integer(null=True, default=None)
    most_members = Integer(null=True, default=None)
    present = Integer(default=0)
    agreement = Text(default="")
    own_from = Date(null=True, default=None)
    join_code = Varchar(6, default="")
    takes = Varchar(10, default=Taking.AFTER_YES)
    widens = SmallInt(default=3)
    version = Integer(default=0)

    initiative_kind = one_of(kind, InitiativeKind)
    initiative_state = one_of(state, InitiativeState)
    initiative_members = Check(
        (least_members.is_null()) | (most_members.is_null()) | (least_members <= most_members)
    )
    initiative_present = Check(present >= 0)
    initiative_takes = one_of(takes, Taking)
    initiative_widens = Check((widens >= 0) & (widens <= 20))


class InitiativeChange(Table):
    """From which state to which, when, by whom and why. The first one comes from nothing."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    was = Varchar(10, default="")
    became = Varchar(10)
    reason = Text(default="")
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class NeedMet(Table):
    """An initiative stands for a need on the map."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    need = link(Need, on_delete=OnDelete.cascade)

    need_met_once = Unique([initiative, need])


class RoleAsked(Table):
    """A role: what an initiative asks of a volunteer. Empty lists and nulls ask nothing.

    `continuity`: the same person each time. Women or men alone only where `gender_reason` says why the work needs it.
    `retired_at`: no meeting planned since then has it; those that have, keep it. `version` counts corrections.
    """

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
    gender_reason = Varchar(200, default="")
    continuity = Boolean(default=False)
    retired_at = moment()
    version = Integer(default=0)

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


class Joining(Table):
    """A participant who wants to belong, or is asked to: see JoiningState. `since` orders the list.

    `offer_until`: the place is kept for them until then; empty while they are `offered` one by telephone. `silences`:
    how often they let it pass without a word; after two somebody rings.
    """

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    participant = link(Participant, on_delete=OnDelete.cascade)
    state = Varchar(10)
    since = moment(required=True)
    offer_until = moment()
    silences = SmallInt(default=0)
    code = Varchar(4, default="")
    channel = Varchar(10, default="desk")
    decided_at = moment()
    decided_by = link(Account, required=False, on_delete=OnDelete.set_null)

    joining_once = Unique([initiative, participant])
    joining_state = one_of(state, JoiningState)


class Facilitator(Table):
    """Who leads a group; they see this one only."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    account = link(Account, on_delete=OnDelete.cascade)

    facilitator_once = Unique([initiative, account])


class Goal(Table):
    """What an initiative is to reach, measured: `reached` of `target`, in `unit`. `outcome`: what came of it."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    words = Text()
    unit = Varchar(40, default="")
    target = Numeric(digits=(12, 2), null=True, default=None)
    reached = Numeric(digits=(12, 2), null=True, default=None)
    outcome = Text(default="")
    version = Integer(default=0)
    created_at = moment(required=True)


class Partner(Table):
    """Who works along, from the map or by name, and what they give. `name` is also kept when a resource goes."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    resource = link(Resource, required=False, on_delete=OnDelete.set_null)
    name = Varchar(120)
    gives = Text(default="")
    version = Integer(default=0)
    created_at = moment(required=True)


class FundingLine(Table):
    """Money of one year from one source, in zloty, and how much of it was spent."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    year = SmallInt()
    source = Varchar(8)
    payer = Varchar(120, default="")
    amount = Numeric(digits=(12, 2))
    spent = Numeric(digits=(12, 2), default=Decimal(0))
    version = Integer(default=0)
    created_at = moment(required=True)

    funding_source = one_of(source, FundingSource)
    funding_not_owed = Check((amount >= 0) & (spent >= 0))


class Paper(Table):
    """A paper an initiative rests on: an agreement, a permit, a policy; the binder it is in, until when it holds."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    words = Varchar(200)
    signed_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    kept_at = Varchar(120, default="")
    version = Integer(default=0)
    created_at = moment(required=True)


class DiaryEntry(Table):
    """What happened on a day. Of a group or circle the words are sealed, under the entry's id, and `words` is empty."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    day = Date()
    words = Text(default="")
    sealed = Bytea(null=True, default=None)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Material(Table):
    """What a campaign hands out: leaflets, posters, films; how many there are."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    name = Varchar(120)
    made = Integer(default=0)
    version = Integer(default=0)
    created_at = moment(required=True)


class CampaignAction(Table):
    """A campaign was somewhere on a day: how many people it reached there, how many materials it gave them."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    day = Date()
    words = Varchar(200)
    place = link(Place, required=False, on_delete=OnDelete.set_null)
    place_name = Varchar(120, default="")
    reached = Integer(default=0)
    given = Integer(default=0)
    version = Integer(default=0)
    created_at = moment(required=True)

    campaign_counts = Check((reached >= 0) & (given >= 0))


class Takeover(Table):
    """On a group's way to running itself: something the centre does, and the member who took it over, since when."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    words = Varchar(200)
    member = link(Member, required=False, on_delete=OnDelete.set_null)
    taken_on = Date(null=True, default=None)
    version = Integer(default=0)
    created_at = moment(required=True)
