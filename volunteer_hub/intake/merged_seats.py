"""What two volunteers who become one have been asked and have accepted: one person's, without a seat taken twice."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, codes, notices, seats
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import mark

AGAIN = mark("Ktoś właśnie coś zmienił w zadaniach tych osób. Spróbuj jeszcze raz.")
OVERLAP = mark(
    "Oba wpisy mają przyjęte zadania w tym samym czasie: %(when)s. Nikt nie może być w dwóch miejscach naraz."
    " Najpierw wypisz jeden z nich."
)

# Of one opening the state that says more stays.
STRENGTH = ("withdrawn", "declined", "silent", "missed", "proposed", "invited", "accepted", "done")
HOLDS_A_SEAT = ("accepted", "done", "missed")

MEETINGS = """
    SELECT DISTINCT o.meeting, o.role FROM assignment s JOIN opening o ON o.id = s.opening
    WHERE s.volunteer = ANY($1)"""

OVERLAPPING = """
    SELECT a.id AS kept, b.id AS gone, b.ends_at <= now() AS over, m.starts_wall, m.ends_wall
    FROM booking a JOIN booking b ON b.volunteer = $2 AND b.accepted
      AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    JOIN meeting m ON m.id = b.meeting WHERE a.volunteer = $1 AND a.accepted ORDER BY b.starts_at, a.id"""

TWICE = """
    SELECT k.id AS kept, k.state AS kept_state, g.id AS gone, g.state AS gone_state, k.opening
    FROM assignment k JOIN assignment g ON g.opening = k.opening AND g.volunteer = $2 WHERE k.volunteer = $1
    ORDER BY k.opening"""

# A code of theirs that the other uses too is chosen anew below.
MOVE = """
    UPDATE assignment g SET volunteer = $1, code = CASE WHEN EXISTS (
        SELECT FROM assignment k WHERE k.volunteer = $1 AND k.code = g.code AND k.code <> '') THEN '' ELSE g.code END
    WHERE g.volunteer = $2"""

OPEN = """
    SELECT s.id, s.code, s.state FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.volunteer = $1 AND s.state IN ('invited', 'accepted') AND m.state = 'planned' AND m.starts_at > now()
    ORDER BY m.starts_at, s.id"""


# Whoever has waited longer: they keep that place in line.
IN_LINE = """
    UPDATE assignment s SET waiting_since = least(s.waiting_since, g.waiting_since) FROM assignment g
    WHERE s.id = $1 AND g.id = $2 AND s.state IN ('proposed', 'invited')"""
# Somebody else on the number that is theirs now has this code.
NOT_OURS = f"""
    UPDATE assignment SET code = '' WHERE id = $1 AND code <> '' AND EXISTS (
        SELECT FROM ({codes.IN_USE.replace("$1", "$3")}) u WHERE u.code = $2 AND u.id <> $1)"""


async def lock_meetings(*volunteers: UUID) -> None:
    """Locks the meetings and roles of all they were ever asked to do against change, before the people themselves."""
    rows = await database.fetch(MEETINGS, list(volunteers))
    for table in ("meeting", "role"):
        ids = sorted({row[table] for row in rows})
        name = "role_asked" if table == "role" else table
        await database.execute(f"SELECT FROM {name} WHERE id = ANY($1) ORDER BY id FOR SHARE", ids)


async def lock_assignments(*volunteers: UUID) -> None:
    """Locks their checks and assignments, after the people. Raises Refused when one is of a meeting just added."""
    people = list(volunteers)
    await database.execute("SELECT FROM clearance WHERE volunteer = ANY($1) ORDER BY id FOR UPDATE", people)
    await database.execute("SELECT FROM assignment WHERE volunteer = ANY($1) ORDER BY id FOR UPDATE", people)
    # Taken already by lock_meetings, unless somebody was invited in between; waiting for it now could close a circle.
    try:
        await database.execute(
            f"SELECT FROM meeting WHERE id IN (SELECT meeting FROM ({MEETINGS}) m) FOR SHARE NOWAIT", people
        )
    except asyncpg.LockNotAvailableError:
        raise Refused(AGAIN) from None


async def merge(kept: UUID, gone: UUID) -> dict[UUID, str]:
    """Moves all assignments of `gone` to `kept`; their bookings follow by the caller. The codes as they were, by id.

    Raises Refused when both have accepted something at one time that is still to come.
    """
    codes_before = {row["id"]: row["code"] for row in await database.fetch(OPEN, kept)}
    codes_before |= {row["id"]: row["code"] for row in await database.fetch(OPEN, gone)}
    for row in await database.fetch(TWICE, kept, gone):
        await _one_of(row)
    await _no_two_places(kept, gone)
    await database.execute(MOVE, kept, gone)
    return codes_before


async def _no_two_places(kept: UUID, gone: UUID) -> None:
    for row in await database.fetch(OVERLAPPING, kept, gone):
        if not row["over"]:
            raise Refused(OVERLAP, when=formats.when(row["starts_wall"], row["ends_wall"]))
        # What is over cannot be undone; the time then counts once.
        await database.execute("UPDATE booking SET accepted = false WHERE id = $1", row["gone"])


async def _one_of(row: asyncpg.Record) -> None:
    """Of two assignments to one opening the stronger stays, with the history and the messages of both."""
    stays, goes = (row["kept"], row["kept_state"]), (row["gone"], row["gone_state"])
    if STRENGTH.index(goes[1]) > STRENGTH.index(stays[1]):
        stays, goes = goes, stays
    freed = stays[1] in HOLDS_A_SEAT and goes[1] in HOLDS_A_SEAT
    if freed:
        await database.execute(seats.FREE, row["opening"])
    await database.execute("UPDATE assignment_change SET assignment = $1 WHERE assignment = $2", stays[0], goes[0])
    await notices.recall(f"assignment:{goes[0]}")
    for table in ("message", "inbound"):
        await database.execute(
            f"UPDATE {table} SET about = $1 WHERE about = $2", f"assignment:{stays[0]}", f"assignment:{goes[0]}"
        )
    await database.execute(IN_LINE, stays[0], goes[0])
    await database.execute("DELETE FROM assignment WHERE id = $1", goes[0])
    await (waiting.seat_freed if freed else waiting.offer)(row["opening"])


async def tell_again(
    volunteer: UUID, why: str, *, codes_before: Mapping[UUID, str] | None = None, phones: Iterable[str] = ()
) -> None:
    """Codes that are one phone's again; whoever is invited under another code or number than before hears of it.

    What waits to be sent about such an invitation is called off. `why` tells this saying from others; `codes_before`
    are the codes that they know, unless it is those they have now; `phones` the numbers that they were written to at.
    """
    phone = await seats.volunteer_held(volunteer)
    new_number = any(known != phone for known in phones)
    for row in await database.fetch(OPEN, volunteer):
        known_code = row["code"] if codes_before is None else codes_before.get(row["id"])
        await database.execute(NOT_OURS, row["id"], row["code"], phone)
        code, _ = await codes.choose(phone, row["id"])
        await database.execute("UPDATE assignment SET code = $2 WHERE id = $1", row["id"], code)
        if row["state"] == "invited" and (new_number or code != known_code):
            await notices.recall(f"assignment:{row['id']}")
            await notices.tell(
                centre.settings(), [row["id"]], "invitation", key=f"assignment:{{id}}:{why}", method="REQUEST",
                wakes=Wakes.NEVER,
            )  # fmt: skip
