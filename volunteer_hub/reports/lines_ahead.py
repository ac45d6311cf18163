"""What stands in the day's queue days ahead of the harm, or afterwards: papers that end, what is still to be noted.

The columns are those of reports/lines_now.py. $4 is the day it is at the centre.
"""

from volunteer_hub.initiatives.queries import LACKS_OUTCOME, OPEN_KINDS
from volunteer_hub.people.rules import ORAL_DAYS, WARNED_DAYS
from volunteer_hub.reports.rules import Kind
from volunteer_hub.schedule.attendance.queries import EXPECTED

POLICY_DAYS = CLEARANCE_DAYS = HOLIDAY_DAYS = 14
TASK_DAYS, JOINING_DAYS, OUTCOME_DAYS, HOURS_DAYS, CERTIFICATE_DAYS = 2, 2, 7, 7, 7
# Whom nobody noted within two weeks is no work of today any more.
NOTE_DAYS = 14
# Of a group or circle only whoever runs it goes on with what stands inside.
THEIRS = f"({OPEN_KINDS} OR i.coordinator = $3)"

# From day 31 of service on only a written agreement will do: whom the next week will find without one, the first such
# day. Those who help or are on a break; who has left needs nothing.
AGREEMENT = f"""
    SELECT v.id, v.id, v.id, '', '', '', 0, w.day::timestamp AT TIME ZONE 'UTC', w.day::timestamp AT TIME ZONE 'UTC',
           NULL::uuid
    FROM service s JOIN volunteer v ON v.id = s.volunteer AND v.step IN ('agreed', 'active', 'paused')
    JOIN LATERAL (
        SELECT lower(datemultirange(daterange(greatest($4::date, s.first_day + {ORAL_DAYS}),
                                              $4::date + {WARNED_DAYS + 1}))
                     - coalesce(range_agg(daterange(a.valid_from, a.valid_until, '[]')), '{{}}')) AS day
        FROM agreement a WHERE a.volunteer = v.id) w ON w.day IS NOT NULL
    WHERE s.last_day IS NULL AND s.first_day <= $4::date - {ORAL_DAYS - WARNED_DAYS}"""

# A check that ends soon, of somebody who helps, with nothing of its kind after it.
CLEARANCE = f"""
    SELECT c.id, v.id, v.id, '', '', c.kind, 0, c.valid_until::timestamp AT TIME ZONE 'UTC',
           c.valid_until::timestamp AT TIME ZONE 'UTC', NULL::uuid
    FROM clearance c JOIN volunteer v ON v.id = c.volunteer AND v.step IN ('active', 'paused')
    WHERE c.revoked_on IS NULL AND c.valid_until BETWEEN $4::date AND $4::date + {CLEARANCE_DAYS}
      AND v.restricted_at IS NULL AND NOT EXISTS (
        SELECT FROM clearance d WHERE d.volunteer = c.volunteer AND d.kind = c.kind AND d.revoked_on IS NULL
          AND d.valid_until > c.valid_until)"""

# A policy that ends soon with nothing after it, of all or of one; and none for all today, though somebody helps.
POLICY = f"""
    SELECT p.id, p.id, p.volunteer, '', p.insurer || ' ' || p.number, '', 0,
           p.valid_until::timestamp AT TIME ZONE 'UTC', p.valid_until::timestamp AT TIME ZONE 'UTC', NULL::uuid
    FROM policy p
    WHERE p.valid_until BETWEEN $4::date AND $4::date + {POLICY_DAYS} AND NOT EXISTS (
        SELECT FROM policy q WHERE q.valid_from <= p.valid_until + 1 AND q.valid_until > p.valid_until
          AND (q.volunteer IS NULL OR q.volunteer = p.volunteer))"""
UNINSURED = """
    SELECT uuid_nil, uuid_nil, NULL::uuid, '', '', '', 0, now(), now(), NULL::uuid
    FROM (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS uuid_nil) AS n
    WHERE EXISTS (SELECT FROM volunteer WHERE step = 'active')
      AND NOT EXISTS (SELECT FROM policy WHERE volunteer IS NULL AND $4::date BETWEEN valid_from AND valid_until)"""

# Nobody returns from a break by themselves: the desk asks them.
BACK = """
    SELECT v.id, v.id, v.id, '', '', v.kind, 0, t.until::timestamp AT TIME ZONE 'UTC',
           t.until::timestamp AT TIME ZONE 'UTC', NULL::uuid
    FROM step_taken t JOIN volunteer v ON v.id = t.volunteer AND v.step = 'paused'
    WHERE t.until <= $4::date AND NOT EXISTS (
        SELECT FROM step_taken later WHERE later.volunteer = t.volunteer AND later.at > t.at)"""

# Meetings of a series that leaves out the school breaks, on days of one that was put on the list afterwards.
HOLIDAY = f"""
    SELECT b.id, b.id, NULL::uuid, '', b.name, '', count(*)::int, min(m.starts_at), min(m.starts_at), NULL::uuid
    FROM school_break b JOIN meeting m ON m.starts_wall::date BETWEEN b.first_day AND b.last_day
    JOIN series s ON s.id = m.series AND s.skips_breaks
    WHERE b.last_day >= $4::date AND m.state = 'planned' AND NOT m.moved_alone
      AND m.starts_at BETWEEN now() AND now() + interval '{HOLIDAY_DAYS} days' GROUP BY b.id"""

