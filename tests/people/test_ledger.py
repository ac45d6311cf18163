"""The ledger of consents: every yes and no in the words that were shown; it only grows; what hangs on it follows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from hashlib import sha256
from uuid import UUID, uuid4

import asyncpg
import pytest
from conftest import _named, _sql
from piccolo.apps.migrations.commands.forwards import run_forwards
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.people import consents
from volunteer_hub.people.consents import WORDS, Purpose, Scope
from volunteer_hub.web.i18n import gettext, speaking

HANGS_ON = "SELECT sms_ok, email_ok, guardian_consent_at, guardian_scope FROM volunteer WHERE id = $1"


async def hangs(volunteer: UUID) -> tuple[object, ...]:
    row = await database.fetchrow(HANGS_ON, volunteer)
    assert row
    return tuple(row)


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
async def test_the_hash_is_of_the_very_sentence_shown(db: str, language: str) -> None:
    who = await people.volunteer()
    await consents.give(VISITOR, who.id, Purpose.SMS, language=language, channel="web")
    with speaking(language):
        shown = gettext(WORDS[Purpose.SMS].sentence)
    row = await database.fetchrow("SELECT text_hash, text_version, language, channel, by, by_whom FROM consent")
    assert row and tuple(row) == (sha256(shown.encode()).digest(), "2026-11", language, "web", None, "self")


async def test_a_no_is_one_more_row_and_stops_at_once(db: str) -> None:
    me = await people.account()
    who = await people.volunteer()
    for purpose in (Purpose.SMS, Purpose.EMAIL):
        await consents.give(VISITOR, who.id, purpose, language="pl", channel="web")
    await consents.withdraw(people.actor(me), who.id, Purpose.SMS, language="pl", channel="desk")
    assert (await hangs(who.id))[:2] == (False, True)
    rows = await database.fetch("SELECT given, by FROM consent WHERE purpose = 'sms' ORDER BY at")
    assert [tuple(row) for row in rows] == [(True, None), (False, me.id)]
    now = await consents.current(who.id)
    assert (now[Purpose.SMS].given, now[Purpose.EMAIL].given) == (False, True)
    assert Purpose.GUARDIAN not in now
    await consents.give(VISITOR, who.id, Purpose.SMS, language="pl", channel="web")
    assert (await hangs(who.id))[0] is True


async def test_a_participant_has_consents_too(db: str) -> None:
    who = await people.participant(sms_ok=False)
    await consents.give(VISITOR, who.id, Purpose.SMS, language="pl", channel="desk", by_whom="coordinator")
    assert await database.fetchval("SELECT sms_ok FROM participant WHERE id = $1", who.id)
    await consents.withdraw(VISITOR, who.id, Purpose.SMS, language="pl", channel="sms")
    assert not await database.fetchval("SELECT sms_ok FROM participant WHERE id = $1", who.id)


async def test_the_guardians_word_is_kept_in_step(db: str) -> None:
    who = await people.volunteer()
    scope = f"{Scope.SCHOOL_HOURS} {Scope.TO_GUARDIAN}"
    await consents.give(
        VISITOR, who.id, Purpose.GUARDIAN, language="uk", channel="web", scope=scope, by_whom="guardian"
    )
    assert (await hangs(who.id))[2] is not None and (await hangs(who.id))[3] == scope
    assert (await consents.current(who.id))[Purpose.GUARDIAN].scope == {"school-hours", "to-guardian"}
    await consents.withdraw(VISITOR, who.id, Purpose.GUARDIAN, language="uk", channel="web", by_whom="guardian")
    assert (await hangs(who.id))[2:] == (None, "")


RAW = """
    INSERT INTO consent (id, person, purpose, given, text_version, text_hash, language, channel, at, by_whom)
    VALUES (gen_random_uuid(), $1, 'guardian', $2, 'x', '', 'pl', 'desk', now() + $3 * interval '1 hour', 'guardian')"""


async def test_raw_rows_are_followed_as_well_and_the_newest_counts(db: str) -> None:
    who = await people.volunteer()
    await database.execute(RAW, who.id, True, 0)
    assert (await hangs(who.id))[2] is not None
    await database.execute(RAW, who.id, False, 1)
    assert (await hangs(who.id))[2] is None
    await database.execute(RAW, who.id, True, -5)  # written down late: an older yes is no newer word
    assert (await hangs(who.id))[2] is None


async def test_of_a_yes_and_a_no_at_once_the_later_one_stands(db: str) -> None:
    """The second transaction waits for the first one's person; both rows are there, and what hangs on them agrees."""
    who = await people.volunteer()
    async with database.transaction():
        await consents.give(VISITOR, who.id, Purpose.GUARDIAN, language="pl", channel="web", by_whom="guardian")
        other = asyncio.create_task(_no_from_elsewhere(db, who.id))
        await asyncio.sleep(0.3)
        assert not other.done(), "it waits"
    await other
    assert (await hangs(who.id))[2] is None
    assert not (await consents.current(who.id))[Purpose.GUARDIAN].given


