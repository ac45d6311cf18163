"""The texts that can be edited are those there are, begin with what is sent today, and offer only what is passed."""

from typing import Any

import pytest

from volunteer_hub.kit.paths import bundled
from volunteer_hub.messaging import texts
from volunteer_hub.messaging.edited import sandbox
from volunteer_hub.messaging.edited.kinds import KINDS, Text, of_message
from volunteer_hub.messaging.edited.names import BY_KEY, LONGEST, ORDINARY
from volunteer_hub.messaging.edited.ours import every, fitting, ours
from volunteer_hub.messaging.edited.rules import wrong
from volunteer_hub.messaging.edited.saying import Draft, say
from volunteer_hub.messaging.rules import Channel, segments
from volunteer_hub.web import i18n

ALL = [text for code in i18n.LANGUAGES for text in every(code)]
SITE = "https://wolontariat.example"


def test_every_message_is_on_the_list_once() -> None:
    folders = {folder.name for folder in (bundled("templates") / "messages").iterdir() if folder.is_dir()}
    assert sorted(kind.template for kind in KINDS) == sorted(folders)


def test_there_is_a_text_for_every_channel_of_what_may_be_edited() -> None:
    keys = [text.key for text in every()]
    assert len(keys) == len(set(keys)) > 60
    for kind in KINDS:
        for channel in Channel:
            has = any(key.startswith(f"{kind.template}.") and f".{channel}." in key for key in keys)
            assert has == (kind.fixed is None and texts.exists(kind.template, channel)), kind.template
    assert max(map(len, keys)) <= 80


@pytest.mark.parametrize("text", ALL, ids=lambda text: text.key)
def test_editing_begins_with_exactly_what_is_sent(text: Text) -> None:
    own, values = ours(text), fitting(text, ORDINARY)
    with i18n.speaking(text.language):
        names = {name.key: name.make(values) for name in own.names}
        sent = texts.unframed(text.template, text.channel, values)
    begun = [sandbox.render(source, frozenset(names), names) for source in (own.subject, own.body)]
    assert [texts.one_line(said) for said in begun] == [texts.one_line(said) for said in sent]


@pytest.mark.parametrize("text", ALL, ids=lambda text: text.key)
def test_our_own_words_keep_every_rule_and_are_sayable_with_the_longest_names(text: Text) -> None:
    own = ours(text)
    draft = Draft(own.subject, own.body)
    assert wrong(text, draft, ["Pomoc w domu", "Zdrowie", "Залежність"], SITE) == []
    words = say(text, draft, fitting(text, LONGEST))
    assert words.body.strip()
    if text.channel is Channel.SMS and text.language == "pl":
        assert segments(words.body).encoding == "GSM-7" and len(segments(words.body).parts) <= 2


# With the longest names on a Sunday, the longest of short days: two addresses of pages, two moments, or a word typed.
TWO_PARTS = frozenset(
    "certificate_ready.guardian certificate_ready.volunteer certificate_refused.guardian certificate_refused.volunteer"
    " entered.all guardian_link.all moved.participant participant_reminder.all place_free.all place_kept.all"
    " substitute_asked.all wish_declined.all".split()
)


def test_our_sms_are_one_part_even_with_the_longest_names_but_for_some_that_have_much_to_say() -> None:
    polish = [text for text in ALL if (text.channel, text.language) == (Channel.SMS, "pl")]
    said = {text: texts.render(text.template, Channel.SMS, "pl", fitting(text, LONGEST)).body for text in polish}
    longer = {text.key.removesuffix(".sms.pl") for text, body in said.items() if len(segments(body).parts) > 1}
    assert longer == TWO_PARTS


def test_a_message_finds_the_text_of_its_case() -> None:
    of: Any = {"participant": False, "accepted": True, "waits": False}
    assert of_message("moved", Channel.SMS, "pl", of) == Text("moved", "accepted", Channel.SMS, "pl")
    asked = of_message("moved", Channel.SMS, "uk", {**of, "accepted": False})
    assert asked == Text("moved", "asked", Channel.SMS, "uk")
    theirs = of_message("moved", Channel.SMS, "pl", {"participant": True})
    assert theirs == Text("moved", "participant", Channel.SMS, "pl")
    assert of_message("reminder", Channel.EMAIL, "en", of) == Text("reminder", "", Channel.EMAIL, "en")
    assert of_message("urgent", Channel.EMAIL, "pl", {}) is None and of_message("note", Channel.SMS, "pl", {}) is None


def test_no_name_tells_a_surname_and_none_is_without_a_meaning() -> None:
    assert not [key for key in BY_KEY if "last" in key or "surname" in key]
    assert all(name.meaning and name.of for name in BY_KEY.values())


def test_what_asks_must_keep_its_number_and_its_page() -> None:
    vital = {text.key: ours(text).vital for text in every()}
    assert vital["invitation.all.sms.pl"] == {"code"} and vital["place_free.all.sms.pl"] == {"code", "until"}
    assert vital["sign_in_code.all.sms.pl"] == {"code"} and vital["sign_in_code.link.email.pl"] == {"code", "url"}
    assert vital["guardian_link.all.sms.pl"] == {"url"} and vital["unclear.all.sms.pl"] == set()
