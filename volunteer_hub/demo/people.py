"""The demo's people, made from a seed: the same sixty every time, none of them real.

Numbers are from +48 600 000 1xx (volunteers), 3xx (participants) and 5xx (guardians); nothing is ever sent to them.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from volunteer_hub.demo.town import DISTRICTS
from volunteer_hub.people.rules import SKILLS

SEED = 2006
COUNT = 60

WOMEN = (
    "Marta Zofia Barbara Julia Lena Hanna Ewa Oksana Natalia Krystyna Irena Maja Zuzanna Danuta Agnieszka Olena Kinga"
    " Teresa Alicja Iryna"
).split()
MEN = "Kacper Adam Tomasz Paweł Igor Jan Marek Bohdan Filip Stanisław Antoni Michał Dmytro Szymon Leon Piotr".split()
SURNAMES = (
    "Zielińsk- Nowak Maj Kowalsk- Wróbel Lis Dąbrowsk- Mazur Kaczmarek Król Wieczorek Jabłońsk- Majewsk- Sowa Gajda"
    " Olejnik Bielsk- Duda Sroka Górsk- Czarneck- Kubiak Wilk Rutkowsk- Pawlak"
).split()
UKRAINIAN = {
    "Oksana": "Bondarenko",
    "Olena": "Szewczenko",
    "Iryna": "Krawczuk",
    "Bohdan": "Melnyk",
    "Dmytro": "Tkaczenko",
}

CAUSES = ("elders", "children", "homework", "neighbours", "food", "nature", "culture", "disability")
SLOTS = ((8, 12), (12, 16), (16, 20))


@dataclass(frozen=True)
class Person:
    number: int
    first_name: str
    last_name: str
    kind: str
    birth_date: date
    language: str
    languages: tuple[str, ...]
    district: str
    at: tuple[float, float]
    max_km: float
    max_hours_week: int
    causes: tuple[str, ...]
    skills: tuple[str, ...]
    free: tuple[tuple[int, int, int], ...]
    email: str | None
    step: str
    checked: bool
    guardian_agreed: bool

    @property
    def phone(self) -> str:
        return f"+48600000{100 + self.number}"

    @property
    def travels(self) -> str:
        """What they come by; of a few it is not known."""
        by = ("bus", "bike", "foot", "car", "")[self.number % 5]
        return "bike" if by == "car" and self.kind == "pupil" else by


def everybody(today: date) -> list[Person]:
    """The sixty, as of `today` (their ages move with it).

    The first is whom the sign-in page of the demo lets in as a volunteer: free and able, so that /me has much to show.
    """
    chance = random.Random(SEED)  # noqa: S311 - a demo, not a secret
    first, *others = [_person(chance, number, today) for number in range(1, COUNT + 1)]
    always = tuple((day, 8, 20) for day in range(1, 8))
    able = replace(
        first,
        free=always,
        step="active",
        checked=True,
        email="wolontariusz1@poczta.example",
        causes=CAUSES,
        skills=("computers", "listening", "reading"),
        max_km=10.0,
        max_hours_week=10,
    )
    return [able, *others]


def _person(chance: random.Random, number: int, today: date) -> Person:
    woman = chance.random() < 0.6
    first = chance.choice(WOMEN if woman else MEN)
    ending = "a" if woman else "i"
    last = UKRAINIAN.get(first) or chance.choice(SURNAMES).replace("-", ending)
    kind, age = _kind_and_age(chance)
    district = chance.choice(DISTRICTS)
    corners = [chance.random() for _ in district.corners]
    latitude = sum(w * p[0] for w, p in zip(corners, district.polygon, strict=True)) / sum(corners)
    longitude = sum(w * p[1] for w, p in zip(corners, district.polygon, strict=True)) / sum(corners)
    ukrainian = first in UKRAINIAN
    skills = set(chance.sample(SKILLS, chance.randint(1, 4)))
    if age < 18:
        skills.discard("driving")
    return Person(
        number=number,
        first_name=first,
        last_name=last,
        kind=kind,
        birth_date=today - timedelta(days=round(365.25 * age) + chance.randint(20, 340)),
        language="uk" if ukrainian else "pl",
        languages=("pl", "uk", "ru") if ukrainian else ("pl", "en") if chance.random() < 0.3 else ("pl",),
        district=district.slug,
        at=(round(latitude, 5), round(longitude, 5)),
        max_km=chance.choice((2.0, 3.0, 5.0, 5.0, 8.0, 10.0)),
        max_hours_week=chance.choice((3, 4, 6, 6, 8, 10)),
        causes=tuple(sorted(chance.sample(CAUSES, chance.randint(1, 4)))),
        skills=tuple(sorted(skills)),
        free=tuple(sorted(_free(chance, kind))),
        email=f"wolontariusz{number}@poczta.example" if chance.random() < 0.7 else None,
        step=chance.choices(("active", "applied", "talked_to", "agreed", "paused"), (48, 5, 3, 2, 2))[0],
        checked=age >= 18 and chance.random() < 0.55,
        guardian_agreed=chance.random() < 0.7,
    )


def _kind_and_age(chance: random.Random) -> tuple[str, int]:
    kind = chance.choices(("pupil", "student", "adult"), (14, 12, 34))[0]
    years = {"pupil": (14, 18), "student": (19, 24), "adult": (25, 74)}[kind]
    return kind, chance.randint(*years)


def _free(chance: random.Random, kind: str) -> set[tuple[int, int, int]]:
    """Windows as (weekday, from hour, to hour): pupils after school, others as it comes."""
    slots = SLOTS[1:] if kind == "pupil" else SLOTS
    windows = {(day, *slots[-1]) for day in range(1, 6) if chance.random() < 0.6}
    windows |= {(day, *chance.choice(slots)) for day in range(1, 8) if chance.random() < 0.5}
    return windows | {(chance.randint(1, 7), *chance.choice(slots))}
