"""The words of messages at the desk: the list of all, one to edit with its preview, its versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.edited.kinds import Text, of_key
from volunteer_hub.messaging.edited.names import LONGEST, ORDINARY, Name
from volunteer_hub.messaging.edited.ours import Ours, fitting, ours
from volunteer_hub.messaging.edited.saying import Draft
from volunteer_hub.people.corrections import Stale
from volunteer_hub.replies.texts import actions, queries
from volunteer_hub.replies.texts.forms import Press, Words, blank, draft, refused
from volunteer_hub.replies.texts.preview import Preview, preview
from volunteer_hub.replies.texts.queries import Group, Line, Version
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark, speaking
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

TEMPLATE = "replies/texts/text.html"


@dataclass(frozen=True)
class TextsPage:
    groups: list[Group]


@dataclass(frozen=True)
class Example:
    """A name with what it becomes: ordinarily, and where it is longest."""

    name: Name
    ordinary: str
    longest: str


@dataclass(frozen=True)
class TextPage:
    """`now`: what stands saved meanwhile, by field. `said` is why an older version was not taken back."""

    text: Text
    line: Line
    form: Checked[Words]
    preview: Preview
    ours: Ours
    examples: list[Example]
    versions: list[Version]
    now: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True)
class PreviewPart:
    text: Text
    form: Checked[Words]
    preview: Preview


async def texts(request: Request) -> Response:
    return render(request, "replies/texts/texts.html", TextsPage(await queries.groups(request.state.actor)))


async def text(request: Request) -> Response:
    found = _found(request)
    versions = await queries.versions(request.state.actor, found)
    return await _page(request, found, blank(*_standing(found, versions)), versions)


async def save(request: Request) -> Response:
    """Saves what was typed, or only shows it: the form's buttons say which."""
    found, actor, settings = _found(request), request.state.actor, settings_of(request)
    data = await request.form()
    form = forms.read(Words, data)
    if (words := form.value) is None:
        return await _page(request, found, form, status=422)
    if (do := str(data.get("do", ""))) in ("preview", "plain"):
        if do == "plain":
            form = Checked({**form.typed, "keeps": []}, form.errors, words)
        return await _page(request, found, await _judged(request, found, form))
    try:
        wrong = await actions.save(actor, found, draft(words), words.version, settings.public_url)
    except Stale:
        return await _changed_meanwhile(request, found, form)
    if wrong:
        return await _page(request, found, refused(form, wrong), status=422)
    return redirect(request, _address(found), mark("Zapisane. Tak będą brzmieć następne wiadomości."))


async def look(request: Request) -> Response:
    """The preview alone, as it is typed."""
    found = _found(request)
    read = forms.read(Words, await request.form())
    words, form = _draft_of(read), await _judged(request, found, read)
    if not wants_fragment(request):
        return await _page(request, found, form)
    part = PreviewPart(found, form, preview(found, words, settings_of(request)))
    return render(request, TEMPLATE, part, fragment="text_preview")


async def back_to_ours(request: Request) -> Response:
    found, press = _found(request), await _pressed(request)
    try:
        await actions.back_to_ours(request.state.actor, found, press.version)
    except Stale:
        return await _page(request, found, None, said=_meanwhile(), status=409)
    return redirect(request, _address(found), mark("Ta wiadomość mówi znowu naszymi słowami."))


async def back_to(request: Request) -> Response:
    found, press, site = _found(request), await _pressed(request), settings_of(request).public_url
    try:
        await actions.back_to(request.state.actor, found, press.number, press.version, site)
    except Stale:
        return await _page(request, found, None, said=_meanwhile(), status=409)
    except Refused as no:
        if not no.sentence:
            raise
        return await _page(request, found, None, said=gettext(no.sentence), status=no.status)
    return redirect(request, _address(found), mark("Starsza wersja jest znowu w użyciu."))


def _found(request: Request) -> Text:
    found = of_key(request.path_params["text"])
    if found is None:
        raise Refused("", 404)
    return found


async def _pressed(request: Request) -> Press:
    form = forms.read(Press, await request.form())
    if form.value is None:
        raise Refused("", 404)
    return form.value


def _address(found: Text) -> str:
    return f"/desk/messages/texts/{found.key}"


def _meanwhile() -> str:
    return gettext("W międzyczasie ktoś zmienił tę treść. Teraz wygląda tak.")


def _standing(found: Text, versions: list[Version]) -> tuple[Draft, int]:
    """The words that are said now, to begin with, and the number of their version."""
    own = ours(found)
    words = versions[0].words if versions else None
    return words or Draft(own.subject, own.body.strip()), versions[0].number if versions else 0


def _draft_of(form: Checked[Words]) -> Draft:
    return draft(form.value or Words(subject=form.first("subject"), body=form.first("body")))


async def _judged(request: Request, found: Text, form: Checked[Words]) -> Checked[Words]:
    return refused(form, await actions.judged(found, _draft_of(form), settings_of(request).public_url))


async def _changed_meanwhile(request: Request, found: Text, form: Checked[Words]) -> Response:
    """Both versions: what was typed stays in the fields, what stands saved is shown beside them."""
    versions = await queries.versions(request.state.actor, found)
    words, number = _standing(found, versions)
    mine = _draft_of(form)
    now = {name: getattr(words, name) for name in ("subject", "body") if getattr(words, name) != getattr(mine, name)}
    form = Checked({**form.typed, "version": [str(number)]}, form.errors, form.value)
    return await _page(request, found, form, versions, now=now or {"body": words.body}, status=409)


async def _page(
    request: Request, found: Text, form: Checked[Words] | None, versions: list[Version] | None = None, *,
    now: Mapping[str, Any] | None = None, said: str = "", status: int = 200,
) -> Response:  # fmt: skip
    actor = request.state.actor
    versions = await queries.versions(actor, found) if versions is None else versions
    form = form or blank(*_standing(found, versions))
    words = Draft(form.first("subject"), form.first("body").replace("\r\n", "\n"), form.chosen("keeps", "yes"))
    shown = preview(found, words, settings_of(request))
    line = await queries.line(actor, found)
    page = TextPage(found, line, form, shown, ours(found), _examples(found), versions, now or {}, said)
    return render(request, TEMPLATE, page, status=status)


def _examples(found: Text) -> list[Example]:
    with speaking(found.language):
        return [
            Example(name, *(name.make(fitting(found, values)) for values in (ORDINARY, LONGEST)))
            for name in ours(found).names
        ]
