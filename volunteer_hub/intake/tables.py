from piccolo.columns import JSONB, Bytea, OnDelete, Text, Varchar
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.intake.rules import RequestState
from volunteer_hub.kit.columns import key, link, moment, one_of


class Request(Table):
    """Somebody asks for help or reports a case at first contact. One form sent twice is one row, by `once_hash`."""

    id = key()
    number = Varchar(12, unique=True)
    once_hash = Bytea(null=True, default=None, unique=True)
    name = Varchar(120)
    phone = Varchar(16, default="")
    email = Varchar(254, default="")
    area_slug = Varchar(40, default="")
    for_whom = Varchar(10)
    text = Text()
    language = Varchar(2)
    state = Varchar(10, default=RequestState.NEW)
    taken_by = link(Account, required=False, on_delete=OnDelete.set_null)
    taken_at = moment()
    closed_at = moment()
    created_at = moment(required=True)

    request_state = one_of(state, RequestState)


class Draft(Table):
    """What somebody typed into a form of several steps; the browser holds the token, half an hour long."""

    id = key()
    token_hash = Bytea(unique=True)
    form = Varchar(20)
    data = JSONB()
    updated_at = moment(required=True)
