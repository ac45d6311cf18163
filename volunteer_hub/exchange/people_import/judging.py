"""What would happen to lines of a file, judged against who is here. Reads only: the few statements are for all of them.

Certain is a line with somebody's whole name, day of birth and a phone or e-mail of theirs; whoever else is alike by the
rule of people.duplicates may be the same person, and somebody says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.exchange.comparing import Fate, fold
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import layout, person
from volunteer_hub.exchange.people_import.person import PersonLine, Read
from volunteer_hub.exchange.people_import.vocabulary import Field
from volunteer_hub.kit import clock, database
from volunteer_hub.people import duplicates
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.corrections import Details
from volunteer_hub.people.duplicates import Why
from volunteer_hub.people.many import Newcomer
from volunteer_hub.people.rules import Kind
from volunteer_hub.schedule import centre
from volunteer_hub.web.i18n import gettext as _

DETAILS = tuple(one.name for one in fields(Details))
LISTS = ("causes", "skills", "languages")
# What a line says only of somebody new: who is here has said it themselves meanwhile, or somebody asked them.
OF_NEW = frozenset({Field.STEP, Field.INFORMATION, Field.SMS, Field.EMAIL_CONSENT, Field.GUARDIAN})


@dataclass(frozen=True)
class Line:
    """A line as it waits. `fate`: what was last found, or done; `volunteer` who came of it, `kept` why not undone."""

    id: UUID
    number: int
    cells: Sequence[str]
    mended: Mapping[str, str]
    decision: str
    same_as: UUID | None
    fate: str = ""
    volunteer: UUID | None = None
    kept: str = ""


@dataclass(frozen=True)
class Existing:
    """A volunteer who is here."""

    id: UUID
    version: int
    details: Details
    lists: Mapping[str, tuple[str, ...]]
    restricted: bool
    account: UUID | None
    point: tuple[float | None, float | None]

    @property
    def name(self) -> str:
        return f"{self.details.first_name} {self.details.last_name}"


@dataclass(frozen=True)
class Alike:
    """Somebody here whom a line may mean, and why."""

    who: Existing
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Judged:
    """A line and its fate. `becomes`: what would be written of `existing`; `changed`: which of it is new to us."""

    line: Line
    read: Read
    fate: Fate
    existing: Existing | None = None
    becomes: Details | None = None
    lists: Mapping[str, tuple[str, ...]] | None = None
    changed: tuple[str, ...] = ()
    alike: tuple[Alike, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody must still mend or decide it before anything is written."""
        return self.fate in (Fate.WRONG, Fate.DUPLICATE)


KNOWN = f"""
    SELECT id, version, {", ".join(DETAILS)}, {", ".join(LISTS)}, restricted_at, account, latitude, longitude
    FROM volunteer WHERE id = ANY($1)"""
EARLIER = """
    SELECT key, min(number) AS number FROM people_import_line, unnest(keys) key
    WHERE file = $1 AND decision <> 'skip' AND keys && $2::text[] AND id <> ALL($3) GROUP BY key"""
MAILBOXES = """
    SELECT email, id AS account FROM account WHERE email = ANY($1)
    UNION SELECT email, account FROM volunteer WHERE email = ANY($1)"""


async def judge(file: UUID, mapping: Mapping[int, Field], lines: Sequence[Line]) -> list[Judged]:
    """Each of the lines with its fate, as things stand now."""
    today = clock.today(centre.settings().timezone)
    areas = {row["slug"]: row["name"] for row in await database.fetch("SELECT slug, name FROM area")}
    reads = {line.id: person.read(_said(line, mapping), areas, today) for line in lines if line.decision != "skip"}
    town = await _town(file, lines, reads)
    return [
        _judged(line, reads.get(line.id) or person.read(_said(line, mapping), areas, today), town) for line in lines
    ]


def newcomer(judged: Judged) -> Newcomer:
    """Whom a sound line of somebody new makes."""
    new = _value(judged.read)
    given = ((Purpose.INFORMATION, new.information), (Purpose.SMS, new.sms), (Purpose.EMAIL, new.email_consent),
             (Purpose.GUARDIAN, new.guardian))  # fmt: skip
    zone = centre.settings().timezone
    return Newcomer(
        details=_details(new),
        causes=new.causes,
        skills=new.skills,
        languages=new.languages,
        step=new.step,
        consents=[(what, clock.instant(datetime.combine(day, time.min), zone)) for what, day in given if day],
    )


@dataclass(frozen=True)
class _Town:
    """`earlier`: the first line of the file with each key; `mailboxes`: whose account has an e-mail."""

    known: Mapping[UUID, Existing]
    alike: Mapping[UUID, list[tuple[UUID, tuple[Why, ...]]]]
    earlier: Mapping[str, int]
    mailboxes: Mapping[str, UUID | None]


async def _town(file: UUID, lines: Sequence[Line], reads: Mapping[UUID, Read]) -> _Town:
    sound = [(id, read.form.value) for id, read in reads.items() if read.form.value]
    looks = [(new.first_name, new.last_name, new.phone or "", new.email or "", new.birth_date) for _id, new in sound]
    alike: dict[UUID, list[tuple[UUID, tuple[Why, ...]]]] = {}
    for n, other, why in await duplicates.looking_like(looks):
        alike.setdefault(sound[n][0], []).append((other, why))
    meant = [line.same_as for line in lines if line.same_as]
    ids = {*meant, *(other for found in alike.values() for other, _why in found)}
    known = {row["id"]: _existing(row) for row in await database.fetch(KNOWN, list(ids))}
    mails = await database.fetch(MAILBOXES, [new.email for _id, new in sound if new.email])
    return _Town(known, alike, await _earlier(file, lines, reads), {row["email"]: row["account"] for row in mails})


