"""Secrets that travel in links, cookies and codes: made here, kept only as hashes, compared as bytes."""

import hmac
import secrets
from hashlib import sha256


def token() -> str:
    """160 random bits as text that is safe in a URL."""
    return secrets.token_urlsafe(20)


def digits(length: int = 6) -> str:
    """A code a person can read out and type."""
    return f"{secrets.randbelow(10**length):0{length}d}"


def fingerprint(text: str) -> bytes:
    """What is stored of a token: SHA-256. Tokens are random, so no salt is needed."""
    return sha256(text.encode("utf-8", "surrogateescape")).digest()


def sign(key: str, *parts: str) -> str:
    """A keyed mark over `parts`, in hex."""
    return hmac.digest(key.encode(), "\x1f".join(parts).encode("utf-8", "surrogateescape"), "sha256").hex()


def same(a: str, b: str) -> bool:
    """Compares in constant time. As bytes: hmac.compare_digest raises TypeError on text that is not ASCII."""
    return hmac.compare_digest(a.encode("utf-8", "surrogateescape"), b.encode("utf-8", "surrogateescape"))
