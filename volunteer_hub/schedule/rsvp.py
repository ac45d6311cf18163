"""Where a calendar program answers an invitation: an address with a secret of its own for each event in a calendar.

A program remembers who organises an event, so all that is ever said of one event names the same address. The secret is
made from a random seed and the key of the settings: a copy of the database alone tells none. Of it the hash is kept, to
find the event by. docs/decisions/0047-answers-from-calendars.md.
"""

from datetime import datetime
from secrets import token_bytes

from volunteer_hub.kit import database, secret
from volunteer_hub.schedule import calendar
from volunteer_hub.settings import Settings

SEED_BYTES = 20
# 160 bits, in letters that survive mail servers which write addresses small.
LENGTH = 40

KNOWN = "SELECT seed, token_hash FROM reply_address WHERE about = $1"
MAKE = """
    INSERT INTO reply_address (id, about, seed, token_hash, made_at) VALUES (gen_random_uuid(), $1, $2, $3, now())
    ON CONFLICT (about) DO NOTHING RETURNING id"""


async def organizer(settings: Settings, event: calendar.Event) -> calendar.Person:
    """Who invites to this event; in the transaction that says so. Without HUB_REPLY_ADDRESS the sender of e-mails."""
    if settings.reply_address is None:
        return calendar.Person(settings.mail_from, settings.centre_name)
    name, _, domain = settings.reply_address.partition("@")
    token = await _token(settings, f"{event.of}:{event.assignment}")
    return calendar.Person(f"{name}+{token}@{domain}", settings.centre_name)


async def answered(about: str, written: datetime) -> None:
    """An answer from a calendar, `written` then, was followed: older ones that come later count no more."""
    await database.execute(
        "UPDATE reply_address SET replied_at = greatest(replied_at, least($2::timestamptz, now())) WHERE about = $1",
        *(about, written),
    )


async def _token(settings: Settings, about: str) -> str:
    """The secret of an event. After a change of the settings' key another, and the former one ends."""
    row = await database.fetchrow(KNOWN, about)
    if row is None:
        seed = token_bytes(SEED_BYTES)
        token = _made(settings, about, seed)
        if await database.fetchval(MAKE, about, seed, secret.fingerprint(token)):
            return token
        row = await database.fetchrow(KNOWN, about)  # somebody was quicker
        assert row is not None  # noqa: S101 - it stays until long after the event
    token = _made(settings, about, row["seed"])
    if secret.fingerprint(token) != row["token_hash"]:
        await database.execute(
            "UPDATE reply_address SET token_hash = $2 WHERE about = $1", about, secret.fingerprint(token)
        )
    return token


def _made(settings: Settings, about: str, seed: bytes) -> str:
    return secret.sign(settings.key, "reply", about, seed.hex())[:LENGTH]
