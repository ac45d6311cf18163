from piccolo.columns import UUID, Array, Boolean, Bytea, Date, DoublePrecision, Integer, OnDelete, Text, Time, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.rules import Kind, Step


class School(Table):
    """A partner whose coordinator vouches for its pupils and enters by a link of their own, without an account."""

    id = key()
    name = Varchar(120)
    contact_name = Varchar(120, default="")
    contact_email = Varchar(254, default="")
    contact_phone = Varchar(16, default="")
    token_hash = Bytea(null=True, default=None, unique=True)
    token_ends_at = moment()
    created_at = moment(required=True)
    closed_at = moment()


class Volunteer(Table):
    """Gives time. An e-mail is optional, and so is a point: `area_slug` alone places them in the middle of it.

    `sms_ok` and `email_ok` say what `consent` says, at hand for whoever writes to them: without either, somebody rings.
    The database itself adds `name_key` and `found_by` (migration 2): what lists are ordered and searched by.
    A phone may be a family's. Who has neither phone nor e-mail is reached through the guardian. `travels`: foot, bike,
    bus, car. `week`: the parts that are free (people.rules.week_of), kept in step with `availability` (a trigger).
    `restricted_at`: they asked us to keep their data and do nothing with it (GDPR, art. 18). `version` rises whenever
    something that the desk types about them changes (a trigger), so that nobody overwrites what they have not seen.
    """

    id = key()
    account = link(Account, required=False, on_delete=OnDelete.set_null)
    first_name = Varchar(60)
    last_name = Varchar(60)
    phone = Varchar(16, default="", index=True)
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
    week = Integer(default=0)
    max_hours_week = Integer(default=6)
    max_times_week = Integer(null=True, default=None)
    travels = Varchar(8, default="")
    causes = Array(base_column=Varchar(40))
    skills = Array(base_column=Varchar(40))
    languages = Array(base_column=Varchar(8))
    gender = Varchar(1, default="")
    about = Text(default="")
    tags = Array(base_column=Varchar(40))
    guardian_name = Varchar(120, default="")
    guardian_phone = Varchar(16, default="")
    guardian_email = Varchar(254, default="")
    guardian_consent_at = moment()
    guardian_scope = Varchar(60, default="")
    school = link(School, required=False, on_delete=OnDelete.set_null)
    vouched_at = moment()
    entered_by = link(Account, required=False, on_delete=OnDelete.set_null)
    restricted_at = moment()
    feed_hash = Text(null=True, default=None, unique=True)
    version = Integer(default=0)
    created_at = moment(required=True)

    volunteer_kind = one_of(kind, Kind)
    volunteer_step = one_of(step, Step)


class StepTaken(Table):
    """When a volunteer entered a step of the way, and who moved them.

    `reason` is why they left (people.rules.LeaveReason); `until` the day before which somebody on a break is not asked.
    """

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    step = Varchar(12)
    at = moment(required=True)
    reason = Varchar(20, default="")
    until = Date(null=True, default=None)
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
    """A check with an end ("minors": the register check). Only that it was done, never the paper itself.

    `reference` is the number under which the paper lies in the centre's files. A revoked one is not there any more for
    the rules, but stays for the record.
    """

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    kind = Varchar(20)
    checked_on = Date()
    valid_until = Date()
    checked_by = link(Account, required=False, on_delete=OnDelete.set_null)
    reference = Varchar(60, default="")
    revoked_on = Date(null=True, default=None)

    clearance_once = Unique([volunteer, kind])


class Consent(Table):
    """The ledger of consents: one row for each yes and each no, in whose words and by whom; never changed or deleted.

    `person` is a volunteer or a participant and `by` an account, without foreign keys: the row holds ids, no content,
    and outlives both. `text_hash` is the SHA-256 of the very sentence shown, in `language`. `scope` is what was chosen
    with it (people.consents.Scope, spaces between). The database keeps `sms_ok`, `email_ok`, `guardian_consent_at` and
    `guardian_scope` of the person in step with the newest row (a trigger).
    """

    id = key()
    person = UUID(default=None, index=True)
    purpose = Varchar(30)
    given = Boolean(default=True)
    text_version = Varchar(20)
    text_hash = Bytea()
    scope = Varchar(60, default="")
    language = Varchar(2)
    channel = Varchar(10)
    at = moment(required=True)
    by = UUID(null=True, default=None)
    by_whom = Varchar(12, default="self")


