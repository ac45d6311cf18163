"""How a theme looks: signs that stand for it, and colours that are seen on light ground and on dark."""

import colorsys
import re

from volunteer_hub.web.i18n import mark

# Signs of static/icons.svg that can stand for a theme, with what they show.
ICONS: dict[str, str] = {
    "people": mark("ludzie"),
    "user": mark("jedna osoba"),
    "group": mark("krąg ludzi"),
    "hand": mark("serce"),
    "home": mark("dom"),
    "learn": mark("książka"),
    "course": mark("czapka studenta"),
    "idea": mark("żarówka"),
    "help": mark("rozmowa"),
    "phone": mark("słuchawka"),
    "sprout": mark("roślina"),
    "day": mark("słońce"),
    "drop": mark("kropla"),
    "once": mark("gwiazda"),
    "long": mark("powrót"),
    "partner": mark("dwa koła"),
    "place": mark("pinezka"),
    "gear": mark("narzędzia"),
    "inbox": mark("skrzynka"),
    "wait": mark("zegar"),
}

# Everything a sign of a theme is drawn on: static/css/tokens.css, --page, --surface, --map-land and --map-district.
LIGHT = ("#f6f5ef", "#ffffff", "#f1efe4")
DARK = ("#10162a", "#19213b", "#141b32", "#222b49")
# WCAG 2.1, 1.4.11: what must be seen to understand keeps three to one.
ENOUGH = 3.0

# Colours to begin with, each far enough from all those grounds and from each other.
PALETTE = ("#5b7fd1", "#2f8f86", "#4f9148", "#a8802c", "#c9702f", "#d0635a", "#b5699f", "#8a78cc", "#5f8aa3", "#868577")

HEX = re.compile(r"#[0-9a-f]{6}")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (#rrggbb), 1 to 21, as WCAG 2.1 reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst(colour: str) -> tuple[float, float]:
    """The least contrast of a colour on any light ground, and on any dark one."""
    return min(contrast(colour, ground) for ground in LIGHT), min(contrast(colour, ground) for ground in DARK)


def is_seen(colour: str) -> bool:
    return min(worst(colour)) >= ENOUGH


def nearest_seen(colour: str) -> str:
    """The colour of the same hue that is seen on light ground and on dark, as little lighter or darker as may be."""
    red, green, blue = _parts(colour)
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    for step in range(201):
        for level in (light + step / 200, light - step / 200):
            if 0 <= level <= 1:
                made = "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, level, saturation))
                if is_seen(made):
                    return made
    return PALETTE[0]


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


