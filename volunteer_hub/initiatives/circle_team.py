"""Verbs of a circle's team: joining, leaving, who leads. Whoever leads it may do them, and its coordinator.

Locks: the initiative, the role, the volunteer and their clearances, the team's rows, the centre's caps, the helpers'
loads; of initiatives several by id, of rows and loads by person.
A helper's households are counted by the database (migration 37), whoever writes the row. docs/decisions/0037.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.circle_rules import COLLEAGUES, WHY_NOT, Obstacle
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# Refusals by the names that the database gives them.
REFUSALS = {
    "helper_cap": mark("Ta osoba wspiera już tyle domów, ile pozwala centrum. Wybierz kogoś innego."),
    "helper_load_allowed": mark("Ta osoba wspiera już tyle domów, ile pozwala centrum. Wybierz kogoś innego."),
    "circle_helper_account_once": mark("Ta osoba już należy do zespołu."),
    "circle_helper_volunteer_once": mark("Ta osoba już należy do zespołu."),
    "circle_helper_leader": mark("Ktoś właśnie wskazał, kto prowadzi. Zobacz zespół jeszcze raz."),
}
LEADS_FIRST = mark("Ta osoba prowadzi zespół. Najpierw wskaż, kto poprowadzi dalej.")
CANNOT_LEAD = mark("Prowadzić może tylko osoba z pracy, która jest teraz w zespole.")

JOIN = """
    INSERT INTO circle_helper (id, initiative, account, volunteer, role, function, leads, joined_on)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, coalesce($7, centre_today())) RETURNING id"""
LED = "SELECT EXISTS (SELECT FROM circle_helper WHERE initiative = $1 AND leads)"

# Over a volunteer `v` and the role `r` they take, which may be none: who has no role is of age and needs no check.
OBSTACLE = """
    CASE WHEN v.restricted_at IS NOT NULL THEN 'restricted'
         WHEN v.step <> 'active' THEN 'active'
         WHEN v.guardian_consent_at IS NULL AND v.birth_date > centre_today() - interval '18 years' THEN 'consent'
         WHEN NOT coalesce(r.minor_safe, false) AND v.birth_date > centre_today() - interval '18 years' THEN 'minor'
         WHEN extract(year FROM age(centre_today(), v.birth_date))
              NOT BETWEEN coalesce(r.min_age, 0) AND coalesce(r.max_age, 200) THEN 'age'
         WHEN EXISTS (SELECT FROM unnest(r.clearances) asked(kind) WHERE NOT EXISTS (
                  SELECT FROM clearance c WHERE c.volunteer = v.id AND c.kind = asked.kind AND c.revoked_on IS NULL
                    AND c.valid_until >= centre_today())) THEN 'clearance' END"""


async def circle(actor: Actor, initiative: UUID) -> InitiativeRow:
    """A circle whose inside the actor changes. Raises Refused 404."""
    row = await queries.changing(actor, initiative)
    if row.kind is not InitiativeKind.CIRCLE:
        raise Refused("", 404)
    return row


async def steers(actor: Actor, row: InitiativeRow) -> bool:
    """Whether they say who is of the team: who leads it, and its coordinator."""
    if not queries.changes(actor, row):
        return False
    return actor.coordinates or await database.fetchval(
        "SELECT EXISTS (SELECT FROM circle_helper WHERE initiative = $1 AND account = $2 AND leads)",
        row.id, actor.account,
    )  # fmt: skip


async def add_colleague(actor: Actor, initiative: UUID, account: UUID, function: str, joined_on: date) -> UUID:
    """A colleague joins and sees the circle from now on; the first one leads. Raises Refused (404, 409)."""
    async with database.transaction():
        await _steering(actor, initiative)
        known = "SELECT true FROM account WHERE id = $1 AND role = ANY($2) AND closed_at IS NULL FOR SHARE"
        if not await database.fetchval(known, account, [role.value for role in COLLEAGUES]):
            raise Refused(mark("Tej osoby nie można dodać do zespołu. Wybierz z listy."))
        return await join_as_colleague(actor, initiative, account, function, joined_on)


async def join_as_colleague(
    actor: Actor, initiative: UUID, account: UUID, function: str = "", joined_on: date | None = None
) -> UUID:
    """The row of it, for verbs that have looked who does this; inside their transaction. Raises Refused."""
    await _held(initiative)
    first = not await database.fetchval(LED, initiative)
    with _refusals():
        made: UUID = await database.fetchval(JOIN, initiative, account, None, None, function, first, joined_on)
    await audit.record(actor, "circle.join", f"initiative:{initiative}")
    return made


async def join_once(actor: Actor, initiative: UUID, account: UUID) -> UUID:
    """As join_as_colleague; who is of the team already stays as they are."""
    async with database.transaction():
        await _held(initiative)
        there: UUID | None = await database.fetchval(
            "SELECT id FROM circle_helper WHERE initiative = $1 AND account = $2 AND left_on IS NULL",
            initiative, account,
        )  # fmt: skip
        return there or await join_as_colleague(actor, initiative, account)


async def add_volunteer(
    actor: Actor, initiative: UUID, volunteer: UUID, role: UUID | None, function: str, joined_on: date
) -> UUID:
    """A volunteer joins in one of the circle's roles, where it has any. Raises Refused (404, 409: the rule)."""
    async with database.transaction():
        await _steering(actor, initiative)
        if not actor.coordinates:
            raise Refused("", 404)
        await _held(initiative)
        await _role_stands(initiative, role)
        await database.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", volunteer)
        await database.execute("SELECT FROM clearance WHERE volunteer = $1 ORDER BY id FOR SHARE", volunteer)
        await _rules_allow(volunteer, role)
        with _refusals():
            made: UUID = await database.fetchval(JOIN, initiative, None, volunteer, role, function, False, joined_on)
        await audit.record(actor, "circle.join", f"volunteer:{volunteer}")
    return made


