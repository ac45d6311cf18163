"""Opportunities and groups over HTTP, page by page, as the open data are. No token is needed; one sent is judged."""

from typing import Any

from pydantic import BaseModel

from volunteer_hub.exchange import asking, hsds, work
from volunteer_hub.exchange.api_access.bearers import Asks
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.exchange.api_pages import NOT_THERE, Call, put, sliced, told, with_id
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms

OPPORTUNITIES, GROUPS = (Asks(scope, counted=True) for scope in (Scope.OPPORTUNITIES, Scope.GROUPS))


@told(asking.AskedOpportunities, OPPORTUNITIES)
async def opportunities(call: Call) -> hsds.Page[Any]:
    asked = call.asked
    where = {"area": asked.area, "theme": asked.theme}
    total, skip = await work.count_opportunities(**where), (asked.page - 1) * asked.per_page
    found = await work.opportunities(call.settings, asked.per_page, skip=skip, **where) if skip < total else []
    return put(asked, total, len(found), found)


@told(asking.Nothing, OPPORTUNITIES)
async def opportunity(call: Call) -> BaseModel:
    id = forms.id_of(call.id)
    found = await work.one_opportunity(call.settings, id) if id else None
    if found is None:
        raise Refused(NOT_THERE, 404)
    return found


@told(asking.AskedGroups, GROUPS)
async def groups(call: Call) -> hsds.Page[Any]:
    kind = call.asked.kind
    return sliced(call, [one for one in await work.groups(call.settings) if not kind or one.kind == kind])


@told(asking.Nothing, GROUPS)
async def group(call: Call) -> BaseModel:
    return with_id(call, await work.groups(call.settings))
