"""What the doctor and `migrate` tell an administrator: one line for each thing, with what to type."""

import re
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from conftest import served
from support import people
from support.fake_gateway import FakeGateway
from support.fake_mail import FakeMail, mail_server
from support.fake_twilio import BAD_TOKEN, FakeTwilio
from support.processes import call, fresh

from volunteer_hub import doctor
from volunteer_hub.access import audit, canary
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import VISITOR, Role
from volunteer_hub.messaging import quiet
from volunteer_hub.privacy import backup, erasure_list
from volunteer_hub.settings import Settings, load

SOUND = {
    "HUB_PUBLIC_URL": "https://hub.test",
    "HUB_SECRET_KEY": "4f1c9a7be2d8036514f1c9a7be2d8036",
    "HUB_FIELD_KEY": "90b3de5a1c7f2846e90b3de5a1c7f284",
}
NO_CHANNELS = ["no SMS: messages wait", "no e-mail: messages wait"]


def production(**values: str) -> Settings:
    return load(SOUND | {f"HUB_{name}": value for name, value in values.items()})


async def mend(settings: Settings, *, probe: bool = False) -> list[str]:
    lines = await doctor.examine(settings, probe_channels=probe)
    assert all(line.startswith((doctor.OK, doctor.MEND)) and "\n" not in line for line in lines)
    return [line.removeprefix(doctor.MEND) for line in lines if line.startswith(doctor.MEND)]


@pytest.fixture
async def sound(db: str) -> Settings:
    """A centre with nothing to mend but that it sends no messages."""
    settings = production()
    await canary.plant(settings)
    await people.account(Role.ADMINISTRATOR)
    await people.account(Role.PROTECTION_OFFICER)
    await database.execute("INSERT INTO worker_beat (worker, at) VALUES ('a', now())")
    await backup.note("backup.made")
    return settings


async def test_a_sound_centre_has_nothing_to_mend_but_its_channels(sound: Settings) -> None:
    found = await mend(sound)
    assert [said[: len(start)] for said, start in zip(found, NO_CHANNELS, strict=True)] == NO_CHANNELS


BROKEN = [
    ("DELETE FROM account WHERE role = 'administrator'", "there is no administrator: volunteer-hub account create"),
    ("UPDATE account SET closed_at = now() WHERE role = 'protection-officer'", "there is no protection officer"),
    ("UPDATE worker_beat SET at = now() - interval '5 minutes'", "the last worker stopped 300 s ago"),
    ("DELETE FROM worker_beat", "no worker has ever run"),
    ("DELETE FROM canary", "the field key is not yet tied to this database: run volunteer-hub migrate"),
    ("DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)", "schema is behind: run volunteer-hub migrate"),
    ("REVOKE SELECT ON volunteer FROM volunteer_hub_app", "web and worker have the rights of the owner"),
    ("INSERT INTO channel_pause VALUES ('sms', now() + interval '1 hour', '20003')", "the provider of sms refuses us"),
    ("INSERT INTO channel_pause VALUES ('sms', now() + interval '1 hour', 'flood')", "so many sms are due at once"),
]  # fmt: skip


@pytest.mark.parametrize(("breaking", "said"), BROKEN)
async def test_what_is_wrong_is_one_line(sound: Settings, breaking: str, said: str) -> None:
    await database.execute(breaking)
    found = await mend(sound)
    assert len(found) == 3 and found[0].startswith(said)


async def test_a_backup_that_is_old_or_was_never_made_is_asked_for(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(doctor, "MOST_SECONDS_APART", 10**9)
    for days, said in ((6, []), (7, ["the last backup was made 7 days ago: volunteer-hub backup FILE"])):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days, seconds=5))
        found = [line for line in await mend(sound) if "backup" in line]
        assert [line[: len(start)] for line, start in zip(found, said, strict=True)] == said
    assert not [line for line in await mend(production(BACKUP_DAYS="0")) if "backup" in line]
    monkeypatch.setattr(clock, "now", lambda: now)
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute("DELETE FROM audit_entry WHERE verb = 'backup.made'")
    assert any(line.startswith("no backup was ever made: volunteer-hub backup FILE") for line in await mend(sound))


