"""From the bytes of a file to its entries: what it is, whether it is too much, where in it something is no JSON."""

import json
import re
from datetime import date
from typing import Any

from volunteer_hub.exchange.entries import Entry, Reader
from volunteer_hub.web.i18n import gettext as _

MOST_BYTES = 5_000_000
MOST_ITEMS = 2_000
# Deeper than HSDS ever goes (metadata of the detail of a term of a language of a phone).
DEEPEST = 24
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"')
BRACKETS = re.compile(r"[][{}]")


class Unreadable(Exception):
    """Nothing can be said of single entries; `sentence` is for people, in their language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def entries(data: bytes, timezone: str, today: date) -> list[Entry]:
    """The entries of a file of HSDS (a page, a list, one service or organisation) or GeoJSON. Raises Unreadable."""
    items, kind_of = _items(_json(data))
    if not items:
        raise Unreadable(_("W pliku nie ma ani jednego wpisu."))
    if len(items) > MOST_ITEMS:
        raise Unreadable(_("W pliku jest za dużo wpisów: %(n)s. Najwięcej: %(most)s. Podziel go.", n=len(items),
                           most=MOST_ITEMS))  # fmt: skip
    return Reader(timezone, today).entries(items, kind_of)


def _json(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise Unreadable(_("Ten plik jest za duży. Najwięcej: %(mb)s MB.", mb=MOST_BYTES // 1_000_000))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = data[: bad.start].count(b"\n") + 1
        raise Unreadable(_("Plik nie jest zapisany w UTF-8: wiersz %(line)s.", line=line)) from None
    if _depth(text) > DEEPEST:
        raise Unreadable(_("Ten plik jest zagnieżdżony głębiej, niż pozwala HSDS."))
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as bad:
        where = _("To nie jest poprawny JSON: wiersz %(line)s, znak %(column)s.", line=bad.lineno, column=bad.colno)
        raise Unreadable(where) from None
    except (ValueError, RecursionError):
        raise Unreadable(_("W pliku jest liczba, której nie rozumiemy (NaN albo za długa).")) from None


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _depth(text: str) -> int:
    """How deep brackets stand in each other, strings left out, before anything is built of them."""
    deepest = depth = 0
    for sign in BRACKETS.findall(STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _items(told: Any) -> tuple[list[Any], Any]:
    if isinstance(told, dict) and told.get("type") in ("FeatureCollection", "Feature"):
        _wgs84(told)
        items = told.get("features") if told["type"] == "FeatureCollection" else [told]
        return _listed(items), lambda item: "feature"
    if isinstance(told, dict):
        told = told.get("contents", [told])
    return _listed(told), _kind


def _listed(items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise Unreadable(_("To nie jest lista usług HSDS ani GeoJSON."))
    return items


def _kind(item: Any) -> str:
    """In HSDS a service has a status, an organisation has none."""
    looks = isinstance(item, dict) and "status" not in item and "service_at_locations" not in item
    return "organization" if looks and "description" in item else "service"


def _wgs84(told: dict[str, Any]) -> None:
    """RFC 7946 knows one projection; older files may name another."""
    named = json.dumps(told["crs"]).upper() if told.get("crs") else ""
    if named and not any(known in named for known in ("CRS84", "EPSG::4326", "EPSG:4326")):
        raise Unreadable(_("Ten plik ma inny układ współrzędnych. Zapisz go w WGS 84 (EPSG:4326)."))
