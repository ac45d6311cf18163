"""The open data for people who write programs: what there is, what to ask, what stands for what."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.exchange import publishing
from volunteer_hub.exchange.api_access import bearers, events
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.exchange.api_pages import SECONDS_KEPT
from volunteer_hub.exchange.figure_pages import YEARS_OF_A_TOKEN
from volunteer_hub.exchange.open_data import Resource, Theme, Themes
from volunteer_hub.exchange.openapi import BASE, ENDPOINTS, Endpoint
from volunteer_hub.kit import clock
from volunteer_hub.web.i18n import LANGUAGES
from volunteer_hub.web.i18n import language as spoken
from volunteer_hub.web.render import render, settings_of

THEME = Theme(UUID(int=1), "starsi", {"pl": "Starsi", "en": "Older people", "uk": "Старші"}, (UUID(int=1),), "", "")
CLUB = Resource(
    id=UUID("0b5a7d0e-6a0f-4a39-9b0e-0a4f8f1f6c11"), name="Klub seniora", kind=ResourceKind.GROUP,
    about="Rozmowa, herbata, gry.", for_whom="60+", languages=("pl",), capacity=20, phone="+48600000000", email="",
    website="", organisation=None, themes=(THEME.id,),
    hours=(Hours("FREQ=WEEKLY;BYDAY=TU", time(16), time(18), date(2026, 9, 1), None, ""),),
    verified_on=date(2026, 11, 2), changed_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC), place=UUID(int=2),
    place_name="Świetlica", address="ul. Wiślana 1", town="Włocławek", postcode="87-800", latitude=52.6483,
    longitude=19.0677, accessibility=("step-free",), accessibility_note="",
)  # fmt: skip


@dataclass(frozen=True)
class DocsPage:
    """`base`: the address before each path. `sample`: one service as it is answered, of an invented club.

    `event`: what a webhook is told of it. `of_a_token`, `of_years`, `of_an_address`: how often in an hour one
    may ask.
    """

    base: str
    endpoints: tuple[Endpoint, ...]
    sample: str
    event: str
    seconds: int
    year: int
    of_a_token: int = bearers.READS_OF_A_TOKEN.most
    of_years: int = YEARS_OF_A_TOKEN.most
    of_an_address: int = bearers.READS_OF_AN_ADDRESS.most


async def show(request: Request) -> Response:
    settings = settings_of(request)
    page = DocsPage(
        base=f"{settings.public_url}{BASE}",
        endpoints=ENDPOINTS,
        sample=_sample(spoken(), settings.timezone),
        event=_event(settings.public_url),
        seconds=SECONDS_KEPT,
        year=clock.today(settings.timezone).year - 1,
    )
    return render(request, "exchange/docs.html", page)


@lru_cache(len(LANGUAGES))
def _sample(language: str, timezone: str) -> str:
    """Out of the same code that makes the real answers, so that it is never behind them."""
    town = publishing.Town(language, timezone, CLUB.changed_at, Themes({THEME.id: THEME}))
    told = publishing.service(town, CLUB).model_dump(mode="json", exclude_none=True)
    return json.dumps(told, ensure_ascii=False, indent=2)


def _event(public_url: str) -> str:
    told = events.of(public_url, Kind.SERVICE, "changed", CLUB.id, CLUB.changed_at)
    return told.model_dump_json(indent=2)
