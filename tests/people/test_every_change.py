"""Every change of a person leaves a line in the log: each statement of ours that writes one is run here and watched.

The database itself notes which rows of people change in which transaction and which lines the log gets in it.
"""

import ast
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from intake.guardians import born
from schedule.test_first_days import on_roster
from support import people

import volunteer_hub
from volunteer_hub.access import own
from volunteer_hub.atlas import area_actions
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import files, sheets, writing
from volunteer_hub.intake import merging
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people import (
    actions,
    bulk,
    clearances,
    corrections,
    guardians,
    papers,
    participants,
    schools,
    steps,
    time_actions,
)
from volunteer_hub.people.consents import Purpose, Scope
from volunteer_hub.people.rules import Free, Kind, LeaveReason, Reach, Step
from volunteer_hub.people.tables import GuardianLink, School
from volunteer_hub.people.week import Days, Week
from volunteer_hub.privacy import retention, rights
from volunteer_hub.schedule.risks import first_days
from volunteer_hub.schedule.volunteers import feeds
from volunteer_hub.settings import Settings

TABLES = (
    "volunteer", "participant", "clearance", "consent", "agreement", "policy", "service", "away", "availability",
)  # fmt: skip
WRITES = re.compile(rf"\b(?:UPDATE|INSERT INTO|DELETE FROM) (?:{'|'.join(TABLES)})\b.{{0,30}}", re.DOTALL)
TODAY = clock.today(people.ZONE)
PACKAGE = Path(volunteer_hub.__file__).parent

WATCH = """
    CREATE TABLE w_said (tx text, about text);
    CREATE TABLE w_changed (tx text, who text, what text);
    CREATE TABLE w_run (statement text);
    CREATE FUNCTION w_said() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN INSERT INTO w_said VALUES (pg_current_xact_id()::text, NEW.about); RETURN NULL; END $$;
    CREATE FUNCTION w_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN INSERT INTO w_run VALUES (current_query()); RETURN NULL; END $$;
    CREATE FUNCTION w_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ DECLARE row jsonb := to_jsonb(coalesce(NEW, OLD)); BEGIN
        INSERT INTO w_changed VALUES (pg_current_xact_id()::text, CASE
            WHEN TG_TABLE_NAME IN ('volunteer', 'participant') THEN row ->> 'id'
            WHEN TG_TABLE_NAME = 'policy' THEN coalesce(row ->> 'volunteer', row ->> 'id')
            ELSE coalesce(row ->> 'volunteer', row ->> 'person') END, TG_TABLE_NAME || ' ' || TG_OP);
        RETURN NULL; END $$;
    CREATE TRIGGER w_said AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION w_said();"""
ON_EACH = """
    CREATE TRIGGER w_run BEFORE INSERT OR UPDATE OR DELETE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION w_run();
    CREATE TRIGGER w_changed AFTER INSERT OR UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION w_changed();"""

# A line about the account is one about the volunteer whose account it is.
SILENT = """
    SELECT DISTINCT c.what FROM w_changed c WHERE NOT EXISTS (
        SELECT FROM w_said s WHERE s.tx = c.tx AND s.about IN (
            'volunteer:' || c.who, 'participant:' || c.who, 'policy:' || c.who,
            (SELECT 'account:' || account FROM volunteer WHERE id::text = c.who)))"""


async def watched() -> None:
    for statement in (WATCH + "".join(ON_EACH.format(table) for table in TABLES)).split(";\n    CREATE "):
        await database.execute(statement if statement.lstrip().startswith("CREATE") else f"CREATE {statement}")


async def silent() -> list[str]:
    """What changed of people with no line about it in the same transaction."""
    return [row["what"] for row in await database.fetch(SILENT)]


async def by_hand(statement: str, *values: object) -> None:
    """Sets the scene past the verbs, unseen."""
    await database.execute(statement, *values)
    await database.execute("DELETE FROM w_changed")
    await database.execute("DELETE FROM w_run WHERE statement = $1", statement)


def written() -> Iterator[tuple[str, str]]:
    """Each statement in our code that writes a person, from its verb on, with the file it stands in."""
    # The demo town's people are invented, and so is their past.
    for path in sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "demo").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in WRITES.finditer(node.value):
                    yield path.name, " ".join(found[0].split())


