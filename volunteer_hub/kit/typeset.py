"""PDF out of a typst document and data: tagged (PDF/UA-1), the same bytes from the same data, without a network.

The data reach the document as JSON and are only ever text there: nothing in them is read as markup or code.
"""

import asyncio
import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import cast

import typst

from volunteer_hub.kit.paths import bundled

# One at a time: a document is a matter of 50 ms, and the other core goes on serving pages.
_press = ThreadPoolExecutor(1, "typeset")
# Letters that the fonts inside typst are known to have (a test sets each); PDF/UA forbids a letter without a shape.
_NO_SHAPE = re.compile(
    r"[^\n\t\x20-\x7e\xa0-\u024f\u0386-\u03ce\u0400-\u045f\u0490-\u0491\u1e00-\u1eff"
    r"\u2009-\u2026\u20ac\u2116\u2190-\u2193\u2713]"
)


class NotTypeset(Exception):
    """The document is broken or misses something in its data. Says which document and what; never the data."""


async def pdf(document: str, data: Mapping[str, object]) -> bytes:
    """The document at templates/papers/`document` filled from `data`, as PDF/UA-1.

    `data` is what JSON can hold; `data["made"]` (ISO 8601 with an offset) is the file's date, so that the same data
    give the same bytes. A letter that no font has (an emoji in a name) becomes a □. Raises NotTypeset.
    """
    return await asyncio.get_running_loop().run_in_executor(_press, _written, document, data)


def _written(document: str, data: Mapping[str, object]) -> bytes:
    try:
        made = int(datetime.fromisoformat(str(data["made"])).timestamp())
    except (KeyError, ValueError):
        raise NotTypeset(f"{document}: the data must say when it was made") from None
    try:
        return _compiled(document, data, made)
    except RuntimeError:  # mostly an odd letter; whatever else it is comes again
        pass
    try:
        return _compiled(document, _with_shapes(data), made)
    except RuntimeError as error:  # typst's own error is one, and what it says of a missing file
        raise NotTypeset(f"{document}: {getattr(error, 'message', error)}") from None


def _compiled(document: str, data: object, made: int) -> bytes:
    root = bundled("templates") / "papers"
    made_of = _compiler().compile(
        str(root / document), sys_inputs={"data": json.dumps(data)}, pdf_standards="ua-1", timestamp=made
    )
    return cast(bytes, made_of)  # one file: only pictures come page by page


@functools.cache
def _compiler() -> typst.Compiler:
    # Fonts of the machine are left alone: the same data must look the same in every installation.
    return typst.Compiler(root=str(bundled("templates") / "papers"), ignore_system_fonts=True)


def _with_shapes(value: object) -> object:
    match value:
        case str():
            return _NO_SHAPE.sub("□", unicodedata.normalize("NFC", value))
        case Mapping():
            return {key: _with_shapes(one) for key, one in value.items()}
        case list() | tuple():
            return [_with_shapes(one) for one in value]
    return value
