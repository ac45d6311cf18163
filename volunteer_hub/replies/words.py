"""The words people answer with, in Polish, English and Ukrainian: phrases between commas; marks and case do not count.

A phrase stands for itself only: "nie mogę" is a no, although "mogę" alone is a yes. The longest phrase counts.
"""

YES = """
    tak, t, jo, zgadzam się, zgadza się, potwierdzam, potwierdzam obecność, potwierdzam przybycie, potwierdzam udział,
    będę, na pewno, przyjdę, przyjadę, pomogę, dotrę, zdążę, stawię się, mogę, mogę przyjść, mogę być, dam radę, da
    radę, da się, pasuje, chętnie, bardzo chętnie, z chęcią, z miłą chęcią, z wielką chęcią, z przyjemnością, z
    radością, oczywiście, oczywiście że tak, oczywiście że będę, jasne że tak, jasne że będę, pewnie że tak, pewnie że
    będę, no pewnie że tak, jak najbardziej, jak najbardziej tak, tak jest, tak jak zawsze, no tak, liczcie na mnie,
    możecie na mnie liczyć, można na mnie liczyć, piszę się na to, piszę się, wchodzę w to, jestem za, jestem chętna,
    jestem chętny, jestem na tak, biorę, biorę to, wezmę, wezmę udział, przyjmuję, przyjmuję zaproszenie, akceptuję,
    nie mogę się doczekać, już nie mogę się doczekać, yes, y, yep, yup, yeah, i will, i can, i can come, i can make
    it, can come, ill come, i will come, ill be there, i will be there, will be there, im coming, i am coming, coming,
    im in, i am in, count me in, absolutely, definitely, certainly, of course, confirm, confirmed, i confirm, with
    pleasure, gladly, happy to, happy to help, happy to come, id love to, i would love to, love to, id be happy to,
    works for me, cant wait, i cant wait, так, ага, згоден, згодна, згідна, буду, обовязково, прийду, приїду, приду,
    можу, можу прийти, зможу, зможу прийти, смогу, звичайно, звісно, авжеж, конечно, підтверджую, підходить, із
    задоволенням, з задоволенням, з радістю, із радістю, залюбки, охоче, домовились, домовилися, да, budu, pryjdu,
    pryidu, prijdu, mogu, jestem gotowa, jestem gotowy, zgłaszam gotowość, melduję gotowość, na bank, można liczyć na
    mnie, you can count on me, will do
"""

# They answer only what was just asked: people also write them to show that they have read something.
WEAK = """
    ok, okej, okay, okey, oki, okejka, dobrze, dobra, jasne, jasna sprawa, spoko, w porządku, zgoda, nie ma sprawy,
    nie ma problemu, no ok, no dobrze, no dobra, no pewnie, no jasne, może być, niech będzie, sure, sure thing, no
    problem, no worries, sounds good, fine, alright, all right, ок, окей, добре, гаразд, хорошо, згода, нехай буде,
    без проблем, thats fine, that is fine
"""

# A yes as the whole message; beside other words it may be "probably", or how many come along.
ALONE = "pewnie, ➕"

NO = """
    nie, n, nie mogę, nie piszę się, nie piszę się na to, nie będę, nie będę mógł, nie będę mogła, nie będę w stanie,
    nie przyjdę, nie przyjadę, nie przybędę, nie dam rady, nie da rady, nie da się, nie mogę przyjść, nie mogę być,
    nie dam rady przyjść, nie będzie mnie, mnie nie będzie, nie pasuje, nie tym razem, nie dziękuję, na pewno nie,
    oczywiście że nie, nie uda się, nie uda mi się, nie mam czasu, nie mam jak, nie mam możliwości, nie mogę niestety,
    nie zdążę, nie dotrę, nie dojadę, nie wyrobię się, nie jestem w stanie, nie wezmę udziału, nie skorzystam,
    odpadam, odpuszczam, odmawiam, muszę odmówić, jestem na nie, nic z tego, nie ma szans, nie ma mowy, nie ma opcji,
    bardzo mi przykro ale nie mogę, nope, nah, no thanks, no thank you, no way, no can do,
    cant, cannot, can not, i cant, i cannot, i can not, i wont, wont, cant come, cant make it, cant do it, i cant
    come, i cannot come, i can not come, i cant make it, i cannot make it, i can not make it, i wont come, i wont be
    there, i wont make it, i wont be able to come, i wont be able to make it, wont be there, wont make it, wont be
    able to come, wont be able to make it, not coming, im not coming, i am not coming, i will not, i will not come, i
    will not be there, not this time, not available, im not available, i am not available, im not able to come, not
    able to come, unable to come, unfortunately not, definitely not, certainly not, absolutely not, of course not, im
    afraid not, i am afraid not, im afraid i cant, i have to decline, i must decline, i decline, not, ні, не, не можу,
    не можу прийти, не буду, не прийду, не приїду, не зможу, не зможу прийти, не вийде, не виходить, не получиться, не
    підходить, не цього разу, не встигаю, не встигну, мене не буде, нет, не могу, не смогу, не приду, відмовляюсь,
    відмовляюся, ni, ne, ne mozhu, ne mozu, ne budu, ne pryjdu, niet, nie pojawię się, nie będę mógł przyjść, nie
    będę mogła przyjść, odpada, i cant do, i am unable to come, im unable to come, i will not be able to come, i will
    not be able to make it, i wont be coming
"""

