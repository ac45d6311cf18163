"""Forms beside the list of people: a view to keep, a tag."""

from typing import Annotated, Literal

from pydantic import Field

from volunteer_hub.people.bulk import LONGEST_TAG
from volunteer_hub.web.forms import Form, Line, Yes


class KeptView(Form):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    shared: Yes = False


class Tag(Form):
    tag: Annotated[Line, Field(min_length=1, max_length=LONGEST_TAG)]
    act: Literal["tag", "untag"] = "tag"
