"""Short names for addresses, out of names that people give."""

import re
import unicodedata
from collections.abc import Collection


def slug(name: str, otherwise: str, taken: Collection[str] = ()) -> str:
    """`name` in plain small letters, digits and hyphens, at most 40; `otherwise` when none are left of it.

    Not one of `taken`: a number follows then.
    """
    folded = unicodedata.normalize("NFKD", name.lower().replace("ł", "l")).encode("ascii", "ignore").decode()
    base = "-".join(re.findall("[a-z0-9]+", folded))[:36].strip("-") or otherwise
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
