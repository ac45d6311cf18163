from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Varchar
from piccolo.table import Table

from volunteer_hub.kit.columns import key, moment, one_of
from volunteer_hub.messaging.rules import TO_PEOPLE, Channel, State


class Message(Table):
    """The outbox: one row is one SMS or e-mail, written in the transaction of the change it tells of.

    `key` is unique ("assignment:…:invite:sms"), so the same thing is never said twice. `id` is our own reference: it
    travels with the message, and the provider is asked for it when an answer was lost. `attempt` is a fencing token:
    what a worker learnt in attempt 1 is refused once attempt 2 has begun. `deferred` of the attempts were turned away
    harmlessly and do not count as tries. `checks` is how often the provider was asked. `cancelled_at` on a message
    that is on its way means: if it turns out not to have left, let it be. An SMS that is not of `any_hour` does not
    leave in quiet hours.
    """

    id = key()
    key = Varchar(120, unique=True)
    about = Varchar(80, index=True)
    channel = Varchar(8)
    address = Varchar(254, index=True)
    language = Varchar(2)
    template = Varchar(40)
    subject = Text(default="")
    body = Text()
    html = Text(default="")
    calendar = Bytea(null=True, default=None)
    calendar_method = Varchar(10, default="")
    reply_code = Varchar(4, default="", index=True)
    state = Varchar(12, default=State.PLANNED)
    due_at = moment(required=True)
    expires_at = moment()
    attempt = Integer(default=0)
    deferred = Integer(default=0)
    checks = Integer(default=0)
    lease_until = moment()
    next_check_at = moment()
    provider_id = Varchar(64, null=True, default=None, unique=True)
    error = Varchar(200, default="")
    trace = Varchar(32, default="")
    created_at = moment(required=True)
    sent_at = moment()
    finished_at = moment()
    cancelled_at = moment()
    any_hour = Boolean(default=False)
    encoding = Varchar(8, default="")
    parts = Integer(default=0)
    again_of = UUID(null=True, default=None, unique=True)
    settled_by = UUID(null=True, default=None)

    message_channel = one_of(channel, Channel)
    message_state = one_of(state, State)


class MessageMonth(Table):
    """What went out in a month and is deleted since, without people: a trigger adds a line when messages go.

    `initiative` is whose cause it was, where that could be said; no link, for the sum outlives it.
    """

    id = key()
    month = Date(index=True, default=None)
    channel = Varchar(8)
    template = Varchar(40)
    language = Varchar(2)
    encoding = Varchar(8, default="")
    initiative = UUID(null=True, default=None)
    messages = Integer()
    parts = Integer()

    month_channel = one_of(channel, TO_PEOPLE)


class Inbound(Table):
    """An SMS that came in, once by the provider's id."""

    id = key()
    provider_id = Varchar(64, unique=True)
    address = Varchar(254, index=True)
    body = Text()
    received_at = moment(required=True)
    reading = Varchar(12, default="")
    about = Varchar(80, default="")
    handled_at = moment()


class ReplyAddress(Table):
    """The address that a calendar program answers an invitation at (schedule/rsvp.py): a secret, of which the hash is
    kept, and the seed that makes the same one again with the key of the settings.

    `about` is the calendar event, "assignment:<uuid>" or "regular:<uuid>". `replied_at`: when the newest answer that
    was followed was written, by its own DTSTAMP.
    """

    id = key()
    about = Varchar(80, unique=True)
    seed = Bytea()
    token_hash = Bytea(unique=True)
    made_at = moment(required=True)
    replied_at = moment()


class ProvenNumber(Table):
    """A number that answered us, or that the desk confirmed: a stranger's form may make us write to it again."""

    address = Varchar(254, primary_key=True)
    at = moment(required=True)
    how = Varchar(10)


class OptOut(Table):
    """An address that wrote STOP. Only START from the same handset takes it off."""

    address = Varchar(254, primary_key=True)
    since = moment(required=True)
    word = Varchar(20, default="")


class ChannelPause(Table):
    """A channel that refuses us altogether (wrong password, closed account): nothing is tried there until `until`."""

    channel = Varchar(8, primary_key=True)
    until = moment(required=True)
    reason = Varchar(200, default="")

    pause_channel = one_of(channel, Channel)


class ChannelPace(Table):
    """How fast a channel goes: the next message may be begun at `free_at`, earlier than now after a rest.

    What fell due until `let_go_at` is no flood any more: a coordinator let it go.
    """

    channel = Varchar(8, primary_key=True)
    free_at = moment(required=True)
    let_go_at = moment()

    pace_channel = one_of(channel, Channel)


class WorkerBeat(Table):
    """When each worker process last came round; /readyz reports the newest."""

    worker = Varchar(40, primary_key=True)
    at = moment(required=True)
