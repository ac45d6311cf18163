"""Everything held about one person, by the register: what the page of one's data shows and the copy holds (art. 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from volunteer_hub.kit import clock, database
from volunteer_hub.privacy import people
from volunteer_hub.privacy.people import Person
from volunteer_hub.privacy.register import BY_TABLE, Columns
from volunteer_hub.web import formats

# $1 ids, $2 accounts, $3 what messages concern, $4 addresses that are theirs alone, $5 all of theirs, $6 requests,
# $7 subjects. A letter with somebody else's link or code in it is nobody's copy.
OWN = "volunteer = ANY($1)"
ACCOUNT = "account = ANY($2)"
OWN_NEEDS = "SELECT n.id FROM need n JOIN request q ON q.need = n.id WHERE n.personal AND q.id = ANY($6)"
WHOSE: dict[str, str] = {
    "volunteer": "id = ANY($1)", "participant": "id = ANY($1)", "step_taken": OWN, "availability": OWN, "away": OWN,
    "clearance": OWN, "guardian_link": OWN, "service": OWN, "agreement": OWN, "policy": OWN,
    "issued_paper": OWN, "certificate_asked": OWN, "assignment": OWN,
    "assignment_change": "assignment IN (SELECT id FROM assignment WHERE volunteer = ANY($1))", "booking": OWN,
    "wave_asked": "assignment IN (SELECT id FROM assignment WHERE volunteer = ANY($1))",
    "matching_pair": OWN, "matching_near": OWN,
    "regular_task": OWN, "hours_worked": OWN, "circle_helper": OWN, "helper_load": OWN,
    "not_the_same": "one = ANY($1) OR other = ANY($1)", "merge": "kept = ANY($1) OR gone = ANY($1)",
    "consent": "person = ANY($1)", "member": "participant = ANY($1)",
    "joining": "participant = ANY($1)",
    "coming": "member IN (SELECT id FROM member WHERE participant = ANY($1))",
    "coming_change": "coming IN (SELECT id FROM coming WHERE member IN"
    " (SELECT id FROM member WHERE participant = ANY($1)))",
    "completion": "member IN (SELECT id FROM member WHERE participant = ANY($1))",
    "contract": "participant = ANY($1)",
    "request": "id = ANY($6)", "request_move": "request = ANY($6)",
    "need": f"id IN ({OWN_NEEDS})",
    "need_evidence": f"need IN ({OWN_NEEDS})", "need_change": f"need IN ({OWN_NEEDS})",
    "message": "(about = ANY($3) AND address = ANY($5) OR address = ANY($4)) AND about NOT LIKE 'account:%'",
    "bulk_recipient": "volunteer = ANY($1) OR participant = ANY($1)",
    "inbound": "about = ANY($3) OR address = ANY($4)", "opt_out": "address = ANY($5)",
    "proven_number": "address = ANY($5)", "account": "id = ANY($2)", "session": ACCOUNT, "device": ACCOUNT,
    "recovery_code": ACCOUNT, "sign_in_code": ACCOUNT, "audit_entry": "about = ANY($7)",
    "rights_request": "subject = ANY($7)", "erasure": "subject = ANY($7)", "break_glass": "about = ANY($7)",
}  # fmt: skip
ALL = ("$1::uuid[]", "$2::uuid[]", "$3::text[]", "$4::text[]", "$5::text[]", "$6::uuid[]", "$7::text[]")

# Nobody's copy: what a browser or colleague typed within half an hour, a colleague's searches, a school's contact, the
# plan's places; and confided words, which whoever leads the group hands over, as nobody else may read them.
NOBODYS = frozenset({"draft", "kept_form", "saved_view", "school", "place", "confided"}) | {
    # A colleague's file of volunteers, for a day.
    "people_import", "people_import_line",
    # An organisation's and a team's, at work; and addresses that were looked up.
    "resource", "partner_asked", "team_member", "agenda_item", "team_task", "geocoded",
    # Of an initiative, not of a person; whoever runs it hands over what its diary says of somebody.
    "initiative", "goal", "diary_entry", "initiative_change", "circle_task",
    # Sealed: whoever runs the contract hands over its print, which the person has on paper as well.
    "contract_goal", "contract_step",
    # Written to many; each one's own copy is the message.
    "bulk",
}  # fmt: skip
# Columns that prove something and tell nothing, and the ids of colleagues.
HIDDEN = {
    "volunteer": {"feed_hash"}, "account": {"password_hash", "totp_sealed"}, "audit_entry": {"account", "about"},
    "message": {"html", "calendar"}, "consent": {"text_hash"},
    # The PDF itself is on their own page of papers, and the facts stand on it.
    "issued_paper": {"facts", "document"}, "erasure": {"subject"}, "contract": {"outcome"},
}  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """The rows of one table, of one purpose."""

    purpose: str
    table: str
    rows: list[Row]


async def of(subject: str) -> list[Part]:
    """All that is held about "volunteer:<uuid>" or "participant:<uuid>", in the order of the register."""
    person = await people.person(subject)
    if person is None:
        return []
    parts = []
    for table, whose in WHOSE.items():
        if rows := await _rows(BY_TABLE[table], whose, person):
            parts += [
                Part(purpose, table, [{name: row[name] for name in shown} for row in rows])
                for purpose, names in BY_TABLE[table].purposes.items()
                if (shown := [name for name in names if name not in HIDDEN.get(table, ())])
            ]
    order = {table: n for n, table in enumerate(BY_TABLE)}
    return sorted(parts, key=lambda part: order[part.table])


def as_json(subject: str, parts: list[Part]) -> dict[str, Any]:
    """A copy in a form that other programs read (art. 20), with the names of the register."""
    held: dict[str, dict[str, Any]] = {}
    for part in parts:
        held.setdefault(part.purpose, {})[part.table] = [
            {name: _plain(value) for name, value in row.items()} for row in part.rows
        ]
    return {"subject": subject, "made_at": clock.now().isoformat(timespec="seconds"), "held": held}


def said(value: Any) -> str:
    """A value as people read it; empty for nothing."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return "✓" if value else "–"
        case datetime():
            return formats.moment(value) if value.tzinfo else str(value)
        case time():
            return formats.hour(value)
        case list():
            return ", ".join(map(str, value))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, UUID) else value


async def _rows(table: Columns, whose: str, person: Person) -> list[Mapping[str, Any]]:
    values = (person.ids, person.accounts, person.abouts, person.alone, [*person.alone, *person.shared],
              person.requests, person.subjects)  # fmt: skip
    used = [n for n in range(len(ALL)) if f"${n + 1})" in whose]
    for place, n in enumerate(used):
        whose = whose.replace(f"${n + 1})", f"@{place + 1}::{ALL[n].partition('::')[2]})")
    columns = ", ".join(f'"{name}"' for name in table.personal)
    found: list[Mapping[str, Any]] = await database.fetch(
        f'SELECT {columns} FROM "{table.table}" WHERE {whose.replace("@", "$")} ORDER BY 1 LIMIT 2000',
        *(values[n] for n in used),
    )
    return found
