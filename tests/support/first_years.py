"""Włocławek, 2006–2008, as its centre reported it: data that the table of indicators must follow from to the unit.

The report says "over 3,000" people covered by programmes and self-help groups and that they were 21 % of all on
assistance. 3,434 of 16,350 is assumed: it is 21 %. Who they were, in which groups, and how the cost was divided by year
is made up.
"""

from datetime import date
from decimal import Decimal

from support import people
from volunteer_hub.initiatives.tables import FundingLine, Initiative
from volunteer_hub.kit import database
from volunteer_hub.reports.tables import TownYear

COVERED, CONTRACTS, FINISHED = 3434, 252, 148
COST, OUTSIDE = Decimal("2606029.00"), Decimal("2228426.00")
ASSUMED = "Sprawozdanie za lata 2006–2008; liczba objętych (3434) jest założona"
KINDS = ("long_term", "long_term", "partnership", "educational", "group", "group", "group", "course")
# Year, source, spent.
MONEY = (
    (2006, "own", "97603.00"), (2006, "state", "310500.00"), (2007, "own", "130000.00"), (2007, "eu", "641204.50"),
    (2007, "sponsor", "28300.00"), (2008, "own", "150000.00"), (2008, "eu", "1032411.50"), (2008, "state", "201010.00"),
    (2008, "sponsor", "15000.00"),
)  # fmt: skip

PEOPLE = """
    INSERT INTO participant (id, first_name, last_name, alias, language, reach, reach_note, created_at)
    SELECT gen_random_uuid(), '', '', 'U' || n, 'pl', 'desk', '', timestamptz '2006-03-01 12:00+01'
    FROM generate_series(1, $1::int) n"""
# The n-th belongs to the n-th initiative, going round; every third to two more. Months differ, nobody outlives 2008.
MEMBERS = """
    INSERT INTO member (id, initiative, participant, joined_on, left_on)
    SELECT gen_random_uuid(), ($1::uuid[])[1 + (p.n + o.o) % $2::int], p.id, date '2006-03-10' + (p.n % 900)::int,
           CASE WHEN p.n % 2 = 0 THEN date '2006-03-10' + (p.n % 900)::int + 1 + p.n % 100 END
    FROM (SELECT id, substr(alias, 2)::int AS n FROM participant) p
    CROSS JOIN generate_series(0, 2) AS o (o) WHERE (o.o = 0 OR p.n % 3 = 0) AND p.n <= $3"""
# Every tenth of them signed a second one.
SIGNED = """
    INSERT INTO contract (id, participant, state, signed_on, first_day, last_day, version, created_at)
    SELECT gen_random_uuid(), p.id, 'signed', d.day, d.day, d.day + 90, 0, now()
    FROM (SELECT id, substr(alias, 2)::int AS n FROM participant) p CROSS JOIN generate_series(0, 1) AS o (o),
         LATERAL (SELECT date '2006-04-01' + (p.n * 3 + o.o * 100)::int AS day) d
    WHERE p.n <= $1 AND (o.o = 0 OR p.n % 10 = 0)"""
COMPLETED = """
    INSERT INTO completion (id, initiative, member, finished_on, issued_on, year, number, name, course, first_day,
                            last_day, attended, sessions, minutes, exception, noted_at, undone_words)
    SELECT gen_random_uuid(), $1, m.id, d.day, d.day, extract(year FROM d.day)::int, m.n, 'U', 'Kurs', d.day, d.day,
           10, 12, 600, '', now(), ''
    FROM (SELECT id, (row_number() OVER (ORDER BY id))::int AS n FROM member WHERE initiative = $1) m,
         LATERAL (SELECT date '2006-09-01' + m.n * 5 AS day) d WHERE m.n <= $2"""


async def load() -> list[Initiative]:
    """The three years, and people who must not be counted: who left before them, and who came after."""
    for year, residents, assisted, families in ((2006, None, 19_739, 9565), (2008, 115_818, 16_350, 7905)):
        await people.save(
            TownYear(year=year, residents=residents, assisted=assisted, families=families, source=ASSUMED)
        )
    started = [
        await people.initiative(kind=kind, name=f"{kind} {n}", starts_on=date(2006, 3, 1), ends_on=date(2008, 12, 31),
                                state="finished")
        for n, kind in enumerate(KINDS)
    ]  # fmt: skip
    ids = [one.id for one in started]
    await database.execute(PEOPLE, COVERED)
    await database.execute(MEMBERS, ids, len(ids), COVERED)
    await database.execute(SIGNED, CONTRACTS)
    await database.execute(COMPLETED, ids[-1], FINISHED)
    for year, source, spent in MONEY:
        await people.save(
            FundingLine(initiative=ids[year % 3], year=year, source=source, amount=Decimal(spent), spent=Decimal(spent))
        )
    later = await people.initiative(kind="group", starts_on=date(2009, 1, 1))
    await people.member(later, await people.participant(), joined_on=date(2009, 1, 1))
    before = await people.initiative(
        kind="long_term", starts_on=date(2004, 1, 1), state="finished", ends_on=date(2005, 6, 1)
    )
    await people.member(before, await people.participant(), joined_on=date(2004, 2, 1))
    return started
