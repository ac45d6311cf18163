"""What a volunteer lacks before they can help, or soon will: for the card, in the order of what stops them most."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from volunteer_hub.people.paper_queries import Papers
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.people.rules import WARNED_DAYS, Step, is_minor


class Lack(StrEnum):
    RESTRICTED = "restricted"
    REACH = "reach"
    GUARDIAN = "guardian"
    AGREEMENT = "agreement"
    POLICY = "policy"
    CHECK = "check"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that lacks, or will from `day` on; `stops`: without it nothing is confirmed. `kind`: of which check."""

    lack: Lack
    stops: bool
    day: date | None = None
    kind: str = ""


def lacks(who: VolunteerCard, papers: Papers, today: date, warn_days: int) -> list[Lacking]:
    """All that `who` lacks today or soon: a check that ends is told `warn_days` ahead (HUB_WARN_DAYS)."""
    minor = is_minor(who.birth_date, today)
    found = []
    if who.restricted_at:
        found.append(Lacking(Lack.RESTRICTED, True))
    if not who.reachable(minor=minor):
        found.append(Lacking(Lack.REACH, True))
    if minor and who.guardian_consent_at is None:
        found.append(Lacking(Lack.GUARDIAN, True))
    if who.step is Step.LEFT:
        return found
    unwritten = papers.unwritten(today)
    if unwritten and unwritten <= today + timedelta(days=WARNED_DAYS):
        found.append(Lacking(Lack.AGREEMENT, unwritten <= today, unwritten))
    if papers.needs_policy(today) and papers.policy(today) is None:
        found.append(Lacking(Lack.POLICY, True))
    if not minor and not any(one.kind == "minors" and one.holds(today) for one in who.clearances):
        found.append(Lacking(Lack.CHECK, False))
    found += [
        Lacking(Lack.ENDING, False, one.valid_until, one.kind)
        for one in who.clearances
        if one.holds(today) and one.valid_until <= today + timedelta(days=warn_days)
    ]
    return found
