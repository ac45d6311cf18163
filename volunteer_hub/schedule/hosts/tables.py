from piccolo.columns import Bytea, ForeignKey, OnDelete, Timestamptz
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.tables import Resource
from volunteer_hub.kit.columns import key, link, moment


class HostLink(Table):
    """The way in, without an account, of an organisation where meetings take place; only the token's hash is kept."""

    id = key()
    resource = ForeignKey(Resource, null=False, unique=True, on_delete=OnDelete.cascade)
    token_hash = Bytea(unique=True)
    ends_at = Timestamptz()
    made_at = moment(required=True)
    made_by = link(Account, required=False, on_delete=OnDelete.set_null)
