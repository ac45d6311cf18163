"""Reads of the words of messages: which are the centre's own, a text's versions, what went wrong with one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.messaging.edited.kinds import GROUPS, Case, Fixed, Kind, Text
from volunteer_hub.messaging.edited.ours import every
from volunteer_hub.messaging.edited.saying import Draft
from volunteer_hub.web import i18n

OWN = """
    SELECT DISTINCT ON (v.text) v.text, NOT v.ours AS own,
           EXISTS (SELECT FROM text_failure f WHERE f.version = v.id) AS failed
    FROM text_version v ORDER BY v.text, v.number DESC"""

VERSIONS = """
    SELECT v.id, v.number, v.subject, v.body, v.keeps, v.ours, v.at, coalesce(a.name, '') AS by,
           (SELECT max(f.at) FROM text_failure f WHERE f.version = v.id) AS failed_at
    FROM text_version v LEFT JOIN account a ON a.id = v.by
    WHERE v.text = $1 ORDER BY v.number DESC LIMIT $2"""

THEMES = "SELECT name_pl, name_en, name_uk FROM theme"

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A case of a message by one channel, and how it stands in each language: "own", "ours" or "failed"."""

    kind: Kind
    case: Case | None
    channel: str
    languages: dict[str, tuple[Text, str]]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A message whose words stay ours, and why."""

    kind: Kind
    why: Fixed


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    lines: list[Line]
    fixed: list[Fixture]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text; `words` is None where it went back to ours."""

    id: UUID
    number: int
    words: Draft | None
    by: str
    at: datetime
    failed_at: datetime | None


async def groups(actor: Actor) -> list[Group]:
    """Every message, by whom it goes to. Coordinators only."""
    coordinators_only(actor)
    stand = {row["text"]: _stand(row["own"], row["failed"]) for row in await database.fetch(OWN)}
    return [
        Group(
            name,
            [_line(text, stand) for kind in kinds for text in texts if text.template == kind.template],
            [Fixture(kind, kind.fixed) for kind in kinds if kind.fixed],
        )
        for texts in [every()]
        for name, kinds in GROUPS.items()
    ]


def _stand(own: bool, failed: bool) -> str:
    return "ours" if not own else "failed" if failed else "own"


def _line(text: Text, stand: dict[str, str]) -> Line:
    said = {code: Text(text.template, text.case, text.channel, code) for code in i18n.LANGUAGES}
    case = next((case for case in text.kind.cases_of(text.channel) if case.key == text.case), None)
    return Line(
        text.kind, case, text.channel.value, {code: (one, stand.get(one.key, "ours")) for code, one in said.items()}
    )


async def line(actor: Actor, text: Text) -> Line:
    """How this text stands in each language. Coordinators only."""
    coordinators_only(actor)
    return _line(text, {row["text"]: _stand(row["own"], row["failed"]) for row in await database.fetch(OWN)})


async def versions(actor: Actor, text: Text) -> list[Version]:
    """The newest first, MOST_VERSIONS at most. Coordinators only."""
    coordinators_only(actor)
    return [
        Version(
            row["id"], row["number"], None if row["ours"] else Draft(row["subject"], row["body"], row["keeps"]),
            row["by"], row["at"], row["failed_at"],
        )
        for row in await database.fetch(VERSIONS, text.key, MOST_VERSIONS)
    ]  # fmt: skip


async def themes() -> list[str]:
    """The names of all themes in all languages: words that no message may say."""
    return [name for row in await database.fetch(THEMES) for name in row]