async def _no_from_elsewhere(dsn: str, volunteer: UUID) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(RAW.replace("now()", "clock_timestamp()"), volunteer, False, 0)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent SET given = false",
        "DELETE FROM consent",
        "TRUNCATE consent",
        "UPDATE consent SET at = at WHERE false",
    ],
)
async def test_it_only_grows(db: str, statement: str) -> None:
    who = await people.volunteer()
    await consents.give(VISITOR, who.id, Purpose.SMS, language="pl", channel="web")
    with pytest.raises(asyncpg.RaiseError, match="only added to"):
        await database.execute(statement)
    assert await database.fetchval("SELECT given FROM consent")
    await database.execute("ALTER TABLE consent DISABLE TRIGGER consent_only_grows")  # the control
    await database.execute(statement)


async def test_it_outlives_the_person(db: str) -> None:
    who = await people.volunteer()
    await consents.give(VISITOR, who.id, Purpose.SMS, language="pl", channel="web")
    await database.execute("DELETE FROM volunteer WHERE id = $1", who.id)
    assert await database.fetchval("SELECT count(*) FROM consent WHERE person = $1", who.id) == 1


async def test_who_was_merged_keeps_both_histories(db: str) -> None:
    kept, gone, older = [await people.volunteer() for _ in range(3)]
    await consents.give(VISITOR, older.id, Purpose.EMAIL, language="pl", channel="web")
    await consents.give(VISITOR, gone.id, Purpose.SMS, language="pl", channel="web")
    for stays, goes in ((gone, older), (kept, gone)):
        await database.execute(
            "INSERT INTO merge (id, kept, gone, at) VALUES (gen_random_uuid(), $1, $2, now())", stays.id, goes.id
        )
    assert set(await consents.current(kept.id)) == {Purpose.SMS, Purpose.EMAIL}
    assert set(await consents.current(older.id)) == {Purpose.EMAIL}


BEFORE = "2026-11-22T01:57:36:703778"


@pytest.fixture
async def old_database(cluster: str) -> AsyncIterator[None]:
    """A database as it was before the ledger."""
    name = f"t_{uuid4().hex[:12]}"
    await _sql(cluster, f"CREATE DATABASE {name} TEMPLATE template0")
    database.configure(_named(cluster, name))
    try:
        async with database.pool():
            with contextlib.redirect_stdout(None):
                assert (await run_forwards("volunteer_hub", BEFORE)).success
            yield
    finally:
        await _sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


async def test_consents_from_before_the_ledger_are_kept(old_database: None) -> None:
    who, id = uuid4(), uuid4()
    await database.execute(
        """INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, step, step_since, area_slug,
               causes, skills, languages, tags, guardian_consent_at, created_at)
           VALUES ($1, 'A', 'B', '+48600000001', '2010-01-01', 'pupil', 'active', now(), '', '{}', '{}', '{}', '{}',
                   '2026-01-02', now())""",
        who,
    )
    await database.execute(
        """INSERT INTO consent (id, volunteer, purpose, text_version, language, channel, given_at, withdrawn_at)
           VALUES ($1, $2, 'sms', '2026-11', 'pl', 'web', '2026-01-01', '2026-02-01'),
                  (gen_random_uuid(), $2, 'guardian', '2026-11', 'uk', 'desk', '2026-01-02', NULL),
                  (gen_random_uuid(), $2, 'email', 'older', 'pl', 'web', '2026-01-03', NULL)""",
        id, who,
    )  # fmt: skip
    await database.migrate()
    rows = await database.fetch(
        "SELECT person, purpose, given, text_hash, by_whom, at::date::text FROM consent ORDER BY at"
    )
    hashes = [row["text_hash"] for row in rows]
    assert [tuple(row)[1:3] + tuple(row)[4:] for row in rows] == [
        ("sms", True, "self", "2026-01-01"),
        ("guardian", True, "guardian", "2026-01-02"),
        ("email", True, "self", "2026-01-03"),
        ("sms", False, "self", "2026-02-01"),
    ]
    assert {row["person"] for row in rows} == {who}
    assert hashes[0] == hashes[3] == sha256(WORDS[Purpose.SMS].sentence.encode()).digest() and hashes[2] == b""
    with speaking("uk"):
        assert hashes[1] == sha256(gettext(WORDS[Purpose.GUARDIAN].sentence).encode()).digest()
    assert await database.fetchval("SELECT guardian_consent_at::date::text FROM volunteer") == "2026-01-02"
