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

# A bucket that nobody touched for a day is full again, and so it may go. A few at a time, on the way.
FORGET = """
    DELETE FROM allowance WHERE id IN (
        SELECT id FROM allowance WHERE at < now() - interval '1 day' ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED)"""


async def spend(settings: Settings, limit: Limit, who: str) -> bool:
    """Takes one of the tries `who` has under `limit`; False when none is left, and then nothing is taken.

    Inside a transaction the bucket stays locked until its end, so spend late in it. Limits of more than a day are not
    kept. `who` (an address, a number) is stored only as a keyed mark.
    """
    key = bytes.fromhex(secret.sign(settings.key, "limit", limit.name, who))
    left = await database.fetchval(SPEND, key, float(limit.most), float(limit.seconds))
    await database.execute(FORGET)
    return left is not None
