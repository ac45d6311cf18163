"""What stands inside an initiative: goals, money, partners, a campaign's sums, a group's way, its diary."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives import amounts, diary, items, queries, work
from volunteer_hub.initiatives.items import ACTIONS, GOALS, TAKEOVERS
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings
from volunteer_hub.web.forms import Wrong

SLUGS = ("goals", "partners", "funding", "papers", "diary")
SECRET = "Pani Genowefa znowu płakała"


async def mine(client: httpx2.AsyncClient, **values: Any) -> tuple[Visitor, Initiative]:
    me = await people.signed_in(client)
    return Visitor(client), await people.initiative(coordinator=me.id, **values)


async def put(visitor: Visitor, of: UUID, slug: str, **values: Any) -> str:
    await visitor.open(f"/desk/initiatives/{of}/{slug}/new")
    return await visitor.send(f"/{slug}/new", **values)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,50", "1234.50"), ("1234,5", "1234.5"), ("1234.50", "1234.50"), ("1.234,50", "1234.50"), ("0", "0"),
        ("1\u00a0234,50 zł", "1234.50"), ("12 PLN", "12"), ("1.234", "1234"), ("1 234 567", "1234567"), ("007", "7"),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_type_them(text: str, number: str) -> None:
    assert amounts.amount(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "dużo", "1,234.50", "12 34", "1,234", "-5", "1e9", "١٢", "1 2345", "12345678901"])
def test_what_could_be_read_in_two_ways_is_not_guessed(text: str) -> None:
    with pytest.raises(Wrong):
        amounts.amount(text)


@given(st.decimals(min_value=0, max_value=amounts.MOST, places=2))
def test_what_a_field_shows_is_read_as_what_it_was(number: Decimal) -> None:
    assert amounts.amount(amounts.typed(number)) == number


async def test_money_is_kept_to_the_grosz_and_summed_by_source(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    await put(visitor, of.id, "funding", year=2026, source="eu", payer="FEKP", amount="1 234 567,89", spent="0,1")
    page = await put(visitor, of.id, "funding", year=2026, source="own", amount="0,2 zł", spent="0,3")
    said = page.replace("\u00a0", " ")
    assert "1 234 567,89 zł" in said and "FEKP" in said and "ponad kwotę" in said
    assert "Razem 1 234 568,09 zł, wydano 0,40 zł, zostało 1 234 567,69 zł." in said
    assert "Unia Europejska: 1 234 567,89 zł" in said


async def test_a_goal_with_its_measure_and_its_outcome(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, state="finished")
    page = await put(visitor, of.id, "goals", words="Dzieci czytają same", target="12", unit="dzieci")
    assert "0 z 12 dzieci" in page and "Zapisz wynik" in page
    (goal,) = await database.fetch("SELECT id FROM goal")
    await visitor.open(f"/desk/initiatives/{of.id}/outcome")
    page = await visitor.send("/outcome", **{f"reached-{goal['id']}": "dwanaście", f"outcome-{goal['id']}": "Czytają"})
    assert visitor.page.status_code == 422 and "Wpisz liczbę" in page and 'value="dwanaście"' in page
    page = await visitor.send("/outcome", **{f"reached-{goal['id']}": "12,5"})
    assert "12,5 z 12 dzieci" in page and "osiągnięty" in page and "Czytają" in page and "Zapisz wynik" not in page


async def test_a_goal_without_its_outcome_keeps_a_finished_one_on_the_list(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, name="Ogród", state="finished", outcome="Ładny")
    await people.initiative(name="Trwający")
    assert "zapisanego wyniku" not in await visitor.open("/desk/initiatives")
    await items.add(SYSTEM, GOALS, of.id, {"words": "Kwiaty", "unit": "", "target": None})
    page = await visitor.open("/desk/initiatives")
    assert "1 zakończona inicjatywa nie ma zapisanego wyniku." in page
    page = await visitor.open("/desk/initiatives?outcome=yes")
    assert "Ogród" in page and "Trwający" not in page


async def test_a_partner_comes_from_the_map_or_by_name(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    resource = await people.resource(name="Biblioteka Stary Rynek")
    await visitor.open(f"/desk/initiatives/{of.id}/partners/new?q=stary+rynek")
    await visitor.send("/partners/new", resource=resource.id, gives="Salę we wtorki")
    page = await put(visitor, of.id, "partners", name="Pan Marek z warzywniaka")
    assert "Biblioteka Stary Rynek" in page and "Salę we wtorki" in page and f"/desk/resources/{resource.id}" in page
    assert "Pan Marek z warzywniaka" in page
    await database.execute("UPDATE resource SET name = 'Biblioteka nr 2'")
    assert "Biblioteka nr 2" in await visitor.open(f"/desk/initiatives/{of.id}")
    await database.execute("DELETE FROM resource")
    assert "Biblioteka Stary Rynek" in await visitor.open(f"/desk/initiatives/{of.id}"), "the name outlives the map"


@pytest.mark.parametrize(
    ("slug", "kind", "wrong", "sentence"),
    [
        ("goals", "one_off", {"words": ""}, "Wypełnij to pole."),
        ("goals", "one_off", {"words": "x", "target": "-1"}, "Wpisz liczbę"),
        ("partners", "one_off", {}, "Wybierz z mapy albo wpisz nazwę."),
        ("partners", "one_off", {"resource": "7b6f2c53-0000-4000-8000-000000000000"}, "Tego nie ma już na liście."),
        ("funding", "one_off", {"year": "1", "source": "own", "amount": "1"}, "Wpisz rok"),
        ("funding", "one_off", {"year": "2026", "source": "mafia", "amount": "1"}, "Wybierz, skąd są pieniądze."),
        ("funding", "one_off", {"year": "2026", "source": "own", "amount": "1,234.50"}, "Wpisz liczbę"),
        ("papers", "one_off", {"words": ""}, "Wypełnij to pole."),
        ("papers", "one_off", {"words": "x", "signed_on": "2026-11-02", "ends_on": "2026-11-01"}, "przed podpisaniem"),
        ("actions", "educational", {"day": "2026-11-01", "words": "x", "reached": "3"}, "Wybierz miejsce albo"),
        ("actions", "educational", {"words": "x", "place_name": "Rynek", "reached": "-3"}, "Najmniejsza możliwa"),
        ("materials", "educational", {"name": ""}, "Wypełnij to pole."),
        ("takeovers", "group", {"words": ""}, "Wypełnij to pole."),
        ("takeovers", "group", {"words": "x", "member": "7b6f2c53-0000-4000-8000-000000000000"}, "Tego nie ma już"),
    ],
)
async def test_a_wrong_line_is_said_and_not_written(
    client: httpx2.AsyncClient, slug: str, kind: str, wrong: dict[str, str], sentence: str
) -> None:
    visitor, of = await mine(client, kind=kind)
    page = await put(visitor, of.id, slug, **wrong)
    assert visitor.page.status_code == 422 and sentence in page
    seen = await work.of(await row(of))
    assert not any((seen.goals, seen.partners, seen.funding, seen.papers, seen.materials, seen.actions, seen.takeovers))


async def row(of: Initiative, actor: Actor = SYSTEM) -> queries.InitiativeRow:
    found = await queries.initiative(actor, of.id)
    assert found
    return found


@pytest.mark.parametrize(("slug", "kinds"), [("materials", {"educational"}), ("takeovers", {"group"})])
async def test_a_kind_has_what_is_its_own(client: httpx2.AsyncClient, slug: str, kinds: set[str]) -> None:
    me = await people.signed_in(client)
    for kind in ("partnership", "long_term", "one_off", "educational", "group", "course", "circle"):
        of = await people.initiative(kind=kind, coordinator=me.id)
        answer = await client.get(f"/desk/initiatives/{of.id}/{slug}/new")
        assert answer.status_code == (200 if kind in kinds else 404), kind
        page = (await client.get(f"/desk/initiatives/{of.id}")).text
        assert (f"/{slug}/new" in page) == (kind in kinds), kind
        assert "/goals/new" in page and "/funding/new" in page and "/diary" in page


async def test_who_saves_a_line_second_sees_both(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    goal = await items.add(SYSTEM, GOALS, of.id, {"words": "Kwiaty", "unit": "", "target": None})
    await visitor.open(f"/desk/initiatives/{of.id}/goals/{goal}")
    await items.correct(SYSTEM, GOALS, of.id, goal, 0, {"words": "Drzewa", "unit": "", "target": Decimal(3)})
    page = await visitor.send(f"/goals/{goal}", words="Krzewy")
    assert visitor.page.status_code == 409 and "<dd>Drzewa</dd>" in page and "<dd>3</dd>" in page and "Krzewy" in page
    assert await database.fetchval("SELECT words FROM goal") == "Drzewa"
    await visitor.send(f"/goals/{goal}")
    assert await database.fetchval("SELECT words FROM goal") == "Krzewy"
    await visitor.open(f"/desk/initiatives/{of.id}/goals/{goal}")
    await visitor.send(f"/goals/{goal}/removal")
    assert await database.fetchval("SELECT count(*) FROM goal") == 0


async def test_a_campaign_sums_its_actions(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, kind="educational")
    place = await people.place(name="Biblioteka")
    await put(visitor, of.id, "materials", name="Ulotka", made="500")
    await put(visitor, of.id, "actions", day="2026-11-01", words="Stoisko", place=place.id, reached=40, given=30)
    await put(visitor, of.id, "actions", day="2026-11-02", words="Lekcja", place_name="SP 3", reached=25, given=25)
    page = await put(visitor, of.id, "actions", day="2026-11-03", words="Rozmowy", place_name="sp 3", reached=10)
    assert "Razem 500, rozdano 55." in page
    sums = (await work.of(await row(of))).campaign
    assert (sums.actions, sums.places, sums.reached, sums.given, sums.made) == (3, 2, 75, 55, 500)


async def test_a_campaign_does_not_tell_somebodys_home(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client, kind="educational")
    home = await people.place(name="Mieszkanie pani Zofii", private=True, area=(await people.area(name="Zazamcze")).id)
    values = {"day": date(2026, 11, 1), "words": "Rozmowa", "place": home.id, "place_name": "", "reached": 1}
    await items.add(SYSTEM, ACTIONS, of.id, values | {"given": 0})
    page = await visitor.open(f"/desk/initiatives/{of.id}")
    assert "Zazamcze" in page and "Mieszkanie pani Zofii" not in page


async def test_papers_say_where_they_are_and_until_when_they_hold(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    await put(visitor, of.id, "papers", words="Porozumienie o sali", signed_on="2026-01-05", ends_on="2026-02-01")
    page = await put(visitor, of.id, "papers", words="Zgoda miasta", kept_at="Segregator 3")
    assert "5 stycznia 2026" in page and "Segregator 3" in page and page.count("już nieważny") == 1
    assert page.index("Zgoda miasta") < page.index("Porozumienie o sali"), "what holds stands first"


async def test_a_group_takes_over_what_the_centre_did(client: httpx2.AsyncClient) -> None:
    of = await people.initiative(kind="group", own_from=date(2027, 3, 1), agreement="Co tu powiemy, tu zostaje")
    member = await people.member(of, await people.participant(alias="Z7"))
    await people.facilitator(of, await people.signed_in(client, Role.FACILITATOR))
    visitor = Visitor(client)
    page = await put(visitor, of.id, "takeovers", words="Klucze do sali")
    assert "Przejęte: 0 z 1" in page and "robi to centrum" in page
    assert "1 marca 2027" in page and "Co tu powiemy, tu zostaje" in page
    line = await database.fetchval("SELECT id FROM takeover")
    await visitor.open(f"/desk/initiatives/{of.id}/takeovers/{line}")
    page = await visitor.send(f"/takeovers/{line}", member=member.id)
    assert visitor.page.status_code == 422 and "Podaj, od kiedy." in page
    page = await visitor.send(f"/takeovers/{line}", member=member.id, taken_on="2026-11-20")
    assert "Przejęte: 1 z 1" in page and "Z7" in page
    await database.execute("DELETE FROM member")
    assert "ktoś z grupy" in await visitor.open(f"/desk/initiatives/{of.id}")


async def test_a_member_of_another_group_takes_nothing_over(db: str) -> None:
    of, other = await people.initiative(kind="group"), await people.initiative(kind="group")
    stranger = await people.member(other, await people.participant())
    with pytest.raises(Refused):
        await items.add(SYSTEM, TAKEOVERS, of.id, {"words": "x", "member": stranger.id, "taken_on": date(2026, 11, 1)})
    assert await database.fetchval("SELECT count(*) FROM takeover") == 0


# ---- what nobody else reads ----


async def full(of: Initiative, settings: Settings) -> None:
    """A group or circle with something of everything, each with the same words in it."""
    await items.add(SYSTEM, GOALS, of.id, {"words": SECRET, "unit": "", "target": None})
    for table, name in (("partner", "gives"), ("takeover", "words")):
        other = ", name" if table == "partner" else ""
        more = ", 'Piekarnia'" if table == "partner" else ""
        await database.execute(
            f"INSERT INTO {table} (id, initiative, created_at, {name}{other})"
            f" VALUES (gen_random_uuid(), $1, now(), $2{more})", of.id, SECRET,
        )  # fmt: skip
    await database.execute("UPDATE initiative SET agreement = $2, outcome = $2 WHERE id = $1", of.id, SECRET)
    await database.execute("UPDATE initiative_change SET reason = $1", SECRET)
    await diary.write(settings, SYSTEM, of.id, date(2026, 11, 2), SECRET)


@pytest.mark.parametrize("kind", ["group", "circle"])
async def test_others_read_nothing_of_what_stands_inside(
    client: httpx2.AsyncClient, settings: Settings, kind: str
) -> None:
    of = await people.initiative(kind=kind)
    await full(of, settings)
    me = await people.signed_in(client)
    paths = ["", "/members", "/diary", "/outcome", "/goals/new", "/edit", "/state"]
    answers = [await client.get(f"/desk/initiatives/{of.id}{path}") for path in paths]
    assert [one.status_code for one in answers] == [200, *([404] * 6)]
    assert not any(SECRET in one.text for one in answers)
    assert SECRET not in (await client.get("/desk/initiatives")).text
    await database.execute("UPDATE initiative SET coordinator = $1", me.id)
    answers = [await client.get(f"/desk/initiatives/{of.id}{path}") for path in ("", "/diary", "/outcome")]
    assert all(SECRET in one.text for one in answers), "control: who runs it reads all of it"


async def test_a_diary_of_a_group_is_sealed_and_its_reading_is_written_down(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of = await people.initiative(kind="group")
    me = await people.signed_in(client, Role.FACILITATOR)
    await people.facilitator(of, me)
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/diary")
    page = await visitor.send("/diary", words=SECRET)
    assert SECRET in page and me.name in page
    stored = await database.fetchrow("SELECT words, sealed FROM diary_entry")
    assert stored and stored["words"] == "" and SECRET.encode() not in bytes(stored["sealed"])
    reads = await database.fetch("SELECT account, about FROM audit_entry WHERE verb = 'diary.read'")
    assert len(reads) == 2 and {tuple(one) for one in reads} == {(me.id, f"initiative:{of.id}")}
    await visitor.send("/removal")
    assert await database.fetchval("SELECT count(*) FROM diary_entry") == 0


async def test_control_a_projects_diary_is_plain_and_open_to_coordinators(client: httpx2.AsyncClient) -> None:
    of = await people.initiative(kind="long_term")
    visitor = Visitor(client)
    await people.signed_in(client)
    await visitor.open(f"/desk/initiatives/{of.id}/diary")
    page = await visitor.send("/diary", words="Przyszło dwanaście osób", day="2099-01-01")
    assert visitor.page.status_code == 422 and "Ta data jest w przyszłości." in page
    await visitor.send("/diary", words="Przyszło dwanaście osób", day="2026-11-02")
    assert await database.fetchval("SELECT words FROM diary_entry") == "Przyszło dwanaście osób"
    assert not await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'diary.read'")


async def test_a_sealed_entry_opens_in_its_own_row_only(db: str, settings: Settings) -> None:
    of = await people.initiative(kind="group")
    for words in ("pierwszy", "drugi"):
        await diary.write(settings, SYSTEM, of.id, date(2026, 11, 2), words)
    await database.execute("UPDATE diary_entry SET sealed = (SELECT sealed FROM diary_entry ORDER BY id LIMIT 1)")
    seen = await diary.read(settings, SYSTEM, of.id)
    assert sorted(one.words is None for one in seen.entries) == [False, True]


async def test_through_a_glass_a_diary_is_read_and_not_written(client: httpx2.AsyncClient, settings: Settings) -> None:
    of = await people.initiative(kind="group")
    await diary.write(settings, SYSTEM, of.id, date(2026, 11, 2), SECRET)
    me, other = await people.signed_in(client), await people.account()
    address = f"/desk/initiatives/{of.id}/diary"
    assert (await client.get(address)).status_code == 404
    await database.execute(
        """INSERT INTO break_glass (id, account, about, reason, asked_at, approved_at, decided_by, ends_at)
           VALUES (gen_random_uuid(), $1, $2, 'Nagła sprawa', now(), now(), $3, now() + interval '1 hour')""",
        me.id, f"initiative:{of.id}", other.id,
    )  # fmt: skip
    page = (await client.get(address)).text
    assert SECRET in page and "Dodaj wpis" not in page and "Usuń" not in page
    with pytest.raises(Refused):
        await diary.write(settings, people.actor(me), of.id, date(2026, 11, 2), "x")
    verbs = {one["verb"] for one in await database.fetch("SELECT verb FROM audit_entry WHERE account = $1", me.id)}
    assert {"break-glass.read", "diary.read"} <= verbs


async def test_a_long_diary_is_paged(client: httpx2.AsyncClient, settings: Settings) -> None:
    visitor, of = await mine(client)
    for n in range(1, 24):
        await diary.write(settings, SYSTEM, of.id, date(2026, 10, n), f"Dzień {n}.")
    page = await visitor.open(f"/desk/initiatives/{of.id}/diary")
    assert "Dzień 23." in page and "Dzień 3." not in page
    for last in ("2", "99"):
        page = await visitor.open(f"/desk/initiatives/{of.id}/diary?page={last}")
        assert "Dzień 3." in page and "Dzień 23." not in page
    assert (await client.get(f"/desk/initiatives/{of.id}/diary?page=-1")).status_code == 200


# ---- roles ----


async def test_women_only_needs_its_reason(client: httpx2.AsyncClient, app: Starlette) -> None:
    visitor, of = await mine(client)
    await visitor.open(f"/desk/initiatives/{of.id}/roles/new")
    typed = {"role": "Na basenie", "gender": "f", "min_age": "18", "max_age": "60", "continuity": "yes"}
    page = await visitor.send("/roles/new", **typed)
    assert visitor.page.status_code == 422 and "Napisz, dlaczego tej pracy nie może zrobić każdy." in page
    page = await visitor.send("/roles/new", gender_reason="Pomaga w szatni damskiej")
    assert "Tylko kobiety:" in page and "Pomaga w szatni damskiej" in page
    assert "Od 18 do 60 lat." in page and "Za każdym razem ta sama osoba." in page
    with pytest.raises(Exception, match="role_asked_gender"):
        await people.role(of, gender="m", gender_reason="")


async def test_a_reason_without_a_restriction_is_not_kept_and_ages_are_in_order(client: httpx2.AsyncClient) -> None:
    visitor, of = await mine(client)
    await visitor.open(f"/desk/initiatives/{of.id}/roles/new")
    page = await visitor.send("/roles/new", role="Czyta", min_age="30", max_age="20", gender_reason="Bo tak")
    assert visitor.page.status_code == 422 and "Najwyższy wiek nie może być niższy niż najniższy." in page
    await visitor.send("/roles/new", max_age="40")
    assert await database.fetchval("SELECT gender_reason FROM role_asked") == ""
