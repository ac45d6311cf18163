"""An opening's page over HTTP: who fits and why, who does not and why, and inviting with and without JavaScript."""

import asyncio
import re
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from matching import neighbours
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.atlas.tables import Theme
from volunteer_hub.initiatives.tables import Initiative, RoleAsked
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

DAY = clock.today(people.ZONE) + timedelta(days=3)
MOMENT = datetime.combine(DAY, time(16))
FAR = (people.CENTRE[0] + 0.09, people.CENTRE[1])


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{WORD JOINER}", "").split())


def candidates(html: str) -> list[str]:
    return re.findall(r'<li class="candidate">(.*?)</li>\n(?=<li class="candidate">|</ol>)', html, re.S)


def excluded(html: str) -> dict[str, str]:
    """The sentences beside each name in the list of those who do not fit, the nearest few and the rest."""
    tables = html[html.index('class="excluded"') :].split("</table>")[:-1]
    rows = re.findall(r"<th scope=\"row\".*?>(.*?)</th>\s*<td.*?>(.*?)</td>", "".join(tables), re.S)
    return {words(name): words(why.split("<details")[0]) for name, why in rows}


async def reading(**asked: Any) -> Opening:
    """Reading to children on DAY from 16:00 to 18:00, in the middle of the town."""
    children = await Theme.objects().first() or await people.theme(slug="children")
    of = await people.initiative(theme=children.id, name="Czytanie bajek")
    role = await people.role(of, **({"minor_safe": True} | asked))
    return await people.opening(await people.meeting(of, starts=MOMENT), role)


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def test_candidates_stand_in_order_with_their_reasons(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading(clearances=["minors"], skills=["reading"])
    best = await people.volunteer(first_name="Barbara", causes=["children"], skills=["reading"], travels="bike")
    other = await people.volunteer(first_name="Tomasz", skills=["reading", "music"], latitude=people.CENTRE[0] + 0.018)
    for who in (best, other):
        await people.clearance(who)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    first, second = candidates(html)
    assert "Barbara Z." in first and "Tomasz Z." in second
    said = words(first)
    assert "Lubi ten temat: dzieci" in said and "Potrafi: czytanie na głos" in said
    assert "Tego dnia ma wolny czas: 8:00–22:00" in said and "Bez zadań" in said
    assert "0,1 km stąd, zwykle rowerem" in said
    assert "2,0 km stąd" in words(second) and "zwykle" not in words(second) and "Lubi ten temat" not in words(second)
    assert "Pasują 2 osoby" in words(html) and 'aria-current="page"' in html


async def test_the_parts_of_a_score_are_meters_that_add_up(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    await people.volunteer(causes=["children"], latitude=people.CENTRE[0] + 0.011)
    (only,) = candidates(await visitor.open(f"/desk/openings/{opening.id}"))
    meters = [(int(most), int(value)) for most, value in re.findall(r'<meter min="0" max="(\d+)" value="(\d+)"', only)]
    assert [most for most, _ in meters] == [100, 300, 250, 250, 100]
    total = re.search(r'class="score"><b>(\d+)</b>', only)
    assert total and sum(value for _, value in meters) == int(total[1]) == 100 + 226 + 250 + 0 + 100


async def test_work_done_here_before_and_work_of_late_are_told(client: httpx2.AsyncClient) -> None:
    visitor, opening, who = await desk(client), await reading(), await people.volunteer()
    of = await Initiative.objects().first()
    role = await RoleAsked.objects().first()
    for weeks in (1, 6):
        past = await people.meeting(of, starts=MOMENT - timedelta(weeks=weeks))
        await neighbours.commitment(who, await people.opening(past, role), past, "done")
    (only,) = candidates(await visitor.open(f"/desk/openings/{opening.id}"))
    assert "Pomoc w tej inicjatywie: 2" in words(only) and "1 zadanie w czterech tygodniach" in words(only)


NOT_THEY: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"step": "paused"}, "Teraz nie pomaga. Etap: Na przerwie."),
    ({}, {"birth_date": DAY.replace(year=DAY.year - 16, day=1)}, "a zgoda opiekuna jeszcze nie wróciła."),
    ({"minor_safe": False}, {"birth_date": DAY.replace(year=DAY.year - 16, day=1), "guardian_consent_at": clock.now()},
     "a to zadanie jest tylko dla dorosłych."),
    ({"min_age": 60}, {}, "a tu trzeba mieć co najmniej 60."),
    ({"max_age": 20}, {}, "a tu można mieć najwyżej 20."),
    ({"clearances": ["minors"]}, {}, "Brak sprawdzenia w rejestrze. Bez niego nikt nie pracuje z dziećmi."),
    ({"clearances": ["driving"]}, {}, "Brak dokumentu: prawo jazdy."),
    ({"gender": "f"}, {"gender": "m"}, "To zadanie dla kobiety."),
    ({"languages": ["uk", "en"]}, {}, "Nie mówi w żadnym z tych języków: angielski, ukraiński."),
    ({"skills": ["music", "reading"]}, {"skills": ["reading"]}, "Brakuje umiejętności: muzyka."),
    ({}, {"latitude": FAR[0]}, "Mieszka 10,0 km stąd, a chce jeździć najwyżej 5,0 km."),
    ({}, {"free": False}, "nie ma wolnego czasu."),
    ({}, {"max_hours_week": 1}, "W tym tygodniu ma już zadania na 0 godz., to zajmie 2, a chce najwyżej 1."),
]  # fmt: skip


