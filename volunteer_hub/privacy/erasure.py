"""A person is erased: everything that names them goes, numbers stay. Decision 0020; proven by canaries in its tests.

What stays: the line that somebody was erased (an id), the log and the ledger of consents (ids), how many people helped
(numbers), and papers in the centre's binders, which the law wants kept. The person is told so in words.
"""

import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import unquote_plus

from volunteer_hub.access import audit, kept
from volunteer_hub.initiatives import circle_tasks, contracts, courses, diary
from volunteer_hub.intake import merged_seats
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.papers import issuing
from volunteer_hub.people import confided
from volunteer_hub.privacy import erasure_list, figures, people
from volunteer_hub.privacy.people import Person
from volunteer_hub.schedule.pairs import actions as pairs
from volunteer_hub.schedule.risks import standing
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import gettext, mark, speaking

GONE = mark("Dane usunięte")

Step = Callable[[Settings, Person], Awaitable[None]]

NOTE = """
    INSERT INTO erasure (id, subject, why, at) SELECT gen_random_uuid(), $1::varchar, $2, now()
    WHERE NOT EXISTS (SELECT FROM erasure WHERE subject = $1::varchar)"""
HERE = """
    SELECT 'volunteer:' || id AS subject FROM volunteer WHERE 'volunteer:' || id = ANY($1)
    UNION ALL SELECT 'participant:' || id FROM participant WHERE 'participant:' || id = ANY($1)"""
THERE = {
    "volunteer": "SELECT EXISTS (SELECT FROM volunteer r WHERE r.id = $1 AND {only_if})",
    "participant": "SELECT EXISTS (SELECT FROM participant r WHERE r.id = $1 AND {only_if})",
}


async def erase(settings: Settings, actor: Actor, subject: str, *, why: str, only_if: str = "true") -> bool:
    """Erases "volunteer:<uuid>" or "participant:<uuid>" with all that was merged into it: all of it or nothing.

    False when `only_if` (SQL over the row `r`) no longer holds or there is nobody of that kind. Somebody whose row is
    gone already, as in a restored backup, is looked for all the same. Before the end the id is in the list outside the
    database: whoever is erased there and not here is erased again by the next restore, never the other way round.
    Raises Refused 503 when that list cannot be written.
    """
    async with database.transaction():
        await _lock(subject)
        person = await people.person(subject)
        if person is None:
            return False
        if only_if != "true" and not await database.fetchval(
            THERE[person.kind].replace("{only_if}", only_if), person.ids[0]
        ):
            return False
        if person.kind == "volunteer":
            await standing.release(actor, *person.ids)
        await figures.keep(person.kind, person.ids, settings.timezone)
        for step in STEPS:
            await step(settings, person)
        for one in person.subjects:
            await database.execute(NOTE, one, why)
        await audit.record(actor, "people.erase", subject)
        await erasure_list.add(settings, person.subjects)
    return True


async def again(settings: Settings) -> int:
    """Erases everybody in the list who is here all the same, as after a backup was restored; how many there were.

    Raises OSError when the list is there and cannot be read.
    """
    known = erasure_list.known(settings)
    here = {row["subject"] for row in await database.fetch(HERE, known)}
    for subject in known:
        if subject in here:
            await erase(settings, SYSTEM, subject, why="restored")
    return len(here)


async def _lock(subject: str) -> None:
    """The order of schedule/seats.py: meetings, the volunteers, what is theirs."""
    person = await people.person(subject)
    if person is None:
        return
    if person.kind == "volunteer":
        await merged_seats.lock_meetings(*person.ids)
        await database.execute("SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR UPDATE", person.ids)
        await merged_seats.lock_assignments(*person.ids)
    else:
        await pairs.end_for(person.ids)
        await database.execute("SELECT FROM participant WHERE id = ANY($1) ORDER BY id FOR UPDATE", person.ids)


# --- the steps, each taking away one kind of trace -------------------------------------------------------------------

