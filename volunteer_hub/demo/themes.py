"""The demo town's tree of themes, with colours and signs; and how many people live where. All figures are made up.

Only their sum of the first year, 115,818, is that of Włocławek in 2006.
"""

from uuid import UUID

from volunteer_hub.atlas import area_actions, theme_actions
from volunteer_hub.atlas.areas import Year
from volunteer_hub.atlas.theme_actions import Details
from volunteer_hub.demo import town
from volunteer_hub.kit.actor import Actor

# Themes under which others lie: slug, Polish, English, Ukrainian, colour, sign, Open Eligibility, confidential.
BRANCHES = (
    ("together", "Bycie razem", "Being together", "Бути разом", "#5b7fd1", "group", "", False),
    ("family", "Rodzina i nauka", "Family and learning", "Родина і навчання", "#4f9148", "learn", "Education", False),
    ("care", "Zdrowie i opieka", "Health and care", "Здоров'я і догляд", "#d0635a", "hand", "Care", False),
    ("daily", "Codzienne sprawy", "Daily life", "Щоденні справи", "#c9702f", "home", "Goods", False),
    ("addiction", "Uzależnienia", "Addictions", "Залежності", "#8a78cc", "wait", "", True),
)

# Theme: under which, colour, sign, Open Eligibility, and how far one goes for such help where it is not the usual.
LOOKS: dict[str, tuple[str, str, str, str, float | None]] = {
    "neighbours": ("together", "#5b7fd1", "people", "", None),
    "culture": ("together", "#b5699f", "once", "", 3.0),
    "nature": ("together", "#4f9148", "sprout", "", 2.5),
    "children": ("family", "#2f8f86", "day", "", None),
    "homework": ("family", "#4f9148", "course", "", None),
    "elders": ("care", "#d0635a", "user", "", 1.0),
    "disability": ("care", "#a8802c", "hand", "", 2.0),
    "grief": ("care", "#868577", "drop", "", 5.0),
    "addiction": ("care", "#8a78cc", "wait", "", 5.0),
    "alcohol": ("addiction", "#8a78cc", "wait", "", 5.0),
    "food": ("daily", "#c9702f", "inbox", "Food", None),
    "work": ("daily", "#5f8aa3", "gear", "Work", 3.0),
    "violence": ("", "#b5699f", "help", "", 5.0),
}
TAXONOMY = "Open Eligibility"

# Residents in the first year, and of a thousand of them how many are on assistance.
RESIDENTS = {
    "srodmiescie": (21_418, 118),
    "poludnie": (27_300, 74),
    "kazimierza": (22_650, 69),
    "wschod": (12_980, 88),
    "zazamcze": (14_220, 61),
    "michelin": (7_540, 43),
    "zawisle": (6_310, 92),
    "rybnica": (3_400, 57),
}
FIRST_YEAR, YEARS = 2024, 3
MADE_UP = "liczby przykładowe"


async def load(actor: Actor, areas: dict[str, UUID], themes: dict[str, UUID]) -> None:
    """Grows the tree out of the themes that are there, and writes the years of the districts."""
    names = {slug: (polish, english, ukrainian) for slug, polish, english, ukrainian, _ in town.THEMES}
    known = dict(themes)
    for slug, polish, english, ukrainian, colour, icon, code, confidential in BRANCHES:
        names[slug] = (polish, english, ukrainian)
        known[slug] = await theme_actions.add(
            actor, _details(names[slug], None, colour, icon, code, None, confidential=confidential)
        )
    for slug, (parent, colour, icon, code, reach) in LOOKS.items():
        above = known[parent] if parent else None
        await theme_actions.change(actor, known[slug], _details(names[slug], above, colour, icon, code, reach))
    for slug, (residents, of_thousand) in RESIDENTS.items():
        for n in range(YEARS):
            living = round(residents * 0.988**n)
            assisted = round(living * of_thousand * 0.96**n / 1000)
            figures = Year(FIRST_YEAR + n, living, assisted, round(assisted * 0.48), MADE_UP)
            await area_actions.put_year(actor, areas[slug], figures)


def _details(
    names: tuple[str, str, str],
    parent: UUID | None,
    colour: str,
    icon: str,
    code: str,
    reach: float | None,
    *,
    confidential: bool = False,
) -> Details:
    polish, english, ukrainian = names
    return Details(
        name_pl=polish, name_en=english, name_uk=ukrainian, parent=parent, colour=colour, icon=icon,
        taxonomy=TAXONOMY if code else "", taxonomy_code=code, reach_km=reach, confidential=confidential,
    )  # fmt: skip
