"""The code that a paper is checked by: 80 random bits as sixteen letters and digits that a hand copies rightly."""

import re
import secrets

# Crockford's: without I, L, O and U. What is read for one of them is one.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_ALIKE = str.maketrans("OIL", "011")
_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


def new() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """In fours, as it stands on the paper: K3F7-9QXA-…"""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read(typed: str) -> str:
    """The code that somebody typed in any case, with spaces or without; "" for what is none."""
    plain = re.sub(r"[\s\-–.]", "", typed[:60]).upper().translate(_ALIKE)
    return plain if _CODE.fullmatch(plain) else ""


def address(public_url: str, code: str) -> str:
    """Where anybody may check the paper."""
    return f"{public_url}/verify/{shown(code)}"
