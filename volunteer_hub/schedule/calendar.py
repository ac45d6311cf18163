"""iCalendar bytes: the invitation and cancellation that travel with an e-mail (iTIP), and a person's feed.

Pure: what an event says is decided by the caller, who gives a confidential one a neutral title and no place. The UID
of an assignment never changes; SEQUENCE rises with its meeting's. A regular task is one event that recurs, and one of
its days that changes is told by RECURRENCE-ID. docs/decisions/0013-calendar.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Alarm, Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDDDTypes, vRecur
from icalendar import Event as VEvent

from volunteer_hub.kit import clock

PRODUCT = "-//volunteer_hub//volunteer_hub//PL"
REFRESH = timedelta(hours=1)
# Before it begins, a calendar program reminds: time to get ready and to go.
ALARM = timedelta(hours=2)
FIRST_YEAR, LAST_YEAR = 2000, 2037


@dataclass(frozen=True, slots=True)
class Event:
    """One assignment in a calendar. Times are naive wall times of `timezone`; `stamp` is when it last changed.

    `of` says what the id is of, when it is no assignment's. `occurrence`: the wall time at which the recurring event of
    this id has, or had, the occurrence that this one stands for. `url`: the page that says more.
    """

    assignment: UUID
    title: str
    starts: datetime
    ends: datetime
    timezone: str
    sequence: int
    stamp: datetime
    cancelled: bool = False
    location: str = ""
    details: str = ""
    of: str = "assignment"
    url: str = ""
    occurrence: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who invites or is invited. `email` may carry a name of its own, as in "Centre <post@example.org>"."""

    email: str
    name: str

    @property
    def address(self) -> str:
        return parseaddr(self.email)[1]


@dataclass(frozen=True, slots=True)
class Recurring:
    """An event that comes again, as long as `first`: at exactly these wall times, which begin with its own.

    `rule` is the recurrence rule (RFC 5545) their days mostly follow. `changed`: occurrences that are otherwise now,
    each an Event with the same id and its `occurrence`.
    """

    first: Event
    rule: str
    starts: Collection[datetime]
    changed: Sequence[Event] = ()


def invitation(event: Event | Recurring, organizer: Person, attendee: Person, *, accepted: bool = False) -> bytes:
    """METHOD:REQUEST: asks for an answer, or confirms the one given when `accepted`; a later one replaces it.

    Of one occurrence it changes that one; of a Recurring it replaces all of them.
    """
    return _itip("REQUEST", event, organizer, attendee, "ACCEPTED" if accepted else "NEEDS-ACTION")


def cancellation(event: Event, organizer: Person, attendee: Person) -> bytes:
    """METHOD:CANCEL: takes the event with the same UID out of the attendee's calendar, or its one `occurrence`."""
    return _itip("CANCEL", replace(event, cancelled=True), organizer, attendee, "")


def feed(events: Iterable[Event], name: str, timezone: str) -> bytes:
    """METHOD:PUBLISH: what a calendar program fetches again and again. No other person is named in it (RFC 5546)."""
    events = list(events)
    calendar = _calendar("PUBLISH", {event.timezone for event in events})
    calendar.add("name", plain(name))
    calendar.add("x-wr-calname", plain(name))
    calendar.add("x-wr-timezone", timezone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_event(event))
    return calendar.to_ical()


def uid(id: UUID, of: str = "assignment") -> str:
    return f"{of}-{id}@volunteer-hub"


