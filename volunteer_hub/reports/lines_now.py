"""What stands in the day's queue because a meeting is near or somebody waits for an answer.

Each part gives (subject, page, person, who, title, words, n, at, due, runs): what the line is about, the id its page
goes by, the volunteer or else in words who, what it is called, what else there is to say, a number, since or until
when, by when it should be done, whose initiative it is. reports/queue.py puts them together: $3 is who reads, $4
the states of messages that need a call, $5 since when requests are not late.
"""

from volunteer_hub.initiatives.queries import OPEN_KINDS
from volunteer_hub.intake.desks import shown
from volunteer_hub.intake.queries import LATE
from volunteer_hub.intake.rules import DESKS
from volunteer_hub.kit.actor import Role
from volunteer_hub.reports.rules import NEAR, Kind
from volunteer_hub.schedule.today.calls import DUE

OUR_DESKS = DESKS[Role.COORDINATOR]
NAME = "v.first_name || ' ' || left(v.last_name, 1) || '.'"
RING = "CASE WHEN through_guardian(v) THEN v.guardian_phone ELSE v.phone END"
# Invitations nobody answered: rung after so many hours, sooner where the meeting is near.
UNANSWERED_HOURS, UNANSWERED_HOURS_NEAR = 24, 2
REPLY_HOURS, FAILED_HOURS, WISH_HOURS = 1, 24, 24
CALL_DAYS = 2

AHEAD = "m.state = 'planned' AND m.starts_at > now()"
OF_MEETING = """JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN role_asked r ON r.id = o.role"""

NOBODY = f"""
    SELECT o.id, o.id, NULL::uuid, '', i.name, r.name, greatest(o.least - o.taken, 1), m.starts_at, m.starts_at,
           i.coordinator
    FROM refill s JOIN opening o ON o.id = s.opening AND o.taken < o.most {OF_MEETING}
    WHERE s.stage = 'coordinator' AND {AHEAD}"""

# The lower bound is for the index; a meeting that lasts longer than a day has begun, and its roster is on its page.
SHORT = f"""
    SELECT o.id, o.id, NULL::uuid, '', i.name, r.name, o.least - o.taken, m.starts_at, m.starts_at, i.coordinator
    FROM meeting m JOIN opening o ON o.meeting = m.id AND o.taken < o.least
    JOIN initiative i ON i.id = m.initiative JOIN role_asked r ON r.id = o.role
    WHERE m.state = 'planned' AND m.ends_at > now()
      AND m.starts_at BETWEEN now() - interval '1 day' AND now() + interval '{NEAR.days} days'
      AND NOT EXISTS (
        SELECT FROM refill s WHERE s.opening = o.id AND s.stage = 'coordinator' AND m.starts_at > now())"""

RISK = f"""
    SELECT a.id, o.id, a.volunteer, '', i.name, a.at_risk, 0, m.starts_at, m.starts_at, i.coordinator
    FROM assignment a JOIN opening o ON o.id = a.opening {OF_MEETING}
    WHERE a.state IN ('invited', 'accepted') AND {AHEAD} AND (a.at_risk <> ''
      OR a.state = 'invited' AND a.answered_at IS NOT NULL AND a.waiting_since IS NULL AND o.taken < o.most)"""

# While waves run the next are asked instead of ringing.
INVITED = f"""
    SELECT a.id, o.id, a.volunteer, '', i.name, r.name, 0, m.starts_at, m.starts_at, i.coordinator
    FROM assignment a JOIN opening o ON o.id = a.opening AND o.taken < o.most {OF_MEETING}
    WHERE a.state = 'invited' AND a.answered_at IS NULL AND a.offer_until IS NULL AND {AHEAD}
      AND a.invited_at < now() - CASE WHEN m.starts_at < now() + interval '{NEAR.days} days'
          THEN interval '{UNANSWERED_HOURS_NEAR} hours' ELSE interval '{UNANSWERED_HOURS} hours' END
      AND NOT EXISTS (SELECT FROM wave_asked k JOIN invitation_waves w ON w.id = k.waves AND w.state = 'running'
                      WHERE k.assignment = a.id)"""

