"""The first page of a phone is light, colours stand out, and every style is used."""

import gzip
import re

import httpx2
import pytest

from volunteer_hub.kit.paths import PACKAGE, bundled


async def test_the_first_page_of_a_phone_is_light(client: httpx2.AsyncClient) -> None:
    """HTML, CSS, JavaScript and signs of the home page, compressed as they are sent: 60 kB at most."""
    page = (await client.get("/")).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert any("htmx" in file for file in files) and any(file.endswith(".css") or ".css?" in file for file in files)
    sizes = {"/": len(gzip.compress(page.encode()))}
    for file in files:
        sizes[file] = len(gzip.compress((await client.get(file)).content))
    assert sum(sizes.values()) <= 60_000, sizes


def _tokens(dark: bool) -> dict[str, str]:
    css = (bundled("static") / "css/tokens.css").read_text()
    light, _, rest = css.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", rest)) if dark else found


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 is no difference, 21 is black on white."""
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *[(text, ground) for text in ("text", "text-soft", "link") for ground in ("page", "surface", "surface-tint")],
    *[(tone, f"{tone}-ground") for tone in ("good", "info", "warn", "bad", "mute")],
    *[("text", f"{tone}-ground") for tone in ("good", "info", "warn", "bad")],
    *[(f"{kind}", ground) for kind in ("bad", "good") for ground in ("page", "surface")],
    *[(f"urgency-{n}", ground) for n in range(1, 5) for ground in ("page", "surface")],
    *[(f"kind-{kind}", ground) for kind in ("partner", "long", "once", "learn") for ground in ("page", "surface")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-rail", "rail"),
    ("on-rail-soft", "rail"),
    ("text", "rail-here"),
]


EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "page"),
    ("accent", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_edges_stand_out(dark: bool) -> None:
    colour = _tokens(dark)
    weak = [(a, b, round(contrast(colour[a], colour[b]), 2)) for a, b in TEXT if contrast(colour[a], colour[b]) < 4.5]
    weak += [(a, b, round(contrast(colour[a], colour[b]), 2)) for a, b in EDGES if contrast(colour[a], colour[b]) < 3]
    assert not weak
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_styles_fetch_nothing_and_use_only_values_that_are_named() -> None:
    css = {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for path in (bundled("static") / "css").glob("*.css")
    }
    everything = "\n".join(css.values())
    assert not re.search(r"@import|url\((?!#)", everything)
    named = set(re.findall(r"(--[\w-]+)\s*:", everything)) | set(re.findall(r"@property (--[\w-]+)", everything))
    unnamed = {used for used, end in re.findall(r"var\((--[\w-]+)\s*([,)])", everything) if end == ")"} - named
    assert not unnamed


def test_every_class_that_has_a_style_is_written_somewhere() -> None:
    """A rule for nothing is read by everybody who looks for the one that counts. Leaflet writes its own classes."""
    sources = [*bundled("templates").rglob("*.html"), *bundled("static").glob("*.js"), *PACKAGE.rglob("*.py")]
    written = set(re.findall(r"[\w-]+", "\n".join(path.read_text() for path in sources)))
    for sheet in (bundled("static") / "css").glob("*.css"):
        plain = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        named = {name for name in re.findall(r"\.([a-zA-Z][\w-]*)", plain) if not name.startswith("leaflet-")}
        # `pin-${kind}` leaves "pin-" behind
        idle = {name for name in named if name not in written and f"{name.rpartition('-')[0]}-" not in written}
        assert not idle, (sheet.name, idle)