async def test_a_wrong_field_key_is_noticed(sound: Settings) -> None:
    other = "11b3de5a1c7f2846e90b3de5a1c7f284"
    assert any("another key than the one" in line for line in await mend(production(FIELD_KEY=other)))
    rotating = production(FIELD_KEY=other, FIELD_KEY_OLD=SOUND["HUB_FIELD_KEY"])
    assert len(await mend(rotating)) == len(NO_CHANNELS)


async def test_a_tampered_log_is_noticed(sound: Settings) -> None:
    await audit.record(VISITOR, "test", "thing:1")
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute("DELETE FROM audit_entry WHERE verb = 'test'")
    assert any("the log was changed past its guards (missing at 2)" in line for line in await mend(sound))


async def test_a_list_of_the_erased_that_was_lost_or_is_closed_is_noticed(sound: Settings, tmp_path: Path) -> None:
    file = tmp_path / "apart" / "erased.txt"
    settings = production(ERASURE_FILE=str(file))
    assert len(await mend(settings)) == len(NO_CHANNELS), "nobody was erased yet, and the folder can be made"
    await erasure_list.add(settings, ["volunteer:1", "volunteer:2"])
    await database.execute(
        "INSERT INTO erasure (id, subject, why, at) SELECT gen_random_uuid(), 'volunteer:' || n, 'asked', now()"
        " FROM generate_series(1, 2) n"
    )
    assert len(await mend(settings)) == len(NO_CHANNELS)
    file.write_text(file.read_text().splitlines(keepends=True)[0])
    assert "was lost or is another file (1 of the 2 the database knows" in (await mend(settings))[0]
    file.unlink()
    assert "(2 of the 2 the database knows" in (await mend(settings))[0]
    file.mkdir()
    assert "cannot be read and written (IsADirectoryError)" in (await mend(settings))[0]
    assert (
        "cannot be read and written (PermissionError)"
        in (await mend(production(ERASURE_FILE=str(_plain_file(tmp_path) / "in"))))[0]
    )


def _plain_file(folder: Path) -> Path:
    """Nothing can be put into it, whoever one is: not even as root."""
    file = folder / "plain"
    file.touch()
    return file


async def test_keys_and_addresses_that_protect_little(sound: Settings) -> None:
    weak = production(PUBLIC_URL="http://hub.test", SECRET_KEY="ab" * 20, FIELD_KEY="ab" * 20)
    found = " ".join(await mend(weak))
    for said in ("not https", "HUB_SECRET_KEY looks typed", "HUB_FIELD_KEY looks typed", "are the same"):
        assert said in found
    assert "abab" not in found


