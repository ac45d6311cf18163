"""A synthetic town, made by a few statements in the database: N people, a thousand openings, a year of bookings."""

import asyncpg

AREAS = 25
VENTURES = 50
MEETINGS = 1000

TOWN = """
INSERT INTO area (id, slug, name, schematic, latitude, longitude)
SELECT gen_random_uuid(), 'area-' || n, 'Osiedle ' || n, true, 52.60 + (n / 5) * 0.02, 19.00 + (n % 5) * 0.03
FROM generate_series(0, {areas} - 1) n;

INSERT INTO theme (id, slug, name_pl, name_en, name_uk, confidential)
SELECT gen_random_uuid(), slug, slug, slug, slug, false
FROM unnest(ARRAY['elders', 'children', 'homework', 'food', 'nature']) slug;

INSERT INTO place (id, name, address, area, latitude, longitude, private)
SELECT gen_random_uuid(), 'Miejsce ' || a.slug, 'ul. Prosta 1', a.id, a.latitude + 0.003, a.longitude + 0.004, false
FROM area a;

INSERT INTO initiative (id, name, kind, state, theme, about, public, starts_on, created_at)
SELECT gen_random_uuid(), 'Inicjatywa ' || n, 'long_term', 'running',
       (SELECT id FROM theme ORDER BY slug OFFSET n % 5 LIMIT 1), 'Opis', true, current_date - 60, now()
FROM generate_series(1, {ventures}) n;

INSERT INTO policy (id, insurer, number, valid_from, valid_until, noted_at)
VALUES (gen_random_uuid(), 'Ubezpieczyciel', '1', current_date - 365, current_date + 365, now());

INSERT INTO role_asked (id, initiative, name, tasks, least, most, skills, languages, clearances, minor_safe, gender)
SELECT gen_random_uuid(), i.id, 'Pomaga', '', 2, 4, '{{}}', '{{pl}}', '{{}}', true, '' FROM initiative i;

INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone,
                     starts_at, ends_at, state, sequence, created_at)
SELECT gen_random_uuid(), i.id, p.id, wall, wall + interval '2 hours', 'Europe/Warsaw',
       wall AT TIME ZONE 'Europe/Warsaw', (wall + interval '2 hours') AT TIME ZONE 'Europe/Warsaw', 'planned', 0, now()
FROM generate_series(1, {meetings}) n
CROSS JOIN LATERAL (SELECT (current_date + (n % 21) + 1) + make_interval(hours => 9 + n % 10) AS wall) w
JOIN LATERAL (SELECT id FROM initiative ORDER BY name OFFSET n % {ventures} LIMIT 1) i ON true
JOIN LATERAL (SELECT id FROM place ORDER BY name OFFSET n % {areas} LIMIT 1) p ON true;

INSERT INTO opening (id, meeting, role, least, most, taken, urgent, urgent_reason, version)
SELECT gen_random_uuid(), m.id, r.id, 2, 4, 0, random() < 0.1, '', 0
FROM meeting m JOIN role_asked r ON r.initiative = m.initiative;
"""

PEOPLE = """
INSERT INTO volunteer (id, first_name, last_name, phone, email, language, birth_date, kind, step, step_since, area_slug,
                       latitude, longitude, max_km, max_hours_week, causes, skills, languages, gender, about,
                       guardian_name, guardian_phone, created_at)
SELECT gen_random_uuid(), 'Imię' || n % 400, 'Nazwisko' || n % 7000, '+48' || 500000000 + n, NULL, 'pl',
       current_date - (18 * 366 + n % 18000), 'adult', 'active', now(), 'area-' || n % {areas},
       52.60 + random() * 0.1, 19.00 + random() * 0.15, 1 + random() * 7, 3 + n % 8,
       ARRAY[(ARRAY['elders', 'children', 'homework', 'food', 'nature'])[1 + n % 5]],
       '{{}}', '{{pl}}', '', '', '', '', now()
FROM generate_series(1, {people}) n;

INSERT INTO availability (id, volunteer, weekday, starts, ends)
SELECT gen_random_uuid(), v.id, d, make_time(8 + 4 * (d % 3), 0, 0), make_time(12 + 4 * (d % 3), 0, 0)
FROM volunteer v CROSS JOIN generate_series(1, 7) d WHERE random() < 0.6;

INSERT INTO assignment (id, opening, volunteer, state, code, invited_at, answered_by, created_at)
SELECT gen_random_uuid(), o.id, v.id, 'invited', '2', now(), '', now()
FROM opening o CROSS JOIN LATERAL (
  SELECT id FROM volunteer WHERE phone = '+48' || 500000000 + 1 + abs(hashtext(o.id::text)) % {people}) v
ON CONFLICT DO NOTHING;

INSERT INTO booking (id, assignment, meeting, volunteer, starts_at, ends_at, accepted)
SELECT gen_random_uuid(), a.id, m.id, a.volunteer, m.starts_at, m.ends_at, false
FROM assignment a JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting;
"""


async def build(dsn: str, people: int) -> None:
    """Fills an empty, migrated database. About 12 seconds for 100,000 people."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET synchronous_commit = off")
        sizes = {"areas": AREAS, "ventures": VENTURES, "meetings": MEETINGS, "people": people}
        await connection.execute(TOWN.format(**sizes))
        # Their names are too much alike to be kept in pairs, and no page here asks for those.
        await connection.execute("ALTER TABLE volunteer DISABLE TRIGGER volunteer_comes_alike")
        await connection.execute(PEOPLE.format(**sizes))
        await connection.execute("ALTER TABLE volunteer ENABLE TRIGGER volunteer_comes_alike")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
