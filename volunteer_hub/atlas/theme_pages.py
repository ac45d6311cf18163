"""The desk's tree of themes: what needs and resources are about, and which of it is nobody else's business."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import theme_actions, theme_rules, themes
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.atlas.theme_forms import DiscloseTheme, MoveTheme, RetireTheme, ThemeForm, whole
from volunteer_hub.atlas.themes import Branch, Seen, ThemeRow
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.formats import number
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class ThemesPage:
    tree: list[Branch]


@dataclass(frozen=True)
class ThemePage:
    """`theme` is empty for a new one. `parents` is what it may lie beneath, `signs` with what they show."""

    theme: ThemeRow | None
    form: Checked[Any]
    parents: Options
    signs: Options
    palette: tuple[str, ...] = theme_rules.PALETTE


@dataclass(frozen=True)
class DisclosurePage:
    theme: ThemeRow
    seen: Seen
    form: Checked[Any]


async def show(request: Request) -> Response:
    return render(request, "atlas/themes.html", ThemesPage(await themes.tree(request.state.actor)))


async def new(request: Request) -> Response:
    taken = len(await themes.tree(request.state.actor))
    colour = theme_rules.PALETTE[taken % len(theme_rules.PALETTE)]
    return await _page(request, None, forms.blank(colour=colour, parent=request.query_params.get("parent", "")))


async def create(request: Request) -> Response:
    form = await _read(request, None)
    if form.value is None:
        return await _page(request, None, form, 422)
    try:
        await theme_actions.add(request.state.actor, form.value.details)
    except Refused as refused:
        return await _page(request, None, _told(form, refused), refused.status)
    return redirect(request, "/desk/themes", mark("Temat dodany."))


async def one(request: Request) -> Response:
    theme = await themes.theme(request.state.actor, request.path_params["id"])
    named = ("name_pl", "name_en", "name_uk", "parent", "colour", "icon", "taxonomy", "taxonomy_code", "reach_km")
    typed = {name: value for name in named if (value := getattr(theme, name)) is not None}
    if theme.reach_km is not None:
        typed["reach_km"] = number(theme.reach_km)
    return await _page(request, theme, forms.blank(**typed))


async def save(request: Request) -> Response:
    theme = await themes.theme(request.state.actor, request.path_params["id"])
    form = await _read(request, theme)
    if form.value is None:
        return await _page(request, theme, form, 422)
    try:
        await theme_actions.change(request.state.actor, theme.id, form.value.details)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _page(request, theme, _told(form, refused), refused.status)
    return redirect(request, "/desk/themes", mark("Zapisane."))


async def move(request: Request) -> Response:
    form = forms.read(MoveTheme, await request.form())
    if form.value is None:
        raise Refused("", 400)
    await theme_actions.move(request.state.actor, request.path_params["id"], form.value.by)
    return redirect(request, "/desk/themes")


async def retire(request: Request) -> Response:
    form = forms.read(RetireTheme, await request.form())
    day = clock.today(settings_of(request).timezone) if form.value and form.value.retired else None
    await theme_actions.retire(request.state.actor, request.path_params["id"], day)
    said = mark("Ten temat nie będzie już proponowany.") if day else mark("Ten temat znów można wybierać.")
    return redirect(request, "/desk/themes", said)


async def disclosure(request: Request) -> Response:
    return await _disclosure(request, forms.blank())


async def disclose(request: Request) -> Response:
    form = forms.read(DiscloseTheme, await request.form())
    if form.value is None:
        return await _disclosure(request, form, 422)
    try:
        await theme_actions.disclose(request.state.actor, request.path_params["id"], form.value.word)
    except Refused as refused:
        if not refused.sentence:
            raise
        return await _disclosure(request, form.refused("word", gettext(refused.sentence)), refused.status)
    return redirect(request, "/desk/themes", mark("Temat nie jest już poufny."))


async def _disclosure(request: Request, form: Checked[Any], status: int = 200) -> Response:
    theme = await themes.theme(request.state.actor, request.path_params["id"])
    page = DisclosurePage(theme, await themes.would_be_seen(request.state.actor, theme.id), form)
    return render(request, "atlas/theme_disclosure.html", page, status=status)


async def _read(request: Request, theme: ThemeRow | None) -> Checked[ThemeForm]:
    parents = await themes.parents(request.state.actor, theme.id if theme else None)
    return listed(whole(forms.read(ThemeForm, await request.form())), parent=parents)


async def _page(request: Request, theme: ThemeRow | None, form: Checked[Any], status: int = 200) -> Response:
    parents = await themes.parents(request.state.actor, theme.id if theme else None)
    signs = [(name, gettext(words)) for name, words in theme_rules.ICONS.items()]
    return render(request, "atlas/theme.html", ThemePage(theme, form, parents, signs), status=status)


def _told(form: Checked[ThemeForm], refused: Refused) -> Checked[ThemeForm]:
    name = "parent" if refused.sentence == theme_actions.CIRCLE else "name_pl"
    return form.refused(name, gettext(refused.sentence))
