"""Encrypts single fields: AES-256-GCM under a key from outside the database, each value tied to where it stands."""

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


def _cipher(key: str) -> AESGCM:
    # The key is text of any length from a setting; HKDF makes 32 bytes of it and keeps it apart from other uses.
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"volunteer_hub field key").derive(key.encode()))
