"""The words that a centre's spreadsheet is written in, Polish, English and Ukrainian, and what they mean to us. Pure.

All are compared folded: without accents, capitals and signs.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from volunteer_hub.exchange.comparing import fold
from volunteer_hub.people.rules import Kind, Step


class Field(StrEnum):
    """What a column may mean. Two ways to write a name in one column: the first name first, or the last name."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    NAME_TURNED = "name_turned"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    KIND = "kind"
    STEP = "step"
    AREA = "area"
    LANGUAGE = "language"
    LANGUAGES = "languages"
    CAUSES = "causes"
    SKILLS = "skills"
    MAX_HOURS_WEEK = "max_hours_week"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_PHONE = "guardian_phone"
    GUARDIAN_EMAIL = "guardian_email"
    INFORMATION = "information"
    SMS = "sms"
    EMAIL_CONSENT = "email_consent"
    GUARDIAN = "guardian"


# Consents and receipts: each is a day, or nothing.
CONSENTS = (Field.INFORMATION, Field.SMS, Field.EMAIL_CONSENT, Field.GUARDIAN)
# Of these there may be several columns, each with a few words.
LISTS = (Field.LANGUAGES, Field.CAUSES, Field.SKILLS)
PHONES = (Field.PHONE, Field.GUARDIAN_PHONE)
NAMES = (Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.NAME_TURNED)

HEADINGS: dict[Field, str] = {
    Field.FIRST_NAME: "imię|imiona|imię wolontariusza|first name|given name|forename|name|ім'я|имя",
    Field.LAST_NAME: "nazwisko|nazwisko wolontariusza|last name|surname|family name|прізвище|фамилия",
    Field.NAME: "imię i nazwisko|imiona i nazwisko|wolontariusz|wolontariuszka|wolontariusz/ka|osoba|full name"
                "|name and surname|volunteer|ім'я та прізвище|ім'я і прізвище|волонтер",
    Field.NAME_TURNED: "nazwisko i imię|nazwisko imię|nazwisko i imiona|surname and name|last name first name"
                       "|прізвище та ім'я|прізвище ім'я|піб",
    Field.BIRTH_DATE: "data urodzenia|data ur|data ur.|urodzony|urodzona|ur.|urodz.|date of birth|birth date|birthdate"
                      "|birthday|dob|born|дата народження|народився|день народження",
    Field.PHONE: "telefon|tel|tel.|nr telefonu|nr tel|numer telefonu|telefon kontaktowy|telefon komórkowy|komórka|kom."
                 "|phone|phone number|mobile|mobile phone|cell|телефон|номер телефону|моб",
    Field.EMAIL: "e-mail|email|mail|adres e-mail|adres mailowy|poczta|poczta elektroniczna|email address"
                 "|електронна пошта|пошта|ел. пошта|імейл",
    Field.KIND: "rodzaj|typ|kategoria|status zawodowy|kim jest|zajęcie|uczeń/student/dorosły|kind|type|occupation"
                "|тип|хто|вид",
    Field.STEP: "etap|status|stan|step|stage|етап|статус",
    Field.AREA: "osiedle|dzielnica|rejon|część miasta|area|district|neighbourhood|quarter|район|мікрорайон",
    Field.LANGUAGE: "język kontaktu|język korespondencji|contact language|preferred language|мова спілкування",
    Field.LANGUAGES: "języki|język|znajomość języków|languages|language|spoken languages|мови|мова",
    Field.CAUSES: "zainteresowania|obszary|obszar pomocy|komu chce pomagać|w czym chce pomagać|causes|interests"
                  "|інтереси|напрямки",
    Field.SKILLS: "umiejętności|co umie|kompetencje|kwalifikacje|skills|abilities|навички|уміння|вміння",
    Field.MAX_HOURS_WEEK: "godziny w tygodniu|godzin w tygodniu|ile godzin|liczba godzin tygodniowo|hours per week"
                          "|hours a week|годин на тиждень",
    Field.GUARDIAN_NAME: "opiekun|rodzic|imię i nazwisko opiekuna|imię i nazwisko rodzica|opiekun prawny|rodzic opiekun"
                         "|guardian|parent|guardian name|опікун|батьки|мати батько",
    Field.GUARDIAN_PHONE: "telefon opiekuna|telefon rodzica|telefon do rodzica|tel. rodzica|tel. opiekuna|nr rodzica"
                          "|guardian phone|parent phone|телефон опікуна|телефон батьків",
    Field.GUARDIAN_EMAIL: "e-mail opiekuna|e-mail rodzica|mail rodzica|mail opiekuna|guardian email|parent email"
                          "|пошта опікуна|пошта батьків",
    Field.INFORMATION: "rodo|informacja rodo|klauzula|klauzula informacyjna|informacja o danych|privacy notice|gdpr",
    Field.SMS: "zgoda sms|zgoda na sms|sms|sms consent|згода sms|згода на sms",
    Field.EMAIL_CONSENT: "zgoda e-mail|zgoda na e-mail|zgoda mail|zgoda na maile|email consent|згода email",
    Field.GUARDIAN: "zgoda opiekuna|zgoda rodzica|zgoda rodziców|zgoda opiekuna prawnego|guardian consent"
                    "|parental consent|parent consent|згода опікуна|згода батьків",
}  # fmt: skip
# Numbers of identity papers. They are not kept, not even while the file waits.
NEVER = ("pesel", "nr dowodu", "dowód", "dowodu", "seria i numer", "id number", "рнокпп")
WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
PESEL = re.compile(r"\b\d{10,11}\b", re.ASCII)
# Of more words than these, it is what they begin with or hold that tells.
OF_GUARDIANS = ("opiekun", "rodzic", "mama", "matk", "ojc", "guardian", "parent", "опікун", "батьк", "мат")
OF_GUARDIAN = {Field.PHONE: Field.GUARDIAN_PHONE, Field.EMAIL: Field.GUARDIAN_EMAIL,
               **dict.fromkeys(NAMES, Field.GUARDIAN_NAME)}  # fmt: skip
