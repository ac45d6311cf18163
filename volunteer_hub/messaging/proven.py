"""Numbers that have proven themselves: somebody there answered, typed our code, or the desk spoke with them.

Until then a number that a stranger typed gets one message of ours and no more: docs/decisions/0015-sign-in.md.
"""

from volunteer_hub.kit import database


async def note(address: str, how: str) -> None:
    """The number is known to be its owner's: it wrote to us ("answer"), our code came back ("code"), the desk confirmed
    it ("desk"). The first proof is kept."""
    await database.execute(
        "INSERT INTO proven_number (address, at, how) VALUES ($1, now(), $2)"
        " ON CONFLICT (address) DO UPDATE SET at = now(), how = excluded.how WHERE proven_number.how = 'asked'",
        address,
        how[:10],
    )


async def is_proven(address: str) -> bool:
    sql = "SELECT EXISTS (SELECT FROM proven_number WHERE address = $1 AND how <> 'asked')"
    return bool(await database.fetchval(sql, address))


async def take_first(address: str) -> bool:
    """Whether the number may still get its one message; of two at once one may. A proven number always may."""
    asked = await database.fetchval(
        "INSERT INTO proven_number (address, at, how) VALUES ($1, now(), 'asked')"
        " ON CONFLICT (address) DO NOTHING RETURNING address",
        address,
    )
    return asked is not None or await is_proven(address)
