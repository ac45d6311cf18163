"""Włocławek as the demo draws it: districts by eye, places and figures made up.

The polygons are schematic: drawn on a grid of 720 × 620 steps over the town, not measured. Nobody named here is real.
"""

from dataclasses import dataclass

Corner = tuple[int, int]


def point(x: float, y: float) -> tuple[float, float]:
    """Grid step → (latitude, longitude); one step is about 15 metres."""
    return round(52.695 - y * 0.000135, 5), round(18.99 + x * 0.000215, 5)


@dataclass(frozen=True)
class District:
    slug: str
    name: str
    corners: tuple[Corner, ...]

    @property
    def polygon(self) -> list[list[float]]:
        return [list(point(*corner)) for corner in self.corners]


DISTRICTS = (
    District(
        "zawisle",
        "Zawiśle",
        ((180, 80), (290, 150), (400, 200), (520, 265), (545, 165), (440, 75), (300, 28), (205, 18)),
    ),
    District("zazamcze", "Zazamcze", ((30, 40), (130, 125), (250, 195), (215, 290), (120, 300), (40, 225))),
    District("srodmiescie", "Śródmieście", ((250, 195), (370, 250), (445, 293), (410, 370), (310, 385), (215, 290))),
    District(
        "wschod", "Wschód Mieszkaniowy", ((445, 293), (490, 320), (575, 355), (560, 440), (460, 445), (410, 370))
    ),
    District("rybnica", "Rybnica", ((575, 355), (706, 386), (704, 470), (640, 490), (560, 440))),
    District(
        "kazimierza", "Kazimierza Wielkiego", ((120, 300), (215, 290), (310, 385), (290, 470), (180, 480), (105, 400))
    ),
    District("poludnie", "Południe", ((310, 385), (410, 370), (460, 445), (430, 530), (320, 545), (290, 470))),
    District("michelin", "Michelin", ((460, 445), (560, 440), (640, 490), (655, 575), (540, 600), (430, 530))),
)

# slug, Polish, English, Ukrainian, confidential
THEMES = (
    ("elders", "Starsi mieszkańcy", "Older residents", "Старші мешканці", False),
    ("children", "Dzieci", "Children", "Діти", False),
    ("homework", "Pomoc w nauce", "Help with homework", "Допомога в навчанні", False),
    ("neighbours", "Sąsiedztwo", "Neighbourhood", "Сусідство", False),
    ("food", "Żywność", "Food", "Харчування", False),
    ("nature", "Zieleń", "Green places", "Зелені місця", False),
    ("culture", "Kultura", "Culture", "Культура", False),
    ("disability", "Niepełnosprawność", "Disability", "Інвалідність", False),
    ("work", "Praca", "Work", "Праця", False),
    ("alcohol", "Uzależnienie od alkoholu", "Alcohol addiction", "Алкогольна залежність", True),
    ("grief", "Żałoba", "Grief", "Втрата близьких", True),
    ("violence", "Przemoc w domu", "Violence at home", "Насильство вдома", True),
)


@dataclass(frozen=True)
class Spot:
    key: str
    name: str
    address: str
    district: str
    at: Corner
    private: bool = False


