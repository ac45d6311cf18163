"""Whoever is looked for is found: by any part of a name or number, by filters, in three orders, page by page."""

import random
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, SYSTEM, VISITOR, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import search
from volunteer_hub.people.rules import CAUSES, LANGUAGES, SKILLS, Kind, Step, is_minor
from volunteer_hub.people.search import ENDING_DAYS, MOST_COUNTED, PAGE
from volunteer_hub.people.wanted import CHOICES, Wanted, kept, parts, wanted

TODAY = clock.today("Europe/Warsaw")
NOWHERE = UUID(int=1)


async def found(**asked: str) -> list[str]:
    return [one.name for one in (await search.find(SYSTEM, Wanted(**asked), TODAY)).people]


async def crowd() -> None:
    await people.volunteer(first_name="Łukasz", last_name="Żak", phone="+48600100200")
    await people.volunteer(first_name="Ewa", last_name="Ćwik", phone="+48600300400")
    await people.volunteer(first_name="Ala", last_name="Ćwik", phone="+48501999999")
    await people.volunteer(first_name="Zoe_%", last_name="Bąk-Ćwirko", phone="+48600500600")
    await people.volunteer(first_name="Олена", last_name="Ґудзь", phone="+380671112233")


SEARCHES = {
    "zak": ["Żak Łukasz"],
    "łukasz ŻAK": ["Żak Łukasz"],
    "żak łuk": ["Żak Łukasz"],
    "kasz": ["Żak Łukasz"],
    "wik": ["Ćwik Ala", "Ćwik Ewa"],
    "cwik e": ["Ćwik Ewa"],
    "e wa ćw": ["Ćwik Ewa"],
    "ik": ["Ćwik Ala", "Ćwik Ewa"],
    "ż": ["Bąk-Ćwirko Zoe_%", "Żak Łukasz", "Ґудзь Олена"][:2],
    "q": [],
    "zz": [],
    "600 300 400": ["Ćwik Ewa"],
    "+48 501-999": ["Ćwik Ala"],
    "9999": ["Ćwik Ala"],
    "05": ["Bąk-Ćwirko Zoe_%"],
    "67": ["Ґудзь Олена"],
    "ewa 300": ["Ćwik Ewa"],
    "cwirko": ["Bąk-Ćwirko Zoe_%"],
    "ćwirko bąk": ["Bąk-Ćwirko Zoe_%"],
    "BĄK-ćwir zoe_%": ["Bąk-Ćwirko Zoe_%"],
    "гудз": ["Ґудзь Олена"],
    unicodedata.normalize("NFD", "Ćwik Ewa"): ["Ćwik Ewa"],
    "%": [],
    "_": [],
    "__": [],
    "z_e": [],
    "zoe_": ["Bąk-Ćwirko Zoe_%"],
    "e_%": ["Bąk-Ćwirko Zoe_%"],
    "\\": [],
    "w\\k": [],
    "nikt'; --": [],
}


async def test_by_any_part_of_a_name_or_number_polish_letters_or_not(db: str, subtests: pytest.Subtests) -> None:
    await crowd()
    for words, expected in SEARCHES.items():
        with subtests.test(words):
            assert await found(q=words) == expected


# --- What it finds is what a slow reading finds -----------------------------------------------------------------------

MARKS = str.maketrans("ąćęłńóśźż-", "acelnoszz ")
FIRST = ("Anna", "Łucja", "Róża", "Jan", "Zoe_%", "Świętosław")
LAST = ("Źrebiec", "Nowak-Ćwik", "Ow", "Bąk", "Kowalska", "Lis\\")
NOW = datetime.now(UTC)