WISH = f"""
    SELECT a.id, o.id, a.volunteer, '', i.name, r.name, 0, a.asked_at,
           least(a.asked_at + interval '{WISH_HOURS} hours', m.starts_at), i.coordinator
    FROM assignment a JOIN opening o ON o.id = a.opening {OF_MEETING}
    WHERE a.state = 'proposed' AND a.asked_at IS NOT NULL AND a.waiting_since IS NULL AND {AHEAD}"""

REPLY = f"""
    SELECT w.id, w.id, NULL::uuid, coalesce(
        (SELECT string_agg({NAME}, ', ') FROM volunteer v
         WHERE v.phone = w.address OR v.email = w.address),
        (SELECT min(alias) FROM participant p WHERE p.phone = w.address),
        (SELECT min(split_part(guardian_name, ' ', 1)) FROM volunteer v
         WHERE v.guardian_phone = w.address OR v.guardian_email = w.address), ''),
        '', w.body, 0, w.received_at, w.received_at + interval '{REPLY_HOURS} hours', NULL::uuid
    FROM (SELECT DISTINCT ON (address) id, address, body, received_at FROM inbound WHERE handled_at IS NULL
          ORDER BY address, received_at DESC, id) AS w"""

# Where the meeting is over, nobody need ring: it only has to be ticked off.
FAILED = f"""
    SELECT g.id, g.id, a.volunteer, '', coalesce(i.name, ''), g.template, 0, g.finished_at,
           CASE WHEN m.id IS NULL THEN g.finished_at + interval '{FAILED_HOURS} hours'
                WHEN m.ends_at > now() THEN m.starts_at END, i.coordinator
    FROM message g
    LEFT JOIN assignment a ON g.about ~ '^assignment:[0-9a-f-]{{36}}$'
        AND a.id = CASE WHEN g.about ~ '^assignment:[0-9a-f-]{{36}}$' THEN substr(g.about, 12)::uuid END
    LEFT JOIN opening o ON o.id = a.opening
    LEFT JOIN meeting m ON m.id = o.meeting LEFT JOIN initiative i ON i.id = m.initiative
    WHERE g.state = ANY($4) AND g.settled_by IS NULL AND g.channel <> 'hook' AND g.about NOT LIKE 'account:%'
      AND {shown("g.about", OUR_DESKS)}"""

SIGN_UP = """
    SELECT v.id, v.id, v.id, '', '', v.kind, 0, v.created_at, v.created_at, NULL::uuid
    FROM volunteer v WHERE v.step = 'applied'"""

# As the list of requests has them: late ones, then the more urgent, then who waits longest. `n` is that rank; `title`
# the desk; `words` the state. By when is reckoned in working days, by intake.rules.
REQUEST = f"""
    SELECT r.id, r.id, NULL::uuid, r.number, r.desk, r.state,
           CASE WHEN {LATE.replace("$2", "$5")} THEN 0 ELSE 10 END - r.urgency,
           CASE r.state WHEN 'new' THEN r.desk_since ELSE r.taken_at END, NULL::timestamptz, NULL::uuid
    FROM request r WHERE r.desk IN ({", ".join(f"'{desk}'" for desk in OUR_DESKS)})
      AND (r.state = 'new' OR {LATE.replace("$2", "$5")})"""

# Whom no SMS reminds of a meeting of the next two days: somebody rings, or tells them through whom they are reached.
# Of a group or circle that is the work of who runs it.
CALLS = f"""
    SELECT m.id, m.id, NULL::uuid, '', i.name, '', 0, m.starts_at, m.starts_at, i.coordinator
    FROM meeting m JOIN initiative i ON i.id = m.initiative
    WHERE {AHEAD} AND m.starts_at < now() + interval '{CALL_DAYS} days' AND {DUE}
      AND ({OPEN_KINDS} OR i.coordinator = $3)"""

PARTS = {
    Kind.NOBODY: NOBODY, Kind.SHORT: SHORT, Kind.RISK: RISK, Kind.INVITED: INVITED, Kind.CALLS: CALLS,
    Kind.WISH: WISH, Kind.REPLY: REPLY, Kind.FAILED: FAILED, Kind.SIGN_UP: SIGN_UP, Kind.REQUEST: REQUEST,
}  # fmt: skip
