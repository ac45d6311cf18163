"""What somebody looks for in the list of volunteers: read from an address, written into one. It looks at nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from volunteer_hub.people.rules import CAUSES, LANGUAGES, SKILLS, Kind, Step
from volunteer_hub.web.forms import one_line

MOST_WORDS = 6

# What each filter may say; None: any word of its own (an area, a tag).
CHOICES: dict[str, Sequence[str] | None] = {
    "step": tuple(Step),
    "kind": tuple(Kind),
    "area": None,
    "tag": None,
    "language": LANGUAGES,
    "skill": SKILLS,
    "cause": CAUSES,
    "minor": ("yes",),
    "consent": ("guardian", "messages"),
    "clearance": ("ending", "ended"),
    "waits": ("7", "30", "90"),
    "order": ("waits", "newest"),
}


@dataclass(frozen=True)
class Wanted:
    """A search: words, filters and an order, all of them as they stand in the address; an empty one asks nothing."""

    q: str = ""
    step: str = ""
    kind: str = ""
    area: str = ""
    tag: str = ""
    language: str = ""
    skill: str = ""
    cause: str = ""
    minor: str = ""
    consent: str = ""
    clearance: str = ""
    waits: str = ""
    order: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the list, by the name of the filter, words too; the order does not."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in said.items() if value and name != "order"}

    @property
    def query(self) -> str:
        """As it stands behind the question mark of an address, always in the same order."""
        said = self.filters | ({"order": self.order} if self.order else {})
        return urlencode(said)

    def but(self, **changes: str) -> "Wanted":
        """The same search with these changes."""
        return replace(self, **changes)


def wanted(asked: Mapping[str, str]) -> Wanted:
    """The search that an address asks for. What it does not know, it does not mind."""
    said: dict[str, str] = {"q": one_line(asked.get("q", ""))[:80]}
    for name, choices in CHOICES.items():
        value = one_line(asked.get(name, ""))[:40]
        said[name] = value if choices is None or value in choices else ""
    return Wanted(**said)


def kept(query: str) -> Wanted:
    """The search that `Wanted.query` wrote."""
    return wanted(dict(parse_qsl(query)))


# What stands between the parts of a name, for the database's fold() too.
BETWEEN = str.maketrans(dict.fromkeys("-'’.", " "))


def parts(q: str) -> list[str]:
    """What must stand somewhere in the name and number, in any order, once fold() has taken the marks off both.

    Digits with spaces between them are one number, however they are grouped. A word without letter or digit is none.
    """
    if q and all(character in "+-() ." or character.isdecimal() for character in q):
        digits = "".join(character for character in q if character.isdecimal())
        return [digits] if digits else []
    return [word for word in q.translate(BETWEEN).split() if any(map(str.isalnum, word))][:MOST_WORDS]