async def volunteer(actor: Actor, **values: object) -> UUID:
    default = {
        "first_name": "Marta", "last_name": "Nowak", "phone": "+48600111222", "birth_date": date(1990, 5, 4),
        "kind": Kind.ADULT, "area_slug": "a", "availability": [(1, time(8), time(12))],
        "consents": [Purpose.INFORMATION, Purpose.SMS],
    }  # fmt: skip
    return await actions.add_volunteer(actor, **(default | values))  # type: ignore[arg-type]


async def papers_and_steps(desk: Actor, who: UUID) -> None:
    for step in (Step.TALKED_TO, Step.AGREED, Step.ACTIVE):
        await steps.take_step(desk, who, step)
    await papers.start_service(desk, who, TODAY)
    for begins in (TODAY, TODAY + timedelta(days=9)):
        await papers.sign_agreement(desk, who, signed_on=TODAY, valid_from=begins)
        one = await database.fetchval("SELECT id FROM agreement WHERE volunteer = $1 AND valid_from = $2", who, begins)
        await papers.end_agreement(desk, one, TODAY)
    for insured in (who, None):
        days = {"valid_from": TODAY, "valid_until": TODAY + timedelta(days=99)}
        policy = await papers.add_policy(desk, insurer="U", number=f"N {insured}", volunteer=insured, **days)
        await papers.end_policy(desk, policy, TODAY)
    end = partial(clearances.record_clearance, desk, who, kind="minors", checked_on=TODAY)
    await end(valid_until=TODAY + timedelta(days=300))
    await clearances.shorten_clearance(desk, who, "minors", TODAY + timedelta(days=30))
    await clearances.revoke_clearance(desk, who, "minors", TODAY)
    await steps.pause(desk, who, TODAY + timedelta(days=9))
    await steps.pause(desk, who, TODAY + timedelta(days=19))
    await steps.leave(desk, who, LeaveReason.OTHER, TODAY)


async def free_time(desk: Actor, who: UUID) -> None:
    seen = Week((Free(1, time(8), time(12)),), 6, None, 5.0, "").mark
    await time_actions.save_week(desk, who, Week((Free(2, time(9), time(11)),), 4, 1, 3.0, "bike"), seen)
    days = Days(TODAY, TODAY + timedelta(days=3))
    await time_actions.add_away(desk, who, days, TODAY)
    await time_actions.remove_away(desk, who, days, TODAY)


async def the_volunteer_alone(settings: Settings, who: UUID) -> None:
    account = await database.fetchval("SELECT account FROM volunteer WHERE id = $1", who)
    me = Actor(role=Role.VOLUNTEER, account=account)
    await feeds.renew(me)
    await rights.correct_own(me, speaks="uk", about="Lubię czytać.")
    await rights.withdraw(me, f"volunteer:{who}", Purpose.SMS, channel="web", by_whom="self")
    await own.change_address(settings, me, "nowa@poczta.example")


async def the_guardian(settings: Settings, desk: Actor) -> UUID:
    token = secret.token()
    child = await volunteer(
        desk, phone="", birth_date=born(15), kind=Kind.PUPIL, guardian_name="Anna", guardian_phone="+48600111555",
        school=(await people.save(School(name="Liceum", token_hash=secret.fingerprint("school"),
                                         token_ends_at=clock.now() + timedelta(days=9)))).id,
    )  # fmt: skip
    await people.save(GuardianLink(
        volunteer=child, token_hash=secret.fingerprint(token), channel="sms", ends_at=clock.now() + timedelta(days=9),
    ))  # fmt: skip
    await actions.record_guardian_consent(desk, child)
    await guardians.decline_at_desk(desk, child)
    await guardians.agree(settings, token, frozenset({Scope.SCHOOL_HOURS}))
    await schools.vouch("school", child)
    await guardians.decline(settings, token)
    return child


async def many_at_once(desk: Actor, who: UUID, other: UUID) -> None:
    await bulk.tag(desk, [who, other], "festyn")
    await bulk.untag(desk, [who, other], "festyn")
    await by_hand("UPDATE volunteer SET latitude = 52.65, longitude = 19.05, area_slug = '' WHERE id = $1", who)
    assert await area_actions.reassign(desk)
    born_on, nobody = date(1990, 1, 1), ("", "", "")
    new = corrections.Details("Ewa", "Lis", born_on, Kind.ADULT, "+48600111333", None, "pl", "a", 5, 6, *nobody)
    version = await database.fetchval("SELECT version FROM volunteer WHERE id = $1", other)
    await corrections.correct(desk, other, version, new)


