"""Asks atlas.outlines, a process of its own, about outlines; turns its refusals into sentences. Decision 0025."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from volunteer_hub.atlas import outline_words
from volunteer_hub.kit import child
from volunteer_hub.kit.geo import Point

MOST_BYTES = 20_000_000
SECONDS = 60

# One at a time in each web process: a file of the largest kind takes a core for two seconds and 100 MB.
_turn = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Outline:
    """`shape`: the coordinates of a MultiPolygon as JSON, ready for the database."""

    shape: str
    corners: int
    km2: float


@dataclass(frozen=True)
class FileOutline(Outline):
    properties: dict[str, str]


@dataclass(frozen=True)
class FileRead:
    """`naming`: the properties that may be the names, the likeliest first."""

    naming: list[str]
    districts: list[FileOutline]


@dataclass(frozen=True)
class Laid:
    """Districts side by side, by their places in the list they were given in: as atlas.outlines.lay answers."""

    overlaps: list[tuple[int, int, float]]
    outlines: list[str]
    centres: list[Point]
    within: list[int]


async def read_file(file: BinaryIO, *, swap: bool) -> FileRead:
    """The districts of a GeoJSON file. Raises Refused 422 with what is wrong. The file never enters our memory."""
    file.seek(0)
    answer = await _ask("swapped-file" if swap else "file", file)
    return FileRead(answer["naming"], [FileOutline(**one) for one in answer["districts"]])


async def read_text(text: str) -> Outline:
    """The outline that somebody typed. Raises Refused 422 with what is wrong."""
    return Outline(**await _ask("text", text.encode()))


async def lay(shapes: Sequence[str], points: Sequence[tuple[float, float, int]] = ()) -> Laid:
    """How `shapes` (JSON, as Outline has it) lie side by side, and which of them holds each of `points`.

    A point is (latitude, longitude, the place of its own district in `shapes` or -1).
    """
    # Hundreds of thousands of points: other requests go on meanwhile.
    task = await asyncio.to_thread(_task, shapes, points)
    answer = await _ask("lay", task)
    return Laid(
        overlaps=[(a, b, km2) for a, b, km2 in answer["overlaps"]],
        outlines=answer["outlines"],
        centres=[(lat, lon) for lat, lon in answer["centres"]],
        within=answer["within"],
    )


def _task(shapes: Sequence[str], points: Sequence[tuple[float, float, int]]) -> bytes:
    # Not json.dumps, which would let nobody else run until it has written all of them.
    written = ",".join([f"[{latitude!r},{longitude!r},{own}]" for latitude, longitude, own in points])
    return f'{{"shapes": [{",".join(shapes)}], "points": [{written}]}}'.encode()


async def _ask(job: str, given: bytes | BinaryIO) -> dict[str, Any]:
    async with _turn:
        # No address space for threads it has no use for.
        env = {"OPENBLAS_NUM_THREADS": "1"}
        said = await child.asked("volunteer_hub.atlas.outlines", job, given=given, seconds=SECONDS, env=env)
    # Ended from outside or by its own bounds: what it was given is more than it may take.
    answer: dict[str, Any] = await asyncio.to_thread(json.loads, said or b'{"unfit": "too-much", "values": {}}')
    if "unfit" in answer:
        raise outline_words.refused(answer["unfit"], answer["values"])
    return answer