TASK = f"""
    SELECT t.id, e.team, NULL::uuid, coalesce(w.name, ''), k.name, t.words, 0, t.due::timestamp AT TIME ZONE 'UTC',
           t.due::timestamp AT TIME ZONE 'UTC', k.coordinator
    FROM team_task t JOIN team_meeting e ON e.id = t.meeting JOIN team k ON k.id = e.team AND k.closed_at IS NULL
    LEFT JOIN team_member w ON w.id = t.member
    WHERE t.done_on IS NULL AND t.due <= $4::date + {TASK_DAYS}"""

# Of a circle's task its coordinator hears that it is due; what it is stands sealed, on the circle's own page.
CIRCLE = f"""
    SELECT t.id, i.id, NULL::uuid, '', i.name, '', 0, t.due::timestamp AT TIME ZONE 'UTC',
           t.due::timestamp AT TIME ZONE 'UTC', i.coordinator
    FROM circle_task t JOIN initiative i ON i.id = t.initiative AND i.state = 'running' AND i.coordinator = $3
    WHERE t.done_on IS NULL AND t.due <= $4::date + {TASK_DAYS}"""

# Who asks to belong, and who is to be rung about a place that is kept for them; not of others' groups.
JOINING = f"""
    SELECT j.id, i.id, NULL::uuid, p.alias, i.name, j.state, 0, j.since, j.since + interval '{JOINING_DAYS} days',
           i.coordinator
    FROM joining j JOIN initiative i ON i.id = j.initiative AND {THEIRS} JOIN participant p ON p.id = j.participant
    WHERE j.state = 'asked' OR j.state = 'offered' AND j.offer_until IS NULL"""

ATTENDANCE = f"""
    SELECT m.id, m.id, NULL::uuid, '', i.name, '', 0, m.ends_at, m.ends_at + interval '1 day', i.coordinator
    FROM meeting m JOIN initiative i ON i.id = m.initiative
    WHERE m.state = 'planned' AND m.noted_at IS NULL AND m.starts_at > now() - interval '{NOTE_DAYS} days'
      AND m.ends_at < now() AND {THEIRS} AND {EXPECTED}"""

HOURS = f"""
    SELECT h.id, h.id, h.volunteer, '', i.name, '', h.minutes, h.reported_at,
           h.reported_at + interval '{HOURS_DAYS} days', i.coordinator
    FROM hours_worked h JOIN initiative i ON i.id = h.initiative
    WHERE h.state = 'reported'"""

CERTIFICATE = f"""
    SELECT w.id, w.volunteer, w.volunteer, '', '', '', 0, w.asked_at,
           w.asked_at + interval '{CERTIFICATE_DAYS} days', NULL::uuid
    FROM certificate_asked w WHERE w.answered_at IS NULL"""

OUTCOME = f"""
    SELECT i.id, i.id, NULL::uuid, '', i.name, '', 0, c.at, c.at + interval '{OUTCOME_DAYS} days', i.coordinator
    FROM initiative i JOIN LATERAL (
        SELECT coalesce(max(at), i.created_at) AS at FROM initiative_change
        WHERE initiative = i.id AND became = 'finished') c ON true
    WHERE {LACKS_OUTCOME} AND {THEIRS}"""

# A campaign lives by its actions and a group that runs itself by itself: neither needs meetings here.
IDLE = """
    SELECT i.id, i.id, NULL::uuid, '', i.name, '', 0, i.created_at, NULL::timestamptz, i.coordinator FROM initiative i
    WHERE i.state = 'running' AND i.kind <> 'educational' AND coalesce(i.own_from > $4::date, true)
      AND i.starts_on <= $4::date
      AND NOT EXISTS (
        SELECT FROM meeting m WHERE m.initiative = i.id AND m.state = 'planned' AND m.starts_at > now())"""

# The day's budget of strangers' SMS is spent (access/watch.py notes when): how many who count on an SMS came by the web
# since and must be rung instead, kind by kind. The first row, of no kind, says that it is spent.
NO_SMS = """
    SELECT 'no_sms', k.n::bigint, gen_random_uuid(), gen_random_uuid(), '', '', k.kind, k.n::int, e.at,
           NULL::timestamptz, ''
    FROM audit_entry e CROSS JOIN LATERAL (
        SELECT '' AS kind, 0 AS n
        UNION ALL
        SELECT 'request', count(*) FROM request WHERE created_at >= e.at AND channel = 'web' AND phone <> ''
        UNION ALL
        SELECT 'sign_up', count(*) FROM volunteer WHERE created_at >= e.at AND entered_by IS NULL AND phone <> ''
        UNION ALL
        SELECT 'guardian', count(*) FROM volunteer
        WHERE created_at >= e.at AND entered_by IS NULL AND guardian_phone <> '' AND guardian_consent_at IS NULL) k
    WHERE e.about = 'sms-budget:' || $4::date AND (k.n > 0 OR k.kind = '')"""

PARTS = {
    Kind.AGREEMENT: AGREEMENT, Kind.CLEARANCE: CLEARANCE, Kind.POLICY: POLICY, Kind.UNINSURED: UNINSURED,
    Kind.BACK: BACK, Kind.HOLIDAY: HOLIDAY, Kind.TASK: TASK, Kind.CIRCLE: CIRCLE, Kind.JOINING: JOINING,
    Kind.ATTENDANCE: ATTENDANCE, Kind.HOURS: HOURS, Kind.CERTIFICATE: CERTIFICATE,
    Kind.OUTCOME: OUTCOME, Kind.IDLE: IDLE,
}  # fmt: skip
