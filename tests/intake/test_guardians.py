"""A minor and a guardian, over HTTP and without JavaScript: the link, what it shows, a yes, a no, a yes taken back."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from intake.by_hand import ABOUT, beside
from intake.guardians import GUARDIAN_EMAIL, about, link, sign_up, volunteer
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.intake.forms import AboutMe, Consents, of_age, with_guardian
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Kind, comes_of_age, is_minor
from volunteer_hub.schedule import actions
from volunteer_hub.web.forms import read
from volunteer_hub.web.i18n import LANGUAGES

NO_CONTACT = {"phone": "", "email": ""}


async def offer() -> Any:
    of = await people.initiative(name="Zakupy dla sąsiadów")
    role = await people.role(of, minor_safe=True, name="Robi zakupy", min_age=10)
    return (await people.opening(await people.meeting(of), role)).id


async def tables() -> list[tuple[Any, ...]]:
    """Whatever a GET could have changed."""
    names = ("consent", "guardian_link", "volunteer", "assignment", "message", "audit_entry")
    return [tuple(row) for name in names for row in await database.fetch(f"SELECT t::text FROM {name} t ORDER BY 1")]


async def test_the_guardian_gets_one_neutral_sms(child: Visitor) -> None:
    await sign_up(child, about(15))
    assert child.page.url.path == "/volunteer/done" and "zgodę rodzica lub opiekuna" in child.page.text
    rows = await database.fetch("SELECT address, body, about FROM message WHERE template = 'guardian_link'")
    assert [row["address"] for row in rows] == ["+48600700999"]
    assert not re.search("Łucja|Lucja|Żak|Zak|Anna", rows[0]["body"]), "nothing the sender typed is in it"
    assert len(rows[0]["body"]) <= 160 and rows[0]["body"].isascii()
    assert rows[0]["about"].startswith("account:"), "the desk does not read the way in"
    token = (await link()).rpartition("/")[2]
    assert len(token) >= 27, "160 bits in base64"
    assert token not in str(await database.fetch("SELECT encode(token_hash, 'escape') FROM guardian_link"))


async def test_the_guardian_reads_everything_and_says_yes(child: Visitor, guardian: Visitor) -> None:
    await offer()
    await sign_up(child, about(15))
    path = await link()
    before = await tables()
    text = await guardian.open(path)
    for shown in (
        "Zakupy dla sąsiadów",
        "Robi zakupy",
        "poniedziałek",
        "4 godziny",
        "Informacja dla dziecka",
        "/privacy",
    ):
        assert shown in text, shown
    assert await tables() == before, "looking changes nothing"
    assert guardian.page.headers["referrer-policy"] == "no-referrer"
    assert guardian.page.headers["cache-control"] == "no-store"
    await guardian.send("/consent", to="to-child", agree="yes")
    assert "Zgoda jest zapisana" in guardian.page.text
    row = await database.fetchrow("SELECT * FROM consent WHERE purpose = 'guardian'")
    assert row and (row["text_version"], row["scope"], row["channel"], row["by_whom"], row["language"]) == (
        "2026-11-agrees", "to-child", "link-sms", "guardian", "pl",
    )  # fmt: skip
    assert (await volunteer())["guardian_consent_at"] == row["at"]


async def test_a_yes_must_be_ticked_and_say_whom_to_write_to(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15))
    await guardian.open(await link())
    await guardian.send("/consent")
    assert guardian.page.status_code == 422
    assert beside(guardian.page, "agree") and beside(guardian.page, "to")
    assert (await volunteer())["guardian_consent_at"] is None


async def test_nothing_is_ticked_beforehand(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15))
    await guardian.open(await link())
    form = next(form for form in forms(guardian.page.text) if form.action.endswith("/consent"))
    assert not {"to", "agree", "school"} & form.values.keys()


async def test_the_guardian_says_no_and_may_think_better_of_it(child: Visitor, guardian: Visitor) -> None:
    await people.account(email="koordynacja@example.org")
    await sign_up(child, about(15))
    path = await link()
    await guardian.open(path)
    await guardian.send("/refusal")
    assert "Zgody nie ma" in guardian.page.text
    assert not await database.fetchval("SELECT given FROM consent WHERE purpose = 'guardian'")
    told = await database.fetchrow("SELECT address, body FROM message WHERE template = 'guardian_no'")
    assert told and told["address"] == "koordynacja@example.org" and "Łucja" not in told["body"]
    await guardian.open(path)
    await guardian.send("/consent", to="to-guardian", agree="yes")
    assert (await volunteer())["guardian_consent_at"] is not None


async def test_taking_a_yes_back_is_one_press_and_frees_the_places(child: Visitor, guardian: Visitor) -> None:
    await people.account(email="koordynacja@example.org")
    await people.insured()
    await sign_up(child, about(15))
    path, opening = await link(), await offer()
    await database.execute(
        "UPDATE volunteer SET step = 'active', latitude = $1, longitude = $2, max_km = 30", *people.CENTRE
    )
    await free_always()
    who = (await volunteer())["id"]
    with pytest.raises(Refused):
        await actions.invite(SYSTEM, opening, who)
    await guardian.open(path)
    await guardian.send("/consent", to="to-child", agree="yes")
    assignment = await actions.invite(SYSTEM, opening, who)
    await actions.answer(SYSTEM, assignment, accept=True, channel="sms")
    assert "Zakupy dla sąsiadów" in await guardian.open(path) and "Przed nami" in guardian.page.text
    assert [len(form.values) for form in forms(guardian.page.text) if form.action.endswith("/refusal")] == [1]
    await guardian.send("/refusal")
    assert "Zgody nie ma" in guardian.page.text
    assert await database.fetchval("SELECT state FROM assignment") == "withdrawn"
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening) == 0
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'guardian_no'") == 1
    with pytest.raises(Refused):
        await actions.invite(SYSTEM, opening, who)


async def free_always() -> None:
    await database.execute("UPDATE availability SET starts = '06:00', ends = '23:00'")
    await database.execute(
        """INSERT INTO availability (id, volunteer, weekday, starts, ends)
           SELECT gen_random_uuid(), v.id, d, '06:00', '23:00' FROM volunteer v, generate_series(1, 7) d"""
    )


async def test_in_every_language(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15))
    path = await link()
    for language in LANGUAGES:
        await guardian.open(f"{path}?lang={language}")
        assert guardian.page.status_code == 200 and f'<html lang="{language}"' in guardian.page.text
    await guardian.send("/consent", to="to-child", agree="yes")
    assert await database.fetchval("SELECT language FROM consent WHERE purpose = 'guardian'") == list(LANGUAGES)[-1]


async def test_below_thirteen_the_guardian_signs_up_and_concludes(child: Visitor, guardian: Visitor) -> None:
    await child.open("/volunteer")
    await child.send("/volunteer", **about(12))
    assert child.page.status_code == 422 and "rodzic lub opiekun" in beside(child.page, "who")
    await sign_up(child, about(12, who="child", phone="600 700 999", email=""))
    row = await volunteer()
    assert (row["phone"], row["guardian_phone"], row["account"]) == ("", "+48600700999", None)
    await guardian.open(await link())
    assert "w imieniu dziecka" in guardian.page.text
    await guardian.send("/consent", agree="yes")
    consent = await database.fetchrow("SELECT text_version, scope FROM consent WHERE purpose = 'guardian'")
    assert consent and tuple(consent) == ("2026-11-concludes", "to-guardian")


async def test_a_minor_without_a_contact(child: Visitor, guardian: Visitor) -> None:
    await sign_up(child, about(15, **NO_CONTACT), {"sms": "", "email": "", "guardian_email": GUARDIAN_EMAIL})
    assert child.page.url.path == "/volunteer/done"
    rows = await database.fetch("SELECT address, template FROM message ORDER BY address")
    assert [tuple(row) for row in rows] == [
        ("+48600700999", "guardian_link"),
        (GUARDIAN_EMAIL, "guardian_link"),
    ]
    await guardian.open(await link(GUARDIAN_EMAIL))
    assert "będziemy pisać do Państwa" in guardian.page.text
    await guardian.send("/consent", agree="yes", to="to-child")
    row = await database.fetchrow("SELECT scope, channel FROM consent WHERE purpose = 'guardian'")
    assert row and tuple(row) == ("", "link-email")


SAME = [
    (15, {"guardian_phone": "+48 600-700-801"}, "guardian_phone"),
    (17, {"guardian_phone": "600700801"}, "guardian_phone"),
    (13, {"guardian_phone": "", "guardian_email": "LUCJA@poczta.example"}, "guardian_email"),
    (15, {"guardian_phone": "", "guardian_email": "lucja+mama@poczta.example"}, "guardian_email"),
    (15, {"guardian_phone": "", "guardian_email": ""}, "guardian_phone"),
    (15, {"guardian_name": ""}, "guardian_name"),
]


@pytest.mark.parametrize(("years", "wrong", "name"), SAME)
async def test_the_guardians_contact_is_their_own(child: Visitor, years: int, wrong: dict[str, str], name: str) -> None:
    await sign_up(child, about(years), wrong)
    assert child.page.status_code == 422 and beside(child.page, name)
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 0


async def test_control_another_contact_is_taken(child: Visitor) -> None:
    await sign_up(child, about(15), {"guardian_phone": "", "guardian_email": "mama+lucja@poczta.example"})
    assert child.page.url.path == "/volunteer/done"


async def test_an_adult_needs_a_phone_and_signs_up_alone(child: Visitor) -> None:
    await child.open("/volunteer")
    await child.send("/volunteer", **about(18, who="child", phone="", kind="adult"))
    assert child.page.status_code == 422 and beside(child.page, "who") and beside(child.page, "phone")


async def test_before_the_yes_nothing_but_the_own_confirmation_reaches_the_minor(child: Visitor) -> None:
    await sign_up(child, about(15))
    await database.execute("UPDATE volunteer SET step = 'active'")
    who = await volunteer()
    to = await database.fetchrow("SELECT sms_to(v) AS sms, mail_to(v) AS mail FROM volunteer v")
    assert to and tuple(to) == ("", "")
    with pytest.raises(Refused):
        await actions.invite(SYSTEM, await offer(), who["id"])
    told = await database.fetch("SELECT template FROM message WHERE address IN ($1, $2)", who["phone"], who["email"])
    assert {row["template"] for row in told} == {"welcome"}


DATES = some.dates(date(1995, 1, 1), date(2030, 12, 31))


@example(born_on=date(2008, 2, 29), near=0, years=13)
@example(born_on=date(2008, 2, 29), near=-1, years=18)
@given(born_on=DATES, near=some.integers(-2, 2), years=some.sampled_from([13, 18]))
def test_who_may_sign_up_how_turns_on_the_birthday(born_on: date, near: int, years: int) -> None:
    """At 13 they may sign up themselves; at 18 nobody may for them, and a phone is due."""
    try:
        birthday = born_on.replace(year=born_on.year + years)
    except ValueError:
        birthday = date(born_on.year + years, 3, 1)
    today = birthday + timedelta(days=near)
    old_enough = near >= 0
    typed = {name: [str(value)] for name, value in ABOUT.items()} | {"birth_date": [born_on.isoformat()], "phone": [""]}
    for who in ("me", "child"):
        form = of_age(read(AboutMe, typed | {"who": [who]}), today, None)
        if years == 13:
            assert bool(form.error("who")) is (who == "me" and not old_enough), (who, born_on, today)
        else:
            assert bool(form.error("who")) is (who == "child" and old_enough)
            assert bool(form.error("phone")) is old_enough
    assert (comes_of_age(born_on) <= today) is (not is_minor(born_on, today))


@example(born_on=date(2012, 2, 29), near=0)
@given(born_on=DATES, near=some.integers(-2, 2))
def test_the_same_contact_is_refused_from_thirteen_to_seventeen_only(born_on: date, near: int) -> None:
    today = comes_of_age(born_on) + timedelta(days=near)
    one = read(AboutMe, {name: [str(value)] for name, value in (ABOUT | {"birth_date": born_on.isoformat()}).items()})
    assert one.value
    same = {"information": ["yes"], "guardian_name": ["A"], "guardian_phone": ["600-700-801"]}
    for day, refused in ((today, near < 0), (today.replace(day=1) - timedelta(days=6 * 366), False)):
        form = with_guardian(read(Consents, same), one.value, day)
        assert bool(form.error("guardian_phone")) is refused, (born_on, day)


async def test_a_consent_of_a_pupil_reaches_their_kind_alone(db: str) -> None:
    """Control: an adult of the same name has no guardian to wait for."""
    grown = await people.volunteer(kind=Kind.ADULT)
    assert await database.fetchval("SELECT sms_to(v) FROM volunteer v WHERE id = $1", grown.id) == grown.phone
