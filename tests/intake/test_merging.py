"""Two rows of one person become one with both histories; nothing is lost."""

import itertools
import random
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.merging import ALL_GONE, outcome, pair
from support.visitor import Visitor, forms

from volunteer_hub.access.tables import Session
from volunteer_hub.intake import merging
from volunteer_hub.intake.merging import MERGED, MOVED
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import duplicates
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import (
    Agreement,
    Away,
    GuardianLink,
    NotTheSame,
    Service,
    StepTaken,
)


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def test_every_row_that_belongs_to_somebody_is_thought_of(db: str) -> None:
    """A table that gets a link to a volunteer must be moved or merged: else its rows vanish with the one who goes."""
    rows = await database.fetch(
        "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'volunteer'::regclass"
    )
    assert {row["name"] for row in rows} == {*MOVED, *MERGED}


async def test_both_histories_stay(coordinator: Actor) -> None:
    kept, gone = await pair(tags=["finał"], skills=["music"], about="gra na skrzypcach")
    await database.execute("UPDATE volunteer SET tags = '{szkoła,finał}', skills = '{maths}' WHERE id = $1", kept.id)
    other = await people.volunteer()
    for who in (kept, gone):
        await people.save(StepTaken(volunteer=who.id, step=Step.ACTIVE))
        await people.save(Away(volunteer=who.id, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2)))
        await people.save(
            Agreement(volunteer=who.id, signed_on=date(2026, 1, 1), valid_from=date(2026, 1, 1), noted_at=clock.now())
        )
    await people.save(Service(volunteer=kept.id, first_day=date(2026, 3, 1), noted_at=clock.now()))
    await people.save(Service(volunteer=gone.id, first_day=date(2026, 2, 1), noted_at=clock.now()))
    await people.save(NotTheSame(**dict(zip(("one", "other"), sorted((gone.id, other.id)), strict=True))))
    async with database.transaction():
        await outbox.put(
            key="x", about=f"volunteer:{gone.id}", channel=Channel.SMS, address=gone.phone, language="pl",
            template="unclear", values={},
        )  # fmt: skip
    await merging.merge(coordinator, kept.id, gone.id, {})
    for table, many in (("step_taken", 2), ("away", 1), ("agreement", 2), ("service", 1), ("availability", 7)):
        assert await database.fetchval(f"SELECT count(*) FROM {table} WHERE volunteer = $1", kept.id) == many, table
    assert await database.fetchval("SELECT first_day FROM service") == date(2026, 2, 1), "the law counts from the first"
    row = await database.fetchrow("SELECT * FROM volunteer WHERE id = $1", kept.id)
    assert row and (row["first_name"], row["phone"]) == ("Anna", kept.phone)
    assert (row["tags"], row["skills"]) == (["szkoła", "finał"], ["maths", "music"]) and "skrzyp" in row["about"]
    assert await database.fetchval("SELECT about FROM message") == f"volunteer:{kept.id}"
    said = await database.fetchrow("SELECT one, other FROM not_the_same")
    assert said and tuple(said) == tuple(sorted((kept.id, other.id)))
    assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE id = $1", gone.id)
    merged = await database.fetchrow("SELECT kept, gone, by FROM merge")
    assert merged and tuple(merged) == (kept.id, gone.id, coordinator.account)
    about = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'people.merge'")
    assert {row["about"] for row in about} == {f"volunteer:{kept.id}", f"volunteer:{gone.id}"}
    assert await duplicates.merged_into(gone.id) == kept.id
    assert set(await duplicates.all_ids(kept.id)) == {kept.id, gone.id}


