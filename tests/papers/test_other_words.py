"""The centre's own words on lists, posters and slips: said as typed, neutral, on one sheet, never in a paper's way."""

from datetime import date

import pytest
from support import pdfs, people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.intake import queries as intake
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import attendance, insurance, issuing, names, poster, slip, text_actions, texts
from volunteer_hub.papers.issuing import Issued
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.tables import Service
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import LANGUAGES

OTHERS = (Kind.POSTER, Kind.SLIP, Kind.ATTENDANCE, Kind.INSURANCE)
# What each must always say, and nothing else.
VITAL = {kind: " ".join(f"{{{{ {one.key} }}}}" for one in names.NAMES[kind] if one.vital) for kind in names.NAMES}
DAYS = date(2026, 3, 1), date(2026, 3, 31)


async def issued(settings: Settings, kind: Kind, language: str = "pl") -> tuple[Issued, str]:
    """A paper of this kind as the desk issues it, and what stands on it."""
    me = people.actor(await people.account())
    made = await _issue(settings, me, kind, language)
    sealed = await database.fetchval("SELECT document FROM issued_paper WHERE id = $1", made.id)
    return made, " ".join(pdfs.text(issuing.document_of(settings, made.id, sealed) or b"").split())


async def _issue(settings: Settings, me: Actor, kind: Kind, language: str) -> Issued:
    match kind:
        case Kind.POSTER:
            return await poster.issue(settings, me, (await group()).id, language, place=False)
        case Kind.ATTENDANCE:
            return await attendance.issue(settings, me, (await people.meeting(await group())).id, language)
        case Kind.SLIP:
            words = {"name": "Halina", "for_whom": "me", "text": "…", "language": "pl", "what": "shopping"}
            words |= {"number": "Z-2026-0007", "desk": Desk.FIRST_CONTACT, "desk_since": clock.now()}
            row = await people.save(Request(**words))
            asked = await intake.seen(me, row.id, settings.timezone)
            return await slip.issue(settings, me, asked, language, "dowód osobisty")
    await people.save(Service(volunteer=(await people.volunteer(last_name="Żak")).id, first_day=DAYS[0]))
    return await insurance.issue(settings, me, *DAYS, language)


async def group(**values: object) -> Initiative:
    return await people.initiative(**{"name": "Grupa Wtorek", "kind": "group", "meets": "wtorki o 17", **values})


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_paper_says_the_centres_words_and_names_their_version(
    db: str, settings: Settings, kind: Kind, language: str
) -> None:
    own = f"Nasze własne słowa: {VITAL[kind]}"
    await text_actions.save(SYSTEM, kind, language, own, 0)
    made, said = await issued(settings, kind, language)
    assert "Nasze własne słowa:" in said
    version = await database.fetchval("SELECT id FROM paper_text WHERE kind = $1", kind.value)
    assert await database.fetchval("SELECT text FROM issued_paper WHERE id = $1", made.id) == version


@pytest.mark.parametrize("kind", OTHERS)
async def test_a_broken_text_never_stops_it(db: str, settings: Settings, kind: Kind) -> None:
    await database.execute(
        "INSERT INTO paper_text (id, kind, language, version, body, changed_at)"
        " VALUES (gen_random_uuid(), $1, 'pl', 1, 'Zepsute {{ nobody }}', now())",
        kind.value,
    )
    made, said = await issued(settings, kind)
    assert "Zepsute" not in said
    assert await database.fetchval("SELECT text FROM issued_paper WHERE id = $1", made.id) is None
    first = (
        texts.ours(kind, "pl").partition("{{")[0].split("%}")[-1].split("\n")[0].strip() or "zgłasza do ubezpieczenia"
    )
    assert first in said, "the house's own words"


async def test_what_must_be_said_is_said_whatever_the_centre_writes(db: str, settings: Settings) -> None:
    for kind, name in ((Kind.SLIP, "bring"), (Kind.SLIP, "due"), (Kind.SLIP, "status"), (Kind.ATTENDANCE, "centre"),
                       (Kind.INSURANCE, "days"), (Kind.INSURANCE, "people")):  # fmt: skip
        with pytest.raises(Refused, match="musi zawsze zawierać") as refused:
            await text_actions.save(SYSTEM, kind, "pl", "Słowa. " + VITAL[kind].replace(f"{{{{ {name} }}}}", ""), 0)
        assert refused.value.values["name"] == name
    await text_actions.save(SYSTEM, Kind.POSTER, "pl", "Herbata czeka.", 0)
    said = (await issued(settings, Kind.POSTER))[1]
    assert "Grupa Wtorek" in said and "Wtorki o 17" in said, "name and days stand on a poster by themselves"


