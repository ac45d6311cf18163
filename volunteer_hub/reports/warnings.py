"""What the desk is told days ahead: papers that will lack, insurance that ends, breaks that are over.

The parts stand beside those of reports/queries.py in one statement: (queue, total, id, who, what, at). $1 is how many
to name, $3 the day it is at the centre.
"""

from volunteer_hub.people.rules import ORAL_DAYS, WARNED_DAYS

POLICY_DAYS = 14

# From day 31 of service on only a written agreement will do: whom the next week will find without one, the first such
# day. Those who help or are on a break; who has left needs nothing.
AGREEMENTS = f"""
    (SELECT 'agreement' AS queue, count(*) OVER () AS total, v.id,
            v.first_name || ' ' || left(v.last_name, 1) || '.' AS who, '' AS what,
            w.day::timestamp AT TIME ZONE 'UTC' AS at
     FROM service s JOIN volunteer v ON v.id = s.volunteer AND v.step IN ('agreed', 'active', 'paused')
     JOIN LATERAL (
         SELECT lower(datemultirange(daterange(greatest($3::date, s.first_day + {ORAL_DAYS}),
                                               $3::date + {WARNED_DAYS + 1}))
                      - coalesce(range_agg(daterange(a.valid_from, a.valid_until, '[]')), '{{}}')) AS day
         FROM agreement a WHERE a.volunteer = v.id) w ON w.day IS NOT NULL
     WHERE s.last_day IS NULL AND s.first_day <= $3::date - {ORAL_DAYS - WARNED_DAYS}
     ORDER BY w.day, v.name_key, v.id LIMIT $1)"""

# A policy that ends soon with nothing after it, of all or of one; and none for all today, though somebody helps.
POLICIES = f"""
    (SELECT 'policy', count(*) OVER (), p.id, coalesce(v.first_name || ' ' || left(v.last_name, 1) || '.', ''),
            p.insurer || ' ' || p.number, p.valid_until::timestamp AT TIME ZONE 'UTC'
     FROM policy p LEFT JOIN volunteer v ON v.id = p.volunteer
     WHERE p.valid_until BETWEEN $3::date AND $3::date + {POLICY_DAYS} AND NOT EXISTS (
         SELECT FROM policy q WHERE q.valid_from <= p.valid_until + 1 AND q.valid_until > p.valid_until
           AND (q.volunteer IS NULL OR q.volunteer = p.volunteer))
     ORDER BY p.valid_until, p.id LIMIT $1)"""
UNINSURED = """
    (SELECT 'uninsured', 1, gen_random_uuid(), '', '', now()
     WHERE EXISTS (SELECT FROM volunteer WHERE step = 'active')
       AND NOT EXISTS (SELECT FROM policy WHERE volunteer IS NULL AND $3::date BETWEEN valid_from AND valid_until))"""

# Nobody returns from a break by themselves: the desk asks them.
BACK = """
    (SELECT 'back', count(*) OVER (), v.id, v.first_name || ' ' || left(v.last_name, 1) || '.', v.kind,
            t.until::timestamp AT TIME ZONE 'UTC'
     FROM step_taken t JOIN volunteer v ON v.id = t.volunteer AND v.step = 'paused'
     WHERE t.until <= $3::date AND NOT EXISTS (
         SELECT FROM step_taken later WHERE later.volunteer = t.volunteer AND later.at > t.at)
     ORDER BY t.until, v.id LIMIT $1)"""

# The day's budget of strangers' SMS is spent (access/watch.py notes when): how many who count on an SMS came by the web
# since and must be rung instead, kind by kind. The first row, of no kind, says that it is spent.
NO_SMS = """
    (SELECT 'no_sms', greatest(1, sum(k.n) OVER ())::bigint, gen_random_uuid(), k.n::text, k.kind, e.at
     FROM audit_entry e CROSS JOIN LATERAL (
         SELECT '' AS kind, 0 AS n
         UNION ALL
         SELECT 'request', count(*) FROM request WHERE created_at >= e.at AND channel = 'web' AND phone <> ''
         UNION ALL
         SELECT 'sign_up', count(*) FROM volunteer WHERE created_at >= e.at AND entered_by IS NULL AND phone <> ''
         UNION ALL
         SELECT 'guardian', count(*) FROM volunteer
         WHERE created_at >= e.at AND entered_by IS NULL AND guardian_phone <> '' AND guardian_consent_at IS NULL) k
     WHERE e.about = 'sms-budget:' || $3::date AND (k.n > 0 OR k.kind = '') ORDER BY k.kind)"""

WARNINGS = " UNION ALL ".join((AGREEMENTS, POLICIES, UNINSURED, BACK, NO_SMS))
NAMES = ("agreement", "policy", "uninsured", "back", "no_sms")
