"""A guardian's link, over HTTP and without JavaScript: lost, ended, sent again; the eighteenth birthday; the desk."""

import asyncio
import re
from uuid import UUID

import httpx2
from intake.by_hand import beside
from intake.guardians import GUARDIAN_EMAIL, about, born, link, sign_up, volunteer
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.access.tables import Account
from volunteer_hub.intake import guardian_actions
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.people import guardian_links
from volunteer_hub.people import of_age as coming_of_age
from volunteer_hub.people.consents import Scope
from volunteer_hub.settings import Settings

NO_CONTACT = {"phone": "", "email": ""}


async def test_one_who_waits_sees_it_and_may_ask_again(child: Visitor, settings: Settings) -> None:
    await sign_up(child, about(15), {"guardian_email": GUARDIAN_EMAIL})
    account = await Account.objects().get(Account.role == Role.VOLUNTEER)
    assert account
    await people.sign_in(child.client, account)
    assert "Czekamy na zgodę opiekuna" in await child.open("/me") and "Anna Żak" in child.page.text
    old = await link(GUARDIAN_EMAIL)
    await child.send("/me/guardian")
    assert "wysłany" in child.page.text
    assert (await child.client.get(old)).status_code == 410, "the one before has ended"
    assert (await child.client.get(await link(GUARDIAN_EMAIL))).status_code == 200
    sms = "SELECT count(*) FROM message WHERE address = '+48600700999'"
    assert await database.fetchval(sms) == 1, "a number that never answered gets one"
    for status in (200, 429):
        await child.open("/me")
        await child.send("/me/guardian")
        assert child.page.status_code == status


async def test_who_does_not_wait_asks_nobody(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER)
    visitor = Visitor(client)
    assert "Czekamy na zgodę" not in await visitor.open("/me")
    csrf = forms(visitor.page.text)[0].values["csrf"]
    assert (await client.post("/me/guardian", data={"csrf": csrf})).status_code == 404


async def test_a_link_that_has_ended_brings_a_new_one_to_the_same_phone(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15))
    old = await link()
    await database.execute("UPDATE guardian_link SET ends_at = now()")
    text = await guardian.open(old)
    assert guardian.page.status_code == 410 and "Łucja" not in text
    csrf = forms(text)[0].values["csrf"]
    assert (await guardian.client.post(f"{old}/consent", data={"csrf": csrf, "agree": "yes"})).status_code == 410
    await guardian.open(old)
    await guardian.send("/renewal")
    new = await link()
    assert new != old and (await guardian.client.get(new)).status_code == 200
    assert new not in guardian.page.text, "to the phone, not to the screen"


async def test_a_lost_link_is_asked_for_at_the_own_contact(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15), {"guardian_email": GUARDIAN_EMAIL})
    old, answers = await link(GUARDIAN_EMAIL), []
    for who in (GUARDIAN_EMAIL.upper(), "nikt@poczta.example"):
        await guardian.open("/guardian")
        await guardian.send("/guardian", who=who)
        answers.append(re.sub(r'name="csrf" value="[^"]*"', "", guardian.page.text))
    assert answers[0] == answers[1], "whether anybody is found shows nowhere"
    assert await link(GUARDIAN_EMAIL) != old
    await guardian.send("/guardian", who="abc")
    assert guardian.page.status_code == 422 and beside(guardian.page, "who")


async def test_asking_for_nobodys_link_leaves_nothing(db: str, settings: Settings) -> None:
    """As much is done as for a known contact, which benchmarks/telling.py measures, and all of it is taken back."""
    for contact in ("nikt@poczta.example", "+48600700555"):
        await guardian_links.ask(settings, contact, "10.0.0.1")
    for table in ("message", "guardian_link", "proven_number", "allowance"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_of_many_children_those_without_a_link_come_first(db: str, settings: Settings) -> None:
    async def child() -> UUID:
        who = await people.volunteer(birth_date=born(15), guardian_name="Anna Żak", guardian_email=GUARDIAN_EMAIL)
        return who.id

    children = {await child() for _ in range(4)}
    await guardian_links.ask(settings, GUARDIAN_EMAIL, "10.0.0.1")
    first = {row["volunteer"] for row in await database.fetch("SELECT volunteer FROM guardian_link")}
    assert len(first) == guardian_links.WARDS == 3
    await database.execute("DELETE FROM allowance")
    await guardian_links.ask(settings, GUARDIAN_EMAIL, "10.0.0.1")
    newest = await database.fetchval("SELECT volunteer FROM guardian_link WHERE NOT volunteer = ANY($1)", list(first))
    assert {newest} == children - first


async def test_a_yes_and_a_no_at_once_end_as_the_later_one_says(child: Visitor, settings: Settings) -> None:
    """Two parents with one link: both words are kept, and what hangs on them agrees with the newest."""
    await people.insured()
    await sign_up(child, about(15))
    token = (await link()).rpartition("/")[2]
    for _ in range(5):
        await asyncio.gather(
            *(guardian_actions.agree(settings, token, frozenset({Scope.TO_CHILD})) for _ in range(2)),
            *(guardian_actions.decline(settings, token) for _ in range(2)),
        )
        newest = "SELECT given FROM consent WHERE purpose = 'guardian' ORDER BY at DESC LIMIT 1"
        assert ((await volunteer())["guardian_consent_at"] is not None) is await database.fetchval(newest)


async def test_a_made_up_token_is_nobodys(guardian: Visitor, db: str) -> None:
    await guardian.open("/guardian/abc")
    assert guardian.page.status_code == 410 and "Wyślij link" in guardian.page.text


async def test_another_contact_ends_the_links_of_the_one_before(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15))
    path = await link()
    await database.execute("UPDATE volunteer SET guardian_phone = '+48600700111'")
    await guardian.open(path)
    assert guardian.page.status_code == 410 and "renewal" not in guardian.page.text