PLACES = (
    Spot("centrum", "Centrum Wolontariatu", "ul. Wiślana 1", "srodmiescie", (330, 300)),
    Spot("promyk", "Świetlica „Promyk”", "ul. Toruńska 12", "poludnie", (370, 460)),
    Spot("biblioteka", "Biblioteka miejska", "ul. Warszawska 11", "srodmiescie", (345, 330)),
    Spot("dom", "Dom sąsiedzki", "ul. Ceglana 4", "kazimierza", (205, 400)),
    Spot("klub", "Klub seniora „Złota jesień”", "ul. Wieniecka 20", "kazimierza", (180, 440)),
    Spot("szkola", "Szkoła Podstawowa nr 5", "ul. Wolności 30", "wschod", (500, 380)),
    Spot("plac", "Plac nad Wisłą", "ul. Bulwary 2", "zawisle", (400, 150)),
    Spot("magazyn", "Magazyn żywności", "ul. Przemysłowa 7", "wschod", (520, 410)),
    Spot("dps", "Dom pomocy społecznej", "ul. Nowomiejska 19", "zazamcze", (140, 220)),
    Spot("michelin", "Świetlica na Michelinie", "ul. Granitowa 3", "michelin", (545, 520)),
    Spot("rybnica", "Remiza na Rybnicy", "ul. Rybnicka 40", "rybnica", (640, 430)),
    Spot("kis", "Klub Integracji Społecznej", "ul. Żytnia 58", "srodmiescie", (300, 345)),
    Spot("parafia", "Sala parafialna", "ul. Polna 6", "poludnie", (340, 500)),
    Spot("mieszkanie", "Mieszkanie rodziny", "adres zna zespół", "poludnie", (395, 480), private=True),
)

# A partner school: name, who coordinates there, and the e-mail its link goes to.
SCHOOL = ("Liceum nr 2", "Ewa Rybak", "pedagog@liceum2.example")


@dataclass(frozen=True)
class Rule:
    """A limit by age, as the demo's centre and one of its places set it."""

    source: str
    from_age: int
    under_age: int
    place: str = ""
    barred: bool = False
    hours_day: int | None = None
    hours_week: int | None = None
    latest: str = ""


CENTRES_RULES = "Zasady Centrum, § 5 (przykład, na wzór art. 202 i 203 Kodeksu pracy)"
AGE_LIMITS = (
    Rule(CENTRES_RULES, 0, 16, hours_day=3, hours_week=8, latest="20:00"),
    Rule(CENTRES_RULES, 16, 18, hours_day=6, hours_week=12, latest="22:00"),
    Rule("Regulamin domu pomocy, § 7 (przykład)", 0, 16, place="dps", barred=True),
)


@dataclass(frozen=True)
class Post:
    """A role of an initiative."""

    key: str
    name: str
    least: int
    most: int
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    clearances: tuple[str, ...] = ()
    min_age: int | None = None
    minor_safe: bool = False


@dataclass(frozen=True)
class Weekly:
    """Meetings of an initiative: on which weekday (1 is Monday), from when to when, in how many of the next weeks."""

    weekday: int
    starts: str
    ends: str
    place: str
    times: int = 3


DAYS = ("poniedziałki", "wtorki", "środy", "czwartki", "piątki", "soboty", "niedziele")


@dataclass(frozen=True)
class Venture:
    key: str
    name: str
    kind: str
    theme: str
    about: str
    needs: tuple[str, ...]
    roles: tuple[Post, ...]
    meets: tuple[Weekly, ...]
    members: tuple[str, ...] = ()
    public: bool = True


