"""Export, then import into an empty town: the same public data. Over random towns."""

import json
from datetime import date, time
from typing import Any
from uuid import UUID

import httpx2
from exchange import openly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import people

from volunteer_hub.atlas.rules import ACCESS, ResourceKind
from volunteer_hub.atlas.tables import FurtherTheme
from volunteer_hub.exchange import importing, reading
from volunteer_hub.exchange.given import plain
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

letters = st.text("abcdełóżźüЖї 0123456789.,;:!?()'\"\n-–/%\\{}[]@#", max_size=60)
words = letters.map(plain)
lines = letters.map(lambda text: " ".join(plain(text).split()))
names = letters.map(lambda text: " ".join(plain(f"N{text}").split()))
minutes = st.integers(0, 23 * 60 + 58)


@st.composite
def hours(draw: st.DrawFn) -> dict[str, Any]:
    opens = draw(minutes)
    closes = draw(st.integers(opens + 1, 23 * 60 + 59))
    rule = draw(st.sampled_from([
        "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=2TU,-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3", "FREQ=WEEKLY;BYDAY=SA;COUNT=9",
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270101", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "FREQ=DAILY;INTERVAL=3",
    ]))  # fmt: skip
    first, last = st.dates(date(2026, 1, 1), date(2026, 11, 1)), st.dates(date(2027, 1, 2), date(2028, 1, 1))
    return {
        "rule": rule, "opens": time(*divmod(opens, 60)), "closes": time(*divmod(closes, 60)),
        "first_day": draw(first), "last_day": draw(st.none() | last), "note": draw(lines),
    }  # fmt: skip


places = st.fixed_dictionaries({
    "name": names, "address": names, "town": lines, "postcode": st.sampled_from(["", "87-800"]),
    "latitude": st.floats(52.61, 52.69), "longitude": st.floats(19.01, 19.09),
    "accessibility": st.lists(st.sampled_from(ACCESS), unique=True, max_size=4), "accessibility_note": words,
})  # fmt: skip
resources = st.fixed_dictionaries({
    "name": names, "kind": st.sampled_from(list(ResourceKind)), "about": words, "for_whom": words,
    "languages": st.lists(st.sampled_from(["pl", "uk", "en"]), unique=True), "verified_on": st.none(),
    "capacity": st.none() | st.integers(0, 1000), "phone": st.sampled_from(["", "+48600111222", "+48544112233"]),
    "email": st.sampled_from(["", "a@example.org"]),
    "website": st.sampled_from(["", "https://a.example/b?c=d", "a.example"]),
    "place": st.integers(0, 2), "theme": st.integers(0, 3), "further": st.sets(st.integers(0, 3), max_size=3),
    "organisation": st.none() | st.integers(0, 9), "hours": st.lists(hours(), max_size=3, unique_by=str),
})  # fmt: skip
towns = st.tuples(st.lists(places, min_size=3, max_size=3), st.lists(resources, min_size=1, max_size=6))

# What another town has anew: its ids, and when somebody there last changed or checked an entry.
OWN = ("id", "last_modified", "assured_date")


def same(told: Any) -> Any:
    """What is told without what each town has of its own, lists in an order of their words."""
    if isinstance(told, dict):
        kept = {name: same(value) for name, value in told.items() if name not in OWN and not name.endswith("_id")}
        return {name: value for name, value in kept.items() if name != "parent"}
    if isinstance(told, list):
        return sorted((same(one) for one in told), key=lambda one: json.dumps(one, sort_keys=True))
    return told


async def exported(client: httpx2.AsyncClient) -> list[Any]:
    """All pages, as somebody would gather them."""
    found: list[Any] = []
    for path in ("/organizations?full=true", "/services?full=true"):
        for number in range(1, 20):
            page = await openly.told(client, f"{path}&per_page=2&page={number}")
            found += page["contents"]
            if page["last_page"]:
                break
    return found


async def build(themes: list[UUID], area: UUID, places: list[dict[str, Any]], resources: list[dict[str, Any]]) -> None:
    there = [(await people.place(area=area, **one)).id for one in places]
    made: list[tuple[dict[str, Any], Any]] = []
    for one in resources:
        values = {key: value for key, value in one.items() if key not in ("further", "hours", "organisation")}
        row = await openly.resource(**values | {"place": there[one["place"]], "theme": themes[one["theme"]]})
        for n in one["further"] - {one["theme"]}:
            await people.save(FurtherTheme(resource=row.id, theme=themes[n]))
        for line in one["hours"]:
            await openly.hours(row, **line)
        made.append((one, row))
    run = [row for one, row in made if one["kind"] is ResourceKind.ORGANISATION]
    for one, row in made:
        if run and one["kind"] is not ResourceKind.ORGANISATION and one["organisation"] is not None:
            runs = run[one["organisation"] % len(run)].id
            await database.execute("UPDATE resource SET organisation = $2 WHERE id = $1", row.id, runs)


CLEAR = ("UPDATE resource SET organisation = NULL", "DELETE FROM resource", "DELETE FROM help", "DELETE FROM place")
PUBLISH = "UPDATE resource SET public = true, consent_on = '2026-01-02', consent_by = 'Prezes'"


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(town=towns)
async def test_what_is_exported_and_imported_is_the_same(client: httpx2.AsyncClient, town: Any) -> None:
    """A town with the same districts and themes, and nothing else."""
    for sql in (*CLEAR, "DELETE FROM theme", "DELETE FROM area"):
        await database.execute(sql)
    area = await people.area()
    above = await people.theme(taxonomy="Open Eligibility", taxonomy_code="1102")
    below = await people.theme(parent=above.id, taxonomy="Open Eligibility", taxonomy_code="1102")
    themes = [above.id, below.id, (await people.theme()).id, (await people.theme(taxonomy="X", taxonomy_code="7")).id]
    await build(themes, area.id, *town)
    told = await exported(client)
    for sql in CLEAR:
        await database.execute(sql)
    desk = people.actor(await people.account(Role.COORDINATOR))
    entries = reading.entries(json.dumps(told).encode(), people.ZONE, date(2026, 11, 22))
    written = await importing.write(desk, entries, "Tamto miasto")
    assert written.new == len(town[1])
    assert await exported(client) == []
    await database.execute(PUBLISH)
    assert same(await exported(client)) == same(told)
    again = await importing.write(desk, entries, "Tamto miasto")
    assert (again.new, again.changed, again.left) == (0, 0, len(town[1]))


async def test_control_one_word_that_is_lost_is_seen(client: httpx2.AsyncClient) -> None:
    await openly.rich()
    told = await exported(client)
    await database.execute("UPDATE opening_hours SET closes = '15:01' WHERE closes = '15:00'")
    assert same(await exported(client)) != same(told)
