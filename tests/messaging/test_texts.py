"""Words of messages: in the person's language, whole for their channel, safe in a letter."""

import pytest

from volunteer_hub.messaging import texts
from volunteer_hub.messaging.rules import Channel, segments

VALUES = {"name": "Łucja Żółć", "said": "będę o 16"}


def test_an_sms_is_one_line_without_diacritics() -> None:
    words = texts.render("note", Channel.SMS, "pl", VALUES)
    assert words.body == "Zazolc Lucja Zolc: bede o 16"
    assert segments(words.body).encoding == "GSM-7"
    assert (words.subject, words.html) == ("", "")


def test_ukrainian_keeps_its_letters_and_names_in_it_theirs() -> None:
    words = texts.render("note", Channel.SMS, "uk", {"name": "Łucja", "said": "завтра о 16"})
    assert "завтра о 16" in words.body and "Łucja" in words.body


def test_a_letter_has_text_and_a_framed_page() -> None:
    words = texts.render("note", Channel.EMAIL, "en", VALUES)
    assert words.subject == "Do Łucja Żółć"
    assert words.body == "Dzień dobry, Łucja Żółć.\n\nbędę o 16\n"
    assert words.html.startswith("<!doctype html>") and '<html lang="en">' in words.html
    assert "<title>Do Łucja Żółć</title>" in words.html and "<h1>Dzień dobry, Łucja Żółć</h1>" in words.html


def test_what_people_typed_stays_text() -> None:
    words = texts.render("note", Channel.EMAIL, "pl", {"name": "<b>x</b>\r\nBcc: all@example.org", "said": "<script>"})
    assert "\n" not in words.subject and "\r" not in words.subject
    assert "<script>" not in words.html and "&lt;script&gt;" in words.html and "<b>" not in words.html
    assert "<script>" in words.body


@pytest.mark.parametrize(("template", "channel"), [("only_sms", Channel.EMAIL), ("nothing", Channel.SMS)])
def test_words_missing_for_a_channel_are_found_when_put(template: str, channel: Channel) -> None:
    with pytest.raises(texts.MissingText, match=template):
        texts.render(template, channel, "pl", VALUES)


def test_an_unknown_language_is_answered_in_polish() -> None:
    assert '<html lang="pl">' in texts.render("note", Channel.EMAIL, "de", VALUES).html
