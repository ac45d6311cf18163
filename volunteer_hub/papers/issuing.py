"""Issuing: a paper gets the next number of its kind and year, is typeset, and is kept as it left the house.

`facts` are what stands on it: plain JSON values, never markup, a `title` among them. Its layout
templates/papers/<kind>.typ is given them with

    language, made   "pl", "en" or "uk"; when it was issued
    centre           {name, address, phone, hours}
    paper            {number: "12/2026", numbered: "nr 12/2026", code: "K3F7-…", site: "…/verify",
                     qr: an SVG of its own address there, check: its alt}
    foot             what stands at the foot of every page: the number, the day and the code

`facts` may have none of these names.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import check_code, clock, database, qr, typeset
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.papers.kinds import NAMES, Kind, may_issue
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark, speaking

# Whoever wants the next number waits for the one before, so that a paper that could not be made leaves no gap.
# The price: papers of one kind are typeset one after the other.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('paper:' || $1 || ':' || $2::int, 1))"
NEXT = "SELECT coalesce(max(number), 0) + 1 FROM issued_paper WHERE kind = $1 AND year = $2"
PUT = """
    INSERT INTO issued_paper (id, kind, year, number, code, language, text, volunteer, agreement, initiative, meeting,
                              request, facts, document, issued_at, issued_by, withdrawn_words)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '')"""


@dataclass(frozen=True, slots=True)
class Issued:
    """`number` in its `year`; `code`: what /verify finds it by."""

    id: UUID
    number: int
    year: int
    code: str


async def issue(
    settings: Settings,
    actor: Actor,
    kind: Kind,
    facts: Mapping[str, object],
    *,
    language: str,
    text: UUID | None = None,
    volunteer: UUID | None = None,
    agreement: UUID | None = None,
    initiative: UUID | None = None,
    meeting: UUID | None = None,
    request: UUID | None = None,
) -> Issued:
    """Issues a paper, all of it or nothing: the number, the PDF, the line in the log.

    The ids say whom and what it is about; `text` is the version of the centre's own words in it. Raises Refused 404 for
    who may not issue this kind, and typeset's error for facts that its layout cannot take.
    """
    if not may_issue(actor, kind):
        raise Refused("", 404)
    now, id, code = clock.now(), uuid4(), check_code.new()
    today = clock.wall(now, settings.timezone).date()
    async with database.transaction():
        await database.execute(LOCK, kind.value, today.year)
        number: int = await database.fetchval(NEXT, kind.value, today.year)
        document = await typeset.pdf(
            f"{kind.value}.typ", {**facts, **around(settings, kind, number, now, code, language)}
        )
        await database.execute(
            PUT, id, kind.value, today.year, number, code, language, text, volunteer, agreement, initiative, meeting,
            request, _sealed(settings, FACTS, id, json.dumps(dict(facts), ensure_ascii=False)),
            _sealed(settings, DOCUMENT, id, base64.b64encode(document).decode()), now, actor.account,
        )  # fmt: skip
        await audit.record(actor, "paper.issue", _about(id, volunteer, request))
    return Issued(id, number, today.year, code)


SAME = """
    SELECT id, number, year, code, facts FROM issued_paper
    WHERE kind = $1 AND volunteer = $2 AND language = $3 AND withdrawn_at IS NULL
      AND issued_at > now() - interval '1 day'
    ORDER BY issued_at DESC LIMIT 1"""


async def same(
    settings: Settings, kind: Kind, facts: Mapping[str, object], language: str, volunteer: UUID
) -> Issued | None:
    """The volunteer's newest paper of today where the same stands on it: a second press makes no second one.

    The caller holds the volunteer's row.
    """
    row = await database.fetchrow(SAME, kind.value, volunteer, language)
    if row is None or facts_of(settings, row["id"], row["facts"]) != json.loads(json.dumps(dict(facts))):
        return None
    return Issued(row["id"], row["number"], row["year"], row["code"])


async def withdraw(actor: Actor, paper: UUID, words: str) -> None:
    """It holds no more, and why; its number is not given again. Raises Refused 404, 409."""
    async with database.transaction():
        row = await database.fetchrow(
            "SELECT kind, volunteer, request, withdrawn_at FROM issued_paper WHERE id = $1 FOR UPDATE", paper
        )
        if row is None or not actor.coordinates:
            raise Refused("", 404)
        if row["withdrawn_at"]:
            raise Refused(mark("Ten dokument jest już wycofany."))
        await database.execute(
            "UPDATE issued_paper SET withdrawn_at = now(), withdrawn_by = $2, withdrawn_words = $3 WHERE id = $1",
            paper, actor.account, words,
        )  # fmt: skip
        await audit.record(actor, "paper.withdraw", _about(paper, row["volunteer"], row["request"]))


def around(settings: Settings, kind: Kind, number: int, made: datetime, code: str, language: str) -> dict[str, object]:
    """What a layout is given besides the facts."""
    address = check_code.address(settings.public_url, code)
    day = clock.wall(made, settings.timezone)
    numbered, shown = f"{number}/{day.year}", check_code.shown(code)
    with speaking(language):
        said = gettext("nr %(number)s", number=numbered)
        foot = [f"{gettext(NAMES[kind])} {said}", f"{day:%d.%m.%Y}", gettext("kod %(code)s", code=shown)]
        check = gettext("Sprawdź ten dokument: %(address)s", address=address)
    return {
        "language": language,
        "made": made.isoformat(timespec="seconds"),
        "centre": {
            "name": settings.centre_name,
            "address": settings.centre_address,
            "phone": pretty(settings.centre_phone) if settings.centre_phone else "",
            "hours": settings.centre_hours,
        },
        "paper": {
            "number": numbered,
            "numbered": said,
            "code": shown,
            "site": f"{settings.public_url}/verify",
            "qr": qr.svg(address),
            "check": check,
        },
        "foot": foot,
    }


# --- what is kept sealed ---------------------------------------------------------------------------------------------

FACTS, DOCUMENT = "paper-facts", "paper"
ERASED = mark("Treść tego dokumentu jest usunięta. Został jego numer.")


def facts_of(settings: Settings, id: UUID, sealed: bytes | None) -> dict[str, object] | None:
    """What stands on a paper; None once it is erased, or when its key is lost."""
    text = _opened(settings, FACTS, id, sealed)
    return json.loads(text) if text else None


def document_of(settings: Settings, id: UUID, sealed: bytes | None) -> bytes | None:
    """The PDF byte for byte as it was issued; None as above."""
    text = _opened(settings, DOCUMENT, id, sealed)
    return base64.b64decode(text) if text else None


FORGET = "UPDATE issued_paper SET facts = NULL, document = NULL, withdrawn_words = '' WHERE"
# Attendance lists on which they may stand by a first name or an alias, which says too little to be searched for.
LISTED = """meeting IN (
    SELECT o.meeting FROM assignment s JOIN opening o ON o.id = s.opening WHERE s.volunteer = ANY($1)
    UNION SELECT m.id FROM member e JOIN meeting m ON m.initiative = e.initiative WHERE e.participant = ANY($1))"""


async def forget(people: list[UUID], requests: list[UUID]) -> None:
    """Of the papers of who is erased the number stays, and the days it was issued and withdrawn."""
    await database.execute(f"{FORGET} volunteer = ANY($1) OR request = ANY($2) OR {LISTED}", people, requests)


async def forget_saying(settings: Settings, says: Callable[[str], bool]) -> None:
    """Lists and slips that name who is erased lose what stands on them: half a list would be a forged one."""
    rows = await database.fetch(
        "SELECT id, facts, withdrawn_words FROM issued_paper WHERE facts IS NOT NULL OR withdrawn_words <> ''"
    )
    found = [
        row["id"]
        for row in rows
        if says(f"{_opened(settings, FACTS, row['id'], row['facts']) or ''} {row['withdrawn_words']}")
    ]
    await database.execute(f"{FORGET} id = ANY($1)", found)


def _sealed(settings: Settings, what: str, id: UUID, text: str) -> bytes:
    return seal(settings.field_keys, text, where=f"{what}:{id}")


def _opened(settings: Settings, what: str, id: UUID, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return unseal(settings.field_keys, bytes(sealed), where=f"{what}:{id}")
    except CannotOpen:
        return ""


def _about(paper: UUID, volunteer: UUID | None, request: UUID | None) -> str:
    return f"volunteer:{volunteer}" if volunteer else f"request:{request}" if request else f"paper:{paper}"
