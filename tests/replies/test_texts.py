"""The words of messages at the desk: what is ours and what is not, saved by the rules, versions, two at once."""

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.edited.kinds import KINDS, Text
from volunteer_hub.messaging.edited.names import ORDINARY
from volunteer_hub.messaging.edited.ours import every, fitting
from volunteer_hub.messaging.rules import Channel, segments
from volunteer_hub.replies.texts import actions

LIST = "/desk/messages/texts"
SMS = f"{LIST}/invitation.all.sms.pl"
LETTER = f"{LIST}/invitation.all.email.pl"
WORDS = "{{ centre }}: zapraszamy na {{ title|cut(30) }}, {{ day }}. TAK {{ code }} albo NIE {{ code }}?"
SAID = "Centrum Wolontariatu: zapraszamy na Pomoc w zakupach, wt. 2.09. TAK 12 albo NIE 12?"


@pytest.fixture
async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


def values_of(desk: Visitor, action: str) -> dict[str, list[str]]:
    """What the form to `action` on the page would send."""
    return next(form.values for form in forms(desk.page.text) if form.action == action)


async def said(text: Text | None = None, **values: object) -> str:
    text = text or Text("invitation", "", Channel.SMS, "pl")
    async with database.transaction():
        key = f"k{await database.fetchval('SELECT count(*) FROM message')}"
        await outbox.put(
            key=key, about="assignment:x", channel=text.channel, address="+48600100200", language=text.language,
            template=text.template, values=fitting(text, ORDINARY) | values,
        )  # fmt: skip
    return await database.fetchval("SELECT body FROM message WHERE key = $1", key)


async def test_every_message_is_listed_with_when_it_is_sent(desk: Visitor) -> None:
    page = await desk.open(LIST)
    for kind in KINDS:
        assert kind.name in page and kind.when in page, kind.template
    for text in every():
        for code in ("pl", "en", "uk"):
            assert f'href="{LIST}/{Text(text.template, text.case, text.channel, code).key}"' in page
    assert "własna" not in page and "nie działa" not in page


async def test_what_is_saved_is_what_the_next_message_says(desk: Visitor) -> None:
    page = await desk.open(SMS)
    assert "{{ code }}" in page and "Naszymi słowami wychodzi w językach: Polski, English, Українська." in page
    page = await desk.send(SMS, body=WORDS)
    assert "Tak będą brzmieć następne wiadomości" in page
    assert "Naszymi słowami wychodzi w językach: English, Українська." in page
    assert "zapraszamy na" in page and await said() == SAID
    assert (await desk.open(LIST)).count("własna") == 1
    row = await database.fetchrow("SELECT verb, about, account FROM audit_entry WHERE verb LIKE 'messages.text%'")
    assert row["verb"] == "messages.text" and row["account"]
    version = await database.fetchval("SELECT id FROM text_version")
    assert row["about"] == f"text:{version}"


@pytest.mark.parametrize("text", every()[::9], ids=lambda text: text.key)
async def test_every_text_opens_with_our_words_and_they_can_be_saved_as_they_are(desk: Visitor, text: Text) -> None:
    await desk.open(f"{LIST}/{text.key}")
    page = await desk.send(f"{LIST}/{text.key}")
    assert "Tak będą brzmieć następne wiadomości" in page


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Odpisz TAK albo NIE.", "musi zawsze zawierać {{ code }}"),
        ("Odpisz tak albo nie: {{ code }}", "musi zawierać słowo"),
        ("{{ code }} TAK NIE {{ surname }}", "Nie ma tu nazwy „surname”"),
        ('{{ "a"*10**9 }}', "można użyć tylko nazw z listy"),
        ("{{ code.__class__ }}", "można użyć tylko nazw z listy"),
        ("{{ code", "nie da się odczytać"),
        ("{{ " + "{" * 3000, "Ten tekst jest za długi"),
        ("TAK NIE {{ code }} https://bit.ly/x", "skrócony link"),
        ("TAK NIE {{ code }} http://example.org", "poza naszą stronę"),
        ("TAK NIE {{ code }} Spotkanie o depresji", "zdradza, czego dotyczy pomoc"),
        ("TAK NIE {{ code }} Spotkanie o hazardzie", "zdradza, czego dotyczy pomoc"),
        ("TAK NIE {{ code }} Зустріч про азартні ігри", "zdradza, czego dotyczy pomoc"),
    ],
)
async def test_what_breaks_a_rule_is_not_saved_and_not_lost(desk: Visitor, body: str, sentence: str) -> None:
    await people.theme(slug="h", name_pl="Hazard", name_en="Gambling", name_uk="Азартні ігри", confidential=True)
    await desk.open(SMS)
    page = await desk.send(SMS, body=body)
    assert desk.page.status_code == 422 and sentence in page.replace("&#34;", '"')
    assert body.split(" ")[0].replace('"', "&#34;") in page  # what was typed stays
    assert await database.fetchval("SELECT count(*) FROM text_version") == 0


