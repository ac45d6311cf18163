"""What was typed when the session had ended: looked at, and sent once more."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import kept, rules
from volunteer_hub.access.kept import Kept
from volunteer_hub.web.render import render, settings_of

# What forms carry for themselves is sent again too, but says nothing to a reader; nor does what is chosen from a list.
CARRIED = frozenset({"once", "seen", "version", "view", "next"})
WORDS = re.compile(r"\s|[^\W\d_a-z]|@|\d{7}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Waiting:
    """A form and the words in it."""

    form: Kept
    words: list[str]


@dataclass(frozen=True)
class KeptPage:
    """`start` is where to go when nothing waits."""

    waiting: list[Waiting]
    again: str
    minutes: int
    start: str


async def show(request: Request) -> Response:
    actor = request.state.actor
    waiting = [Waiting(form, _words(form)) for form in await kept.own(settings_of(request), actor)]
    page = KeptPage(waiting, kept.AGAIN, kept.MINUTES, rules.landing(actor.role))
    return render(request, "access/kept.html", page)


def _words(form: Kept) -> list[str]:
    said = [text.strip() for name, text in form.fields if name not in CARRIED and not ID.fullmatch(text)]
    return [text for text in said if WORDS.search(text)]
