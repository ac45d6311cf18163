"""What a colleague has in hand, and passing it on: at the end of an account no work may be nobody's unseen.

In this room because it touches the rows of every room below. Counts only: an administrator sees nobody's case.
"""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import actions as accounts
from volunteer_hub.access import audit
from volunteer_hub.initiatives import circle_team
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# Coordinators may do what these do; administration and data protection are only passed on to their like.
DONE_BY_COORDINATORS = frozenset({Role.FIRST_CONTACT, Role.FACILITATOR, Role.SPECIALIST})

IN_HAND = """
    SELECT (SELECT count(*) FROM initiative WHERE coordinator = $1 AND state NOT IN ('finished', 'stopped'))
               AS initiatives,
           (SELECT count(*) FROM facilitator WHERE account = $1) AS groups,
           (SELECT count(*) FROM contract WHERE runs = $1 AND state IN ('draft', 'signed')) AS contracts,
           (SELECT count(*) FROM request WHERE taken_by = $1 AND state <> 'closed') AS requests,
           (SELECT count(*) FROM rights_request WHERE taken_by = $1 AND state = 'open') AS rights,
           (SELECT count(*) FROM saved_view WHERE account = $1) AS views"""

BOTH = "SELECT id, role, closed_at FROM account WHERE id IN ($1, $2) AND role <> 'volunteer'"

PASSED_ON = (
    "UPDATE initiative SET coordinator = $2 WHERE coordinator = $1 AND state NOT IN ('finished', 'stopped')",
    "INSERT INTO facilitator (id, initiative, account)"
    " SELECT gen_random_uuid(), initiative, $2 FROM facilitator WHERE account = $1 ON CONFLICT DO NOTHING",
    "DELETE FROM facilitator WHERE account = $1 AND $2::uuid IS NOT NULL",
    "UPDATE contract SET runs = $2 WHERE runs = $1 AND state IN ('draft', 'signed')",
    "UPDATE request SET taken_by = $2 WHERE taken_by = $1 AND state <> 'closed'",
    "UPDATE rights_request SET taken_by = $2 WHERE taken_by = $1 AND state = 'open'",
    # One person has a name of a view once: the newcomer's gets the beginning of its id.
    """UPDATE saved_view v SET account = $2, name = CASE
           WHEN EXISTS (SELECT FROM saved_view mine WHERE mine.account = $2 AND mine.name = v.name)
           THEN left(v.name, 50) || ' ' || left(v.id::text, 8) ELSE v.name END
       WHERE v.account = $1""",
)


@dataclass(frozen=True)
class InHand:
    initiatives: int
    groups: int
    contracts: int
    requests: int
    rights: int
    views: int

    @property
    def anything(self) -> bool:
        return bool(self.initiatives or self.groups or self.contracts or self.requests or self.rights or self.views)


@dataclass(frozen=True)
class Heir:
    id: UUID
    name: str
    role: Role


async def in_hand(account: UUID) -> InHand:
    """How much of each kind the account has in hand."""
    row = await database.fetchrow(IN_HAND, account)
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return InHand(**row)


async def heirs(account: UUID, role: Role) -> list[Heir]:
    """Colleagues who may do this work: of the same role, and coordinators where theirs includes it. By name."""
    rows = await database.fetch(
        "SELECT id, name, role FROM account WHERE role = ANY($2) AND id <> $1 AND closed_at IS NULL"
        ' ORDER BY sort_key(name) COLLATE "C", id',
        account, [one.value for one in _roles(role)],
    )  # fmt: skip
    return [Heir(row["id"], row["name"], Role(row["role"])) for row in rows]


async def hand_over(actor: Actor, account: UUID, to: UUID) -> None:
    """Everything in hand becomes `to`'s, all of it or nothing. Raises Refused 409 when `to` may not take it, 404."""
    if actor.role is not Role.ADMINISTRATOR:
        raise Refused("", 404)
    async with database.transaction():
        await accounts.one_at_a_time()
        rows = {row["id"]: row for row in await database.fetch(BOTH, account, to)}
        if account not in rows:
            raise Refused("", 404)
        heir, roles = rows.get(to), _roles(Role(rows[account]["role"]))
        if to == account or heir is None or heir["closed_at"] or heir["role"] not in roles:
            raise Refused(mark("Tej osobie nie można przekazać tej pracy. Wybierz kogoś innego."))
        # A place in a circle's team first: with it goes who sees the circle, and the heir may have no room for it.
        await circle_team.pass_on(account, to)
        for statement in PASSED_ON:
            await database.execute(statement, account, to)
        await audit.record(actor, "account.hand-over", f"account:{account}")
        await audit.record(actor, "account.take-over", f"account:{to}")


async def close(actor: Actor, account: UUID, to: UUID | None) -> None:
    """Closes the account and passes its work on; without `to` it stays where it is, and can be passed on later."""
    async with database.transaction():
        if to is not None:
            await hand_over(actor, account, to)
        await accounts.close_account(actor, account)


def _roles(role: Role) -> frozenset[Role]:
    return frozenset({role, Role.COORDINATOR}) if role in DONE_BY_COORDINATORS else frozenset({role})
