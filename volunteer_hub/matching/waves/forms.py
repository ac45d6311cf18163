"""What the form of invitations in waves takes."""

from pydantic import Field

from volunteer_hub.matching.waves.rules import MOST_HOURS, MOST_SIZE
from volunteer_hub.web.forms import Form


class NewWaves(Form):
    """How many people a wave asks, and how many hours they have before the next."""

    size: int = Field(ge=1, le=MOST_SIZE)
    hours: int = Field(ge=1, le=MOST_HOURS)
