"""Finding volunteers: a page of those a search is about, their number, and the queues at each step.

Coordinators see everybody, nobody else sees a list: 404. docs/decisions/0017-finding-people.md tells how it stays fast.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.people.rules import ADULT_AGE, Kind, Step
from volunteer_hub.people.wanted import Wanted, parts

PAGE = 50
# People are counted up to here; a list that is longer is "more than".
MOST_COUNTED = 1000
ENDING_DAYS = 30

# By what the lists are ordered, downwards or not. With the id behind it no two people share a place.
ORDERS = {"": ("name_key", ""), "waits": ("step_since", ""), "newest": ("created_at", "DESC")}


def conditions(of: Wanted, today: date) -> tuple[str, list[Any]]:
    """The search as SQL over `volunteer v`, and its values from $1 on. Words that mean nothing find nobody."""
    asked, values = [], list[Any]()

    def want(sql: str, value: Any) -> None:
        values.append(value)
        asked.append(sql.format(n=f"${len(values)}"))

    for part in parts(of.q):
        want("v.found_by LIKE fold({n})", f"%{literal(part)}%")
    if of.q and not values:
        asked.append("false")
    for name, column in (("step", "step"), ("kind", "kind"), ("area", "area_slug")):
        if value := getattr(of, name):
            want(f"v.{column} = {{n}}", value)
    for name, column in (("tag", "tags"), ("skill", "skills"), ("language", "languages"), ("cause", "causes")):
        if value := getattr(of, name):
            want(f"v.{column} @> {{n}}::varchar[]", [value])
    if of.minor:
        want("v.birth_date > {n}", _eighteen(today))
    if of.consent == "guardian":
        # An array, not conditions: the few are then fetched, not looked for among everybody.
        theirs = "SELECT m.id FROM volunteer m WHERE m.guardian_consent_at IS NULL AND m.birth_date > {n}"
        want(f"v.id = ANY(ARRAY({theirs}))", _eighteen(today))
    if of.consent == "messages":
        asked.append("NOT v.sms_ok AND NOT v.email_ok")
    if of.clearance:
        ending = of.clearance == "ending"
        first, last = (today, today + timedelta(days=ENDING_DAYS)) if ending else (date.min, today - timedelta(days=1))
        values.extend((first, last))
        # As above.
        asked.append(
            "v.id = ANY(ARRAY(SELECT c.volunteer FROM clearance c WHERE c.revoked_on IS NULL"
            f" AND c.valid_until BETWEEN ${len(values) - 1} AND ${len(values)}))"
        )
    if of.waits:
        want("v.step_since < now() - make_interval(days => {n})", int(of.waits))
    return " AND ".join(asked) or "true", values


def literal(word: str) -> str:
    """`word` for LIKE, where it means nothing but itself."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _eighteen(today: date) -> date:
    """The last day of birth of those who are of age; who was born later is a minor."""
    try:
        return today.replace(year=today.year - ADULT_AGE)
    except ValueError:  # 29 February
        return today.replace(year=today.year - ADULT_AGE, day=28)


@dataclass(frozen=True)
class VolunteerRow:
    """A volunteer on a list of the desk."""

    id: UUID
    first_name: str
    last_name: str
    phone: str
    kind: Kind
    step: Step
    step_since: datetime
    area_slug: str
    tags: list[str]
    restricted: bool
    key: Any

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True)
class Found:
    """A page of people. `total` is how many there are in all, or MOST_COUNTED and `more_than` is true.

    `before` and `after` are the places to go on from, empty where nobody follows; an address may hold them: no names.
    """

    people: list[VolunteerRow]
    total: int
    more_than: bool
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Queue:
    """How many stand at a step, told as `Found` tells it, and since when the longest of them."""

    total: int
    more_than: bool
    since: datetime | None


