"""Nothing of an erased person is left in any column of any table, in a dump or a file; others and the numbers stay."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from privacy.canaries.eye import WORDS, dumped, in_files, seen
from privacy.canaries.persons import helps
from privacy.canaries.persons import participant as plant_participant
from privacy.canaries.persons import volunteer as plant_volunteer
from support import people

from volunteer_hub.initiatives import diary
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Merge, Volunteer
from volunteer_hub.privacy import erasure, erasure_list
from volunteer_hub.privacy.register import ACCOUNTS, PEOPLE, WORK
from volunteer_hub.reports import places, queries
from volunteer_hub.settings import Settings, load

# Columns of words that are chosen from a list or made by us: there is nothing to plant.
CLOSED = """
    volunteer.language volunteer.kind volunteer.step volunteer.travels volunteer.gender volunteer.guardian_scope
    volunteer.feed_hash step_taken.step clearance.kind guardian_link.channel consent.purpose consent.text_version
    consent.scope consent.language consent.channel consent.by_whom participant.language participant.reach
    joining.state joining.channel
    assignment.state assignment.answered_by assignment.at_risk assignment.missed_reason regular_task.state
    regular_task.answered_by hours_worked.state assignment_change.was assignment_change.became
    assignment_change.channel request.number request.area_slug request.for_whom request.language request.what
    request.reporter request.channel request.desk request.state request_move.was_desk request_move.desk
    request_move.state draft.form message.channel message.language opt_out.word proven_number.how account.language
    account.password_hash audit_entry.role audit_entry.verb audit_entry.about audit_entry.outcome rights_request.right
    rights_request.state rights_request.channel rights_request.identity_checked erasure.subject erasure.why
    completion.course completion.code issued_paper.kind issued_paper.code issued_paper.language
    certificate_asked.language contract.state matching_pair.state bulk_recipient.channel bulk_recipient.without
    bulk_recipient.left_out
    school.name school.contact_name school.contact_email school.contact_phone
    team_member.name team_member.function team_member.email team_member.phone
