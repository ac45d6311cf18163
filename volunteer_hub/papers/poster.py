"""A poster of a group or course for the wall: its neutral name, when and where, whom to call, in three languages.

No theme is read here. The place stands on it only when asked for and when it is nobody's home.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import OPEN_TO_ALL, InitiativeState
from volunteer_hub.kit import clock, database, qr
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.texts import Part, Said
from volunteer_hub.schedule.initiatives import overview
from volunteer_hub.schedule.initiatives.overview import MeetingCard
from volunteer_hub.schedule.series import queries as series
from volunteer_hub.schedule.series.queries import SeriesRow
from volunteer_hub.schedule.states import MeetingState
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import DEFAULT, LANGUAGES, mark, speaking
from volunteer_hub.web.i18n import gettext as _

PLACES = """
    SELECT DISTINCT p.name, CASE WHEN p.address = '' THEN a.name ELSE p.address END AS address
    FROM place p JOIN area a ON a.id = p.area
    WHERE (p.id = ANY($1) OR p.id = (SELECT place FROM meeting WHERE id = $2)) AND NOT p.private
    ORDER BY p.name, address"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a poster tells of an initiative: `plans`, its regular meetings.

    Where there are none, `meets` are the words that somebody typed in Polish, and `soonest` begins and ends its next
    meeting, which can be said in every language.
    """

    name: str
    meets: str
    plans: list[SeriesRow]
    places: list[str]
    public: bool
    soonest: tuple[datetime, datetime] | None = None


async def open_to_all(actor: Actor, initiative: UUID) -> InitiativeRow:
    """The group or course a poster may be of. Raises Refused 404."""
    row = await initiatives.initiative(actor, initiative)
    if row is None or row.kind not in OPEN_TO_ALL:
        raise Refused("", 404)
    return row


async def issue(settings: Settings, actor: Actor, initiative: UUID, language: str, *, place: bool) -> Issued:
    """`language` stands first and largest. Raises Refused 404, 410 for what is over."""
    row = await open_to_all(actor, initiative)
    if row.over:
        raise Refused(mark("To już się skończyło. Plakat nie jest potrzebny."), 410)
    plans = await series.all_of(actor, initiative)
    regular = [one for one in plans if one.repeats]
    soonest = None if regular else await _soonest(settings, actor, initiative)
    places = await database.fetch(PLACES, [one.place for one in plans], soonest and soonest.id)
    shown = Shown(
        row.name,
        row.meets,
        regular,
        [f"{name}, {address}" for name, address in places] if place else [],
        row.public and row.state is InitiativeState.RUNNING,
        (soonest.starts_wall, soonest.ends_wall) if soonest else None,
    )
    values = {"centre": settings.centre_name, "title": row.name, "phone": _phone(settings)}
    words = {code: await texts.words(Kind.POSTER, code, values) for code in LANGUAGES}
    stands = facts(settings, shown, language, clock.today(settings.timezone), words)
    # One version can be named: that of the language which stands first.
    return await issuing.issue(
        settings, actor, Kind.POSTER, stands,
        language=language, text=words[language].text, initiative=initiative,
    )  # fmt: skip


def facts(settings: Settings, shown: Shown, language: str, today: date, words: Mapping[str, Said]) -> dict[str, object]:
    """What stands on the poster; the QR code leads to the public list of groups, where the group stands too."""
    address = f"{settings.public_url}/groups" if shown.public else ""
    languages = sorted(LANGUAGES, key=lambda code: code != language)
    return {
        "title": shown.name,
        "phone": _phone(settings),
        "said": [_said(settings, shown, code, today, words[code].parts) for code in languages],
        "address": address,
        "scan": qr.svg(address) if address else "",
    }


async def _soonest(settings: Settings, actor: Actor, initiative: UUID) -> MeetingCard | None:
    now = clock.wall(clock.now(), settings.timezone)
    coming = await overview.coming_meetings(actor, [initiative])
    return next((one for one in coming if one.state == MeetingState.PLANNED and one.starts_wall > now), None)


def _phone(settings: Settings) -> str:
    return pretty(settings.centre_phone) if settings.centre_phone else ""


def _said(settings: Settings, shown: Shown, language: str, today: date, parts: list[Part]) -> dict[str, object]:
    with speaking(language):
        when = _when(shown, language, today)
        return {
            "language": language,
            "when": [words[:1].upper() + words[1:] for words in when if words],
            "where": "; ".join(shown.places),
            "parts": parts,
            "hours": _("Telefon: %(hours)s", hours=settings.centre_hours) if settings.centre_hours else "",
            "scan": _("Strona z grupami: %(address)s", address=f"{settings.public_url}/groups"),
        }


def _when(shown: Shown, language: str, today: date) -> list[str]:
    """In `language`, which is spoken now. A year stands in the day: the poster may hang when the day is long over."""
    if shown.plans:
        return [one.said(today) for one in shown.plans]
    if language == DEFAULT and shown.meets:
        return [shown.meets]
    if shown.soonest is None:
        return []
    starts, ends = shown.soonest
    day = f"{formats.weekday(starts.isoweekday())} {formats.dated(starts)}"
    return [f"{_('Najbliższe spotkanie:')} {day}, {formats.hours(starts, ends)}"]
