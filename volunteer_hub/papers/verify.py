"""Anybody checks a paper by its code, and learns no more than stands on it: whoever has the code has the paper.

A code cannot be guessed (80 random bits), and an unknown one is answered as a known one is: with a page that says so.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import check_code, clock, database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing
from volunteer_hub.papers.kinds import NAMES, Kind
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

FROM_ONE_PLACE = Limit("verify", 30, 600)
TOO_MANY = mark("Z tego miejsca sprawdzono już dużo kodów. Spróbuj za kilka minut.")
COURSE = mark("Zaświadczenie o ukończeniu szkolenia")

# Papers of one person: these facts are compared with the paper in hand. Lists, posters and slips show none.
SHOWN = {Kind.CERTIFICATE: ("name", "time"), Kind.AGREEMENT: ("name",)}

FIND = """
    SELECT id, kind, year, number, issued_at, NULL::date AS issued_on, withdrawn_at, facts,
           '' AS name, '' AS course, NULL::date AS first_day, NULL::date AS last_day
    FROM issued_paper WHERE code = $1
    UNION ALL
    SELECT id, 'course', year, number, NULL, issued_on, undone_at, NULL, name, course, first_day, last_day
    FROM completion WHERE code = $1"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the code says of a paper. `kind` is a message id; `name` and the rest are empty where the paper has none,
    once it is withdrawn, and once its contents are `erased`. `to_sign`: it was issued to be signed and binds by the
    signatures on the paper; whether they are there is not told here.
    """

    kind: str
    numbered: str
    issued_on: date
    withdrawn_on: date | None
    name: str = ""
    time: str = ""
    course: str = ""
    first_day: date | None = None
    last_day: date | None = None
    erased: bool = False
    to_sign: bool = False


async def verify(settings: Settings, client: str, typed: str) -> Verified | None:
    """The paper of this code, None for a code of none. `client` is the address of who asks. Raises Refused 429."""
    if not await limits.spend(settings, FROM_ONE_PLACE, client):
        raise Refused(TOO_MANY, 429)
    # Also what is no code at all is looked for: the answer takes as long.
    row = await database.fetchrow(FIND, check_code.read(typed) or "-")
    if row is None:
        return None
    zone, course = settings.timezone, row["kind"] == "course"
    issued_on = row["issued_on"] or clock.wall(row["issued_at"], zone).date()
    withdrawn_on = _day(row["withdrawn_at"], zone)
    plain = Verified(
        COURSE if course else NAMES[Kind(row["kind"])],
        f"{row['number']}/{row['year']}",
        issued_on,
        withdrawn_on,
        to_sign=row["kind"] == Kind.AGREEMENT,
    )
    if withdrawn_on:
        return plain
    if not course:
        return _with_facts(settings, plain, Kind(row["kind"]), row["id"], row["facts"])
    days = {"first_day": row["first_day"], "last_day": row["last_day"]}
    return replace(plain, name=row["name"], course=row["course"], erased=not row["name"], **days)


def _with_facts(settings: Settings, plain: Verified, kind: Kind, id: UUID, sealed: bytes | None) -> Verified:
    shown = SHOWN.get(kind, ())
    if not shown:
        return plain
    facts = issuing.facts_of(settings, id, sealed)
    if facts is None:
        return replace(plain, erased=True)
    first, last = (str(facts.get(day) or "") for day in ("first_day", "last_day"))
    return replace(
        plain,
        name=str(facts["name"]),
        time=str(facts["time"]) if "time" in shown else "",
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
    )


def _day(at: datetime | None, timezone: str) -> date | None:
    return clock.wall(at, timezone).date() if at else None
