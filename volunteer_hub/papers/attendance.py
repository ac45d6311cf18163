"""A list to sign at a meeting: those on its roster and those who belong, by the names that may stand on a screen.

Its title is the initiative's neutral name. No theme is read here, nor the place when it is somebody's home.
"""

from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.texts import Part
from volunteer_hub.schedule.attendance import queries
from volunteer_hub.schedule.attendance.queries import Sheet
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark, speaking

# Lines for those who come without having said so.
EMPTY_LINES = 6
PLACE = "SELECT p.name FROM meeting m JOIN place p ON p.id = m.place WHERE m.id = $1 AND NOT p.private"


async def issue(settings: Settings, actor: Actor, meeting: UUID, language: str) -> Issued:
    """Raises Refused 404 when the meeting is not there for this actor, 410 when it is called off."""
    sheet = await queries.sheet(actor, meeting)
    if sheet.meeting.cancelled:
        raise Refused(mark("To spotkanie jest odwołane."), 410)
    place: str | None = await database.fetchval(PLACE, meeting)
    with speaking(language):
        values = {"centre": settings.centre_name, "privacy": f"{settings.public_url}/privacy"}
        said = await texts.words(Kind.ATTENDANCE, language, values)
        stands = facts(sheet, place or "", said.parts)
    return await issuing.issue(
        settings, actor, Kind.ATTENDANCE, stands,
        language=language, text=said.text, meeting=meeting, initiative=sheet.meeting.initiative,
    )  # fmt: skip


def facts(sheet: Sheet, place: str, parts: list[Part]) -> dict[str, object]:
    """What stands on the list. Whom the actor must not know signs on an empty line."""
    at = sheet.meeting
    # What a volunteer does at a group might tell what it is about.
    open_roles = at.kind not in CONFIDENTIAL
    people = [(one.name, one.role if open_roles else _("pomaga")) for one in sheet.helpers]
    people += [(one.name, _("uczestniczy")) for one in sheet.participants]
    weekday = formats.weekday(at.starts_wall.isoweekday())
    when = f"{weekday} {formats.dated(at.starts_wall)}, {formats.hours(at.starts_wall, at.ends_wall)}"
    return laid_out(at.title, when, place, people, sheet.hidden, parts)


def laid_out(
    title: str, when: str, place: str, people: list[tuple[str, str]], hidden: int, parts: list[Part]
) -> dict[str, object]:
    """The list of `people` by name and role, with lines for `hidden` others and for those who come besides."""
    empty = [("", "")] * (hidden + EMPTY_LINES)
    return {
        "title": _("Lista obecności"),
        "parts": parts,
        "about": [(_("Spotkanie"), title), (_("Kiedy"), when), (_("Gdzie"), place)],
        "columns": [_("Lp."), _("Imię"), _("W jakiej roli"), _("Podpis")],
        "rows": [[str(n), *one, ""] for n, one in enumerate([*people, *empty], 1)],
        "sign": [_("podpis osoby prowadzącej")],
    }
