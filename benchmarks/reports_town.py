"""A centre's three years for the reports, made in the database: of 100,000 people a third helps, a million attendances.

What is counted lies in the year that is asked: 800,000 times somebody was at a meeting, 200,000 times hours were
approved. The years before have the people, papers and money that trends are drawn from.
"""

from datetime import date

import asyncpg

AREAS, THEMES = 25, 40
# One in so many people helps, the others take part; each initiative has so many members and meetings.
HELPERS, MEMBERS, MEETINGS = 3, 40, 8

PLACES = f"""
INSERT INTO area (id, slug, name, schematic, latitude, longitude)
SELECT gen_random_uuid(), 'area-' || n, 'Osiedle ' || n, true, 52.6, 19.0 FROM generate_series(0, {AREAS - 1}) n;

INSERT INTO place (id, name, address, area, latitude, longitude, private)
SELECT gen_random_uuid(), 'Miejsce ' || n || ' ' || a.slug, 'ul. Prosta 1', a.id, 52.6, 19.0, false
FROM area a, generate_series(1, 8) n;

INSERT INTO theme (id, slug, name_pl, name_en, name_uk, confidential)
SELECT gen_random_uuid(), 'temat-' || n, 'Temat ' || n, 'Theme ' || n, 'Тема ' || n, n % 10 = 0
FROM generate_series(1, {THEMES}) n;

CREATE TEMP TABLE a_place AS SELECT id, row_number() OVER (ORDER BY name) - 1 AS n FROM place;
CREATE TEMP TABLE a_theme AS SELECT id, row_number() OVER (ORDER BY slug) - 1 AS n FROM theme;
"""

FIGURES = """
INSERT INTO town_year (id, year, residents, assisted, families, source, changed_at)
SELECT gen_random_uuid(), y, 500000 - 1000 * (y - $1), 90000 - 2000 * (y - $1), 44000 - 900 * (y - $1), 'przykład',
       now()
FROM generate_series($1 - 2, $1) y"""

HELP = """
WITH made AS (
    INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, step, step_since, area_slug, causes,
                           skills, languages, tags, created_at)
    SELECT gen_random_uuid(), 'Imię' || n % 400, 'Nazwisko' || n % 7000, '+48' || 500000000 + n,
           $2::date - (13 * 366 + n * 7 % 22000),
           (ARRAY['pupil', 'student', 'adult'])[1 + n % 3], (ARRAY['active', 'active', 'paused', 'left'])[1 + n % 4],
           now(), 'area-' || n % 25, '{}', '{}', '{pl}', '{}', $2::timestamptz - (n * 7919 % 1095) * interval '1 day'
    FROM generate_series(1, $1) n RETURNING id, created_at, phone)
SELECT id, created_at, row_number() OVER (ORDER BY phone) - 1 AS n INTO TEMP a_volunteer FROM made"""
STEPS = """
INSERT INTO step_taken (id, volunteer, step, at)
SELECT gen_random_uuid(), id, step, created_at + later * interval '1 day'
FROM a_volunteer, (VALUES ('applied', 0), ('talked_to', 9), ('agreed', 15), ('active', 20)) s (step, later)
WHERE n % 5 < 4 OR later < 10"""
AGREED = """
INSERT INTO agreement (id, volunteer, signed_on, valid_from, noted_at)
SELECT gen_random_uuid(), id, created_at::date + 15, created_at::date + 15, now() FROM a_volunteer WHERE n % 5 < 4"""

