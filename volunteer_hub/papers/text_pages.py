"""The words of papers at the desk: which are the centre's own, one to edit with its preview and its versions."""

from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import names, text_actions, texts
from volunteer_hub.papers.forms import TextForm
from volunteer_hub.papers.kinds import NAMES, Kind
from volunteer_hub.papers.names import Name
from volunteer_hub.papers.pages import pdf
from volunteer_hub.papers.text_actions import Version
from volunteer_hub.papers.texts import Part
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms, i18n
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

TEMPLATE = "papers/text.html"
# Text as people type it ends its lines in two ways.
CRLF = "\r\n"


@dataclass(frozen=True)
class Line:
    """A kind with each of its languages: the key of the text, and whether the centre says it its own way."""

    name: str
    languages: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class TextsPage:
    lines: list[Line]


@dataclass(frozen=True)
class TextPage:
    """`samples`: a name and the parts of the text with it; `now`: what stands saved meanwhile, `broken`: why what is
    typed cannot be said. `own`: the centre has its own words. `sometimes`: a name that not every paper of it has."""

    key: str
    kind: str
    language: str
    form: Checked[Any]
    samples: list[tuple[str, str, list[Part]]]
    broken: str
    ours: str
    own: bool
    versions: list[Version]
    examples: tuple[Name, ...]
    languages_of: list[tuple[str, str, bool]]
    sometimes: str
    now: str = ""


async def listed(request: Request) -> Response:
    own = await text_actions.own(request.state.actor)
    return render(request, "papers/texts.html", TextsPage([Line(NAMES[kind], _of(kind, own)) for kind in names.NAMES]))


async def text(request: Request) -> Response:
    kind, language = _found(request)
    versions = await text_actions.versions(request.state.actor, kind, language)
    body = versions[0].body if versions else ""
    form = forms.blank(body=body or texts.ours(kind, language), version=versions[0].version if versions else 0)
    return await _page(request, form)


async def save(request: Request) -> Response:
    """Saves what was typed, or shows it here or as PDF; or goes back to the house's words: the buttons say which."""
    kind, language = _found(request)
    data = await request.form()
    form, do = forms.read(TextForm, data), str(data.get("do", ""))
    if form.value is None:
        return await _page(request, form, status=422)
    body, seen = form.value.body.replace(CRLF, "\n").strip(), form.value.version
    if do == "preview":
        return await _page(request, form)
    try:
        if do in ("ordinary", "longest"):
            document = await text_actions.sample(settings_of(request), kind, language, body, do)
            return pdf(document, f"{kind}-{language}")
        if do != "ours" and not body:
            raise Refused(texts.EMPTY, 422)
        await text_actions.save(request.state.actor, kind, language, "" if do == "ours" else body, seen)
    except Stale:
        return await _changed_meanwhile(request, form)
    except (Refused, TemplateError) as error:
        return await _page(request, form.refused("body", _why(error)), status=422)
    return redirect(request, f"/desk/papers/texts/{kind}.{language}", mark("Zapisane. Tak powie następny dokument."))


async def look(request: Request) -> Response:
    """The preview alone, as it is typed."""
    return await _page(request, forms.read(TextForm, await request.form()))


def _found(request: Request) -> tuple[Kind, str]:
    kind, _, language = request.path_params["text"].partition(".")
    if kind not in names.NAMES or language not in i18n.LANGUAGES:
        raise Refused("", 404)
    return Kind(kind), language


def _of(kind: Kind, own: set[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    return [(code, f"{kind}.{code}", (kind.value, code) in own) for code in i18n.LANGUAGES]


def _why(error: Exception) -> str:
    """The sentence of a refusal; of anything else that it cannot be read."""
    if not isinstance(error, Refused):
        return gettext("Tego tekstu nie da się złożyć. Sprawdź nazwy i warunki.")
    values = {key: gettext(str(value)) if key == "meaning" else value for key, value in error.values.items()}
    return gettext(error.sentence, **values)


async def _changed_meanwhile(request: Request, form: Checked[Any]) -> Response:
    """What was typed stays in the field, what stands saved is shown beside it."""
    kind, language = _found(request)
    newest = (await text_actions.versions(request.state.actor, kind, language))[0]
    form = Checked({**form.typed, "version": [str(newest.version)]}, form.errors, form.value)
    return await _page(request, form, now=newest.body or texts.ours(kind, language), status=409)


async def _page(request: Request, form: Checked[Any], *, now: str = "", status: int = 200) -> Response:
    actor, (kind, language) = request.state.actor, _found(request)
    body, samples, broken = form.first("body").replace(CRLF, "\n").strip(), [], ""
    try:
        await text_actions.judge(kind, language, body)
        called = {"ordinary": gettext("Zwykłe nazwy"), "longest": gettext("Najdłuższe nazwy")}
        with i18n.speaking(language):
            samples = [(which, called[which], texts.say(kind, body, names.values(kind, which))) for which in called]
    except (Refused, TemplateError) as error:
        broken = _why(error)
    versions = await text_actions.versions(actor, kind, language)
    page = TextPage(
        f"{kind}.{language}", NAMES[kind], language, form, samples, broken, texts.ours(kind, language),
        bool(versions and versions[0].body), versions, names.NAMES[kind], _of(kind, await text_actions.own(actor)),
        next((name.key for name in names.NAMES[kind] if name.maybe_empty), ""), now,
    )  # fmt: skip
    part = "paper_preview" if wants_fragment(request) else None
    return render(request, TEMPLATE, page, fragment=part, status=status)
