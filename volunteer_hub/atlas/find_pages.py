"""Where an address is: candidates to choose from, and from each one step to a need or a resource that stands there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import geocoder
from volunteer_hub.atlas.geocoder import LONGEST, Found
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, one_line
from volunteer_hub.web.render import render, settings_of


@dataclass(frozen=True)
class Candidate:
    """`there` is the query that carries the place into the form of what is added."""

    label: str
    there: str


@dataclass(frozen=True)
class FindPage:
    """`found` is None until something was asked for; `silent`: the geocoder could not be asked."""

    q: str
    found: list[Candidate] | None
    silent: bool
    form: Checked[Any]
    most: int = LONGEST


async def find(request: Request) -> Response:
    q = one_line(request.query_params.get("q", ""))[:LONGEST]
    if not q:
        return render(request, "atlas/find.html", FindPage("", None, False, forms.blank()))
    answer = await geocoder.find(settings_of(request), q)
    found = [_candidate(one) for one in answer.found]
    return render(request, "atlas/find.html", FindPage(q, found, answer.silent, forms.blank(q=q)))


def _candidate(one: Found) -> Candidate:
    latitude, longitude = one.point
    there = {"lat": f"{latitude:.6f}", "lon": f"{longitude:.6f}", "address": one.label}
    return Candidate(one.label, urlencode(there))