INITIATIVES = """
WITH made AS (
    INSERT INTO initiative (id, name, kind, state, theme, about, public, starts_on, ends_on, created_at)
    SELECT gen_random_uuid(), 'Inicjatywa ' || lpad(k.n::text, 6, '0'),
           (ARRAY['partnership', 'long_term', 'one_off', 'educational', 'long_term', 'group', 'group', 'course'])[
               1 + k.n % 8],
           CASE WHEN k.n % 3 = 0 THEN 'finished' ELSE 'running' END, t.id, 'Opis', true,
           $2::date - k.n * 131 % 900 - 365, CASE WHEN k.n % 3 = 0 THEN $2::date - k.n % 20 END, now()
    FROM generate_series(1, $1) k (n) JOIN a_theme t ON t.n = k.n % 40 RETURNING id, name, kind)
SELECT id, kind, row_number() OVER (ORDER BY name) - 1 AS n INTO TEMP an_initiative FROM made"""
MET = """
WITH made AS (
    INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone, starts_at, ends_at, state, sequence,
                         noted_at, created_at, changed_at)
    SELECT gen_random_uuid(), i.id, p.id, wall, wall + interval '2 hours', 'Europe/Warsaw',
           wall AT TIME ZONE 'Europe/Warsaw', (wall + interval '2 hours') AT TIME ZONE 'Europe/Warsaw', 'planned', 0,
           (wall + interval '2 hours') AT TIME ZONE 'Europe/Warsaw', now(), now()
    FROM an_initiative i CROSS JOIN generate_series(0, $1 - 1) k
    CROSS JOIN LATERAL (SELECT $2::date + ((i.n * 13 + k * 41) % 365)::int + time '17:00' AS wall) w
    JOIN a_place p ON p.n = i.n % 200 RETURNING id, initiative, starts_at)
SELECT * INTO TEMP a_meeting FROM made"""
TAKING_PART = """
WITH made AS (
    INSERT INTO participant (id, first_name, last_name, alias, language, sms_ok, reach, reach_note, created_at)
    SELECT gen_random_uuid(), 'Imię' || n % 400, '', 'Osoba ' || lpad(n::text, 7, '0'), 'pl', false, 'sms', '', now()
    FROM generate_series(1, $1) n RETURNING id, alias)
SELECT id, row_number() OVER (ORDER BY alias) - 1 AS n INTO TEMP a_participant FROM made"""
# Every second is in two of them; of twenty one came before they belonged.
MEMBERSHIPS = """
WITH made AS (
    INSERT INTO member (id, initiative, participant, joined_on)
    SELECT gen_random_uuid(), i.id, p.id, $2::date + CASE WHEN k % 20 = 7 THEN 365 + k ELSE -(i.n % 200)::int END
    FROM an_initiative i CROSS JOIN generate_series(0, $1 - 1) k
    JOIN a_participant p ON p.n = (i.n * $1 + k) % (SELECT count(*) FROM a_participant)
    ON CONFLICT DO NOTHING RETURNING id, initiative)
SELECT * INTO TEMP a_member FROM made"""
CAME = """
INSERT INTO coming (id, meeting, member, code, came, noted_at)
SELECT gen_random_uuid(), m.id, e.id, '', random() < 0.8, m.starts_at
FROM a_meeting m JOIN a_member e USING (initiative)"""
# The same ten help at each meeting of an initiative.
HELPED = (
    """INSERT INTO role_asked (id, initiative, name, tasks, least, most, skills, languages, clearances)
       SELECT gen_random_uuid(), id, 'Pomaga', '', 2, 10, '{}', '{}', '{}' FROM an_initiative""",
    """WITH made AS (
           INSERT INTO opening (id, meeting, role, least, most, taken, urgent, urgent_reason, version)
           SELECT gen_random_uuid(), m.id, r.id, 2, 10, 10, false, '', 0
           FROM a_meeting m JOIN role_asked r ON r.initiative = m.initiative RETURNING id, meeting)
       SELECT * INTO TEMP an_opening FROM made""",
    """WITH made AS (
           INSERT INTO assignment (id, opening, volunteer, state, code, created_at)
           SELECT gen_random_uuid(), o.id, v.id, 'done', '', now()
           FROM an_opening o JOIN a_meeting m ON m.id = o.meeting JOIN an_initiative i ON i.id = m.initiative
           CROSS JOIN generate_series(0, 9) k JOIN a_volunteer v ON v.n = i.n * 10 + k RETURNING id, opening, volunteer)
       SELECT * INTO TEMP an_assignment FROM made""",
    """INSERT INTO booking (id, assignment, meeting, volunteer, starts_at, ends_at, accepted)
       SELECT gen_random_uuid(), s.id, m.id, s.volunteer, m.starts_at, m.starts_at + interval '2 hours', true
       FROM an_assignment s JOIN an_opening o ON o.id = s.opening JOIN a_meeting m ON m.id = o.meeting
       ON CONFLICT DO NOTHING""",
    """INSERT INTO hours_worked (id, volunteer, initiative, assignment, day, minutes, words, state, reported_at, reason)
       SELECT gen_random_uuid(), s.volunteer, m.initiative, s.id, m.starts_at::date, 120, '', 'approved', now(), ''
       FROM an_assignment s JOIN an_opening o ON o.id = s.opening JOIN a_meeting m ON m.id = o.meeting""",
)
MONEY = """
INSERT INTO funding_line (id, initiative, year, source, payer, amount, spent, created_at)
SELECT gen_random_uuid(), id, y, s, '', 1000 + n % 900, 900 + n % 90 + 0.37, now()
FROM an_initiative, generate_series($1 - 2, $1) y, unnest(ARRAY['own', 'eu', 'sponsor', 'state']) s"""
CONTRACTS = """
WITH made AS (
    INSERT INTO contract (id, participant, state, signed_on, first_day, created_at)
    SELECT gen_random_uuid(), id, 'signed', $1::date + (n % 700)::int - 365, $1::date + (n % 700)::int - 365, now()
    FROM a_participant WHERE n % 7 = 0 RETURNING id, signed_on),
goals AS (INSERT INTO contract_goal (id, contract, created_at)
    SELECT gen_random_uuid(), id, now() FROM made RETURNING id, contract)
INSERT INTO contract_step (id, goal, due, done_on, created_at)
SELECT gen_random_uuid(), g.id, signed_on + 30 * k, CASE WHEN k < 3 THEN signed_on + 25 * k END, now()
FROM goals g JOIN made c ON c.id = g.contract, generate_series(1, 3) k"""
FINISHED = """
INSERT INTO completion (id, initiative, member, finished_on, issued_on, year, number, name, course, first_day, last_day,
                        attended, sessions, minutes, noted_at)
SELECT gen_random_uuid(), i.id, e.id, $1::date + 200, $1::date + 201, extract(year FROM $1::date)::int,
       row_number() OVER (), '', '', $1::date, $1::date + 200, 6, 8, 720, now()
FROM an_initiative i JOIN a_member e ON e.initiative = i.id WHERE i.kind = 'course' AND i.n % 16 = 6"""