async def test_clocks_apart_are_noticed(sound: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = clock.now() + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    assert re.search(r"clock and the database's are (299|300) s apart", " ".join(await mend(sound)))


async def test_channels_are_tried_when_asked_and_nothing_is_sent(sound: Settings) -> None:
    sms, mail = FakeTwilio(), FakeMail()
    async with served(sms) as sms.url, mail_server(mail):
        values = {name.upper(): value for name, value in sms.settings().items()}
        settings = production(SMTP_URL=mail.url, **values)
        assert await mend(settings) == [] and mail.connections == 0
        assert await mend(settings, probe=True) == []
        assert mail.connections == 1 and mail.letters == [] and sms.accepted == []
        sms.list_faults.append(BAD_TOKEN)
        wrong = settings.model_copy(update={"smtp_url": None})
        assert any("SMS by Twilio does not take us (status 401)" in line for line in await mend(wrong, probe=True))
    assert any("e-mail by" in line and "does not take us" in line for line in await mend(settings, probe=True))


async def test_a_gateway_is_tried_like_any_channel_and_a_name_that_sends_is_noticed(sound: Settings) -> None:
    sms = FakeGateway()
    async with served(sms) as sms.url:
        values = {name.upper(): value for name, value in sms.settings().items()}
        assert await mend(production(**values), probe=True) == ["no e-mail: messages wait for a call by a coordinator"
                                                                " until HUB_SMTP_URL is set"]  # fmt: skip
        assert sms.asked == 1 and sms.accepted == []
        wrong = production(**(values | {"SMS_GATEWAY_TOKEN": "another", "SMS_GATEWAY_FROM": "CENTRUM"}))
        found = await mend(wrong, probe=True)
    assert "SMS by 127.0.0.1 does not take us (list 401): check HUB_SMS_GATEWAY_…" in found
    assert "HUB_SMS_GATEWAY_FROM is a name, so nobody can answer: take a number" in found


WAITS = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar_method,
                         reply_code, state, due_at, attempt, deferred, checks, error, trace, created_at)
    SELECT gen_random_uuid(), $1 || n, 'test:1', 'sms', '+48500100200', 'pl', 'unclear', '', 'b', '', '', '',
           'planned', $2, 0, 0, 0, '', '', now() FROM generate_series(1, $3) n"""


@pytest.mark.parametrize("by_day", [True, False])
async def test_what_the_morning_would_hold_as_a_flood_is_told_the_evening_before(sound: Settings, by_day: bool) -> None:
    values = {name.upper(): value for name, value in FakeTwilio().settings().items() if name != "TWILIO_BASE_URL"}
    now = clock.wall(clock.now(), "Europe/Warsaw")
    quiet_from, quiet_until = now + timedelta(hours=2 if by_day else -2), now + timedelta(hours=4 if by_day else 2)
    settings = production(
        FLOOD="5", QUIET_FROM=f"{quiet_from:%H:%M}", QUIET_UNTIL=f"{quiet_until:%H:%M}", SMTP_URL="smtp://127.0.0.1:1",
        **values,
    )  # fmt: skip
    quiet.configure(settings)
    hours = quiet.current()
    assert hours
    opens, closes = quiet.window(clock.now(), hours)  # on a holiday it is quiet at noon too
    dawn = opens if clock.now() < opens else quiet.leaves(closes, hours)
    await database.execute(WAITS, "a", dawn, 5)
    await database.execute(WAITS, "bulk:", dawn, 20)
    await database.execute(WAITS, "later", dawn + timedelta(minutes=1), 20)
    assert await mend(settings) == [], (
        "five at once are none, what a coordinator confirmed and what comes later neither"
    )
    await database.execute(WAITS, "b", dawn, 1)
    (line,) = await mend(settings)
    assert line.startswith("6 sms wait for ") and "more than 5 at once are held as a flood" in line


async def test_migrate_says_what_comes_next(cluster: str) -> None:
    dsn = await fresh(cluster, "first_steps")
    settings = {name.removeprefix("HUB_"): value for name, value in SOUND.items()} | {"DATABASE_URL": dsn}
    done = call("migrate", **settings)
    assert done.returncode == 0 and "there is no administrator yet: volunteer-hub account create" in done.stderr
    made = call("account", "create", "--email", "ewa@example.org", "--role", "administrator", **settings)
    assert made.returncode == 0 and made.stdout.startswith("https://hub.test/sign-in/link/")
    assert call("migrate", **settings).stderr == ""
    wrong = call("migrate", **settings | {"FIELD_KEY": "11b3de5a1c7f2846e90b3de5a1c7f284"})
    assert wrong.returncode == 0 and "is not the key this database was sealed with" in wrong.stderr
    looked = call("doctor", **settings)
    assert looked.returncode == 1 and "MEND  no worker has ever run" in looked.stdout
    assert "administrator, protection-officer" in " ".join(call("account", "create", "--help").stdout.split())
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT count(*) FROM canary") == 1
    await connection.close()
