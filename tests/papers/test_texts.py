"""The centre's own words: only text ever reaches the paper, a broken one stops none, two who write see each other."""

import asyncio
from datetime import date

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import papers, pdfs, people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import certificate, issuing, names, text_actions, texts
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import LANGUAGES

MARKUP = (
    """#read("/etc/passwd") *gwiazdki* $x^2$ @wzmianka `kod` #let a = 1 <etykieta> https://zly.example \\n [nawias]"""
)
MINIMAL = "{{ volunteer }} {{ first_day }} {{ last_day }} {{ time }}"


@pytest.mark.parametrize("kind", names.NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_houses_words_pass_the_centres_rules(kind: Kind, language: str) -> None:
    texts.check(kind, texts.ours(kind, language))
    texts.check_neutral(kind, language, texts.ours(kind, language), ["Pomoc w domu", "Zdrowie", "Залежність"])


def flat(document: bytes) -> str:
    return " ".join(pdfs.text(document).split())


async def test_markup_in_words_and_values_is_only_text(db: str, settings: Settings) -> None:
    who = await people.volunteer(first_name="#read", last_name="*Anna* $1$ @x")
    await papers.hours(who, await people.initiative(name='#include "x" *Czytanie*'))
    await text_actions.save(SYSTEM, Kind.CERTIFICATE, "pl", f"{MINIMAL}\n\n{MARKUP}", 0)
    issued = await certificate.issue(settings, SYSTEM, who.id, date(2020, 1, 1), date(2026, 12, 1), "pl")
    sealed = await database.fetchval("SELECT document FROM issued_paper WHERE id = $1", issued.id)
    said = flat(issuing.document_of(settings, issued.id, sealed) or b"")
    for part in ("#read *Anna* $1$ @x", '#include "x" *Czytanie*', *MARKUP.split()):
        assert part in said, part
    assert "root:" not in said


def parts(value: str) -> list[texts.Part]:
    given_values = names.values(Kind.CERTIFICATE, "ordinary") | {"volunteer": value}
    return texts.say(Kind.CERTIFICATE, "# Nagłówek\n{{ volunteer }}\n- {{ volunteer }}", given_values)


@given(st.text(max_size=60))
def test_no_value_makes_a_heading_or_a_list(value: str) -> None:
    assert [part["kind"] for part in parts(value)] in (["heading", "text", "list"], ["heading"])


def test_what_people_type_makes_headings_lists_and_paragraphs() -> None:
    assert parts("# A\n- B") == [
        {"kind": "heading", "text": "Nagłówek"},
        {"kind": "text", "text": "# A\n- B"},
        {"kind": "list", "items": ["# A\n- B"]},
    ]


def test_an_agreement_says_both_its_days_as_whoever_checks_it_reads_them() -> None:
    own = texts.ours(Kind.AGREEMENT, "pl")
    texts.check(Kind.AGREEMENT, own)
    for name in ("first_day", "last_day"):
        with pytest.raises(Refused, match="musi zawsze zawierać") as refused:
            texts.check(Kind.AGREEMENT, own.replace(f"{{{{ {name} }}}}", "…"))
        assert refused.value.values["name"] == name


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "pusty"),
        ("{{ volunteer }}", "zawsze zawierać"),
        (f"{MINIMAL} {{{{ nobody }}}}", "Nie ma tu nazwy"),
        (f"{MINIMAL} {{{{ volunteer", "nie da się odczytać"),
        (f"{MINIMAL} {{{{ volunteer.__class__ }}}}", "tylko nazw z listy"),
        (f"{MINIMAL} {{% for x in volunteer %}}{{% endfor %}}", "tylko nazw z listy"),
        (MINIMAL + "x" * 7000, "za długi"),
    ],
)  # fmt: skip
async def test_words_that_cannot_be_said_are_not_saved(client: httpx2.AsyncClient, body: str, says: str) -> None:
    await people.signed_in(client)
    page = await client.get("/desk/papers/texts/certificate.pl")
    mark = page.text.split('name="csrf" value="')[1].split('"')[0]
    answer = await client.post("/desk/papers/texts/certificate.pl", data={"csrf": mark, "body": body, "version": "0"})
    assert answer.status_code == 422 and says in answer.text
    assert not await database.fetchval("SELECT count(*) FROM paper_text")