def slow(row: dict[str, Any], of: Wanted) -> bool:
    """Reads one person as the list should, without SQL."""
    text = f" {row['first_name']} {row['last_name']} {row['phone']}".lower().translate(MARKS)
    asked = [word.lower().translate(MARKS) for word in parts(of.q)]
    return all(
        (
            all(word in text for word in asked) and bool(asked or not of.q),
            not of.step or row["step"] == of.step,
            not of.kind or row["kind"] == of.kind,
            not of.area or row["area_slug"] == of.area,
            not of.tag or of.tag in row["tags"],
            not of.skill or of.skill in row["skills"],
            not of.language or of.language in row["languages"],
            not of.cause or of.cause in row["causes"],
            not of.minor or is_minor(row["birth_date"], TODAY),
            of.consent != "guardian" or (is_minor(row["birth_date"], TODAY) and row["guardian_consent_at"] is None),
            of.consent != "messages" or not (row["sms_ok"] or row["email_ok"]),
            of.clearance != "ending"
            or any(TODAY <= until <= TODAY + timedelta(days=ENDING_DAYS) for until in row["checks"]),
            of.clearance != "ended" or any(until < TODAY for until in row["checks"]),
            not of.waits or row["step_since"] < NOW - timedelta(days=int(of.waits)),
        )
    )


ORDER = {
    "": lambda row: (row["name_key"], row["id"]),
    "waits": lambda row: (row["step_since"], row["id"]),
    "newest": lambda row: (-row["created_at"].timestamp(), -row["id"].int),
}


async def town(chance: random.Random, size: int) -> list[dict[str, Any]]:
    """People at random, many of them alike, some on the very edge of a rule."""
    eighteen = TODAY.replace(year=TODAY.year - 18)
    edges = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=30), TODAY + timedelta(days=31)]
    for _ in range(size):
        who = await people.volunteer(
            free=False,
            first_name=chance.choice(FIRST),
            last_name=chance.choice(LAST),
            phone=f"+48{chance.randint(500_000_000, 899_999_999)}",
            step=chance.choice(list(Step)),
            kind=chance.choice(list(Kind)),
            area_slug=chance.choice(("południe", "zazamcze")),
            birth_date=eighteen + timedelta(days=chance.choice((-9000, -1, 0, 1, 900))),
            tags=chance.sample(("szkoła", "finał", "x"), chance.randint(0, 2)),
            skills=chance.sample(SKILLS, 2),
            languages=chance.sample(LANGUAGES, 2),
            causes=chance.sample(CAUSES, 2),
            sms_ok=chance.random() < 0.6,
            email_ok=chance.random() < 0.6,
            guardian_consent_at=chance.choice((None, NOW)),
            step_since=NOW - timedelta(days=chance.choice((0, 6, 8, 29, 31, 200))),
            created_at=NOW - timedelta(days=chance.randint(0, 3)),
        )
        for kind in chance.sample(("minors", "driving"), chance.randint(0, 2)):
            revoked = TODAY if chance.random() < 0.2 else None
            await people.clearance(who, kind, valid_until=chance.choice(edges), revoked_on=revoked)
    rows = await database.fetch(
        """SELECT v.*, ARRAY(SELECT valid_until FROM clearance c WHERE c.volunteer = v.id AND c.revoked_on IS NULL) AS
                  checks FROM volunteer v"""
    )
    return [dict(row) for row in rows]


def at_random(chance: random.Random) -> Wanted:
    words = [
        "", "", "a", "an", "ann", "źr", "nowak", "ćwik no", "owa", "5", "77", "60", "%", "_", "z_", "\\", "lis\\",
        "o a", "x", "swietos 6", "---",
    ]  # fmt: skip
    asked = {"q": chance.choice(words), "order": chance.choice(("", "waits", "newest"))}
    for name in chance.sample([name for name in CHOICES if name != "order"], chance.choice((0, 0, 1, 1, 2, 3))):
        asked[name] = chance.choice(list(CHOICES[name] or ("szkoła", "finał", "zazamcze")))
    return wanted(asked)


async def whole(of: Wanted) -> list[UUID]:
    """All pages from the first to the last, and then the way back, which must show the same people."""
    forth, place = list[UUID](), ""
    while True:
        page = await search.find(SYSTEM, of, TODAY, after=place)
        forth += [one.id for one in page.people]
        if not (place := page.after):
            break
    back, last = [one.id for one in page.people], page
    while last.before:
        last = await search.find(SYSTEM, of, TODAY, before=last.before)
        back = [one.id for one in last.people if one.id not in set(back)] + back
    assert back == forth
    return forth


