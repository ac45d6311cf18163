"""What helps in the demo town and what is lacking, with a year of it: hours, access, evidence, needs met and withdrawn.

Everything is made up, people and phone numbers too.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from volunteer_hub.atlas import actions, places, resources
from volunteer_hub.atlas.actions import Evidence, NeedDetails
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.places import PlaceDetails
from volunteer_hub.atlas.resources import Details
from volunteer_hub.atlas.rules import EvidenceKind, NeedState, ResourceKind
from volunteer_hub.demo import town
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.rules import week_of

Ids = dict[str, UUID]

# What the places of the town offer, and what else one should know.
ACCESS: dict[str, tuple[tuple[str, ...], str]] = {
    "centrum": (("step-free", "lift", "toilet", "hearing-loop", "guide-dog"), ""),
    "biblioteka": (("step-free", "lift", "toilet", "quiet", "hearing-loop"), "Winda jest od strony parku."),
    "klub": (("step-free", "toilet", "parking"), ""),
    "promyk": (("step-free", "toilet"), ""),
    "szkola": (("parking",), "Do sal na piętrze prowadzą schody."),
    "dps": (("step-free", "lift", "toilet", "parking", "guide-dog"), "Dzwonek przy wejściu od ogrodu."),
    "kis": (("step-free", "toilet", "sign-language"), "Tłumacz języka migowego po umówieniu."),
    "plac": (("step-free", "parking"), ""),
    "parafia": ((), "Trzy schody, pomożemy wejść."),
}


@dataclass(frozen=True)
class Aid:
    """A resource, public where there is a `consent`. `hours`: (rule, from, to, note); the other days are days ago."""

    name: str
    kind: str
    theme: str
    place: str
    about: str
    for_whom: str = ""
    further: tuple[str, ...] = ()
    run_by: str = ""
    languages: tuple[str, ...] = ("pl",)
    capacity: int | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    hours: tuple[tuple[str, int, int, str], ...] = ()
    verified: int | None = None
    opened: int = 900
    closed: int | None = None
    consent: str = ""


WEEKLY = "FREQ=WEEKLY;BYDAY="
WORKDAYS = f"{WEEKLY}MO,TU,WE,TH,FR"

AIDS = (
    Aid("Bank żywności", "organisation", "food", "magazyn", "Paczki w środy i piątki.", "dla osób z zaświadczeniem",
        capacity=80, contact="Irena Mazur", phone="+48540001001", email="bank@zywnosc.example",
        website="https://zywnosc.example", hours=((f"{WEEKLY}WE,FR", 9, 14, ""),), verified=20, consent="Zarząd banku"),
    Aid("Stowarzyszenie „Złota jesień”", "organisation", "elders", "klub", "Prowadzi klub i wycieczki.", "dla seniorów",
        contact="Barbara Wrona", phone="+48540001002", verified=40, consent="Barbara Wrona, prezeska"),
    Aid("Klub seniora „Złota jesień”", "group", "elders", "klub",
        "Spotkania trzy razy w tygodniu, wejście bez schodów.", "dla osób od 60 lat", ("culture",),
        "Stowarzyszenie „Złota jesień”", capacity=35, contact="Barbara Wrona", phone="+48540001002",
        hours=((f"{WEEKLY}MO,WE,FR", 10, 14, ""),), verified=40, consent="Barbara Wrona, prezeska"),
    Aid("Świetlica „Promyk”", "venue", "children", "promyk", "Sala na 30 dzieci, plac zabaw.",
        "dla dzieci od 6 do 12 lat", ("homework",), capacity=30, languages=("pl", "uk"),
        contact="Anna Jaskot", phone="+48540001003",
        hours=((WORKDAYS, 13, 17, "bez ferii"),), verified=75, consent="dyrekcja świetlicy"),
    Aid("Biblioteka miejska", "venue", "culture", "biblioteka", "Sala spotkań wieczorem, winda.", "dla wszystkich",
        ("homework", "elders"), capacity=60, languages=("pl", "uk", "en"), contact="Marek Sowa", phone="+48540001004",
        email="sala@biblioteka.example", website="https://biblioteka.example",
        hours=((WORKDAYS, 9, 19, ""), (f"{WEEKLY}SA", 10, 14, "")), verified=260, consent="dyrekcja biblioteki"),
    Aid("Dom sąsiedzki", "venue", "neighbours", "dom", "Kuchnia i sala, klucz w sklepie obok.", capacity=25,
        contact="pan Jurek ze sklepu", phone="+48540001005", verified=310, opened=600),
    Aid("Szkoła nr 5: sale po lekcjach", "venue", "homework", "szkola", "Dwie sale od 15:00 do 18:00.",
        "dla uczniów i rodziców", ("children",), capacity=40, contact="sekretariat", phone="+48540001006",
        hours=((f"{WEEKLY}MO,TU,TH", 15, 18, "w roku szkolnym"),), verified=15, consent="dyrekcja szkoły"),
    Aid("Bus z windą", "service", "disability", "dps", "Dwa miejsca na wózki, zamówienie dzień wcześniej.",
        "dla osób na wózkach", ("elders",), capacity=2, contact="dyspozytor", phone="+48540001007",
        hours=((WORKDAYS, 7, 16, "po telefonie"),), verified=110, consent="dom pomocy społecznej"),
    Aid("Poradnia prawna", "service", "work", "kis", "Bezpłatnie we wtorki.", "dla wszystkich, bez zaświadczeń",
        ("violence",), capacity=8, contact="mec. Olga Rak", phone="+48540001008", languages=("pl", "uk", "ru"),
        hours=((f"{WEEKLY}TU", 14, 18, ""),), verified=30, consent="Olga Rak"),
    Aid("Doradca zawodowy", "service", "work", "kis", "Rozmowy i ćwiczenia.", "dla szukających pracy", capacity=6,
        contact="Piotr Górny", hours=((f"{WEEKLY}MO,TH", 9, 13, ""),), verified=205, consent="Klub Integracji"),
    Aid("Ogród społeczny", "group", "nature", "plac", "Narzędzia i woda na miejscu.", "dla wszystkich", ("neighbours",),
        capacity=20, contact="Ewa Bąk", phone="+48540001009", verified=90, consent="Ewa Bąk",
        hours=((f"{WEEKLY}SA;BYMONTH=4,5,6,7,8,9,10", 10, 13, "gdy nie pada"),)),
    Aid("Świetlica na Michelinie", "venue", "children", "michelin", "Otwarta do 17:00.", "dla dzieci do 12 lat",
        capacity=20, contact="Iza Lewandowska", phone="+48540001010", hours=((WORKDAYS, 13, 17, ""),), verified=185,
        consent="rada osiedla"),
    Aid("Ochotnicza straż pożarna", "organisation", "neighbours", "rybnica", "Sala i kuchnia polowa.",
        "dla mieszkańców", ("food",), capacity=50, contact="naczelnik", phone="+48540001011",
        verified=8, consent="zarząd OSP",
        hours=(("FREQ=MONTHLY;BYDAY=1SA", 16, 20, "wspólna kolacja"),)),
    Aid("Chór „Kujawiak”", "group", "culture", "parafia", "Śpiewa na prośbę.", capacity=18, contact="Zofia Nuta",
        hours=((f"{WEEKLY}TH", 18, 20, "próby"),), verified=150, consent="Zofia Nuta"),
    Aid("Warsztat „Naprawiamy razem”", "skill", "neighbours", "dom", "Drobne naprawy w soboty.", "dla wszystkich",
        capacity=10, contact="Jan Śruba", phone="+48540001012", verified=60, consent="Jan Śruba",
        hours=(("FREQ=MONTHLY;BYDAY=1SA,3SA", 10, 14, ""),)),
    Aid("Rozmowa po stracie", "group", "grief", "parafia", "Spotkania dla osób w żałobie.", capacity=8,
        contact="siostra Klara", hours=(("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", 17, 19, ""),), verified=45),
    Aid("Dyżur terapeuty", "service", "alcohol", "kis", "Pierwsza rozmowa bez zapisów.", capacity=4,
        contact="Hubert Cis", hours=((f"{WEEKLY}MO,WE", 15, 18, ""),), verified=25),
    Aid("Polski dla Ukrainy", "group", "homework", "biblioteka", "Kurs prowadziła fundacja, skończył się w lecie.",
        "dla rodzin z Ukrainy", languages=("pl", "uk"), capacity=24, opened=700, closed=120, verified=300),
)  # fmt: skip


@dataclass(frozen=True)
class Lack:
    """A need. All days are days ago: `voiced`, those of `evidence` (kind, words, day), of `met` and `withdrawn`."""

    key: str
    title: str
    theme: str
    district: str
    at: town.Corner
    urgency: int
    voiced: int
    people: int = 1
    personal: bool = False
    by: str = "Spotkanie mieszkańców"
    about: str = ""
    address: str = ""
    week: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str, int], ...] = ()
    met: tuple[int, str] | None = None
    withdrawn: tuple[int, str] | None = None


def parts(days: str, *which: str) -> tuple[str, ...]:
    """The same parts of several days, as a need's week: "135" is Monday, Wednesday, Friday."""
    return tuple(f"{day}-{part}" for day in days for part in which)


