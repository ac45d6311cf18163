"""The first day of service, written agreements, insurance: dated rows, told in words, judged against the plan."""

from datetime import date, timedelta

import httpx2
import pytest
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import actions, paper_queries
from volunteer_hub.people.rules import Kind, LeaveReason, Step
from volunteer_hub.people.tables import Agreement, Policy, Service, StepTaken

TODAY = clock.today(people.ZONE)


def typed(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


async def test_the_card_counts_the_days_in_words(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(), Visitor(client)
    await database.execute("DELETE FROM policy")
    page = await visitor.open(f"/desk/people/{who.id}")
    assert "Pomoc jeszcze się nie zaczęła" in page and "Dziś nie chroni tej osoby żadna polisa" in page
    await visitor.send("/service", first_day=typed(ago(28)))
    assert "Dziś jest 29. dzień pomocy" in visitor.page.text
    assert f"Od {typed(TODAY + timedelta(days=2))} potrzebne jest pisemne porozumienie." in visitor.page.text
    await visitor.send("/service", first_day=typed(ago(30)))
    assert "dziś jest 31. dzień pomocy. Bez niego nie można potwierdzić" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM service") == 1, "a correction, not a second beginning"
    await visitor.open(f"/desk/people/{who.id}/agreement")
    await visitor.send("/agreement", signed_on=typed(TODAY), valid_from=typed(TODAY), valid_until="")
    assert "Pisemne porozumienie jest." in visitor.page.text and "Bez niego nie można" not in visitor.page.text


async def test_a_policy_of_all_and_one_of_a_person(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, other, visitor = await people.volunteer(), await people.volunteer(), Visitor(client)
    await database.execute("DELETE FROM policy")
    await visitor.open(f"/desk/people/{who.id}")
    policy = {"insurer": "PZU", "number": "7/26", "valid_from": typed(ago(1)), "valid_until": typed(TODAY)}
    for _ in range(2):
        await visitor.send("/policies", **policy)
    assert "Dziś chroni polisa PZU nr 7/26" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM policy") == 1, "the same press twice"
    assert "Dziś nie chroni tej osoby żadna polisa" in await visitor.open(f"/desk/people/{other.id}")
    assert "Dziś nie ma ważnej polisy dla wszystkich." in await visitor.open("/desk/policies")
    await visitor.send("/desk/policies", **policy | {"number": "8/26", "valid_until": typed(TODAY + timedelta(days=9))})
    assert "8/26" in visitor.page.text and "Dziś nie ma ważnej polisy dla wszystkich." not in visitor.page.text
    assert "Dziś chroni polisa PZU nr 8/26" in await visitor.open(f"/desk/people/{other.id}")
    await visitor.open("/desk/policies")
    shared = next(f for f in forms(visitor.page.text) if f.action.endswith("/end"))
    await visitor.send(shared.action, last_day=typed(ago(1)))
    assert "Dziś nie ma ważnej polisy dla wszystkich." in visitor.page.text


WRONG = [
    ("/desk/policies", {"insurer": ""}, "insurer"),
    ("/desk/policies", {"valid_until": "31.02.2026"}, "valid_until"),
    ("/desk/policies", {"valid_until": "1.01.2020"}, "valid_until"),
    ("/desk/policies", {"valid_until": "1.01.2099"}, "valid_until"),
]


@pytest.mark.parametrize(("action", "change", "name"), WRONG)
async def test_a_wrong_policy_is_said_beside_its_field(
    client: httpx2.AsyncClient, action: str, change: dict[str, str], name: str
) -> None:
    await people.signed_in(client)
    before, visitor = await database.fetchval("SELECT count(*) FROM policy"), Visitor(client)
    await visitor.open(action)
    good = {"insurer": "PZU", "number": "1", "valid_from": "2.01.2026", "valid_until": "2.01.2027"}
    await visitor.send(action, **good | change)
    assert visitor.page.status_code == 422 and f'id="f-{name}-error"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM policy") == before


async def test_an_agreement_is_checked_when_it_is_typed_and_never_when_it_ends(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(step=Step.TALKED_TO), Visitor(client)
    await visitor.open(f"/desk/people/{who.id}/agreement")
    for wrong, name in (
        ({"signed_on": typed(TODAY + timedelta(days=1))}, "signed_on"),
        ({"valid_until": typed(ago(1))}, "valid_until"),
        ({"valid_from": "kiedyś"}, "valid_from"),
    ):
        await visitor.send("/agreement", **wrong)
        assert visitor.page.status_code == 422 and f'id="f-{name}-error"' in visitor.page.text
        await visitor.open(f"/desk/people/{who.id}/agreement")
    await visitor.send("/agreement")
    assert await database.fetchval("SELECT step FROM volunteer WHERE id = $1", who.id) == "agreed"
    row = await database.fetchrow("SELECT id, signed_on, valid_from, valid_until FROM agreement")
    assert row and tuple(row)[1:] == (TODAY, TODAY, None)
    await visitor.open(f"/desk/people/{who.id}/agreement")
    await visitor.send("/end", last_day="wczoraj")
    assert visitor.page.status_code == 422
    await visitor.open(f"/desk/people/{who.id}/agreement")
    await visitor.send("/end", last_day=typed(TODAY))
    assert await database.fetchval("SELECT valid_until FROM agreement") == TODAY
    await actions.end_agreement(SYSTEM, row["id"], ago(1))
    assert await database.fetchval("SELECT count(*) FROM agreement") == 0, "it was a slip"


async def test_without_the_guardian_no_agreement_binds_a_minor(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    born = TODAY - timedelta(days=16 * 365)
    who = await people.volunteer(birth_date=born, kind=Kind.PUPIL, guardian_name="Anna", step=Step.TALKED_TO)
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/{who.id}/agreement")
    await visitor.send("/agreement")
    assert visitor.page.status_code == 409 and "Najpierw zgoda opiekuna" in visitor.page.text
    await actions.record_guardian_consent(people.actor(me), who.id)
    await visitor.send("/agreement")
    assert await database.fetchval("SELECT count(*) FROM agreement") == 1


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(Step.TALKED_TO, Step.AGREED), (Step.AGREED, Step.ACTIVE), (Step.PAUSED, Step.ACTIVE), (Step.LEFT, Step.ACTIVE)],
)
async def test_nor_by_word_of_mouth(was: Step, becomes: Step, client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    born = TODAY.replace(year=TODAY.year - 18, day=min(TODAY.day, 28)) + timedelta(days=5)
    who = await people.volunteer(birth_date=born, kind=Kind.PUPIL, guardian_name="Anna", step=was)
    await people.save(StepTaken(volunteer=who.id, step=Step.ACTIVE))
    visitor = Visitor(client)
    page = await visitor.open(f"/desk/people/{who.id}")
    assert "także ustnie" in page and f'value="{becomes}"' not in page
    with pytest.raises(Refused, match="Najpierw zgoda opiekuna") as refused:
        await actions.take_step(people.actor(me), who.id, becomes)
    assert refused.value.status == 409
    assert await database.fetchval("SELECT step FROM volunteer") == was
    await actions.record_guardian_consent(people.actor(me), who.id)
    page = await visitor.open(f"/desk/people/{who.id}")
    assert "także ustnie" not in page and f'value="{becomes}"' in page
    await visitor.send("/step", step=becomes)
    assert await database.fetchval("SELECT step FROM volunteer") == becomes


async def test_leaving_ends_the_papers_and_coming_back_is_a_new_start(db: str) -> None:
    who = await people.volunteer()
    await actions.start_service(SYSTEM, who.id, ago(40))
    await actions.sign_agreement(SYSTEM, who.id, signed_on=ago(20), valid_from=ago(20))
    await actions.leave(SYSTEM, who.id, LeaveReason.MOVED, ago(5))
    await actions.take_step(SYSTEM, who.id, Step.APPLIED)
    found = await paper_queries.papers(SYSTEM, who.id)
    assert found.services == ((ago(40), ago(5)),) and found.first_day is None
    assert [one.valid_until for one in found.agreements] == [ago(5)]
    assert found.day(TODAY) == 0 and found.unwritten(TODAY) is None
    with pytest.raises(Refused, match="wcześniejszej"):
        await actions.start_service(SYSTEM, who.id, ago(5))
    await actions.start_service(SYSTEM, who.id, ago(4))
    assert (await paper_queries.papers(SYSTEM, who.id)).day(TODAY) == 5
    way = await database.fetch("SELECT step, reason FROM step_taken WHERE volunteer = $1 ORDER BY at", who.id)
    assert [tuple(row) for row in way] == [("left", "moved"), ("applied", "")]


async def test_the_database_holds_one_open_service_only(db: str) -> None:
    who = await people.volunteer()
    await people.save(Service(volunteer=who.id, first_day=ago(90), last_day=ago(60)))
    await people.save(Service(volunteer=who.id, first_day=ago(9)))
    with pytest.raises(Exception, match="service_one_open"):
        await people.save(Service(volunteer=who.id, first_day=ago(8)))


async def test_every_change_of_papers_is_written_down_without_words(db: str) -> None:
    me, who = await people.account(), await people.volunteer()
    actor = people.actor(me)
    await actions.start_service(actor, who.id, ago(3))
    agreement = await actions.sign_agreement(actor, who.id, signed_on=TODAY, valid_from=TODAY)
    await actions.end_agreement(actor, agreement, TODAY)
    policy = await actions.add_policy(
        actor, insurer="Warta", number="tajny-numer", valid_from=TODAY, valid_until=TODAY, volunteer=who.id
    )
    await actions.end_policy(actor, policy, TODAY)
    await actions.record_clearance(
        actor, who.id, kind="minors", checked_on=TODAY, valid_until=TODAY, reference="W/9"
    )
    await actions.shorten_clearance(actor, who.id, "minors", ago(1))
    await actions.revoke_clearance(actor, who.id, "minors", TODAY)
    rows = await database.fetch("SELECT verb, about FROM audit_entry WHERE account = $1", me.id)
    assert {row["about"] for row in rows} == {f"volunteer:{who.id}"}
    assert {row["verb"] for row in rows} == {
        "people.service", "people.agreement.sign", "people.agreement.end", "people.policy.add", "people.policy.end",
        "people.clearance.minors", "people.clearance.minors.shorten", "people.clearance.minors.revoke",
    }  # fmt: skip


async def test_only_coordinators_read_papers(db: str) -> None:
    who = await people.volunteer()
    for role in (Role.FIRST_CONTACT, Role.FACILITATOR, Role.ADMINISTRATOR, Role.VOLUNTEER):
        other = people.actor(await people.account(role))
        for read in (paper_queries.papers(other, who.id), paper_queries.policies(other)):
            with pytest.raises(Refused) as refused:
                await read
            assert refused.value.status == 404


async def test_ending_a_policy_marks_who_was_counted_on(client: httpx2.AsyncClient) -> None:
    """In the first thirty days nothing stands without insurance: who is on a roster is marked, nobody is lost."""
    await people.signed_in(client)
    opening, who, visitor = await people.opening(), await people.volunteer(), Visitor(client)
    await database.execute("DELETE FROM policy")
    long = TODAY + timedelta(days=400)
    policy = await people.save(Policy(insurer="PZU", number="1", valid_from=ago(9), valid_until=long))
    await database.execute(
        "INSERT INTO assignment (id, opening, volunteer, state, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, 'invited', now())",
        opening.id, who.id,
    )  # fmt: skip
    await visitor.open("/desk/policies")
    await visitor.send(f"/desk/policies/{policy.id}/end", last_day=typed(TODAY))
    assert visitor.page.status_code == 200 and await database.fetchval("SELECT valid_until FROM policy") == TODAY
    assert tuple(await database.fetchrow("SELECT state, at_risk FROM assignment") or ()) == ("invited", "agreement")
    assert "zagrożone" in await visitor.open(f"/desk/people/{who.id}")
    await visitor.open("/desk/policies")
    new = {"insurer": "PZU", "number": "2", "valid_from": typed(TODAY), "valid_until": typed(long)}
    await visitor.send("/desk/policies", **new)
    assert await database.fetchval("SELECT at_risk FROM assignment") == ""


async def test_a_written_agreement_covers_from_its_first_day_to_its_last(db: str) -> None:
    who = await people.volunteer()
    await people.save(Service(volunteer=who.id, first_day=ago(60)))
    await people.save(Agreement(volunteer=who.id, signed_on=ago(60), valid_from=ago(60), valid_until=TODAY))
    found = await paper_queries.papers(SYSTEM, who.id)
    assert found.written(TODAY) and found.unwritten(TODAY) == TODAY + timedelta(days=1)
    assert not found.written(TODAY + timedelta(days=1)) and found.unwritten(ago(9)) == TODAY + timedelta(days=1)