async def test_it_finds_exactly_whom_a_slow_reading_finds(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 7)
    chance = random.Random(17)
    rows = await town(chance, 120)
    hits = 0
    for most in (1000, 20):  # with few counted, the pages come from the database and not from the first look
        monkeypatch.setattr(search, "MOST_COUNTED", most)
        for _ in range(60):
            of = at_random(chance)
            expected = [row["id"] for row in sorted(filter(lambda row: slow(row, of), rows), key=ORDER[of.order])]
            assert await whole(of) == expected, of
            page = await search.find(SYSTEM, of, TODAY)
            assert (page.total, page.more_than) == (min(len(expected), most), len(expected) > most)
            by_name = sorted(filter(lambda row: slow(row, of), rows), key=ORDER[""])
            assert await search.chosen(SYSTEM, of, TODAY, 1000) == [row["id"] for row in by_name]
            hits += bool(expected)
    assert hits > 50, "most of these searches must find somebody"


async def test_control_letters_taken_for_a_pattern_find_too_many(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await crowd()
    monkeypatch.setattr(search, "literal", lambda word: word)
    assert len(await found(q="z_e")) == 1 and not SEARCHES["z_e"]


@given(q=some.text(max_size=90))
def test_any_words_are_some_parts(q: str) -> None:
    said = wanted({"q": q})
    for part in parts(said.q):
        assert part and not part.isspace() and any(map(str.isalnum, part))


async def test_any_words_are_answered(db: str) -> None:
    await crowd()
    chance = random.Random(3)
    for _ in range(200):
        q = "".join(chance.choice("aż%_\\'\"-. \u0301İẞ😀\ud800\x00Σ9") for _ in range(chance.randint(0, 12)))
        await search.find(SYSTEM, wanted({"q": q}), TODAY)


# --- What stands in an address ----------------------------------------------------------------------------------------


@given(
    asked=some.dictionaries(
        some.sampled_from([*CHOICES, "q", "after", "nonsense"]),
        some.one_of(some.text(max_size=20), some.sampled_from(["active", "pupil", "ending", "7", "waits", "pl"])),
    )
)
def test_an_address_is_read_back_as_it_was_written(asked: dict[str, str]) -> None:
    of = wanted(asked)
    assert kept(of.query) == of


def test_what_an_address_cannot_mean_narrows_nothing() -> None:
    assert wanted({"step": "king", "kind": "x", "order": "name; DROP", "waits": "-1", "area": ""}) == Wanted()


# --- Pages ------------------------------------------------------------------------------------------------------------

MANY = """
    INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, area_slug, causes, skills, languages,
                           step, step_since, created_at)
    SELECT gen_random_uuid(), 'Ala', 'Ćwik' || n / 4, '+4860' || n, date '2000-01-01' - n, 'adult', '', '{}', '{}',
           '{}', 'active', now() - make_interval(secs => n / 3), now() FROM generate_series(1000, $1) n"""


@pytest.mark.parametrize("order", ["", "waits", "newest"])
async def test_a_long_list_is_paged_both_ways_and_counted_only_so_far(db: str, order: str) -> None:
    await database.execute(MANY, 1000 + MOST_COUNTED + 2 * PAGE)
    page = await search.find(SYSTEM, Wanted(q="cwik", order=order), TODAY)
    assert page.total == MOST_COUNTED and page.more_than and not page.before
    assert "wik" not in page.after, "an address names nobody"
    everybody = await whole(Wanted(q="cwik", order=order))
    assert len(everybody) == len(set(everybody)) == MOST_COUNTED + 2 * PAGE + 1


async def test_the_next_page_of_a_queue_stands_although_its_last_person_has_moved_on(db: str) -> None:
    await database.execute(MANY, 1000 + 2 * PAGE)
    of = Wanted(step="active", order="waits")
    first = await search.find(SYSTEM, of, TODAY)
    expected = [one.id for one in (await search.find(SYSTEM, of, TODAY, after=first.after)).people]
    moved = first.people[-1].id
    await database.execute("UPDATE volunteer SET step_since = now(), step = 'paused' WHERE id = $1", moved)
    assert [one.id for one in (await search.find(SYSTEM, of, TODAY, after=first.after)).people] == expected


@pytest.mark.parametrize(
    "place", ["x", "9999999999999999999999.", str(NOWHERE), f"12.{NOWHERE}", "1e9." + "0" * 32], ids=range(5)
)
@pytest.mark.parametrize("order", ["", "waits"])
async def test_a_place_that_is_none_is_answered(db: str, place: str, order: str) -> None:
    await crowd()
    for where in ({"after": place}, {"before": place}):
        page = await search.find(SYSTEM, Wanted(order=order), TODAY, **where)
        assert page.total == 5


# --- Queues, tags, what to relax --------------------------------------------------------------------------------------


async def test_a_queue_tells_how_many_and_who_waits_longest(db: str) -> None:
    for days in (3, 40, 7):
        await people.volunteer(free=False, step=Step.APPLIED, step_since=NOW - timedelta(days=days))
    queues = await search.queues(SYSTEM)
    assert list(queues) == list(Step)
    assert (queues[Step.APPLIED].total, queues[Step.APPLIED].since) == (3, NOW - timedelta(days=40))
    assert (queues[Step.LEFT].total, queues[Step.LEFT].since) == (0, None)


async def test_tags_in_use_each_once(db: str) -> None:
    for tags in (["żaba", "as"], ["as"], [], ["ćma"]):
        await people.volunteer(free=False, tags=tags)
    assert await search.tags(SYSTEM) == ["as", "ćma", "żaba"]


async def test_nobody_found_says_what_helps(db: str) -> None:
    await people.volunteer(free=False, step=Step.ACTIVE, kind=Kind.ADULT, area_slug="wschód")
    of = Wanted(step="active", kind="pupil", area="wschód")
    assert not (await search.find(SYSTEM, of, TODAY)).people
    assert await search.relaxed(SYSTEM, of, TODAY) == {"kind": 1}


# --- Who may look, and how --------------------------------------------------------------------------------------------


async def test_nobody_but_coordinators_sees_a_list(db: str) -> None:
    await crowd()
    roles = (*sorted(STAFF - {Role.COORDINATOR}), Role.VOLUNTEER)
    actors = [people.actor(await people.account(role)) for role in roles]
    for actor in (VISITOR, *actors):
        for look in (
            search.find(actor, Wanted(), TODAY),
            search.queues(actor),
            search.tags(actor),
            search.chosen(actor, Wanted(), TODAY, 10),
            search.relaxed(actor, Wanted(q="x"), TODAY),
        ):
            with pytest.raises(Refused) as refused:
                await look
            assert refused.value.status == 404


async def test_any_letters_can_come_from_an_index(db: str) -> None:
    """Not only from a look at everybody: three letters by trigrams, one or two by an index of their own."""
    await database.execute(MANY, 4000)
    await database.execute("VACUUM ANALYZE volunteer")
    for sql, value in (("found_by LIKE fold($1)", "%rebx%"), ("short_parts(found_by) @> ARRAY[$1]", "bx")):
        async with database.transaction():
            await database.execute("SET LOCAL enable_seqscan = off")  # so few people are looked through by habit
            plan = await database.fetch(f"EXPLAIN SELECT id FROM volunteer WHERE {sql}", value)
        assert any("Bitmap Index Scan" in row[0] and "volunteer_s" in row[0] for row in plan), plan


def test_the_day_one_comes_of_age_is_the_day_of_the_rules() -> None:
    for today in (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29), date(2028, 3, 1)):
        border = search._eighteen(today)
        assert not is_minor(border, today) and is_minor(border + timedelta(days=1), today)
