"""The hard rules over all volunteers at once: one bit each, kept for every demand that openings share."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.fit import Bools, Floats, Indices, distances
from volunteer_hub.matching.engine.instance import DAY, Instance, Opening

Bits = NDArray[np.uint8]

# In the order of the contract, in which people are told.
RULES = (
    "distance", "time", "skill", "language", "age", "minor", "consent", "clearance", "gender", "excluded", "hours",
)  # fmt: skip
# What the remembered answers may take together, in bytes: beyond, they are forgotten and made again.
REMEMBERED = 64 * 2**20
NOBODY = np.zeros(0, dtype=np.int32)
# Degrees of a cell: a kilometre or two in Europe. Openings of one cell share the list of who reaches it (reach.py).
CELL = 0.02


class Masks:
    """Who passes which rule. Bits are packed, so that a hundred thousand volunteers are 12 kB per answer."""

    def __init__(self, instance: Instance) -> None:
        self.volunteers = volunteers = instance.volunteers
        self.count = len(volunteers)
        self.by_id = {v.id: n for n, v in enumerate(volunteers)}
        places = [v.at if v.at is not None else (np.nan, np.nan) for v in volunteers]
        latitudes, longitudes = np.radians(np.array(places, dtype=np.float64).reshape(-1, 2)).T
        self.latitudes: Floats = np.ascontiguousarray(latitudes)
        self.longitudes: Floats = np.ascontiguousarray(longitudes)
        self.max_km: Floats = np.array([v.max_km for v in volunteers], dtype=np.float64)
        self.week_minutes = np.array([v.week_minutes for v in volunteers], dtype=np.int64)
        self.born = np.array(
            [(v.birth_date.year, v.birth_date.month * 100 + v.birth_date.day) for v in volunteers], dtype=np.int64
        ).reshape(-1, 2)
        self.consent = np.array([v.guardian_consent for v in volunteers], dtype=bool)
        windows = [(n, *window) for n, v in enumerate(volunteers) for window in v.free]
        self.windows = np.array(windows, dtype=np.int32).reshape(-1, 4)
        aways = [(n, *days) for n, v in enumerate(volunteers) for days in v.away]
        self.aways = np.array(aways, dtype=np.int32).reshape(-1, 3)
        self.having = {
            kind: _index((n, getattr(v, kind)) for n, v in enumerate(volunteers))
            for kind in ("skills", "languages", "causes", "never_with")
        }
        self.genders = _index((n, (v.gender,) if v.gender is not None else ()) for n, v in enumerate(volunteers))
        valid: dict[str, list[tuple[int, int]]] = {}
        for n, v in enumerate(volunteers):
            for kind, last in v.clearances:
                valid.setdefault(kind, []).append((n, last))
        # Who has each clearance, and their last days.
        self.valid = {kind: np.array(those, dtype=np.int32) for kind, those in valid.items()}
        self.everybody = np.packbits(np.ones(self.count, dtype=bool))
        self._remembered: dict[Hashable, Bits] = {}

    def passing(self, o: Opening) -> Bits:
        """Who passes every rule but the distance."""
        found = self.everybody
        for rule in RULES[1:]:
            holds = self.holds(rule, o)
            if holds is not self.everybody:
                found = found & holds
        return found

    def test(self, who: Indices, bits: Bits) -> Bools:
        """Whether the bit of each of `who` is set."""
        return bits[who >> 3] << (who & 7).astype(np.uint8) >= 128

    def holds(self, rule: str, o: Opening) -> Bits:
        """Who passes `rule`; see the table of the contract."""
        if rule == "time":
            return self._all([self._free(*interval) for interval in o.times])
        if rule == "distance":
            return np.packbits(~(self.kilometres(o) > self.max_km))
        if rule == "skill":
            return self._all([self.has("skills", skill) for skill in o.skills])
        if rule == "language":
            spoken = [self.has("languages", language) for language in sorted(o.languages)]
            return np.bitwise_or.reduce(spoken) if spoken else self.everybody
        if rule == "gender":
            return self.everybody if o.gender is None else self._packed(("gender", o.gender), lambda: self._gender(o))
        if rule == "clearance":
            return self._all([self._cleared(kind, o.last_day) for kind in o.clearances])
        if rule == "excluded":
            named = [self.by_id[one] for one in o.never if one in self.by_id]
            others = self.everybody
            if o.organisation in self.having["never_with"]:
                others = ~self.has("never_with", o.organisation)
            return others & ~np.packbits(self._marked(np.array(named, dtype=np.int64))) if named else others
        if rule == "hours":
            most = max(minutes for _, minutes in o.weeks)
            return self._packed(("hours", most), lambda: self.week_minutes >= most)
        if (o.min_age is None and o.max_age is None) if rule == "age" else (rule == "minor" and o.minor_safe):
            return self.everybody
        ages = (o.min_age, o.max_age) if rule == "age" else ()
        return self._packed((rule, o.first_day, ages), lambda: self._of_age(rule, o))

    def kilometres(self, o: Opening) -> Floats:
        """To each volunteer; 0 where either has no place."""
        if o.at is None:
            return np.zeros(self.count)
        return np.nan_to_num(distances(self.latitudes, self.longitudes, o.at))

    def unpacked(self, bits: Bits) -> Bools:
        return np.unpackbits(bits, count=self.count).view(bool)

    def _of_age(self, rule: str, o: Opening) -> Bools:
        day = date.fromordinal(o.first_day)
        years = day.year - self.born[:, 0] - (day.month * 100 + day.day < self.born[:, 1])
        if rule == "minor":
            return np.asarray(years >= 18, dtype=bool)
        if rule == "consent":
            return np.asarray((years >= 18) | self.consent, dtype=bool)
        least, most = o.min_age, o.max_age
        none = np.ones(self.count, dtype=bool)
        return none & (least is None or years >= least) & (most is None or years <= most)

    def _free(self, starts: int, ends: int) -> Bits:
        day, from_, to = starts // DAY, starts % DAY, ends - starts // DAY * DAY
        weekday = (day - 1) % 7 + 1
        windows, aways = self.windows, self.aways

        def inside() -> Bools:
            wide = (windows[:, 1] == weekday) & (windows[:, 2] <= from_) & (windows[:, 3] >= to)
            return self._marked(windows[wide, 0])

        def there() -> Bools:
            return ~self._marked(aways[(aways[:, 1] <= day) & (aways[:, 2] >= day), 0])

        return self._packed(("free", weekday, from_, to), inside) & self._packed(("there", day), there)

    def _cleared(self, kind: str, last_day: int) -> Bits:
        def cleared() -> Bools:
            those = self.valid.get(kind, np.zeros((0, 2), dtype=np.int32))
            return self._marked(those[those[:, 1] >= last_day, 0])

        return self._packed(("clearance", kind, last_day), cleared)

    def _gender(self, o: Opening) -> Bools:
        return self._marked(self.genders.get(o.gender or "", NOBODY))

    def has(self, kind: str, one: str) -> Bits:
        """Whose `kind` (skills, languages, causes, never_with) names this one."""
        return self._packed((kind, one), lambda: self._marked(self.having[kind].get(one, NOBODY)))

    def _marked(self, who: NDArray[np.integer]) -> Bools:
        bits = np.zeros(self.count, dtype=bool)
        bits[who] = True
        return bits

    def _all(self, demands: list[Bits]) -> Bits:
        return self.everybody if not demands else demands[0] if len(demands) == 1 else np.bitwise_and.reduce(demands)

    def _packed(self, key: Hashable, answer: Callable[[], Bools]) -> Bits:
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) * self.everybody.nbytes > REMEMBERED:
                self._remembered.clear()
            known = self._remembered[key] = np.packbits(answer())
        return known


def _index(having: Iterable[tuple[int, Iterable[str]]]) -> dict[str, NDArray[np.int32]]:
    """Who has each thing. Many have the same things, so each set of them is looked at once."""
    alike: dict[Iterable[str], list[int]] = {}
    for n, things in having:
        if things:
            alike.setdefault(things, []).append(n)
    found: dict[str, list[NDArray[np.int32]]] = {}
    for things, those in alike.items():
        who = np.array(those, dtype=np.int32)
        for thing in things:
            found.setdefault(thing, []).append(who)
    return {thing: np.concatenate(parts) for thing, parts in found.items()}