""".split()  # a school's contact and a team's member at work are no volunteers: they go by rules of their own


async def textual() -> set[str]:
    """Every column of the register that can hold words."""
    rows = await database.fetch(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY')"
    )
    personal = {f"{one.table}.{name}" for one in (*PEOPLE, *WORK, *ACCOUNTS) for name in one.personal}
    return {row["name"] for row in rows} & personal


async def test_the_canaries_sit_in_every_column_that_holds_words(db: str, settings: Settings) -> None:
    await plant_volunteer()
    planted = set(await seen())
    await database.execute("TRUNCATE volunteer, account, message, inbound, opt_out, proven_number CASCADE")
    await plant_participant(settings)
    planted |= set(await seen())
    assert await textual() - planted - set(CLOSED) == set()
    assert set(CLOSED) - await textual() == set(), "no longer a column of words"


# What the family has besides is theirs: their own number.
THEIRS = ("511777444",)


async def left() -> dict[str, int]:
    return await seen(tuple(word for word in WORDS if word not in THEIRS))


async def test_nothing_is_left_of_a_volunteer(db: str, settings: Settings) -> None:
    who = await plant_volunteer()
    assert await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert await left() == {}
    assert dumped(db, tuple(word for word in WORDS if word not in THEIRS)) == []
    assert in_files(settings.data_dir) == []
    rows = await database.fetch("SELECT first_name, phone FROM volunteer WHERE first_name = 'Jan'")
    assert [tuple(row) for row in rows] == [("Jan", "+48511777444")], "the rest of the family stays"


async def test_nothing_is_left_of_a_participant(db: str, settings: Settings) -> None:
    who = await plant_participant(settings)
    assert await erasure.erase(settings, SYSTEM, f"participant:{who.id}", why="asked")
    assert await left() == {}
    assert dumped(db, tuple(word for word in WORDS if word not in THEIRS)) == []
    assert await database.fetchval("SELECT count(*) FROM confided") == 0, "sealed, so no eye would find it"


@pytest.mark.parametrize("skipped", erasure.STEPS, ids=lambda step: step.__name__)
async def test_control_a_step_that_is_left_out_is_found(
    db: str, settings: Settings, skipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await plant_volunteer()
    monkeypatch.setattr(erasure, "STEPS", tuple(step for step in erasure.STEPS if step is not skipped))
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert await left() != {}
    assert dumped(db, ("kanar",)) != []


async def test_what_stays_is_ids(db: str, settings: Settings) -> None:
    who = await plant_volunteer()
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    stays = await seen((str(who.id),))
    assert set(stays) == {"audit_entry.about", "consent.person", "erasure.subject", "rights_request.subject"}
    assert erasure_list.known(settings) == [f"volunteer:{who.id}"]
    assert (settings.data_dir / "erased.txt").read_text().count("\n") == 1


async def test_rows_that_were_merged_into_a_person_are_erased_with_them(db: str, settings: Settings) -> None:
    who, gone, before = await people.volunteer(), uuid4(), uuid4()
    await people.save(Merge(kept=who.id, gone=gone))
    await people.save(Merge(kept=gone, gone=before))
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert set(erasure_list.known(settings)) == {f"volunteer:{id}" for id in (who.id, gone, before)}


async def test_places_ahead_are_free_again_and_the_coordinator_hears_of_it(db: str, settings: Settings) -> None:
    who: Volunteer = await people.volunteer()
    ahead, behind = await helps(who, past=False), await helps(who, past=True)
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    taken = {row["id"]: row["taken"] for row in await database.fetch("SELECT id, taken FROM opening")}
    assert (taken[ahead], taken[behind]) == (0, 1), "how many were there stays known"
    (letter,) = await database.fetch("SELECT template, body FROM message")
    assert letter["template"] == "at_risk" and str(ahead) in letter["body"] and who.first_name not in letter["body"]


async def figures(actor: Actor) -> tuple[Any, Any]:
    return (
        await queries.year(actor, 2026, "Europe/Warsaw"),
        await places.places(actor, 2026, "Europe/Warsaw"),
    )


async def test_the_years_figures_are_what_they_were(db: str, settings: Settings) -> None:
    area = await people.area(slug="osiedle-kanarek", name="Zazamcze")
    who = await plant_volunteer(area_slug=area.slug)
    await helps(who, past=True)
    me = people.actor(await people.account())
    before = await figures(me)
    assert any(quarter.agreed for quarter in before[0]) and any(row.active for row in before[1].work)
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert await figures(me) == before
    await database.execute("TRUNCATE past_figure")
    assert await figures(me) != before, "control: without the numbers the year would change"


async def test_the_feed_and_the_session_open_nothing_any_more(
    db: str, settings: Settings, client: httpx2.AsyncClient
) -> None:
    row = await people.signed_in(client, Role.VOLUNTEER)
    who = await people.volunteer(account=row.id, feed_hash=secret.fingerprint("feed").hex())
    assert (await client.get("/calendar/feed.ics")).status_code == 200
    assert (await client.get("/me")).status_code == 200
    await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert (await client.get("/calendar/feed.ics")).status_code == 404
    assert (await client.get("/me")).status_code == 303


async def test_a_list_that_cannot_be_written_keeps_everything_as_it_was(db: str, tmp_path: Path) -> None:
    (tmp_path / "erased.txt").mkdir()
    settings = load({"HUB_MODE": "demo", "HUB_DATA_DIR": str(tmp_path)})
    who = await people.volunteer()
    with pytest.raises(Refused) as refused:
        await erasure.erase(settings, SYSTEM, f"volunteer:{who.id}", why="asked")
    assert refused.value.status == 503
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1
    assert await database.fetchval("SELECT count(*) FROM erasure") == 0


async def test_who_is_not_there_any_more_is_looked_for_all_the_same(db: str, settings: Settings) -> None:
    assert await erasure.erase(settings, SYSTEM, f"volunteer:{uuid4()}", why="restored")
    for nonsense in ("", "volunteer:", "school:x", f"account:{uuid4()}"):
        assert not await erasure.erase(settings, SYSTEM, nonsense, why="restored")


async def test_a_sealed_diary_loses_the_entry_that_names_them_and_no_other(db: str, settings: Settings) -> None:
    who = await people.participant(first_name="Kanarka", last_name="Kanarecka", alias="Kanar")
    group = await people.initiative(kind="group")
    for words in ("Kanarka Kanarecka, Kanar, mówiła długo", "Kanarek śpiewał, dziewięć osób"):
        await diary.write(settings, SYSTEM, group.id, date(2026, 11, 2), words)
    assert await erasure.erase(settings, SYSTEM, f"participant:{who.id}", why="asked")
    left = (await diary.read(settings, SYSTEM, group.id)).entries
    assert [one.words for one in left] == ["Kanarek śpiewał, dziewięć osób"]
