"""The log's chain finds what was done past the guards; many people read in an hour are told to the right one, once."""

import asyncio
import hashlib
import json
from uuid import UUID, uuid4

import asyncpg
import pytest
from support import people

from volunteer_hub.access import audit, chain, watch
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, VISITOR, Actor, Role
from volunteer_hub.settings import Settings, load

OTHER_KEY = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": "another field key, of somebody else"})


async def log_of(entries: int) -> list[UUID]:
    """Ids of the entries, in the chain's order."""
    for n in range(entries):
        await audit.record(VISITOR, "test", f"thing:{n}")
    return await database.fetchval("SELECT array_agg(entry ORDER BY seq) FROM audit_link")


async def past_the_guards(*statements: str) -> None:
    """What only a superuser can do: every trigger is off."""
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await database.execute(statement)


async def faults(settings: Settings, batch: int = chain.BATCH) -> list[tuple[str, int]]:
    return [(fault.what, fault.seq) for fault in (await chain.verify(settings, batch)).faults]


async def test_a_whole_log_has_no_faults_in_batches_of_any_size(db: str, settings: Settings) -> None:
    assert await faults(settings) == []
    await log_of(7)
    for batch in (1, 2, 3, 7, 8):
        verdict = await chain.verify(settings, batch)
        assert (verdict.seq, verdict.faults) == (7, ())


async def test_a_hash_can_be_computed_without_us(db: str) -> None:
    """As docs/decisions/0016 says, so that an auditor needs no program of ours."""
    await log_of(2)
    before = b""
    joined = "SELECT e.*, l.hash FROM audit_link l JOIN audit_entry e ON e.id = l.entry ORDER BY l.seq"
    for row in await database.fetch(joined):
        fields = [str(row["id"]), int(row["at"].timestamp() * 1_000_000), None]
        fields += [row["role"], row["verb"], row["about"], row["outcome"]]
        before = hashlib.sha256(before + json.dumps(fields).encode()).digest()
        assert before == bytes(row["hash"])