# A no by itself; beside a day it may go on either way.
REGRETS = "niestety, unfortunately, на жаль, нажаль, к сожалению"

# English "no", but in Polish also "well, yes": alone it is read by the language of whoever wrote it.
NO_OR_WELL = "no"

# Two known words that together are no answer.
DOUBT = """
    nie bardzo, nie ja, nie mnie, nie mi, nie super, nie tu, nie pani, nie pan, nie państwo, nie ten termin, nie
    wtedy, ja pasuje, не я, ні я, не мене, не мені, not super, not really, not please, not sure, not fine, not ok, not
    yes, nie ok, nie dobrze, nie dobra, nie zgoda, nie jasne, nie spoko, ok nie, не добре, не хорошо, не ок, не
    гаразд, nie przyjść, nie przyjechać
"""

# With the number that stands beside an opening: whoever writes it wants to come. Alone, to what was just asked, a yes.
WISH = """
    chcę, chciałbym, chciałabym, ja chcę, chcę przyjść, chcę pomóc, chcę się zgłosić, chcę się zapisać, zgłaszam się,
    zgłaszam, zapisuję się, proszę mnie zapisać, want, i want, i want to come, i want to help, id like to come, id
    like to help, sign me up, хочу, хочу прийти, хочу допомогти, хотів би, хотіла б, запишіть мене
"""

# Of these, the ones that may go on with "but": without the number they answer nothing.
WOULD = "chciałbym, chciałabym, id like to come, id like to help, хотів би, хотіла б"

# What Polish and Ukrainian speakers write, and the words that Twilio acts on by itself.
STOP = """
    stop, wypisz, wypiszcie, wypisać, wypisuję, wypisuję się, wypisz mnie, wypiszcie mnie, proszę mnie wypisać,
    rezygnuję, rezygnacja, rezygnuj, nie pisz, nie pisać, nie piszcie, nie pisz do mnie, nie pisać do mnie, nie
    piszcie do mnie, nie pisz więcej, nie pisać więcej, nie piszcie więcej, nie pisz do mnie więcej, nie piszcie do
    mnie więcej, nie przysyłać sms, nie wysyłać sms, nie wysyłajcie sms, nie przysyłajcie sms, nie chcę sms, nie chcę
    smsów, nie chcę sms ów, nie chcę dostawać sms, nie chcę dostawać smsów, nie chcę dostawać sms ów, usuń mój numer,
    usuńcie mój numer, usunąć mój numer, стоп, відписатися, відписатись, відпишіть, відпишіть мене, не пишіть, не
    пишіть мені, не пишіть більше, не пишіть мені більше, отписаться, stop sms, stop smsy, wypisz z sms, unsubscribe,
    end, quit, stopall, stop all, stop texting, stop texting me, dont text me, do not text me, remove me, remove my
    number, revoke, optout, opt out, cancel, stop messaging, stop messaging me, więcej nie piszcie, proszę o
    wypisanie, stop wiadomościom, більше не пишіть
"""

# Said with a code, the others are about one offer, or nobody knows; these always end the messages.
STOP_ALWAYS = """
    stop, стоп, stop sms, stop smsy, stopall, stop all, unsubscribe, stop texting, stop texting me, dont text me, do
    not text me, nie piszcie do mnie, не пишіть мені, stop messaging, stop messaging me
"""

START = "start, unstop, wznów, wznawiam, старт, поновити, відновити"

# Around an answer they change nothing.
FILLERS = """
    proszę, poproszę, bardzo, ja, się, mnie, mi, super, przyjść, przyjechać, termin, ten termin, w tym terminie, ten
    dzień, tego dnia, wtedy, tym razem, dzień dobry, dobry wieczór, witam, witam serdecznie, hej, cześć, halo, pani,
    pan, panu, państwo, please, hi, hello, я, мене, мені, будь ласка, добрий день, доброго дня, добрий вечір, доброго
    вечора, привіт, вітаю, цього разу, щиро, odpowiedź, moja odpowiedź, punktualnie, o czasie, na czas, great, bomba,
    ekstra, вчасно
"""

# Stands where somebody paused after a no, and parts what stands on its two sides.
PAUSE = "¦"

# Around a code only: "mogę numer" asks for one.
LABELS = "kod, kodu, nr, numer, code, number, код, номер"

