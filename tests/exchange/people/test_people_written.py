"""A spreadsheet is written once and as it was seen, however many press at once or long it is; undone within a day."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest
from conftest import new_client
from exchange.people.desk import HERE, everybody, fates, line, newest, nothing_said, press, send
from starlette.applications import Starlette
from support import people

from volunteer_hub.exchange.people_import import writing
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import Settings


async def test_two_who_write_at_once_write_once(at_desk: httpx2.AsyncClient, app: Starlette) -> None:
    await send(at_desk)
    async with new_client(app) as other:
        await people.signed_in(other, Role.COORDINATOR)
        answers = await asyncio.gather(press(at_desk, "writing"), press(other, "writing", await newest()))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await everybody()) == 2
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.import-write'") == 1


async def test_control_two_who_carry_out_without_the_claim_would_write_twice(at_desk: httpx2.AsyncClient) -> None:
    """What the state and the lock keep from happening: with both taken away the second write finds its own people."""
    await send(at_desk)
    id = await newest()
    for _ in range(2):
        await database.execute("UPDATE people_import SET state = 'writing' WHERE id = $1", id)
        await writing.carry_out(id)
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.import-write'") == 2


async def test_what_was_seen_is_what_is_written(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await press(at_desk, f"lines/{await line(2)}", first_name="Joanna")
    answer = await press(at_desk, "writing", version="0")
    assert answer.status_code == 409 and await everybody() == []


async def test_undone_all_is_as_it_was(at_desk: httpx2.AsyncClient) -> None:
    """Also the account of a child that had no phone of its own before the file named one."""
    old = await people.volunteer(
        first_name="Ola", last_name="Lis", birth_date=date(2011, 5, 4), phone="", email=None, kind="pupil",
        guardian_name="Ewa Lis", guardian_phone="+48600111222", area_slug="poludnie", causes=["sport"],
        account=None, latitude=52.6, longitude=19.0,
    )  # fmt: skip
    before = await database.fetchrow("SELECT to_jsonb(v) - 'version' AS row FROM volunteer v WHERE id = $1", old.id)
    accounts = await database.fetchval("SELECT count(*) FROM account")
    told = (
        "Imię;Nazwisko;Data urodzenia;Telefon;Opiekun;Telefon opiekuna;Osiedle;Zainteresowania\n"
        "Jan;Nowak;1.02.1985;600 111 333;;;;\n"
        "Ola;Lis;4.05.2011;600 111 444;Ewa Lis;600 111 222;Śródmieście;dzieci\n"
    )
    await send(at_desk, told)
    assert await fates() == {2: "new", 3: "changed"}
    await press(at_desk, "writing")
    assert await database.fetchval("SELECT count(*) FROM account") == accounts + 2
    page = await press(at_desk, "undoing")
    assert "Zapis cofnięty w całości" in page.text
    (now,) = await everybody()
    after = await database.fetchrow("SELECT to_jsonb(v) - 'version' AS row FROM volunteer v WHERE id = $1", old.id)
    assert now.id == old.id and after["row"] == before["row"] and now.causes == ["sport"]
    assert await database.fetchval("SELECT count(*) FROM account") == accounts and await nothing_said()
    undone = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'people.import-undo'")
    assert len(undone) == 3 and "import:undone=2,kept=0" in {row["about"] for row in undone}


SINCE = {
    "changed": "UPDATE volunteer SET tags = '{ważna}' WHERE id = $1",
    "papers": """INSERT INTO service (id, volunteer, first_day, noted_at)
                 VALUES (gen_random_uuid(), $1, '2026-11-01', now())""",
    "work": """INSERT INTO away (id, volunteer, first_day, last_day)
               VALUES (gen_random_uuid(), $1, '2026-11-01', '2026-11-02')""",
    "signed-in": """UPDATE account SET phone_proven_at = now() FROM volunteer v
                    WHERE v.id = $1 AND account.id = v.account""",
    "gone": "DELETE FROM volunteer WHERE id = $1",
    "consent": """INSERT INTO consent (id, person, purpose, given, text_version, text_hash, scope, language, channel,
                                       at, by_whom)
                  VALUES (gen_random_uuid(), $1, 'information', true, 'x', '', '', 'pl', 'web', now(), 'self')""",
    "rights": """INSERT INTO rights_request (id, subject, "right", words, state, asked_at, due_on, answer)
                 VALUES (gen_random_uuid(), 'volunteer:' || $1::uuid, 'copy', '', 'open', now(), now(), '')""",
}  # fmt: skip


@pytest.mark.parametrize("what", SINCE)
async def test_to_whom_something_happened_since_is_not_undone(at_desk: httpx2.AsyncClient, what: str) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    anna, _jan = await everybody()
    await database.execute(SINCE[what], anna.id)
    page = await press(at_desk, "undoing")
    assert "nie u wszystkich" in page.text and "Nie cofnięto:" in page.text
    kept = await database.fetch("SELECT number, kept FROM people_import_line WHERE kept <> ''")
    assert [(row["number"], row["kept"]) for row in kept] == [(2, what)]
    assert [one.last_name for one in await everybody()] == ([] if what == "gone" else ["Kowalska"])


async def test_after_a_day_nothing_is_undone(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    await database.execute("UPDATE people_import SET written_at = $1", datetime.now(UTC) - timedelta(hours=25))
    page = await at_desk.get(f"{HERE}/{await newest()}")
    assert "Cofnij zapis" not in page.text
    assert (await press(at_desk, "undoing")).status_code == 409 and len(await everybody()) == 2


async def test_a_long_file_goes_on_in_a_worker_and_says_how_far_it_is(
    at_desk: httpx2.AsyncClient, settings: Settings
) -> None:
    rows = "".join(f"Anna{chr(97 + n % 26)};Lis{chr(97 + n // 26)};4.05.1990;600{n:06d};\n" for n in range(620))
    page = await send(at_desk, "Imię;Nazwisko;Data ur.;Telefon;E-mail\n" + rows)
    assert "Gotowe w 80%" in page.text and "<progress" in page.text and "Zapisz wszystkie" not in page.text
    assert "<progress" in (await at_desk.get(f"{HERE}/{await newest()}", headers={"HX-Request": "true"})).text
    await writing.go_on(settings)
    assert set((await fates()).values()) == {"new"}
    page = await press(at_desk, "writing")
    assert "Gotowe w 0%" in page.text and await everybody() == []
    await writing.go_on(settings)
    assert len(await everybody()) == 620
    page = await press(at_desk, "undoing")
    assert "Cofamy zapis." in page.text
    await writing.go_on(settings)
    assert await everybody() == []
