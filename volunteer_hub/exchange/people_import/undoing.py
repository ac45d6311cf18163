"""A written file undone: who came by it goes, what it changed is put back, but for those to whom something happened.

Whether something happened is asked of the database itself: a row of theirs that is not as it was written, or any row
of any table that leads to them.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.exchange.people_import.judging import DETAILS, LISTS
from volunteer_hub.intake import merged_seats
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people import corrections
from volunteer_hub.people.corrections import Details
from volunteer_hub.people.rules import Kind
from volunteer_hub.schedule.risks import standing

AT_ONCE = 500


class Kept(StrEnum):
    """Why somebody was not undone."""

    GONE = "gone"
    CHANGED = "changed"
    SIGNED_IN = "signed-in"
    CONSENT = "consent"
    MESSAGES = "messages"
    RIGHTS = "rights"
    PAPERS = "papers"
    WORK = "work"


# What writing a file makes itself, or what only says of two that they are two.
OURS = ("people_import_line", "step_taken", "not_the_same")
PAPERS = ("agreement", "service", "policy", "clearance", "guardian_link")
LEADING = """
    SELECT c.conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'volunteer'::regclass ORDER BY 1, 2"""

CHANGED = """
    SELECT l.volunteer FROM people_import_line l JOIN volunteer v ON v.id = l.volunteer
    WHERE l.volunteer = ANY($1) AND l.file = $2 AND md5(v::text) <> l.stamp"""
SIGNED_IN = """
    SELECT v.id FROM volunteer v JOIN account a ON a.id = v.account
    WHERE v.id = ANY($1) AND (EXISTS (SELECT FROM session s WHERE s.account = a.id)
        OR EXISTS (SELECT FROM device d WHERE d.account = a.id)
        OR greatest(a.phone_proven_at, a.email_proven_at) > (SELECT written_at FROM people_import WHERE id = $2))"""
CONSENTS = """
    SELECT c.person FROM consent c
    WHERE c.person = ANY($1) AND c.channel <> 'import' AND $2::uuid IS NOT NULL"""
MESSAGES = """
    SELECT v.id FROM unnest($1::uuid[]) v (id), people_import i WHERE i.id = $2 AND (
        EXISTS (SELECT FROM message m WHERE m.about = 'volunteer:' || v.id AND m.created_at >= i.written_at)
        OR EXISTS (SELECT FROM inbound n WHERE n.about = 'volunteer:' || v.id AND n.received_at >= i.written_at))"""
RIGHTS = """
    SELECT v.id FROM unnest($1::uuid[]) v (id)
    WHERE EXISTS (SELECT FROM rights_request r WHERE r.subject = 'volunteer:' || v.id) AND $2::uuid IS NOT NULL"""
# Of who came by the file anything at all is something; who was here before has a life of their own.
OF_ALL = ((Kept.CHANGED, CHANGED), (Kept.MESSAGES, MESSAGES))
OF_NEW = ((Kept.SIGNED_IN, SIGNED_IN), (Kept.CONSENT, CONSENTS), (Kept.RIGHTS, RIGHTS))


async def undo(actor: Actor, file: UUID, told: Callable[[int], Awaitable[None]] | None) -> None:
    """All that can be undone of a file, in the transaction that the caller holds; of the rest why not, by line."""
    rows = await database.fetch(
        """SELECT id, volunteer, before FROM people_import_line
           WHERE file = $1 AND stamp <> '' ORDER BY number""", file,
    )  # fmt: skip
    await _keep(file, {row["id"]: Kept.GONE for row in rows if row["volunteer"] is None})
    lines = {row["volunteer"]: row["id"] for row in rows if row["volunteer"]}
    was = {row["volunteer"]: json.loads(row["before"]) for row in rows if row["volunteer"] and row["before"]}
    people = list(lines)
    for n in range(0, len(people), AT_ONCE):
        part = people[n : n + AT_ONCE]
        await database.execute("SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR UPDATE", part)
        kept = await _kept(file, part, [id for id in part if id not in was])
        await _keep(file, {lines[id]: why for id, why in kept.items()})
        await _remove(actor, [id for id in part if id not in was and id not in kept])
        for id in part:
            if id in was and id not in kept:
                await _put_back(actor, file, id, was[id])
        if told:
            await told(n + len(part))
    await database.execute("UPDATE people_import SET state = 'undone', undone_at = now() WHERE id = $1", file)
    left = await database.fetchval("SELECT count(*) FROM people_import_line WHERE file = $1 AND kept <> ''", file)
    await audit.record(actor, "people.import-undo", f"import:undone={len(rows) - left},kept={left}")


async def _kept(file: UUID, people: Sequence[UUID], new: Sequence[UUID]) -> dict[UUID, Kept]:
    """To whom something has happened since, and what."""
    found: dict[UUID, Kept] = {}
    asked = [(why, sql, people) for why, sql in OF_ALL] + [(why, sql, new) for why, sql in OF_NEW]
    for why, sql, of in asked:
        for row in await database.fetch(sql, list(of), file):
            found.setdefault(row[0], why)
    for table in await database.fetch(LEADING):
        name, column = table["name"], table["column"]
        if name in OURS:
            continue
        for row in await database.fetch(
            f'SELECT DISTINCT "{column}" FROM {name} WHERE "{column}" = ANY($1)', list(new)
        ):
            found[row[0]] = Kept.PAPERS if name in PAPERS else Kept.WORK
    return found


async def _keep(file: UUID, kept: dict[UUID, Kept]) -> None:
    sql = "UPDATE people_import_line SET kept = $2 WHERE id = $1 AND file = $3"
    await database.executemany(sql, [(line, why.value, file) for line, why in kept.items()])


async def _remove(actor: Actor, people: Sequence[UUID]) -> None:
    """Who came by the file is gone, with the account that was opened for them."""
    accounts = await database.fetch("SELECT account FROM volunteer WHERE id = ANY($1) AND account IS NOT NULL", people)
    await database.execute("DELETE FROM volunteer WHERE id = ANY($1)", people)
    await database.execute(
        """DELETE FROM account a WHERE id = ANY($1) AND role = 'volunteer'
             AND NOT EXISTS (SELECT FROM volunteer v WHERE v.account = a.id)""",
        [row["account"] for row in accounts],
    )
    await audit.record_each(actor, "people.import-undo", [f"volunteer:{id}" for id in people])


async def _put_back(actor: Actor, file: UUID, id: UUID, was: dict[str, Any]) -> None:
    """Somebody who was here before is as they were; an account that the file opened for them is gone."""
    now = await database.fetchrow("SELECT version, account FROM volunteer WHERE id = $1", id)
    opened = now["account"] if now and was["account"] is None else None
    if opened:
        await database.execute("UPDATE volunteer SET account = NULL WHERE id = $1", id)
        await database.execute("DELETE FROM account WHERE id = $1", opened)
    values = {name: was[name] for name in DETAILS}
    values |= {"birth_date": date.fromisoformat(was["birth_date"]), "kind": Kind(was["kind"])}
    await corrections.correct(actor, id, now["version"] if now else 0, Details(**values))
    await database.execute(
        """UPDATE volunteer SET latitude = $2, longitude = $3, causes = $4, skills = $5, languages = $6
           WHERE id = $1""", id, was["latitude"], was["longitude"], *(was[name] for name in LISTS),
    )  # fmt: skip
    await merged_seats.tell_again(id, f"import-undone:{file}")
    await standing.recheck(actor, id)
    await audit.record(actor, "people.import-undo", f"volunteer:{id}")