# Fillers that, when nothing else is said, ask nothing of anybody.
THANKS = """
    dziękuję, dziękujemy, dzięki, dziekuje bardzo, dziękuję za zaproszenie, dziękuję za informację, dziękuję za
    wiadomość, dziękuję za przypomnienie, dziękuję za pamięć, dzięki za info, pozdrawiam, pozdrawiam serdecznie,
    pozdrowienia, serdecznie, do zobaczenia, do jutra, miłego dnia, miłego wieczoru, thanks, thank you, thank you very
    much, many thanks, thx, regards, best regards, kind regards, see you, дякую, дуже, спасибі, спасибо, до зустрічі,
    до завтра, гарного дня
"""

# Beside a no they change nothing; alone, or beside a yes, there is more to it.
SORRY = """
    przepraszam, przepraszam bardzo, sorry, sory, sorki, przykro mi, bardzo mi przykro, вибачте, вибач, перепрошую,
    простите, ☹, przepraszam ale, przykro mi ale, bardzo mi przykro ale, im sorry, i am sorry, sorry but, im sorry
    but, i am sorry but, вибачте але, перепрошую але
"""

# Why not. As a word of regret; after "nie" the other way round.
REASONS = """
    pracuję, jestem w pracy, bo jestem w pracy, bo pracuję, jestem chora, jestem chory, bo jestem chora,
    bo jestem chory, mam inne plany, mam już inne plany, wyjeżdżam, im busy, i am busy, im working, i am working,
    im sick, i am sick, i have other plans, працюю, я працюю, хворію
"""

# A day stands for the offers of that day. "0" is today, "mo" a Monday.
DAYS = {
    "0": "dziś, dzisiaj, today, сьогодні, сегодня",
    "1": "jutro, tomorrow, завтра",
    "2": "pojutrze, післязавтра, послезавтра",
    "mo": "poniedziałek, w poniedziałek, monday, on monday, понеділок, в понеділок, у понеділок",
    "tu": "wtorek, we wtorek, w wtorek, tuesday, on tuesday, вівторок, у вівторок, в вівторок, во вторник",
    "we": "środa, w środę, środę, wednesday, on wednesday, середа, в середу, у середу, середу",
    "th": "czwartek, w czwartek, we czwartek, thursday, on thursday, четвер, у четвер, в четвер, в четверг",
    "fr": "piątek, w piątek, friday, on friday, пʼятниця, у пʼятницю, в пʼятницю, пʼятницю, в пятницу",
    "sa": "sobota, w sobotę, sobotę, saturday, on saturday, субота, в суботу, у суботу, суботу, в субботу",
    "su": "niedziela, w niedzielę, niedzielę, sunday, on sunday, неділя, в неділю, у неділю, неділю",
}

# With its marks another word than without: "pasuję" is "I pass".
MARKED = "pasuję"

# No name of a person hides these.
TURNS = "ale, moze, chyba, jednak, albo, lub, czy, bez, tylko, zaraz, kto, kiedy, but, може, але"

TYPOS = {
    "tka": "tak", "nei": "nie", "nir": "nie", "nje": "nie", "nue": "nie",
    "bende": "będę", "pszyjde": "przyjdę", "przyjede": "przyjadę", "niemoge": "nie mogę",
    "niebede": "nie będę", "nieprzyjde": "nie przyjdę", "niedam": "nie dam", "niedziekuje": "nie dziękuję",
    "niestey": "niestety", "nistety": "niestety", "niesety": "niestety", "dziekuj": "dziękuję",
    "oczywisce": "oczywiście", "napewno": "na pewno", "wporzadku": "w porządku", "pozdr": "pozdrawiam",
    "pon": "poniedziałek", "wt": "wtorek", "czw": "czwartek", "pt": "piątek", "sob": "sobotę",
    "comming": "coming", "tmrw": "tomorrow", "ofcourse": "of course",
}  # fmt: skip

SIGNS = {
    "👍": "ok", "👌": "ok", "✅": "ok", "✔": "ok", "☑": "ok", "🆗": "ok", "👎": "nie", "❌": "nie", "🚫": "nie",
    "🙅": "nie", "😢": "☹", "😔": "☹", "😞": "☹", "😭": "☹", "😥": "☹", "🥺": "☹", "🙁": "☹",
}  # fmt: skip
# They change nothing in what was said. Other pictures may (🤔), so they make a message unclear.
FRIENDLY = "🙂😊😀😃😄😁☺🤗😉😘😍🥰😇😎👋💪🎉🌷🌸🌹🌻🌼🌺💐🍀🌞☀🤝🙌👏⭐🔥"
# Friendly signs that are a thank-you when they come alone.
GRATEFUL = "🙏❤♥💚💙💛🧡💜"
SKINS = "🏻🏼🏽🏾🏿"
