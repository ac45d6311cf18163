"""What is typed about a regular task."""

from volunteer_hub.schedule.series.forms import Day
from volunteer_hub.web.forms import Form


class FirstDayWithout(Form):
    """A regular task is given up: from which day on."""

    since: Day
