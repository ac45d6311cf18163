"""The words people answer with, in Polish, English and Ukrainian: phrases between commas; marks and case do not count.

A phrase stands for itself only: "nie mogę" is a no, although "mogę" alone is a yes.
"""

YES = """
    tak, t, ok, okej, okay, okey, oki, jasne, pewnie, oczywiście, chętnie, zgoda, zgadzam się, potwierdzam, będę,
    przyjdę, przyjadę, mogę, mogę przyjść, dam radę, pasuje, może być, dobrze, na pewno, nie ma sprawy,
    nie ma problemu, no tak, no ok, no dobrze, no pewnie, no jasne, yes, y, yep, yeah, sure, of course, i will,
    ill come, i can, im coming, confirm, confirmed, i will come, i will be there, ill be there, no problem,
    with pleasure, так, ага, добре, гаразд, згода, згоден, згодна, буду, прийду, приїду, можу, звичайно,
    підтверджую, звісно, ок, да, можу прийти, без проблем, із задоволенням
"""

NO = """
    nie, n, niestety, odmawiam, nie mogę, nie będę, nie przyjdę, nie przyjadę, nie dam rady, nie mogę przyjść,
    nie mogę być, nie dam rady przyjść, nie będzie mnie, nie pasuje, nie tym razem, nie da rady, nie dziękuję,
    nope, cant, cannot, i cant, i cannot, i wont, wont, cant come, i cant come, i cannot come, i cant make it,
    not coming, im not coming, i will not, i will not come, not this time, unfortunately, unfortunately not, ні,
    не, не можу, не можу прийти, не буду, не прийду, не приїду, не зможу, не зможу прийти, на жаль, нет,
    відмовляюсь, відмовляюся
"""

# English "no", but in Polish also "well, yes": alone it is read by the language of whoever wrote it.
NO_OR_WELL = "no"

# With the number that stands beside an opening: whoever writes it wants to come. Alone it says too little.
WISH = """
    chcę, chciałbym, chciałabym, ja chcę, chcę przyjść, chcę pomóc, chcę się zgłosić, chcę się zapisać, zgłaszam się,
    zgłaszam, zapisuję się, proszę mnie zapisać, want, i want, i want to come, i want to help, id like to come,
    id like to help, sign me up, хочу, хочу прийти, хочу допомогти, хотів би, хотіла б, запишіть мене
"""

# What Polish and Ukrainian speakers write, and the words that Twilio acts on by itself.
STOP = """
    stop, wypisz, wypiszcie, wypisać, wypisuję, wypisz mnie, rezygnuję, rezygnacja, rezygnuj, стоп, відписатися,
    відписатись, відпишіть, отписаться, stop sms, stop smsy, wypisz z sms, unsubscribe, end, quit, stopall,
    stop all, revoke, optout, opt out, cancel
"""

# Said with a code, the others are about one offer, or nobody knows; these always end the messages.
STOP_ALWAYS = "stop, стоп, stop sms, stop smsy, stopall, stop all, unsubscribe"

START = "start, unstop, wznów, wznawiam, старт, поновити, відновити"

# Around an answer they change nothing.
FILLERS = """
    proszę, dziękuję, dziękujemy, dzięki, dziekuje bardzo, bardzo, dzień dobry, dobry wieczór, witam,
    witam serdecznie, pozdrawiam, pozdrawiam serdecznie, serdecznie, hej, cześć, przepraszam, ja, się, mnie, kod,
    kodu, nr, numer, miłego dnia, do zobaczenia, super, please, thanks, thank you, thx, hi, hello, sorry, code,
    number, regards, see you, дякую, дуже, будь ласка, добрий день, добрий вечір, привіт, вибачте, я, мене, код,
    номер, до зустрічі, щиро
"""

SIGNS = {"👍": "tak", "👌": "tak", "✅": "tak", "✔": "tak", "👎": "nie", "❌": "nie", "🚫": "nie"}
# They change nothing in what was said. Other pictures may (🤔), so they make a message unclear.
FRIENDLY = "🙂😊😀😃😄😁☺🙏❤♥💚💙💛🌷🌸🌹🌻🤗😉😘👋💪🎉"
SKINS = "🏻🏼🏽🏾🏿"
