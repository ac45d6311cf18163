from piccolo.columns import UUID, Boolean, Integer, Text, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.kit.columns import key, moment


class TextVersion(Table):
    """One version of the words of a message that the desk wrote; the one with the highest `number` is said.

    `text` is kinds.Text.key. A version that is `ours` has no words: from then on the message says ours again.
    `keeps`: an SMS keeps its diacritics. `by` is the account that wrote it.
    """

    id = key()
    text = Varchar(80)
    number = Integer()
    subject = Text(default="")
    body = Text(default="")
    keeps = Boolean(default=False)
    ours = Boolean(default=False)
    by = UUID(null=True, default=None)
    at = moment(required=True)

    text_version_number = Unique([text, number])


class TextFailure(Table):
    """An edited text could not be said and ours was instead: when, and the kind of the mistake. Never the words."""

    id = key()
    version = UUID(index=True)
    at = moment(required=True)
    error = Varchar(120)
