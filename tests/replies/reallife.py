"""What people really write back, and what a careful coordinator would make of it.

I
vented after what the demo towns' kind of people write: on phones with buttons, without Polish letters, in a hurry, in
three languages and mixtures of them. `python3 dev.py bench replies` prints the table.

What a text means stands as `yes 2` or `no 3` (of the offer with that code), `which` (it is not said which offer),
`stop`, `start`, `thanks` (nothing to do) or `human` (a person has to read it). Reading may always answer `human` or
`which` where more was meant; anything else that differs is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from volunteer_hub.replies import rules
from volunteer_hub.replies.rules import Kind, Offer, Talk

NOW = datetime(2026, 11, 25, 10)  # a Wednesday


def _offer(code: str, starts: datetime, *, answered: bool = False, kind: str = "assignment") -> Offer:
    return Offer(UUID(int=int(code)), f"{kind}:{code}", code, answered, starts, "pl")


THURSDAY, FRIDAY = _offer("2", datetime(2026, 11, 26, 16)), _offer("3", datetime(2026, 11, 27, 17, 30))
COMES = replace(_offer("2", datetime(2026, 11, 26, 16), answered=True), comes=True)


@dataclass(frozen=True)
class Situation:
    """What is open on this phone, what was said to it last, and what came back, by what it means."""

    name: str
    offers: Sequence[Offer]
    talk: Talk
    language: str
    texts: dict[str, list[str]]
    names: frozenset[str] = field(default_factory=frozenset)


def outcome(at: Situation, text: str) -> str:
    """What would be done with `text`."""
    reading = rules.in_talk(rules.read(text, at.language, at.names), at.offers, at.talk)
    if reading.kind in (Kind.YES, Kind.NO):
        meant = rules.choose(at.offers, reading, at.talk)
        if len(meant) == 1:
            return f"{reading.kind.value} {meant[0].code}"
        return "which" if meant and not reading.code else "human"
    return reading.kind.value if reading.kind in (Kind.STOP, Kind.START, Kind.THANKS) else "human"


ASKED = Talk(NOW, asked="2", latest="2")
ANNA = rules.names("Anna", "Kowalska-Nowak")

POLISH = Situation("pl, one invitation", [THURSDAY], ASKED, "pl", names=ANNA, texts={
    "yes 2": [
        "Tak", "TAK 2", "tak2", "Tak.", "TAAAK", "takk", "tka", "tak tak", "Tak, będę", "tak bede", "Tak bende",
        "Będę na pewno", "Na pewno będę", "przyjde", "Przyjdę na pewno", "pryzjdę", "Tak, przyjdę z przyjemnością",
        "z przyjemnością", "Z miłą chęcią", "Bardzo chętnie", "Chętnie pomogę", "chetnie przyjde", "Pomogę",
        "Jasne", "Jasne, że tak", "Jasna sprawa", "Oczywiście", "Oczywiście, że tak", "oczywiscie ze bede",
        "oczywsicie", "Jak najbardziej", "Jak najbardziej tak", "Pewnie!", "Pewnie, że tak", "no pewnie", "No tak",
        "No dobrze", "no mogę", "No, będę", "ok", "OK.", "Okej", "oki", "ok, będę", "OK przyjde dziekuje", "Spoko",
        "Dobrze", "dobrze bede", "W porządku", "Zgoda", "Zgadzam się", "Potwierdzam", "Potwierdzam obecność",
        "POTWIERDZAM PRZYBYCIE", "potwierdzam udział, pozdrawiam", "Pasuje", "Pasuje mi", "Mogę", "Mogę przyjść",
        "mogę być", "Dam radę", "dam rade :)", "Nie ma sprawy", "nie ma problemu", "Nie ma problemu, będę",
        "no nie ma problemu", "Może być", "Niech będzie", "Liczcie na mnie", "Możecie na mnie liczyć",
        "Piszę się na to", "Wchodzę w to", "Jestem za", "Jestem chętna", "jo", "Jo, bede", "Stawię się",
        "Dotrę", "Zdążę", "Biorę", "Przyjmuję", "Akceptuję", "Tak, chcę", "Chcę przyjść", "Chcę",
        "👍", "👍🏻", "ok 👍", "👌", "✅", "tak 😊", "TAK ❤️", "Tak 🥰🌞", "tak 🤝", "🆗", "+",
        "Tak, w czwartek będę", "tak jutro będę", "Jutro będę", "bede jutro o 16", "Tak, o 16:00", "W czwartek mogę",
        "W czwartek o 16 mogę przyjść", "TAK 2, do jutra", "Do zobaczenia jutro, tak",
        "Tak, do zobaczenia w czwartek",
        "Tak. Anna", "TAK Anna Kowalska-Nowak", "tak pozdrawiam Anna Kowalska", "Dzień dobry, tak. Anna K",
        "Dzień dobry, przyjdę. Pozdrawiam serdecznie", "Witam, tak", "Dziękuję, będę",
        "Dziękuję za zaproszenie, będę",
        "Dziękuję za informację, tak", "Tak, miłego dnia", "Dzien dobry Pani, tak bede", "nie mogę się doczekać",
        "tak tak tak", "T", "tak nr 2", "kod 2 tak", "TAK  2  .", "„Tak”", "TAK!!!!!!", "tak poproszę",
        "Tak, z córką", "Tak, tylko się spóźnię chwilę", "Przyjdziemy", "będziemy", "jestem na tak", "tak jak zawsze",
        "Tak, proszę mnie wpisać", "yes", "так",
    ],
    "no 2": [
        "Nie", "NIE 2", "nie2", "Nie.", "nieee", "nei", "Nie, dziękuję", "nie nie", "Nie mogę", "nie moge",
        "niemoge", "Nie moge niestety", "Niestety nie", "niestety nie mogę", "Niestey nie moge", "Nie przyjdę",
        "nieprzyjde", "nie bede", "Nie będę mogła", "nie będę mógł", "Mnie nie będzie", "Nie będzie mnie",
        "Nie dam rady", "niedam rady", "Nie dam rady przyjść", "nie da rady", "nie da się", "Nie uda mi się",
        "Nie tym razem", "Tym razem nie", "Niestety tym razem nie mogę", "Nie pasuje mi", "Termin mi nie pasuje",
        "Ten termin mi nie pasuje", "Nie mogę w tym terminie", "Nie mogę tego dnia", "Nie mam czasu", "Nie mam jak",
        "Odpadam", "Odpuszczam", "Odmawiam", "Muszę odmówić", "Niestety muszę odmówić", "Nie zdążę", "Nie dotrę",
        "Nie dojadę", "Nie jestem w stanie", "Nic z tego", "nie ma szans", "Na pewno nie", "no nie", "no nie mogę",
        "👎", "❌", "nie 😢", "Niestety nie mogę 😔", "nie :(", "jutro nie", "Jutro nie mogę", "Nie jutro",
        "jutro niestety nie", "w czwartek nie mogę", "W czwartek niestety nie dam rady", "Nie w czwartek",
        "nie bedzie mnie jutro", "Przepraszam, nie mogę", "Sory nie moge", "Przykro mi, nie mogę", "Nie. Anna",
        "Dzień dobry, niestety nie przyjdę. Pozdrawiam, Anna Kowalska", "nie dziekuje pozdrawiam", "N",
        "Nie mogę, przepraszam", "bardzo mi przykro ale nie mogę", "Niestety nie, pracuję",
        "jestem chora nie przyjdę",
        "Nie przyjdę bo jestem w pracy", "No can do", "ні",
    ],
    "stop": [
        "STOP", "stop.", "Stop!!!", "STOPP", "WYPISZ", "wypisz mnie", "Proszę mnie wypisać", "wypiszcie mnie",
        "wypisuję się", "Rezygnuję", "REZYGNUJE", "Proszę nie pisać", "Nie piszcie do mnie", "nie piszcie więcej",
        "proszę nie przysyłać SMS", "Usuńcie mój numer", "proszę usunąć mój numer", "nie chcę sms",
        "Nie chcę dostawać SMS-ów", "STOP SMS", "nie stop", "стоп", "unsubscribe",
        "STOP proszę mnie usunąć z listy, nie życzę sobie",
    ],
    "start": ["START", "start", "Wznów", "wznawiam", "Start."],
    "human": [
        "", "?", "tak?", "Co?", "kto to?", "Kto pisze", "nie wiem", "Nie wiem jeszcze", "jeszcze nie wiem", "Może",
        "moze", "Być może", "chyba tak", "Chyba nie", "raczej tak", "Raczej nie", "pewnie tak", "Pewnie przyjdę",
        "pewnie nie", "postaram się", "Postaram sie byc", "zobaczę", "Zobaczymy", "Dam znać jutro", "odpiszę później",
        "tak ale później", "Tak, ale dopiero od 17", "tak od 17", "tak po 17", "tak później", "Tak, o 17",
        "tak o 15:30",
        "mogę o 18", "Tak, w piątek", "będę w piątek", "W piątek tak", "Pojutrze mogę", "dziś nie mogę",
        "jutro nie, w piątek tak", "w czwartek nie, w piątek mogę", "nie w czwartek a w piątek", "nie o 16",
        "o 16 nie mogę, o 17 tak", "Tak jeśli nie będzie padać", "tak jak zdążę", "tak, chyba że będę chora",
        "Tak albo nie", "TAK/NIE", "tak nie", "tak lub nie 2", "nie tak", "tak, nie mogę", "ok nie", "niestety tak",
        "Tak przepraszam", "nie bardzo", "Nie bardzo mogę", "nie ja", "to nie ja", "Nie do mnie", "pomyłka",
        "zły numer", "tu nie Anna", "Już byłam", "gdzie to jest", "O której?", "A gdzie to?", "tak a gdzie to jest",
        "Proszę o telefon", "Proszę zadzwonić", "zadzwonię", "oddzwonię", "Jestem chora", "jestem w szpitalu",
        "Mąż nie żyje", "pasuję", "mogę nie przyjść", "Mogę nie zdążyć", "będę wiedzieć wieczorem", "będę w pracy",
        "będę zajęta", "tak myślę że nie", "nie wiem czy dam radę", "Nie mówię nie", "nie mówię tak", "czemu nie",
        "Nie zapomnę", "nie rezygnuję", "no", "No", "nie wypisujcie mnie", "tak stop", "TAK 5", "nie 7",
        "TAK 2 NIE 3",
        "TAK 2 TAK 3", "2", "22", "16", "tak 600123456", "przyjdzie córka", "Anna nie przyjdzie", "Zamiast mnie mąż",
        "A można z dzieckiem", "dziękuję", "Dzięki", "do zobaczenia", "Przepraszam", "proszę", "super", "Super 🤔",
        "tak 🤔", "🤷", "😂", "tak 😂", "😢", "❓", "tak 😢", "nie 👍", "👍👎", "hmm", "mhm", "aha", "Aha ok kto to",
        "Wpisz mnie", "wpiszcie mnie", "rak", "nic", "ale", "jutro", "w czwartek", "16:00", "tak 26 listopada",
        "Tak 16.11", "Rezygnuję z czwartku", "rezygnuję z jutra", "Rezygnuję 2", "rezygnuję w czwartek",
        "cancel tomorrow", "Stop, jednak przyjdę", "nie chcę", "nie chcę już przychodzić", "Już nie chcę",
        "koniec", "Polubiono „Proszę odpisać TAK 2 lub NIE 2.”", "Liked “Proszę odpisać TAK 2 lub NIE 2.”",
        "Proszę odpisać TAK 2 lub NIE 2", "tak to nie działa", "nie ma mnie w domu do jutra", "może jutro tak",
        "raczej jutro nie", "tak tylko żartuję", "prawie tak", "prawdopodobnie tak", "tak za tydzień", "nie dziś",
        "nie tylko ja będę", "Nie mogę znaleźć adresu", "nie mogę odebrać", "nie mogę teraz rozmawiać",
        "Nie będę się spóźniać", "nie pamiętam", "tak dawno nie byłam", "mogę ale nie muszę", "Nie ma pani Kasi",
        "OK Google", "+2", "tak +1", "N T", "t n", "a tak w ogóle o co chodzi", "w czwartek 3 grudnia tak",
        "zgoda na zdjęcia nie", "tak, w przyszły czwartek", "nie, jutro zadzwonię", "nie jestem pewna",
        "byłoby dobrze", "nie dobrze", "niedobrze", "Nie, będę!", "nie - przyjdę", "Nie. Będę.",
        "dobrze by było", "ok ale tylko godzinę", "tak do 17",
        "tak na godzinę", "Jestem", "już", "Da mi pani numer", "mogę numer", "Mogę pani numer", "chciałabym",
        "Chciałbym przyjść",
        "Niestety jutro", "ja pasuje", "nie ten termin", "i tak", "zaraz", "Proszę o kontakt jutro",
        "potwierdzam ale spóźnię się",
    ],
})  # fmt: skip

ENGLISH = Situation("en, one invitation", [THURSDAY], ASKED, "en", texts={
    "yes 2": [
        "Yes", "YES 2", "yess", "Yes please", "yes, thank you", "Yes I will", "Yes, I can", "yes I'll be there",
        "I’ll be there", "Ill be there", "I will be there", "I'll come", "Sure", "Sure thing", "sure, no problem",
        "No problem", "No worries", "Of course", "yes of course", "Definitely", "Absolutely", "Count me in", "I'm in",
        "Happy to help", "I'd love to", "Sounds good", "Works for me", "Ok", "okay", "OK see you", "Fine", "alright",
        "yep", "Yup", "yeah", "I can come", "I can make it", "I'm coming", "can't wait", "Confirmed", "y", "👍", "tak",
        "See you tomorrow, yes", "Yes, on Thursday", "Yes tomorrow at 16", "yes at 4pm", "I want to come",
        "I am coming tomorrow", "with pleasure", "gladly",
    ],
    "no 2": [
        "No", "NO 2", "no.", "No sorry", "Sorry, no", "no thanks", "No thank you", "No, I can't", "I can't", "cant",
        "I cannot", "I can not", "I can not come", "can't make it", "Sorry I can't make it",
        "I won't be able to come",
        "won't make it", "I won't be there", "Unfortunately not", "unfortunately I can't", "not this time", "Nope",
        "nah", "Not tomorrow", "I can't on Thursday", "can't tomorrow", "Definitely not", "of course not",
        "I'm not available", "not available", "not coming", "I am not coming", "I'm afraid not", "n", "no 😔", "👎",
        "no way", "I have to decline", "Sorry I'm busy", "nie",
    ],
    "stop": ["STOP", "Stop please", "unsubscribe", "stop texting me", "Don't text me", "END", "remove me",
             "please remove my number", "opt out", "CANCEL"],
    "start": ["START", "unstop"],
    "human": [
        "who is this", "Who is this?", "maybe", "not sure", "I'm not sure", "Maybe yes", "probably", "probably not",
        "I think so", "I don't know", "yes but later", "Yes, from 17", "yes if I finish early", "can we do Friday",
        "Friday yes", "not Thursday, Friday", "I can't say yet", "I can try", "why not", "no idea", "no clue",
        "yes and no", "yes or no", "yes no", "no yes", "No, yes", "ok no", "let me check", "call me", "what time",
        "where", "I can not say", "I will let you know", "I will try", "I will think about it", "can I bring my son",
        "cancel 2", "wrong number", "not me", "sorry", "thanks", "Thank you", "yes at 5pm", "yes at 15", "hi",
        "no more than an hour", "I can't find the address", "can't talk now", "yes sorry", "sure about that",
        "fine not to come", "ok when", "yes maybe", "I'm in hospital", "nobody told me", "is it ok if I come late",
        "should be ok", "am I coming tomorrow", "unfortunately tomorrow", "I'd like to come", "if I can",
        "I wish I could", "wish i could", "not a problem", "not bad", "ok boomer 😂",
    ],
})  # fmt: skip

UKRAINIAN = Situation("uk, one invitation", [THURSDAY], ASKED, "uk", texts={
    "yes 2": [
        "Так", "ТАК 2", "так2", "Таааак", "Так, буду", "так я буду", "Так, прийду", "Буду", "буду обов'язково",
        "Обовʼязково буду", "Прийду", "прийду обовязково", "Приїду", "Можу", "Я можу", "так можу", "Зможу", "Добре",
        "добре, дякую", "Гаразд", "Згода", "Згодна", "Звичайно", "Звісно", "Авжеж", "Із задоволенням", "з радістю",
        "Залюбки", "Охоче", "Без проблем", "Підходить", "Мені підходить", "Підтверджую", "Ок", "окей", "ага", "Да",
        "да буду", "Хорошо", "Конечно", "приду", "смогу", "+", "👍", "Так 🙏", "tak", "Tak, budu", "budu", "pryjdu",
        "завтра буду", "Так, завтра", "Так, у четвер", "в четвер можу", "буду о 16", "Домовились", "Дякую, прийду",
        "Добрий день, так", "Доброго дня, буду", "Хочу прийти", "хочу", "нехай буде",
    ],
    "no 2": [
        "Ні", "НІ 2", "нi", "Hі", "ні, дякую", "Не можу", "я не можу", "На жаль не можу", "нажаль ні", "На жаль, ні",
        "Нажаль не зможу", "Не зможу", "Не зможу прийти", "не буду", "Мене не буде", "Не прийду", "не приїду",
        "Не вийде", "Не виходить", "Не підходить", "Мені не підходить", "Не цього разу", "цього разу ні",
        "Вибачте, не можу", "Вибачте ні", "Нет", "не могу", "не смогу", "к сожалению нет", "не приду", "ni",
        "Ne mozhu",
        "завтра не можу", "завтра ні", "у четвер не можу", "не встигаю", "Не встигну", "👎", "ні 😢", "nie",
        "на жаль працюю", "Відмовляюсь",
    ],
    "stop": ["СТОП", "стоп!", "відписатися", "Відпишіть мене", "Не пишіть мені", "не пишіть більше", "отписаться"],
    "start": ["СТАРТ", "поновити"],
    "human": [
        "хто це", "Хто це?", "не знаю", "Ще не знаю", "може", "Можливо", "може бути", "мабуть так", "мабуть ні",
        "напевно", "напевно прийду", "напевно так", "Так, але пізніше", "так але після 17", "у п'ятницю можу",
        "завтра ні, в пʼятницю так", "спробую", "Постараюсь", "подивлюсь", "так чи ні", "так ні", "ні так", "не я",
        "не туди", "де це", "о котрій", "О котрій годині?", "Дякую", "вибачте", "завтра", "так о 17", "буду пізніше",
        "буду на роботі", "хотіла б", "можу не прийти", "не хочу", "якщо зможу", "я захворіла", "подзвоніть мені",
        "чому ні", "не проти", "так 🤔", "Так, якщо не буде дощу", "сьогодні не можу", "буду знати завтра",
        "не знаю чи зможу", "прийде дочка", "добре б", "не добре", "можу тільки до 17",
    ],
})  # fmt: skip

TWO = Situation("pl, two invitations", [THURSDAY, FRIDAY], Talk(NOW, asked="3", latest="3"), "pl", texts={
    "yes 2": ["TAK 2", "2 tak", "w czwartek będę", "Tak, w czwartek", "jutro tak", "Jutro będę", "o 16 tak",
              "będę o 16:00",
              "Tak w czwartek o 16", "tak 2 w czwartek"],
    "yes 3": ["TAK 3", "tak nr 3", "W piątek tak", "tak w piątek będę", "Pojutrze mogę", "Tak o 17:30", "ok 3",
              "w piatek moge przyjsc"],
    "no 2": ["NIE 2", "jutro nie", "W czwartek nie mogę", "nie mogę jutro", "jutro niestety nie dam rady"],
    "no 3": ["NIE 3", "w piątek nie mogę", "Nie w piątek", "niestety pojutrze nie", "piątek nie"],
    "which": ["TAK", "nie", "Tak będę", "Niestety nie mogę", "ok", "👍", "będę", "przyjdę chętnie"],
    "human": ["TAK 4", "2 3", "tak 2 i 3", "TAK 2 NIE 3", "czwartek tak piątek nie", "jutro tak, w piątek nie",
              "tak w sobotę", "Tak 2 w piątek", "nie 3 w czwartek", "w czwartek tak o 17:30", "oba tak", "Tak na oba",
              "ani w czwartek ani w piątek", "tak 23", "pierwszy tak", "wolę piątek", "tylko w piątek", "2",
              "w piątek",
              "dziś tak", "tak o 17", "raczej czwartek"],
})  # fmt: skip

AFTER_WHICH = Situation("pl, after 'which one?'", [THURSDAY, FRIDAY],
                        Talk(NOW, asked="3", latest="", pending=Kind.YES), "pl", texts={
    "yes 2": ["2", "Nr 2", "2.", "kod 2", "w czwartek", "Jutro", "czwartek", "o 16", "2 proszę", "TAK 2",
              "w czwartek tak"],
    "yes 3": ["3", "piątek", "w piątek o 17:30", "tak 3", "pojutrze"],
    "no 3": ["NIE 3", "w piątek nie mogę"],
    "human": ["4", "oba", "2 i 3", "sobota", "2 w piątek", "nie wiem", "ten drugi", "2?", "dziękuję", "ok", "dobrze"],
})  # fmt: skip

NOTHING_ASKED = Situation("pl, comes, and was just told so", [COMES],
                          Talk(NOW, asked="2", latest="2", closed=True), "pl", texts={
    "thanks": ["ok", "Dobrze", "Dziękuję", "dzięki!", "👍", "ok dziękuję", "Ok, do zobaczenia", "do zobaczenia", "🙏",
               "Dziękuję bardzo, miłego dnia", "super dziękuję", "Pozdrawiam", "ok 🙂", "jasne, dzięki", "do jutra",
               "Dobrze, dziękuję. Do zobaczenia jutro", "❤️"],
    "yes 2": ["tak", "będę", "TAK 2", "przyjdę jutro"],
    "no 2": ["nie", "jednak nie mogę", "Nie dam rady", "jutro nie", "Niestety nie mogę", "nie 2"],
    "human": ["przepraszam", "?", "ok?", "ok ale gdzie", "dziękuję ale nie wiem", "w piątek nie mogę", "hej",
              "Dziękuję, proszę o telefon", "ok o 17"],
})  # fmt: skip

UNCLEAR_SAID = Situation("pl, one invitation, then only 'a coordinator will read it'", [THURSDAY],
                         Talk(NOW, asked="2", latest=""), "pl", texts={
    "human": ["ok", "dobrze", "Dobrze, dziękuję", "jasne", "👍", "w porządku", "dziękuję", "spoko", "chcę", "oki",
              "zgoda"],
    "yes 2": ["tak", "Będę", "ok, będę", "TAK 2", "ok 2", "przyjdę"],
    "no 2": ["nie", "nie mogę"],
})  # fmt: skip

LETTER = Situation("pl, comes, and got an SMS of another kind", [COMES], Talk(NOW, asked="2"), "pl", texts={
    "human": ["ok", "dobrze", "👍", "chcę pomóc", "jasne"],
    "thanks": ["dziękuję", "Dziękuję bardzo"],
    "no 2": ["nie", "Jutro nie mogę"],
})  # fmt: skip

REMINDED = Situation("pl, comes, and was reminded", [COMES], ASKED, "pl", texts={
    "yes 2": ["ok", "Tak", "tak, pamiętam, będę", "👍", "będę", "Dobrze, do jutra", "potwierdzam"],
    "thanks": ["dziękuję", "Dziękuję, do zobaczenia", "🙏"],
    "no 2": ["NIE 2", "nie", "Niestety nie mogę", "jednak nie dam rady", "Przepraszam, ale nie mogę"],
    "human": ["ok ale o której", "a gdzie to jest", "spóźnię się", "ok?", "w piątek nie mogę"],
})  # fmt: skip

SITUATIONS = [POLISH, ENGLISH, UKRAINIAN, TWO, AFTER_WHICH, NOTHING_ASKED, UNCLEAR_SAID, LETTER, REMINDED]
