"""The versions of the information on data. Whoever reads it signs one of them in the ledger: `id` is its text_version.

The newest is drawn from the register. Before its words change, a copy of it as it was is put under templates/privacy/
versions/<id>.html and a new id goes to the top here and into people.consents; a test holds the newest to its words.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from volunteer_hub.privacy import retention
from volunteer_hub.privacy.purposes import BASES, PURPOSES


@dataclass(frozen=True)
class Version:
    """`since` is the day it was first shown; `words` the mark of what it says, by `fingerprint`."""

    id: str
    since: date
    words: str


VERSIONS: tuple[Version, ...] = (Version("2026-11", date(2026, 11, 21), "e221c70a143e4613"),)
NEWEST = VERSIONS[0]


def fingerprint() -> str:
    """A mark of all that the page says by the register: data, why, bases, rules with their periods, what stays."""
    said = []
    for one in PURPOSES:
        rules = [retention.BY_KEY[key] for key in one.rules]
        periods = [f"{rule.what} {rule.period.n} {rule.period.unit} {rule.after}" for rule in rules]
        said += [one.key, one.data, one.why, *(BASES[basis] for basis in one.bases), one.stays, *periods]
    return sha256("\n".join(said).encode()).hexdigest()[:16]