class GuardianLink(Table):
    """The guardian's own way in, by SMS or e-mail, without an account; the table holds only the token's hash.

    `opened_at` is when somebody first did something there: looking leaves no trace, for mail scanners look too.
    """

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    token_hash = Bytea(unique=True)
    channel = Varchar(10)
    created_at = moment(required=True)
    ends_at = moment(required=True)
    opened_at = moment()


class Service(Table):
    """A volunteer's service from its first day on: what the law counts its thirty days from."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    first_day = Date()
    last_day = Date(null=True, default=None)
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)

    service_order = Check((last_day.is_null()) | (first_day <= last_day))


class Agreement(Table):
    """A written agreement (porozumienie): signed when, in force from which day to which; open-ended without one."""

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    signed_on = Date()
    valid_from = Date()
    valid_until = Date(null=True, default=None)
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)

    agreement_order = Check((valid_until.is_null()) | (valid_from <= valid_until))


class Policy(Table):
    """An accident insurance of the centre, from one day to another: of one volunteer, or of all when none is named."""

    id = key()
    insurer = Varchar(120)
    number = Varchar(60)
    valid_from = Date()
    valid_until = Date()
    volunteer = link(Volunteer, required=False, on_delete=OnDelete.cascade)
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)

    policy_order = Check(valid_from <= valid_until)


class SavedView(Table):
    """A search of the list of volunteers that its owner keeps under a name; a shared one stands there for all."""

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    name = Varchar(60)
    query = Text()
    shared = Boolean(default=False)
    created_at = moment(required=True)

    saved_view_once = Unique([account, name])


class NotTheSame(Table):
    """Two volunteers who look like one person and, a coordinator said, are two. `one` is the smaller id."""

    id = key()
    one = link(Volunteer, on_delete=OnDelete.cascade)
    other = link(Volunteer, on_delete=OnDelete.cascade)
    said_at = moment(required=True)
    said_by = link(Account, required=False, on_delete=OnDelete.set_null)

    not_the_same_once = Unique([one, other])


class Alike(Table):
    """Two volunteers who may be one person, and why (people.duplicates.Why). `one` is the smaller id.

    The database itself keeps these rows, at the end of each transaction that changed what people are found by (a
    trigger): without foreign keys, so that they wait for nobody who holds a person's row.
    """

    id = key()
    one = UUID(default=None)
    other = UUID(default=None, index=True)
    why = Array(base_column=Varchar(10))

    alike_once = Unique([one, other])


class Merge(Table):
    """Two rows of one person became one: which stayed, which went, when and by whom. Ids only."""

    id = key()
    kept = UUID(default=None, index=True)
    gone = UUID(default=None, index=True)
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Participant(Table):
    """Takes part or is helped; often only a phone with buttons. On shared screens: the alias, never the name.

    An alias is always there, a first name need not be. A phone may be a family's. `reach` is how to come to them
    (people.rules.Reach); `reach_note` says through whom or where. `version` rises whenever something that is typed
    about them changes (a trigger). The database itself adds `name_key` and `found_by`: what the list is ordered and
    searched by.
    """

    id = key()
    first_name = Varchar(60, default="")
    last_name = Varchar(60, default="")
    alias = Varchar(60)
    phone = Varchar(16, null=True, default=None)
    language = Varchar(2, default="pl")
    sms_ok = Boolean(default=False)
    reach = Varchar(10, default="sms")
    reach_note = Varchar(160, default="")
    added_by = link(Account, required=False, on_delete=OnDelete.set_null)
    restricted_at = moment()
    version = Integer(default=0)
    created_at = moment(required=True)


class Confided(Table):
    """Why somebody comes to a group or circle, encrypted; `mark` is keyed, so that the table alone names nobody."""

    mark = Bytea(primary_key=True)
    sealed = Bytea()
    changed_at = moment(required=True)