async def _earlier(file: UUID, lines: Sequence[Line], reads: Mapping[UUID, Read]) -> dict[str, int]:
    keys = {key for read in reads.values() for key in read.keys}
    rows = await database.fetch(EARLIER, file, list(keys), [line.id for line in lines])
    first = {row["key"]: row["number"] for row in rows}
    for line in lines:
        for key in reads[line.id].keys if line.id in reads else ():
            first[key] = min(first.get(key, line.number), line.number)
    return first


def _judged(line: Line, read: Read, town: _Town) -> Judged:
    if line.decision == Choice.SKIP:
        return Judged(line, read, Fate.SKIPPED)
    read = _once(line, read, town)
    new = read.form.value
    if new is None:
        return Judged(line, read, Fate.WRONG)
    alike = [Alike(town.known[id], why) for id, why in town.alike.get(line.id, ()) if id in town.known]
    alike.sort(key=lambda one: (-len(one.why), one.who.name))
    same = next((one.who for one in alike if _certain(new, one.who.details)), None)
    if line.decision == Choice.MERGE and line.same_as:
        same = town.known.get(line.same_as)
    if same:
        return _known_one(line, read, same, town)
    if alike and line.decision != Choice.NEW:
        return Judged(line, read, Fate.DUPLICATE, alike=tuple(alike))
    if new.email in town.mailboxes:
        return Judged(line, _taken(read), Fate.WRONG, alike=tuple(alike))
    return Judged(line, read, Fate.NEW, alike=tuple(alike))


def _known_one(line: Line, read: Read, same: Existing, town: _Town) -> Judged:
    """Somebody who is here: what the line has words for is written over what is there, nothing is taken away."""
    new = _value(read)
    email = new.email or ""
    if email in town.mailboxes and email != same.details.email and town.mailboxes[email] != same.account:
        return Judged(line, _taken(read), Fate.WRONG, same)
    told = _told(read)
    becomes = replace(same.details, **{name: value for name, value in told.items() if name in DETAILS})
    lists = {name: tuple(dict.fromkeys((*same.lists[name], *told.get(name, ())))) for name in LISTS}
    changed = [name for name in DETAILS if getattr(becomes, name) != getattr(same.details, name)]
    changed += [name for name in LISTS if lists[name] != same.lists[name]]
    if changed and same.restricted:
        sentence = _("Ta osoba prosiła, żeby nic nie robić z jej danymi. Pomiń ten wiersz.")
        return Judged(line, replace(read, form=read.form.refused("name", sentence)), Fate.WRONG, same)
    fate = Fate.CHANGED if changed else Fate.SAME
    return Judged(line, read, fate, same, becomes, lists, tuple(changed))


def _once(line: Line, read: Read, town: _Town) -> Read:
    """The same, unless the person or the e-mail stands in an earlier line."""
    for field, key in zip(("name", "email"), read.keys, strict=False):
        first = town.earlier.get(key, line.number)
        if first < line.number:
            sentence = (
                _("Ta sama osoba jest już w wierszu %(n)s.", n=first) if field == "name"
                else _("Ten sam adres e-mail jest już w wierszu %(n)s.", n=first)
            )  # fmt: skip
            return replace(read, form=read.form.refused(field, sentence))
    return read


def _taken(read: Read) -> Read:
    return replace(read, form=read.form.refused("email", _("Ten adres e-mail ma już ktoś inny.")))


def _certain(new: PersonLine, of: Details) -> bool:
    named = (fold(new.first_name), fold(new.last_name)) == (fold(of.first_name), fold(of.last_name))
    ways = {new.phone, new.email, new.guardian_phone, new.guardian_email}
    shared = ways & {of.phone, of.email, of.guardian_phone, of.guardian_email} - {"", None}
    return named and new.birth_date == of.birth_date and bool(shared)


def _told(read: Read) -> dict[str, Any]:
    """What the line has words for, under the names of our columns; what was only guessed is not among it."""
    new, said = _value(read), {field for field, words in read.said.items() if words}
    told: dict[str, Any] = {name: getattr(_details(new), name) for name in ("first_name", "last_name", "birth_date")}
    columns = {Field.AREA: "area_slug"}
    for field in said - OF_NEW:
        name = columns.get(field, field.value)
        value = tuple(getattr(new, field)) if field in LISTS else getattr(_details(new), name, None)
        if value:
            told[name] = value
    return told


def _details(new: PersonLine) -> Details:
    return Details(
        first_name=new.first_name,
        last_name=new.last_name,
        birth_date=new.birth_date,
        kind=new.kind,
        phone=new.phone or "",
        email=new.email,
        language=new.language,
        area_slug=new.area,
        max_km=new.max_km,
        max_hours_week=new.max_hours_week,
        guardian_name=new.guardian_name,
        guardian_phone=new.guardian_phone or "",
        guardian_email=new.guardian_email or "",
    )


def _value(read: Read) -> PersonLine:
    if read.form.value is None:
        raise ValueError("the line is not sound")
    return read.form.value


def _said(line: Line, mapping: Mapping[int, Field]) -> dict[Field, str]:
    return layout.values(line.cells, mapping) | {Field(name): text for name, text in line.mended.items()}


def _existing(row: asyncpg.Record) -> Existing:
    values = {name: row[name] for name in DETAILS} | {"kind": Kind(row["kind"])}
    return Existing(
        row["id"], row["version"], Details(**values), {name: tuple(row[name]) for name in LISTS},
        row["restricted_at"] is not None, row["account"], (row["latitude"], row["longitude"]),
    )  # fmt: skip