def plain(text: str) -> str:
    """`text` without control characters, which a calendar may not carry; line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or c.isprintable())


def _itip(method: str, event: Event | Recurring, organizer: Person, attendee: Person, answer: str) -> bytes:
    calendar = _calendar(method, {(event.first if isinstance(event, Recurring) else event).timezone})
    components = _recurring(event) if isinstance(event, Recurring) else [_event(event)]
    for component in components:
        component.add("organizer", _person(organizer), encode=False)
        guest = _person(attendee)
        if answer:
            guest.params |= {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": answer, "RSVP": "TRUE"}
        component.add("attendee", guest, encode=False)
        calendar.add_component(component)
    return calendar.to_ical()


def _calendar(method: str, timezones: Iterable[str]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for name in sorted(timezones):
        if zone := vtimezone(name):
            calendar.add_component(zone)
    return calendar


def _event(event: Event) -> VEvent:
    component = VEvent()
    component.add("uid", uid(event.assignment, event.of))
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.stamp.astimezone(UTC))
    component.add("last-modified", event.stamp.astimezone(UTC))
    if event.occurrence:
        component.add("recurrence-id", _time(event.occurrence, event.timezone))
    component.add("summary", plain(event.title))
    component.add("dtstart", _time(event.starts, event.timezone))
    component.add("dtend", _time(event.ends, event.timezone))
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.location:
        component.add("location", plain(event.location))
    if event.details:
        component.add("description", plain(event.details))
    if event.url:
        component.add("url", event.url)
    if not event.cancelled:
        component.add_component(_alarm(event))
    return component


def _alarm(event: Event) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(event.title))
    alarm.add("trigger", -ALARM)
    return alarm


def _recurring(event: Recurring) -> list[VEvent]:
    """The event with its rule, what the rule says too much or too little, and then the changed occurrences.

    In a zone that two rules cannot describe each day stands by itself: a rule of instants would drift by an hour.
    """
    first, wanted = event.first, set(event.starts)
    whole, ruled, hour = _event(first), set[datetime](), first.starts.time()
    if vtimezone(first.timezone):
        last = max(one for one in wanted if one.time() == hour)
        ruled = {datetime.combine(day, hour) for day in rule_days(event.rule, first.starts.date(), last.date())}
    if ruled:  # khal shows nothing of an event whose rule says no day
        until = clock.instant(datetime.combine(last, time(23, 59, 59)), first.timezone)
        whole.add("rrule", vRecur.from_ical(f"{event.rule};UNTIL={until:%Y%m%dT%H%M%SZ}"))
    # Among the added ones the start itself, if no rule says it: ical.js knows it by nothing else. A line for each: of a
    # list of dates some programs read only the first.
    for name, moments in (("exdate", ruled - wanted), ("rdate", wanted - ruled)):
        for one in sorted(moments):
            whole.add(name, _time(one, first.timezone))
    return [whole, *(_event(one) for one in event.changed)]


def rule_days(rule: str, first: date, last: date) -> list[date]:
    """The days of a recurrence rule, begun at `first`, up to `last`."""
    start = datetime.combine(first, time())
    return [at.date() for at in rrulestr(rule, dtstart=start).between(start, datetime.combine(last, time()), inc=True)]


def _person(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.address}")
    address.params["CN"] = name_in_calendar(person.name) or person.address
    return address


def name_in_calendar(name: str) -> str:
    """A name on one line: parameters hold no line breaks, and a backslash in one swallows the quote that ends it."""
    return " ".join(plain(name).replace("\\", " ").split())


def _time(wall: datetime, timezone: str) -> vDDDTypes:
    """Local time with its zone; the plain instant for a zone that two rules cannot describe."""
    instant = clock.instant(wall, timezone)
    return vDDDTypes(instant.astimezone(ZoneInfo(timezone)) if vtimezone(timezone) else instant)


@cache
def vtimezone(name: str) -> Timezone | None:
    """`name` as two yearly rules, if it changes on the last Sundays of March and October at 01:00 UTC; else None.

    icalendar's own writes a list of dates of which some programs (ical.js) read only the first, so that summer
    meetings stand one hour late.
    """
    zone = ZoneInfo(name)
    winter, summer = datetime(2026, 1, 15, tzinfo=zone), datetime(2026, 7, 15, tzinfo=zone)
    standard, daylight = winter.utcoffset() or timedelta(), summer.utcoffset() or timedelta()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month, before, after in ((3, standard, daylight), (10, daylight, standard)):
            change = _last_sunday(year, month)
            around = [(change - timedelta(minutes=1)).astimezone(zone).utcoffset(), change.astimezone(zone).utcoffset()]
            if around != [before, after]:
                return None
    written = Timezone()
    written.add("tzid", name)
    for part, month, before, after, known_as in (
        (TimezoneDaylight(), 3, standard, daylight, summer.tzname()),
        (TimezoneStandard(), 10, daylight, standard, winter.tzname()),
    ):
        part.add("dtstart", (_last_sunday(1996, month) + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", known_as)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        written.add_component(part)
    return written


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on the last Sunday of a month of 31 days."""
    last = date(year, month, 31)
    return datetime(year, month, 31 - last.isoweekday() % 7, 1, tzinfo=UTC)
