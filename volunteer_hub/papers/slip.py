"""A slip for whoever asked for help at the desk: the number to ask by, and nothing of what was asked for."""

from datetime import date, datetime

from volunteer_hub.intake import status
from volunteer_hub.intake.queries import RequestCard, RequestStub
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import pretty
from volunteer_hub.papers import issuing, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.texts import Part
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import speaking


async def issue(
    settings: Settings, actor: Actor, asked: RequestCard | RequestStub, language: str, bring: str
) -> Issued:
    """`asked` is what intake.queries.seen gave this actor; `bring`: what to come with, as the desk typed it."""
    with speaking(language):
        values = _values(settings, asked, bring, clock.today(settings.timezone))
        said = await texts.words(Kind.SLIP, language, values)
        stands = facts(settings, asked.number, asked.created_at, said.parts)
    return await issuing.issue(settings, actor, Kind.SLIP, stands, language=language, text=said.text, request=asked.id)


def facts(settings: Settings, number: str, asked_at: datetime, parts: list[Part]) -> dict[str, object]:
    """What stands on the slip of a request with this number."""
    code = status.code_of(settings, number)
    return {
        "title": _("Zgłoszenie %(number)s", number=number),
        "about": [
            (_("Kod"), f"{code[:3]} {code[3:]}"),
            (_("Przyjęte"), formats.dated(clock.wall(asked_at, settings.timezone))),
            (_("Gdzie"), settings.centre_address),
        ],
        "call": _("W tej sprawie proszę dzwonić:"),
        "phone": pretty(settings.centre_phone) if settings.centre_phone else "",
        "parts": parts,
    }


def _values(settings: Settings, asked: RequestCard | RequestStub, bring: str, today: date) -> dict[str, str]:
    """The desk that has the request knows when it answers; a day that passed is not said."""
    due = asked.due if isinstance(asked, RequestCard) else None
    return {
        "centre": settings.centre_name,
        "due": formats.day(due) if due and due >= today else "",
        "bring": bring,
        "status": f"{settings.public_url}/help/status",
        "hours": settings.centre_hours,
    }