async def test_days_away_of_both_become_one_time_away_and_no_day_is_lost(coordinator: Actor) -> None:
    chance = random.Random(3)
    for _ in range(12):
        kept, gone = await pair()
        off = set[date]()
        for who in (kept, gone):
            for _ in range(chance.randrange(5)):
                first = date(2026, 12, 28) + timedelta(days=chance.randrange(20))
                days = [first + timedelta(days=n) for n in range(chance.randrange(1, 6))]
                off |= set(days)
                await people.save(Away(volunteer=who.id, first_day=days[0], last_day=days[-1]))
        await merging.merge(coordinator, kept.id, gone.id, {})
        rows = await database.fetch(
            "SELECT first_day, last_day FROM away WHERE volunteer = $1 ORDER BY first_day", kept.id
        )
        found = [row["first_day"] + timedelta(days=n) for row in rows for n in range((row[1] - row[0]).days + 1)]
        assert found == sorted(off), "each day once"
        assert all(b["first_day"] - a["last_day"] > timedelta(days=1) for a, b in itertools.pairwise(rows))
        assert not await database.fetchval("SELECT count(*) FROM away WHERE volunteer = $1", gone.id)


async def test_the_chosen_values_stay_and_consent_goes_with_its_address(coordinator: Actor) -> None:
    kept, gone = await pair(sms_ok=False, birth_date=date(1985, 1, 1), language="uk", area_slug="południe")
    await merging.merge(
        coordinator, kept.id, gone.id, {"first_name": "gone", "phone": "gone", "birth_date": "gone", "x": "gone"}
    )
    row = await database.fetchrow("SELECT * FROM volunteer")
    assert row and (row["first_name"], row["phone"], row["sms_ok"]) == ("Ania", gone.phone, False)
    assert (row["birth_date"], row["language"], row["area_slug"]) == (date(1985, 1, 1), "pl", "srodmiescie")
    assert (row["email"], row["email_ok"]) == (kept.email, True)


async def test_all_values_of_the_other_may_stay_the_mailbox_too(coordinator: Actor) -> None:
    kept, gone = await pair()
    await merging.merge(coordinator, kept.id, gone.id, ALL_GONE)
    row = await database.fetchrow("SELECT * FROM volunteer")
    assert row and (row["id"], row["email"], row["phone"]) == (kept.id, gone.email, gone.phone)


async def test_who_asked_for_silence_keeps_it(coordinator: Actor) -> None:
    kept, gone = await pair(restricted_at=clock.now())
    await merging.merge(coordinator, kept.id, gone.id, {})
    assert await database.fetchval("SELECT restricted_at FROM volunteer")


CHECKS = [
    ({"valid_until": date(2027, 1, 1)}, {"valid_until": date(2028, 1, 1)}, "gone"),
    ({"valid_until": date(2028, 1, 1)}, {"valid_until": date(2027, 1, 1)}, "kept"),
    ({"valid_until": date(2028, 1, 1)}, {"valid_until": date(2028, 1, 1)}, "kept"),
    (
        {"revoked_on": date(2026, 5, 1)},
        {"checked_on": date(2026, 2, 1)},
        "kept",
    ),  # revoked later than the other was made
    ({"revoked_on": date(2026, 5, 1)}, {"checked_on": date(2026, 6, 1)}, "gone"),  # a new check after it was revoked
    ({"checked_on": date(2026, 2, 1)}, {"revoked_on": date(2026, 5, 1)}, "gone"),
]


@pytest.mark.parametrize(("one", "other", "stays"), CHECKS)
async def test_of_two_checks_the_longer_stays_and_a_revoked_one_is_not_washed_white(
    coordinator: Actor, one: dict[str, Any], other: dict[str, Any], stays: str
) -> None:
    kept, gone = await pair()
    await people.clearance(kept, reference="kept", **{"valid_until": date(2027, 6, 1)} | one)
    await people.clearance(gone, reference="gone", **{"valid_until": date(2028, 6, 1)} | other)
    await people.clearance(gone, "driving")
    await merging.merge(coordinator, kept.id, gone.id, {})
    rows = await database.fetch("SELECT volunteer, kind, reference FROM clearance ORDER BY kind")
    assert [tuple(row) for row in rows] == [(kept.id, "driving", ""), (kept.id, "minors", stays)]