async def test_the_preview_needs_no_script_and_saves_nothing(desk: Visitor) -> None:
    await desk.open(SMS)
    page = await desk.send(SMS, {"do": "preview"}, body="Zażółć: TAK {{ code }} NIE {{ code }} " + "a" * 60)
    assert "Zazolc: TAK 12 NIE 12" in page and "Zazolc: TAK 88 NIE 88" in page
    assert "1 część SMS" in page and "Z polskimi znakami: 2 części." in page
    assert await database.fetchval("SELECT count(*) FROM text_version") == 0


async def test_kept_diacritics_warn_and_go_by_one_press(desk: Visitor) -> None:
    await desk.open(SMS)
    body = "Zażółć: TAK {{ code }} NIE {{ code }} " + "a" * 60
    page = await desk.send(SMS, {"do": "preview"}, body=body, keeps="yes")
    assert "ze 160 do 70 znaków" in page and "Weź tekst bez polskich znaków" in page and "ż, " not in page
    assert "2 części SMS" in page and "Bez polskich znaków: 1 część." in page
    page = await desk.send(SMS, {"do": "plain"}, body=body, keeps="yes")
    assert "Zazolc" in page and "Weź tekst bez polskich znaków" not in page
    await desk.send(SMS, body=body)
    assert await said() == "Zazolc: TAK 12 NIE 12 " + "a" * 60
    await desk.open(SMS)
    await desk.send(SMS, body=body, keeps="yes")
    kept = await said()
    assert kept.startswith("Zażółć") and segments(kept).encoding == "UCS-2"


