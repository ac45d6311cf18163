"""Phone numbers, kept as E.164 ("+48600000101") and shown the way people write them."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# E.164: fifteen digits and the plus. The library takes some longer ones for possible.
MAX_LENGTH = 16


class BadPhone(ValueError):
    """Not a number that can be rung; `digits` is how many digits were typed."""

    def __init__(self, digits: int) -> None:
        super().__init__(f"not a phone number ({digits} digits)")
        self.digits = digits


def normalise(text: str, region: str = "PL") -> str:
    """`text` as E.164. National numbers are read as of `region`. Raises BadPhone."""
    digits = sum(c.isdecimal() for c in text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise BadPhone(digits) from None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    short = number.country_code == 48 and len(str(number.national_number)) < 9
    if short or len(e164) > MAX_LENGTH or not phonenumbers.is_possible_number(number):
        raise BadPhone(digits)
    return e164


def takes_sms(e164: str) -> bool:
    """Whether the number can get an SMS as far as its range tells; a doubtful one may."""
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return kind not in (PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE)


def is_mobile(e164: str) -> bool:
    """Whether the number is a mobile one for sure."""
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def pretty(e164: str) -> str:
    """The number in groups: national for Poland ("600 000 101"), international for others."""
    number = phonenumbers.parse(e164)
    form = PhoneNumberFormat.NATIONAL if number.country_code == 48 else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