TELLING = [("pl", "Rozmowy o depresji."), ("pl", "Klub Współuzależnionych czeka."), ("uk", "Для залежних."),
           ("en", "For addicts."), ("pl", "Zapisy: bit.ly/abc")]  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize(("language", "words"), TELLING)
async def test_what_others_see_tells_neither_illness_nor_theme(db: str, kind: Kind, language: str, words: str) -> None:
    await people.theme(name_pl="Współuzależnienie", name_en="Codependency", name_uk="Співзалежність")
    save = text_actions.save(SYSTEM, kind, language, f"{words} {VITAL[kind]}", 0)
    if kind is Kind.INSURANCE:  # control: it goes to the insurer alone, and the rule is off
        return await save
    with pytest.raises(Refused, match=r"zdradza|skrócony"):
        await save
    assert not await database.fetchval("SELECT count(*) FROM paper_text")
    return None


async def test_usual_words_tell_nothing(db: str) -> None:
    await people.theme(name_pl="Spotkania i telefon", name_en="Meetings", name_uk="Зустрічі")
    for kind in texts.NEUTRAL:
        await text_actions.save(SYSTEM, kind, "pl", texts.ours(kind, "pl"), 0)


def test_what_finds_no_room_is_refused() -> None:
    for kind, most in names.ROOM.items():
        texts.check(kind, VITAL[kind] + " Zapraszamy.")
        for long in ("ż" * most * names.LINE, "a\n\n" * most):
            with pytest.raises(Refused, match="nie zmieści się"):
                texts.check(kind, f"{VITAL[kind]}\n\n{long}")


def fullest(kind: Kind) -> str:
    """The longest text there is room for, mostly of short lines, which take the most of a sheet."""
    lines = [VITAL[kind]]
    while True:
        try:
            texts.check(kind, "\n\n".join([*lines, "Zapraszamy wszystkich sąsiadów."]))
        except Refused:
            return "\n\n".join(lines)
        lines.append("Zapraszamy wszystkich sąsiadów.")


@pytest.mark.parametrize("kind", [Kind.POSTER, Kind.SLIP])
async def test_the_fullest_poster_and_slip_are_still_one_sheet(db: str, settings: Settings, kind: Kind) -> None:
    """With the longest name, a place, three times a week and as much in each language."""
    settings = settings.model_copy(update={
        "centre_phone": "+48225550100", "centre_address": "ul. Marszałka Józefa Piłsudskiego 123/125, 87-800 Włocławek",
        "centre_hours": "poniedziałek–środa 8–16, czwartek 10–18, piątek 8–14",
    })  # fmt: skip
    for code in LANGUAGES:
        await text_actions.save(SYSTEM, kind, code, fullest(kind), 0)
    if kind is Kind.SLIP:
        made, _ = await issued(settings, kind, "uk")
    else:
        of = await group(name="Międzypokoleniowe spotkania przy herbacie dla mieszkanek osiedla".ljust(120, "ż"))
        place = await people.place(name="Świetlica „Promyk” przy Szkole nr 23", address="ul. Księdza Skargi 12")
        await people.series(of, place=place.id)
        made = await poster.issue(settings, people.actor(await people.account()), of.id, "uk", place=True)
    sealed = await database.fetchval("SELECT document FROM issued_paper WHERE id = $1", made.id)
    assert pdfs.pages(issuing.document_of(settings, made.id, sealed) or b"") == 1


@pytest.mark.parametrize("kind", names.NAMES)
@pytest.mark.parametrize("which", ["ordinary", "longest"])
async def test_each_kind_is_tried_as_a_paper(settings: Settings, kind: Kind, which: str) -> None:
    for language in LANGUAGES:
        document = await text_actions.sample(settings, kind, language, texts.ours(kind, language), which)
        about = pdfs.spoken(document)
        assert about["language"] == language and about["part"] == "1"
        assert " 0/" in pdfs.text(document), "under number 0"
