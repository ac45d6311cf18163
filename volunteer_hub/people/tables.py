from piccolo.columns import Array, Boolean, Date, DoublePrecision, Integer, OnDelete, Text, Time, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.rules import Kind, Step


class Volunteer(Table):
    """Gives time. An e-mail is optional, and so is a point: `area_slug` alone places them in the middle of it.

    `sms_ok` and `email_ok` say what `consent` says, at hand for whoever writes to them: without either, somebody rings.
    The database itself adds `name_key` and `found_by` (migration 2): what lists are ordered and searched by.
    """

    id = key()
    account = link(Account, required=False, on_delete=OnDelete.set_null)
    first_name = Varchar(60)
    last_name = Varchar(60)
    phone = Varchar(16, unique=True)
    email = Varchar(254, null=True, default=None, unique=True)
    sms_ok = Boolean(default=True)
    email_ok = Boolean(default=True)
    language = Varchar(2, default="pl")
    birth_date = Date()
    kind = Varchar(10)
    step = Varchar(12, default=Step.APPLIED)
    step_since = moment(required=True)
    area_slug = Varchar(40, index=True)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    max_km = DoublePrecision(default=5.0)
    max_hours_week = Integer(default=6)
    causes = Array(base_column=Varchar(40))
    skills = Array(base_column=Varchar(40))
    languages = Array(base_column=Varchar(8))
    gender = Varchar(1, default="")
    about = Text(default="")
    guardian_name = Varchar(120, default="")
    guardian_phone = Varchar(16, default="")
    guardian_consent_at = moment()
    feed_hash = Text(null=True, default=None, unique=True)
    created_at = moment(required=True)

    volunteer_kind = one_of(kind, Kind)
    volunteer_step = one_of(step, Step)


class StepTaken(Table):
    """When a volunteer entered a step of the way, and who moved them."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    step = Varchar(12)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Availability(Table):
    """A free window of every week, in the centre's wall time; weekday 1 is Monday. Midnight at the end is 23:59:59."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    weekday = Integer()
    starts = Time()
    ends = Time()


class Away(Table):
    """Days, both included, on which a volunteer is not asked."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    first_day = Date()
    last_day = Date()


class Clearance(Table):
    """A check with an end ("minors": the register check). Only that it was done, never the paper itself."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    kind = Varchar(20)
    checked_on = Date()
    valid_until = Date()
    checked_by = link(Account, required=False, on_delete=OnDelete.set_null)

    clearance_once = Unique([volunteer, kind])


class Consent(Table):
    """What a volunteer agreed to, in which words (`text_version`), and when they took it back. Only ever added to."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    purpose = Varchar(30)
    text_version = Varchar(20)
    language = Varchar(2)
    channel = Varchar(10)
    given_at = moment(required=True)
    withdrawn_at = moment()
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Participant(Table):
    """Takes part or is helped; often only a phone with buttons. On shared screens: the alias, never the name."""

    id = key()
    first_name = Varchar(60)
    last_name = Varchar(60, default="")
    alias = Varchar(60)
    phone = Varchar(16, null=True, default=None)
    language = Varchar(2, default="pl")
    sms_ok = Boolean(default=False)
    created_at = moment(required=True)
