from piccolo.columns import JSONB, Array, Boolean, Date, DoublePrecision, Integer, OnDelete, Text, Time, Varchar
from piccolo.columns import UUID as Id
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.atlas.rules import EvidenceKind, HelpSource, NeedState, ResourceKind
from volunteer_hub.kit.columns import key, link, moment, one_of


class Area(Table):
    """A district. `shape` is its outline as the coordinates of a GeoJSON MultiPolygon: longitude first, rings closed.

    `outline` is the same simplified for pictures, `km2` its surface; both empty when nobody drew it. `schematic` when
    it was drawn by eye. The point is where its name stands. `version` rises whenever somebody edits it (a trigger).
    """

    id = key()
    slug = Varchar(40, unique=True)
    name = Varchar(80)
    shape = JSONB(default="[]")
    outline = JSONB(default="[]")
    km2 = DoublePrecision(null=True, default=None)
    schematic = Boolean(default=False)
    source = Varchar(160, default="")
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    version = Integer(default=0)


class AreaYear(Table):
    """How many people live in an area and how many people and families are on assistance there, in one year."""

    id = key()
    area = link(Area, on_delete=OnDelete.cascade)
    year = Integer()
    residents = Integer(null=True, default=None)
    assisted = Integer(null=True, default=None)
    families = Integer(null=True, default=None)
    source = Varchar(160, default="")

    area_year_once = Unique([area, year])
    area_year_figures = Check(
        (year >= 1900) & (year <= 2200)
        & ((residents.is_null()) | (residents >= 0))
        & ((assisted.is_null()) | (assisted >= 0))
        & ((families.is_null()) | (families >= 0))
    )  # fmt: skip


class AreaFile(Table):
    """A file of districts that was read and found sound, and waits for the word of who sent it, for a day.

    `naming`: the properties that could be the districts' names, the likeliest first.
    """

    id = key()
    account = link(Account, on_delete=OnDelete.cascade)
    name = Varchar(200)
    naming = Array(base_column=Varchar(80))
    read_at = moment(required=True)


class AreaDraft(Table):
    """One district of such a file, in its order: its properties that are words, and its shape as Area keeps it."""

    id = key()
    file = link(AreaFile, on_delete=OnDelete.cascade)
    position = Integer()
    properties = JSONB()
    shape = JSONB()
    corners = Integer()
    km2 = DoublePrecision()

    area_draft_once = Unique([file, position])


class Theme(Table):
    """What a need or a resource is about, in three languages. A confidential one is never named outside the desk.

    Themes are a tree; what lies under a confidential one is confidential too (a trigger). `taxonomy` and
    `taxonomy_code` name the same thing in an open taxonomy. `reach_km`: how far help of this theme is gone to, where it
    differs from the centre's rule. A retired one is offered no more and stays where it is used.
    """

    id = key()
    slug = Varchar(40, unique=True)
    parent = link(LazyTableReference("Theme", module_path=__name__), required=False)
    position = Integer(default=0)
    name_pl = Varchar(80)
    name_en = Varchar(80)
    name_uk = Varchar(80)
    colour = Varchar(7, default="")
    icon = Varchar(20, default="")
    confidential = Boolean(default=False)
    taxonomy = Varchar(60, default="")
    taxonomy_code = Varchar(120, default="")
    reach_km = DoublePrecision(null=True, default=None)
    retired_on = Date(null=True, default=None)

    theme_reach = Check((reach_km.is_null()) | (reach_km > 0))


class Place(Table):
    """Somewhere things happen; private when it is a person's home. `accessibility`: atlas.rules.ACCESS.

    `version` rises with each edit (a trigger). The database itself adds `found_by`, as to resources and needs: what
    they are searched by.
    """

    id = key()
    name = Varchar(120)
    address = Varchar(160)
    town = Varchar(80, default="")
    postcode = Varchar(10, default="")
    area = link(Area)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    private = Boolean(default=False)
    accessibility = Array(base_column=Varchar(20))
    accessibility_note = Text(default="")
    version = Integer(default=0)


