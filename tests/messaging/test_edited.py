"""A message leaves with the desk's own words; and with ours, seen by the desk, when those cannot be said."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from volunteer_hub.kit import database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.edited import saying
from volunteer_hub.messaging.edited.kinds import Text
from volunteer_hub.messaging.edited.names import LONGEST, ORDINARY
from volunteer_hub.messaging.edited.ours import fitting, ours
from volunteer_hub.messaging.edited.saying import Draft, say
from volunteer_hub.messaging.rules import Channel, segments

ASKS = Text("invitation", "", Channel.SMS, "pl")
LETTER = Text("invitation", "", Channel.EMAIL, "pl")
WORDS = "{{ centre }}: zapraszamy na {{ title|cut(30) }}, {{ day }}. TAK {{ code }} albo NIE {{ code }}?"
SAID = "Centrum Wolontariatu: zapraszamy na Pomoc w zakupach, wt. 2.09. TAK 12 albo NIE 12?"
BUILT_IN = "Prosze odpisac TAK 12 lub NIE 12."


async def write(text: Text, draft: Draft | None, number: int = 0) -> bool:
    return await saying.keep(uuid4(), text, draft, None, number)


async def put(text: Text = ASKS, key: str = "k", **values: Any) -> str:
    """What a message says that is put now, in a transaction of its own."""
    async with database.transaction():
        assert await outbox.put(
            key=key, about="assignment:x", channel=text.channel, address="+48600100200", language=text.language,
            template=text.template, values=fitting(text, ORDINARY) | values,
        )  # fmt: skip
    return await database.fetchval("SELECT body FROM message WHERE key = $1", key)


async def test_the_own_words_are_said_from_the_next_message_on(db: str) -> None:
    assert BUILT_IN in await put(key="before")
    assert await write(ASKS, Draft("", WORDS))
    assert await put(key="after") == SAID
    assert BUILT_IN in await database.fetchval("SELECT body FROM message WHERE key = 'before'")


async def test_only_this_case_channel_and_language_changes(db: str) -> None:
    await write(ASKS, Draft("", WORDS))
    assert "Please reply YES 12 or NO 12." in await put(Text("invitation", "", Channel.SMS, "en"), "english")
    assert "zapraszamy Cię do pomocy" in await put(LETTER, "letter")
    assert "przypominamy" in await put(Text("reminder", "", Channel.SMS, "pl"), "reminder")


async def test_back_to_ours_is_a_version_as_any_other(db: str) -> None:
    await write(ASKS, Draft("", WORDS))
    assert await write(ASKS, None, 1)
    assert BUILT_IN in await put(key="ours")
    assert await write(ASKS, Draft("", WORDS), 2)
    assert await put(key="theirs") == SAID


async def test_of_two_editors_at_once_one_is_told(db: str) -> None:
    written = await asyncio.gather(*(write(ASKS, Draft("", f"{n} {{{{ code }}}} TAK NIE")) for n in range(6)))
    assert sorted(written) == [False] * 5 + [True]
    assert await database.fetchval("SELECT count(*) FROM text_version") == 1


BROKEN = [
    Draft("", "{{ nobody }} {{ code }}"),
    Draft("", "{{ code.__class__ }}"),
    Draft("", '{{ "a"*10**9 }}'),
    Draft("", "{% for x in code %}a{% endfor %}"),
    Draft("", "{{ code"),
    Draft("", "   "),
    Draft("", "{{ title }}" * 20),
]


@pytest.mark.parametrize("draft", BROKEN, ids=lambda draft: draft.body[:20])
async def test_a_message_is_never_lost_through_an_edited_text(db: str, draft: Draft) -> None:
    """What got past the page, or does not fit today's values: ours leaves, in the same transaction, and it is seen."""
    await write(ASKS, draft)
    body = await put(title="Wielkie sprzątanie nad Wisłą " * 4)
    assert BUILT_IN in body
    told = "SELECT f.error, v.text FROM text_failure f JOIN text_version v ON v.id = f.version"
    (failure,) = await database.fetch(told)
    assert failure["text"] == ASKS.key and failure["error"] and "Wis" not in failure["error"]
    await put(key="again")
    assert await database.fetchval("SELECT count(*) FROM text_failure") == 1  # told once a day


async def test_control_without_the_way_back_the_change_would_be_undone(db: str) -> None:
    """The same text said directly raises: without the way back to ours the caller's transaction would be lost."""
    await database.execute("CREATE TABLE change (id int)")
    with pytest.raises(Exception, match=r".+"):
        async with database.transaction():
            await database.execute("INSERT INTO change VALUES (1)")
            say(ASKS, BROKEN[0], fitting(ASKS, ORDINARY))
    assert await database.fetchval("SELECT count(*) FROM change") == 0
    await write(ASKS, BROKEN[0])
    async with database.transaction():
        await database.execute("INSERT INTO change VALUES (1)")
        await saying.words("invitation", Channel.SMS, "pl", fitting(ASKS, ORDINARY))
    assert await database.fetchval("SELECT count(*) FROM change") == 1


async def test_values_that_a_text_lacks_do_not_stop_the_message(db: str) -> None:
    await write(ASKS, Draft("", "{{ phone }} {{ code }} TAK NIE"))
    assert BUILT_IN in await put(phone="to nie jest numer")
    assert await database.fetchval("SELECT count(*) FROM text_failure") == 1


def test_diacritics_go_unless_the_text_keeps_them() -> None:
    values = fitting(ASKS, ORDINARY)
    plain = say(ASKS, Draft("", "Proszę: TAK {{ code }}"), values).body
    kept = say(ASKS, Draft("", "Proszę: TAK {{ code }}", keeps=True), values).body
    assert (plain, segments(plain).encoding) == ("Prosze: TAK 12", "GSM-7")
    assert (kept, segments(kept).encoding) == ("Proszę: TAK 12", "UCS-2")
    ukrainian = Text("invitation", "", Channel.SMS, "uk")
    assert say(ukrainian, Draft("", "Відпишіть ТАК {{ code }}"), values).body == "Відпишіть ТАК 12"


def test_the_two_parts_of_a_letter_say_the_same() -> None:
    own = ours(LETTER)
    values = fitting(LETTER, LONGEST) | {"title": "<b>Pomoc</b> & \"zakupy\"", "tasks": "<script>x</script>"}
    words = say(LETTER, Draft(own.subject, own.body), values)
    assert "<script>" not in words.html and "&lt;script&gt;" in words.html and "<b>" not in words.html
    assert f'<a href="{values["url"]}">{values["url"]}</a>' in words.html
    for line in words.body.split("\n"):
        shown = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
        assert not line or shown in words.html or line == values["url"], line
    assert words.subject.startswith('Zaproszenie: <b>Pomoc</b> & "zakupy"')


def test_a_subject_is_one_line_whatever_is_typed() -> None:
    values = fitting(LETTER, ORDINARY) | {"title": "x\r\nBcc: all@example.org"}
    assert "\n" not in say(LETTER, Draft("Pomoc:\n{{ title }}", "{{ url }}"), values).subject