LACKS = (
    Lack("bajki", "Dzieci po lekcjach nie mają z kim czytać", "children", "poludnie", (380, 470), 3, 80, 24,
         about="Rodzice pracują do 17:00, a świetlica ma jedną opiekunkę.", week=parts("12345", "afternoon"),
         evidence=(("survey", "31 z 40 rodziców nie ma z kim zostawić dziecka po lekcjach.", 85),
                   ("seen", "W świetlicy dwudziestka dzieci i jedna pani.", 40))),
    Lack("lekcje", "Siódma klasa nie radzi sobie z matematyką", "homework", "wschod", (505, 385), 3, 52, 18,
         by="Szkoła nr 5", week=parts("1234", "afternoon"),
         evidence=(("figures", "Połowa klasy z oceną dopuszczającą na półrocze.", 60),)),
    Lack("zakupy", "Starsze osoby z bloków bez windy nie robią zakupów", "elders", "kazimierza", (190, 420), 4, 31, 31,
         about="Czwarte piętro, windy nie będzie. Najgorzej zimą.", week=parts("125", "morning"),
         evidence=(("team", "Pracownicy socjalni wymienili 31 adresów.", 33),)),
    Lack("wizyty", "Samotne wieczory w domu pomocy", "elders", "zazamcze", (145, 225), 2, 120, 40,
         by="Dom pomocy społecznej", week=parts("67", "evening")),
    Lack("paczki", "Brakuje rąk do wydawania paczek", "food", "wschod", (525, 412), 4, 18, 120, by="Bank żywności",
         week=parts("35", "morning", "afternoon"),
         evidence=(("figures", "120 osób w kolejce, cztery godziny czekania.", 18),)),
    Lack("zielen", "Zaniedbany plac nad Wisłą", "nature", "zawisle", (410, 155), 1, 200, 300,
         evidence=(("survey", "Ankieta rady osiedla: plac na pierwszym miejscu.", 210),)),
    Lack("michelin", "Nie ma zajęć dla dzieci po 17:00", "children", "michelin", (550, 530), 2, 66, 35,
         week=parts("12345", "evening")),
    Lack("rybnica", "Do lekarza trzy kilometry, bez autobusu", "elders", "rybnica", (645, 435), 3, 150, 14,
         week=parts("24", "morning"), evidence=(("team", "Pielęgniarka środowiskowa: wizyty przepadają.", 140),)),
    Lack("telefon", "Seniorzy nie umieją obsłużyć telefonu", "elders", "srodmiescie", (335, 310), 1, 38, 60,
         by="Biblioteka"),
    Lack("praca", "Długo bez pracy i bez wiary w siebie", "work", "srodmiescie", (305, 340), 2, 95, 45,
         by="Pracownik socjalny"),
    Lack("wieczory", "Ludzie po leczeniu są wieczorami sami", "alcohol", "srodmiescie", (320, 350), 3, 74, 12,
         by="Poradnia", week=parts("1234567", "evening")),
    Lack("strata", "Osoby po stracie bliskich szukają rozmowy", "grief", "kazimierza", (210, 390), 2, 88, 11,
         by="Parafia"),
    Lack("rodzina", "Rodzina z trójką dzieci po wypadku ojca", "disability", "poludnie", (395, 480), 4, 21, 5, True,
         "Asystentka", address="ul. Polna 14, m. 3", week=parts("24", "afternoon"),
         evidence=(("request", "Zgłoszenie asystentki rodziny.", 21),)),
    Lack("sasiad", "Pan po operacji potrzebuje wyprowadzać psa", "neighbours", "kazimierza", (230, 430), 2, 9, 1, True,
         "Sąsiadka", address="ul. Wieniecka 31, m. 8", week=parts("1234567", "morning", "evening")),
    Lack("jezyk", "Ukraińskie rodziny uczą się polskiego", "homework", "srodmiescie", (350, 325), 2, 110, 26,
         by="Biblioteka", evidence=(("request", "Lista chętnych po końcu kursu fundacji.", 112),)),
    Lack("spiew", "Święta w domu pomocy bez śpiewu", "culture", "zazamcze", (150, 215), 1, 12, 40,
         by="Dom pomocy społecznej"),
    Lack("naprawy", "Ciekną krany, a nie ma kto naprawić", "neighbours", "kazimierza", (200, 410), 1, 140, 22),
    Lack("winda", "Osoby na wózkach nie wychodzą z domu", "disability", "wschod", (490, 400), 3, 180, 9, by="Poradnia"),
    Lack("klucze", "Nie ma gdzie spotkać się wieczorem", "neighbours", "michelin", (560, 510), 1, 4, 70,
         by="Rada osiedla", week=parts("12345", "evening")),
    Lack("obiady", "Dzieci bez ciepłego obiadu w weekend", "food", "poludnie", (350, 480), 4, 3, 17,
         by="Pedagog szkolny", week=parts("67", "morning", "afternoon"),
         evidence=(("team", "Pedagog podał liczby z trzech klas.", 3),)),
    Lack("schody", "Podjazd do przychodni", "disability", "zazamcze", (120, 200), 2, 300, 25,
         met=(160, "Przychodnia zbudowała podjazd.")),
    Lack("lawki", "Seniorzy nie mają gdzie usiąść po drodze", "elders", "zawisle", (390, 140), 1, 340, 90,
         met=(210, "Miasto ustawiło dziewięć ławek.")),
    Lack("ferie", "Dzieci zostają same w ferie", "children", "wschod", (515, 400), 3, 330, 48, by="Szkoła nr 5",
         met=(270, "Świetlica i biblioteka były otwarte całe ferie.")),
    Lack("pismo", "Kto pomoże napisać pismo do urzędu", "work", "srodmiescie", (310, 335), 2, 260, 30,
         met=(90, "Poradnia prawna przyjmuje we wtorki.")),
    Lack("basen", "Zajęcia na basenie dla seniorów", "elders", "zazamcze", (160, 230), 1, 280, 20,
         withdrawn=(100, "Basen zamknięto do remontu, mieszkańcy wolą spacery.")),
    Lack("wegiel", "Starsza pani nie przyniesie węgla", "neighbours", "rybnica", (650, 440), 4, 250, 1, True, "Sąsiad",
         met=(240, "Sąsiad i dwóch wolontariuszy nosili całą zimę.")),
)  # fmt: skip


