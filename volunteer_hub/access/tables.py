from piccolo.columns import UUID, BigInt, Boolean, Bytea, DoublePrecision, Integer, OnDelete, Text, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.rules import Purpose, Stage
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.columns import key, link, moment, one_of


class Account(Table):
    """Somebody who signs in, with an e-mail or a phone (one is enough). What they are to the centre is in `people`.

    Staff have a password (Argon2id) and a second factor: `totp_sealed` is its secret under the field key, `totp_step`
    the last time step a code was taken from, so that no code counts twice. `…_proven_at`: a code sent there came back.
    A phone may be a family's: who of them signs in is asked when the code is right. `urgent_mail`: a coordinator wants
    to hear by e-mail of what is urgent, `digest_mail`: once a month of what is to be done.
    """

    id = key()
    name = Varchar(120)
    email = Varchar(254, null=True, default=None, unique=True)
    phone = Varchar(16, null=True, default=None, index=True)
    role = Varchar(20)
    language = Varchar(2, default="pl")
    password_hash = Text(default="")
    totp_sealed = Bytea(null=True, default=None)
    totp_step = BigInt(default=0)
    totp_since = moment()
    email_proven_at = moment()
    phone_proven_at = moment()
    created_at = moment(required=True)
    closed_at = moment()
    urgent_mail = Boolean(default=True)
    digest_mail = Boolean(default=True)

    account_role = one_of(role, Role)


class Session(Table):
    """A signed-in browser. The cookie holds a token, the table only its hash, so a stolen table opens nothing.

    `label` is what its owner knows it by ("Firefox, Android"); `proved_at` is when they last proved who they are, which
    is asked anew before an address, a password or the second factor changes. Until its `stage` is whole it opens
    nothing but the next page of signing in (access/sessions.py). `pending` is what its owner is in the middle of,
    sealed: a second factor not yet confirmed, recovery codes not yet put away.
    """

    id = key()
    token_hash = Bytea(unique=True)
    account = link(Account, on_delete=OnDelete.cascade)
    label = Varchar(80, default="")
    created_at = moment(required=True)
    seen_at = moment(required=True)
    proved_at = moment()
    stage = Varchar(12, default=Stage.WHOLE)
    pending = Bytea(null=True, default=None)

    session_stage = one_of(stage, Stage)


class KeptForm(Table):
    """A form that was sent after its session had ended: for half an hour, for its owner alone (access/kept.py).

    `sealed` is what was typed, `path` the address it was sent to; a later form to the same address takes its place.
    """

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    path = Varchar(500)
    sealed = Bytea()
    kept_at = moment(required=True)

    kept_form_once = Unique([account, path])


class RecoveryCode(Table):
    """Stands in for the second factor when the phone is lost: ten at a time, each once, kept only as hashes."""

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    code_hash = Bytea()
    used_at = moment()


class Device(Table):
    """A browser that proved itself by a code in an SMS, so that a link alone signs its owner in there."""

    id = key()
    token_hash = Bytea(unique=True)
    account = link(Account, on_delete=OnDelete.cascade)
    label = Varchar(80, default="")
    created_at = moment(required=True)
    seen_at = moment(required=True)


class SignInCode(Table):
    """A code sent to an e-mail or phone, or a link printed by the administrator: once, ten minutes, one browser.

    Without an account: somebody typed an address nobody has, and gets the same pages and the same counting of tries.
    `minutes` is how long it works: a code ten minutes, an invitation to staff seven days. What is sent by e-mail is a
    link and a code, either of which uses up the row. `purpose` says what the right answer does; with the purpose "new
    address" or "number" it proves `address`.
    """

    id = key()
    account = link(Account, required=False, on_delete=OnDelete.cascade)
    address_hash = Bytea(index=True)
    browser_hash = Bytea(index=True)
    secret_hash = Bytea()
    link_hash = Bytea(null=True, default=None, unique=True)
    purpose = Varchar(12, default=Purpose.SIGN_IN)
    address = Varchar(254, default="")
    tries = Integer(default=0)
    minutes = Integer(default=10)
    created_at = moment(required=True)
    used_at = moment()

    sign_in_code_purpose = one_of(purpose, Purpose)


class Allowance(Table):
    """How often something may still be done by one address, number or browser; refills with time (access/limits.py)."""

    id = key()
    key_hash = Bytea(unique=True)
    unspent = DoublePrecision()
    at = moment(required=True)


class AuditEntry(Table):
    """Who did or saw what that must be answered for. Only ever added to: triggers forbid the rest (access/chain.py).

    Ids only, never words of or about people, and no link to the account: erasing somebody leaves it as it is.
    """

    id = key()
    at = moment(required=True)
    account = UUID(null=True, default=None)
    role = Varchar(20)
    verb = Varchar(60)
    about = Varchar(200)
    outcome = Varchar(20, default="done")


class AuditLink(Table):
    """The place of an entry in the chain; `hash` is over the hash before it and the entry. The database writes it."""

    seq = BigInt(primary_key=True)
    entry = UUID(default=None, unique=True)
    hash = Bytea()


class AuditWitness(Table):
    """How far the chain reached on a night, under a mark made with the field key, which no database holds.

    Who rewrites the whole chain, or cuts its end off, cannot make the mark.
    """

    id = key()
    at = moment(required=True)
    seq = BigInt()
    hash = Bytea()
    mark = Bytea()


class Canary(Table):
    """One sealed word of ours: a wrong field key is found by it before it ruins anything."""

    id = Integer(primary_key=True)
    sealed = Bytea()


class BreakGlass(Table):
    """Someone must read, for a while, what is not theirs: asked with a reason, approved by a second coordinator.

    `about` is what is opened ("initiative:<uuid>"); it ends by itself eight hours after the approval.
    """

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    about = Varchar(80, index=True)
    reason = Text()
    asked_at = moment(required=True)
    decided_by = link(Account, required=False, on_delete=OnDelete.set_null)
    approved_at = moment()
    refused_at = moment()
    ends_at = moment()
