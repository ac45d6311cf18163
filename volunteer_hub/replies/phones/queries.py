"""The demo's fake phones and mailboxes: whose they are, what reached them, what was written back. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.messaging.rules import Channel, State, segments
from volunteer_hub.replies.phones import invitation
from volunteer_hub.replies.phones.invitation import Invitation

ON_A_PAGE = 12
KEPT_IN_VIEW = 8
REACHED = [State.ACCEPTED.value, State.SENT.value, State.DELIVERED.value]

# Everybody with a number or an address, and whatever else was written to; the one last written to comes first.
SHELF = """
    WITH owner AS (
        SELECT nullif(phone, '') AS phone, email, first_name || ' ' || last_name AS name FROM volunteer
        UNION ALL SELECT nullif(guardian_phone, ''), nullif(guardian_email, ''), guardian_name FROM volunteer
        UNION ALL SELECT phone, NULL, trim(first_name || ' ' || last_name) FROM participant
        UNION ALL SELECT phone, email, name FROM account),
    owned AS (
        SELECT CASE WHEN $1 = 'sms' THEN phone ELSE email END AS address, string_agg(DISTINCT name, ', ') AS name
        FROM owner GROUP BY 1),
    reached AS (
        SELECT address, max(coalesce(sent_at, created_at)) AS at FROM message
        WHERE channel = $1 AND (state = ANY($2) OR state = 'planned' AND due_at > now()) GROUP BY address),
    heard AS (
        SELECT address, max(received_at) AS at FROM inbound
        WHERE (provider_id NOT LIKE 'mail:%') = ($1 = 'sms') GROUP BY address)
    SELECT address, coalesce(name, '') AS name
    FROM owned FULL JOIN reached USING (address) FULL JOIN heard USING (address)
    WHERE address IS NOT NULL AND ($3 = '' OR fold(coalesce(name, '') || ' ' || address) LIKE '%' || fold($3) || '%')
    ORDER BY greatest(reached.at, heard.at) DESC NULLS LAST, sort_key(coalesce(name, '')), address
    LIMIT $4 OFFSET $5"""

LINES = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY address ORDER BY at DESC, mine, id) AS back FROM (
            SELECT id, address, false AS mine, subject, body, state AS became, reply_code, calendar,
                   coalesce(sent_at, created_at) AS at, false AS waits
            FROM message WHERE address = ANY($2) AND channel = $1 AND state = ANY($3)
            UNION ALL
            SELECT id, address, true, '', body, reading, '', NULL, received_at, handled_at IS NULL
            FROM inbound WHERE address = ANY($2)) AS said) AS numbered
    WHERE back <= $4 ORDER BY at, mine DESC, id"""


# What waits, as an SMS at night does.
WAITING = """
    SELECT address, body, due_at FROM message
    WHERE address = ANY($2) AND channel = $1 AND state = 'planned' AND due_at > now() ORDER BY due_at, id"""


@dataclass(frozen=True, slots=True)
class Line:
    """One message on a phone or in a mailbox; `mine`: its owner wrote it. `became` is a state or a reading.

    `waits`: a human has yet to read it.
    """

    id: UUID
    mine: bool
    subject: str
    body: str
    became: str
    reply_code: str
    at: datetime
    parts: int = 1
    invitation: Invitation | None = None
    waits: bool = False

    @property
    def paragraphs(self) -> list[list[str]]:
        """The body as paragraphs of lines."""
        return [block.splitlines() for block in self.body.strip().split("\n\n") if block.strip()]


@dataclass(frozen=True, slots=True)
class Phone:
    """A fake phone or mailbox with the newest of what is on it, oldest first; and what is on its way, until when."""

    address: str
    name: str
    lines: list[Line] = field(default_factory=list)
    waiting: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return "box-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in self.address)

    @property
    def code(self) -> str:
        """The code the last SMS asked for, if it asked for one."""
        return next((line.reply_code for line in reversed(self.lines) if not line.mine), "")

    @property
    def answers(self) -> int:
        """How much its owner wrote: after each answer the page offers a fresh input."""
        return sum(line.mine for line in self.lines)


async def shelf(channel: Channel, search: str = "", page: int = 0) -> tuple[list[Phone], bool]:
    """Phones or mailboxes whose owner or address has `search` in it, and whether there are more after this page."""
    found = await database.fetch(SHELF, channel.value, REACHED, _wanted(search), ON_A_PAGE + 1, page * ON_A_PAGE)
    shown = found[:ON_A_PAGE]
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in await database.fetch(LINES, channel.value, [row["address"] for row in shown], REACHED, KEPT_IN_VIEW):
        lines[row["address"]].append(_line(row))
    waiting: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for row in await database.fetch(WAITING, channel.value, [row["address"] for row in shown]):
        waiting[row["address"]].append((row["body"], row["due_at"]))
    phones = [Phone(**row, lines=lines[row["address"]], waiting=waiting[row["address"]]) for row in shown]
    return phones, len(found) > ON_A_PAGE


async def invited(message: UUID) -> tuple[bytes, str] | None:
    """The calendar part of an e-mail, as it was sent, and to whom."""
    row = await database.fetchrow("SELECT calendar, address FROM message WHERE id = $1", message)
    return (row["calendar"], row["address"]) if row and row["calendar"] else None


def _wanted(search: str) -> str:
    """What to look for, as LIKE takes it literally; a number may be typed in groups."""
    in_groups = bool(search) and all(c.isdigit() or c in " +-" for c in search)
    text = search.replace(" ", "").replace("-", "") if in_groups else " ".join(search.split())
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _line(row: asyncpg.Record) -> Line:
    return Line(
        id=row["id"],
        mine=row["mine"],
        subject=row["subject"],
        body=row["body"],
        became=row["became"],
        reply_code=row["reply_code"],
        at=row["at"],
        parts=len(segments(row["body"]).parts),
        invitation=invitation.read(row["calendar"]) if row["calendar"] else None,
        waits=row["waits"],
    )
