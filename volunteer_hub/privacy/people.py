"""Who a person is all over the database: their ids, accounts, addresses and names, as far as they are theirs alone."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.web import forms


@dataclass(frozen=True)
class Person:
    """A volunteer or a participant.

    `ids` are the person's own and those of rows that were merged into it. `alone` are addresses that nobody else here
    has, `shared` those of a family; `abouts` what messages about them are said to concern.
    """

    kind: str
    ids: list[UUID]
    accounts: list[UUID]
    names: list[str]
    alone: list[str]
    shared: list[str]
    requests: list[UUID]
    abouts: list[str]

    @property
    def subjects(self) -> list[str]:
        return [f"{self.kind}:{id}" for id in self.ids]


SAME = """
    WITH RECURSIVE same(id) AS (SELECT $1::uuid UNION SELECT m.gone FROM merge m JOIN same ON m.kept = same.id)
    SELECT id FROM same"""

VOLUNTEER = """
    SELECT v.id, v.account, v.first_name, v.last_name, '' AS alias,
           ARRAY[v.phone, v.email, v.guardian_phone, v.guardian_email, a.phone, a.email] AS addresses
    FROM volunteer v LEFT JOIN account a ON a.id = v.account WHERE v.id = ANY($1)"""
PARTICIPANT = """
    SELECT id, NULL::uuid AS account, first_name, last_name, alias, ARRAY[phone] AS addresses
    FROM participant WHERE id = ANY($1)"""

OF_OTHERS = """
    SELECT one FROM unnest($1::text[]) one WHERE
        EXISTS (SELECT FROM volunteer v WHERE v.id <> ALL($2)
                AND one IN (v.phone, v.email, v.guardian_phone, v.guardian_email))
     OR EXISTS (SELECT FROM participant p WHERE p.id <> ALL($2) AND p.phone = one)
     OR EXISTS (SELECT FROM account a WHERE a.id <> ALL($3) AND one IN (a.phone, a.email))
     OR EXISTS (SELECT FROM school s WHERE one IN (s.contact_phone, s.contact_email))"""

# Asked from an address that is theirs alone, or from the family's under their name.
REQUESTS = """
    SELECT id FROM request r WHERE r.participant = ANY($1)
        OR r.phone = ANY($2) OR lower(r.email) = ANY($2)
        OR (r.phone = ANY($3) OR lower(r.email) = ANY($3))
           AND EXISTS (SELECT FROM unnest($4::text[]) n WHERE r.name ILIKE '%' || n || '%')"""

ABOUTS = """
    SELECT 'assignment:' || id AS about FROM assignment WHERE volunteer = ANY($1)
    UNION ALL SELECT 'regular:' || id FROM regular_task WHERE volunteer = ANY($1)
    UNION ALL SELECT 'coming:' || c.id FROM coming c JOIN member e ON e.id = c.member WHERE e.participant = ANY($1)
    UNION ALL SELECT 'joining:' || id FROM joining WHERE participant = ANY($1)
    UNION ALL SELECT 'inbound:' || id FROM inbound WHERE address = ANY($2)"""


async def person(subject: str) -> Person | None:
    """Of "volunteer:<uuid>" or "participant:<uuid>"; ids alone when the row is gone already. None: no such thing."""
    kind, _, text = subject.partition(":")
    id = forms.id_of(text)
    if kind not in ("volunteer", "participant") or id is None:
        return None
    ids = [row["id"] for row in await database.fetch(SAME, id)]
    rows = await database.fetch(VOLUNTEER if kind == "volunteer" else PARTICIPANT, ids)
    accounts = [row["account"] for row in rows if row["account"]]
    names = sorted({name for row in rows for name in (row["first_name"], row["last_name"], row["alias"]) if name})
    alone, shared = await _addresses(rows, ids, accounts)
    firsts = sorted({name for row in rows for name in (row["first_name"], row["alias"]) if name})
    requests = [row["id"] for row in await database.fetch(REQUESTS, ids, alone, shared, firsts)]
    abouts = await _abouts(kind, ids, accounts, alone, requests)
    return Person(kind, ids, accounts, names, alone, shared, requests, abouts)


async def _addresses(rows: list[asyncpg.Record], ids: list[UUID], accounts: list[UUID]) -> tuple[list[str], list[str]]:
    """Those of the person that are theirs alone, and those that somebody else has too."""
    all_of_them = sorted({address for row in rows for address in row["addresses"] if address})
    others = {row["one"] for row in await database.fetch(OF_OTHERS, all_of_them, ids, accounts)}
    return [one for one in all_of_them if one not in others], sorted(others)


async def _abouts(
    kind: str, ids: list[UUID], accounts: list[UUID], alone: list[str], requests: list[UUID]
) -> list[str]:
    abouts = [row["about"] for row in await database.fetch(ABOUTS, ids, alone)]
    abouts += [f"{what}:{id}" for id in ids for what in (kind, "account:guardian")]
    return abouts + [f"account:{id}" for id in accounts] + [f"request:{id}" for id in requests]