@pytest.mark.parametrize(("chosen", "opens"), [({}, "kept"), ({"guardian": "gone"}, "gone")])
async def test_only_the_guardian_who_stays_keeps_the_link(
    coordinator: Actor, chosen: dict[str, str], opens: str
) -> None:
    kept, gone = await pair()
    for name, who in (("kept", kept), ("gone", gone)):
        await people.save(
            GuardianLink(volunteer=who.id, token_hash=secret.fingerprint(name), channel="sms", ends_at=clock.now())
        )
    await merging.merge(coordinator, kept.id, gone.id, chosen)
    (row,) = await database.fetch("SELECT volunteer, token_hash FROM guardian_link")
    assert tuple(row) == (kept.id, secret.fingerprint(opens))


async def test_the_account_stays_the_other_is_closed_and_its_sessions_end(coordinator: Actor) -> None:
    kept, gone = await pair()
    accounts = []
    for who in (kept, gone):
        mine = await people.account(Role.VOLUNTEER, email=who.email, phone=who.phone, phone_proven_at=clock.now())
        accounts.append(mine)
        await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", mine.id, who.id)
        await people.save(Session(token_hash=secret.fingerprint(str(who.id)), account=mine.id))
    await merging.merge(coordinator, kept.id, gone.id, {"phone": "gone", "email": "gone"})
    rows = {row["id"]: row for row in await database.fetch("SELECT * FROM account WHERE role = 'volunteer'")}
    mine, other = (rows[one.id] for one in accounts)
    assert (mine["closed_at"], mine["phone"], mine["email"]) == (None, gone.phone, gone.email)
    assert mine["phone_proven_at"] and other["closed_at"] and not (other["phone"] or other["email"])
    assert await database.fetchval("SELECT array_agg(account) FROM session") == [mine["id"]]


async def test_the_only_account_there_is_is_taken_over_with_the_address_that_stays(coordinator: Actor) -> None:
    kept, gone = await pair()
    mine = await people.account(Role.VOLUNTEER, email=gone.email, phone=gone.phone)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", mine.id, gone.id)
    await merging.merge(coordinator, kept.id, gone.id, {})
    row = await database.fetchrow("SELECT a.* FROM volunteer v JOIN account a ON a.id = v.account")
    assert row and (row["id"], row["closed_at"], row["phone"], row["email"]) == (mine.id, None, kept.phone, kept.email)


async def test_side_by_side_what_differs_is_chosen(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    kept, gone = await pair(step=Step.APPLIED, phone="+48600999111")
    visitor = Visitor(client)
    page = await visitor.open(f"/desk/people/{kept.id}/merge/{gone.id}")
    form = next(form for form in forms(page) if "/merge/" in form.action)
    assert {name: value for name, value in form.values.items() if name != "csrf"} == {
        "first_name": ["kept"], "phone": ["kept"], "email": ["kept"], "step": ["kept"]
    }  # fmt: skip
    other = await Visitor(client).open(f"/desk/people/{gone.id}/merge/{kept.id}")
    assert next(form for form in forms(other) if "/merge/" in form.action).values["step"] == ["gone"], "the farther one"
    await visitor.send(f"/merge/{gone.id}", phone="gone")
    assert "Wpisy są połączone" in visitor.page.text and "600 999 111" in visitor.page.text
    assert "Te wpisy są już połączone" in await visitor.open(f"/desk/people/{gone.id}/merge/{kept.id}")
    assert visitor.page.url.path == f"/desk/people/{kept.id}"


async def test_nobody_else_merges(db: str) -> None:
    kept, gone = await pair()
    for role in (Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.FACILITATOR, Role.VOLUNTEER):
        assert await outcome(merging.merge(people.actor(await people.account(role)), kept.id, gone.id, {})) == 404
    assert await outcome(merging.merge(people.actor(await people.account()), kept.id, kept.id, {})) == 404
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 2
