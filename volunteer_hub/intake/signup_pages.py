"""Signing up in three short steps. Whatever was typed stays, right or wrong, through steps, languages and refusals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import limits, strangers
from volunteer_hub.access.pages import TOO_FAST, client_of
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.intake import actions, drafts, rules
from volunteer_hub.intake.actions import SIGN_UP
from volunteer_hub.intake.forms import (
    HOURS,
    KILOMETRES,
    WRITTEN,
    AboutMe,
    Consents,
    MyTime,
    of_age,
    with_area,
    with_guardian,
    with_school,
)
from volunteer_hub.kit import clock
from volunteer_hub.people import schools
from volunteer_hub.people.consents import WORDS
from volunteer_hub.people.rules import CAUSES, LANGUAGES, SKILLS, Free, Kind, is_minor, windows
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, language
from volunteer_hub.web.render import redirect, render, settings_of, visit

Options = list[tuple[str, str]]
Areas = Options
Draft = Mapping[str, Any]
Given = FormData | Mapping[str, Any]


NEXT = "next"
AN_OPENING = re.compile(r"/opportunities/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class AboutPage:
    """`next`: the opening they came from, where they go on afterwards."""

    form: Checked[AboutMe]
    schools: Options
    next: str
    kinds: tuple[str, ...] = tuple(Kind)
    written: tuple[str, ...] = WRITTEN


@dataclass(frozen=True)
class TimePage:
    form: Checked[MyTime]
    areas: Areas
    causes: tuple[str, ...] = CAUSES
    skills: tuple[str, ...] = SKILLS
    spoken: tuple[str, ...] = LANGUAGES
    kilometres: tuple[str, ...] = KILOMETRES
    hours: tuple[str, ...] = HOURS


@dataclass(frozen=True)
class ConsentsPage:
    """The last step: what was said so far, to be checked; what one agrees to; `opened` tells people from scripts."""

    form: Checked[Consents]
    about: AboutMe
    mine: MyTime
    free: list[Free]
    area: str
    minor: bool
    school: str
    words: Mapping[str, str]
    opened: str
    too_many: bool = False


@dataclass(frozen=True)
class DonePage:
    minor: bool
    phone: bool
    call_by: date
    next: str


async def about_me(request: Request) -> Response:
    typed = (await _draft(request)).get("about") or {"language": [language()], "who": ["me"]}
    wanted = request.query_params.get("next") or _came_from(typed)
    return render(request, "intake/about.html", AboutPage(Checked(typed), await schools.options(), _opening(wanted)))


async def save_about_me(request: Request) -> Response:
    form = with_school(_about(request, await request.form()), dict(await schools.options()))
    await drafts.save(visit(request), SIGN_UP, "about", form.typed, [*AboutMe.model_fields, NEXT], first=True)
    if form.value is None:
        page = AboutPage(form, await schools.options(), _opening(form.first(NEXT)))
        return render(request, "intake/about.html", page, status=422)
    return redirect(request, "/volunteer/time")


async def my_time(request: Request) -> Response:
    draft = await _draft(request)
    if _about(request, draft.get("about", {})).value is None:
        return redirect(request, "/volunteer")
    typed = draft.get("time") or {"languages": [language()], "max_km": ["5"], "max_hours_week": ["4"]}
    return render(request, "intake/time.html", TimePage(Checked(typed), await _areas()))


async def save_my_time(request: Request) -> Response:
    areas = await _areas()
    form = _time(await request.form(), areas)
    await drafts.save(visit(request), SIGN_UP, "time", form.typed, list(MyTime.model_fields))
    if form.value is None:
        return render(request, "intake/time.html", TimePage(form, areas), status=422)
    return redirect(request, "/volunteer/consents")


async def consents(request: Request) -> Response:
    draft = await _draft(request)
    page = await _last_step(request, draft, Checked(draft.get("consents", {})))
    return render(request, "intake/consents.html", page) if page else _to_missing_step(request, draft)


async def sign_up(request: Request) -> Response:
    draft, data = await _draft(request), await request.form()
    page = await _last_step(request, draft, forms.read(Consents, data))
    if page is None:
        return _to_missing_step(request, draft)
    form, settings = with_guardian(page.form, page.about, _today(request)), settings_of(request)
    if form.value is not None and not strangers.is_person(settings, data):
        form = form.refused("", gettext(TOO_FAST))
    await drafts.save(visit(request), SIGN_UP, "consents", form.typed, list(Consents.model_fields))
    if form.value is None:
        return render(request, "intake/consents.html", replace(page, form=form), status=422)
    if not await limits.spend(settings, rules.SIGN_UPS, client_of(request)):
        response = render(request, "intake/consents.html", replace(page, form=form, too_many=True), status=429)
        response.headers["Retry-After"] = str(rules.SIGN_UPS.wait)
        return response
    today, client = _today(request), client_of(request)
    await actions.sign_up(settings, visit(request), page.about, page.mine, form.value, today, client)
    wanted = _opening(_came_from(draft.get("about", {})))
    return redirect(request, f"/volunteer/done?{NEXT}={wanted}" if wanted else "/volunteer/done")


async def signed_up(request: Request) -> Response:
    draft = await _draft(request)
    if "done" not in draft:
        return redirect(request, "/volunteer")
    call_by = rules.working_days_on(_today(request), rules.CALL_WORKING_DAYS)
    wanted = _opening(request.query_params.get(NEXT, ""))
    page = DonePage(draft["done"]["minor"], draft["done"]["phone"], call_by, wanted)
    return render(request, "intake/done.html", page)


async def _last_step(request: Request, draft: Draft, form: Checked[Consents]) -> ConsentsPage | None:
    """The last page, once both steps before it are whole."""
    areas = await _areas()
    partners = dict(await schools.options())
    about = with_school(_about(request, draft.get("about", {})), partners).value
    mine = _time(draft.get("time", {}), areas).value
    if about is None or mine is None:
        return None
    return ConsentsPage(
        form=form,
        about=about,
        mine=mine,
        free=windows(mine.free),
        area=dict(areas).get(mine.area, ""),
        minor=is_minor(about.birth_date, _today(request)),
        school=partners.get(about.school, ""),
        words={purpose.value: gettext(words.sentence) for purpose, words in WORDS.items()},
        opened=strangers.opened(settings_of(request)),
    )


def _to_missing_step(request: Request, draft: Draft) -> Response:
    """Nothing typed (or too long ago): from the start. Sent already, by a second press: to its end."""
    if "done" in draft:
        return redirect(request, "/volunteer/done")
    whole = _about(request, draft.get("about", {})).value is not None
    return redirect(request, "/volunteer/time" if whole else "/volunteer")


def _about(request: Request, data: Given) -> Checked[AboutMe]:
    return of_age(forms.read(AboutMe, data), _today(request), settings_of(request).centre_phone)


def _time(data: Given, areas: Areas) -> Checked[MyTime]:
    form = forms.read(MyTime, data)
    return with_area(form, form.first("area"), dict(areas), required=True)


async def _draft(request: Request) -> Draft:
    return await drafts.load(visit(request), SIGN_UP)


async def _areas() -> Areas:
    return [(district.slug, district.name) for district in await atlas.districts()]


def _came_from(typed: Mapping[str, Any]) -> str:
    return next(iter(typed.get(NEXT, ())), "")


def _opening(wanted: str) -> str:
    """`wanted` when it is an opening's page, else nothing: a link into a form must not lead elsewhere."""
    return wanted if AN_OPENING.fullmatch(wanted) else ""


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)