async def leave(actor: Actor, initiative: UUID, helper: UUID) -> None:
    """From today on they are of the team no more; their tasks wait for somebody else. Once more changes nothing.

    Raises Refused (404; 409 for who leads while others are there).
    """
    async with database.transaction():
        await _steering(actor, initiative)
        await _held(initiative)
        row = await database.fetchrow(
            """SELECT h.leads, h.left_on, EXISTS (
                          SELECT FROM circle_helper o WHERE o.initiative = h.initiative AND o.id <> h.id
                             AND o.account IS NOT NULL AND o.left_on IS NULL) AS others
               FROM circle_helper h WHERE h.id = $1 AND h.initiative = $2""",
            helper, initiative,
        )  # fmt: skip
        if row is None:
            raise Refused("", 404)
        if row["leads"] and row["others"]:
            raise Refused(LEADS_FIRST)
        if row["left_on"] is None:
            await end(helper)
            await audit.record(actor, "circle.leave", f"initiative:{initiative}")


async def end(helper: UUID) -> None:
    """Somebody's last day in a team is today; who joins it only later never did."""
    today = "SELECT joined_on > centre_today() FROM circle_helper WHERE id = $1"
    if await database.fetchval(today, helper):
        await database.execute("DELETE FROM circle_helper WHERE id = $1", helper)
    else:
        await database.execute("UPDATE circle_helper SET left_on = centre_today() WHERE id = $1", helper)
        await database.execute("UPDATE circle_task SET helper = NULL WHERE helper = $1 AND done_on IS NULL", helper)


