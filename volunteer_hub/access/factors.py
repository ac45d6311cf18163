"""The second factor of the staff: six digits from an app on their phone (TOTP), or one of ten recovery codes."""

import json
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyotp
import segno

from volunteer_hub.access.rules import RECOVERY_CODES
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.settings import Settings

STEP_SECONDS = 30
# A phone's clock may be half a minute off, either way.
STEPS = (0, -1, 1)
# Without the letters and digits that are taken for each other.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

TAKE_STEP = """
    UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2 AND totp_since IS NOT NULL RETURNING id"""

USE_RECOVERY = """
    UPDATE recovery_code SET used_at = now()
    WHERE id = (SELECT id FROM recovery_code WHERE account = $1 AND code_hash = $2 AND used_at IS NULL LIMIT 1)
      AND used_at IS NULL RETURNING id"""


@dataclass(frozen=True)
class Offered:
    """A key on its way into somebody's app: as text, in groups, and as a picture (an SVG in a data: address)."""

    key: str
    picture: str

    @property
    def groups(self) -> str:
        return " ".join(self.key[at : at + 4] for at in range(0, len(self.key), 4))


def new_key() -> str:
    return pyotp.random_base32()


def offer(key: str, name: str, centre: str) -> Offered:
    address = pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=centre)
    return Offered(key, segno.make(address, micro=False).svg_data_uri(scale=5, border=3, light="#fff", dark="#000"))


def step_of(key: str, code: str) -> int | None:
    """The time step that `code` belongs to, now or one step to either side; None when to none."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(key)
    return next((now + off for off in STEPS if secret.same(totp.generate_otp(now + off), code)), None)


async def confirm(settings: Settings, account: UUID, key: str, code: str) -> bool:
    """Makes `key` the account's second factor once its first code is right; that code is then used up."""
    step = step_of(key, code)
    if step is None:
        return False
    await database.execute(
        "UPDATE account SET totp_sealed = $2, totp_step = $3, totp_since = now() WHERE id = $1",
        account, seal(settings.field_keys, key, where=f"totp:{account}"), step,
    )  # fmt: skip
    return True


async def is_right(settings: Settings, account: UUID, code: str) -> bool:
    """Whether `code` is the app's code of now; each counts once, also when it comes twice at the same moment."""
    sealed = await database.fetchval("SELECT totp_sealed FROM account WHERE id = $1", account)
    if sealed is None:
        return False
    try:
        step = step_of(unseal(settings.field_keys, bytes(sealed), where=f"totp:{account}"), code)
    except CannotOpen:
        return False
    return step is not None and await database.fetchval(TAKE_STEP, account, step) is not None


async def use_recovery(settings: Settings, account: UUID, code: str) -> bool:
    """Whether `code` is one of the account's recovery codes; it is then used up, of two at once by one."""
    return await database.fetchval(USE_RECOVERY, account, _hash(settings, account, code)) is not None


async def new_recovery_codes(settings: Settings, account: UUID) -> list[str]:
    """Ten new ones, the only time that they are known; the former ten end. Inside a transaction."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    await database.execute("DELETE FROM recovery_code WHERE account = $1", account)
    await database.executemany(
        "INSERT INTO recovery_code (id, account, code_hash) VALUES (gen_random_uuid(), $1, $2)",
        [(account, _hash(settings, account, code)) for code in codes],
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def codes_left(account: UUID) -> int:
    left: int = await database.fetchval(
        "SELECT count(*) FROM recovery_code WHERE account = $1 AND used_at IS NULL", account
    )
    return left


async def take_away(account: UUID) -> None:
    """The phone is lost and so are the codes: the next way in is an invitation, which leads to a new second factor.

    Inside a transaction; whoever was signed in is out, and remembered browsers are forgotten.
    """
    await database.execute(
        "UPDATE account SET totp_sealed = NULL, totp_since = NULL, totp_step = 0 WHERE id = $1", account
    )
    for table in ("recovery_code", "device", "session"):
        await database.execute(f"DELETE FROM {table} WHERE account = $1", account)


def pack(settings: Settings, session: UUID, pending: dict[str, Any]) -> bytes:
    """What a session is in the middle of, sealed for it alone."""
    return seal(settings.field_keys, json.dumps(pending), where=f"session:{session}")


def unpack(settings: Settings, session: UUID, pending: bytes | None) -> dict[str, Any]:
    """What `pack` packed; nothing when there is nothing, or another key sealed it."""
    try:
        found = json.loads(unseal(settings.field_keys, bytes(pending), where=f"session:{session}")) if pending else {}
    except CannotOpen:
        return {}
    return dict(found)


def _hash(settings: Settings, account: UUID, code: str) -> bytes:
    """Keyed, and of this account alone: fifty bits are too few for a plain hash."""
    plain = "".join(character for character in code.casefold() if character.isalnum())
    return bytes.fromhex(secret.sign(settings.key, "recovery", str(account), plain))
