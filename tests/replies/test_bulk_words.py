"""What must not stand in a message to many, in whatever case; and who gets it by what."""

from uuid import uuid4

import pytest

from volunteer_hub.messaging.neutral import short_link
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.replies.bulk import words
from volunteer_hub.replies.bulk.rules import Addressed, Way, Without, route, routed, since

THEMES = ["Depresja", "Uzależnienia", "Przemoc w rodzinie", "Żałoba", "Alkohol", "Залежності", "Grupa wsparcia"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("O depresji i lęku", "depresji"),
        ("dla uzależnionych", "uzależnionych"),
        ("PRZEMOCY nie", "PRZEMOCY"),
        ("w żałobie", "żałobie"),
        ("w zalobie", "zalobie"),
        ("spotkanie alkoholików", "alkoholików"),
        ("у залежностях", "залежностях"),
        ("grupa wsparcia w środę o 17", ""),
        ("przemyśl to, proszę", ""),
        ("spotkanie w sobotę", ""),
    ],
)
def test_a_themes_word_is_found_in_any_case(text: str, told: str) -> None:
    assert words.theme_word(text, THEMES) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Prowadzi pani Kowalska", "Kowalska"),
        ("Dzwoń do Kowalskiego", "Kowalskiego"),
        ("z Nowakiem", "Nowakiem"),
        ("u Lisa", "Lisa"),
        ("Lista rzeczy", ""),
        ("Nowe zasady", ""),
        ("zimą", ""),
        ("Cześć {{ imie }}", ""),
    ],
)
def test_a_surname_is_found_declined(text: str, told: str) -> None:
    assert words.surname(text, ["Kowalski", "Nowak", "Lis", "Zima", "Zielińska-Imie"]) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("po odwyku", "odwyku"),
        ("Для залежних", "залежних"),
        ("Alzheimer", "Alzheimer"),
        ("spotkanie o HIV", "HIV"),
        ("długo, w drugą sobotę", ""),
        ("вільно, сніданок", ""),
    ],
)
def test_a_word_of_illness_is_found(text: str, told: str) -> None:
    assert words.health_word(text) == told


@pytest.mark.parametrize("text", ["bit.ly/3x", "https://BIT.LY/3x", "(tinyurl.com/ab)", "zobacz t.co/x"])
def test_a_shortened_link_is_found(text: str) -> None:
    assert short_link(text)


@pytest.mark.parametrize("text", ["orbit.lyon.pl", "https://centrum.example.org/zapisy", "o 9.00, t.com"])
def test_any_other_is_not(text: str) -> None:
    assert short_link(text) == ""


@pytest.mark.parametrize("text", ["{{ nazwisko }}", "{imie}", "{% if %}", "{{ imie", "imie }}", "{{ imie.__class__ }}"])
def test_only_the_names_on_the_list_may_stand_in_braces(text: str) -> None:
    assert words.unknown(text)
    assert words.filled(text, "Ewa") == text or "Ewa" not in text


def test_a_name_is_put_in_however_it_is_typed() -> None:
    assert words.filled("{{imie}}, {{ imię }}", "Ewa") == "Ewa, Ewa" and words.unknown("{{imie}}, {{ imię }}") == ""


def somebody(**values: object) -> Addressed:
    known: dict[str, object] = {
        "id": uuid4(), "name": "Ewa Lis", "first_name": "Ewa", "language": "pl", "sms": "+48600100200",
        "email": "e@example.org", "refused": frozenset(), "stopped": frozenset(), "out": None, "ring": "+48600100200",
        "note": "", "by_guardian": False,
    }  # fmt: skip
    return Addressed(**(known | values))  # type: ignore[arg-type]


def test_the_best_way_is_an_sms_then_an_e_mail_then_none() -> None:
    no_sms = somebody(sms="", refused=frozenset({Channel.SMS}))
    assert route(somebody(), Way.BEST)[0] is Channel.SMS
    assert route(no_sms, Way.BEST)[:2] == (Channel.EMAIL, "e@example.org")
    assert route(no_sms, Way.SMS)[2] is Without.REFUSED
    neither = somebody(sms="", email="", refused=frozenset({Channel.EMAIL}))
    assert route(neither, Way.BEST)[2] is Without.REFUSED, "a no is told before a missing address"
    stopped = somebody(stopped=frozenset({"+48600100200"}))
    assert route(stopped, Way.SMS)[2] is Without.STOPPED and route(stopped, Way.BEST)[0] is Channel.EMAIL


def test_a_family_gets_one_and_the_next_of_it_when_the_first_drops_out() -> None:
    family = [somebody(first_name="Ewa"), somebody(first_name="Jan"), somebody(first_name="Ewa")]
    people = routed(family, Way.SMS)
    assert [one.called for one in people if one.channel] == ["Ewa, Jan"]
    assert [one.without for one in people] == [None, Without.SAME, Without.SAME]
    looked_at = {one.id: (one.channel or "", one.without or "") for one in people}
    later = routed([somebody(id=family[0].id, out=Without.LEFT), *family[1:]], Way.SMS)
    told = since(later, looked_at)
    assert told.left_out == {family[0].id: Without.LEFT} and not told.more
    assert later[1].channel is Channel.SMS
