"""What providers asked over HTTP have in common: how long an answer may take, and when they want to be asked again."""

import aiohttp

LIMITS = aiohttp.ClientTimeout(total=15, sock_connect=5)
LONGEST_RETRY_AFTER = 3_600.0


def session(**more: str) -> aiohttp.ClientSession:
    """A session that keeps no cookies; `more` are its headers. Must be made inside the loop it works in."""
    return aiohttp.ClientSession(timeout=LIMITS, cookie_jar=aiohttp.DummyCookieJar(), headers=more)


def seconds(retry_after: str) -> float | None:
    """What a Retry-After header asks for, an hour at most; None when it names no seconds."""
    return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdecimal() else None