async def test_at_eighteen_the_link_ends_and_the_volunteer_is_told_once(
    child: Visitor, guardian: Visitor, settings: Settings
) -> None:
    await sign_up(child, about(17))
    path = await link()
    await guardian.open(path)
    await guardian.send("/consent", to="to-guardian", agree="yes")
    assert await coming_of_age.plan(settings) == 0
    await database.execute("UPDATE volunteer SET birth_date = $1", born(18, 1))
    for planned in (1, 0):
        assert await coming_of_age.plan(settings) == planned
    rows = await database.fetch("SELECT channel, address FROM message WHERE template = 'of_age' ORDER BY channel")
    who = await volunteer()
    assert [row["address"] for row in rows] == [who["email"], who["phone"]]
    await guardian.open(path)
    assert guardian.page.status_code == 410 and "18 lat" in guardian.page.text and "Łucja" not in guardian.page.text


async def test_at_eighteen_who_has_no_contact_is_asked_for_one(child: Visitor, settings: Settings) -> None:
    await sign_up(child, about(17, **NO_CONTACT), {"sms": "", "email": ""})
    await database.execute("UPDATE volunteer SET birth_date = $1", born(18, 1))
    assert await coming_of_age.plan(settings) == 1
    assert await database.fetchval("SELECT address FROM message WHERE template = 'of_age_no_contact'") == "+48600700999"


async def test_the_desk_sends_the_link_again_after_a_talk(child: Visitor, client: httpx2.AsyncClient) -> None:
    await sign_up(child, about(15))
    old, who = await link(), (await volunteer())["id"]
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/schools")
    csrf = forms(visitor.page.text)[0].values["csrf"]
    assert (await client.post(f"/desk/people/{who}/guardian-link", data={"csrf": csrf})).status_code == 303
    assert await link() != old
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1", f"volunteer:{who}")
    assert "people.guardian-link" in {row["verb"] for row in verbs}


async def test_the_desk_does_not_read_the_way_in(child: Visitor, client: httpx2.AsyncClient) -> None:
    """Neither among conversations nor when it failed: whoever reads the link may speak as the guardian."""
    await sign_up(child, about(15))
    path, id = await link(), await database.fetchval("SELECT id FROM message WHERE template = 'guardian_link'")
    await people.signed_in(client)
    await database.execute("UPDATE message SET state = 'undelivered', finished_at = now()")
    for page in ("/desk", "/desk/messages", f"/desk/messages/{id}", f"/desk/people/{(await volunteer())['id']}"):
        assert path not in (await client.get(page)).text, page
    control = await database.fetchval("SELECT id FROM message WHERE template = 'welcome' AND channel = 'sms'")
    assert (await client.get(f"/desk/messages/{control}")).status_code == 200
    assert (await client.get(f"/desk/messages/{id}")).status_code == 404


async def test_a_guardian_may_ring_and_take_the_yes_back(child: Visitor, client: httpx2.AsyncClient) -> None:
    await sign_up(child, about(15))
    who = (await volunteer())["id"]
    me = await people.signed_in(client)
    visitor = Visitor(client)
    for button, yes in (("/guardian-consent", True), ("/guardian-refusal", False)):
        await visitor.open(f"/desk/people/{who}")
        await visitor.send(button)
        assert ((await volunteer())["guardian_consent_at"] is not None) is yes
    rows = await database.fetch(
        "SELECT given, channel, by, by_whom FROM consent WHERE purpose = 'guardian' ORDER BY at"
    )
    assert [tuple(row) for row in rows] == [(True, "desk", me.id, "guardian"), (False, "desk", me.id, "guardian")]