ROWS = """SELECT v.id, v.first_name, v.last_name, v.phone, v.kind, v.step, v.step_since, v.area_slug, v.tags,
                 v.restricted_at IS NOT NULL AS restricted, v.{key} AS key
          FROM volunteer v WHERE """


async def find(actor: Actor, of: Wanted, today: date, *, after: str = "", before: str = "") -> Found:
    """The people `of` is about, the page behind the place `after` or in front of `before`. Raises Refused 404.

    A first look takes the places of MOST_COUNTED people and one: whoever is rare is then counted and paged already,
    and who is common is found at once in the order of the list.
    """
    coordinators_only(actor)
    key, down = ORDERS[of.order]
    sql, values = conditions(of, today)
    async with database.transaction():
        # The plan must be made for these very words: "a" and "źrebi" need another one, and a plan for any word is slow.
        await database.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        if (rare := await _with_short_parts(of)) is not None:
            values.append(rare)
            sql += f" AND v.id = ANY(${len(values)})"
        places = await database.fetch(
            f"SELECT v.{key} AS key, v.id FROM volunteer v WHERE {sql}"
            f" ORDER BY v.{key} {down}, v.id {down} LIMIT {MOST_COUNTED + 1}",
            *values,
        )
        at = await _place(key, after or before)
        many = len(places) > MOST_COUNTED
        ids = await _behind(key, down, sql, values, at, backwards=not after) if many and at else None
        ids = ids or _cut([tuple(one) for one in places], None if many else at, bool(down), backwards=not after)
        rows = await database.fetch(
            f"{ROWS.format(key=key)} v.id = ANY($1) ORDER BY v.{key} {down}, v.id {down}", ids.page
        )
    people = [_row(row) for row in rows]
    ends = [_cursor(one) for one in (people[0], people[-1])] if people else ["", ""]
    total = min(len(places), MOST_COUNTED)
    return Found(people, total, many, ends[0] if ids.earlier else "", ends[1] if ids.later else "")


async def every(actor: Actor, of: Wanted, today: date) -> AsyncIterator[VolunteerRow]:
    """All that `find` finds, in its order; only inside a transaction. Raises Refused 404."""
    coordinators_only(actor)
    key, down = ORDERS[of.order]
    sql, values = conditions(of, today)
    async for row in database.each(f"{ROWS.format(key=key)} {sql} ORDER BY v.{key} {down}, v.id {down}", *values):
        yield _row(row)


async def _with_short_parts(of: Wanted) -> list[UUID] | None:
    """Who has all the words, when each of them is too short for the index of the others; None: far too many."""
    words = parts(of.q)
    if not words or max(map(len, words)) > 2:
        return None
    # The index says at once how many there are, and only then is it known which way to them is short.
    await database.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    rows = await database.fetch(
        "SELECT id FROM volunteer WHERE short_parts(found_by) @> ARRAY(SELECT fold(unnest($1::text[])))"
        f" LIMIT {MOST_COUNTED + 1}",
        words,
    )
    await database.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
    return [row["id"] for row in rows] if len(rows) <= MOST_COUNTED else None


@dataclass(frozen=True)
class _Ids:
    """The people of one page, and whether others stand before and behind it."""

    page: list[UUID]
    earlier: bool
    later: bool


def _cut(places: list[tuple[Any, UUID]], at: tuple[Any, UUID] | None, down: bool, *, backwards: bool) -> _Ids:
    """A page of all the places that there are."""
    start = 0
    if at:
        passed = [place for place in places if (place > at if down else place < at)]
        start = max(0, len(passed) - PAGE) if backwards else len(passed) + (at in places)
    page = places[start : start + PAGE]
    return _Ids([id for _, id in page], start > 0, start + PAGE < len(places))


