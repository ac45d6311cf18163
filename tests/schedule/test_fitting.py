"""What fits a volunteer stands first and says why; what does not says why not, without a button where rules refuse."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from uuid import UUID

import httpx2
import pytest
from matching import neighbours
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.tables import Assignment
from volunteer_hub.schedule.wishes import fitting
from volunteer_hub.schedule.wishes.words import AGAINST, WHY_NOT

SOON = datetime.combine(clock.today(people.ZONE) + timedelta(days=4), time(16))
FAR = {"latitude": people.CENTRE[0] + 0.09}


async def someone(**values: object) -> tuple[Actor, Volunteer]:
    account = await people.account(Role.VOLUNTEER)
    return people.actor(account), await people.volunteer(account=account.id, **values)


async def somewhere(name: str, *, cause: str = "", asked: dict[str, object] | None = None, **place: object) -> UUID:
    """An opening of an initiative of its own, in four days at 16:00."""
    theme = (await people.theme(slug=cause)).id if cause else None
    of = await people.initiative(name=name, **({"theme": theme} if theme else {}))
    at = await people.meeting(of, starts=SOON, place=(await people.place(**place)).id)
    return (await people.opening(at, await people.role(of, **(asked or {})))).id


async def test_what_fits_comes_best_first_with_its_reasons(db: str) -> None:
    actor, who = await someone(causes=["elders"])
    plain, liked = await somewhere("Blisko"), await somewhere("Lubiane", cause="elders")
    known = await somewhere("Znane", cause="food")
    before = await people.meeting(
        await database_initiative(known), starts=SOON - timedelta(days=40), place=(await people.place()).id
    )
    await neighbours.commitment(who, await people.opening(before), before, "done")
    found = await fitting.suggested(actor, 6)
    assert {one.opening.id for one in found[:2]} == {liked, known} and found[2].opening.id == plain
    why = {one.opening.id: one.why for one in found}
    assert why[liked].likes_cause and why[known].times_here == 1 and why[plain].km == 0 and why[plain].fits
    assert [one.opening.id for one in await fitting.suggested(actor, 1)] == [found[0].opening.id]


async def database_initiative(opening: UUID) -> people.Initiative:
    of = await database.fetchval(
        "SELECT m.initiative FROM opening o JOIN meeting m ON m.id = o.meeting WHERE o.id = $1", opening
    )
    return await people.Initiative.objects().get(people.Initiative.id == of)


async def test_of_one_initiative_one_meeting_is_suggested(db: str) -> None:
    actor, _ = await someone()
    of = await people.initiative()
    role = await people.role(of)
    first = [await people.opening(await people.meeting(of, starts=SOON + timedelta(days=n)), role) for n in range(5)]
    assert [one.opening.id for one in await fitting.suggested(actor, 6)] == [first[0].id]


NOT_MINE = [
    ({"min_age": 60}, {}, WHY_NOT[Rule.AGE], ()),
    ({"clearances": ["minors"]}, {}, WHY_NOT[Rule.CLEARANCE], ()),
    ({"languages": ["uk"]}, {}, WHY_NOT[Rule.LANGUAGE], ()),
    ({"skills": ["music"]}, {"max_hours_week": 1}, WHY_NOT[Rule.SKILL], ()),
    ({}, FAR, "", (AGAINST[Rule.DISTANCE],)),
    ({}, {"free": False}, "", (AGAINST[Rule.TIME],)),
    ({}, {"max_hours_week": 1}, "", (AGAINST[Rule.HOURS],)),
    ({}, {"max_times_week": 0}, "", (AGAINST[Rule.TIMES],)),
]


@pytest.mark.parametrize(("asked", "values", "refused", "against"), NOT_MINE)
async def test_what_does_not_fit_says_why(
    asked: dict[str, object], values: dict[str, object], refused: str, against: tuple[str, ...], db: str
) -> None:
    """Where law or the role refuse, asking does too; what are only wishes of one's own does not."""
    actor, _ = await someone(**values)
    opening = await somewhere("Czytanie", asked=asked)
    assert await fitting.suggested(actor, 6) == []
    why = (await fitting.judged(actor, [opening]))[opening]
    assert (why.refused, why.against, why.fits) == (refused, against, False)


