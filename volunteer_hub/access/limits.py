"""How often a stranger may do something that costs us: buckets in the database, so that every process counts alike."""

from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import database, secret
from volunteer_hub.settings import Settings

# One statement, so that two requests at once never spend the same last try.
SPEND = """
    INSERT INTO allowance AS a (id, key_hash, unspent, at)
    VALUES (gen_random_uuid(), $1, $2::float8 - 1, clock_timestamp())
    ON CONFLICT (key_hash) DO UPDATE
    SET unspent = least($2, a.unspent + greatest(0, extract(epoch FROM clock_timestamp() - a.at)) * $2 / $3) - 1,
        at = clock_timestamp()
    WHERE least($2, a.unspent + greatest(0, extract(epoch FROM clock_timestamp() - a.at)) * $2 / $3) >= 1
    RETURNING unspent"""

GIVE_BACK = "UPDATE allowance SET unspent = least($2, unspent + 1) WHERE key_hash = $1"

# A bucket that nobody touched for a day is full again, and so it may go. A few at a time, on the way.
FORGET = """
    DELETE FROM allowance WHERE id IN (
        SELECT id FROM allowance WHERE at < now() - interval '1 day' ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED)"""


async def spend(settings: Settings, limit: Limit, who: str) -> bool:
    """Takes one of the tries `who` has under `limit`; False when none is left, and then nothing is taken.

    Inside a transaction the bucket stays locked until its end, so spend late in it. Limits of more than a day are not
    kept. `who` (an address, a number) is stored only as a keyed mark.
    """
    left = await database.fetchval(SPEND, _key(settings, limit, who), float(limit.most), float(limit.seconds))
    await database.execute(FORGET)
    return left is not None


async def left(settings: Settings, limit: Limit, who: str) -> float:
    """How many tries `who` had left under `limit` when one was last taken; what has grown back since is not counted."""
    unspent = await database.fetchval("SELECT unspent FROM allowance WHERE key_hash = $1", _key(settings, limit, who))
    return float(limit.most) if unspent is None else float(unspent)


async def give_back(settings: Settings, limit: Limit, who: str) -> None:
    """What was spent turned out to be no cost."""
    await database.execute(GIVE_BACK, _key(settings, limit, who), float(limit.most))


def _key(settings: Settings, limit: Limit, who: str) -> bytes:
    return bytes.fromhex(secret.sign(settings.key, "limit", limit.name, who))