async def test_the_preview_while_typing_is_the_part_alone(desk: Visitor, client: httpx2.AsyncClient) -> None:
    await desk.open(SMS)
    answer = await client.post(
        f"{SMS}/preview", data=values_of(desk, SMS) | {"body": "{{ code }} TAK NIE"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<section id="text_preview"')
    assert "12 TAK NIE" in answer.text and "<html" not in answer.text
    broken = await client.post(
        f"{SMS}/preview", data=values_of(desk, SMS) | {"body": "{{ code"}, headers={"HX-Request": "true"}
    )
    assert broken.status_code == 200 and "nie da się odczytać" in broken.text


async def test_a_price_stands_beside_the_parts_where_it_is_known(db: str, app: Starlette) -> None:
    app.state.settings = app.state.settings.model_copy(update={"sms_price": 8})
    async with new_client(app) as client:
        await people.signed_in(client)
        assert "0,08" in await Visitor(client).open(SMS)


async def test_back_to_ours_and_to_an_older_version_in_one_press(desk: Visitor) -> None:
    await desk.open(SMS)
    await desk.send(SMS, body=WORDS)
    await desk.open(SMS)
    page = await desk.send(SMS, body=WORDS.replace("zapraszamy", "prosimy"))
    assert (await said()).startswith("Centrum Wolontariatu: prosimy")
    page = await desk.send(f"{SMS}/versions", number=1)
    assert "Starsza wersja jest znowu w użyciu" in page and await said() == SAID
    page = await desk.send(f"{SMS}/ours")
    assert "mówi znowu naszymi słowami" in page and "Prosze odpisac TAK 12 lub NIE 12." in await said()
    numbers = await database.fetch("SELECT number, ours FROM text_version ORDER BY number")
    assert [tuple(row) for row in numbers] == [(1, False), (2, False), (3, False), (4, True)]


async def test_of_two_editors_both_versions_are_shown(desk: Visitor, app: Starlette) -> None:
    await desk.open(SMS)
    async with new_client(app) as other:
        await people.signed_in(other)
        second = Visitor(other)
        await second.open(SMS)
        await second.send(SMS, body=WORDS)
    mine = WORDS.replace("zapraszamy", "prosimy")
    page = await desk.send(SMS, body=mine)
    assert desk.page.status_code == 409 and "W międzyczasie ktoś zmienił tę treść" in page
    assert "zapraszamy na" in page and "prosimy na" in page and await said() == SAID
    await desk.send(SMS, body=mine)  # the next press writes what stands in the fields
    assert (await said()).startswith("Centrum Wolontariatu: prosimy")


async def test_a_press_on_an_old_page_does_not_undo_what_came_since(desk: Visitor, app: Starlette) -> None:
    await desk.open(SMS)
    await desk.send(SMS, body=WORDS)
    await desk.open(SMS)
    stale = values_of(desk, f"{SMS}/ours")
    async with new_client(app) as other:
        await people.signed_in(other)
        second = Visitor(other)
        await second.open(SMS)
        await second.send(SMS, body=WORDS.replace("zapraszamy", "prosimy"))
    assert stale["version"] == ["1"]
    page = await desk.send(f"{SMS}/ours")
    assert desk.page.status_code == 409 and "W międzyczasie" in page
    assert (await said()).startswith("Centrum Wolontariatu: prosimy")


async def test_a_text_that_failed_is_shown_and_ours_has_left(desk: Visitor) -> None:
    await desk.open(SMS)
    await desk.send(SMS, body=WORDS)
    await database.execute("UPDATE text_version SET body = '{{ gone }}'")
    assert "Prosze odpisac TAK 12 lub NIE 12." in await said()
    assert "nie działa" in await desk.open(LIST)
    page = await desk.open(SMS)
    assert "Żadna wiadomość nie zginęła" in page
    await desk.send(SMS, body=WORDS)
    assert "nie działa" not in await desk.open(LIST) and await said() == SAID


async def test_a_letter_is_edited_with_its_subject(desk: Visitor) -> None:
    await desk.open(LETTER)
    body = "Dzień dobry,\r\n\r\n{{ details }}\r\n\r\n{{ url }}"
    page = await desk.send(LETTER, subject="Pomożesz? {{ title }}", body=body)
    assert "Tak będą brzmieć" in page
    text = Text("invitation", "", Channel.EMAIL, "pl")
    assert (await said(text)).startswith("Dzień dobry,\n\nPomoc w zakupach\n")
    row = await database.fetchrow("SELECT subject, html FROM message")
    assert row["subject"] == "Pomożesz? Pomoc w zakupach"
    assert "<p>Dzień dobry,</p>" in row["html"] and f'<a href="{ORDINARY["url"]}">' in row["html"]


@pytest.mark.parametrize(
    "key",
    ["x", "urgent.all.email.pl", "invitation.all.sms.de", "invitation.x.sms.pl", "reminder.all.fax.pl", "a" * 300],
)
async def test_what_is_no_text_is_not_there(desk: Visitor, key: str) -> None:
    await desk.open(f"{LIST}/{key}")
    assert desk.page.status_code == 404


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.VOLUNTEER])
async def test_only_coordinators_change_words(db: str, role: Role) -> None:
    with pytest.raises(Exception, match=r"^$"):
        await actions.back_to_ours(Actor(role=role), Text("invitation", "", Channel.SMS, "pl"), 0)
    assert await database.fetchval("SELECT count(*) FROM text_version") == 0


async def test_no_name_of_a_person_stands_among_the_examples(desk: Visitor) -> None:
    await people.volunteer(first_name="Genowefa", last_name="Zielińska")
    page = await desk.open(SMS)
    assert "Zieli" not in page and "Genowefa" not in page


@pytest.mark.parametrize("number", ["-1", "99999999999999999999", "x"])
async def test_a_number_that_no_version_has_is_a_clear_answer(desk: Visitor, number: str) -> None:
    await desk.open(SMS)
    await desk.send(SMS, body=WORDS)
    for action, field in ((f"{SMS}/ours", "version"), (SMS, "version")):
        await desk.open(SMS)
        await desk.send(action, **{field: number})
        assert desk.page.status_code in (404, 422)
    assert await said() == SAID
