"""A word of fifty letters, in a name, a task, a place or what the desk typed, stays on the paper and covers nothing."""

from datetime import date

import pypdfium2
import pytest
from support import papers, pdfs, people

from volunteer_hub.intake import queries as intake
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.papers import agreement, attendance, certificate, insurance, issuing, names, poster, slip
from volunteer_hub.papers.agreement import Draft
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.tables import Policy, Service
from volunteer_hub.schedule.tables import Assignment
from volunteer_hub.settings import Settings

WORD = ("WMŻmwąśćźó" * 5)[:50]
DAY = date(2026, 3, 1)
MARGIN = {Kind.SLIP: 28}  # points; elsewhere 57
Box = tuple[float, float, float, float]


async def issued(settings: Settings, kind: Kind) -> Issued:
    """A paper of this kind with the word wherever somebody types one."""
    me = people.actor(await people.account())
    of = await people.initiative(name=WORD, kind="course" if kind is Kind.ATTENDANCE else "one_off")
    who = await people.volunteer(first_name=WORD, last_name=WORD)
    match kind:
        case Kind.AGREEMENT:
            draft = Draft("pl", DAY, None, f"Zwykłe zadanie\nZadanie: {WORD}", WORD, WORD, WORD, WORD)
            return await agreement.issue(settings, me, who.id, draft)
        case Kind.CERTIFICATE:
            await papers.hours(who, of, day=DAY)
            return await certificate.issue(settings, me, who.id, DAY, DAY, "pl")
        case Kind.INSURANCE:
            await people.save(Service(volunteer=who.id, first_day=DAY))
            await people.save(
                Policy(insurer=WORD, number=WORD, valid_from=DAY, valid_until=date(2026, 4, 1), volunteer=who.id)
            )
            return await insurance.issue(settings, me, DAY, DAY, "pl")
        case Kind.ATTENDANCE:
            at = await people.meeting(of, place=(await people.place(name=WORD)).id)
            seat = await people.opening(at, await people.role(of, name=f"{WORD} {WORD[:29]}"), taken=1)
            await people.save(Assignment(opening=seat.id, volunteer=who.id, state="accepted"))
            return await attendance.issue(settings, me, at.id, "pl")
        case Kind.POSTER:
            of = await people.initiative(name=f"{WORD} {WORD}", kind="group")
            await people.series(of, place=(await people.place(name=WORD, address=WORD)).id)
            return await poster.issue(settings, me, of.id, "pl", place=True)
    words = {"name": "Halina", "for_whom": "me", "text": "…", "language": "pl", "what": "shopping"}
    words |= {"number": "Z-2026-0007", "desk": Desk.FIRST_CONTACT, "desk_since": clock.now()}
    asked = await intake.seen(me, (await people.save(Request(**words))).id, settings.timezone)
    return await slip.issue(settings, me, asked, "pl", f"dowód i {WORD}")


def letters(document: bytes) -> list[tuple[float, list[Box]]]:
    """The width of each page, in points, and where each of its letters stands: left, bottom, right, top."""
    with pypdfium2.PdfDocument(document) as pdf:
        return [(page.get_width(), _boxes(page.get_textpage())) for page in pdf]


def _boxes(text: pypdfium2.PdfTextPage) -> list[Box]:
    said = ((text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars()))
    return [box for letter, box in said if letter.isalnum()]


def over(one: Box, other: Box) -> bool:
    """Whether they cover each other, but for what neighbours in a word may share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1.5 and high > 1.5


@pytest.mark.parametrize("kind", Kind)
async def test_a_long_word_stays_on_the_paper_and_covers_nothing(db: str, settings: Settings, kind: Kind) -> None:
    settings = settings.model_copy(
        update={"centre_address": WORD, "centre_hours": WORD, "centre_phone": "+48225550100"}
    )
    made = await issued(settings, kind)
    sealed = await database.fetchval("SELECT document FROM issued_paper WHERE id = $1", made.id)
    document = issuing.document_of(settings, made.id, sealed) or b""
    told = "".join(pdfs.text(document).replace("\u200b", "").split())
    assert told.count(WORD) >= 2, "whole, whatever lines it takes"
    assert kind not in names.ROOM or pdfs.pages(document) == 1
    for width, boxes in letters(document):
        margin = MARGIN.get(kind, 57)
        assert max(right for _, _, right, _ in boxes) <= width - margin + 1
        covered = [(one, two) for n, one in enumerate(boxes) for two in boxes[n + 1 :] if over(one, two)]
        assert covered == []