PRESENT = """
UPDATE initiative i SET present = n FROM (SELECT initiative, count(*) AS n FROM a_member GROUP BY 1) m
WHERE m.initiative = i.id"""


async def build(dsn: str, people: int, year: int) -> dict[str, int]:
    """Fills an empty, migrated database; how many people and attendances are in it."""
    helpers = people // HELPERS
    part = people - helpers
    initiatives = people // MEMBERS
    first, last = date(year, 1, 1), date(year, 12, 31)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET synchronous_commit = off; SET work_mem = '128MB'; SELECT setseed(0.42)")
        # A million rows that are right need not be looked at one by one.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(PLACES)
        await connection.execute(FIGURES, year)
        await connection.execute(HELP, helpers, last)
        await connection.execute(STEPS)
        await connection.execute(AGREED)
        await connection.execute(INITIATIVES, initiatives, last)
        await connection.execute(MET, MEETINGS, first)
        await connection.execute(TAKING_PART, part)
        await connection.execute(MEMBERSHIPS, MEMBERS, first)
        await connection.execute(CAME)
        for statement in HELPED:
            await connection.execute(statement)
        await connection.execute(MONEY, year)
        await connection.execute(CONTRACTS, first)
        await connection.execute(FINISHED, first)
        await connection.execute(PRESENT)
        await connection.execute("SET session_replication_role = origin")
        await connection.execute("VACUUM ANALYZE")
        came = await connection.fetchval("SELECT count(*) FROM coming")
        hours = await connection.fetchval("SELECT count(*) FROM hours_worked")
    finally:
        await connection.close()
    return {"people": people, "attendances": came + hours, "initiatives": initiatives}
