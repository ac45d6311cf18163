"""An SMS as plain words: small letters without marks, one alphabet, the commonest slips of a thumb put right."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

from volunteer_hub.replies import words

JOINERS = "\u200b\u200c\u200d\u2060\ufeff'’ʼ‘`´"
# Letters that look the same: a phone set to two alphabets mixes them inside a word ("нi", "тaк").
LOOKALIKES = str.maketrans("abcehikmopxyt", "авсенікморхут")
CYRILLIC = re.compile("[а-яєіїґ]")
# "Nie, będę" is not "nie będę".
PAUSE = re.compile(r"\b(nie|не|ні|no|not)\s*[,.!;:\n–-]+")
# "taaak", "niee"; in the midst of a word, and in a short one, two may belong there.
RUN = re.compile(r"(.)\1\1+|(?<=..)(.)\2$")
SMILEY = re.compile(r"(?<!\d)[:;=]-?[dp](?!\w)")
# Two swapped letters of a shorter word may be another word.
SHORTEST_SWAPPED = 6


def folded(text: str) -> str:
    """Small letters without marks: "Będę" → "bede", "мо́жу" → "можу". Ї and й lose theirs on both sides alike."""
    small = unicodedata.normalize("NFKD", text.replace("№", " nr ")).casefold().replace("ł", "l")
    return "".join(c for c in small if not unicodedata.category(c).startswith("M") and c not in JOINERS)


def phrases(text: str) -> frozenset[tuple[str, ...]]:
    """The phrases of a list in `words`, as tuples of folded words."""
    return frozenset(tuple(folded(phrase).split()) for phrase in text.split(","))


def tokens(text: str) -> list[str]:
    """Words, numbers and unknown signs of a folded text, in order. "tak4" is two tokens, "4️⃣" is the number."""
    for sign in words.SKINS + words.FRIENDLY:
        text = text.replace(sign, " ")
    for sign in words.GRATEFUL:
        text = text.replace(sign, " dziekuje ")
    for sign, word in words.SIGNS.items():
        text = text.replace(sign, f" {word} ")
    text = re.sub(r"\+(?=\s|$)", " ➕ ", SMILEY.sub(" ", PAUSE.sub(rf"\1 {words.PAUSE} ", text)))
    spelt = [_one_alphabet(token) for token in re.findall(r"[0-9]+|[^\W\d_]+|\d+|[^\w\s]", text)]
    return [word for word in spelt if unicodedata.category(word[0])[0] not in "PZC" and word not in "+=<>|~^$"]


def _one_alphabet(token: str) -> str:
    if token.isdecimal():
        return "".join(str(unicodedata.decimal(digit)) for digit in token)
    return token.translate(LOOKALIKES) if CYRILLIC.search(token) else token


def slips(said: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """What a thumb makes of the words `said` by swapping two neighbouring letters but the first; no word of `known`."""
    made = [
        (word[:at] + word[at + 1] + word[at] + word[at + 2 :], word)
        for word in set(said)
        if len(word) >= SHORTEST_SWAPPED
        for at in range(1, len(word) - 1)
    ]
    times = Counter(slip for slip, _ in made)
    return {slip: word for slip, word in made if slip not in known and times[slip] == 1}


def put_right(token: str, known: Collection[str], swapped: dict[str, str]) -> list[str]:
    """The word or words that a slip stands for; whatever is no known slip stays as it is."""
    if token in known:
        return [token]
    once = RUN.sub(r"\1\2", token)
    if once in known and len(once) > 1:
        return [once]
    for spelt in (token, once):
        if spelt in words.TYPOS:
            return folded(words.TYPOS[spelt]).split()
    return [swapped.get(token, token)]
