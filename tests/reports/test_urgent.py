"""What is newly urgent reaches the coordinators concerned by e-mail: once, not at night, without names and themes."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people
from support.desk_lines import asked, failed, request
from support.visitor import Visitor

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.reports import rules, urgent
from volunteer_hub.schedule.tables import AssignmentChange, Opening
from volunteer_hub.settings import load

SETTINGS = load({"HUB_MODE": "demo", "HUB_QUIET_FROM": "20:00", "HUB_QUIET_UNTIL": "08:00"})
# A Wednesday far ahead, so that no row made at the real time is by chance within reach.
DAY = datetime(2027, 3, 10)


def at(hour: float, day: int = 0) -> datetime:
    """An instant, by the hour on the wall of that Wednesday."""
    return clock.instant(DAY + timedelta(days=day, hours=hour), people.ZONE)


async def mails() -> list[str]:
    """What went out since the last look, by address."""
    rows = await database.fetch("DELETE FROM message WHERE template = 'urgent' RETURNING address, subject, body, html")
    return sorted(f"{row['address']}: {row['subject']}\n{row['body']}\n{row['html']}" for row in rows)


async def short(hour: float, day: int = 0, whose: Account | None = None, **values: Any) -> Opening:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    of = await people.initiative(name="Czytanie", theme=theme.id, coordinator=whose.id if whose else None)
    meeting = await people.meeting(of, starts=DAY + timedelta(days=day, hours=hour))
    return await people.opening(meeting, await people.role(of, name="Lektorka"), **values)


async def test_an_opening_short_within_two_days_is_told_once(db: str) -> None:
    me = await people.account(email="kasia@example.org")
    opening = await short(16, day=1, least=2)
    await short(16, day=3)
    assert await urgent.tell(SETTINGS, at(9)) == 1
    [mail] = await mails()
    assert mail.startswith("kasia@example.org: Pilne: 1 sprawa") and f"/desk/openings/{opening.id}" in mail
    assert "11 mar 2027, 16:00: brakuje 2 osób" in mail and "/desk/account" in mail
    for hour in (9.5, 12, 15):
        assert await urgent.tell(SETTINGS, at(hour)) == 0
    assert me and await mails() == []


async def test_short_again_it_is_told_again(db: str) -> None:
    await people.account()
    opening = await short(16, day=1)
    await urgent.tell(SETTINGS, at(9))
    await database.execute("UPDATE opening SET taken = 1 WHERE id = $1", opening.id)
    assert await urgent.tell(SETTINGS, at(10)) == 0
    await database.execute("UPDATE opening SET taken = 0 WHERE id = $1", opening.id)
    assert await urgent.tell(SETTINGS, at(11)) == 1


async def test_one_mail_in_a_quarter_of_an_hour_and_nothing_is_lost(db: str) -> None:
    await people.account()
    await short(16)
    assert await urgent.tell(SETTINGS, at(9)) == 1
    for hour in (17, 18, 19):
        await short(hour)
    assert await urgent.tell(SETTINGS, at(9.1)) == 0
    await mails()
    assert await urgent.tell(SETTINGS, at(9.3)) == 1
    [mail] = await mails()
    assert "Pilne: 3 spraw" in mail and "17:00" in mail and "19:00" in mail and "16:00" not in mail


async def test_whoever_runs_it_is_told_else_all_and_nobody_who_does_not_want_it(db: str) -> None:
    mine, other = await people.account(email="moja@example.org"), await people.account(email="inna@example.org")
    await people.account(email="cicha@example.org", urgent_mail=False)
    await people.account(email="byla@example.org", closed_at=clock.now())
    await people.account(Role.ADMINISTRATOR, email="admin@example.org")
    await short(16, whose=mine)
    assert await urgent.tell(SETTINGS, at(9)) == 1
    assert [mail.split(":")[0] for mail in await mails()] == ["moja@example.org"]
    await short(18)
    await urgent.tell(SETTINGS, at(10))
    assert [mail.split(":")[0] for mail in await mails()] == ["inna@example.org", "moja@example.org"]
    await database.execute("UPDATE account SET role = 'first-contact' WHERE id = $1", mine.id)
    await database.execute("DELETE FROM urgent_told")
    assert other and await urgent.tell(SETTINGS, at(11)) == 1


async def test_by_night_only_what_is_near(db: str) -> None:
    await people.account()
    near, far = await short(9), await short(16)
    assert await urgent.tell(SETTINGS, at(-3)) == 1, "at 21:00 of the day before, twelve hours ahead"
    [mail] = await mails()
    assert str(near.id) in mail and str(far.id) not in mail
    assert await urgent.tell(SETTINGS, at(2)) == 0
    assert await urgent.tell(SETTINGS, at(8)) == 1
    assert str(far.id) in (await mails())[0]


async def change(assignment: UUID, when: datetime, **values: Any) -> None:
    said: dict[str, Any] = {"assignment": assignment, "was": "accepted", "became": "withdrawn", "channel": "sms"}
    await people.save(AssignmentChange(**(said | {"at": when} | values)))


async def test_a_withdrawal_on_the_day(db: str) -> None:
    await people.account()
    opening = await short(16, least=0)
    gone = await asked("Ewelina", opening, "withdrawn")
    await change(gone.id, at(8))
    [count, mail] = [await urgent.tell(SETTINGS, at(9)), (await mails())[0]]
    assert count == 1 and "10 mar 2027, 16:00: ktoś dziś zrezygnował" in mail
    assert "Ewelina" not in mail and "Kot" not in mail


@pytest.mark.parametrize(
    ("values", "day"), [({"channel": "desk"}, 0), ({"was": "invited", "became": "declined"}, 0), ({}, -1)]
)
async def test_control_other_changes_are_no_news(db: str, values: dict[str, Any], day: int) -> None:
    await people.account()
    gone = await asked("Ewelina", await short(16, least=0), "withdrawn")
    await change(gone.id, at(8, day), **values)
    assert await urgent.tell(SETTINGS, at(9)) == 0


async def sms(when: datetime, body: str = "Pani Zofia ma raka") -> None:
    await database.execute(
        """INSERT INTO inbound (id, provider_id, address, body, received_at)
           VALUES (gen_random_uuid(), gen_random_uuid()::text, '+48699000111', $2, $1)""",
        when, body,
    )  # fmt: skip


async def test_an_sms_that_waits_an_hour_of_the_working_day(db: str) -> None:
    await people.account()
    await sms(at(19, -1))
    assert await urgent.tell(SETTINGS, at(9)) == 0, "the evening and the night do not count"
    assert await urgent.tell(SETTINGS, at(9.1)) == 1
    [mail] = await mails()
    assert "SMS czeka na przeczytanie" in mail and "raka" not in mail and "699" not in mail
    await sms(at(10), "i jeszcze coś")
    assert await urgent.tell(SETTINGS, at(12)) == 0, "of one conversation once"


async def test_what_was_read_is_not_urgent(db: str) -> None:
    await people.account()
    await sms(at(8))
    await database.execute("UPDATE inbound SET handled_at = now()")
    assert await urgent.tell(SETTINGS, at(12)) == 0


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2027-03-10 07:00", "2027-03-10 09:30", 1.5),
        ("2027-03-12 15:30", "2027-03-15 08:30", 1),
        ("2027-03-13 10:00", "2027-03-14 15:00", 0),
        ("2027-03-10 08:00", "2027-03-11 08:00", 8),
        ("2027-03-10 17:00", "2027-03-10 07:00", 0),
        ("2027-11-11 09:00", "2027-11-11 15:00", 0),  # a holiday
        ("2027-12-23 15:00", "2027-12-27 09:00", 2),  # over Christmas and its Eve
    ],
)
def test_time_at_work(since: str, until: str, hours: float) -> None:
    found = rules.at_work(datetime.fromisoformat(since), datetime.fromisoformat(until))
    assert found == timedelta(hours=hours)


async def test_a_failed_message_for_a_near_meeting_and_a_late_request(db: str) -> None:
    await people.account()
    near, far = await short(16, least=0), await short(16, day=2, least=0)
    for name, opening in (("Bliska", near), ("Daleka", far)):
        await failed(f"assignment:{(await asked(name, opening, 'accepted')).id}", address=f"+4860011{len(name):04d}")
    late = await request(1, desk_since=clock.now() - timedelta(days=30))
    await request(2, desk_since=clock.now() - timedelta(days=30), desk="social-work")
    await request(3)
    assert await urgent.tell(SETTINGS, at(9)) == 1
    [mail] = await mails()
    assert "Pilne: 2 spraw" in mail and "nie dotarła" in mail and f"/desk/requests/{late.id}" in mail
    assert "Bliska" not in mail and "Z-2026" not in mail


async def test_no_name_place_or_theme_leaves_in_it(db: str) -> None:
    await people.account()
    opening = await short(16)
    gone = await asked("Ewelina", opening, "withdrawn")
    await change(gone.id, at(8))
    await urgent.tell(SETTINGS, at(9))
    [mail] = await mails()
    assert str(opening.id) in mail, "control: it tells of this opening"
    for word in ("Czytanie", "Lektorka", "Uzależnienia", "Promyk", "Wiślana", "Ewelina", "Kot", "+48"):
        assert word not in mail, word


async def test_many_things_are_ten_lines_and_a_number(db: str) -> None:
    await people.account()
    for hour in range(13):
        await short(9 + hour / 2)
    await urgent.tell(SETTINGS, at(8))
    [mail] = await mails()
    assert "Pilne: 13 spraw" in mail and "I jeszcze 3." in mail
    assert mail.partition("<")[0].count("/desk/openings/") == 10


async def test_two_workers_tell_once(db: str) -> None:
    for _ in range(3):
        await people.account()
    for hour in (15, 16):
        await short(hour)
    told = await asyncio.gather(*(urgent.tell(SETTINGS, at(9)) for _ in range(6)))
    assert sum(told) == len(await mails()) == 3


async def test_control_without_what_was_told_two_workers_say_it_twice(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.account()
    await short(16)
    monkeypatch.setattr(urgent, "TELL", "SELECT item, $1::uuid, $3::timestamptz FROM unnest($2::text[]) item")
    told = await asyncio.gather(*(urgent.tell(SETTINGS, at(9)) for _ in range(2)))
    assert sum(told) == 2


async def test_the_worker_looks_every_two_minutes(db: str) -> None:
    await people.account()
    await urgent.plan(SETTINGS)
    spent = await database.fetchval("SELECT count(*) FROM allowance")
    await urgent.plan(SETTINGS)
    assert spent == 1


async def test_it_is_switched_off_and_on_on_the_account_page(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    visitor = Visitor(client)
    for words, wanted in (("Nie wysyłaj mi ich", False), ("Wysyłaj mi je", True)):
        assert words in await visitor.open("/desk/account")
        await visitor.send("/desk/account/urgent")
        assert await database.fetchval("SELECT urgent_mail FROM account WHERE id = $1", me.id) is wanted


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT])
async def test_who_is_never_written_to_is_not_asked(client: httpx2.AsyncClient, role: Role) -> None:
    await people.signed_in(client, role)
    assert "E-maile o pilnych sprawach" not in (await client.get("/desk/account")).text