async def _behind(
    key: str, down: str, sql: str, values: list[Any], at: tuple[Any, UUID], *, backwards: bool
) -> _Ids | None:
    """A page behind the place `at`, or in front of it, asked of the database; None where that is the first page."""
    upwards = bool(down) == backwards
    way = "" if upwards else "DESC"
    rows = await database.fetch(
        f"""SELECT v.id FROM volunteer v
            WHERE {sql} AND (v.{key}, v.id) {">" if upwards else "<"} (${len(values) + 1}, ${len(values) + 2})
            ORDER BY v.{key} {way}, v.id {way} LIMIT {PAGE + 1}""",
        *values,
        *at,
    )
    more = len(rows) > PAGE
    if backwards and not more:
        return None
    return _Ids([row["id"] for row in rows[:PAGE]], True, backwards or more)


EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)


def _cursor(row: VolunteerRow) -> str:
    """The place of a row, for an address: of a name only whose it is; of a moment also the moment, as it may change."""
    return str(row.id) if isinstance(row.key, str) else f"{(row.key - EPOCH) // MICROSECOND}.{row.id}"


async def _place(key: str, cursor: str) -> tuple[Any, UUID] | None:
    """The place that `cursor` names; None when it names none."""
    moment, _, id = cursor.rpartition(".")
    try:
        who = UUID(id)
        if key != "name_key":
            return EPOCH + int(moment) * MICROSECOND, who
    except (ValueError, OverflowError):
        return None
    found = await database.fetchval("SELECT name_key FROM volunteer WHERE id = $1", who)
    return (found, who) if found else None


async def queues(actor: Actor) -> dict[Step, Queue]:
    """The people at each step: how many, and since when the longest. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        f"""SELECT s.step, (SELECT count(*) FROM (SELECT FROM volunteer WHERE step = s.step LIMIT {MOST_COUNTED + 1}) n)
                   AS total, (SELECT min(step_since) FROM volunteer WHERE step = s.step) AS since
            FROM unnest($1::varchar[]) WITH ORDINALITY AS s (step, place) ORDER BY s.place""",
        [step.value for step in Step],
    )
    return {
        Step(row["step"]): Queue(min(row["total"], MOST_COUNTED), row["total"] > MOST_COUNTED, row["since"])
        for row in rows
    }


async def relaxed(actor: Actor, of: Wanted, today: date) -> dict[str, int]:
    """How many would be found without one of the filters, by its name; only where that helps. Raises Refused 404."""
    found = {}
    for name in of.filters:
        if total := (await find(actor, of.but(**{name: ""}), today)).total:
            found[name] = total
    return found


async def chosen(actor: Actor, of: Wanted, today: date, most: int) -> list[UUID]:
    """Everybody the search finds, by name, but no more than `most` and one. Raises Refused 404."""
    coordinators_only(actor)
    sql, values = conditions(of, today)
    rows = await database.fetch(
        f"SELECT v.id FROM volunteer v WHERE {sql} ORDER BY v.name_key, v.id LIMIT {most + 1}", *values
    )
    return [row["id"] for row in rows]


# From each combination of tags to the next one, not through everybody who has some.
TAGS = """
    WITH RECURSIVE had (tags) AS (
        (SELECT tags FROM volunteer WHERE tags <> '{}' ORDER BY tags LIMIT 1)
        UNION ALL
        SELECT (SELECT v.tags FROM volunteer v WHERE v.tags <> '{}' AND v.tags > had.tags ORDER BY v.tags LIMIT 1)
        FROM had WHERE had.tags IS NOT NULL)
    SELECT DISTINCT tag, sort_key(tag) FROM (SELECT tags FROM had LIMIT 1000) h, unnest(h.tags) AS tag
    ORDER BY sort_key(tag), tag LIMIT 200"""


async def tags(actor: Actor) -> list[str]:
    """The tags that somebody has, in alphabetical order. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(TAGS)
    return [row["tag"] for row in rows]


def _row(row: asyncpg.Record) -> VolunteerRow:
    return VolunteerRow(**dict(row) | {"kind": Kind(row["kind"]), "step": Step(row["step"])})
