"""Every list on screen can be taken away as a file, or stands here with why not."""

import re
from pathlib import Path

from volunteer_hub.kit.paths import bundled

TEMPLATES = bundled("templates")
LIST = re.compile(r"\bl\.table\(|<table\b")
LINKS = re.compile(r"\bl\.files\(|[&?]format=xlsx")

# A part of a page: the page that includes it has the links.
PART_OF = {
    "initiatives/waiting.html": "initiatives/members.html",
    "intake/request_lists.html": "intake/requests.html",
    "replies/_today.html": "replies/today.html",
    "reports/given_words.html": "reports/given.html",
    "schedule/_lines.html": "schedule/meetings.html",
    "schedule/contract_list.html": "schedule/contracts.html",
    "schedule/team_tasks.html": "schedule/team.html",
}

OWN = "somebody's own page: all that is held of them is there to copy under „Moje dane”"
PUBLIC = "for everybody: the same stands in /api/v1"
ONE = "one card's own few lines; the list of such cards has its file"
STEP = "a step of something that is being done: what is shown changes with the next press"
SAME = "the same lines stand in the list named beside it, which has its file: "
PAPER = "made to be printed"
HELP = "explains, and lists nobody and nothing of the town"
WITHOUT = {
    "access/account.html": OWN,
    "access/settings.html": "a handful of colleagues and the settings of this machine",
    "atlas/_reach.html": ONE,
    "atlas/area.html": ONE,
    "atlas/area_preview.html": STEP,
    "atlas/askable.html": STEP,
    "atlas/found_areas.html": SAME + "/desk/areas",
    "atlas/found_needs.html": SAME + "/desk/needs",
    "atlas/found_resources.html": SAME + "/desk/resources",
    "atlas/open_list.html": PUBLIC,
    "atlas/paper.html": PAPER,
    "exchange/_import.html": STEP,
    "exchange/docs.html": HELP,
    "exchange/import_plan.html": STEP,
    "exchange/programs.html": "a handful of programs that may read, and never their tokens",
    "exchange/webhook.html": ONE,
    "initiatives/circle.html": "what a support circle does stays with it, sealed",
    "initiatives/work.html": ONE,
    "matching/candidate.html": STEP,
    "matching/mend.html": STEP,
    "matching/order_words.html": HELP,
    "matching/outcomes.html": "four rows of percentages over a period",
    "matching/plan_pictures.html": STEP,
    "matching/plan_sent.html": STEP,
    "papers/new_certificate.html": STEP,
    "papers/of_volunteer.html": ONE,
    "papers/print.html": PAPER,
    "papers/text.html": ONE,
    "papers/texts.html": "the centre's own words, not data",
    "parts/forms.html": "draws the grid of somebody's free time",
    "parts/look.html": "draws all the others",
    "people/queues.html": SAME + "/desk/people?step=…",
    "privacy/data.html": OWN,
    "privacy/privacy.html": HELP,
    "privacy/retention.html": "what the next night will remove: counts that change till then",
    "privacy/ward.html": OWN,
    "replies/bulk/_bulk_progress.html": STEP,
    "replies/held.html": "an example of three of what waits",
    "replies/texts/text.html": ONE,
    "replies/texts/texts.html": "the centre's own words, not data",
    "reports/pictures.html": "a picture's twin: the figures of its report, which has its file",
    "reports/towns.html": "what is typed in for a year; the report has it with all years beside",
    "schedule/breaks.html": "a few days of the year",
    "schedule/initiative.html": ONE,
    "schedule/limits.html": "rules by age, a few lines",
    "schedule/meeting.html": SAME + "/desk/meetings/…/attendance",
    "schedule/meeting_cards.html": SAME + "/desk/meetings",
    "schedule/roster.html": SAME + "/desk/meetings/…/attendance",
    "schedule/series.html": SAME + "/desk/meetings",
    "schedule/who_knows.html": STEP,
    "schedule/wish_rows.html": STEP,
}


def lists() -> dict[str, str]:
    """Templates of pages with a table, each with its text."""
    found = {str(path.relative_to(TEMPLATES)): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
    return {name: text for name, text in found.items() if LIST.search(text) and not name.startswith("messages/")}


def missing(found: dict[str, str]) -> list[str]:
    return [name for name, text in found.items() if not LINKS.search(text) and name not in {**PART_OF, **WITHOUT}]


def test_every_list_has_its_file_or_a_reason() -> None:
    assert not missing(lists())


def test_what_is_named_here_is_there_and_needs_it() -> None:
    found = lists()
    assert not [name for name in {**PART_OF, **WITHOUT} if name not in found]
    # What draws the links, and what has them already, needs no reason.
    assert [name for name in {**PART_OF, **WITHOUT} if LINKS.search(found[name])] == []
    for part, page in PART_OF.items():
        text = (Path(TEMPLATES) / page).read_text()
        assert LINKS.search(text) and (part in text), (part, page)


def test_control_a_list_without_links_is_noticed() -> None:
    bare = {
        "people/new.html": '{% call l.table(_("Ludzie"), []) %}',
        "people/had.html": "<table>{{ l.files(as_file) }}",
    }
    assert missing(bare) == ["people/new.html"]
