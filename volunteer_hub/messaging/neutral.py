"""What no message may give away, whoever writes it: somebody's illness or trouble, or where a hidden link leads. Pure.

For the desk's own texts (edited/rules.py), for messages to many and for letters to one person.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable

# An SMS of more parts with the longest names is a letter.
MOST_PARTS = 6

SHORTENERS = frozenset(
    "bit.ly tinyurl.com t.co goo.gl is.gd v.gd ow.ly buff.ly cutt.ly rb.gy rebrand.ly shorturl.at t.ly tiny.cc tiny.pl"
    " skroc.pl krotki.link s.id lnkd.in fb.me wa.me surl.li short.io bl.ink u.to clck.ru lnk.to linktr.ee".split()
)
_SHORT_LINK = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(SHORTENERS)))})(?=/|\b)", re.IGNORECASE)

# Beginnings of words that tell somebody's health or trouble, without diacritics, in the three languages.
DIAGNOSES = tuple(
    """
    alkohol alcohol алкогол uzalezni addict залежніст залежних залежним залежні nalog narkom narkot наркот odwyk rehab
    trzezw тверез
    depres депрес schizofren schizophren шизофрен psychiatr психіатр psychoz psychos психоз nerwic zaburze disorder
    розлад autyz autis аутиз adhd demenc dement деменц alzheim альцгейм parkinson паркінсон epilep padaczk епілепс
    nowotw cancer onkolog oncolog онколог chemioter chemother хіміотер hospicj hospice хоспіс
    niepelnospraw disab інвалідн diagno діагно terapeut terapi therap терап choroba chorob disease illness хворо
    przemoc violen насильств gwalt samobojc suicid самогуб bezdom homeless бездом zadluz debt борг wiezien prison
    вязн
""".split()
)
# From how many letters on a word may lose one or two at its end; how many always tell it; how long an end may be.
BENT, TOLD_BY, LONGEST_END = (5, 8), 8, 5
# Short ones begin other words too: drugi, сніданок, вільно.
SHORT = frozenset("rak raka sm hiv aids ocd ptsd aa drugs віл снід сніду".split())


def folded(text: str) -> str:
    """Small letters without marks: what two spellings of one word share."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in "'’`")


def tells_health(word: str) -> bool:
    """Whether a `folded` word tells of an illness or a trouble."""
    return word in SHORT or word.startswith(DIAGNOSES)


def same_word(word: str, of_theme: str) -> bool:
    """Whether two `folded` words are forms of one: Polish and Ukrainian bend the ends of words, and change them.

    A word of a theme is told by all of it but its last letter or two, a long one by its first eight: uzależni-enia,
    uzależni-onym; one of four letters by the whole of it.
    """
    apart = (n for n, (one, other) in enumerate(zip(word, of_theme, strict=False)) if one != other)
    same = next(apart, min(len(word), len(of_theme)))
    told = min(len(of_theme) - bisect(BENT, len(of_theme)), TOLD_BY)
    return same >= told and len(word) - same <= LONGEST_END


def telling_word(text: str, themes: Iterable[str], usual: frozenset[str]) -> str:
    """The first word of `text` that tells of an illness, a trouble or one of these themes; "" when none does.

    `usual` are `folded` words that tell nothing of anybody.
    """
    # Of three letters are mostly prepositions, "od", "dla", "від"; short illnesses are told by SHORT.
    stems = {folded(word) for name in themes for word in re.findall(r"\w{4,}", name)}
    for word in dict.fromkeys(re.findall(r"\w{2,}", text)):
        plain = folded(word)
        if plain not in usual and (tells_health(plain) or any(same_word(plain, stem) for stem in stems)):
            return word
    return ""


def short_link(text: str) -> str:
    """The first shortened link in `text`; "" when there is none."""
    found = _SHORT_LINK.search(text)
    return found[0] if found else ""
