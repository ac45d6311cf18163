"""What the centre knows about people, and how accessible this site is."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import retention
from volunteer_hub.privacy.purposes import BASES, PURPOSES, Purpose
from volunteer_hub.privacy.rules import CONFIRMED_ON, STATEMENT, Statement
from volunteer_hub.privacy.versions import NEWEST, VERSIONS, Version
from volunteer_hub.web.i18n import gettext, locale
from volunteer_hub.web.render import render


@dataclass(frozen=True)
class PurposeRow:
    """A row of the register in the reader's language."""

    key: str
    data: str
    why: str
    bases: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class PrivacyPage:
    """`version` is the one shown; `since` its first day."""

    purposes: tuple[PurposeRow, ...]
    confirmed_on: date | None
    version: str
    since: date
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Day:
    """A date for machines and for people."""

    iso: str
    words: str


@dataclass(frozen=True)
class AccessibilityPage:
    """The statement's dates; `reviewed` is None until its first review."""

    published: Day
    updated: Day
    made: Day
    reviewed: Day | None


async def privacy(request: Request) -> Response:
    return render(request, "privacy/privacy.html", _privacy(NEWEST))


async def version(request: Request) -> Response:
    """The information as somebody read it then; the newest is the page itself."""
    found = next((one for one in VERSIONS if one.id == request.path_params["version"]), None)
    if found is None:
        raise Refused("", 404)
    template = "privacy/privacy.html" if found is NEWEST else f"privacy/versions/{found.id}.html"
    return render(request, template, _privacy(found))


def _privacy(shown: Version) -> PrivacyPage:
    purposes = tuple(_said(purpose) for purpose in PURPOSES)
    return PrivacyPage(purposes, CONFIRMED_ON, shown.id, shown.since, VERSIONS)


async def accessibility(request: Request) -> Response:
    return render(request, "privacy/accessibility.html", _dated(STATEMENT))


def _dated(statement: Statement) -> AccessibilityPage:
    return AccessibilityPage(
        published=_day(statement.published),
        updated=_day(statement.updated),
        made=_day(statement.made),
        reviewed=_day(statement.reviewed) if statement.reviewed else None,
    )


def _day(value: date) -> Day:
    return Day(value.isoformat(), format_date(value, "d MMMM y", locale=locale()))


def _said(purpose: Purpose) -> PurposeRow:
    bases = tuple(gettext(BASES[basis]) for basis in purpose.bases)
    return PurposeRow(purpose.key, gettext(purpose.data), gettext(purpose.why), bases, kept(purpose))


def kept(purpose: Purpose) -> tuple[str, ...]:
    """How long, by the rules that the worker carries out, and what none of them ends."""
    rules = tuple(
        f"{gettext(rule.what)}: {rule.period} {gettext(rule.after)}"
        for rule in map(retention.BY_KEY.__getitem__, purpose.rules)
    )
    return (*rules, gettext(purpose.stays)) if purpose.stays else rules
