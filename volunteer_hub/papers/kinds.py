"""Which papers the centre issues."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of paper; each is numbered by itself from 1 in every year."""

    AGREEMENT = "agreement"
    CERTIFICATE = "certificate"
    INSURANCE = "insurance"
    ATTENDANCE = "attendance"
    POSTER = "poster"
    SLIP = "slip"
