"""The day's queue: one order by deadline and kind, each line with a next step, nothing ticked off by hand."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people
from support.desk_lines import all_kinds, asked, failed, held, in_days, opening_in, request
from support.visitor import Visitor, forms

from volunteer_hub.initiatives.circle_tables import CircleTask
from volunteer_hub.initiatives.tables import Joining
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people.rules import Step
from volunteer_hub.reports import lines_ahead, lines_now, queue, rules
from volunteer_hub.reports.rules import Kind
from volunteer_hub.schedule.waiting.tables import Refill

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)
dues = st.none() | st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 20)).map(lambda at: at.replace(tzinfo=UTC))
kinds = st.sampled_from(Kind)


async def coordinator() -> Actor:
    return people.actor(await people.account())


def order(kind: Kind, due: datetime | None) -> tuple[int, int, datetime]:
    return rules.in_line(kind, due, NOW, TONIGHT)


@given(kinds, kinds, dues, dues)
def test_whatever_must_be_done_sooner_never_stands_behind(a: Kind, b: Kind, one: datetime, other: datetime) -> None:
    first, second = order(a, one), order(b, other)
    assert (first < second) == (second > first)
    if rules.presses(one, NOW, TONIGHT) > rules.presses(other, NOW, TONIGHT):
        assert first < second
    if a is b and one and (other is None or one < other):
        assert first < second


@given(dues, st.integers(0, 240))
def test_with_time_nothing_presses_less(due: datetime | None, hours: int) -> None:
    later = timedelta(hours=hours)
    assert rules.presses(due, NOW + later, TONIGHT + later) >= rules.presses(due, NOW, TONIGHT)


@pytest.mark.parametrize(
    ("hours", "level"), [(None, 1), (-5, 4), (3, 4), (14, 4), (16, 3), (48, 3), (49, 2), (168, 2), (169, 1)]
)
def test_how_near_the_last_moment_is(hours: int | None, level: int) -> None:
    assert rules.presses(None if hours is None else NOW + timedelta(hours=hours), NOW, TONIGHT) == level


def test_every_kind_is_looked_for_and_leads_somewhere() -> None:
    assert {*lines_now.PARTS, *lines_ahead.PARTS} == set(Kind) == set(queue.PAGES)
    assert max(len(queue.NOW), len(queue.AHEAD)) < 15_000, "longer ones are prepared anew each time"


async def test_each_kind_says_what_it_is_and_its_next_step_opens(client: httpx2.AsyncClient) -> None:
    """Also the proof that every kind is found at all."""
    words = await all_kinds()
    assert set(words) == set(Kind)
    me = await people.signed_in(client)
    await database.execute("UPDATE initiative SET coordinator = $1 WHERE kind = 'circle'", me.id)
    for kind, word in words.items():
        page = (await client.get(f"/desk?kind={kind}")).text.partition('id="queue"')[2].partition("</section>")[0]
        assert word in page, kind
        found = await queue.waiting(people.actor(me), people.ZONE, Kind(kind))
        assert found.lines and {line.kind for line in found.lines} == {kind}
        for line in found.lines:
            assert f'href="{line.url}"' in page or f'href="tel:{line.tel}"' in page, kind
            assert (await client.get(line.url)).status_code == 200, (kind, line.url)
            assert not line.all or (await client.get(line.all)).status_code == 200


async def test_the_most_pressing_stands_first_whatever_its_kind(db: str) -> None:
    await all_kinds()
    found = await queue.waiting(await coordinator(), people.ZONE)
    pressing = [line.presses for line in found.lines]
    assert pressing == sorted(pressing, reverse=True) and set(pressing) == {1, 2, 3, 4}
    for level, lines in itertools.groupby(found.lines, key=lambda line: line.presses):
        of = [rules.IN_LINE[line.kind] for line in lines]
        assert of == sorted(of), level
    assert found.lines[0].kind is Kind.REPLY or found.lines[0].presses == 4


async def test_two_hundred_sign_ups_do_not_drown_a_short_opening(client: httpx2.AsyncClient) -> None:
    long_ago = clock.now() - timedelta(days=30)
    for n in range(40):
        await people.volunteer(free=False, first_name=f"Nowa{n}", step=Step.APPLIED, created_at=long_ago)
    await opening_in(1, "Jutro pusto")
    found = await queue.waiting(await coordinator(), people.ZONE)
    assert [line.kind for line in found.lines].count(Kind.SIGN_UP) == queue.SHOWN == 3
    assert Kind.SHORT in [line.kind for line in found.lines] and found.totals[Kind.SIGN_UP] == 40
    await people.signed_in(client)
    page = (await client.get("/desk")).text
    assert "jeszcze 37" in page and "Jutro pusto" in page and 'href="/desk/people?step=applied"' in page
    assert len((await queue.waiting(await coordinator(), people.ZONE, Kind.SIGN_UP)).lines) == 40


async def test_what_is_done_goes_by_itself(db: str) -> None:
    actor = await coordinator()
    opening = await opening_in(1, "Pusto")
    assert Kind.SHORT in (await queue.waiting(actor, people.ZONE)).totals
    await database.execute("UPDATE opening SET taken = 1 WHERE id = $1", opening.id)
    assert Kind.SHORT not in (await queue.waiting(actor, people.ZONE)).totals


async def test_mine_leaves_out_what_belongs_to_others(client: httpx2.AsyncClient) -> None:
    me, other = await people.signed_in(client), await people.account()
    for title, whose in (("Moje czytanie", me.id), ("Cudze czytanie", other.id), ("Niczyje czytanie", None)):
        opening = await opening_in(1, title)
        await database.execute(
            "UPDATE initiative SET coordinator = $2 WHERE id = (SELECT initiative FROM meeting WHERE id = $1)",
            opening.meeting, whose,
        )  # fmt: skip
    for query, seen in (("", 3), ("?mine=yes", 2), ("?mine=%00&kind=x", 3)):
        text = (await client.get(f"/desk{query}")).text.partition('id="queue"')[2].partition("</section>")[0]
        assert ("Moje czytanie" in text, "Cudze czytanie" in text, "Niczyje czytanie" in text) == (
            True, seen == 3, True
        ), query  # fmt: skip


async def test_a_line_is_put_off_until_tomorrow_for_one_person_alone(client: httpx2.AsyncClient) -> None:
    await opening_in(1, "Pusto")
    await people.signed_in(client)
    visitor = Visitor(client)
    before = await visitor.open("/desk?kind=short")
    assert "Odłóż do jutra" in before and "Odłożon" not in before
    await visitor.send("/desk/later")
    text = visitor.page.text
    assert visitor.page.url.query == b"kind=short", "one stays with what one was looking at"
    assert "Odłożone. Jutro rano będzie tu znowu." in text and "Pokaż odłożone" in text
    assert not re.search("Pusto", text.partition('id="queue"')[2].partition("</section>")[0])
    assert Kind.SHORT in (await queue.waiting(await coordinator(), people.ZONE)).totals, "others still see it"
    assert await database.fetchval(
        "SELECT until = (centre_today() + 1)::timestamp AT TIME ZONE 'Europe/Warsaw' FROM put_off"
    )
    await visitor.send("/desk/later/removal")
    assert "Pusto" in visitor.page.text.partition('id="queue"')[2].partition("</section>")[0]
    await visitor.open("/desk")
    await visitor.send("/desk/later")
    await database.execute("UPDATE put_off SET until = now() - interval '1 second'")
    assert "Pusto" in (await visitor.open("/desk?kind=short"))


@pytest.mark.parametrize("form", [{}, {"kind": "short"}, {"kind": "no", "id": "x"}, {"kind": "short", "id": "1'--"}])
async def test_what_is_no_line_cannot_be_put_off(client: httpx2.AsyncClient, form: dict[str, str]) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    answer = await client.post("/desk/later", data=forms(visitor.page.text)[0].values | form)
    assert answer.status_code == 404


async def test_an_invitation_is_rung_after_a_day_and_sooner_before_the_meeting(client: httpx2.AsyncClient) -> None:
    actor, now = await coordinator(), clock.now()
    far, near = await opening_in(5, "Daleko", least=0), await opening_in(1, "Blisko", least=0)
    for name, opening, hours in (("A", far, 23), ("B", far, 25), ("C", near, 1), ("D", near, 3)):
        await asked(name, opening, invited_at=now - timedelta(hours=hours))
    held_for_her = await asked("E", far, invited_at=now - timedelta(hours=30), offer_until=now + timedelta(hours=2))
    found = await queue.waiting(actor, people.ZONE, Kind.INVITED)
    assert [line.who for line in found.lines] == ["D K.", "B K."], held_for_her
    assert all(line.tel.startswith("+48") for line in found.lines)
    await database.execute("UPDATE volunteer SET phone = ''")
    await people.signed_in(client)
    page = (await client.get("/desk?kind=invited")).text
    assert page.count("Zaproś następną osobę") == 2 and "tel:" not in page.partition('id="queue"')[2]


async def test_a_place_nobody_was_found_for_is_not_told_twice(db: str) -> None:
    opening = await opening_in(1, "Pusto")
    await people.save(Refill(opening=opening.id, stage="list"))
    actor = await coordinator()
    assert set((await queue.waiting(actor, people.ZONE)).totals) == {Kind.SHORT}
    await database.execute("UPDATE refill SET stage = 'coordinator'")
    assert set((await queue.waiting(actor, people.ZONE)).totals) == {Kind.NOBODY}


async def test_a_failed_message_presses_as_its_meeting_does(db: str) -> None:
    soon, over = await opening_in(1, "Jutro", least=0), (await held("Było"))[1]
    for name, opening in (("Jutrzejsza", soon), ("Wczorajszy", over)):
        await failed(f"assignment:{(await asked(name, opening, 'accepted')).id}", address=f"+4860000{len(name):04d}")
    await failed("assignment:x", address="+48600555555", finished_at=clock.now() - timedelta(hours=1))
    found = await queue.waiting(await coordinator(), people.ZONE, Kind.FAILED)
    assert [line.who for line in found.lines][-1] == "Wczorajszy K." and found.lines[-1].due is None
    assert {line.who for line in found.lines} == {"Jutrzejsza K.", "Wczorajszy K.", ""}


async def test_requests_stand_by_their_clock(db: str) -> None:
    now = clock.now()
    await request(1, urgency=4, desk_since=now)
    await request(2, urgency=1, desk_since=now - timedelta(days=20))
    await request(3, urgency=2, state="taken", taken_at=now)
    await request(4, urgency=2, desk="social-work", desk_since=now - timedelta(days=20))
    await request(5, urgency=2, state="taken", taken_at=now - timedelta(days=40))
    found = await queue.waiting(await coordinator(), people.ZONE, Kind.REQUEST)
    assert {line.who for line in found.lines} == {"Z-2026-0001", "Z-2026-0002", "Z-2026-0005"}
    levels = {line.who: line.presses for line in found.lines}
    assert levels["Z-2026-0002"] == levels["Z-2026-0005"] == 4


async def test_what_stands_inside_a_group_is_its_coordinators_work_alone(db: str) -> None:
    mine, other = await people.account(), await people.account()
    of = await people.initiative(name="Czwartki przy herbacie", kind="group", coordinator=mine.id)
    at = await people.meeting(of, starts=clock.wall(clock.now() - timedelta(hours=4), people.ZONE))
    await people.member(of, await people.participant(sms_ok=False))
    await people.meeting(of, starts=in_days(1))
    await people.save(Joining(initiative=of.id, participant=(await people.participant()).id, state="asked"))
    await people.initiative(name="Po grupie", kind="group", state="finished", coordinator=mine.id)
    circle = await people.initiative(name="Zespół", kind="circle", coordinator=mine.id)
    await people.save(CircleTask(initiative=circle.id, sealed=b"x", due=at.starts_wall.date()))
    inside = {Kind.ATTENDANCE, Kind.OUTCOME, Kind.JOINING, Kind.CIRCLE, Kind.CALLS}
    for whose, there in ((mine, inside), (other, set())):
        found = await queue.waiting(people.actor(whose), people.ZONE)
        assert inside & set(found.totals) == there


async def test_no_theme_and_no_surname_stands_in_it(client: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    of = await people.initiative(name="Czwartki przy herbacie", kind="group", theme=theme.id)
    opening = await people.opening(await people.meeting(of, starts=in_days(1)), await people.role(of))
    who = await people.volunteer(first_name="Anna", last_name="Tajemnicza")
    await database.execute(
        "INSERT INTO assignment (id, opening, volunteer, state, at_risk, created_at)"
        " VALUES (gen_random_uuid(), $1, $2, 'accepted', 'clearance', now())",
        opening.id, who.id,
    )  # fmt: skip
    await people.signed_in(client)
    text = (await client.get("/desk")).text
    assert "Czwartki przy herbacie" in text and "Anna T." in text
    assert "Uzależnienia" not in text and "Tajemnicza" not in text


async def test_alone_it_is_the_part_that_is_put_in_its_place(client: httpx2.AsyncClient) -> None:
    await opening_in(1, "Pusto")
    await people.signed_in(client)
    part = await client.get("/desk?kind=short", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section id="queue"') and "Pusto" in part.text
    assert "Wolne miejsca" not in part.text and "<html" not in part.text


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT, Role.SPECIALIST, Role.ADMINISTRATOR])
async def test_only_coordinators_have_a_queue(client: httpx2.AsyncClient, role: Role) -> None:
    await all_kinds()
    me = await people.signed_in(client, role)
    assert (await client.get("/desk")).status_code == 403
    found = await queue.waiting(people.actor(me), people.ZONE)
    assert not found.lines and not found.totals