OF_CONSENT = {Field.EMAIL: Field.EMAIL_CONSENT}
OF_CONSENTS = ("zgod", "consent", "згод")

KINDS: dict[Kind, str] = {
    Kind.PUPIL: "uczeń|uczennica|uczeń/uczennica|szkoła|szkoła średnia|szkoła podstawowa|liceum|licealista|licealistka"
                "|technikum|pupil|school|учень|учениця|школяр",
    Kind.STUDENT: "student|studentka|student/ka|student/studentka|studia|uczelnia|university|студент|студентка",
    Kind.ADULT: "dorosły|dorosła|osoba dorosła|pracujący|pracująca|pracuje|praca|emeryt|emerytka|emerytura|senior"
                "|seniorka|rencista|rencistka|bezrobotny|bezrobotna|adult|employed|retired|unemployed|working"
                "|дорослий|доросла|пенсіонер|пенсіонерка|працює",
}  # fmt: skip
STEPS: dict[Step, str] = {
    Step.APPLIED: "zgłoszenie|nowe zgłoszenie|zgłosił się|zgłosiła się|nowy|nowa|kandydat|kandydatka|applied|new"
                  "|candidate|новий|заявка",
    Step.TALKED_TO: "po rozmowie|rozmowa|talked to|interviewed|після розмови",
    Step.AGREED: "umówiony|umówiona|po podpisaniu porozumienia|porozumienie|agreed|домовлено",
    Step.ACTIVE: "aktywny|aktywna|pomaga|działa|active|активний|активна",
    Step.PAUSED: "przerwa|na przerwie|urlop|zawieszony|zawieszona|paused|on hold|перерва",
    Step.LEFT: "były|była|odszedł|odeszła|nieaktywny|nieaktywna|już nie pomaga|zrezygnował|zrezygnowała|rezygnacja"
               "|left|inactive|former|пішов|пішла",
}  # fmt: skip
LANGUAGES: dict[str, str] = {
    "pl": "polski|pol|polish|польська|pl", "uk": "ukraiński|ukr|ukrainian|українська|uk|ua",
    "en": "angielski|ang|english|англійська|en", "be": "białoruski|belarusian|білоруська|be|by",
    "ru": "rosyjski|ros|russian|російська|ru", "de": "niemiecki|niem|german|німецька|de",
}  # fmt: skip
CAUSES: dict[str, str] = {
    "elders": "seniorzy|osoby starsze|starsi|senior|elders|elderly|літні люди",
    "children": "dzieci|dziećmi|children|kids|діти",
    "homework": "odrabianie lekcji|lekcje|korepetycje|nauka|homework|tutoring|уроки",
    "neighbours": "sąsiedzi|sąsiedztwo|neighbours|neighbors|сусіди",
    "food": "żywność|jedzenie|zbiórki żywności|food|їжа",
    "nature": "przyroda|ekologia|zwierzęta|nature|animals|природа",
    "culture": "kultura|imprezy|culture|events|культура",
    "sport": "sport|sports|спорт",
    "disability": "osoby z niepełnosprawnością|niepełnosprawni|niepełnosprawność|disability|інвалідність",
}
SKILLS: dict[str, str] = {
    "reading": "czytanie|czytanie na głos|reading|читання",
    "maths": "matematyka|maths|math|математика",
    "languages": "języki obce|języki|languages|мови",
    "music": "muzyka|gitara|śpiew|music|музика",
    "computers": "komputer|komputery|komputer i telefon|informatyka|computers|it|комп'ютер",
    "first-aid": "pierwsza pomoc|first aid|перша допомога",
    "driving": "prawo jazdy|prowadzenie auta|kierowca|samochód|driving|driver|водіння",
    "cooking": "gotowanie|kuchnia|cooking|кулінарія",
    "repairs": "drobne naprawy|naprawy|majsterkowanie|złota rączka|repairs|ремонт",
    "listening": "rozmowa i słuchanie|rozmowa|słuchanie|towarzyszenie|listening|спілкування",
}
MONTHS = {
    name: number
    for number, names in enumerate((
        "styczeń stycznia sty january jan січня січень i", "luty lutego lut february feb лютого лютий ii",
        "marzec marca mar march березня березень iii", "kwiecień kwietnia kwi april apr квітня квітень iv",
        "maj maja may травня травень v", "czerwiec czerwca cze june jun червня червень vi",
        "lipiec lipca lip july jul липня липень vii", "sierpień sierpnia sie august aug серпня серпень viii",
        "wrzesień września wrz september sep sept вересня вересень ix",
        "październik października paź october oct жовтня жовтень x",
        "listopad listopada lis november nov листопада листопад xi",
        "grudzień grudnia gru december dec грудня грудень xii",
    ), 1)
    for name in map(fold, names.split())
}  # fmt: skip
TOTALS = tuple(map(fold, ("razem", "suma", "ogółem", "łącznie", "w sumie", "total", "sum", "разом", "всього")))
YES = frozenset(map(fold, ("tak", "t", "x", "yes", "y", "1", "wyrażona", "jest", "так", "є")))
# Typed into a cell that has nothing to say.
NOTHING = frozenset(map(fold, ("", "brak", "nie ma", "nie posiada", "nie dotyczy", "nie podano", "n/d", "nd", "n/a",
                               "none", "немає", "нема")))  # fmt: skip
