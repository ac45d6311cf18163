"""A slip for whoever asked for help at the desk: the number to ask by, and nothing of what was asked for."""

from datetime import date

from volunteer_hub.intake import status
from volunteer_hub.intake.queries import RequestCard, RequestStub
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.phone import pretty
from volunteer_hub.papers import issuing
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import speaking


async def issue(
    settings: Settings, actor: Actor, asked: RequestCard | RequestStub, language: str, bring: str
) -> Issued:
    """`asked` is what intake.queries.seen gave this actor; `bring`: what to come with, as the desk typed it."""
    with speaking(language):
        stands = facts(settings, asked, bring, clock.today(settings.timezone))
    return await issuing.issue(settings, actor, Kind.SLIP, stands, language=language, request=asked.id)


def facts(settings: Settings, asked: RequestCard | RequestStub, bring: str, today: date) -> dict[str, object]:
    """What stands on the slip. The desk that has the request knows when it answers; a day that passed is not said."""
    due = asked.due if isinstance(asked, RequestCard) else None
    code = status.code_of(settings, asked.number)
    return {
        "title": _("Zgłoszenie %(number)s", number=asked.number),
        "about": [
            (_("Kod"), f"{code[:3]} {code[3:]}"),
            (_("Przyjęte"), formats.dated(clock.wall(asked.created_at, settings.timezone))),
            (_("Odpowiemy najpóźniej"), formats.day(due) if due and due >= today else ""),
            (_("Proszę wziąć ze sobą"), bring),
            (_("Gdzie"), settings.centre_address),
        ],
        "call": _("W tej sprawie proszę dzwonić:"),
        "phone": pretty(settings.centre_phone) if settings.centre_phone else "",
        "note": "\n".join(
            filter(
                None,
                (
                    _("Godziny: %(hours)s", hours=settings.centre_hours) if settings.centre_hours else "",
                    _("Jak stoi sprawa: %(address)s", address=f"{settings.public_url}/help/status"),
                ),
            )
        ),
    }
