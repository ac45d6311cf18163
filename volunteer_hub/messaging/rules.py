"""The states of a message and what may follow what; retry times; which callback moves it."""

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class State(StrEnum):
    """planned → in flight → accepted → sent → delivered | undelivered, and the ways out (trust: SMS states)."""

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    PARKED = "parked"
    TO_PHONE = "to_phone"
