"""Two rows of one person become one: no seat is taken twice, nobody is in two places, and races end well."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from support import people
from support.merging import ALL_GONE, outcome, pair
from support.visitor import Visitor, forms

from volunteer_hub.intake import merging
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.people.tables import (
    Volunteer,
)
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

NOON = datetime.fromisoformat("2030-05-08 12:00")


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def opening_at(hours: float, most: int = 3) -> Opening:
    at = await people.meeting(await people.initiative(), starts=NOON + timedelta(hours=hours), hours=1)
    return await people.opening(at, most=most)


async def asked(coordinator: Actor, opening: Opening, who: Volunteer, accept: bool | None = None) -> UUID:
    id = await actions.invite(coordinator, opening.id, who.id)
    if accept is not None:
        await actions.answer(SYSTEM, id, accept=accept, channel="sms")
    return id


async def roster() -> dict[UUID, tuple[UUID, str]]:
    rows = await database.fetch("SELECT id, volunteer, state FROM assignment")
    return {row["id"]: (row["volunteer"], row["state"]) for row in rows}


async def seats_are_right() -> None:
    """What each opening counts is how many have accepted, and each of them is booked once."""
    wrong = await database.fetch(
        """SELECT o.id FROM opening o WHERE o.taken <> (
               SELECT count(*) FROM assignment s
               WHERE s.opening = o.id AND s.state IN ('accepted', 'done', 'missed'))"""
    )
    assert not wrong
    booked = await database.fetch("SELECT a.id FROM assignment a JOIN booking b ON b.assignment = a.id AND b.accepted")
    accepted = await database.fetch("SELECT id FROM assignment WHERE state = 'accepted'")
    assert sorted(row["id"] for row in booked) == sorted(row["id"] for row in accepted)
    assert not await database.fetchval(
        "SELECT count(*) FROM booking b JOIN assignment a ON a.id = b.assignment WHERE a.volunteer <> b.volunteer"
    )


async def test_assignments_and_bookings_move_and_of_one_opening_the_stronger_stays(coordinator: Actor) -> None:
    kept, gone = await pair()
    both, only, weaker = await opening_at(0), await opening_at(3), await opening_at(6)
    said_no, yes = await asked(coordinator, both, kept, accept=False), await asked(coordinator, both, gone, accept=True)
    moved = await asked(coordinator, only, gone, accept=True)
    mine, _ = await asked(coordinator, weaker, kept, accept=True), await asked(coordinator, weaker, gone)
    await merging.merge(coordinator, kept.id, gone.id, {})
    assert await roster() == {yes: (kept.id, "accepted"), moved: (kept.id, "accepted"), mine: (kept.id, "accepted")}
    became = await database.fetch("SELECT became FROM assignment_change WHERE assignment = $1 ORDER BY at", yes)
    assert [row["became"] for row in became] == ["invited", "declined", "invited", "accepted"], "the history of both"
    assert not await database.fetchval("SELECT count(*) FROM message WHERE about = $1", f"assignment:{said_no}")
    await seats_are_right()


async def test_two_yeses_to_one_opening_are_one_and_give_a_seat_back(coordinator: Actor) -> None:
    kept, gone = await pair()
    opening = await opening_at(0)
    mine, _ = await asked(coordinator, opening, kept, accept=True), await asked(coordinator, opening, gone, accept=True)
    await merging.merge(coordinator, kept.id, gone.id, {})
    assert await roster() == {mine: (kept.id, "accepted")}
    assert await database.fetchval("SELECT taken FROM opening") == 1
    await seats_are_right()


async def test_two_places_at_one_time_are_refused_kindly_and_nothing_changes(client: httpx2.AsyncClient) -> None:
    coordinator = people.actor(await people.signed_in(client))
    kept, gone = await pair()
    await asked(coordinator, await opening_at(0), kept, accept=True)
    await asked(coordinator, await opening_at(0.5), gone, accept=True)
    before = await roster()
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/{kept.id}/merge/{gone.id}")
    await visitor.send(f"/merge/{gone.id}", first_name="gone")
    assert visitor.page.status_code == 409 and "w tym samym czasie" in visitor.page.text
    assert next(f for f in forms(visitor.page.text) if "/merge/" in f.action).values["first_name"] == ["gone"]
    assert await roster() == before and not await database.fetchval("SELECT count(*) FROM merge")
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 2
    await seats_are_right()


async def test_what_overlapped_long_ago_does_not_stand_in_the_way(coordinator: Actor) -> None:
    kept, gone = await pair()
    await asked(coordinator, await opening_at(0), kept, accept=True)
    await asked(coordinator, await opening_at(0.5), gone, accept=True)
    for table in ("meeting", "booking"):
        await database.execute(
            f"UPDATE {table} SET starts_at = starts_at - interval '20 years', ends_at = ends_at - interval '20 years'"
        )
    await merging.merge(coordinator, kept.id, gone.id, {})
    assert {who for who, _ in (await roster()).values()} == {kept.id}


async def test_codes_of_one_phone_differ_and_whose_code_or_number_changed_hears_of_it(coordinator: Actor) -> None:
    kept, gone = await pair()
    first, second = (
        await asked(coordinator, await opening_at(0), kept),
        await asked(coordinator, await opening_at(3), gone),
    )
    assert await database.fetchval("SELECT count(DISTINCT code) FROM assignment") == 1, "two phones, one code"
    await merging.merge(coordinator, kept.id, gone.id, {})
    found = {row["id"]: row["code"] for row in await database.fetch("SELECT id, code FROM assignment")}
    assert len(set(found.values())) == 2
    row = await database.fetchrow("SELECT * FROM message WHERE key = $1", f"assignment:{second}:merged:{gone.id}:sms")
    assert row and (row["address"], row["reply_code"]) == (kept.phone, found[second])
    assert f"TAK {found[second]}" in row["body"] and first in found


@pytest.mark.parametrize("round", range(6))
async def test_merged_while_one_answers_nothing_is_lost(coordinator: Actor, round: int) -> None:
    """Whoever comes first, the yes is kept by whoever the person is then; seats and bookings agree."""
    kept, gone = await pair()
    asking = [(await opening_at(hour), kept if hour % 2 else gone) for hour in range(4)]
    ids = [await asked(coordinator, opening, who) for opening, who in asking]
    acts = [actions.answer(SYSTEM, id, accept=True, channel="sms") for id in ids]
    acts.insert(round % 5, merging.merge(coordinator, kept.id, gone.id, {}))  # type: ignore[arg-type]
    said = await asyncio.gather(*(outcome(act) for act in acts))
    said.pop(round % 5)
    assert set(said) == {"accepted"}
    for id in ids:
        assert (await roster())[id] == (kept.id, "accepted")
    assert await database.fetchval("SELECT count(*) FROM merge") == 1
    await seats_are_right()


async def test_two_coordinators_merge_at_once_and_one_row_stays(db: str) -> None:
    for chosen in ({}, ALL_GONE):
        kept, gone = await pair()
        ones = [people.actor(await people.account()) for _ in range(4)]
        ways = [(kept.id, gone.id), (gone.id, kept.id), (kept.id, gone.id), (gone.id, kept.id)]
        said = await asyncio.gather(
            *(outcome(merging.merge(one, *way, chosen)) for one, way in zip(ones, ways, strict=True))
        )
        assert sorted(map(str, said)) == ["410", "410", "None", "None"], (
            "twice the same way is once; the other way is told"
        )
        assert await database.fetchval("SELECT count(*) FROM merge WHERE kept = ANY($1)", [kept.id, gone.id]) == 1
        assert await database.fetchval("SELECT count(*) FROM volunteer WHERE id = ANY($1)", [kept.id, gone.id]) == 1


async def merged_while_a_row_comes(coordinator: Actor, monkeypatch: pytest.MonkeyPatch, *, lock: bool) -> object:
    """A row for the one who goes is written, past all verbs, just before they go; what came of it."""
    kept, gone = await pair(email=None)
    opening = await opening_at(0)
    fetch, execute, nearly = database.fetch, database.execute, asyncio.Event()

    async def reading(sql: str, *values: object) -> Any:
        return await fetch(sql if lock else sql.replace("ORDER BY id FOR UPDATE", ""), *values)

    async def writing(sql: str, *values: object) -> int:
        if sql.startswith("DELETE FROM volunteer"):
            nearly.set()
            await asyncio.sleep(0.5)
        # To write a column that is unique locks the row as well.
        return await execute(sql if lock else sql.replace(", email = NULL, feed_hash = NULL", ""), *values)

    async def row_comes() -> object:
        await nearly.wait()
        try:
            return await execute(ROW, opening.id, gone.id)
        except asyncpg.ForeignKeyViolationError:
            return "refused"

    monkeypatch.setattr(database, "fetch", reading)
    monkeypatch.setattr(database, "execute", writing)
    said, came = await asyncio.gather(outcome(merging.merge(coordinator, kept.id, gone.id, {})), row_comes())
    assert said is None
    return came


ROW = """
    INSERT INTO assignment (id, opening, volunteer, state, code, answered_by, created_at)
    VALUES (gen_random_uuid(), $1, $2, 'proposed', '', '', now())"""


async def test_what_comes_while_they_are_merged_waits_and_is_refused_aloud(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await merged_while_a_row_comes(coordinator, monkeypatch, lock=True) == "refused"


async def test_control_without_the_lock_it_is_taken_and_lost_in_silence(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await merged_while_a_row_comes(coordinator, monkeypatch, lock=False) == 1
    assert not await roster()


async def test_an_invitation_that_comes_meanwhile_finds_its_person_or_nobody(coordinator: Actor) -> None:
    kept, gone = await pair()
    openings = [await opening_at(hour) for hour in (0, 3)]
    said = await asyncio.gather(
        outcome(merging.merge(coordinator, kept.id, gone.id, {})),
        *(outcome(actions.invite(coordinator, opening.id, gone.id)) for opening in openings),
    )
    assert said[0] is None
    for answer in said[1:]:
        assert answer == 404 or (await roster())[answer] == (kept.id, "invited")  # type: ignore[index]