async def a_spreadsheet(desk: Actor) -> None:
    """Somebody new who helps already, and somebody known who has a phone from now on; then both are undone."""
    known = await volunteer(desk, first_name="Jan", last_name="Wilk", phone="")
    told = "Imię;Nazwisko;Data urodzenia;Telefon;Etap\nOla;Bąk;4.05.1990;600111555;pomaga\nJan;Wilk;{};600111666;\n"
    day = await database.fetchval("SELECT birth_date FROM volunteer WHERE id = $1", known)
    file = await files.take_in(desk, "lista.csv", await sheets.read(told.format(f"{day:%d.%m.%Y}").encode()))
    assert await files.look(file) == 2
    line = await database.fetchval("SELECT id FROM people_import_line WHERE file = $1 AND number = 3", file)
    await files.decide(desk, file, line, Choice.MERGE, known)
    await writing.begin(desk, file, (await files.file(desk, file)).version)
    assert await writing.carry_out(file) == writing.Written(1, 1, 0)
    await writing.begin_undo(desk, file)
    await writing.carry_out(file)
    assert not await database.fetchval("SELECT account FROM volunteer WHERE id = $1", known)


async def a_participant(desk: Actor) -> None:
    who = await participants.add_participant(desk, first_name="Zofia", phone="+48600111444", sms_ok=True)
    version = await database.fetchval("SELECT version FROM participant WHERE id = $1", who)
    new = participants.Contact("Zofia", "", "Z.", None, "pl", Reach.THROUGH, "przez sąsiadkę")
    await participants.correct(desk, who, version, new)
    await participants.say_sms(desk, who, False, channel="desk", shown_in="pl")
    await rights.restrict(desk, f"participant:{who}", on=True)


async def the_night(settings: Settings, desk: Actor, child: UUID) -> None:
    """The first day of service that notes itself, and what is kept no longer."""
    assert await first_days.note(settings) == 1
    await time_actions.add_away(desk, child, Days(TODAY, TODAY), TODAY)
    await by_hand("UPDATE away SET first_day = '2001-1-1', last_day = '2001-1-2'")
    await by_hand("UPDATE clearance SET checked_on = '2001-1-1', valid_until = '2001-1-2'")
    await by_hand("UPDATE volunteer SET birth_date = '1990-1-1' WHERE id = $1", child)
    assert await retention.carry_out(settings, retention.BY_KEY["guardians"]) == 1
    assert await retention.carry_out(settings, retention.BY_KEY["away"]) == 1
    assert await retention.carry_out(settings, retention.BY_KEY["clearances"]) == 1


@pytest.fixture
async def desk(db: str) -> Actor:
    """A coordinator, and somebody who helped yesterday for the first time; from now on the database watches."""
    await people.area(slug="a")
    await on_roster(await people.volunteer(), -1)
    desk = people.actor(await people.account(Role.COORDINATOR))
    await watched()
    return desk


async def test_every_statement_that_writes_a_person_leaves_a_line(desk: Actor, settings: Settings) -> None:
    who = await volunteer(desk, email="marta@poczta.example")
    other = await volunteer(desk, last_name="Lis", phone="")
    await free_time(desk, who)
    await the_volunteer_alone(settings, who)
    await many_at_once(desk, who, other)
    await papers_and_steps(desk, who)
    await a_participant(desk)
    await a_spreadsheet(desk)
    child = await the_guardian(settings, desk)
    assert await silent() == []
    await the_night(settings, desk, child)
    await merging.merge(desk, who, other, {})
    await rights.restrict(desk, f"volunteer:{who}", on=True)
    await rights.erase(settings, desk, f"volunteer:{who}")
    assert await silent() == []
    run = " ".join(" ".join(row["statement"].split()) for row in await database.fetch("SELECT statement FROM w_run"))
    never = [(file, statement) for file, statement in written() if statement not in run]
    assert never == [], "a statement that writes a person is not tried here: try it, and see that it leaves a line"


async def test_control_a_change_without_a_line_is_noticed(desk: Actor) -> None:
    who = await volunteer(desk)
    assert await silent() == []
    await database.execute("UPDATE volunteer SET about = 'x' WHERE id = $1", who)
    assert await silent() == ["volunteer UPDATE"]
    await database.execute("INSERT INTO w_said SELECT tx, 'volunteer:' || $1::text FROM w_changed", str(uuid4()))
    assert await silent() == ["volunteer UPDATE"], "a line about somebody else is none"


async def test_control_statements_are_found_in_the_code() -> None:
    found = {file for file, _ in written()}
    assert {"actions.py", "bulk.py", "papers.py", "merging.py", "feeds.py", "borders.py"} <= found
