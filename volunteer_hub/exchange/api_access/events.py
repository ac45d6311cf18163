"""What a webhook is told: that something public came, changed or went, and where to read it. Never what it says."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from volunteer_hub.exchange.api_access.rules import Kind

PATHS = {
    Kind.OPPORTUNITY: "opportunities",
    Kind.SERVICE: "services",
    Kind.ORGANIZATION: "organizations",
    Kind.GROUP: "groups",
}
What = Literal["created", "changed", "removed"]


class Subject(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID | None = Field(None, description="Of what; none in a trial.")
    url: str = Field(description="Where to read it. Of what was removed: 404.")


class Event(BaseModel):
    """The body of every hook. Later ones may overtake earlier ones: what counts is what the address says now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field(description='"opportunity.created", "service.changed", "group.removed" …; "trial" is one.')
    timestamp: datetime = Field(description="When we noticed.")
    data: Subject


def of(public_url: str, kind: Kind, what: What, id: UUID, at: datetime) -> Event:
    return Event(
        type=f"{kind}.{what}", timestamp=at, data=Subject(id=id, url=f"{public_url}/api/v1/{PATHS[kind]}/{id}")
    )


def trial(public_url: str, at: datetime) -> Event:
    return Event(type="trial", timestamp=at, data=Subject(id=None, url=f"{public_url}/api/v1/"))


def written(event: Event) -> str:
    return event.model_dump_json(exclude_none=True)
