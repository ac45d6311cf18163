"""The demo town is what README promises, the same on every machine on the same day."""

from datetime import timedelta

import pytest

from volunteer_hub import demo
from volunteer_hub.demo import people
from volunteer_hub.intake import forming
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, Actor, Role
from volunteer_hub.matching import outcomes
from volunteer_hub.privacy import retention
from volunteer_hub.settings import load


async def test_the_town_is_as_told(town: str) -> None:
    figures = await database.fetchrow(
        """SELECT (SELECT count(*) FROM volunteer) AS volunteers,
                  (SELECT count(*) FROM opening o JOIN meeting m ON m.id = o.meeting
                   WHERE m.series IS NULL AND m.starts_at > now()) AS openings,
                  (SELECT count(*) FROM area) AS areas, (SELECT count(*) FROM need) AS needs,
                  (SELECT count(DISTINCT area) FROM need) AS areas_with_needs,
                  (SELECT count(*) FROM resource) AS resources,
                  (SELECT max(starts_at) - now() < interval '23 days' FROM meeting m
                   WHERE m.series IS NULL AND EXISTS (SELECT FROM opening o WHERE o.meeting = m.id)) AS soon,
                  (SELECT bool_and(schematic) FROM area) AS schematic"""
    )
    assert figures
    assert 55 <= figures["volunteers"] <= 65 and 38 <= figures["openings"] <= 45
    assert figures["areas"] == figures["areas_with_needs"] == 8
    assert figures["needs"] >= 15 and figures["resources"] >= 10
    assert figures["soon"] and figures["schematic"]
    counted = await database.fetch("SELECT kind, count(*) AS n FROM initiative WHERE state = 'running' GROUP BY 1")
    kinds = {row["kind"]: row["n"] for row in counted}
    assert {"partnership", "long_term", "one_off", "educational"} <= set(kinds)
    assert (kinds["group"], kinds["course"], kinds["circle"]) == (2, 1, 2)
    states = {row["state"] for row in await database.fetch("SELECT DISTINCT state FROM assignment")}
    assert {"invited", "accepted"} <= states, "some seats are taken and some invitations wait"


async def test_what_it_asked_in_the_months_before_is_counted_and_stands_on_no_phone(town: str) -> None:
    """In every way, with every end; the first of the lists said yes more often, and no suggestion rests on it."""
    today, day = clock.today(load({"HUB_MODE": "demo"}).timezone), timedelta(days=1)
    found = await outcomes.outcomes(Actor(role=Role.COORDINATOR), today - 90 * day, today - 29 * day)
    assert found.all.asked == 80 and found.verdict is outcomes.Verdict.BETTER
    assert all(counts.asked for counts in (*found.ways.values(), *found.bands.values()))
    assert min(found.all.no, found.all.silent, found.all.gave_up, found.all.taken_off, found.all.missed) > 0
    assert not await database.fetchval(
        """SELECT count(*) FROM message g JOIN assignment s ON g.about = 'assignment:' || s.id
           JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting WHERE m.starts_at < now()"""
    )
    assert not await database.fetchval(
        """SELECT count(*) FROM commitment WHERE starts_wall < now() AND starts_wall > now() - interval '28 days'
           AND opening IN (SELECT o.id FROM opening o JOIN role_asked r ON r.id = o.role WHERE r.name LIKE 'Idzie%')"""
    )


async def test_two_years_are_behind_it_and_nothing_of_them_is_recent(town: str) -> None:
    """Each year has its figures, people, hours and money; what suggestions count as recent holds none of it."""
    years = await database.fetch(
        """SELECT y.year, y.source, y.assisted > y.families AS people,
                  (SELECT count(*) FROM completion WHERE extract(year FROM finished_on) = y.year) AS finished,
                  (SELECT count(*) FROM contract WHERE extract(year FROM signed_on) = y.year) AS signed,
                  (SELECT count(*) FROM agreement WHERE extract(year FROM signed_on) = y.year) AS agreed,
                  (SELECT count(DISTINCT date_trunc('month', day)) FROM hours_worked
                   WHERE state = 'approved' AND extract(year FROM day) = y.year) AS months,
                  (SELECT count(DISTINCT source) FROM funding_line WHERE year = y.year) AS sources,
                  (SELECT sum(spent) < sum(amount) FROM funding_line WHERE year = y.year) AS within
           FROM town_year y ORDER BY 1"""
    )
    assert len(years) == 3 and all(row["people"] and row["within"] and row["source"] for row in years)
    for what in ("finished", "signed", "agreed"):
        assert all(row[what] for row in years), what
    assert all(row["months"] >= 8 and row["sources"] >= 3 for row in years)
    steps = "SELECT count(*) FROM contract_step WHERE done_on < centre_today() - interval '200 days'"
    assert await database.fetchval(steps) >= 10
    over = "SELECT count(*) FROM initiative WHERE state = 'finished' AND starts_on < centre_today() - interval '1 year'"
    assert await database.fetchval(over) == 7
    assert not sum((await retention.dry()).values()), "the first night takes nothing of it away"
    assert not await database.fetchval(
        """SELECT count(*) FROM hours_worked h JOIN initiative i ON i.id = h.initiative
           WHERE i.state = 'finished' AND h.day > centre_today() - interval '28 days'"""
    )