TAMPERED = [
    ("UPDATE audit_entry SET about = 'thing:x' WHERE id = '{2}'", [("changed", 3)]),
    ("UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE id = '{0}'", [("changed", 1)]),
    ("UPDATE audit_entry SET account = gen_random_uuid() WHERE id = '{4}'", [("changed", 5)]),
    ("DELETE FROM audit_entry WHERE id = '{2}'", [("missing", 3)]),
    ("DELETE FROM audit_entry WHERE id = '{2}'; DELETE FROM audit_link WHERE seq = 3", [("gap", 4)]),
    ("DELETE FROM audit_link WHERE seq = 3; UPDATE audit_link SET seq = seq - 1 WHERE seq > 3",
     [("changed", 3), ("added", 0)]),
    ("INSERT INTO audit_entry VALUES (gen_random_uuid(), now(), NULL, 'machine', 'x', 'y', 'done')", [("added", 0)]),
    ("""UPDATE audit_link SET entry = gen_random_uuid() WHERE seq = 2;
        UPDATE audit_link SET entry = '{1}' WHERE seq = 3; UPDATE audit_link SET entry = '{2}' WHERE seq = 2""",
     [("changed", 2), ("changed", 3)]),
    ("""UPDATE audit_entry a SET verb = b.verb, about = b.about, at = b.at FROM audit_entry b
        WHERE (a.id, b.id) IN (('{1}', '{2}'), ('{2}', '{1}'))""", [("changed", 2), ("changed", 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("tampering", "found"), TAMPERED)
@pytest.mark.parametrize("batch", [2, 100])
async def test_what_was_changed_past_the_guards_is_found(
    db: str, settings: Settings, tampering: str, found: list[tuple[str, int]], batch: int
) -> None:
    ids = await log_of(5)
    await past_the_guards(*tampering.format(*ids).split(";"))
    assert await faults(settings, batch) == found


async def rewritten(*, until: int) -> None:
    """Someone clever and mighty: the entry is changed and every later link computed anew, or the end is cut off."""
    await past_the_guards(
        "UPDATE audit_entry SET verb = 'other' WHERE id = (SELECT entry FROM audit_link WHERE seq = 2)",
        f"DELETE FROM audit_entry e USING audit_link l WHERE l.entry = e.id AND l.seq > {until}",
        f"DELETE FROM audit_link WHERE seq > {until}",
        """DO $$ DECLARE l record; before bytea := ''; BEGIN
             FOR l IN SELECT a.seq, e.* FROM audit_link a JOIN audit_entry e ON e.id = a.entry ORDER BY a.seq LOOP
               before := audit_hash(before, l.id, l.at, l.account, l.role, l.verb, l.about, l.outcome);
               UPDATE audit_link SET hash = before WHERE seq = l.seq;
             END LOOP; END $$""",
    )


@pytest.mark.parametrize("until", [3, 5])
async def test_rewriting_the_whole_chain_is_found_by_a_witness(db: str, settings: Settings, until: int) -> None:
    await log_of(5)
    await chain.bear_witness(settings, await chain.verify(settings))
    await rewritten(until=until)
    assert await faults(settings) == [("witness", 5)]
    # … and a witness made up along with it, by whoever does not have the field key.
    await past_the_guards("DELETE FROM audit_witness")
    await chain.bear_witness(OTHER_KEY, await chain.verify(OTHER_KEY))
    assert await faults(settings) == [("witness", until)]


async def test_control_without_a_witness_a_rewritten_chain_looks_whole(db: str, settings: Settings) -> None:
    await log_of(5)
    await rewritten(until=3)
    assert await faults(settings) == []


async def test_a_witness_under_the_former_key_still_stands(db: str) -> None:
    new, old = "n" * 32, "o" * 32
    await log_of(3)
    before = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": old})
    await chain.bear_witness(before, await chain.verify(before))
    assert await faults(load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new, "HUB_FIELD_KEY_OLD": old})) == []
    assert await faults(load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new})) == [("witness", 3)]


# --- at commit, so that nobody waits in a circle ----------------------------------------------------------------------

AT_ONCE = """
    CREATE OR REPLACE TRIGGER audit_entry_chained AFTER INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_chained()"""


async def two_who_take_the_same_rows() -> None:
    """One writes in the log and then needs a row; the other has the row and then writes in the log."""
    await database.execute("CREATE TABLE thing (id int PRIMARY KEY)")
    await database.execute("INSERT INTO thing VALUES (1)")
    ready = asyncio.Barrier(2)

    async def logs_first() -> None:
        async with database.transaction():
            await audit.record(SYSTEM, "test", "thing:1")
            await ready.wait()
            await database.execute("UPDATE thing SET id = id")

    async def logs_last() -> None:
        async with database.transaction():
            await database.execute("UPDATE thing SET id = id")
            await ready.wait()
            await asyncio.sleep(0.1)
            await audit.record(SYSTEM, "test", "thing:2")

    await asyncio.gather(logs_first(), logs_last())


async def test_the_chains_lock_is_taken_last_so_nobody_waits_in_a_circle(db: str, settings: Settings) -> None:
    await two_who_take_the_same_rows()
    assert (await chain.verify(settings)).seq == 2


async def test_control_chained_at_once_the_two_deadlock(db: str) -> None:
    await database.execute("DROP TRIGGER audit_entry_chained ON audit_entry")
    await database.execute(AT_ONCE)
    with pytest.raises((asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)):
        await two_who_take_the_same_rows()


async def test_forty_at_once_make_one_chain_and_what_is_undone_leaves_no_gap(db: str, settings: Settings) -> None:
    async def act(n: int) -> None:
        async with database.transaction() as tx:
            await audit.record(SYSTEM, "test", f"thing:{n}")
            async with database.transaction() as savepoint:
                await audit.record(SYSTEM, "undone", "thing:0")
                await savepoint.rollback()
            if n % 4 == 0:
                await tx.rollback()

    await asyncio.gather(*(act(n) for n in range(40)))
    verdict = await chain.verify(settings)
    assert (verdict.seq, verdict.faults) == (30, ())


