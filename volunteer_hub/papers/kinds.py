"""Which papers the centre issues, and who issues each."""

from enum import StrEnum

from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.web.i18n import mark


class Kind(StrEnum):
    """A kind of paper; each is numbered by itself from 1 in every year."""

    AGREEMENT = "agreement"
    CERTIFICATE = "certificate"
    INSURANCE = "insurance"
    ATTENDANCE = "attendance"
    POSTER = "poster"
    SLIP = "slip"


NAMES = {
    Kind.AGREEMENT: mark("Porozumienie"),
    Kind.CERTIFICATE: mark("Zaświadczenie"),
    Kind.INSURANCE: mark("Lista do ubezpieczenia"),
    Kind.ATTENDANCE: mark("Lista obecności"),
    Kind.POSTER: mark("Plakat grupy"),
    Kind.SLIP: mark("Potwierdzenie zgłoszenia"),
}

# Besides coordinators. Whether the group, meeting or request is theirs is asked by whoever collects the facts.
_LEADERS = frozenset({Role.FACILITATOR, Role.SPECIALIST})
_ISSUERS = {
    Kind.ATTENDANCE: _LEADERS,
    Kind.POSTER: _LEADERS,
    Kind.SLIP: frozenset({Role.FIRST_CONTACT, Role.SPECIALIST}),
}


def may_issue(actor: Actor, kind: Kind) -> bool:
    return actor.coordinates or actor.role in _ISSUERS.get(kind, ())
