"""Encrypts single fields: AES-256-GCM under a key from outside the database, each value tied to where it stands."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class CannotOpen(Exception):
    """None of the keys opens it: another key sealed it, it was changed, or it stood somewhere else."""


def seal(keys: tuple[str, ...], text: str, *, where: str) -> bytes:
    """`text` under the first of `keys`. `where` ("confided:<mark>") must be said again to open it."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(keys[0]).encrypt(nonce, text.encode(), where.encode())


def unseal(keys: tuple[str, ...], sealed: bytes, *, where: str) -> str:
    """What `seal` sealed, by whichever of `keys` it was. Raises CannotOpen."""
    for key in keys:
        try:
            return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], where.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise CannotOpen


def mark(key: str, *parts: str) -> bytes:
    """Where a sealed value stands in a table that must not say whose it is: `key` alone tells it from `parts`."""
    return hmac.digest(_derived(key, b"volunteer_hub mark"), "\x1f".join(parts).encode(), "sha256")


def _cipher(key: str) -> AESGCM:
    return AESGCM(_derived(key, b"volunteer_hub field key"))


def _derived(key: str, use: bytes) -> bytes:
    # The key is text of any length from a setting; HKDF makes 32 bytes of it and keeps it apart from other uses.
    return HKDF(SHA256(), length=32, salt=None, info=use).derive(key.encode())
