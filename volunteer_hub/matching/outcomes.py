"""How good the suggestions were: what people asked by the desk said and whether they came, by their rank and by way.

Counts only; names are never read. A meeting's invitations are counted with the day of the meeting, when all is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import sqrt

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.schedule import centre

# Below so many answers a share says little: half of 20 lies, with 95 % certainty, anywhere from 30 to 70 %.
SMALL = 20
# The 97.5th percentile of the normal distribution, for intervals that hold 95 times of 100.
Z = 1.959964


class Band(StrEnum):
    """Where somebody stood on the list when asked; `NONE`: nowhere, chosen by hand."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FIFTH = "5"
    TWENTIETH = "20"
    LATER = "later"
    NONE = "none"


class Way(StrEnum):
    """How they came to be asked; `SEARCH`: by the machine, for a place that came free."""

    LIST = "list"
    PLAN = "plan"
    WAVES = "waves"
    SEARCH = "search"


class Verdict(StrEnum):
    """Whether those at the top say yes more often than those below: too few to tell, yes, maybe chance, rather not."""

    FEW = "few"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


TOP = (Band.FIRST, Band.SECOND, Band.THIRD)
BELOW = (Band.FIFTH, Band.TWENTIETH, Band.LATER)

# The last time the desk asked counts. Who asked for the task themselves, or has it regularly, was no suggestion.
# A yes that found no seat is a yes. Who was told that nobody is needed any more was not silent: we took it back. Of a
# plan sent in waves the first wave was chosen by the plan. Whom the desk took off after a yes, as when a change needed
# them elsewhere, gave nothing up; who rang to be taken off for an illness did.
ASKED = """
    SELECT CASE WHEN s.rank IS NULL THEN 'none' WHEN s.rank <= 3 THEN s.rank::text WHEN s.rank <= 5 THEN '5'
                WHEN s.rank <= 20 THEN '20' ELSE 'later' END AS band,
           CASE WHEN EXISTS (SELECT FROM matching_pair p
                             WHERE p.opening = o.id AND p.volunteer = s.volunteer AND p.state = 'sent') THEN 'plan'
                WHEN EXISTS (SELECT FROM wave_asked w WHERE w.assignment = s.id) THEN 'waves'
                WHEN s.invited_by IS NULL THEN 'search' ELSE 'list' END AS way,
           CASE WHEN s.state = 'silent' AND EXISTS (
                    SELECT FROM assignment_change f
                    WHERE f.assignment = s.id AND f.became = 'silent' AND f.channel = 'full' AND f.at >= asked.at)
                THEN 'withdrawn' ELSE s.state END AS state, m.starts_at <= now() AS begun,
           s.state = 'withdrawn' AND s.missed_reason = '' AND (
               SELECT channel FROM assignment_change
               WHERE assignment = s.id AND became = 'withdrawn' ORDER BY at DESC LIMIT 1) = 'desk' AS by_desk,
           s.state IN ('invited', 'accepted', 'done', 'missed') AND s.answered_at IS NOT NULL
             OR EXISTS (SELECT FROM assignment_change y
                        WHERE y.assignment = s.id AND y.became = 'accepted' AND y.at >= asked.at) AS yes
    FROM meeting m JOIN opening o ON o.meeting = m.id JOIN assignment s ON s.opening = o.id
    JOIN LATERAL (SELECT at FROM assignment_change
                  WHERE assignment = s.id AND became = 'invited' AND channel = 'desk'
                  ORDER BY at DESC LIMIT 1) asked ON true
    WHERE m.state = 'planned' AND m.starts_at >= $1 AND m.starts_at < $2 AND s.regular IS NULL AND s.asked_at IS NULL"""
