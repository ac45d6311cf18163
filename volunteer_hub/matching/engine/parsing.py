"""JSON text to values; of long lists each value is read as soon as it is parsed, so that no tree of a town is held.

The tree of 100,000 people is 400 MB of Python objects; what is read of them is a third of it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from volunteer_hub.matching.engine.instance import Fault, Place

SPACE = re.compile(r"[ \t\n\r]*")
Read = Callable[[Any, Place], Any]


@dataclass(frozen=True, slots=True)
class Streamed:
    """A list whose values were read already."""

    values: tuple[Any, ...]


def parsed(text: str, streamed: Mapping[str, Read]) -> Any:
    """The value of a JSON text; lists under the keys `streamed` of an object come as Streamed. Raises Fault and
    json.JSONDecodeError."""
    try:
        decoder = json.JSONDecoder(parse_constant=_constant)
        if _after_space(text, 0)[1] != "{":
            return decoder.decode(text)
        return _object(text, decoder, streamed)
    except (json.JSONDecodeError, Fault):
        raise
    except (ValueError, RecursionError):
        raise Fault("$", "the file holds a number that is too long, or too many brackets in each other.") from None


def _object(text: str, decoder: json.JSONDecoder, streamed: Mapping[str, Read]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    at, sign = _after_space(text, _after_space(text, 0)[0] + 1)
    while sign != "}" or found:
        if sign != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, at = decoder.raw_decode(text, at)
        at, sign = _after_space(text, at)
        if sign != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        at, sign = _after_space(text, at + 1)
        if key in streamed and sign == "[":
            found[key], at = _list(text, at + 1, decoder, partial(_at, streamed[key], key))
        else:
            found[key], at = decoder.raw_decode(text, at)
        at, sign = _after_space(text, at)
        if sign == "}":
            break
        if sign != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at, sign = _after_space(text, at + 1)
    end, sign = _after_space(text, at + 1)
    if sign:
        raise json.JSONDecodeError("Extra data", text, end)
    return found


def _at(read: Read, key: str, said: Any, n: int) -> Any:
    return read(said, (("$", key), n))


def _list(text: str, at: int, decoder: json.JSONDecoder, read: Callable[[Any, int], Any]) -> tuple[Streamed, int]:
    values: list[Any] = []
    at, sign = _after_space(text, at)
    if sign == "]":
        return Streamed(()), at + 1
    while True:
        said, at = decoder.raw_decode(text, at)
        values.append(read(said, len(values)))
        at, sign = _after_space(text, at)
        if sign == "]":
            return Streamed(tuple(values)), at + 1
        if sign != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _after_space(text, at + 1)[0]


def _after_space(text: str, at: int) -> tuple[int, str]:
    """Where the next sign stands, and the sign; none at the end."""
    space = SPACE.match(text, at)
    at = space.end() if space else at
    return at, text[at : at + 1]


def _constant(said: str) -> NoReturn:
    raise Fault("$", f"{said} is not a number that JSON knows.")
