"""Two rows of one person become one, with both histories: one transaction, locks in the order of schedule/seats.py.

Here, as it reaches from people to the schedule. docs/decisions/0017-finding-people.md says what becomes of each thing.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.intake import merged_seats
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.risks import standing
from volunteer_hub.web.i18n import mark

# What a coordinator chooses between, and the columns that then come from that row. A consent goes with the address or
# the guardian it was given for.
FIELDS: dict[str, tuple[str, ...]] = {
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "birth_date": ("birth_date",),
    "phone": ("phone", "sms_ok"),
    "email": ("email", "email_ok"),
    "language": ("language",),
    "kind": ("kind",),
    "area": ("area_slug", "latitude", "longitude"),
    "step": ("step", "step_since"),
    "guardian": (
        "guardian_name", "guardian_phone", "guardian_email", "guardian_consent_at", "guardian_scope",
    ),
}  # fmt: skip
ALL_OF_BOTH = ("causes", "skills", "languages", "tags")
WHAT_IS_THERE = ("gender", "travels", "school", "vouched_at", "entered_by", "feed_hash", "account")

# Rows that stay as they are and belong to the one who stays.
MOVED = ("step_taken", "agreement", "policy", "booking", "hours_worked", "issued_paper", "certificate_asked")
# Handled below or in merged_seats, each in its own way.
MERGED = (
    "availability",
    "away",
    "clearance",
    "guardian_link",
    "service",
    "not_the_same",
    "assignment",
    "regular_task",
    "circle_helper",
    "helper_load",
    "matching_pair",
    "matching_near",
    "bulk_recipient",
    # A line of a file leads to who is gone no more, so that undoing the file says so and leaves who stays alone.
    "people_import_line",
)
# Texts like "volunteer:<id>".
NAMED = (("message", "about"), ("inbound", "about"), ("rights_request", "subject"))

GONE = mark("Te wpisy są już połączone. Odśwież stronę.")
NOT_ALLOWED = mark(
    "Po połączeniu ta osoba nie mogłaby mieć zadania, które teraz ma: brakuje zgody, sprawdzenia albo porozumienia."
    " Najpierw uzupełnij je albo wypisz ją z tego zadania."
)


async def merge(actor: Actor, kept: UUID, gone: UUID, chosen: Mapping[str, str]) -> None:
    """`gone` becomes part of `kept`; `chosen` says by field (FIELDS) whether the value of "gone" is taken over.

    Once more changes nothing. Raises Refused: 404 for others than coordinators, 409 when both have accepted things at
    one time or the one person may not have what the two had, 410 when either was merged elsewhere.
    """
    if actor.role is not Role.COORDINATOR or kept == gone:
        raise Refused("", 404)
    try:
        async with database.transaction():
            await merged_seats.lock_meetings(kept, gone)
            rows = await database.fetch(
                "SELECT * FROM volunteer WHERE id = ANY($1) ORDER BY id FOR UPDATE", [kept, gone]
            )
            people = {row["id"]: row for row in rows}
            if len(people) < 2:
                if kept in people and await _was_merged(kept, gone):
                    return
                raise Refused(GONE, 410)
            await _merge(actor, people[kept], people[gone], chosen)
    except asyncpg.CheckViolationError as broken:
        if broken.table_name != "assignment":
            raise
        raise Refused(NOT_ALLOWED) from None


# What waited for the other at an address that is nobody's now goes to the one that stays.
MOVE_MESSAGES = """
    SELECT CASE WHEN $2 NOT IN ('', phone) THEN move_messages(id, 'sms', $2, phone) END,
           CASE WHEN $3 NOT IN ('', coalesce(email, '')) THEN move_messages(id, 'email', $3, coalesce(email, '')) END
    FROM volunteer WHERE id = $1"""


# A task both had at one series stays the one of who stays; the other goes with its row.
MOVE_REGULAR = """
    UPDATE regular_task t SET volunteer = $1 WHERE t.volunteer = $2 AND NOT EXISTS (
        SELECT FROM regular_task o WHERE o.volunteer = $1 AND o.series = t.series AND o.role = t.role)"""


# In a team both are in, who stays does; households of both are one person's now, also above the cap.
MOVE_TEAMS = (
    "SELECT FROM circle_helper WHERE volunteer IN ($1, $2) ORDER BY volunteer, id FOR UPDATE",
    # The row of a load waits for the centre's cap, so it is made before any load is held.
    "SELECT helper_load_row(NULL, $1) WHERE EXISTS (SELECT FROM circle_helper WHERE volunteer = $2 AND counts)",
    "SELECT FROM helper_load WHERE volunteer IN ($1, $2) ORDER BY volunteer FOR UPDATE",
    """UPDATE circle_task t SET helper = k.id FROM circle_helper g JOIN circle_helper k ON k.initiative = g.initiative
       WHERE t.helper = g.id AND g.volunteer = $2 AND k.volunteer = $1 AND g.left_on IS NULL AND k.left_on IS NULL""",
    """DELETE FROM circle_helper g WHERE g.volunteer = $2 AND g.left_on IS NULL AND EXISTS (
           SELECT FROM circle_helper k WHERE k.initiative = g.initiative AND k.volunteer = $1 AND k.left_on IS NULL)""",
    "UPDATE circle_helper SET volunteer = $1 WHERE volunteer = $2",
)


# Where a plan has both at one opening, what it says of who stays counts; the other goes with its row.
MOVE_PLANS = (
    """UPDATE matching_pair p SET volunteer = $1 WHERE p.volunteer = $2 AND NOT EXISTS (
           SELECT FROM matching_pair o WHERE o.volunteer = $1 AND o.plan = p.plan AND o.opening = p.opening)""",
    """UPDATE matching_near n SET volunteer = $1 WHERE n.volunteer = $2 AND NOT EXISTS (
           SELECT FROM matching_near o WHERE o.volunteer = $1 AND o.gap = n.gap)""",
)


# Where both were in the set of one message to many, who stays does.
MOVE_BULKS = """
    UPDATE bulk_recipient r SET volunteer = $1 WHERE r.volunteer = $2 AND NOT EXISTS (
        SELECT FROM bulk_recipient o WHERE o.volunteer = $1 AND o.bulk = r.bulk)"""

# Of two wishes for a certificate that wait, the one of who stays is answered.
ONE_WISH = """
    DELETE FROM certificate_asked g WHERE g.volunteer = $2 AND g.answered_at IS NULL AND EXISTS (
        SELECT FROM certificate_asked k WHERE k.volunteer = $1 AND k.answered_at IS NULL)"""


async def _was_merged(kept: UUID, gone: UUID) -> bool:
    return await database.fetchval("SELECT EXISTS (SELECT FROM merge WHERE kept = $1 AND gone = $2)", kept, gone)


async def _merge(actor: Actor, kept: asyncpg.Record, gone: asyncpg.Record, chosen: Mapping[str, str]) -> None:
    one, other = kept["id"], gone["id"]
    taken = {name for name in FIELDS if chosen.get(name) == "gone"}
    await merged_seats.lock_assignments(one, other)
    proven = await _close_account(kept, gone)
    await _values(kept, gone, taken)
    await database.execute(SIGN_IN, one, *proven)
    await _papers(one, other, guardians_of_gone="guardian" in taken)
    invited = await merged_seats.merge(one, other)
    await database.execute(MOVE_REGULAR, one, other)
    for statement in (*MOVE_TEAMS, *MOVE_PLANS, MOVE_BULKS, ONE_WISH):
        await database.execute(statement, one, other)
    for table in MOVED:
        await database.execute(f"UPDATE {table} SET volunteer = $1 WHERE volunteer = $2", one, other)
    for table, column in NAMED:
        await database.execute(
            f"UPDATE {table} SET {column} = $1 WHERE {column} = $2", f"volunteer:{one}", f"volunteer:{other}"
        )
    await database.execute("DELETE FROM volunteer WHERE id = $1", other)
    await database.execute(
        "INSERT INTO merge (id, kept, gone, at, by) VALUES (gen_random_uuid(), $1, $2, now(), $3)",
        one, other, actor.account,
    )  # fmt: skip
    await database.execute(MOVE_MESSAGES, one, gone["phone"], gone["email"] or "")
    phones = {kept["phone"], gone["phone"]}
    await merged_seats.tell_again(one, f"merged:{other}", codes_before=invited, phones=phones)
    await standing.recheck(actor, one)
    await audit.record_each(actor, "people.merge", [f"volunteer:{who}" for who in (one, other)])


# What was proven of its addresses is proven still, where the other account has the same.
CLOSE = """
    UPDATE account a SET closed_at = coalesce(a.closed_at, now()), email = NULL, phone = NULL FROM account was
    WHERE a.id = $1 AND was.id = a.id RETURNING was.phone, was.email, was.phone_proven_at, was.email_proven_at"""

SIGN_IN = """
    UPDATE account a SET
        phone = nullif(v.phone, ''),
        phone_proven_at = CASE nullif(v.phone, '') WHEN $2 THEN $4 WHEN a.phone THEN a.phone_proven_at END,
        email = v.email,
        email_proven_at = CASE v.email WHEN $3 THEN $5 WHEN a.email THEN a.email_proven_at END
    FROM volunteer v WHERE v.id = $1 AND a.id = v.account
      AND NOT EXISTS (SELECT FROM account o WHERE o.email = v.email AND o.id <> a.id)"""


async def _close_account(kept: asyncpg.Record, gone: asyncpg.Record) -> tuple[Any, ...]:
    """The account of who stays stays; the other is closed and whoever is signed in by it is out. What it had proven."""
    await database.execute(
        "UPDATE volunteer SET account = NULL, email = NULL, feed_hash = NULL WHERE id = $1", gone["id"]
    )
    if not (kept["account"] and gone["account"]):
        return (None, None, None, None)
    for table in ("session", "device", "sign_in_code"):
        await database.execute(f"DELETE FROM {table} WHERE account = $1", gone["account"])
    return tuple(await database.fetchrow(CLOSE, gone["account"]) or ())


async def _values(kept: asyncpg.Record, gone: asyncpg.Record, taken: set[str]) -> None:
    values: dict[str, Any] = {}
    for name in taken:
        values |= {column: gone[column] for column in FIELDS[name]}
    for column in ALL_OF_BOTH:
        values[column] = list(dict.fromkeys([*kept[column], *gone[column]]))
    for column in WHAT_IS_THERE:
        values[column] = kept[column] or gone[column]
    said = dict.fromkeys(filter(None, (kept["about"], gone["about"])))
    values["about"] = "\n\n".join(said)
    values["created_at"] = min(kept["created_at"], gone["created_at"])
    asked = [at for at in (kept["restricted_at"], gone["restricted_at"]) if at]
    values["restricted_at"] = min(asked) if asked else None
    columns = ", ".join(f"{column} = ${n}" for n, column in enumerate(values, 2))
    await database.execute(f"UPDATE volunteer SET {columns} WHERE id = $1", kept["id"], *values.values())


# The word of the newest check counts: one that was revoked after the other was made stays revoked. Else the one that
# holds longer.
CLEARANCES = """
    DELETE FROM clearance c USING clearance d
    WHERE c.volunteer IN ($1, $2) AND d.volunteer IN ($1, $2) AND c.volunteer <> d.volunteer AND c.kind = d.kind
      AND (coalesce(c.revoked_on >= d.checked_on, false), c.valid_until, c.volunteer = $1)
        < (coalesce(d.revoked_on >= c.checked_on, false), d.valid_until, d.volunteer = $1)"""

PAPERS = (
    CLEARANCES,
    "UPDATE clearance SET volunteer = $1 WHERE volunteer = $2",
    """DELETE FROM availability a WHERE a.volunteer = $2 AND EXISTS (
           SELECT FROM availability b
           WHERE b.volunteer = $1 AND (b.weekday, b.starts, b.ends) = (a.weekday, a.starts, a.ends))""",
    "UPDATE availability SET volunteer = $1 WHERE volunteer = $2",
    # Days away that touch or overlap are one time away.
    """WITH gone AS (DELETE FROM away WHERE volunteer IN ($1, $2) RETURNING first_day, last_day)
       INSERT INTO away (id, volunteer, first_day, last_day)
       SELECT gen_random_uuid(), $1, lower(days), upper(days) - 1
       FROM (SELECT unnest(range_agg(daterange(first_day, last_day, '[]'))) AS days FROM gone) one""",
    # One open service at most: the law counts from the earlier first day, which covers the later.
    """DELETE FROM service s USING service t
       WHERE s.volunteer IN ($1, $2) AND t.volunteer IN ($1, $2) AND s.volunteer <> t.volunteer
         AND s.last_day IS NULL AND t.last_day IS NULL
         AND (s.first_day, s.volunteer = $2) > (t.first_day, t.volunteer = $2)""",
    "UPDATE service SET volunteer = $1 WHERE volunteer = $2",
    "DELETE FROM not_the_same WHERE one IN ($1, $2) AND other IN ($1, $2)",
    """INSERT INTO not_the_same (id, one, other, said_at, said_by)
       SELECT gen_random_uuid(), least($1::uuid, them.id), greatest($1::uuid, them.id), them.said_at, them.said_by
       FROM (SELECT CASE WHEN one = $2 THEN other ELSE one END AS id, said_at, said_by
             FROM not_the_same WHERE $2 IN (one, other)) them ON CONFLICT (one, other) DO NOTHING""",
)


async def _papers(kept: UUID, gone: UUID, *, guardians_of_gone: bool) -> None:
    for statement in PAPERS:
        await database.execute(statement, kept, gone)
    # A link opens the child's page to the guardian who has it; only of the guardian who stays it opens still.
    away, stays = (kept, gone) if guardians_of_gone else (gone, kept)
    await database.execute("DELETE FROM guardian_link WHERE volunteer = $1", away)
    await database.execute("UPDATE guardian_link SET volunteer = $1 WHERE volunteer = $2", kept, stays)
