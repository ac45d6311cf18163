"""The centre's own words of papers: their versions, and a new one. None is deleted; going back is a new one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import check_code, clock, database, typeset
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.papers import issuing, names, samples, texts
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.corrections import Stale
from volunteer_hub.replies.texts.queries import themes
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import speaking

SHOWN = 50

VERSIONS = f"""
    SELECT t.version, t.body, t.changed_at AS at, coalesce(a.name, '') AS by
    FROM paper_text t LEFT JOIN account a ON a.id = t.changed_by
    WHERE t.kind = $1 AND t.language = $2 ORDER BY t.version DESC LIMIT {SHOWN}"""
OWN = """
    SELECT DISTINCT ON (kind, language) kind, language, body <> '' AS own FROM paper_text
    ORDER BY kind, language, version DESC"""
PUT = """
    INSERT INTO paper_text (id, kind, language, version, body, changed_at, changed_by)
    SELECT $1, $2::varchar, $3::varchar, $4 + 1, $5, now(), $6
    WHERE $4 = coalesce((SELECT max(version) FROM paper_text WHERE kind = $2::varchar AND language = $3::varchar), 0)
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Version:
    """An empty `body`: from then on the paper says the house's words."""

    version: int
    body: str
    at: datetime
    by: str


async def own(actor: Actor) -> set[tuple[str, str]]:
    """Of which kind and language the centre says its own words. Raises Refused 404."""
    coordinators_only(actor)
    return {(row["kind"], row["language"]) for row in await database.fetch(OWN) if row["own"]}


async def versions(actor: Actor, kind: Kind, language: str) -> list[Version]:
    """The newest first. Raises Refused 404."""
    coordinators_only(actor)
    return [Version(**row) for row in await database.fetch(VERSIONS, kind.value, language)]


async def save(actor: Actor, kind: Kind, language: str, body: str, seen: int) -> None:
    """Makes `body` the words of the next paper, "" the house's; `seen`: the number of the version that was seen.

    Raises Refused 404 for others, 422 with a sentence for words that cannot be said, Stale.
    """
    coordinators_only(actor)
    if body:
        await judge(kind, language, body)
    async with database.transaction():
        id = uuid4()
        if not await database.execute(PUT, id, kind.value, language, seen, body, actor.account):
            raise Stale
        await audit.record(actor, "paper.text", f"text:{id}")


async def judge(kind: Kind, language: str, body: str) -> None:
    """Raises Refused 422 with a sentence for words that this paper cannot or may not say, jinja2.TemplateError."""
    texts.check(kind, body)
    if kind in texts.NEUTRAL:
        # In a thread: the first time, all our own texts are read.
        await asyncio.to_thread(texts.check_neutral, kind, language, body, await themes())


async def sample(settings: Settings, kind: Kind, language: str, body: str, which: str) -> bytes:
    """The PDF with made-up facts, "ordinary" or "longest", under number 0. Raises Refused 422, jinja2.TemplateError."""
    with speaking(language):
        parts = texts.say(kind, body, names.values(kind, which))
        facts = samples.facts(settings, kind, language, parts, which)
    nobodys = "0" * check_code.LENGTH
    around = issuing.around(settings, kind, 0, clock.now(), nobodys, language)
    return await typeset.pdf(f"{kind.value}.typ", {**facts, **around})
