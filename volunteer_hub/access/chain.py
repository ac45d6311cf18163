"""Is the log whole? Finds entries that were changed, taken out, put in or swapped past the database's own guards.

Each entry has a link whose hash covers the hash before it (the database writes it at commit, migration 02:11:17). Once
a night the worker verifies the chain and leaves a witness: how far it reached, marked with the field key. Rewriting the
whole chain or cutting its end off would need that key. docs/decisions/0016-audit-and-break-glass.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.kit import database, secret
from volunteer_hub.settings import Settings

# Links verified by one statement, far below the statement timeout.
BATCH = 50_000
TOLD = 20

WRONG = """
    WITH part AS (
        SELECT seq, entry, hash FROM audit_link WHERE seq > $1 ORDER BY seq LIMIT $3
    ), chain AS (
        SELECT seq, entry, hash, lag(seq, 1, $1) OVER w AS seq_before, lag(hash, 1, $2) OVER w AS before
        FROM part WINDOW w AS (ORDER BY seq)
    )
    SELECT c.seq, c.entry,
           CASE WHEN c.seq <> c.seq_before + 1 THEN 'gap' WHEN e.id IS NULL THEN 'missing' ELSE 'changed' END AS what
    FROM chain c LEFT JOIN audit_entry e ON e.id = c.entry
    WHERE c.seq <> c.seq_before + 1 OR e.id IS NULL
       OR c.hash <> audit_hash(c.before, e.id, e.at, e.account, e.role, e.verb, e.about, e.outcome)
    ORDER BY c.seq LIMIT $4"""

END_OF_PART = """
    SELECT seq, hash FROM audit_link
    WHERE seq = (SELECT max(seq) FROM (SELECT seq FROM audit_link WHERE seq > $1 ORDER BY seq LIMIT $2) AS part)"""

UNCHAINED = """
    SELECT 0 AS seq, e.id AS entry, 'added' AS what FROM audit_entry e
    WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.entry = e.id) LIMIT $1"""

WITNESSES = """
    SELECT w.at, w.seq, w.hash, w.mark, l.hash IS NOT DISTINCT FROM w.hash AS agrees
    FROM audit_witness w LEFT JOIN audit_link l ON l.seq = w.seq ORDER BY w.seq, w.at"""


@dataclass(frozen=True)
class Fault:
    """`what`: changed, missing, gap, added, or witness (a night's end of the chain is not the chain's any more)."""

    seq: int
    entry: UUID | None
    what: str


@dataclass(frozen=True)
class Verdict:
    """The chain's end, as of now, and what is wrong with it (the first faults only)."""

    seq: int
    hash: bytes
    faults: tuple[Fault, ...]


async def verify(settings: Settings, batch: int = BATCH) -> Verdict:
    """Reads the whole log once. A second or two for a million entries."""
    faults: list[Fault] = []
    seq, end = 0, b""
    while len(faults) < TOLD and (last := await database.fetchrow(END_OF_PART, seq, batch)):
        rows = await database.fetch(WRONG, seq, end, batch, TOLD)
        faults += [Fault(row["seq"], row["entry"], row["what"]) for row in rows]
        seq, end = last["seq"], bytes(last["hash"])
    faults += [Fault(row["seq"], row["entry"], row["what"]) for row in await database.fetch(UNCHAINED, TOLD)]
    faults += await _unwitnessed(settings.field_keys)
    return Verdict(seq, end, tuple(faults[:TOLD]))


async def _unwitnessed(keys: Sequence[str]) -> list[Fault]:
    """Nights whose end is not in the chain any more; and the last one if its mark is nobody's who has the key."""
    rows = await database.fetch(WITNESSES)
    faults = [Fault(row["seq"], None, "witness") for row in rows if not row["agrees"]]
    if rows and not faults:
        last = rows[-1]
        if bytes(last["mark"]) not in {_mark(key, last["seq"], last["hash"]) for key in keys}:
            faults.append(Fault(last["seq"], None, "witness"))
    return faults


async def bear_witness(settings: Settings, verdict: Verdict) -> None:
    """Writes down how far a chain without faults reached."""
    await database.execute(
        "INSERT INTO audit_witness (id, at, seq, hash, mark) VALUES (gen_random_uuid(), now(), $1, $2, $3)",
        verdict.seq, verdict.hash, _mark(settings.field_keys[0], verdict.seq, verdict.hash),
    )  # fmt: skip


def _mark(key: str, seq: int, hash: bytes) -> bytes:
    return bytes.fromhex(secret.sign(key, "audit witness", str(seq), bytes(hash).hex()))
