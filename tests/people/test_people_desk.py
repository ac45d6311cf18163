"""Volunteers at the desk: led along the way, checked; seen by coordinators alone."""

from datetime import date, timedelta
from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, VISITOR, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import actions, queries
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.tables import Volunteer

OTHERS = sorted(STAFF - {Role.COORDINATOR})


async def test_a_coordinator_leads_somebody_along_the_way(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, name="Hanna Lis")
    who, visitor = await people.volunteer(step=Step.APPLIED), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}")
    back = f"{clock.today('Europe/Warsaw') + timedelta(days=30):%d.%m.%Y}"
    for page, filled, step in (
        ("step", {"step": "talked_to"}, Step.TALKED_TO),
        ("agreement", {}, Step.AGREED),
        ("step", {"step": "active"}, Step.ACTIVE),
        ("pause", {"until": back}, Step.PAUSED),
        ("step", {"step": "active"}, Step.ACTIVE),
        ("leave", {"reason": "moved"}, Step.LEFT),
        ("step", {"step": "active"}, Step.ACTIVE),
    ):
        if page != "step":
            assert f'href="/desk/people/{who.id}/{page}"' in visitor.page.text
            await visitor.open(f"/desk/people/{who.id}/{page}")
        await visitor.send(f"/{page}", **filled)
        assert visitor.page.status_code == 200 and "zapisane" in visitor.page.text.lower()
        assert await database.fetchval("SELECT step FROM volunteer WHERE id = $1", who.id) == step
    assert f"Na przerwie do {back}" in visitor.page.text and "(wyprowadzka)" in visitor.page.text
    taken = await database.fetch("SELECT step, by FROM step_taken WHERE volunteer = $1 ORDER BY at", who.id)
    assert [row["step"] for row in taken] == [
        "talked_to", "agreed", "active", "paused", "active", "left", "active"
    ]  # fmt: skip
    assert {row["by"] for row in taken} == {me.id} and "Hanna Lis" in visitor.page.text


