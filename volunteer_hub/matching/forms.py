"""What the forms of matching take."""

from uuid import UUID

from volunteer_hub.web.forms import Form


class Invitation(Form):
    """A press beside a candidate. How well they fit is reckoned again here, never read from the form."""

    volunteer: UUID