# Of a cell so written: the same as in the one above.
DITTO = re.compile(
    r"""[-–—_\s]*(?:["'„”“″〃]+|,,|\|\||//)[-–—_\s]*|j\.?\s?w\.?|jak wyżej|to samo|ditto|як вище|т\.\s?с\.""",
    re.IGNORECASE,
)
# Before or behind a name, and no part of it.
ADDRESSED = frozenset(map(fold, ("mgr", "inż", "dr", "prof", "hab", "lek", "ks", "p", "pan", "pani", "mr", "mrs", "ms",
                                 "пан", "пані")))  # fmt: skip
NO = frozenset(map(fold, ("", "nie", "n", "no", "0", "brak", "-", "–", "ні", "немає")))


@cache
def _meanings(of: str) -> dict[str, str]:
    tables: dict[str, Mapping[Any, str]] = {
        "kind": KINDS, "step": STEPS, "language": LANGUAGES, "cause": CAUSES, "skill": SKILLS,
    }  # fmt: skip
    return {fold(word): str(code) for code, words in tables[of].items() for word in (*words.split("|"), str(code))}


def meaning(of: str, text: str) -> str:
    """Our code for a word of a `kind`, `step`, `language`, `cause` or `skill`; "" for any other."""
    return _meanings(of).get(fold(text), "")


@cache
def _headings() -> dict[str, Field]:
    return {fold(word): field for field, words in HEADINGS.items() for word in words.split("|")}


def never_kept(heading: str) -> bool:
    """Whether a column so called holds numbers of identity papers."""
    words = f" {fold(heading)} "
    return any(f" {fold(word)} " in words for word in NEVER)


def without_numbers(text: str) -> str:
    """The same without numbers that are a PESEL by their day and last digit, also with a nought before them lost."""
    return PESEL.sub(lambda found: "" if _pesel(found[0].zfill(11)) else found[0], text).strip()


def _pesel(digits: str) -> bool:
    born = int(digits[2:4]) % 20 in range(1, 13) and 1 <= int(digits[4:6]) <= 31 and digits[2] in "0123"
    return born and sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 10 == 0


def field_of(heading: str) -> Field | None:
    """What a column so called means; None when it says nothing to us."""
    said = fold(heading)
    if not said or never_kept(heading):
        return None
    known = _headings()
    if said in known:
        return known[said]
    words = f" {said} "
    inside = [(len(word), field) for word, field in known.items() if f" {word} " in words]
    guardians = any(f" {stem}" in words for stem in OF_GUARDIANS)
    consents = any(f" {stem}" in words for stem in OF_CONSENTS)
    if consents:
        inside = [(length, OF_CONSENT.get(field, field)) for length, field in inside]
    elif guardians:
        inside = [(length, OF_GUARDIAN.get(field, field)) for length, field in inside]
    fits = [(length, field) for length, field in inside if _fits(field, guardians=guardians, consents=consents)]
    return max(fits)[1] if fits else None


def _fits(field: Field, *, guardians: bool, consents: bool) -> bool:
    """A consent is no phone, a guardian's phone is not the volunteer's."""
    of_guardian = field in (Field.GUARDIAN_NAME, Field.GUARDIAN_PHONE, Field.GUARDIAN_EMAIL, Field.GUARDIAN)
    return (field in CONSENTS) == consents and of_guardian == guardians
