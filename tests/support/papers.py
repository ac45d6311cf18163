"""Papers as they stand in the database, without being typeset; and hours that a certificate tells of."""

import base64
import itertools
import json
from datetime import date
from typing import Any
from uuid import uuid4

from support import people
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import check_code
from volunteer_hub.kit.sealed import seal
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.tables import IssuedPaper
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.settings import Settings, load

_count = itertools.count(1001)  # the demo town has issued some
DEMO = load({"HUB_MODE": "demo"})
DOCUMENT = b"%PDF-1.7 as it was issued"


async def issued(
    kind: Kind = Kind.CERTIFICATE, settings: Settings = DEMO, facts: dict[str, Any] | None = None, **values: Any
) -> IssuedPaper:
    """A paper of 2026 with the next number that no other test paper has."""
    id, told = uuid4(), json.dumps(facts or {"name": "Anna Żółć", "time": "2 h"})
    row = IssuedPaper(**{
        "id": id, "kind": kind, "year": 2026, "number": next(_count), "code": check_code.new(), "language": "pl",
        "facts": seal(settings.field_keys, told, where=f"paper-facts:{id}"),
        "document": seal(settings.field_keys, base64.b64encode(DOCUMENT).decode(), where=f"paper:{id}"),
    } | values)  # fmt: skip
    return await people.save(row)


async def hours(who: Volunteer, of: Initiative | None = None, **values: Any) -> HoursWorked:
    """Two approved hours on the first of November, unless said otherwise."""
    of = of or await people.initiative()
    given = {"day": date(2026, 11, 1), "minutes": 120, "state": "approved"} | values
    return await people.save(HoursWorked(volunteer=who.id, initiative=of.id, **given))