async def test_who_does_not_fit_stands_there_with_the_rule(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    for n, (asked, volunteer, sentence) in enumerate(NOT_THEY):
        opening = await reading(**asked)
        await people.volunteer(first_name=f"Adam{n}", **volunteer)
        html = await visitor.open(f"/desk/openings/{opening.id}")
        assert not [card for card in candidates(html) if f"Adam{n} Z." in card], sentence
        assert excluded(html)[f"Adam{n} Z."].endswith(sentence)


async def test_hours_that_do_not_suit_are_told_as_they_are(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading(clearances=["minors"])
    checked = {}
    for name, windows in {
        "Późna": [(17, 20)], "Wczesna": [(8, 12), (12, 17)], "Rozdarta": [(15, 17), (17, 17), (18, 20)],
        "Wolna": [(15, 17), (17, 20)],
    }.items():  # fmt: skip
        who = checked[name] = await people.volunteer(first_name=name, free=False)
        await neighbours.free(who, DAY.isoweekday(), *windows)
    for who in checked.values():
        await people.clearance(who)
    away = await people.volunteer(first_name="Nieobecna")
    await neighbours.away(away, DAY - timedelta(days=1), DAY)
    await people.clearance(away, valid_until=DAY - timedelta(days=1))
    busy = await people.volunteer(first_name="Zajęta")
    await people.clearance(busy, valid_until=DAY)
    other = await people.meeting(await people.initiative(), starts=MOMENT + timedelta(minutes=30))
    await neighbours.commitment(busy, await people.opening(other), other)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    assert [words(c).split()[2] for c in candidates(html)] == ["Wolna"]
    why = excluded(html)
    assert why["Późna Z."] == "Ma wolny czas dopiero od 17:00."
    assert why["Wczesna Z."] == "Ma wolny czas tylko do 17:00."
    assert why["Rozdarta Z."] == "Tego dnia ma wolny czas: 15:00–17:00, 18:00–20:00."
    assert why["Zajęta Z."] == "O 16:30 ma inne zadanie."
    assert why["Nieobecna Z."].startswith("Sprawdzenie w rejestrze ważne tylko do")
    assert f"Nie ma czasu do {DAY.day}." in why["Nieobecna Z."]
    assert list(why)[-1] == "Nieobecna Z.", "whoever is one rule short stands first"


async def test_only_thirty_of_those_who_do_not_fit_are_named(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading(skills=["music"])
    for _ in range(32):
        await people.volunteer(free=False, skills=["music"], email=None)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    assert "Nikt teraz nie pasuje" in html and html.count('role="rowheader"') == 30 and "I jeszcze 2" in words(html)


async def press(visitor: Visitor, opening: UUID, who: UUID, **headers: str) -> httpx2.Response:
    """Presses the button beside `who` on the page that is open."""
    form = next(f for f in forms(visitor.page.text) if any(b.get("value") == str(who) for b in f.buttons))
    assert form.action == f"/desk/openings/{opening}/assignments"
    data = {**form.values, "volunteer": [str(who)]}
    return await visitor.client.post(form.action, data=data, headers=headers)


async def test_an_invitation_without_javascript(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    who, _ = await people.volunteer(first_name="Barbara", causes=["children"]), await people.volunteer()
    await visitor.open(f"/desk/openings/{opening.id}")
    answer = await press(visitor, opening.id, who.id, score="1000", rank="9")
    assert answer.status_code == 303
    html = await visitor.open(answer.headers["location"])
    assert "Zaproszenie wysłane: Barbara Z." in html and len(candidates(html)) == 1
    assert "Barbara Z." in words(html[html.index('id="roster"') :])
    row = await database.fetchrow("SELECT state, score, rank FROM assignment")
    assert tuple(row) == ("invited", 750, 1), "reckoned here, whatever a form says"


async def test_an_invitation_with_htmx_is_one_fragment_with_both_lists(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    who, _ = await people.volunteer(first_name="Barbara", causes=["children"]), await people.volunteer()
    await visitor.open(f"/desk/openings/{opening.id}")
    answer = await press(visitor, opening.id, who.id, **{"HX-Request": "true"})
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div id="staffing"')
    assert len(candidates(answer.text)) == 1 and "Barbara Z." in answer.text[answer.text.index('id="roster"') :]
    assert answer.text.count("data-say") == 1 and "Zaproszenie wysłane: Barbara Z." in answer.text
    assert "1 osoba jeszcze nie odpowiedziała" in words(answer.text)


@pytest.mark.parametrize("together", [False, True])
async def test_a_double_press_invites_once(together: bool, client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    who = await people.volunteer()
    await visitor.open(f"/desk/openings/{opening.id}")
    if together:
        answers = await asyncio.gather(*(press(visitor, opening.id, who.id) for _ in range(2)))
    else:
        answers = [await press(visitor, opening.id, who.id) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await database.fetchval("SELECT count(*) FROM assignment") == 1
    assert await database.fetchval("SELECT count(*) FROM message WHERE channel = 'sms'") == 1


async def test_an_invitation_too_late_is_refused_in_words(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    who = await people.volunteer()
    await visitor.open(f"/desk/openings/{opening.id}")
    await database.execute("UPDATE opening SET taken = most")
    full = await press(visitor, opening.id, who.id)
    assert full.status_code == 409 and "Wszystkie miejsca są już zajęte." in full.text
    await database.execute("UPDATE meeting SET state = 'cancelled'")
    off = await press(visitor, opening.id, who.id, **{"HX-Request": "true"})
    assert off.status_code == 410 and off.headers["HX-Retarget"] == "#notice" and "jest odwołane" in off.text
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE meeting SET state = 'cancelled'", "To spotkanie jest odwołane"),
        ("UPDATE opening SET taken = most", "Wszystkie miejsca są zajęte"),
        ("UPDATE meeting SET starts_at = now() - interval '1 hour'", "To spotkanie już się zaczęło albo skończyło"),
    ],
)
async def test_nobody_is_suggested_where_nobody_can_be_invited(
    change: str, sentence: str, client: httpx2.AsyncClient
) -> None:
    visitor, opening = await desk(client), await reading()
    await people.volunteer()
    await database.execute(change)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    assert sentence in html and not candidates(html)


async def test_who_said_no_stands_on_the_roster_and_is_not_suggested_again(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    who = await people.volunteer()
    coordinator = people.actor(await people.account())
    asked = await actions.invite(coordinator, opening.id, who.id)
    await actions.answer(coordinator, asked, accept=False, channel="desk")
    html = await visitor.open(f"/desk/openings/{opening.id}")
    assert not candidates(html) and "excluded" not in html and "Odmowa" in html


@pytest.mark.parametrize("values", [{}, {"volunteer": "kto"}, {"volunteer": str(uuid4())}])
async def test_an_invitation_of_nobody_is_not_found(values: dict[str, str], client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    await visitor.open("/desk/plan")
    csrf = forms(visitor.page.text)[0].values["csrf"]
    answer = await client.post(f"/desk/openings/{opening.id}/assignments", data={"csrf": csrf, **values})
    assert answer.status_code == 404


async def test_an_absent_opening_is_not_found(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get(f"/desk/openings/{uuid4()}")).status_code == 404


async def test_the_page_is_for_coordinators(client: httpx2.AsyncClient) -> None:
    path = f"/desk/openings/{(await reading()).id}"
    assert (await client.get(path)).headers["location"].startswith("/sign-in")
    for role in (Role.VOLUNTEER, Role.FACILITATOR, Role.FIRST_CONTACT, Role.ADMINISTRATOR):
        await people.signed_in(client, role)
        assert (await client.get(path)).status_code == 403


async def test_the_plan_names_what_lacks_people_and_who_fits_best(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading()
    assert "Nikt wolny nie pasuje" in await visitor.open("/desk/plan")
    who = await people.volunteer(first_name="Barbara", causes=["children"])
    html = await visitor.open("/desk/plan")
    assert f"/desk/openings/{opening.id}" in html and f"/desk/people/{who.id}" in html
    assert "Lubi ten temat: dzieci" in words(html) and "nie gotowy plan" in html
    await database.execute("UPDATE opening SET taken = least")
    assert "Nikogo nie brakuje" in await visitor.open("/desk/plan")


async def test_an_empty_list_says_which_rule_to_set_aside(client: httpx2.AsyncClient) -> None:
    """And the page without that rule shows who then fits, with what they lack; the word and the address are kept."""
    visitor, opening = await desk(client), await reading(languages=["uk"])
    for name in ("Ewa", "Iza"):
        late = await people.volunteer(first_name=name, free=False, languages=["uk"])
        await neighbours.free(late, DAY.isoweekday(), (17, 20))
    await people.volunteer(first_name="Polka")
    await people.volunteer(first_name="Nigdy", free=False)
    html = words(await visitor.open(f"/desk/openings/{opening.id}"))
    assert "Najwięcej zmieni reguła „wolny czas”: bez niej" in html
    assert "Bez reguły „język” pasuje jeszcze 1 osoba" in html and "odległość" not in html
    address = f"/desk/openings/{opening.id}?without=time"
    html = await visitor.open(address)
    shown = {words(card).split()[1]: words(card) for card in candidates(html)}
    assert set(shown) == {"Ewa", "Iza"} and "Ma wolny czas dopiero od 17:00." in shown["Ewa"]
    assert not [name for name in excluded(html) if name.startswith(("Ewa", "Iza"))], "nobody stands there twice"
    form = next(f for f in forms(html) if "Ewa" in str(f.buttons) or f.values.get("volunteer"))
    answer = await visitor.client.post(form.action, data={**form.values, "word": ["zgodziła się przez telefon"]})
    assert answer.status_code == 303 and answer.headers["location"] == address
    row = await database.fetchrow("SELECT state, score, override_word FROM assignment")
    assert tuple(row) == ("invited", None, "zgodziła się przez telefon")


@pytest.mark.parametrize("without", ["clearance", "consent", "busy", "", "<script>"])
async def test_what_is_no_wish_is_never_set_aside(without: str, client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading(clearances=["minors"])
    await people.volunteer()
    html = await visitor.open(f"/desk/openings/{opening.id}?without={without}")
    assert not candidates(html) and "Bez reguły" not in html and "Pomijasz" not in html


async def test_where_no_single_rule_is_in_the_way_the_page_says_so(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await reading(languages=["uk"], skills=["music"])
    await people.volunteer(free=False)
    html = words(await visitor.open(f"/desk/openings/{opening.id}?without=time"))
    assert "Bez tych reguł też nikt więcej nie pasuje" in html and "Pomijasz regułę „wolny czas”" in html