class Resource(Table):
    """What helps. A public one stands on everybody's map with its point, unless its place is somebody's home.

    It is public only with its owner's consent (`consent_on`, `consent_by`: a check). `verified_on` is when one of us
    last asked whether all this is still true. `capacity`: people at a time; empty when nobody counted. `source` and
    `source_id` say where an imported one came from. `organisation` is the one that runs it. `changed_at`: when it, its
    themes, its hours or its place last changed; `version` rises with each edit of what is typed about it (triggers).
    """

    id = key()
    name = Varchar(120)
    kind = Varchar(14)
    organisation = link(LazyTableReference("Resource", module_path=__name__), required=False)
    theme = link(Theme)
    place = link(Place)
    about = Text(default="")
    for_whom = Text(default="")
    languages = Array(base_column=Varchar(8))
    capacity = Integer(null=True, default=None)
    contact_name = Varchar(120, default="")
    phone = Varchar(16, default="")
    email = Varchar(254, default="")
    website = Varchar(200, default="")
    public = Boolean(default=False)
    consent_on = Date(null=True, default=None)
    consent_by = Varchar(120, default="")
    verified_on = Date(null=True, default=None)
    verified_by = link(Account, required=False, on_delete=OnDelete.set_null)
    opened_on = Date(null=True, default=None)
    closed_on = Date(null=True, default=None)
    source = Varchar(160, default="")
    source_id = Varchar(120, default="")
    version = Integer(default=0)
    created_at = moment(required=True)
    changed_at = moment(required=True)

    resource_kind = one_of(kind, ResourceKind)
    resource_capacity = Check((capacity.is_null()) | (capacity >= 0))


class FurtherTheme(Table):
    """A further theme of a resource, besides its first."""

    id = key()
    resource = link(Resource, on_delete=OnDelete.cascade)
    theme = link(Theme)

    further_theme_once = Unique([resource, theme])


class OpeningHours(Table):
    """When a resource is open: wall time of a day, on the days of a recurrence rule (RFC 5545) from `first_day` on."""

    id = key()
    resource = link(Resource, on_delete=OnDelete.cascade)
    rrule = Varchar(200)
    opens = Time()
    closes = Time()
    first_day = Date()
    last_day = Date(null=True, default=None)
    note = Varchar(160, default="")

    opening_hours_order = Check(opens < closes)


class Need(Table):
    """A concrete problem at a place. A person's need (`personal`) never shows on the public map.

    `week` says when help is wanted (people.rules.week_of); 0: at any time. `version` rises with each edit (a trigger).
    """

    id = key()
    title = Varchar(120)
    about = Text(default="")
    theme = link(Theme)
    area = link(Area)
    address = Varchar(160, default="")
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    urgency = Integer(default=1)
    people = Integer(default=1)
    week = Integer(default=0)
    personal = Boolean(default=False)
    voiced_by = Varchar(120, default="")
    voiced_on = Date()
    state = Varchar(10, default=NeedState.OPEN)
    version = Integer(default=0)
    created_at = moment(required=True)

    need_urgency = Check((urgency >= 1) & (urgency <= 4))
    need_state = one_of(state, NeedState)


class NeedEvidence(Table):
    """What says that a need is there: a survey, a request, a meeting of the interdisciplinary team."""

    id = key()
    need = link(Need, on_delete=OnDelete.cascade)
    kind = Varchar(12)
    words = Text(default="")
    seen_on = Date()
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)

    need_evidence_kind = one_of(kind, EvidenceKind)


class NeedChange(Table):
    """From which state to which a need went, when, by whom and why. Only ever added to."""

    id = key()
    need = link(Need, on_delete=OnDelete.cascade)
    was = Varchar(10, default="")
    became = Varchar(10)
    reason = Text(default="")
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Help(Table):
    """Help of one theme at one place: what resources and initiatives give, as reach is reckoned from it.

    Whoever keeps the source (`source`, `source_id`) writes these rows in its own transaction. `week` says when
    (people.rules.week_of; 0: unknown, so at any time), `capacity` for how many people at once (empty: nobody counted).
    A row that ended keeps `until`, the first day without it, so that the map of a year ago can be drawn; of one source,
    theme and place no two overlap (an exclusion constraint).
    """

    id = key()
    source = Varchar(10)
    source_id = Id(default=None, index=True)
    name = Varchar(120)
    theme = link(Theme)
    place = link(Place)
    latitude = DoublePrecision()
    longitude = DoublePrecision()
    week = Integer(default=0)
    capacity = Integer(null=True, default=None)
    since = Date()
    until = Date(null=True, default=None)

    help_source = one_of(source, HelpSource)


class ReachLink(Table):
    """A coordinator's own word on whether a resource reaches a need; it goes before what is computed."""

    id = key()
    need = link(Need, on_delete=OnDelete.cascade)
    resource = link(Resource, on_delete=OnDelete.cascade)
    reaches = Boolean(default=True)
    words = Varchar(160, default="")
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)

    reach_link_once = Unique([need, resource])


class PartnerAsked(Table):
    """A partner was written to about a need that nothing reaches."""

    id = key()
    need = link(Need, on_delete=OnDelete.cascade)
    resource = link(Resource, on_delete=OnDelete.cascade)
    words = Text(default="")
    at = moment(required=True)
    by = link(Account, required=False, on_delete=OnDelete.set_null)


class Geocoded(Table):
    """What the geocoder answered for an address, in its order, so that it is asked once. No point: it knew nothing."""

    id = key()
    asked = Varchar(200)
    position = Integer(default=0)
    label = Varchar(300, default="")
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    at = moment(required=True)

    geocoded_once = Unique([asked, position])