async def test_a_step_that_does_not_follow_is_refused(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(step=Step.APPLIED), Visitor(client)
    for step, status in (("active", 409), ("left", 409), ("", 400), ("king", 400)):
        await visitor.open(f"/desk/people/{who.id}")
        await visitor.send("/step", step=step)
        assert visitor.page.status_code == status
    await visitor.open(f"/desk/people/{who.id}")
    await visitor.send("/step", step="applied")
    assert visitor.page.status_code == 200, "the step they are at already: a double click"
    assert await database.fetchval("SELECT step FROM volunteer") == "applied"
    assert await database.fetchval("SELECT count(*) FROM step_taken") == 0


async def test_the_guardian_says_yes(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    born = clock.today("Europe/Warsaw") - timedelta(days=16 * 365)
    who, visitor = await people.volunteer(birth_date=born, kind=Kind.PUPIL, guardian_name="Anna"), Visitor(client)
    assert "czeka na zgodę opiekuna" in await visitor.open(f"/desk/people/{who.id}")
    form = {"csrf": forms(visitor.page.text)[0].values["csrf"]}
    for _ in range(2):
        assert (await client.post(f"/desk/people/{who.id}/guardian-consent", data=form)).status_code == 303
    assert "czeka na zgodę opiekuna" not in await visitor.open(f"/desk/people/{who.id}")
    rows = await database.fetch("SELECT purpose, channel, by FROM consent")
    assert [tuple(row) for row in rows] == [("guardian", "desk", me.id)]


async def test_nobody_consents_for_whom_no_guardian_is_named(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    who = await people.volunteer()
    with pytest.raises(Refused, match="opiekunem"):
        await actions.record_guardian_consent(people.actor(me), who.id)


CHECKS_WRONG = [
    ({"kind": "x"}, "kind"),
    ({"kind": ""}, "kind"),
    ({"checked_on": "kiedyś"}, "checked_on"),
    ({"checked_on": "1.01.2999", "valid_until": "1.01.3000"}, "checked_on"),
    ({"valid_until": ""}, "valid_until"),
    ({"valid_until": "1.01.2026"}, "valid_until"),
    ({"valid_until": "3.01.2036"}, "valid_until"),
]
CHECK = {"kind": "minors", "checked_on": "2.01.2026", "valid_until": "2.01.2027"}


async def test_a_check_is_noted_and_renewed(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    who, visitor = await people.volunteer(), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}")
    await visitor.send("/clearances", **CHECK)
    assert "ważne do 02.01.2027" in visitor.page.text
    await visitor.send("/clearances", **CHECK | {"valid_until": "3.01.2028"})
    rows = await database.fetch("SELECT kind, checked_on, valid_until, checked_by FROM clearance")
    assert [tuple(row) for row in rows] == [("minors", date(2026, 1, 2), date(2028, 1, 3), me.id)]


async def test_a_wrong_check_is_said_and_kept(client: httpx2.AsyncClient, subtests: pytest.Subtests) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(), Visitor(client)
    for change, name in CHECKS_WRONG:
        with subtests.test(str(change)):
            await visitor.open(f"/desk/people/{who.id}")
            await visitor.send("/clearances", **CHECK | change)
            assert visitor.page.status_code == 422 and f'id="f-clearance-{name}-error"' in visitor.page.text
            form = next(form for form in forms(visitor.page.text) if form.action.endswith("/clearances"))
            assert form.values["valid_until"] == [(CHECK | change)["valid_until"]]
    assert await database.fetchval("SELECT count(*) FROM clearance") == 0


async def test_with_htmx_only_the_card_comes_back(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(step=Step.APPLIED), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}")
    form = {"csrf": forms(visitor.page.text)[0].values["csrf"]}
    htmx = {"hx-request": "true"}
    answer = await client.post(f"/desk/people/{who.id}/step", data=form | {"step": "talked_to"}, headers=htmx)
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div id="volunteer"')
    assert "data-say" in answer.text and "Po rozmowie" in answer.text
    answer = await client.post(f"/desk/people/{who.id}/clearances", data=form, headers=htmx)
    assert answer.status_code == 422 and answer.text.lstrip().startswith('<div id="volunteer"')


async def test_opening_a_person_is_written_down(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    who = await people.volunteer()
    await client.get(f"/desk/people/{who.id}")
    rows = await database.fetch("SELECT account, role, verb, about, outcome FROM audit_entry")
    assert [tuple(row) for row in rows] == [(me.id, "coordinator", "people.open", f"volunteer:{who.id}", "done")]


async def test_an_absent_person_is_a_404(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get(f"/desk/people/{uuid4()}")).status_code == 404
    assert await database.fetchval("SELECT count(*) FROM audit_entry") == 0


async def test_other_roles_get_nothing_even_past_the_door(db: str) -> None:
    who = await people.volunteer()
    actors = [people.actor(await people.account(role)) for role in (*OTHERS, Role.VOLUNTEER)]
    for actor in (VISITOR, *actors):
        with pytest.raises(Refused) as refused:
            await queries.volunteer(actor, who.id)
        assert refused.value.status == 404


async def test_a_volunteer_sees_the_own_row_only(db: str) -> None:
    mine = await people.account(Role.VOLUNTEER)
    own, other = await people.volunteer(account=mine.id), await people.volunteer()
    assert (await queries.volunteer(people.actor(mine), own.id)).phone == own.phone
    with pytest.raises(Refused) as refused:
        await queries.volunteer(people.actor(mine), other.id)
    assert refused.value.status == 404


async def test_a_phone_may_be_a_familys_but_an_email_is_one_persons(db: str) -> None:
    coordinator = people.actor(await people.account())
    known: Volunteer = await people.volunteer()
    new = {"first_name": "A", "last_name": "B", "birth_date": date(1990, 1, 1), "kind": Kind.ADULT, "area_slug": ""}
    await actions.add_volunteer(coordinator, **new, phone=known.phone)
    assert await database.fetchval("SELECT count(*) FROM volunteer WHERE phone = $1", known.phone) == 2
    with pytest.raises(Refused) as refused:
        await actions.add_volunteer(coordinator, **new, phone="+48600999777", email=known.email)
    assert refused.value.status == 409
    assert await database.fetchval("SELECT count(*) FROM account WHERE role = 'volunteer'") == 1, "all of it or nothing"
