"""What a team of several institutions keeps: who is in it, its meetings, their agenda and what came of it."""

from piccolo.columns import Date, Integer, OnDelete, Text, Timestamp, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Area, Need, Place
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.schedule.states import MeetingState


class Team(Table):
    """An interdisciplinary team: social worker, probation officer, pedagogue, police… who look at an area together."""

    id = key()
    name = Varchar(120)
    area = link(Area, required=False, on_delete=OnDelete.set_null)
    coordinator = link(Account, required=False, on_delete=OnDelete.set_null)
    created_at = moment(required=True)
    closed_at = moment()


class TeamMember(Table):
    """Somebody of a team, at work and with a work address. They need no account here."""

    id = key()
    team = link(Team, on_delete=OnDelete.cascade)
    name = Varchar(120)
    function = Varchar(120)
    email = Varchar(254, default="")
    phone = Varchar(16, default="")
    joined_on = Date()
    left_on = Date(null=True, default=None)


class TeamMeeting(Table):
    """A team meets about an area. Times and `sequence` as in Meeting."""

    id = key()
    team = link(Team, on_delete=OnDelete.cascade)
    area = link(Area, required=False, on_delete=OnDelete.set_null)
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

    team_meeting_state = one_of(state, MeetingState)
    team_meeting_order = Check(starts_at < ends_at)


class AgendaItem(Table):
    """A point of a team's agenda: a gap of the map, or words. `decision` is what was decided about it."""

    id = key()
    meeting = link(TeamMeeting, on_delete=OnDelete.cascade)
    need = link(Need, required=False, on_delete=OnDelete.set_null)
    position = Integer(default=0)
    words = Varchar(200, default="")
    decision = Text(default="")
    decided_at = moment()
    decided_by = link(Account, required=False, on_delete=OnDelete.set_null)


class TeamTask(Table):
    """What somebody of a team took on at a meeting."""

    id = key()
    meeting = link(TeamMeeting, on_delete=OnDelete.cascade)
    item = link(AgendaItem, required=False, on_delete=OnDelete.set_null)
    words = Varchar(200)
    member = link(TeamMember, required=False, on_delete=OnDelete.set_null)
    due = Date(null=True, default=None)
    done_on = Date(null=True, default=None)
