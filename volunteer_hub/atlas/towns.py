"""Towns of the country as they come with the program (GeoNames, CC BY 4.0): found with no connection to anywhere."""

import json
import unicodedata
from functools import cache
from typing import NamedTuple

from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.paths import bundled

STROKES = str.maketrans("łđø", "ldo")


class Town(NamedTuple):
    name: str
    point: Point
    residents: int


def folded(text: str) -> str:
    """Small letters without their marks, as the database's fold() has them: "Łódź" and "lodz" are one."""
    bare = unicodedata.normalize("NFKD", text.lower().translate(STROKES))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@cache
def towns() -> list[tuple[str, Town]]:
    """Every town after its folded name, the largest first."""
    rows = json.loads((bundled("static") / "vendor/towns.json").read_text())
    return [
        (folded(name), Town(name, (latitude, longitude), residents)) for name, latitude, longitude, residents in rows
    ]


def find(text: str, *, most: int = 5) -> list[Town]:
    """Towns whose name begins with `text`, those of just that name first and then the largest."""
    wanted = folded(text.strip())
    if not wanted:
        return []
    found = [(name != wanted, town) for name, town in towns() if name.startswith(wanted)]
    return [town for _longer, town in sorted(found, key=lambda pair: pair[0])][:most]
