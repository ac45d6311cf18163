"""Those who are ticked in the list get a tag, or a message where they may get one: looked at, then sent once."""

import re
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
import pytest
import time_machine
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import bulk, views
from volunteer_hub.people.bulk import Without
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.people.wanted import Wanted

TODAY = clock.today("Europe/Warsaw")
CHILD = TODAY.replace(year=TODAY.year - 15, day=1)
NOON = datetime.combine(TODAY + timedelta(days=1), time(11))  # UTC: day in Warsaw


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a href="/desk/people/[^"]+">([^<]+)</a>', page)


async def crowd() -> list[Volunteer]:
    return [
        await people.volunteer(first_name="Ewa", last_name="Ćwik", kind=Kind.STUDENT, tags=["finał"]),
        await people.volunteer(first_name="Ala", last_name="Ćwik", kind=Kind.PUPIL, birth_date=CHILD),
        await people.volunteer(first_name="Łukasz", last_name="Żak", step=Step.APPLIED),
    ]


# --- Tags


async def test_the_ticked_get_a_tag_and_lose_it(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    ewa, ala, zak = await crowd()
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/chosen?{urlencode({'view': 'q=wik', 'id': [ewa.id, ala.id]}, doseq=True)}")
    assert "Wybrane osoby: 2" in visitor.page.text
    page = await visitor.send("/tags", {"act": "tag"}, tag=" finał ")
    assert "Liczba osób, u których to zmiana: 1." in page and visitor.page.url.query == b"q=wik"
    tags = {row["id"]: row["tags"] for row in await database.fetch("SELECT id, tags FROM volunteer")}
    assert tags == {ewa.id: ["finał"], ala.id: ["finał"], zak.id: []}
    rows = await database.fetch("SELECT account, about FROM audit_entry WHERE verb = 'people.tag'")
    assert [tuple(row) for row in rows] == [(me.id, f"volunteer:{ala.id}")], "one line for each change, none without"
    await visitor.open("/desk/people/chosen?all=yes&view=tag%3Dfina%C5%82")
    await visitor.send("/tags", {"act": "untag"}, tag="finał")
    assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE tags <> '{}'")


async def test_nobody_ticked_leads_back_and_too_many_are_refused(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.signed_in(client)
    await crowd()
    visitor = Visitor(client)
    page = await visitor.open("/desk/people/chosen?view=q%3Dwik&id=nonsense")
    assert "Najpierw zaznacz" in page and names(page) == ["Ćwik Ala", "Ćwik Ewa"]
    monkeypatch.setattr("volunteer_hub.intake.bulk_pages.AT_ONCE", 2)
    page = await visitor.open("/desk/people/chosen?all=yes")
    assert visitor.page.status_code == 409 and "najwyżej 2 osób" in page


@pytest.mark.parametrize("tag", ["", " ", "x" * 41])
async def test_a_tag_that_is_none_is_said_beside_it(client: httpx2.AsyncClient, tag: str) -> None:
    await people.signed_in(client)
    who, visitor = (await crowd())[2], Visitor(client)
    await visitor.open(f"/desk/people/chosen?id={who.id}")
    await visitor.send("/tags", {"act": "tag"}, tag=tag)
    assert visitor.page.status_code == 422 and 'id="f-t-tag-error"' in visitor.page.text
    assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE 'x' = ANY(tags)")


# --- Messages


async def everybody_who_may_not(family: str) -> dict[str, Without]:
    """One of each who gets no SMS, by surname; `family` is a number somebody else is written to under."""
    cases: dict[str, tuple[Without, dict[str, object]]] = {
        "Odszedł": (Without.LEFT, {"step": Step.LEFT}),
        "Zamknięty": (Without.RESTRICTED, {"restricted_at": clock.now()}),
        "Dziecko": (Without.GUARDIAN, {"birth_date": CHILD}),
        "Niechętny": (Without.REFUSED, {"sms_ok": False}),
        "Bezdomny": (Without.ADDRESS, {"phone": ""}),
        "Stacjonarny": (Without.ADDRESS, {"phone": "+48542345678"}),
        "Stop": (Without.STOPPED, {"phone": "+48600777888"}),
        "Żona": (Without.SAME, {"phone": family}),
    }
    await messaging.opt_out("+48600777888", "STOP")
    for name, (_, values) in cases.items():
        await people.volunteer(free=False, last_name=name, **values)
    return {name: why for name, (why, _) in cases.items()}


async def test_who_may_not_get_an_sms_is_left_out_with_the_reason(db: str) -> None:
    coordinator = people.actor(await people.account())
    mate = await people.volunteer(free=False, last_name="Dobry", phone="+48600111000")
    child = await people.volunteer(
        free=False, last_name="Zgodny", phone="", email=None, birth_date=CHILD, guardian_phone="+48600111001",
        guardian_consent_at=clock.now(),
    )  # fmt: skip
    out = await everybody_who_may_not("+48600111000")
    everybody = [row["id"] for row in await database.fetch("SELECT id FROM volunteer")]
    plan = await bulk.plan(coordinator, everybody, Channel.SMS, TODAY)
    assert {one.id: one.address for one in plan.gets} == {mate.id: "+48600111000", child.id: "+48600111001"}
    assert {one.name.split()[1]: one.without for one in plan.left_out} == out
    mail = await bulk.plan(coordinator, everybody, Channel.EMAIL, TODAY)
    assert "Niechętny" in " ".join(one.name for one in mail.gets), "each way has a yes of its own"


TEXT = "W sobotę zbiórka żywności o 9:00. Kto może?"


@time_machine.travel(NOON, tick=True)
async def test_a_message_is_looked_at_then_sent_once(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    pole = await people.volunteer(free=False, last_name="Ćwik", phone="+48600111000")
    await people.volunteer(free=False, last_name="Шевчук", phone="+48600111002", language="uk")
    await everybody_who_may_not("+48600111000")
    visitor = Visitor(client)
    await visitor.open("/desk/people/chosen?all=yes")
    page = await visitor.send("/letters", channel="sms", text=TEXT)
    assert "Wiadomość dostanie osób: 2" in page and "Nie dostanie osób: 8" in page
    assert "W sobote zbiorka zywnosci o 9:00. Kto moze?" in page and "STOP konczy wiadomosci." in page
    assert "1 część SMS" in page and "GSM-7" in page and "UCS-2" in page
    assert not await database.fetchval("SELECT count(*) FROM message")
    form = next(form for form in forms(page) if form.action.endswith("/sending"))
    for _ in range(2):  # a double click, and a reload of the answer
        answer = await client.post(form.action, data=form.values)
        assert answer.status_code == 303
    rows = await database.fetch("SELECT * FROM message ORDER BY address")
    assert [row["address"] for row in rows] == ["+48600111000", "+48600111002"]
    assert rows[0]["about"] == f"volunteer:{pole.id}" and rows[0]["body"].endswith("STOP konczy wiadomosci.")
    said = await database.fetch("SELECT account, about FROM audit_entry WHERE verb = 'people.message.sms'")
    assert len(said) == 2 and {row["account"] for row in said} == {me.id}


@time_machine.travel(NOON, tick=True)
async def test_an_e_mail_goes_with_its_subject_and_lines(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(free=False, email="ewa@example.org"), Visitor(client)
    await visitor.open(f"/desk/people/chosen?id={who.id}")
    await visitor.send("/letters", channel="email", text="Raz <b>\r\n\r\nDwa")
    assert visitor.page.status_code == 422 and 'id="f-subject-error"' in visitor.page.text
    assert "Raz &lt;b&gt;" in visitor.page.text
    await visitor.send("/letters", channel="email", subject="Zbiórka", text="Raz <b>\r\n\r\nDwa")
    await visitor.send("/sending")
    row = await database.fetchrow("SELECT * FROM message")
    assert row and (row["subject"], row["channel"]) == ("Zbiórka", "email")
    assert "Raz <b>\n\nDwa" in row["body"] and "<p>Raz &lt;b&gt;</p>\n<p>Dwa</p>" in row["html"]
    assert "/me" in row["body"], "how to end such messages stands in each"


async def test_whoever_says_no_meanwhile_is_seen_before_anything_leaves(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    ewa, *_ = await crowd()
    await people.volunteer(free=False)
    visitor = Visitor(client)
    await visitor.open("/desk/people/chosen?all=yes")
    await visitor.send("/letters", channel="sms", text=TEXT)
    await database.execute("UPDATE volunteer SET sms_ok = false WHERE id = $1", ewa.id)
    page = await visitor.send("/sending")
    assert visitor.page.status_code == 409 and "Lista osób właśnie się zmieniła" in page
    assert not await database.fetchval("SELECT count(*) FROM message")
    await visitor.send("/sending")
    assert await database.fetchval("SELECT count(*) FROM message") == 2
    assert not await database.fetchval("SELECT count(*) FROM message WHERE about = $1", f"volunteer:{ewa.id}")


@pytest.mark.parametrize(("hour", "morning"), [(21, 1), (3, 0)])
async def test_by_night_a_message_waits_for_the_morning(client: httpx2.AsyncClient, hour: int, morning: int) -> None:
    day = TODAY + timedelta(days=1)
    with time_machine.travel(clock.instant(datetime.combine(day, time(hour)), "Europe/Warsaw"), tick=True):
        await people.signed_in(client)
        who, visitor = await people.volunteer(free=False), Visitor(client)
        await visitor.open(f"/desk/people/chosen?id={who.id}")
        page = await visitor.send("/letters", channel="sms", text=TEXT)
        assert "Jest noc" in page
        await visitor.send("/sending")
    eight = clock.instant(datetime.combine(day + timedelta(days=morning), time(8)), "Europe/Warsaw")
    assert await database.fetchval("SELECT due_at FROM message") == eight


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x" * 601}, {"channel": "pigeon"}, {"text": "x" * 5000}])
async def test_a_message_that_cannot_go_keeps_what_was_typed(client: httpx2.AsyncClient, wrong: dict[str, str]) -> None:
    await people.signed_in(client)
    who, visitor = await people.volunteer(free=False), Visitor(client)
    await visitor.open(f"/desk/people/chosen?id={who.id}")
    await visitor.send("/letters", **({"channel": "sms", "text": TEXT} | wrong))
    assert visitor.page.status_code == 422 and wrong.get("text", TEXT) in visitor.page.text
    csrf = next(form.values["csrf"] for form in forms(visitor.page.text) if form.method == "post")
    answer = await visitor.client.post("/desk/people/letters/sending", data={"csrf": csrf})
    assert answer.status_code == 400


async def test_nobody_else_acts_on_many(db: str) -> None:
    who = await people.volunteer()
    for role in (Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.FACILITATOR, Role.VOLUNTEER):
        actor = people.actor(await people.account(role))
        for act in (
            bulk.names(actor, [who.id]),
            bulk.tag(actor, [who.id], "x"),
            bulk.untag(actor, [who.id], "x"),
            bulk.plan(actor, [who.id], Channel.SMS, TODAY),
            views.views(actor),
            views.keep(actor, "x", Wanted(), shared=True),
            views.forget(actor, uuid4()),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 404
