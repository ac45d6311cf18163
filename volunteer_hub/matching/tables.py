from piccolo.columns import JSONB, Boolean, Date, DoublePrecision, ForeignKey, Integer, OnDelete, SmallInt, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.matching.states import PairState, PlanState, WaveState
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.tables import Assignment, Opening


class Plan(Table, tablename="matching_plan"):
    """Who might help where in a period, as the engine proposed it and people changed it; nothing leaves before a yes.

    `beyond_least`: whether seats above the least that an opening needs are filled too. `figures`: of the last solving,
    as matching.plans.solving.Figures. `version` rises with each change, so that two who work at it notice each other.
    """

    id = key()
    first_day = Date()
    last_day = Date()
    beyond_least = Boolean(default=False)
    state = Varchar(10, default=PlanState.DRAFT)
    version = Integer(default=0)
    figures = JSONB(default="{}")
    made_by = link(Account, required=False, on_delete=OnDelete.set_null)
    made_at = moment(required=True)
    solved_at = moment(required=True)
    sent_at = moment()

    matching_plan_days = Check(first_day <= last_day)
    matching_plan_state = one_of(state, PlanState)


class PlanPair(Table, tablename="matching_pair"):
    """A volunteer and an opening in a plan. `parts`: of the score, by name, as rules.PARTS; both empty when `by_hand`
    against the rules that are wishes. `word`: why a person swapped or refused it. `rank`: how they stood among all."""

    id = key()
    plan = link(Plan, on_delete=OnDelete.cascade)
    opening = link(Opening, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    state = Varchar(10, default=PairState.PROPOSED)
    by_hand = Boolean(default=False)
    score = SmallInt(null=True, default=None)
    rank = SmallInt(null=True, default=None)
    km = DoublePrecision(null=True, default=None)
    parts = JSONB(default="{}")
    word = Varchar(200, default="")
    changed_by = link(Account, required=False, on_delete=OnDelete.set_null)
    changed_at = moment(required=True)

    matching_pair_once = Unique([plan, opening, volunteer])
    matching_pair_state = one_of(state, PairState)


class PlanGap(Table, tablename="matching_gap"):
    """An opening that the plan leaves short of `missing` people. `why`: counts by reason, as engine.explain."""

    id = key()
    plan = link(Plan, on_delete=OnDelete.cascade)
    opening = link(Opening, on_delete=OnDelete.cascade)
    missing = SmallInt()
    why = JSONB(default="{}")

    matching_gap_once = Unique([plan, opening])


class GapNearest(Table, tablename="matching_near"):
    """Who comes nearest to filling a gap: fewest broken rules first, then distance; `place` from 1 on."""

    id = key()
    gap = link(PlanGap, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    place = SmallInt()

    matching_near_once = Unique([gap, volunteer])


class Waves(Table, tablename="invitation_waves"):
    """The best few are asked, then after a while the next, until an opening is full. `wave`: how many have been asked.

    `size` people a wave, `hours` between two; `next_at`: when the next leaves, sooner if all of the last have answered.
    `rests`: nobody could be asked, as all who fit are asked about these hours elsewhere; `next_at` is the next look.
    """

    id = key()
    opening = ForeignKey(Opening, null=False, unique=True, on_delete=OnDelete.cascade)
    plan = link(Plan, required=False, on_delete=OnDelete.set_null)
    state = Varchar(10, default=WaveState.RUNNING)
    size = SmallInt()
    hours = SmallInt()
    wave = SmallInt(default=0)
    next_at = moment()
    rests = Boolean(default=False)
    started_by = link(Account, required=False, on_delete=OnDelete.set_null)
    started_at = moment(required=True)

    invitation_waves_state = one_of(state, WaveState)
    invitation_waves_size = Check(size >= 1)
    invitation_waves_hours = Check(hours >= 1)


class WaveAsked(Table, tablename="wave_asked"):
    """Who was asked in which wave of an opening, from 1 on. What they said stands on the assignment."""

    id = key()
    waves = link(Waves, on_delete=OnDelete.cascade)
    assignment = ForeignKey(Assignment, null=False, unique=True, on_delete=OnDelete.cascade)
    wave = SmallInt()

    wave_asked_from_one = Check(wave >= 1)