VENTURES = (
    Venture(
        "bajki", "Czytanie bajek w świetlicy", "long_term", "children",
        "Czytamy i bawimy się z dziećmi od 5 do 8 lat.", ("bajki",),
        (Post("czyta", "Czyta i bawi się z dziećmi", 2, 3, ("reading",), ("pl",), ("minors",)),),
        (Weekly(3, "16:00", "18:00", "promyk"),),
    ),
    Venture(
        "matma", "Matematyka po lekcjach", "partnership", "homework",
        "Razem ze szkołą pomagamy siódmej klasie.", ("lekcje",),
        (Post("uczy", "Tłumaczy matematykę", 2, 4, ("maths",), ("pl",), ("minors",), 16, True),),
        (Weekly(2, "15:30", "17:00", "szkola", 2), Weekly(4, "15:30", "17:00", "szkola", 2)),
    ),
    Venture(
        "zakupy", "Zakupy dla starszych sąsiadów", "long_term", "elders",
        "Robimy zakupy i wnosimy je na górę.", ("zakupy",),
        (Post("zakupy", "Robi zakupy", 2, 4, (), (), (), None, True),
         Post("kierowca", "Wozi zakupy", 1, 1, ("driving",))),
        (Weekly(1, "10:00", "12:00", "klub"), Weekly(5, "16:00", "18:00", "klub", 2)),
    ),
    Venture(
        "paczki", "Wydawanie paczek", "partnership", "food",
        "Z bankiem żywności pakujemy i wydajemy paczki.", ("paczki",),
        (Post("wydaje", "Pakuje i wydaje", 3, 5, (), (), (), None, True),),
        (Weekly(3, "9:00", "12:00", "magazyn"), Weekly(5, "14:00", "17:00", "magazyn", 2)),
    ),
    Venture(
        "sadzenie", "Wielkie sadzenie nad Wisłą", "one_off", "nature",
        "Sadzimy drzewa i sprzątamy plac. Kończymy przy ognisku.", ("zielen",),
        (Post("sadzi", "Sadzi i grabi", 6, 12, (), (), (), None, True),),
        (Weekly(6, "9:00", "13:00", "plac", 1),),
    ),
    Venture(
        "telefon", "Telefon bez tajemnic", "educational", "elders",
        "Uczymy seniorów rozmów wideo i bezpiecznych haseł.", ("telefon",),
        (Post("pokazuje", "Siada obok i pokazuje", 2, 3, ("computers",), ("pl",), (), None, True),),
        (Weekly(2, "10:00", "12:00", "biblioteka", 2),),
    ),
    Venture(
        "polski", "Rozmowy po polsku", "educational", "homework",
        "Rozmawiamy po polsku z rodzinami z Ukrainy.", ("jezyk",),
        (Post("rozmawia", "Rozmawia przy stoliku", 2, 4, (), ("uk", "ru"), (), None, True),),
        (Weekly(4, "17:00", "18:30", "biblioteka", 2),),
    ),
    Venture(
        "wizyty", "Wieczory w domu pomocy", "long_term", "elders",
        "Gry, rozmowy i spacery z mieszkańcami domu.", ("wizyty", "spiew"),
        (Post("odwiedza", "Rozmawia i gra", 2, 4, ("listening",)),),
        (Weekly(7, "15:00", "17:00", "dps"),),
    ),
    Venture(
        "czwartek", "Grupa Czwartek", "group", "alcohol",
        "Grupa samopomocowa. Zapytaj w Centrum, czy to miejsce dla Ciebie.", ("wieczory",),
        (Post("herbata", "Przygotowuje salę i herbatę", 1, 1, ("listening",), (), (), 18),),
        (Weekly(4, "17:00", "19:00", "kis"),),
        ("Zofia N.", "Roman K.", "Krystyna W.", "Bogdan S.", "Alicja M.", "Jan P."),
    ),
    Venture(
        "sroda", "Grupa Środa", "group", "grief",
        "Grupa samopomocowa. Zapytaj w Centrum, czy to miejsce dla Ciebie.", ("strata",),
        (Post("herbata", "Przygotowuje salę i herbatę", 1, 1, ("listening",), (), (), 18),),
        (Weekly(3, "18:00", "19:30", "dom"),),
        ("Teresa B.", "Henryk L.", "Wanda C.", "Maria D.", "Stefan G.", "Irena O."),
    ),
    Venture(
        "kurs", "Uwierzyć w siebie: kurs w Klubie Integracji", "course", "work",
        "Osiem spotkań: rozmowa o pracę, pismo, budżet domowy.", ("praca",),
        (Post("cwiczy", "Ćwiczy rozmowę o pracę", 1, 2, ("listening",), (), (), 18),),
        (Weekly(1, "9:00", "12:00", "kis", 2),), ("Dorota F.", "Marek Z.", "Beata T.", "Piotr R."),
    ),
    Venture(
        "rodzina", "Zespół przy jednej rodzinie", "circle", "disability",
        "Zespół specjalistów i wolontariuszy.", ("rodzina",),
        (Post("lekcje", "Odrabia lekcje z dziećmi", 1, 1, (), (), ("minors",), 18),),
        (Weekly(2, "16:00", "18:00", "mieszkanie", 2),), ("Pani A.",), public=False,
    ),
)
