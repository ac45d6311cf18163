"""The rules of reach (atlas/rules.py) as SQL, piece by piece: statements of reach, gaps and capacity are made of these.

`n` is a need with `line`, `slugs` and `km` of its theme (see THEMES); `h` a row of help. The day that is judged, the
centre's usual reach and the page's own are parameters, named here as {day}, {usual} and {km}.
"""

from dataclasses import dataclass
from datetime import date

from volunteer_hub.atlas.rules import REACH_KM
from volunteer_hub.atlas.viewport import Asked

# Enough for everybody there is: what help is taken for whose places nobody counted.
ENOUGH = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """By what reach is judged: on which day, how far. `km` is chosen on the page and goes before a theme's own reach;
    `usual_km` is the centre's (HUB_REACH_KM). With `volunteers` those who are free today count; of the `past` nobody
    knows who was.
    """

    day: date
    usual_km: float = REACH_KM
    km: float | None = None
    volunteers: bool = True
    past: bool = False

    @property
    def counts_volunteers(self) -> bool:
        return self.volunteers and not self.past


def in_force(h: str) -> str:
    return f"{h}.since <= {{day}} AND ({h}.until IS NULL OR {h}.until > {{day}})"


def weeks_meet(h: str) -> str:
    return f"(n.week = 0 OR {h}.week = 0 OR n.week & {h}.week <> 0)"


def near(h: str) -> str:
    return f"km(n.latitude, n.longitude, {h}.latitude, {h}.longitude) <= n.km"


# What is told of themes: those above each, and how far it reaches.
THEMES = """
    t AS MATERIALIZED (SELECT theme, line, slugs, coalesce({km}, reach_km, {usual}) AS km FROM theme_reach)"""


def said(h: str) -> str:
    """A coordinator's word on `h` and `n`, said by then."""
    return (
        f"SELECT FROM reach_link k WHERE k.need = n.id AND k.resource = {h}.source_id AND centre_day(k.at) <= {{day}}"
    )


# All help that reaches `n`. By index: each theme of the line, in a box around the need; the few a coordinator named.
REACHED = f"""
    SELECT h.* FROM unnest(n.line) above, LATERAL (
      SELECT * FROM help h
      WHERE h.theme = above AND point(h.longitude, h.latitude) <@ around(n.latitude, n.longitude, n.km)
        AND {weeks_meet("h")} AND {in_force("h")} AND {near("h")} OFFSET 0) h
    WHERE NOT EXISTS ({said("h")})
    UNION ALL
    SELECT h.* FROM reach_link k JOIN help h ON h.source_id = k.resource
    WHERE k.need = n.id AND k.reaches AND centre_day(k.at) <= {{day}} AND {in_force("h")}"""

# A source that reaches a need in several ways counts once, by its largest: another row of it goes before this one.
# Asked only of the few sources that have several rows.
OUTDONE = f"""
    h.source_id IN (SELECT source_id FROM several) AND EXISTS (
      SELECT FROM help o
      WHERE o.source_id = h.source_id AND (coalesce(o.capacity, {ENOUGH}), o.id) > (h.capacity, h.id)
        AND {in_force("o")} AND (EXISTS ({said("o")} AND k.reaches)
             OR o.theme = ANY(n.line) AND {weeks_meet("o")} AND {near("o")}))"""
SEVERAL = f"""
    several AS MATERIALIZED (
      SELECT source_id FROM help h WHERE {in_force("h")} GROUP BY source_id HAVING count(*) > 1)"""

# Whether help alone is enough for all of `n`'s people. The sum grows row by row and ends as soon as it is enough: what
# is open to all, or large, ends it at once.
ENOUGH_HELP = f"""
    EXISTS (SELECT FROM (
      SELECT sum(CASE WHEN h.capacity IS NULL THEN {ENOUGH} WHEN {OUTDONE} THEN 0 ELSE h.capacity END)
             OVER (ROWS UNBOUNDED PRECEDING) AS places
      FROM ({REACHED}) h) x WHERE x.places >= n.people)"""

# For how many people there is help, each source counted once.
PLACES = f"""
    (SELECT coalesce(sum(places), 0) FROM (
       SELECT max(coalesce(h.capacity, {ENOUGH})) AS places FROM ({REACHED}) h GROUP BY h.source_id) s)"""

# An initiative stands for `n`: now, or in its days on a day that has passed.
STANDING = "EXISTS (SELECT FROM need_standing s WHERE s.need = n.id AND NOT s.over)"
STOOD = """EXISTS (SELECT FROM need_standing s WHERE s.need = n.id AND s.starts_on <= {day}
                   AND coalesce(s.ends_on >= {day}, NOT s.over))"""

# `need` as it was at the end of {day}, as far as that is known: its state then; urgency, people and place as now.
NEED_THEN = """
    (SELECT id, title, about, address, theme, area, latitude, longitude, urgency, people, week, voiced_on,
            coalesce((SELECT c.became FROM need_change c WHERE c.need = need.id AND centre_day(c.at) <= {day}
                      ORDER BY c.at DESC LIMIT 1), 'open') AS state
     FROM need WHERE voiced_on <= {day})"""

# Free volunteers and the needs they reach meet in cells as wide as the widest reach: a volunteer stands in nine, a need
# in one. The cells are worked out beforehand, so that the two are not joined each with each.
FREE = f"""
    cell AS MATERIALIZED (
      SELECT greatest(max(km), 0.1) / 110 AS high,
             greatest(max(km), 0.1) / 110 / cos(radians(least(max(abs(latitude)), 89))) AS wide FROM lacking),
    free AS MATERIALIZED (
      SELECT f.*, floor(f.latitude / high)::int + up AS cell_up, floor(f.longitude / wide)::int + aside AS cell_right
      FROM cell CROSS JOIN free_volunteer f CROSS JOIN generate_series(-1, 1) up CROSS JOIN generate_series(-1, 1) aside
      WHERE f.latitude IS NOT NULL),
    looking AS MATERIALIZED (
      SELECT n.*, floor(n.latitude / high)::int AS cell_up, floor(n.longitude / wide)::int AS cell_right
      FROM cell CROSS JOIN lacking n),
    helped AS (
      SELECT n.id, count(*) AS free FROM looking n JOIN free f USING (cell_up, cell_right)
      WHERE f.causes && n.slugs AND {weeks_meet("f")}
        AND km(n.latitude, n.longitude, f.latitude, f.longitude) <= least(n.km, f.max_km)
      GROUP BY n.id)"""
NOBODY_FREE = "helped AS (SELECT NULL::uuid AS id, 0 AS free WHERE false)"


def judged(sql: str, asked: Asked, terms: Terms) -> str:
    """`sql` with its parameters numbered after those of `asked`, whose values then hold them too."""
    values = {"day": (terms.day, "date"), "usual": (terms.usual_km, "float8"), "km": (terms.km, "float8")}
    places = {}
    for name, (value, kind) in values.items():
        if f"{{{name}}}" in sql:  # PostgreSQL takes no value that a statement does not ask for
            asked.values.append(value)
            places[name] = f"${len(asked.values)}::{kind}"
    return sql.format(**places)
