from piccolo.columns import (
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    SmallInt,
    Text,
    Time,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Place
from volunteer_hub.initiatives.tables import Initiative, RoleAsked
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.states import AssignmentState, MeetingState, Missed


class Series(Table):
    """When an initiative meets, again and again: series/pattern.py says what the columns mean. Times are wall times.

    `filled_until`: up to which day its meetings are made; empty makes the worker look again. docs/decisions/0030.
    """

    id = key()
    initiative = link(Initiative, on_delete=OnDelete.cascade)
    place = link(Place)
    rrule = Varchar(100)
    first_day = Date()
    last_day = Date(null=True, default=None)
    times = SmallInt(null=True, default=None)
    starts = Time()
    ends = Time()
    timezone = Varchar(40)
    skips_holidays = Boolean(default=True)
    skips_breaks = Boolean(default=True)
    filled_until = Date(null=True, default=None)
    version = Integer(default=0)
    created_at = moment(required=True)

    series_hours = Check(starts < ends)


class Meeting(Table):
    """One dated occurrence. The wall times are what people agreed on; the instants are derived from them and the zone.

    `sequence` rises with each change of time, place or state, as iCalendar wants; `changed_at` is when it last did.
    `series_day` is its day in its series, whatever day it was moved to; `moved_alone`: it got another time or place
    than its series has. `noted_at`: when it was first
    said who was there. `subject`: what a session of a course is about, in words for everybody.
    """

    id = key()
    initiative = link(Initiative)
    place = link(Place)
    starts_wall = Timestamp()
    ends_wall = Timestamp()
    timezone = Varchar(40)
    starts_at = Timestamptz(index=True)
    ends_at = Timestamptz()
    state = Varchar(10, default=MeetingState.PLANNED)
    sequence = Integer(default=0)
    created_at = moment(required=True)
    changed_at = moment(required=True)
    series = link(Series, required=False, on_delete=OnDelete.set_null)
    series_day = Date(null=True, default=None)
    moved_alone = Boolean(default=False)
    noted_at = moment()
    subject = Varchar(160, default="")

    meeting_state = one_of(state, MeetingState)
    meeting_order = Check(starts_at < ends_at)
    meeting_of_series_once = Unique([series, series_day])


class Opening(Table):
    """Seats of one role at one meeting. `taken` moves only by one conditional update; the check is the last guard.

    `wish_code` is what a volunteer writes by SMS to ask for it; empty where nobody may.
    """

    id = key()
    meeting = link(Meeting, on_delete=OnDelete.cascade)
    role = link(RoleAsked)
    least = Integer(default=1)
    most = Integer(default=1)
    taken = Integer(default=0)
    urgent = Boolean(default=False)
    urgent_reason = Text(default="")
    wish_code = Varchar(6, default="")
    version = Integer(default=0)

    opening_seats = Check((taken >= 0) & (taken <= most))
    opening_once = Unique([meeting, role])


class RegularTask(Table):
    """ "Every Tuesday is mine": a volunteer takes a role at all meetings of a series, from one day to another.

    One invitation, one answer; each meeting has an assignment of its own, made from it while it is accepted.
    `sequence` rises with each time its whole event goes to the volunteer's calendar, where `calendar_until` is its last
    day.
    """

    id = key()
    series = link(Series, on_delete=OnDelete.cascade)
    role = link(RoleAsked)
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    state = Varchar(10)
    code = Varchar(4, default="")
    first_day = Date()
    last_day = Date(null=True, default=None)
    invited_by = link(Account, required=False, on_delete=OnDelete.set_null)
    invited_at = moment()
    answered_at = moment()
    answered_by = Varchar(10, default="")
    override_word = Varchar(200, default="")
    created_at = moment(required=True)
    sequence = Integer(default=0)
    calendar_until = Date(null=True, default=None)

    regular_task_once = Unique([series, role, volunteer])
    regular_task_state = one_of(state, AssignmentState)
    regular_task_order = Check((last_day.is_null()) | (first_day <= last_day))


class Assignment(Table):
    """A volunteer and an opening, from proposal to done. `code` tells apart the offers one phone holds.

    `at_risk` names the rule that has stopped holding since they were asked ("clearance", "consent", "agreement"): they
    stay on the roster until a coordinator decides, except that a withdrawn consent frees the place.
    `asked_at`: they asked for it themselves; while `proposed`, a coordinator has not said yes yet. `waiting_since`: on
    the waiting list of the opening, which is kept in this order; `offer_until`: a place that came free is offered to
    them alone until then. `instead_of`: whose place they take once they say yes; `named_until`: who has the place has
    named somebody, who may answer until then. `regular`: made from a regular task.
    `override_word`: why a coordinator asked them though a wish of theirs or of the role says no (rules.WISHES).
    `occurrence`: the wall time by which the volunteer's calendar knows it in the event of its regular task.
    """

    id = key()
    opening = link(Opening, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    state = Varchar(10)
    code = Varchar(4, default="")
    score = SmallInt(null=True, default=None)
    rank = SmallInt(null=True, default=None)
    invited_by = link(Account, required=False, on_delete=OnDelete.set_null)
    invited_at = moment()
    answered_at = moment()
    answered_by = Varchar(10, default="")
    at_risk = Varchar(12, default="")
    at_risk_since = moment()
    created_at = moment(required=True)
    regular = link(RegularTask, required=False, on_delete=OnDelete.set_null)
    asked_at = moment()
    waiting_since = moment()
    offer_until = moment()
    instead_of = link("self", required=False, on_delete=OnDelete.set_null)
    named_until = moment()
    missed_reason = Varchar(10, default="")
    missed_words = Varchar(200, default="")
    override_word = Varchar(200, default="")
    occurrence = Timestamp(null=True, default=None)

    assignment_missed = one_of(missed_reason, Missed, empty=True)
    assignment_once = Unique([opening, volunteer])
    assignment_state = one_of(state, AssignmentState)


class AssignmentChange(Table):
    """From which state to which, when, by whom and by what way (desk, sms, web).

    `words`: the reason that was given, if any. `late`: a place was given up by its volunteer with less notice than the
    centre asks for.
    """

    id = key()
    assignment = link(Assignment, on_delete=OnDelete.cascade)
    was = Varchar(10, default="")
    became = Varchar(10)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)
    channel = Varchar(10)
    words = Varchar(200, default="")
    late = Boolean(default=False)


class Booking(Table):
    """One assignment at one meeting: who, from when to when. Two accepted ones of a person never overlap.

    That rule is an exclusion constraint (migration 2); offers may overlap, so it looks at accepted ones only.
    """

    id = key()
    assignment = link(Assignment, on_delete=OnDelete.cascade)
    meeting = link(Meeting, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    accepted = Boolean(default=False)

    booking_once = Unique([assignment, meeting])


class CalendarFeed(Table):
    """A secret calendar address of somebody who leads, for all they lead, or of one `initiative`, for who is in it.

    Only the secret's hash is kept. Whoever made an initiative's is `made_by`. A volunteer's own: volunteer.feed_hash.
    """

    id = key()
    token_hash = Bytea(unique=True)
    account = ForeignKey(Account, null=True, default=None, unique=True, on_delete=OnDelete.cascade)
    initiative = ForeignKey(Initiative, null=True, default=None, unique=True, on_delete=OnDelete.cascade)
    made_at = moment(required=True)
    made_by = link(Account, required=False, on_delete=OnDelete.set_null)

    calendar_feed_of_one = Check(
        ((account.is_null()) & (initiative.is_not_null())) | ((account.is_not_null()) & (initiative.is_null()))
    )
