"""What each indicator is counted from: one SELECT of its facts, which the figure, its parts and its list all read.

A fact: `subject`, what is counted once; `who`, the person behind it; `day`; `amount`; whether this reader may know who
it is (`seen`); the first day of the span that it counts in (`span`); and by what it is divided. $1–$3 are the reader
(initiatives.queries.reader). The table `spans` (alias y) has the first and last days to count between: one period of
any days, or calendar years, so that several years cost one scan. {first}, {last} and {zone} are expressions for all of
them together. {who:…} narrows a column of people to some of them: for erasure, which counts these very facts of a
person, quarter by quarter, before they go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from volunteer_hub.initiatives.contracts import READS
from volunteer_hub.initiatives.queries import INSIDE
from volunteer_hub.initiatives.rules import PROJECTS
from volunteer_hub.reports.indicators.values import AGE_KEYS, AGES, CONFIDED, CONTRACT, By, Indicator


@dataclass(frozen=True, slots=True)
class Counted:
    """`facts`: see above. `sums`: adds up amounts; else subjects are counted, each once. `of`: what subjects are.

    `many`: a subject may have several facts in a span, else it has one.
    """

    facts: str
    of: str
    by: tuple[By, ...] = ()
    sums: bool = False
    many: bool = False
    person: str = ""


AGE = f"""(ARRAY[{", ".join(repr(key) for key in AGE_KEYS)}])[1 + width_bucket(
    (extract(year FROM {{day}}) - extract(year FROM v.birth_date))::int, ARRAY{list(AGES[1:])})]"""


def _age(day: str) -> str:
    return AGE.replace("{day}", day)


# The spans: the days from $4 to $5 as one, or each of the calendar years that they are.
PERIOD = "spans AS NOT MATERIALIZED (SELECT $4::date AS first, $5::date AS last)"
YEARS = """
    spans AS NOT MATERIALIZED (
        SELECT make_date(n, 1, 1) AS first, make_date(n, 12, 31) AS last
        FROM generate_series(extract(year FROM $4::date)::int, extract(year FROM $5::date)::int) n)"""

# What people do together, the last day it has run, and its theme as far as the reader may know it; `told` also with its
# district, which is the one where it met most often.
WITH = f"""
    work AS MATERIALIZED (
        SELECT i.id, i.kind, CASE WHEN {INSIDE} THEN t.slug ELSE '{CONFIDED}' END AS theme,
               {INSIDE} AS inside, i.starts_on,
               CASE WHEN i.state = 'running' OR i.state = 'finished' OR i.state = 'stopped' AND EXISTS (
                   SELECT FROM initiative_change x WHERE x.initiative = i.id AND x.became = 'running')
               THEN least(i.ends_on, centre_today()) ELSE '-infinity' END AS until
        FROM initiative i JOIN theme t ON t.id = i.theme),
    told AS MATERIALIZED (
        SELECT w.*, coalesce(h.area, '') AS area FROM work w LEFT JOIN (
            SELECT DISTINCT ON (m.initiative) m.initiative, a.slug AS area
            FROM meeting m JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area WHERE m.state = 'planned'
            GROUP BY m.initiative, a.slug ORDER BY m.initiative, count(*) DESC, a.slug) h ON h.initiative = w.id)"""

LIVES = "LEFT JOIN area a ON a.slug = v.area_slug"
REGISTERED = f"""
    SELECT v.id AS subject, v.id AS who, g.day, 1 AS amount, true AS seen, y.first AS span,
           coalesce(a.slug, '') AS area, v.kind, {_age("g.day")} AS age
    FROM volunteer v {LIVES} CROSS JOIN LATERAL (SELECT (v.created_at AT TIME ZONE {{zone}})::date AS day) g
    JOIN spans y ON g.day BETWEEN y.first AND y.last
    WHERE v.created_at >= {{first}}::timestamp AT TIME ZONE {{zone}}
      AND v.created_at < ({{last}} + 1)::timestamp AT TIME ZONE {{zone}} AND {{who:v.id}}"""
AGREED = f"""
    SELECT v.id AS subject, v.id AS who, g.day, 1 AS amount, true AS seen, y.first AS span,
           coalesce(a.slug, '') AS area, v.kind, {_age("g.day")} AS age
    FROM (SELECT volunteer, min(signed_on) AS day FROM agreement WHERE {{who:volunteer}} GROUP BY volunteer) g
    JOIN spans y ON g.day BETWEEN y.first AND y.last JOIN volunteer v ON v.id = g.volunteer {LIVES}
    WHERE {{who:v.id}}"""
# A calendar year and an initiative at a time: what parts depend on. Hours of a regular task have no meeting.
ACTIVE = f"""
    SELECT v.id AS subject, v.id AS who, g.day, 1 AS amount, true AS seen, y.first AS span,
           coalesce(a.slug, '') AS area, v.kind, {_age("g.day")} AS age, w.theme
    FROM (SELECT c.volunteer, c.initiative, min(c.starts_wall)::date AS day FROM commitment c
          WHERE c.starts_wall >= {{first}} AND c.starts_wall < {{last}} + 1 AND c.starts_at <= now()
            AND c.starts_at > {{first}}::timestamp AT TIME ZONE 'UTC' - interval '1 day'
            AND c.starts_at < {{last}}::timestamp AT TIME ZONE 'UTC' + interval '2 days'
            AND {{who:c.volunteer}}
          GROUP BY c.volunteer, c.initiative, extract(year FROM c.starts_wall)
          UNION ALL
          SELECT h.volunteer, h.initiative, min(h.day) FROM hours_worked h
          WHERE h.state = 'approved' AND h.day BETWEEN {{first}} AND {{last}} AND {{who:h.volunteer}}
          GROUP BY h.volunteer, h.initiative, extract(year FROM h.day)) g
    JOIN spans y ON g.day BETWEEN y.first AND y.last
    JOIN volunteer v ON v.id = g.volunteer JOIN work w ON w.id = g.initiative {LIVES}"""
HOURS = f"""
    SELECT v.id AS subject, v.id AS who, g.day, g.minutes AS amount, true AS seen, y.first AS span,
           coalesce(a.slug, '') AS area, w.kind, {_age("g.day")} AS age, w.theme
    FROM (SELECT h.volunteer, h.initiative, min(h.day) AS day, sum(h.minutes) AS minutes FROM hours_worked h
          WHERE h.state = 'approved' AND h.day BETWEEN {{first}} AND {{last}} AND {{who:h.volunteer}}
          GROUP BY h.volunteer, h.initiative, extract(year FROM h.day)) g
    JOIN spans y ON g.day BETWEEN y.first AND y.last
    JOIN volunteer v ON v.id = g.volunteer JOIN work w ON w.id = g.initiative {LIVES}"""
RAN = "greatest(w.starts_on, y.first) <= least(w.until, y.last)"
UNDERTAKEN = f"""
    SELECT w.id AS subject, NULL::uuid AS who, w.starts_on AS day, 1 AS amount, true AS seen, y.first AS span,
           w.area, w.kind, w.theme
    FROM told w JOIN spans y ON {RAN} WHERE w.kind = ANY(ARRAY{{kinds}})"""
MEETINGS = """
    SELECT m.id AS subject, NULL::uuid AS who, m.starts_wall::date AS day, 1 AS amount, true AS seen, y.first AS span,
           a.slug AS area, w.kind, w.theme
    FROM meeting m JOIN spans y ON m.starts_wall >= y.first AND m.starts_wall < y.last + 1
    JOIN work w ON w.id = m.initiative JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
    WHERE m.state = 'planned' AND m.ends_at <= now()"""
# Who belonged, then who came without belonging, then whose contract ran.
BELONGED = "greatest(e.joined_on, w.starts_on, y.first) <= least(e.left_on - 1, w.until, y.last)"
COVERED = f"""
    SELECT e.participant AS subject, e.participant AS who, greatest(e.joined_on, y.first) AS day, 1 AS amount,
           w.inside AS seen, y.first AS span, w.area, w.kind, w.theme
    FROM member e JOIN told w ON w.id = e.initiative JOIN spans y ON {BELONGED} WHERE {{who:e.participant}}
    UNION ALL
    SELECT e.participant, e.participant, m.starts_wall::date, 1, w.inside, y.first, w.area, w.kind, w.theme
    FROM member e JOIN told w ON w.id = e.initiative
    JOIN coming c ON c.member = e.id AND c.came JOIN meeting m ON m.id = c.meeting AND m.state = 'planned'
    JOIN spans y ON m.starts_wall >= y.first AND m.starts_wall < y.last + 1 AND NOT ({BELONGED})
    WHERE {{who:e.participant}}
    UNION ALL
    SELECT c.participant, c.participant, greatest(c.signed_on, y.first), 1, {READS}, y.first, '', '{CONTRACT}', ''
    FROM contract c
    JOIN spans y ON greatest(c.signed_on, y.first) <= least(coalesce(c.ended_on, c.last_day), y.last, centre_today())
    WHERE c.signed_on IS NOT NULL AND c.participant IS NOT NULL AND {{who:c.participant}}"""
CONTRACTS = f"""
    SELECT c.participant AS subject, c.participant AS who, c.signed_on AS day, 1 AS amount, {READS} AS seen,
           y.first AS span
    FROM contract c JOIN spans y ON c.signed_on BETWEEN y.first AND y.last
    WHERE c.participant IS NOT NULL AND {{who:c.participant}}"""
# A step that rests on attendance is reached by the n-th meeting attended while the contract ran (decision 0036).
STEPS = f"""
    SELECT s.id AS subject, c.participant AS who, s.day, 1 AS amount, {READS} AS seen, y.first AS span
    FROM contract c JOIN contract_goal g ON g.contract = c.id
    JOIN LATERAL (
        SELECT s.id, coalesce(s.done_on, (
            SELECT m.starts_wall::date FROM member e JOIN coming a ON a.member = e.id AND (a.came OR a.made_up <> '')
            JOIN meeting m ON m.id = a.meeting AND m.initiative = s.initiative AND m.state <> 'cancelled'
            WHERE s.attend > 0 AND e.initiative = s.initiative AND e.participant = c.participant
              AND m.starts_wall >= c.first_day AND (c.ended_on IS NULL OR m.starts_wall < c.ended_on + 1)
            ORDER BY m.starts_wall OFFSET s.attend - 1 LIMIT 1)) AS day
        FROM contract_step s WHERE s.goal = g.id) s ON true
    JOIN spans y ON s.day BETWEEN y.first AND y.last
    WHERE c.signed_on IS NOT NULL AND c.participant IS NOT NULL AND {{who:c.participant}}"""
FINISHED = """
    SELECT e.participant AS subject, e.participant AS who, f.finished_on AS day, 1 AS amount, w.inside AS seen,
           y.first AS span, w.area, w.theme
    FROM completion f JOIN member e ON e.id = f.member JOIN told w ON w.id = f.initiative
    JOIN spans y ON f.finished_on BETWEEN y.first AND y.last
    WHERE f.undone_at IS NULL AND {who:e.participant}"""
MONEY = """
    SELECT f.id AS subject, NULL::uuid AS who, make_date(f.year, 1, 1) AS day, f.spent AS amount, true AS seen,
           y.first AS span, w.area, w.kind, w.theme, f.source
    FROM funding_line f JOIN told w ON w.id = f.initiative
    JOIN spans y ON make_date(f.year, 1, 1) BETWEEN y.first AND y.last"""
# The town's own figure is the whole; the districts' are its parts, and together the whole where it has none and none of
# them is missing. Of the last year of the span.
STOCK = """
    SELECT t.id AS subject, NULL::uuid AS who, make_date(t.year, 1, 1) AS day, t.{column} AS amount, true AS seen,
           y.first AS span, NULL AS area, true AS whole
    FROM town_year t JOIN spans y ON t.year = extract(year FROM y.last) WHERE t.{column} IS NOT NULL
    UNION ALL
    SELECT t.id, NULL, make_date(t.year, 1, 1), t.{column}, true, y.first, a.slug,
           NOT EXISTS (SELECT FROM town_year o WHERE o.year = t.year AND o.{column} IS NOT NULL)
           AND count(*) OVER (PARTITION BY t.year) = (SELECT count(*) FROM area)
    FROM area_year t JOIN area a ON a.id = t.area JOIN spans y ON t.year = extract(year FROM y.last)
    WHERE t.{column} IS NOT NULL"""


def _stock(column: str) -> Counted:
    return Counted(STOCK.replace("{column}", column), "year", (By.AREA,), sums=True)


def _undertaken(*kinds: str) -> str:
    return UNDERTAKEN.replace("{kinds}", str(sorted(kinds)))


LIVE_BY = (By.AREA, By.KIND, By.AGE)
WORK_BY = (By.AREA, By.KIND, By.THEME)
COUNTED: Mapping[Indicator, Counted] = {
    Indicator.RESIDENTS: _stock("residents"),
    Indicator.REGISTERED: Counted(REGISTERED, "volunteer", LIVE_BY, person="volunteer"),
    Indicator.AGREED: Counted(AGREED, "volunteer", LIVE_BY, person="volunteer"),
    Indicator.ACTIVE: Counted(ACTIVE, "volunteer", (*LIVE_BY, By.THEME), many=True, person="volunteer"),
    Indicator.HOURS: Counted(HOURS, "volunteer", (*LIVE_BY, By.THEME), sums=True, many=True, person="volunteer"),
    Indicator.PROJECTS: Counted(_undertaken(*(kind.value for kind in PROJECTS)), "initiative", WORK_BY),
    Indicator.GROUPS: Counted(_undertaken("group"), "initiative", (By.AREA, By.THEME)),
    Indicator.MEETINGS: Counted(MEETINGS, "meeting", WORK_BY),
    Indicator.COVERED: Counted(COVERED, "participant", WORK_BY, many=True, person="participant"),
    Indicator.CONTRACTS: Counted(CONTRACTS, "participant", many=True, person="participant"),
    Indicator.STEPS: Counted(STEPS, "step", person="participant"),
    Indicator.FINISHED: Counted(FINISHED, "participant", (By.AREA, By.THEME), many=True, person="participant"),
    Indicator.FAMILIES: _stock("families"),
    Indicator.ASSISTED: _stock("assisted"),
    Indicator.COST: Counted(MONEY, "funding", (By.SOURCE, *WORK_BY), sums=True),
    Indicator.OUTSIDE: Counted(MONEY + " WHERE f.source <> 'own'", "funding", (By.SOURCE, *WORK_BY), sums=True),
}
WHO = re.compile(r"\{who:([\w.]+)\}")
STOCKS = frozenset({Indicator.RESIDENTS, Indicator.FAMILIES, Indicator.ASSISTED})
MONIES = frozenset({Indicator.COST, Indicator.OUTSIDE})


def sql(
    indicator: Indicator, *, first: str = "$4::date", last: str = "$5::date", zone: str = "$6::text", who: str = ""
) -> str:
    """The facts of an indicator in `spans`, all of them between `first` and `last`; of the people in the array `who`
    alone."""
    text = COUNTED[indicator].facts
    for name, expression in (("first", first), ("last", last), ("zone", zone)):
        text = text.replace(f"{{{name}}}", expression)
    return WHO.sub(rf"\1 = ANY({who})" if who else "true", text)
