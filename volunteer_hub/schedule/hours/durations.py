"""Hours as people type them: "2,5", "2:30", "2 h 30", "90 min"; kept as whole minutes."""

import re

# A day has no more; what is longer was typed wrong.
MOST = 24 * 60

HOURS = r"(?:h|godz|godziny|godzina|godzin|hours?|hrs?|год|годин[иу]?)"
MINUTES = r"(?:m|min|minut[ay]?|minutes?|хв|хвилин[иу]?)"
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
DECIMAL = re.compile(rf"(\d{{1,2}}(?:[.,]\d{{1,2}})?) ?{HOURS}?\.?")
BOTH = re.compile(rf"(\d{{1,2}}) ?{HOURS}\.?(?: i)? ?(\d{{1,2}}) ?{MINUTES}?\.?")
ONLY_MINUTES = re.compile(rf"(\d{{1,4}}) ?{MINUTES}\.?")


def read(text: str) -> int | None:
    """Minutes, at least one and at most those of a day; None where nobody can be sure. A bare number means hours."""
    plain = " ".join(text.lower().split())
    if found := CLOCK.fullmatch(plain):
        minutes = int(found[1]) * 60 + int(found[2])
    elif found := DECIMAL.fullmatch(plain):
        minutes = round(float(found[1].replace(",", ".")) * 60)
    elif (found := BOTH.fullmatch(plain)) and int(found[2]) < 60:
        minutes = int(found[1]) * 60 + int(found[2])
    elif found := ONLY_MINUTES.fullmatch(plain):
        minutes = int(found[1])
    else:
        return None
    return minutes if 1 <= minutes <= MOST else None


def typed(minutes: int) -> str:
    """As it stands in an input: "2:30", which `read` reads back."""
    return f"{minutes // 60}:{minutes % 60:02d}"