async def test_its_course_is_half_way_and_a_contract_rests_on_it(town: str) -> None:
    figures = await database.fetchrow(
        """SELECT count(*) AS sessions, count(*) FILTER (WHERE m.ends_at < now()) AS held,
                  (SELECT count(*) FROM coming c JOIN meeting n ON n.id = c.meeting
                   WHERE c.came IS NOT NULL AND n.initiative = i.id) AS noted,
                  (SELECT count(*) FROM completion c WHERE c.initiative = i.id) AS finished,
                  (SELECT state FROM contract WHERE initiative = i.id) AS contract
           FROM initiative i JOIN meeting m ON m.initiative = i.id WHERE i.kind = 'course' AND i.state = 'running'
           GROUP BY i.id"""
    )
    assert figures and tuple(figures) == (8, 4, 16, 1, "signed")


async def test_a_minor_whose_guardian_has_not_said_yes_waits(town: str) -> None:
    waiting = await database.fetch(
        """SELECT step, EXISTS (SELECT FROM assignment a WHERE a.volunteer = v.id) AS asked,
                  EXISTS (SELECT FROM guardian_link g WHERE g.volunteer = v.id) AS written_to
           FROM volunteer v WHERE NOT may_be_written_to(v)"""
    )
    assert waiting and {row["step"] for row in waiting} <= {"applied", "talked_to"}
    assert not any(row["asked"] for row in waiting) and any(row["written_to"] for row in waiting)


async def test_it_has_whom_a_centre_meets_now_and_then(town: str) -> None:
    figures = await database.fetchrow(
        """SELECT (SELECT count(*) FROM alike) AS alike,
                  (SELECT count(*) FROM (SELECT FROM volunteer WHERE phone <> '' GROUP BY phone
                                         HAVING count(DISTINCT birth_date) = 2) family) AS families,
                  count(*) FILTER (WHERE birth_date > centre_today() - interval '13 years' AND guardian_phone <> '')
                      AS children,
                  count(*) FILTER (WHERE phone = '' AND email IS NULL AND guardian_consent_at IS NOT NULL
                                   AND sms_to(v) = guardian_phone) AS through_guardian,
                  count(DISTINCT travels) AS ways,
                  (SELECT count(*) FROM break_glass WHERE approved_at IS NULL) AS asked FROM volunteer v"""
    )
    assert figures and tuple(figures) == (1, 1, 1, 1, 5, 1)


async def test_every_role_can_sign_in(town: str) -> None:
    roles = {row["role"] for row in await database.fetch("SELECT DISTINCT role FROM account")}
    assert roles == {*map(str, STAFF), "volunteer"}


async def test_a_full_database_is_refused_and_left_as_it_is(town: str) -> None:
    before = await database.fetchval("SELECT count(*) FROM volunteer")
    with pytest.raises(demo.NotEmpty):
        await demo.load(load({"HUB_MODE": "demo"}))
    assert await database.fetchval("SELECT count(*) FROM volunteer") == before


def test_the_people_are_the_same_every_time() -> None:
    today = clock.today("Europe/Warsaw")
    assert people.everybody(today) == people.everybody(today)
    assert len({person.phone for person in people.everybody(today)}) == people.COUNT


async def test_the_year_goes_on_and_somebody_always_waits(town: str) -> None:
    assert await database.fetchval("SELECT count(*) FROM series") >= 2
    assert await database.fetchval("SELECT count(*) FROM meeting WHERE series IS NOT NULL") > 4
    waiting = {row["state"] for row in await database.fetch("SELECT state FROM joining")}
    assert waiting == {"waiting", "asked"}
    wished = "SELECT count(*) FROM assignment WHERE asked_at IS NOT NULL AND state IN ('proposed', 'accepted')"
    assert await database.fetchval(wished) == 2
    regular = await database.fetch("SELECT state, count(*) AS n FROM regular_task GROUP BY 1")
    assert {"accepted", "invited"} <= {row["state"] for row in regular}
    account = await database.fetchval("SELECT id FROM account WHERE email = 'hanna@centrum.example'")
    actor = Actor(role=Role.COORDINATOR, account=account)
    assert [(one.people, one.areas) for one in await forming.difficulties(actor)] == [(3, ["Śródmieście"])]
    kept = await database.fetchrow("SELECT count(*) AS goals, (SELECT sum(spent) FROM funding_line) AS spent FROM goal")
    assert kept and kept["goals"] == 2 and kept["spent"] > 8000


async def test_it_has_met_before_and_hours_wait_to_be_approved(town: str) -> None:
    figures = await database.fetchrow(
        """SELECT (SELECT count(*) FROM hours_worked WHERE state = 'reported') AS waiting,
                  (SELECT count(*) FROM hours_worked WHERE state = 'approved'
                   AND day > centre_today() - interval '28 days') AS approved,
                  (SELECT count(*) FROM meeting m JOIN initiative i ON i.id = m.initiative
                   WHERE i.name = 'Grupa Czwartek' AND m.ends_at < now()) AS met,
                  (SELECT count(*) FROM meeting m JOIN initiative i ON i.id = m.initiative
                   WHERE i.name = 'Grupa Czwartek' AND m.ends_at < now() AND m.noted_at IS NULL) AS lacking"""
    )
    assert figures and tuple(figures) == (3, 6, 2, 1)
