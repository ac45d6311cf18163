"""The public list of groups and courses. Here, for a course shows what its next sessions are about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.queries import GroupCard
from volunteer_hub.schedule.courses import sessions as courses
from volunteer_hub.web.render import render


@dataclass(frozen=True)
class GroupsPage:
    """`subjects`: of public courses, when and about what they meet next."""

    groups: list[GroupCard]
    subjects: dict[UUID, list[tuple[datetime, str]]]


async def groups(request: Request) -> Response:
    found = await queries.groups()
    return render(
        request, "initiatives/groups.html", GroupsPage(found, await courses.subjects_ahead([one.id for one in found]))
    )
