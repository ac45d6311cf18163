from piccolo.columns import JSONB, Bytea, Integer, OnDelete, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Need
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.intake.rules import Desk, Reporter, RequestState
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Participant


class Request(Table):
    """Somebody asks for help or reports a case at first contact. One form sent twice is one row, by `once_hash`.

    `reporter` is who tells of it (self, neighbour, school, police …), `channel` how it came (web, phone, sms, desk).
    `desk` is whose queue it stands in, since `desk_since`. What came of it: a participant, a need, an initiative;
    `asks_for`: the group or course they asked about.
    `answer` is the word it was closed with. `version` counts changes, so that a stale edit is noticed.
    """

    id = key()
    number = Varchar(12, unique=True)
    once_hash = Bytea(null=True, default=None, unique=True)
    name = Varchar(120)
    phone = Varchar(16, default="")
    email = Varchar(254, default="")
    area_slug = Varchar(40, default="")
    address = Varchar(160, default="")
    for_whom = Varchar(10)
    text = Text()
    language = Varchar(2)
    what = Varchar(20, default="")
    urgency = Integer(default=2)
    reporter = Varchar(20, default="self")
    channel = Varchar(8, default="web")
    desk = Varchar(16, default="first-contact", index=True)
    desk_since = moment(required=True)
    answer = Text(default="")
    asks_for = link(Initiative, required=False, on_delete=OnDelete.set_null)
    entered_by = link(Account, required=False, on_delete=OnDelete.set_null)
    participant = link(Participant, required=False, on_delete=OnDelete.set_null)
    need = link(Need, required=False, on_delete=OnDelete.set_null)
    initiative = link(Initiative, required=False, on_delete=OnDelete.set_null)
    state = Varchar(10, default=RequestState.NEW)
    version = Integer(default=1)
    taken_by = link(Account, required=False, on_delete=OnDelete.set_null)
    taken_at = moment()
    closed_at = moment()
    created_at = moment(required=True)

    request_state = one_of(state, RequestState)
    request_desk = one_of(desk, Desk)
    request_reporter = one_of(reporter, Reporter)
    request_urgency = Check((urgency >= 1) & (urgency <= 4))


class RequestMove(Table):
    """A request went from one desk to another, or from one state to the next: when, by whom, with which word."""

    id = key()
    request = link(Request, on_delete=OnDelete.cascade)
    was_desk = Varchar(16)
    desk = Varchar(16)
    state = Varchar(10)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)
    note = Text(default="")


class Draft(Table):
    """What somebody typed into a form of several steps; the browser holds the token, half an hour long."""

    id = key()
    token_hash = Bytea(unique=True)
    form = Varchar(20)
    data = JSONB()
    updated_at = moment(required=True)
