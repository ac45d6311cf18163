from piccolo.columns import UUID, Array, Bytea, Date, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.exchange.api_access.rules import Ended, Kind
from volunteer_hub.kit.columns import key, link, moment, one_of


class ApiToken(Table):
    """What a program proves itself with. Shown once, kept as a hash, so that a stolen table reads nothing.

    It works until the end of `ends_on`, or until `ended_at`. `used_on` is the last day it was used, no finer.
    """

    id = key()
    name = Varchar(80)
    scopes = Array(base_column=Varchar(16), default=list)
    token_hash = Bytea(unique=True)
    made_by = link(Account)
    made_at = moment(required=True)
    ends_on = Date(default=None)
    used_on = Date(null=True, default=None)
    ended_at = moment()
    ended_by = link(Account, required=False)


class Webhook(Table):
    """Where another program hears that something public has changed.

    `secret_sealed` signs what is sent, under the field key; after a change the former one signs too until
    `former_until`. Stopped, it is told nothing, and what changes meanwhile is never told it. Ended, it is past:
    `ended_why` says by whom.
    """

    id = key()
    name = Varchar(80)
    url = Varchar(500)
    kinds = Array(base_column=Varchar(16), default=list)
    secret_sealed = Bytea()
    former_sealed = Bytea(null=True, default=None)
    former_until = moment()
    made_by = link(Account)
    made_at = moment(required=True)
    stopped_at = moment()
    ended_at = moment()
    ended_why = Varchar(8, default="")

    webhook_ended_why = one_of(ended_why, Ended, empty=True)


class PublicLook(Table):
    """When what is public of a kind was last compared with what had been told of it; locked while that is done."""

    kind = Varchar(16, primary_key=True)
    looked_at = moment(required=True)

    public_look_kind = one_of(kind, Kind)


class PublicMark(Table):
    """What of a kind was public at that last look, and a mark of what was told of it: the next look finds changes."""

    id = key()
    kind = Varchar(16)
    subject = UUID()
    mark = Bytea()

    public_mark_kind = one_of(kind, Kind)
    public_mark_once = Unique([kind, subject])