async def lead(actor: Actor, initiative: UUID, helper: UUID) -> None:
    """One colleague of the team leads it; who did before goes on as the others do. Raises Refused (404, 409)."""
    async with database.transaction():
        await _steering(actor, initiative)
        await _held(initiative)
        await database.execute("UPDATE circle_helper SET leads = false WHERE initiative = $1 AND leads", initiative)
        with _refusals():
            found = await database.execute(
                """UPDATE circle_helper SET leads = true
                   WHERE id = $1 AND initiative = $2 AND left_on IS NULL AND account IS NOT NULL""",
                helper, initiative,
            )  # fmt: skip
        if not found:
            known = "SELECT EXISTS (SELECT FROM circle_helper WHERE id = $1 AND initiative = $2)"
            there = await database.fetchval(known, helper, initiative)
            raise Refused(CANNOT_LEAD) if there else Refused("", 404)
        await audit.record(actor, "circle.lead", f"initiative:{initiative}")


async def pass_on(account: UUID, to: UUID) -> None:
    """Every place of `account` in teams becomes the colleague `to`'s, who has room for them all, or Refused 409."""
    # All of it in the one order, before the first of them changes; a team joined meanwhile is not handed over.
    first = "SELECT initiative FROM circle_helper WHERE account = $1 AND left_on IS NULL"
    of = [row["initiative"] for row in await database.fetch(first, account)]
    await database.execute("SELECT FROM initiative WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", of)
    theirs_too = "account IN ($1, $2) AND initiative = ANY($3)"
    await database.execute(
        f"SELECT FROM circle_helper WHERE {theirs_too} ORDER BY account, id FOR UPDATE", account, to, of
    )
    await database.execute("SELECT FROM helper_cap ORDER BY who FOR SHARE")
    await database.execute("SELECT FROM helper_load WHERE account IN ($1, $2) ORDER BY account FOR UPDATE", account, to)
    rows = await database.fetch(
        """SELECT h.id, h.initiative, h.function, h.leads, (
                      SELECT o.id FROM circle_helper o WHERE o.initiative = h.initiative AND o.account = $2
                         AND o.left_on IS NULL) AS there
           FROM circle_helper h WHERE h.account = $1 AND h.left_on IS NULL AND h.initiative = ANY($3)
           ORDER BY h.initiative""",
        account, to, of,
    )  # fmt: skip
    for row in rows:
        with _refusals():
            theirs = row["there"] or await database.fetchval(
                JOIN, row["initiative"], to, None, None, row["function"], False, None
            )
        await database.execute(
            "UPDATE circle_task SET helper = $2 WHERE helper = $1 AND done_on IS NULL", row["id"], theirs
        )
        await end(row["id"])
        if row["leads"]:
            await database.execute("UPDATE circle_helper SET leads = true WHERE id = $1", theirs)


async def _steering(actor: Actor, initiative: UUID) -> InitiativeRow:
    row = await circle(actor, initiative)
    if not await steers(actor, row):
        raise Refused("", 404)
    return row


async def _held(initiative: UUID) -> None:
    """Changes of one team wait for each other, and for a step in the circle's life."""
    await database.execute("SELECT FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)


async def _role_stands(initiative: UUID, role: UUID | None) -> None:
    roles = await database.fetch("SELECT id FROM role_asked WHERE initiative = $1 ORDER BY id FOR SHARE", initiative)
    if (role is None and roles) or (role is not None and role not in {row["id"] for row in roles}):
        raise Refused(mark("Wybierz rolę z listy."), 422)


async def _rules_allow(volunteer: UUID, role: UUID | None) -> None:
    row = await database.fetchrow(
        f"SELECT {OBSTACLE} AS obstacle FROM volunteer v LEFT JOIN role_asked r ON r.id = $2 WHERE v.id = $1",
        volunteer, role,
    )  # fmt: skip
    if row is None:
        raise Refused("", 404)
    if row["obstacle"]:
        raise Refused(WHY_NOT[Obstacle(row["obstacle"])])


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as broken:
        if (sentence := REFUSALS.get(broken.constraint_name or "")) is None:
            raise
        raise Refused(sentence) from None
