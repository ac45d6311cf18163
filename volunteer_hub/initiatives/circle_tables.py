"""A support circle's team and its tasks, how many households each helper carries, and help of one person for one."""

from piccolo.columns import Boolean, Bytea, Date, ForeignKey, OnDelete, SmallInt, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Place
from volunteer_hub.initiatives.circle_rules import Helps
from volunteer_hub.initiatives.tables import Initiative, Member, RoleAsked
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Volunteer


class HelperCap(Table):
    """How many households one helper carries at most, set by the centre: a row for colleagues, one for volunteers."""

    id = key()
    who = Varchar(10, unique=True)
    most = SmallInt()
    changed_at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)

    helper_cap_who = one_of(who, Helps)
    helper_cap_most = Check((most >= 0) & (most <= 50))


class HelperLoad(Table):
    """How many households a helper carries, moved only by one conditional update in a trigger on `circle_helper`.

    `most` is the cap that holds for them: their `own`, else the centre's. `allowed` is the greater of `most` and
    `households`, so that a cap below the load is taken and the check still lets nobody add to it. Decision 0037.
    """

    id = key()
    account = ForeignKey(Account, null=True, default=None, unique=True, on_delete=OnDelete.cascade)
    volunteer = ForeignKey(Volunteer, null=True, default=None, unique=True, on_delete=OnDelete.cascade)
    households = SmallInt(default=0)
    own = SmallInt(null=True, default=None)
    most = SmallInt()
    allowed = SmallInt()

    helper_load_one = Check(
        (account.is_null() & volunteer.is_not_null()) | (account.is_not_null() & volunteer.is_null())
    )
    helper_load_own = Check((own.is_null()) | ((own >= 0) & (own <= 50)))
    helper_load_allowed = Check((households >= 0) & (households <= allowed))


class CircleHelper(Table):
    """Somebody of a circle's team, a colleague or a volunteer, from one day to another; `function` is what they are
    there, in words. `leads`: one colleague of each team. `counts`: this household stands in their load.

    A trigger keeps a `facilitator` row for each colleague who is in the team now: by it they see the circle.
    """

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    account = link(Account, required=False, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, required=False, on_delete=OnDelete.cascade)
    role = link(RoleAsked, required=False, on_delete=OnDelete.set_null)
    function = Varchar(80, default="")
    leads = Boolean(default=False)
    counts = Boolean(default=True)
    joined_on = Date()
    left_on = Date(null=True, default=None)

    circle_helper_one = Check(
        (account.is_null() & volunteer.is_not_null()) | (account.is_not_null() & volunteer.is_null())
    )
    circle_helper_order = Check((left_on.is_null()) | (joined_on <= left_on))


class CircleTask(Table):
    """What somebody of a team does for the household, and by when. The words are sealed as a diary's are."""

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    helper = link(CircleHelper, required=False, on_delete=OnDelete.set_null)
    sealed = Bytea()
    due = Date(null=True, default=None)
    done_on = Date(null=True, default=None)
    created_at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Pair(Table):
    """Help of one person for one: an initiative with one member, who is visited at a private place."""

    id = key()
    initiative = ForeignKey(Initiative, null=False, unique=True, on_delete=OnDelete.cascade)
    member = link(Member, on_delete=OnDelete.cascade)
    place = link(Place)