async def load_places(actor: Actor, areas: Ids) -> Ids:
    """The places of the town by their keys."""
    made: Ids = {}
    for spot in town.PLACES:
        offers, note = ACCESS.get(spot.key, ((), ""))
        made[spot.key] = await places.add(
            actor,
            PlaceDetails(
                name=spot.name, address=spot.address, area=areas[spot.district], point=town.point(*spot.at),
                private=spot.private, accessibility=offers, accessibility_note=note,
            ),
        )  # fmt: skip
    return made


async def load_resources(actor: Actor, themes: Ids, at: Ids, today: date) -> None:
    """The resources of the town, organisations before what they run."""
    made: Ids = {}
    for aid in AIDS:
        opened = today - timedelta(days=aid.opened)
        new = Details(
            name=aid.name, kind=ResourceKind(aid.kind), theme=themes[aid.theme], place=at[aid.place],
            further=[themes[slug] for slug in aid.further], organisation=made.get(aid.run_by), about=aid.about,
            for_whom=aid.for_whom, languages=aid.languages, capacity=aid.capacity, contact_name=aid.contact,
            phone=aid.phone, email=aid.email, website=aid.website, public=bool(aid.consent), consent_by=aid.consent,
            consent_on=opened if aid.consent else None, opened_on=opened,
        )  # fmt: skip
        open_at = [Hours(rule, time(start), time(end), opened, None, note) for rule, start, end, note in aid.hours]
        verified = None if aid.verified is None else today - timedelta(days=aid.verified)
        made[aid.name] = await resources.add(actor, new, open_at=open_at, verified_on=verified)
        if aid.closed is not None:
            await resources.close(actor, made[aid.name], today - timedelta(days=aid.closed))


