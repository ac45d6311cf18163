"""A list to sign at a meeting: those on its roster and those who belong, by the names that may stand on a screen.

Its title is the initiative's neutral name. No theme is read here, nor the place when it is somebody's home.
"""

from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import issuing
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
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
        stands = facts(sheet, place or "")
    return await issuing.issue(
        settings, actor, Kind.ATTENDANCE, stands,
        language=language, meeting=meeting, initiative=sheet.meeting.initiative,
    )  # fmt: skip


def facts(sheet: Sheet, place: str) -> dict[str, object]:
    """What stands on the list. Whom the actor must not know signs on an empty line."""
    at = sheet.meeting
    # What a volunteer does at a group might tell what it is about.
    open_roles = at.kind not in CONFIDENTIAL
    people = [(one.name, one.role if open_roles else _("pomaga")) for one in sheet.helpers]
    people += [(one.name, _("uczestniczy")) for one in sheet.participants]
    empty = [("", "")] * (sheet.hidden + EMPTY_LINES)
    weekday = formats.weekday(at.starts_wall.isoweekday())
    return {
        "title": _("Lista obecności"),
        "about": [
            (_("Spotkanie"), at.title),
            (_("Kiedy"), f"{weekday} {formats.dated(at.starts_wall)}, {formats.hours(at.starts_wall, at.ends_wall)}"),
            (_("Gdzie"), place),
        ],
        "columns": [_("Lp."), _("Imię"), _("W jakiej roli"), _("Podpis")],
        "rows": [[str(n), *one, ""] for n, one in enumerate([*people, *empty], 1)],
        "sign": [_("podpis osoby prowadzącej")],
    }
