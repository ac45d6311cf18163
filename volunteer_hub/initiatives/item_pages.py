"""The forms of an initiative's lists: one page for all of them, whose fields are the list's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas import resource_queries
from volunteer_hub.atlas.forms import Options, differs, listed
from volunteer_hub.initiatives import amounts, items, queries
from volunteer_hub.initiatives.items import ACTIONS, PARTNERS, TAKEOVERS, Sort
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit import clock
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of

MOST_FOUND = 12


@dataclass(frozen=True)
class ItemPage:
    """`sort`: the slug of the list; `item`: the line, None for a new one; `options`: of the fields that choose.

    `q`: what was looked for on the map. `now`: by field, what was saved meanwhile and differs from what was typed.
    """

    initiative: InitiativeRow
    sort: str
    item: UUID | None
    form: Checked[Any]
    options: Mapping[str, Options]
    q: str = ""
    now: Mapping[str, str] = field(default_factory=dict)


class ItemPages:
    """The handlers of one list."""

    def __init__(self, sort: Sort) -> None:
        self.sort = sort

    async def new(self, request: Request) -> Response:
        found = await items.initiative_of(request.state.actor, self.sort, request.path_params["id"])
        today = clock.today(settings_of(request).timezone)
        form = forms.blank(day=today.isoformat(), year=today.year, q=request.query_params.get("q", ""))
        return await self._shown(request, found, form)

    async def create(self, request: Request) -> Response:
        actor, id = request.state.actor, request.path_params["id"]
        found = await items.initiative_of(actor, self.sort, id)
        form = await self._read(request, found)
        if form.value is None:
            return await self._shown(request, found, form, status=422)
        await items.add(actor, self.sort, id, form.value.model_dump())
        return redirect(request, f"/desk/initiatives/{id}#{self.sort.slug}", mark("Zapisane."))

    async def edit(self, request: Request) -> Response:
        line = await self._line(request)
        typed = {name: _typed(value) for name, value in line.values.items()}
        form = forms.blank(**typed, version=line.version, q=request.query_params.get("q", ""))
        return await self._shown(request, line.initiative, form)

    async def save(self, request: Request) -> Response:
        """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
        line = await self._line(request)
        form = await self._read(request, line.initiative)
        if form.value is None:
            return await self._shown(request, line.initiative, form, status=422)
        id, item = line.initiative.id, request.path_params["item"]
        try:
            await items.correct(request.state.actor, self.sort, id, item, form.value.version, form.value.model_dump())
        except Stale:
            return await self._both(request, form)
        return redirect(request, f"/desk/initiatives/{id}#{self.sort.slug}", mark("Zapisane."))

    async def remove(self, request: Request) -> Response:
        id = request.path_params["id"]
        await items.remove(request.state.actor, self.sort, id, request.path_params["item"])
        return redirect(request, f"/desk/initiatives/{id}#{self.sort.slug}", mark("Usunięte."))

    async def _line(self, request: Request) -> items.Line:
        return await items.line(request.state.actor, self.sort, request.path_params["id"], request.path_params["item"])

    async def _read(self, request: Request, found: InitiativeRow) -> Checked[Any]:
        form = forms.read(self.sort.form, await request.form())
        return listed(form, **await self._options(request, found, form))

    async def _both(self, request: Request, form: Checked[Any]) -> Response:
        line = await self._line(request)
        options = await self._options(request, line.initiative, form)
        saved = {name: _typed(value) for name, value in line.values.items()}
        words = {value: said for offered in options.values() for value, said in offered}
        now = {name: words.get(value, value) for name, value in saved.items() if differs(form, name, value)}
        again = Checked({**form.typed, "version": [str(line.version)]}, form.errors, form.value)
        return await self._shown(request, line.initiative, again, status=409, now=now)

    async def _shown(
        self, request: Request, found: InitiativeRow, form: Checked[Any], *, status: int = 200,
        now: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        options = await self._options(request, found, form)
        item = request.path_params.get("item")
        page = ItemPage(found, self.sort.slug, item, form, options, forms.one_line(form.first("q"))[:80], now or {})
        return render(request, "initiatives/item.html", page, status=status)

    async def _options(self, request: Request, found: InitiativeRow, form: Checked[Any]) -> dict[str, Options]:
        if self.sort is PARTNERS:
            return {"resource": await _resources(request, form)}
        if self.sort is ACTIONS:
            return {"place": await atlas.place_ids()}
        if self.sort is TAKEOVERS:
            there = await queries.members(request.state.actor, found.id)
            return {"member": [(str(one.id), one.name) for one in there]}
        return {}


async def _resources(request: Request, form: Checked[Any]) -> Options:
    """What the map has of the words that were looked for, and what is chosen already."""
    actor, settings = request.state.actor, settings_of(request)
    found: list[tuple[str, str]] = []
    chosen = forms.id_of(form.first("resource"))
    if chosen and (name := await items.resource_name(actor, chosen)):
        found.append((str(chosen), name))
    if q := forms.one_line(form.first("q"))[:80]:
        wanted, today = resource_queries.Wanted(q=q), clock.today(settings.timezone)
        lines = (await resource_queries.find(actor, wanted, today, settings.verify_days)).lines[:MOST_FOUND]
        found += [(str(one.id), f"{one.name} ({one.area_name})") for one in lines if one.id != chosen]
    return found


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return amounts.typed(value)
    return value.isoformat() if isinstance(value, date) else str(value)
