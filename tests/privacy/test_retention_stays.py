"""What is not yet to go stays: what is still in use, what the law keeps, what somebody asked to be kept."""

from datetime import timedelta

import httpx2
import pytest
from privacy.planted.asked import over
from privacy.planted.common import DAY, since, sql
from privacy.planted.volunteers import answered_at, started
from support import people

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.course_tables import Contract, ContractGoal
from volunteer_hub.kit import clock, database
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Agreement, Service
from volunteer_hub.privacy import retention
from volunteer_hub.schedule.tables import Assignment, Booking, RegularTask
from volunteer_hub.settings import Settings


@pytest.mark.parametrize(
    ("state", "last_day", "goes"),
    [("accepted", None, 0), ("invited", 5, 0), ("accepted", -5, 0), ("accepted", -40, 1), ("withdrawn", None, 1)],
)
async def test_the_address_of_a_regular_task_stays_as_long_as_the_task_and_a_month(
    db: str, settings: Settings, state: str, last_day: int | None, goes: int
) -> None:
    of, who, today = await people.initiative(), await people.volunteer(), clock.today(people.ZONE)
    series, role = await people.series(of), await people.role(of)
    days = {"first_day": today - timedelta(days=90), "last_day": last_day and today + timedelta(days=last_day)}
    task = await people.save(RegularTask(series=series.id, role=role.id, volunteer=who.id, state=state, **days))
    await answered_at(f"regular:{task.id}", clock.now() - timedelta(days=90))
    assert await retention.carry_out(settings, retention.BY_KEY["calendar-addresses"]) == goes


async def test_the_home_of_a_personal_need_goes_with_its_words_and_a_communitys_place_stays(
    db: str, settings: Settings
) -> None:
    edge = await since(retention.BY_KEY["needs"].period) - DAY
    home = await over(edge, personal=True, about="Druga klatka", address="ul. Miła 1", latitude=52.1, longitude=19.3)
    plain = await over(edge, latitude=52.1, longitude=19.3)
    assert (await retention.due())["needs"] == 1, "a community's place says nothing about anybody"
    await retention.carry_out(settings, retention.BY_KEY["needs"])
    rows = await database.fetch("SELECT id, about, address, latitude, longitude FROM need")
    left = {row["id"]: tuple(row)[1:] for row in rows}
    assert left == {home: ("", "", *people.CENTRE), plain: ("", "", 52.1, 19.3)}


async def test_an_open_need_keeps_its_words_however_old(db: str, settings: Settings) -> None:
    long_ago = await since(retention.BY_KEY["needs"].period) - DAY
    await people.need(created_at=long_ago, about="Druga klatka", voiced_by="Pani Zofia")
    assert (await retention.due())["needs"] == 0


async def test_a_contract_that_runs_keeps_its_words_and_its_participant(db: str, settings: Settings) -> None:
    """Open-ended and signed long ago it runs; a draft that waited as long, and one whose last day passed, are over."""
    long_ago = clock.now() - timedelta(days=800)
    day = long_ago.date()
    for values in ({}, {"last_day": day}, {"state": "draft", "signed_on": None}):
        who = await people.participant(created_at=long_ago)
        of = await people.save(
            Contract(**({"participant": who.id, "state": "signed", "signed_on": day, "first_day": day} | values))
        )
        await people.save(ContractGoal(contract=of.id, sealed=b"x"))
    due = await retention.due()
    assert due["contract-words"] == 2 and due["participants"] == 2
    await retention.carry_out(settings, retention.BY_KEY["participants"])
    stay = await database.fetch("SELECT last_day FROM contract WHERE participant IS NOT NULL")
    assert [row["last_day"] for row in stay] == [None]


async def test_what_the_law_keeps_stays(db: str, settings: Settings) -> None:
    """An agreement, a service or a meeting within five years holds a volunteer back, whenever they left."""
    long_ago = clock.now() - timedelta(days=6 * 365)
    lately = clock.now() - timedelta(days=4 * 365)
    of_agreement, open_ended, of_service, of_booking = [await started(long_ago) for _ in range(4)]
    for who, until in ((of_agreement, lately.date()), (open_ended, None)):
        await people.save(Agreement(volunteer=who, signed_on=long_ago.date(), valid_from=long_ago.date(),
                                    valid_until=until, noted_at=long_ago))  # fmt: skip
    await people.save(
        Service(volunteer=of_service, first_day=long_ago.date(), last_day=lately.date(), noted_at=long_ago)
    )
    opening = await people.opening()
    row = await people.save(Assignment(opening=opening.id, volunteer=of_booking, state="done"))
    await people.save(Booking(assignment=row.id, meeting=opening.meeting, volunteer=of_booking,
                              starts_at=lately - DAY, ends_at=lately, accepted=True))  # fmt: skip
    nobody_holds = await started(long_ago)
    assert (await retention.due())["left"] == 1
    assert await retention.carry_out(settings, retention.BY_KEY["left"]) == 1
    rows = await database.fetch("SELECT id FROM volunteer")
    assert {row["id"] for row in rows} == {of_agreement, open_ended, of_service, of_booking}
    assert await database.fetchval("SELECT subject FROM erasure") == f"volunteer:{nobody_holds}"


@pytest.mark.parametrize("kind", ["volunteer", "participant"])
async def test_whoever_asked_us_to_keep_it_or_has_a_right_open_is_left_alone(
    db: str, settings: Settings, kind: str
) -> None:
    long_ago = clock.now() - timedelta(days=800)
    for restricted in (clock.now(), None):
        make = people.participant if kind == "participant" else people.volunteer
        more = {} if kind == "participant" else {"step": Step.APPLIED, "step_since": long_ago}
        who = await make(created_at=long_ago, restricted_at=restricted, **more)
    rule = retention.BY_KEY["participants" if kind == "participant" else "never-helped"]
    await sql("INSERT INTO rights_request (id, subject, \"right\", state, channel, words, answer, asked_at, due_on,"
              " identity_checked) VALUES (gen_random_uuid(), $1, 'copy', 'open', 'web', '', '', now(), now(), '')",
              f"{kind}:{who.id}")  # fmt: skip
    assert await retention.carry_out(settings, rule) == 0
    await sql("UPDATE rights_request SET state = 'done'")
    assert await retention.carry_out(settings, rule) == 1, "control: the other one is due"


async def test_staff_whose_account_is_open_are_not_touched(db: str, client: httpx2.AsyncClient) -> None:
    row: Account = await people.signed_in(client)
    await sql("UPDATE account SET created_at = now() - interval '9 years' WHERE id = $1", row.id)
    assert (await retention.due())["staff"] == 0
