from piccolo.columns import Bytea, DoublePrecision, Integer, OnDelete, Varchar
from piccolo.table import Table

from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.columns import key, link, moment, one_of


class Account(Table):
    """Somebody who signs in, with an e-mail or a phone (one is enough). What they are to the centre is in `people`."""

    id = key()
    name = Varchar(120)
    email = Varchar(254, null=True, default=None, unique=True)
    phone = Varchar(16, null=True, default=None, unique=True)
    role = Varchar(20)
    language = Varchar(2, default="pl")
    created_at = moment(required=True)
    closed_at = moment()

    account_role = one_of(role, Role)


class Session(Table):
    """A signed-in browser. The cookie holds a token, the table only its hash, so a stolen table opens nothing."""

    id = key()
    token_hash = Bytea(unique=True)
    account = link(Account, on_delete=OnDelete.cascade)
    created_at = moment(required=True)
    seen_at = moment(required=True)


class SignInCode(Table):
    """A code sent to an e-mail or phone, or a link printed by the administrator: once, ten minutes, one browser.

    Without an account: somebody typed an address nobody has, and gets the same pages and the same counting of tries.
    """

    id = key()
    account = link(Account, required=False, on_delete=OnDelete.cascade)
    address_hash = Bytea(index=True)
    browser_hash = Bytea(index=True)
    secret_hash = Bytea()
    tries = Integer(default=0)
    created_at = moment(required=True)
    used_at = moment()


class Allowance(Table):
    """How often something may still be done by one address, number or browser; refills with time (access/limits.py)."""

    id = key()
    key_hash = Bytea(unique=True)
    unspent = DoublePrecision()
    at = moment(required=True)


class AuditEntry(Table):
    """Who did or saw what that must be answered for. Only ever added to; migration 2 forbids the rest."""

    id = key()
    at = moment(required=True)
    account = link(Account, required=False, on_delete=OnDelete.set_null)
    role = Varchar(20)
    verb = Varchar(60)
    about = Varchar(80)
    outcome = Varchar(20, default="done")