# To a family's phone also goes what is not about this person: only what says their name is taken away.
OUT = """
    DELETE FROM message WHERE about = ANY($1) OR address = ANY($2) OR address = ANY($3) AND EXISTS (
        SELECT FROM unnest($4::text[]) n WHERE subject || body || html ILIKE '%' || n || '%')"""
IN = """
    DELETE FROM inbound WHERE about = ANY($1) OR address = ANY($2) OR address = ANY($3) AND EXISTS (
        SELECT FROM unnest($4::text[]) n WHERE body ILIKE '%' || n || '%')"""


async def messages(_: Settings, person: Person) -> None:
    for statement in (OUT, IN):
        await database.execute(statement, person.abouts, person.alone, person.shared, person.names)
    for table in ("opt_out", "proven_number", "sign_in_code"):
        await database.execute(f"DELETE FROM {table} WHERE address = ANY($1)", person.alone)


HOMES = """
    UPDATE place p SET name = $2, address = '', latitude = a.latitude, longitude = a.longitude FROM area a
    WHERE a.id = p.area AND p.private
      AND EXISTS (SELECT FROM request r WHERE r.id = ANY($1) AND r.address <> '' AND r.address = p.address)"""
OWN_NEEDS = "SELECT n.id FROM need n JOIN request q ON q.need = n.id WHERE n.personal AND q.id = ANY($1)"
NEEDS = f"""
    UPDATE need n SET title = $2, voiced_by = '', about = '', address = '', latitude = a.latitude,
           longitude = a.longitude
    FROM area a WHERE a.id = n.area AND n.id IN ({OWN_NEEDS})"""
OF_NEEDS = (
    f"UPDATE need_evidence SET words = '' WHERE need IN ({OWN_NEEDS})",
    f"UPDATE need_change SET reason = '' WHERE need IN ({OWN_NEEDS})",
)
# An address that was looked up on the map for them.
LOOKED_UP = """
    DELETE FROM geocoded g WHERE EXISTS (
        SELECT FROM request r WHERE r.id = ANY($1) AND r.address <> ''
          AND fold(g.asked) LIKE '%' || fold(r.address) || '%')"""
# Where others may have written who somebody is: gone with all of the name in it.
SAID = {
    "need": ("voiced_by", "about", "address"), "need_evidence": ("words",), "need_change": ("reason",),
    "partner_asked": ("words",), "agenda_item": ("words", "decision"), "team_task": ("words",),
    "goal": ("words", "outcome"), "initiative": ("outcome",), "initiative_change": ("reason",),
    "diary_entry": ("words",), "paper": ("words", "kept_at"), "partner": ("gives",),
    "completion": ("exception", "undone_words"), "coming": ("made_up",),
    "bulk": ("subject_pl", "text_pl", "subject_en", "text_en", "subject_uk", "text_uk"),
}  # fmt: skip
SAYS = "EXISTS (SELECT FROM unnest($1::text[]) n HAVING bool_and({column} ILIKE '%' || n || '%'))"
# What somebody can do, or an organisation, stands on the map with this person as the one to ring.
CONTACTS = """
    UPDATE resource SET contact_name = '', phone = '', email = ''
    WHERE phone = ANY($1) OR lower(email) = ANY($1)"""
CONSENTED = f"""
    UPDATE resource SET consent_by = '', consent_on = NULL, public = false
    WHERE consent_by <> '' AND {SAYS.replace("{column}", "consent_by")}"""
REQUESTS = """
    UPDATE request SET name = '', phone = '', email = '', address = '', text = '', answer = '', area_slug = '',
           once_hash = NULL, state = 'closed', closed_at = coalesce(closed_at, now()), version = version + 1
    WHERE id = ANY($1)"""


