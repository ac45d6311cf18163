"""An initiative corrected and taken through its life: who may, what it does to its meetings, what others see."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.atlas.tables import Theme
from volunteer_hub.initiatives import life, queries
from volunteer_hub.initiatives.editing import Details
from volunteer_hub.initiatives.rules import BEGINNINGS, NEXT, OVER, InitiativeState, NextStep, may_become, next_step
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.initiatives import actions as initiative_actions

S = InitiativeState


async def mine(client: httpx2.AsyncClient, **values: Any) -> tuple[Visitor, Initiative]:
    """A coordinator and an initiative of theirs."""
    me = await people.signed_in(client)
    return Visitor(client), await people.initiative(coordinator=me.id, **values)


async def state_of(id: UUID) -> str:
    found: str = await database.fetchval("SELECT state FROM initiative WHERE id = $1", id)
    return found


def test_every_state_is_left_or_over_and_whatever_is_over_may_go_on() -> None:
    assert NEXT.keys() == set(S)
    reached = set(BEGINNINGS)
    for state in S:
        assert state not in NEXT[state]
        reached |= set(NEXT[state])
    assert reached == set(S)
    assert all(NEXT[one] == (S.RUNNING,) for one in OVER)
    assert not may_become(S.FINISHED, S.IDEA) and not may_become(S.IDEA, S.FINISHED)


@pytest.mark.parametrize(
    ("state", "meetings", "past_end", "lacks", "step"),
    [
        (S.IDEA, False, False, False, NextStep.PREPARE),
        (S.PREPARED, False, False, False, NextStep.MEETING),
        (S.PREPARED, True, False, False, NextStep.BEGIN),
        (S.RUNNING, False, False, False, NextStep.MEETING),
        (S.RUNNING, True, False, False, NextStep.MEET),
        (S.RUNNING, True, True, False, NextStep.FINISH),
        (S.FINISHED, True, True, True, NextStep.OUTCOME),
        (S.FINISHED, False, True, False, NextStep.NOTHING),
        (S.STOPPED, False, False, False, NextStep.NOTHING),
    ],
)
def test_each_state_has_one_next_step(
    state: InitiativeState, meetings: bool, past_end: bool, lacks: bool, step: NextStep
) -> None:
    assert next_step(state, meetings=meetings, past_end=past_end, lacks_outcome=lacks) is step


async def test_from_an_idea_to_the_outcome(client: httpx2.AsyncClient) -> None:
    visitor = Visitor(client)
    await people.signed_in(client, name="Ewa Lis")
    theme = await people.theme()
    await visitor.open("/desk/initiatives/new")
    page = await visitor.send("/desk/initiatives/new", name="Ogród", kind="one_off", theme=theme.id, state="idea")
    address = visitor.page.url.path
    assert "Pomysł" in page and "Zacznij przygotowania" in page
    for to, words in (("prepared", "Przygotowywana"), ("running", "Trwa")):
        await visitor.open(f"{address}/state?to={to}")
        assert words in await visitor.send("/state")
    await visitor.open(f"{address}/state")
    page = await visitor.send("/state", became="finished")
    assert "Zapisz wynik" in page and "Zakończona" in page
    await visitor.open(f"{address}/outcome")
    page = await visitor.send("/outcome", outcome="Rosną pomidory")
    assert "Zapisz wynik" not in page and "Rosną pomidory" in page
    steps = await database.fetch("SELECT was, became FROM initiative_change ORDER BY at")
    assert [tuple(row) for row in steps] == [
        ("", "idea"), ("idea", "prepared"), ("prepared", "running"), ("running", "finished"),
    ]  # fmt: skip
    assert page.count("Ewa Lis") >= 4, "each step says who took it"
    assert await database.fetchval("SELECT ends_on FROM initiative") == clock.today(people.ZONE)


async def test_an_initiative_may_not_start_finished(client: httpx2.AsyncClient) -> None:
    visitor = Visitor(client)
    await people.signed_in(client)
    await visitor.open("/desk/initiatives/new")
    await visitor.send("/new", name="Ogród", kind="one_off", theme=(await people.theme()).id, state="finished")
    assert visitor.page.status_code == 422
    assert await database.fetchval("SELECT count(*) FROM initiative") == 0


async def test_stopping_and_going_on_ask_why(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    for became in ("stopped", "running"):
        before = await state_of(of.id)
        await visitor.open(f"/desk/initiatives/{of.id}/state")
        page = await visitor.send("/state", became=became)
        assert visitor.page.status_code == 422 and "Napisz, dlaczego." in page and await state_of(of.id) == before
        page = await visitor.send("/state", became=became, reason="Brak sali do marca")
        assert visitor.page.status_code == 200 and "Brak sali do marca" in page
        assert await state_of(of.id) == became
    assert await database.fetchval("SELECT ends_on FROM initiative") is None, "what goes on has no end"


async def test_a_step_that_does_not_lead_on_is_refused_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, state="idea")
    await visitor.open(f"/desk/initiatives/{of.id}/state")
    await visitor.send("/state", became="finished")
    assert visitor.page.status_code == 409 and await state_of(of.id) == "idea"


async def test_two_who_finish_it_at_once_finish_it_once(db: str) -> None:
    of = await people.initiative()
    answers = await asyncio.gather(
        *[life.change_state(SYSTEM, of.id, S.FINISHED) for _ in range(8)], return_exceptions=True
    )
    assert sum(one is None for one in answers) == 1
    assert sum(isinstance(one, Refused) and one.status == 409 for one in answers) == 7
    assert await database.fetchval("SELECT count(*) FROM initiative_change") == 1


async def test_finishing_says_what_is_ahead_and_calls_it_off(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    meeting = await people.meeting(of)
    past = await people.meeting(of, starts=meeting.starts_wall - timedelta(days=10))
    opening = await people.opening(meeting)
    who = await people.volunteer()
    await database.execute(
        "INSERT INTO assignment (id, opening, volunteer, state, code, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, 'accepted', '7', now())", opening.id, who.id,
    )  # fmt: skip
    page = await visitor.open(f"/desk/initiatives/{of.id}/state?to=finished")
    assert "Przed nią jeszcze 1 spotkanie:" in page
    page = await visitor.send("/state")
    assert "Odwołane spotkania: 1" in page
    states = {row["id"]: row["state"] for row in await database.fetch("SELECT id, state FROM meeting")}
    assert states == {meeting.id: "cancelled", past.id: "planned"}
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'cancelled'") > 0


async def test_control_left_unticked_the_meetings_stay(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    await people.meeting(of)
    await visitor.open(f"/desk/initiatives/{of.id}/state?to=finished")
    await visitor.send("/state", call_off="no")
    assert await state_of(of.id) == "finished"
    assert await database.fetchval("SELECT state FROM meeting") == "planned"


async def test_a_refused_step_calls_nothing_off(db: str) -> None:
    of = await people.initiative(state="stopped")
    await people.meeting(of)
    with pytest.raises(Refused):
        await initiative_actions.change_state(SYSTEM, of.id, S.FINISHED, call_off=True)
    assert await database.fetchval("SELECT state FROM meeting") == "planned"
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_what_is_over_plans_no_meeting(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    place = await people.place()
    await visitor.open(f"/desk/initiatives/{of.id}")
    await database.execute("UPDATE initiative SET state = 'finished'")
    await visitor.send("/meetings", day="2030-01-01", starts="10:00", ends="12:00", place=place.id)
    assert visitor.page.status_code == 409
    assert await database.fetchval("SELECT count(*) FROM meeting") == 0
    assert "Dodaj spotkanie" not in await visitor.open(f"/desk/initiatives/{of.id}")


@pytest.mark.parametrize("state", ["idea", "prepared", "running"])
async def test_only_what_runs_is_shown_to_everybody(client: httpx2.AsyncClient, state: str) -> None:
    """The last one is the control: the same initiative, running, is on every page where it may be."""
    group = await people.initiative(name="Szkolenie z ogrodu", kind="course", state=state)
    await people.opening(await people.meeting(group), await people.role(group, name="Sadzi róże"))
    await initiative_actions.correct(SYSTEM, group.id, 0, await details(group))
    seen = {
        "groups": "Szkolenie z ogrodu" in (await client.get("/groups")).text,
        "opportunities": "Sadzi róże" in (await client.get("/opportunities")).text,
        "api": "Szkolenie z ogrodu" in (await client.get("/api/v1/openings")).text,
        "map": bool(await database.fetchval("SELECT count(*) FROM help")),
    }
    assert seen == dict.fromkeys(seen, state == "running")


async def details(of: Initiative, **other: Any) -> Details:
    values = {"name": of.name, "about": "", "meets": "", "theme": of.theme, "public": True, "coordinator": None}
    return Details(**values | {"starts_on": of.starts_on, "ends_on": None} | other)


async def test_the_map_follows_a_new_name_and_an_end(db: str) -> None:
    of = await people.initiative(name="Ogród", kind="long_term")
    await people.meeting(of)
    await initiative_actions.correct(SYSTEM, of.id, 0, await details(of, name="Sad"))
    assert await database.fetchval("SELECT name FROM help WHERE until > centre_today()") == "Sad"
    await initiative_actions.change_state(SYSTEM, of.id, S.FINISHED)
    assert not await database.fetchval("SELECT count(*) FROM help WHERE until > centre_today()")


async def test_every_field_is_corrected(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, name="Ogród")
    colleague, theme = await people.account(name="Adam Nowak"), await people.theme(name_pl="Zieleń")
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    page = await visitor.send(
        "/edit", name="Sad", about="Jabłka", meets="we wtorki", theme=theme.id, public="yes",
        coordinator=colleague.id, starts_on="2026-10-01", ends_on="2027-10-01",
    )  # fmt: skip
    assert visitor.page.status_code == 200
    for words in ("Sad", "Jabłka", "we wtorki", "Zieleń", "Adam Nowak", "1 października 2026", "1 października 2027"):
        assert words in page, words
    assert await database.fetchval("SELECT version FROM initiative") == 1
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'initiatives.edit'") == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Wypełnij to pole."),
        ({"ends_on": "2020-01-01"}, "Koniec nie może być przed początkiem."),
        ({"theme": "7b6f2c53-0000-4000-8000-000000000000"}, "Tego nie ma już na liście."),
        ({"coordinator": "7b6f2c53-0000-4000-8000-000000000000"}, "Tego nie ma już na liście."),
        ({"coordinator": "nobody"}, "Wybierz z listy."),
        ({"least_members": "9", "most_members": "3"}, "Największa liczba osób nie może być mniejsza niż najmniejsza."),
        ({"most_members": "0"}, "Najmniejsza możliwa liczba to 1."),
        ({"name": "W żałobie"}, "Nazwa i opis grupy nie mogą mówić"),
    ],
)
async def test_a_wrong_correction_is_said_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, wrong: dict[str, str], sentence: str
) -> None:
    theme: Theme = await people.theme(name_pl="Żałoba")
    visitor, of = await mine(client, name="Środa", kind="group", theme=theme.id)
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    page = await visitor.send("/edit", **{"about": "Herbata <i>", "starts_on": "2026-09-01"} | wrong)
    assert visitor.page.status_code == 422 and sentence in page and "Herbata &lt;i&gt;" in page
    assert await database.fetchval("SELECT (name, about) = ('Środa', '') FROM initiative")


async def test_who_saves_second_sees_both_versions(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, name="Ogród")
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    await database.execute("UPDATE initiative SET name = 'Sad', about = 'Jabłka'")
    page = await visitor.send("/edit", name="Park")
    assert visitor.page.status_code == 409
    assert "Tak jest teraz zapisane" in page and "<dd>Sad</dd>" in page and "<dd>Jabłka</dd>" in page
    assert 'value="Park"' in page and await database.fetchval("SELECT name FROM initiative") == "Sad"
    page = await visitor.send("/edit")
    assert visitor.page.status_code == 200 and await database.fetchval("SELECT name FROM initiative") == "Park"


async def test_how_a_place_is_had_is_typed_and_counts_as_a_version(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    page = await visitor.open(f"/desk/initiatives/{of.id}/edit")
    assert 'value="after_yes" checked' in page and "Ile osób zaprosić" in page
    await database.execute("UPDATE initiative SET takes = 'at_once'")
    page = await visitor.send("/edit", widens="7")
    assert visitor.page.status_code == 409 and "<dd>od razu</dd>" in page
    await visitor.send("/edit")
    assert await database.fetchval("SELECT (takes, widens) = ('after_yes', 7) FROM initiative")
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    page = await visitor.send("/edit", widens="21")
    assert visitor.page.status_code == 422 and "Największa możliwa liczba to 20." in page and 'value="21"' in page
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    await visitor.send("/edit", takes="at_once", widens="0")
    assert await database.fetchval("SELECT (takes, widens) = ('at_once', 0) FROM initiative")


@pytest.mark.parametrize("kind", ["group", "circle"])
async def test_of_a_group_or_circle_nobody_asks_for_a_place(client: httpx2.AsyncClient, kind: str) -> None:
    visitor, of = await mine(client, kind=kind, name="Środa")
    assert 'name="takes"' not in await visitor.open(f"/desk/initiatives/{of.id}/edit")
    await visitor.send("/edit", takes="at_once")
    assert await database.fetchval("SELECT takes FROM initiative") == "after_yes"


async def test_control_a_change_of_state_alone_is_no_other_version(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, state="idea")
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    await life.change_state(SYSTEM, of.id, S.PREPARED)
    await visitor.send("/edit", name="Park")
    assert visitor.page.status_code == 200


async def test_a_colleagues_group_is_neither_corrected_nor_stopped(client: httpx2.AsyncClient) -> None:
    other = await people.account()
    of = await people.initiative(kind="group", name="Środa", coordinator=other.id)
    visitor = Visitor(client)
    await people.signed_in(client)
    page = await visitor.open(f"/desk/initiatives/{of.id}")
    assert visitor.page.status_code == 200 and "/edit" not in page and "/state" not in page and "Historia" not in page
    for path in ("edit", "state", "outcome"):
        assert (await client.get(f"/desk/initiatives/{of.id}/{path}")).status_code == 404
    with pytest.raises(Refused):
        await life.change_state(people.actor(await people.account()), of.id, S.FINISHED)
    assert await state_of(of.id) == "running"


async def test_control_a_colleagues_project_is(client: httpx2.AsyncClient) -> None:
    other = await people.account()
    of = await people.initiative(kind="long_term", coordinator=other.id)
    await people.signed_in(client)
    for path in ("edit", "state", "outcome"):
        assert (await client.get(f"/desk/initiatives/{of.id}/{path}")).status_code == 200
    assert "/edit" in (await client.get(f"/desk/initiatives/{of.id}")).text


async def test_a_facilitator_keeps_to_their_group(client: httpx2.AsyncClient) -> None:
    of = await people.initiative(kind="group")
    await people.facilitator(of, await people.signed_in(client, Role.FACILITATOR))
    assert (await client.get(f"/desk/initiatives/{of.id}/edit")).status_code == 403
    with pytest.raises(Refused):
        await life.change_state(people.actor(await people.account(Role.FACILITATOR)), of.id, S.FINISHED)


async def test_a_circle_is_never_public_and_has_no_room_to_bound(db: str) -> None:
    of = await people.initiative(kind="circle", public=False)
    await initiative_actions.correct(SYSTEM, of.id, 0, await details(of, public=True, most_members=3, agreement="x"))
    row = await queries.initiative(SYSTEM, of.id)
    assert row and (row.public, row.most_members, row.agreement) == (False, None, "")


async def test_the_end_never_lies_before_the_start(db: str) -> None:
    later = clock.today(people.ZONE) + timedelta(days=9)
    of = await people.initiative(starts_on=later, ends_on=date(2099, 1, 1), state="prepared")
    await life.change_state(SYSTEM, of.id, S.STOPPED, "Nikt nie chce")
    assert await database.fetchval("SELECT ends_on FROM initiative") == later