async def load_needs(actor: Actor, areas: Ids, themes: Ids, today: date) -> Ids:
    """The needs of the town by their keys; those that were met or withdrawn on their day."""
    return {lack.key: await _need(actor, lack, areas, themes, today) for lack in LACKS}


async def _need(actor: Actor, lack: Lack, areas: Ids, themes: Ids, today: date) -> UUID:
    new = NeedDetails(
        title=lack.title, theme=themes[lack.theme], area=areas[lack.district], point=town.point(*lack.at),
        urgency=lack.urgency, people=lack.people, personal=lack.personal, about=lack.about, address=lack.address,
        week=week_of(lack.week), voiced_by=lack.by, voiced_on=today - timedelta(days=lack.voiced),
    )  # fmt: skip
    evidence = [
        Evidence(EvidenceKind(kind), words, today - timedelta(days=days)) for kind, words, days in lack.evidence
    ]
    need = await actions.add_need(actor, new, evidence=evidence)
    await _back(need, lack.voiced)
    for state, over in ((NeedState.MET, lack.met), (NeedState.WITHDRAWN, lack.withdrawn)):
        if over:
            days, reason = over
            await actions.set_need_state(actor, need, state, reason=reason)
            await database.execute(
                "UPDATE need_change SET at = at - make_interval(days => $2) WHERE need = $1 AND was <> ''", need, days
            )
    return need


async def _back(need: UUID, days: int) -> None:
    """As if it had been written down when it was voiced: the map of a year ago knows it."""
    for table, column, of in (("need", "created_at", "id"), ("need_change", "at", "need")):
        await database.execute(
            f"UPDATE {table} SET {column} = {column} - make_interval(days => $2) WHERE {of} = $1", need, days
        )
