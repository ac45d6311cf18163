"""The words of a message to many: the few names that may stand in them, and what must not. Pure.

Nobody's neighbour who sees a phone light up may learn what somebody comes for: no name of a theme that is kept in
confidence, no surname, and no shortened link, behind which nobody sees where it leads.
"""

import re
from collections.abc import Iterable

from volunteer_hub.messaging.neutral import folded, same_word, tells_health

# What a text may call by name, and how the writer may spell it.
NAMES = frozenset({"imie", "imię"})
VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# What a case adds to a surname's stem, without marks: kowalsk-iego, nowak-iem, lis-a.
ENDINGS = frozenset(
    "a ach ami e ego ej em emu i ich ie iego iej iem iemu im imi o om ow owi owie u y ych ym ymi".split()
) | {""}
VOWELS = "aeiouyаеиіоуюяїєь"
# Shorter words of a theme's name say nothing by themselves.
LEAST_TOLD = 5
# Said in names of themes and of everything else.
COMMON = ("grupa", "group", "група", "pomoc", "help", "wsparcie", "support", "підтримка", "problem", "osoba", "people")


def filled(text: str, called: str) -> str:
    """`text` as somebody called `called` reads it."""
    return VARIABLE.sub(lambda found: called if found[1] in NAMES else found[0], text)


def unknown(text: str) -> str:
    """The first pair of braces that names nothing we know, as it was typed; "" when all is well."""
    for found in VARIABLE.finditer(text):
        if found[1] not in NAMES:
            return found[0]
    rest = VARIABLE.sub("", text)
    brace = re.search(r"[{}][{}%#]?[^{}\s]{0,20}", rest)
    return brace[0] if brace else ""


def theme_word(text: str, names: Iterable[str]) -> str:
    """The first word of `text` that says one of these themes, in whatever case; "" when none does."""
    themes = {word for name in names for word in _words(name) if len(word) >= LEAST_TOLD}
    telling = [word for word in themes if not any(same_word(word, common) for common in COMMON)]
    return next((word for word in WORD.findall(text) if any(same_word(folded(word), one) for one in telling)), "")


def health_word(text: str) -> str:
    """The first word of `text` that tells of an illness or a trouble; "" when none does."""
    return next((word for word in WORD.findall(text) if tells_health(folded(word))), "")


def surname(text: str, surnames: Iterable[str]) -> str:
    """The first of these surnames in `text`, declined too; "" when there is none.

    Only where it has a capital letter: "zima" is winter, "Zima" may be somebody.
    """
    stems = {_stem(word) for name in surnames for word in _words(name) if len(word) > 1}
    for word in WORD.findall(VARIABLE.sub(" ", text)):
        plain = folded(word)
        if word[0].isupper() and any(plain[:end] in stems and plain[end:] in ENDINGS for end in range(len(plain) + 1)):
            return word
    return ""


def _stem(surname: str) -> str:
    """Without the vowel its case changes: kowalsk(i). Of a short one nothing can be spared."""
    cut = surname.rstrip(VOWELS)
    return cut if len(cut) > 2 else surname


def _words(name: str) -> list[str]:
    return [part for word in WORD.findall(name) for part in folded(word).split("-")]