async def test_who_answered_is_not_asked_again_and_who_is_paused_not_at_all(db: str) -> None:
    actor, who = await someone()
    opening = await somewhere("Czytanie")
    assert await fitting.suggested(actor, 6)
    await people.save(Assignment(opening=opening, volunteer=who.id, state="declined"))
    assert await fitting.suggested(actor, 6) == []
    await database.execute("DELETE FROM assignment")
    await database.execute("UPDATE volunteer SET step = 'paused'")
    assert await fitting.suggested(actor, 6) == [] == list(await fitting.judged(actor, [opening]))
    coordinator = people.actor(await people.account())
    assert await fitting.suggested(coordinator, 6) == [] == list(await fitting.judged(coordinator, [opening]))


@pytest.mark.parametrize(
    "hidden",
    ["UPDATE initiative SET public = false", "UPDATE initiative SET kind = 'group'",
     "UPDATE theme SET confidential = true", "UPDATE opening SET taken = most"],
)  # fmt: skip
async def test_only_what_the_public_list_holds_is_suggested(hidden: str, db: str) -> None:
    actor, _ = await someone()
    await somewhere("Czytanie")
    assert await fitting.suggested(actor, 6)
    await database.execute(hidden)
    assert await fitting.suggested(actor, 6) == []


def cards(html: str) -> dict[str, str]:
    """The cards of the page by opening, their text."""
    _, *rows = re.split(r'<li class="card ad" id="o-([^"]+)">', html)
    texts = (unescape(re.sub(r"<[^>]+>", " ", inside.split("</section>")[0])) for inside in rows[1::2])
    return dict(zip(rows[::2], (" ".join(text.split()) for text in texts), strict=True))


async def test_the_list_of_a_volunteer_has_what_fits_first_and_why_not_elsewhere(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client, Role.VOLUNTEER)
    await people.volunteer(account=row.id, causes=["elders"])
    fits, barred = await somewhere("Spacery", cause="elders"), await somewhere("Gra", asked={"skills": ["music"]})
    far = await somewhere("Daleko", **FAR)
    html = (await client.get("/opportunities")).text
    shown = cards(html)
    assert next(iter(shown)) == str(fits) and len(shown) == 3 and html.count(f'id="o-{fits}"') == 1
    assert html.index("Pasuje do Ciebie") < html.index(f'id="o-{fits}"') < html.index("Pozostałe")
    assert "0,1 km od Ciebie" in shown[str(fits)] and "Temat, który lubisz" in shown[str(fits)]
    assert "Zgłaszam się" in shown[str(fits)]
    assert WHY_NOT[Rule.SKILL] in shown[str(barred)] and "Zgłaszam się" not in shown[str(barred)]
    assert AGAINST[Rule.DISTANCE] in shown[str(far)] and "Zgłaszam się" in shown[str(far)]
    assert 'href="/me/order"' in html and "nie pasuje w pełni" not in html
    await database.execute("UPDATE opening SET taken = most WHERE id = $1", fits)
    html = (await client.get("/opportunities")).text
    assert "nie pasuje w pełni" in html and 'href="/me/time"' in html, "where nothing fits, what to change is told"
    await database.execute("UPDATE opening SET taken = 0 WHERE id = $1", fits)
    home = (await client.get("/me")).text
    assert list(cards(home)) == [str(fits)] and "Pasuje do Ciebie" in home
    await client.post("/sign-out", data={"csrf": re.findall(r'name="csrf" value="([^"]+)"', home)[0]})
    public = (await client.get("/opportunities")).text
    assert "Pasuje do Ciebie" not in public and "nie pasuje w pełni" not in public


async def test_how_far_somebodys_home_is_is_not_told(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client, Role.VOLUNTEER)
    await people.volunteer(account=row.id)
    fits = await somewhere("Zakupy")
    assert "km od Ciebie" in cards((await client.get("/opportunities")).text)[str(fits)]
    await database.execute("UPDATE place SET private = true")
    for path in ("/opportunities", "/me", f"/opportunities/{fits}"):
        page = (await client.get(path)).text
        assert "Masz wtedy wolny czas" in page and "km od Ciebie" not in page, path