@pytest.mark.parametrize("name", ["guardian", "for_child"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_agreement_leaves_out_a_minors_guardian(name: str, language: str) -> None:
    """The law asks for both, at another age each; where the name is empty nothing need be said of it."""
    said = texts.ours(Kind.AGREEMENT, language)
    texts.check(Kind.AGREEMENT, said)  # control
    with pytest.raises(Refused, match="zawierać"):
        texts.check(Kind.AGREEMENT, said.replace(f"{{{{ {name} }}}}", "…"))


async def test_a_broken_text_never_stops_a_paper(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    await papers.hours(who)
    await database.execute(
        "INSERT INTO paper_text (id, kind, language, version, body, changed_at)"
        " VALUES (gen_random_uuid(), 'certificate', 'pl', 1, 'Zepsute {{ nobody }}', now())"
    )
    issued = await certificate.issue(settings, SYSTEM, who.id, date(2020, 1, 1), date(2026, 12, 1), "pl")
    row = await database.fetchrow("SELECT text, document FROM issued_paper WHERE id = $1", issued.id)
    assert row and row["text"] is None, "the house's own words"


async def test_the_paper_names_the_version_it_says(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    await papers.hours(who)
    await text_actions.save(SYSTEM, Kind.CERTIFICATE, "pl", f"Nasze: {MINIMAL}", 0)
    issued = await certificate.issue(settings, SYSTEM, who.id, date(2020, 1, 1), date(2026, 12, 1), "pl")
    assert await database.fetchval("SELECT text FROM issued_paper WHERE id = $1", issued.id)
    await text_actions.save(SYSTEM, Kind.CERTIFICATE, "pl", "", 1)
    said = await texts.words(Kind.CERTIFICATE, "pl", names.values(Kind.CERTIFICATE, "ordinary"))
    assert said.text is None and "Nasze" not in str(said.parts)


async def test_of_two_who_save_at_once_one_is_shown_the_other(db: str) -> None:
    actor = people.actor(await people.account())
    came = await asyncio.gather(
        *[text_actions.save(actor, Kind.CERTIFICATE, "pl", f"{n} {MINIMAL}", 0) for n in range(2)],
        return_exceptions=True,
    )
    assert sorted(type(one) for one in came if one) == [Stale]
    assert await database.fetchval("SELECT count(*) FROM paper_text") == 1


async def test_a_volunteer_reads_and_writes_no_words(db: str) -> None:
    actor = people.actor(await people.account())
    other = people.actor(await people.account(Role.FACILITATOR))
    with pytest.raises(Refused):
        await text_actions.save(other, Kind.CERTIFICATE, "pl", MINIMAL, 0)
    await text_actions.save(actor, Kind.CERTIFICATE, "pl", MINIMAL, 0)


async def test_the_page_shows_the_longest_names_and_a_sample(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    page = await client.get("/desk/papers/texts/agreement.uk")
    assert page.status_code == 200 and "Grzegżółkowska" in page.text and "Обсяг" in page.text
    assert "22 листопада 2026" in page.text and "22 listopada 2026" not in page.text, "days in the paper's language"
    assert "28 жовтня 2027" in page.text and "Zwykłe nazwy" in page.text, "and the page in the reader's"
    mark = page.text.split('name="csrf" value="')[1].split('"')[0]
    data = {"csrf": mark, "body": texts.ours(Kind.AGREEMENT, "uk"), "version": "0", "do": "longest"}
    sample = await client.post("/desk/papers/texts/agreement.uk", data=data)
    assert sample.headers["content-type"] == "application/pdf" and "Обсяг" in pdfs.text(sample.content)
    assert not await database.fetchval("SELECT count(*) FROM issued_paper"), "a sample has no number"
    look = await client.post(
        "/desk/papers/texts/agreement.uk/preview", data=data | {"body": "Zepsute {{"}, headers={"hx-request": "true"}
    )
    assert look.status_code == 200 and "nie da się odczytać" in look.text and "<html" not in look.text
    assert (await client.get("/desk/papers/texts/letter.pl")).status_code == 404