COUNTED = f"""
    SELECT band, way, count(*) AS asked, count(*) FILTER (WHERE yes) AS yes,
           count(*) FILTER (WHERE NOT yes AND state = 'declined') AS no,
           count(*) FILTER (WHERE NOT yes AND (state = 'silent' OR state = 'invited' AND begun)) AS silent,
           count(*) FILTER (WHERE NOT yes AND state = 'invited' AND NOT begun) AS open,
           count(*) FILTER (WHERE NOT yes AND state = 'withdrawn') AS called_off,
           count(*) FILTER (WHERE yes AND state IN ('declined', 'withdrawn') AND NOT by_desk) AS gave_up,
           count(*) FILTER (WHERE yes AND by_desk) AS taken_off,
           count(*) FILTER (WHERE state = 'done') AS came, count(*) FILTER (WHERE state = 'missed') AS missed
    FROM ({ASKED}) each GROUP BY band, way"""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` in hundredths, and between what the truth lies 95 times of 100 (Wilson's interval)."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        return round(100 * self.part / self.whole) if self.whole else 0

    @property
    def small(self) -> bool:
        return self.whole < SMALL

    @property
    def between(self) -> tuple[int, int]:
        """E. B. Wilson, "Probable inference", J. Am. Stat. Assoc. 22 (1927): it holds for few answers too."""
        if not self.whole:
            return 0, 100
        n, p, z2 = self.whole, self.part / self.whole, Z * Z
        middle, half = p + z2 / (2 * n), Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return round(100 * (middle - half) / (1 + z2 / n)), round(100 * (middle + half) / (1 + z2 / n))


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of invitations. `called_off`: taken back before an answer; `gave_up`: a no after a yes; `taken_off`:
    by the desk after a yes; `open`: may still answer. Who said yes and neither came, missed, gave up nor was taken off
    is still to come, or nobody noted it."""

    asked: int = 0
    yes: int = 0
    no: int = 0
    silent: int = 0
    open: int = 0
    called_off: int = 0
    gave_up: int = 0
    taken_off: int = 0
    came: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    @property
    def agreed(self) -> Share:
        """Of those whose answer, or silence, is known."""
        return Share(self.yes, self.yes + self.no + self.silent)

    @property
    def kept(self) -> Share:
        """Of those who were expected on the day."""
        return Share(self.came, self.came + self.missed)


@dataclass(frozen=True, slots=True)
class Outcomes:
    bands: dict[Band, Counts]
    ways: dict[Way, Counts]

    @property
    def all(self) -> Counts:
        return total(self.bands.values())

    @property
    def top(self) -> Share:
        return total(self.bands[band] for band in TOP).agreed

    @property
    def below(self) -> Share:
        return total(self.bands[band] for band in BELOW).agreed

    @property
    def verdict(self) -> Verdict:
        return verdict(self.top, self.below)


def total(each: Iterable[Counts]) -> Counts:
    return sum(each, Counts())


def verdict(top: Share, below: Share) -> Verdict:
    """By the intervals, which is careful: where they touch, the difference may be chance."""
    if top.small or below.small:
        return Verdict.FEW
    if top.between[0] > below.between[1]:
        return Verdict.BETTER
    return Verdict.WORSE if top.between[1] < below.between[0] else Verdict.SAME


async def outcomes(actor: Actor, first_day: date, last_day: date, way: Way | None = None) -> Outcomes:
    """Of meetings of these days, both included, in the centre's zone; `way` narrows the ranks, not the ways."""
    coordinators_only(actor)
    zone = centre.settings().timezone
    from_, until = (_midnight(day, zone) for day in (first_day, last_day + timedelta(days=1)))
    rows = await database.fetch(COUNTED, from_, until)
    found = [
        (Band(row["band"]), Way(row["way"]), Counts(**{f.name: row[f.name] for f in fields(Counts)})) for row in rows
    ]
    return Outcomes(
        {band: total(c for b, w, c in found if b is band and way in (None, w)) for band in Band},
        {each: total(c for _, w, c in found if w is each) for each in Way},
    )


def _midnight(day: date, zone: str) -> datetime:
    return clock.instant(datetime.combine(day, time()), zone)


# The drawing, in its own units.
WIDTH, FLOOR, TALLEST, WIDEST = 320, 166, 142, 32


@dataclass(frozen=True, slots=True)
class Bar:
    """A band's share of yeses: a column from `y` down, and a line from `low` up to `high` where the truth lies."""

    band: Band
    share: Share
    x: float
    width: float
    y: float
    low: float
    high: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def edge(self) -> float:
        """Where the line stands: beside the column."""
        return round(self.x + self.width + 6, 1)


def bars(bands: Sequence[tuple[Band, Counts]]) -> list[Bar]:
    """Side by side, of those of whom an answer is known."""
    shown = [(band, counts.agreed) for band, counts in bands if counts.agreed.whole]
    step = WIDTH / max(1, len(shown))
    width = min(WIDEST, step / 2)

    def height(percent: float) -> float:
        return round(FLOOR - TALLEST * percent / 100, 1)

    return [
        Bar(band, share, round(step * (n + 0.5) - width / 2, 1), width, height(share.percent),
            *(height(end) for end in share.between))
        for n, (band, share) in enumerate(shown)
    ]  # fmt: skip