async def test_an_erased_account_leaves_the_log_as_it_is(db: str, settings: Settings) -> None:
    who = await people.account()
    await audit.record(people.actor(who), "people.open", "volunteer:1")
    await database.execute("DELETE FROM account WHERE id = $1", who.id)
    assert await database.fetchval("SELECT account FROM audit_entry") == who.id
    assert await faults(settings) == []


# --- the worker's eye -------------------------------------------------------------------------------------------------


async def letters() -> list[tuple[str, str]]:
    rows = await database.fetch("SELECT address, template FROM message ORDER BY created_at, address")
    return [(row["address"], row["template"]) for row in rows]


async def opened(actor: Actor, times: int, verb: str = "people.open", kind: str = "volunteer") -> None:
    async with database.transaction():
        for _ in range(times):
            await audit.record(actor, verb, f"{kind}:{uuid4()}")


async def test_many_people_read_in_an_hour_are_told_once(db: str, settings: Settings) -> None:
    officer = await people.account(Role.PROTECTION_OFFICER)
    busy = await people.account(name="Hanna Lis")
    await opened(people.actor(busy), watch.MANY)
    await watch.plan(settings)
    assert await letters() == [], "fifty are a day's work"
    await opened(people.actor(busy), 1)
    await asyncio.gather(*(watch.plan(settings) for _ in range(4)))
    await opened(people.actor(busy), 30)
    await watch.plan(settings)
    assert await letters() == [(officer.email, "many_reads")]
    told = await database.fetchval("SELECT about FROM audit_entry WHERE verb = 'audit.many-reads'")
    assert told == f"account:{busy.id}"
    body = await database.fetchval("SELECT body FROM message")
    assert "Hanna Lis" in body and f"/desk/log?account={busy.id}" in body


async def test_control_one_person_often_changes_and_yesterday_are_not_many(db: str, settings: Settings) -> None:
    await people.account(Role.PROTECTION_OFFICER)
    one, other = people.actor(await people.account()), people.actor(await people.account())
    for _ in range(watch.MANY + 5):
        await audit.record(one, "people.open", "volunteer:1")
    await opened(one, watch.MANY + 5, "people.change")
    await opened(one, watch.MANY + 5, kind="initiative")
    await opened(other, watch.MANY)
    await past_the_guards(
        "INSERT INTO audit_entry SELECT gen_random_uuid(), now() - interval '61 minutes', account, role, verb,"
        f" 'volunteer:' || gen_random_uuid(), outcome FROM audit_entry WHERE account = '{other.account}'"
    )
    await watch._many_reads(settings)
    assert await letters() == []


async def test_the_night_verifies_once_and_bears_witness(db: str, settings: Settings) -> None:
    await watch.plan(settings)
    assert await database.fetchval("SELECT count(*) FROM audit_entry") == 0, "an empty log has nothing to verify"
    await log_of(3)
    await asyncio.gather(*(watch.plan(settings) for _ in range(4)))
    await watch.plan(settings)
    outcomes = await database.fetch("SELECT outcome FROM audit_entry WHERE verb = 'audit.verify'")
    assert [row["outcome"] for row in outcomes] == ["done"]
    assert await database.fetchval("SELECT array_agg(seq) FROM audit_witness") == [3]
    assert await faults(settings) == []


async def test_the_night_tells_the_protection_officer_of_a_broken_log(db: str, settings: Settings) -> None:
    officer = await people.account(Role.PROTECTION_OFFICER)
    await log_of(3)
    await past_the_guards("UPDATE audit_entry SET verb = 'other' WHERE about = 'thing:1'")
    for _ in range(3):
        await watch.plan(settings)
    assert await letters() == [(officer.email, "log_broken")]
    assert await database.fetchval("SELECT count(*) FROM audit_witness") == 0