async def requests(_: Settings, person: Person) -> None:
    """What they asked for stays a number at a desk; the words, the contact and the home go."""
    with speaking("pl"):
        gone = gettext(GONE)
    await database.execute(HOMES, person.requests, gone)
    if person.kind == "participant":
        await pairs.forget_homes(person.ids, gone)
    await database.execute(LOOKED_UP, person.requests)
    for statement in OF_NEEDS:
        await database.execute(statement, person.requests)
    await database.execute(NEEDS, person.requests, gone)
    await database.execute(REQUESTS, person.requests)
    await database.execute("UPDATE request_move SET note = '' WHERE request = ANY($1)", person.requests)


async def on_the_map(_: Settings, person: Person) -> None:
    """What is said of them on the map and in teams, and themselves as somebody to ring."""
    await database.execute(CONTACTS, person.alone)
    if not person.names:
        return
    for table, columns in SAID.items():
        for column in columns:
            await database.execute(
                f"UPDATE {table} SET {column} = '' WHERE {column} <> '' AND {SAYS.format(column=f'{table}.{column}')}",
                person.names,
            )
    await database.execute(CONSENTED, person.names)


async def words(settings: Settings, person: Person) -> None:
    """What others typed about them: confided notes, answers to their rights, reasons for looking."""
    initiatives = [row["id"] for row in await database.fetch("SELECT id FROM initiative")]
    for id in person.ids:
        await confided.forget(settings.field_keys, id, initiatives)
    await contracts.forget(person.ids)
    await courses.forget(person.ids)
    await issuing.forget(person.ids, person.requests)
    await database.execute(
        "UPDATE rights_request SET words = '', answer = '', state = CASE state WHEN 'open' THEN 'done' ELSE state END,"
        " done_at = coalesce(done_at, now()) WHERE subject = ANY($1)",
        person.subjects,
    )
    await database.execute("UPDATE break_glass SET reason = '' WHERE about = ANY($1)", person.subjects)


# A file of volunteers that waits, or was written within a day.
LINES = ("people_import_line", "array_to_string(cells, ' ') || mended || coalesce(before::text, '')")
FILES = "SELECT id, file_name FROM people_import WHERE file_name <> ''"


async def typed(settings: Settings, person: Person) -> None:
    """What says their name, number or address, however typed: half-filled forms, kept searches, sealed diaries."""
    for table, column in (("draft", "data::text"), ("saved_view", "query || ' ' || name"), LINES):
        rows = await database.fetch(f"SELECT id, {column} AS text FROM {table}")
        found = [row["id"] for row in rows if _says(row["text"], person)]
        await database.execute(f"DELETE FROM {table} WHERE id = ANY($1)", found)
    files = [row["id"] for row in await database.fetch(FILES) if _says(row["file_name"], person)]
    await database.execute("UPDATE people_import SET file_name = '' WHERE id = ANY($1)", files)
    await kept.forget_saying(settings, lambda text: _says(text, person))
    await diary.forget_saying(settings, lambda text: _says(text, person))
    await circle_tasks.forget_saying(settings, lambda text: _says(text, person))
    await contracts.forget_saying(settings, lambda text: _says(text, person))
    await issuing.forget_saying(settings, lambda text: _says(text, person))


async def rows(_: Settings, person: Person) -> None:
    """Their own row, and with it by its links all that belongs to it; then their accounts."""
    await database.execute(f"DELETE FROM {person.kind} WHERE id = ANY($1)", person.ids)
    await database.execute(
        "DELETE FROM account a WHERE role = 'volunteer' AND (id = ANY($1) OR closed_at IS NOT NULL)"
        " AND NOT EXISTS (SELECT FROM volunteer v WHERE v.account = a.id)",
        person.accounts,
    )


STEPS: tuple[Step, ...] = (messages, requests, on_the_map, words, typed, rows)


def _says(text: str, person: Person) -> bool:
    said = _plain(text)
    digits = re.sub(r"\D", "", said)
    for address in (*person.alone, *person.shared):
        if "@" in address and address.casefold() in said:
            return True
        if "@" not in address and address[-9:] in digits:
            return True
    return len(person.names) > 1 and all(name.casefold() in said for name in person.names)


def _plain(text: str) -> str:
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        text = unquote_plus(text)
    return text.casefold()
