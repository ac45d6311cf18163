"""The list of volunteers whom the centre insures against accidents, of a period. Coordinators only.

Act on public benefit and volunteer work, art. 46(3): the centre insures whoever helps for up to 30 days, and of longer
service its first 30 days (people.rules.ORAL_DAYS).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.texts import Part
from volunteer_hub.people.rules import ORAL_DAYS
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark, speaking

NOBODY_ELSE = mark("W tych dniach do ubezpieczenia są tylko osoby, które prosiły, żeby ich danych nie używać.")
NOBODY = mark("W tych dniach nikt nie jest w pierwszych 30 dniach pomocy. Lista byłaby pusta.")

# A service that is noted, or the one that begins with the first meeting on whose roster somebody stands. `since` and
# `until`: the days within $1 and $2 on which they are insured.
_BEGUN = f"""
    WITH begun AS (
        SELECT volunteer, first_day, last_day FROM service
        UNION ALL
        SELECT s.volunteer, min(m.starts_wall)::date, NULL
        FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
        WHERE s.state = 'accepted' AND m.state = 'planned' AND m.ends_at > now()
          AND NOT EXISTS (SELECT FROM service e WHERE e.volunteer = s.volunteer
                          AND (e.last_day IS NULL OR e.last_day >= m.starts_wall::date))
        GROUP BY s.volunteer),
    insured AS (
        SELECT volunteer, first_day, greatest(first_day, $1) AS since,
               least(first_day + {ORAL_DAYS - 1}, coalesce(last_day, 'infinity'), $2) AS until FROM begun)"""
# Whoever asked not to have their data used is told to no insurer until they say so (GDPR, art. 18(2)).
INSURED = f"""{_BEGUN}
    SELECT v.id, v.first_name || ' ' || v.last_name AS name, v.birth_date AS born, i.first_day, i.since, i.until,
           coalesce(p.insurer, '') AS insurer, coalesce(p.number, '') AS policy
    FROM insured i JOIN volunteer v ON v.id = i.volunteer
    LEFT JOIN LATERAL (
        SELECT insurer, number FROM policy
        WHERE (volunteer = v.id OR volunteer IS NULL) AND valid_from <= i.since AND valid_until >= i.since
        ORDER BY volunteer IS NULL, valid_until DESC, id LIMIT 1) p ON true
    WHERE i.since <= i.until AND v.restricted_at IS NULL
    ORDER BY sort_key(v.last_name), sort_key(v.first_name), v.birth_date, v.id"""
RESTRICTED = f"""{_BEGUN}
    SELECT count(DISTINCT v.id) FROM insured i JOIN volunteer v ON v.id = i.volunteer
    WHERE i.since <= i.until AND v.restricted_at IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Insured:
    """`since` and `until`: the days to be insured within the period. The policy of the first one; "" without any."""

    name: str
    born: date
    first_day: date
    since: date
    until: date
    insurer: str
    policy: str


async def insured(actor: Actor, first: date, last: date) -> list[Insured]:
    """Who is to be insured on any day from `first` to `last`, by surname. Logged: a list of birth dates. Raises 404."""
    coordinators_only(actor)
    rows = await database.fetch(INSURED, first, last)
    await audit.record_each(actor, "paper.insure", [f"volunteer:{row['id']}" for row in rows])
    return [Insured(**{name: row[name] for name in Insured.__slots__}) for row in rows]


async def left_out(actor: Actor, first: date, last: date) -> int:
    """How many who should be insured asked not to have their data used: they stand on no list. Raises Refused 404."""
    coordinators_only(actor)
    found: int = await database.fetchval(RESTRICTED, first, last)
    return found


async def issue(settings: Settings, actor: Actor, first: date, last: date, language: str) -> Issued:
    """Raises Refused 404 for who is no coordinator, 422 when there is nobody to insure."""
    people = await insured(actor, first, last)
    if not people:
        raise Refused(NOBODY_ELSE if await left_out(actor, first, last) else NOBODY, 422)
    with speaking(language):
        values = {
            "centre": settings.centre_name,
            "days": formats.span(first, last) if first != last else formats.dated(first),
            "people": str(len(people)),
            "policies": _policies(people),
        }
        said = await texts.words(Kind.INSURANCE, language, values)
        stands = facts(people, said.parts)
    return await issuing.issue(settings, actor, Kind.INSURANCE, stands, language=language, text=said.text)


def facts(people: list[Insured], parts: list[Part]) -> dict[str, object]:
    """What stands on the list, in the language words are now said in."""
    return {
        "title": _("Wolontariusze do ubezpieczenia od wypadków"),
        "parts": parts,
        "about": [(_("Polisy"), _policies(people))],
        "columns": [
            _("Lp."), _("Imię i nazwisko"), _("Data urodzenia"), _("Pierwszy dzień pomocy"),
            _("Ubezpieczenie od–do"), _("Polisa"),
        ],
        "rows": [
            [str(n), one.name, _day(one.born), _day(one.first_day), f"{_day(one.since)}–{_day(one.until)}",
             one.policy or _("brak")]
            for n, one in enumerate(people, 1)
        ],
        "sign": [_("data i podpis osoby sporządzającej"), _("data i podpis w imieniu centrum")],
    }  # fmt: skip


def _policies(people: list[Insured]) -> str:
    return "; ".join(dict.fromkeys(f"{one.insurer}, {one.policy}" for one in people if one.policy))


def month_from(today: date) -> tuple[date, date]:
    """The thirty days that begin today: what a list is for when nobody says otherwise."""
    return today, today + timedelta(days=ORAL_DAYS - 1)


def _day(value: date) -> str:
    return f"{value:%d.%m.%Y}"
