"""Who belongs to an initiative: the list, joining, leaving, and the note of why somebody comes on a page of its own."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import break_glass, files
from volunteer_hub.initiatives import confided, members, participants, queries
from volunteer_hub.initiatives.confided import Note
from volunteer_hub.initiatives.members import Seen
from volunteer_hub.initiatives.participants import ParticipantRow
from volunteer_hub.initiatives.queries import InitiativeRow, MemberRow
from volunteer_hub.initiatives.rules import JoiningState
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.participant_forms import NewParticipant, whole
from volunteer_hub.people.participants import Alike
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule.members import joining_queries, of_participant
from volunteer_hub.schedule.members.joining_queries import Room, Waiter
from volunteer_hub.schedule.members.participant_pages import sms_words
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line
from volunteer_hub.web.i18n import LANGUAGES, gettext, language, mark
from volunteer_hub.web.render import redirect, render, settings_of

MOST_FOUND = 20
MEMBERS: files.Columns[MemberRow] = {
    mark("Imię albo pseudonim"): lambda one: one.name,
    mark("Od kiedy"): lambda one: one.joined_on,
    mark("Do kiedy"): lambda one: one.left_on,
}
WAITING = {
    JoiningState.ASKED: mark("Prosi o miejsce"),
    JoiningState.WAITING: mark("Czeka na miejsce"),
    JoiningState.OFFERED: mark("Ma miejsce, czekamy na odpowiedź"),
}
WAITERS: files.Columns[Waiter] = {
    mark("Imię albo pseudonim"): lambda one: one.name,
    mark("Od kiedy"): lambda one: one.since,
    mark("Stan"): lambda one: gettext(WAITING[one.state]),
}
# Who may look for people they know already: a facilitator knows the own group only.
LOOKING = (Role.COORDINATOR, Role.SPECIALIST)


class Joining(Form):
    participant: UUID
    joined_on: date


class NewMember(NewParticipant):
    joined_on: date


class OnlyAlias(Form):
    """What a facilitator asks of somebody new: how to call them."""

    alias: Annotated[Line, Field(min_length=1, max_length=60)]
    joined_on: date


class Leaving(Form):
    left_on: date


class NoteForm(Form):
    """`seen` is when the words that were shown had been written; none: there were none."""

    sentences = {"text": mark("To za długie. Napisz najwyżej 4000 znaków.")}

    text: Annotated[str, Field(max_length=4000)] = ""
    seen: datetime | None = None


@dataclass(frozen=True)
class MembersPage:
    """`found`: who was looked for and does not belong yet. `notes`: this reader may open them. `waiting`: who wants to
    belong; `room`: how many may."""

    initiative: InitiativeRow
    changes: bool
    members: list[MemberRow]
    waiting: list[Waiter]
    room: Room
    notes: bool
    looks: bool
    q: str
    found: list[ParticipantRow]
    form: Checked[Any]


@dataclass(frozen=True)
class NewMemberPage:
    initiative: InitiativeRow
    form: Checked[Any]
    sms_words: str
    alike: str = ""
    only_alias: bool = False
    written: tuple[str, ...] = tuple(LANGUAGES)
    reaches: tuple[Reach, ...] = tuple(Reach)


@dataclass(frozen=True)
class LeavingPage:
    initiative: InitiativeRow
    member: MemberRow
    form: Checked[Any]


@dataclass(frozen=True)
class NotePage:
    """`meanwhile`: what somebody else has written since this form was opened."""

    note: Note
    form: Checked[Any]
    meanwhile: str = ""


async def all_members(request: Request) -> Response:
    page = await _members_page(request, forms.blank())
    if kind := files.asked(request):
        tables = [files.table(mark("Uczestnicy"), MEMBERS, page.members)]
        tables += [files.table(mark("Chcą dołączyć"), WAITERS, page.waiting)] if page.waiting else []
        return await files.answer(request, kind, *tables, personal=True)
    return render(request, "initiatives/members.html", page)


async def join(request: Request) -> Response:
    """Somebody we know already joins, or comes back."""
    id, form = request.path_params["id"], forms.read(Joining, await request.form())
    if form.value is None:
        return render(request, "initiatives/members.html", await _members_page(request, form), status=422)
    try:
        await members.join(request.state.actor, id, form.value.participant, form.value.joined_on)
    except Refused as refused:
        if refused.status == 404:
            raise
        form = form.refused("participant", gettext(refused.sentence, **refused.values))
        return render(request, "initiatives/members.html", await _members_page(request, form), status=409)
    return redirect(request, f"/desk/initiatives/{id}/members", mark("Zapisane."))


async def new_member(request: Request) -> Response:
    found = await _changing(request)
    form = forms.blank(joined_on=_today(request), language="pl", reach="call")
    return render(request, "initiatives/new_member.html", _new_page(request, found.initiative, form))


async def create_member(request: Request) -> Response:
    found, data = await _changing(request), await request.form()
    form: Checked[Any] = whole(forms.read(NewMember, data)) if _looks(request) else forms.read(OnlyAlias, data)
    page = _new_page(request, found.initiative, form)
    if form.value is None:
        return render(request, "initiatives/new_member.html", page, status=422)
    try:
        await _join_new(request.state.actor, found.initiative.id, form.value)
    except Alike as alike:
        page = replace(page, alike=f"/desk/participants/{alike.id}")
        return render(request, "initiatives/new_member.html", page, status=409)
    except Refused as refused:
        page = replace(page, form=form.refused("alias", gettext(refused.sentence, **refused.values)))
        return render(request, "initiatives/new_member.html", page, status=409)
    return redirect(request, f"/desk/initiatives/{found.initiative.id}/members", mark("Zapisane."))


async def _join_new(actor: Actor, initiative: UUID, new: NewMember | OnlyAlias) -> None:
    if isinstance(new, OnlyAlias):
        await members.join_by_alias(actor, initiative, new.alias, new.joined_on)
        return
    await members.join_new(
        actor, initiative, new.contact, new.joined_on, sms_ok=new.sms_ok, channel=new.channel, shown_in=language(),
        another=new.another,
    )  # fmt: skip


async def leaving_form(request: Request) -> Response:
    page = await _leaving_page(request, forms.blank(left_on=_today(request)))
    return render(request, "initiatives/leaving.html", page)


async def leave(request: Request) -> Response:
    page = await _leaving_page(request, forms.read(Leaving, await request.form()))
    if page.form.value is not None:
        id = page.initiative.id
        try:
            await of_participant.leave(request.state.actor, id, page.member.id, page.form.value.left_on)
        except Refused as refused:
            form = page.form.refused("left_on", gettext(refused.sentence))
            return render(request, "initiatives/leaving.html", replace(page, form=form), status=422)
        return redirect(request, f"/desk/initiatives/{id}/members", mark("Zapisane."))
    return render(request, "initiatives/leaving.html", page, status=422)


async def note(request: Request) -> Response:
    found = await _note(request)
    return render(request, "initiatives/note.html", NotePage(found, forms.blank(text=found.text, seen=_seen(found))))


async def write_note(request: Request) -> Response:
    found, form = await _note(request), forms.read(NoteForm, await request.form())
    if not found.may_write:
        raise Refused("", 404)
    if (new := form.value) is None:
        return render(request, "initiatives/note.html", NotePage(found, form), status=422)
    actor, id, member = request.state.actor, found.initiative.id, found.member.id
    try:
        await confided.write(settings_of(request), actor, id, member, new.text, new.seen)
    except Stale:
        now = await _note(request)
        form = Checked({**form.typed, "seen": [_seen(now)]}, form.errors, form.value)
        return render(request, "initiatives/note.html", NotePage(now, form, now.text), status=409)
    return redirect(request, f"/desk/initiatives/{id}/members", mark("Zapisane."))


async def _members_page(request: Request, form: Checked[Any]) -> MembersPage:
    actor, id = request.state.actor, request.path_params["id"]
    row = await queries.initiative(actor, id)
    glass = row is not None and not row.runs and await break_glass.open_for(actor, f"initiative:{id}")
    found = await members.seen(actor, id, glass=glass)
    there = await queries.members(actor, id, glass=glass)
    looks = found.changes and _looks(request)
    q = forms.one_line(request.query_params.get("q", ""))[:80]
    known = (await participants.find(actor, q, most=MOST_FOUND)).people if looks and q else []
    present = {one.participant for one in there if one.left_on is None}
    room = await joining_queries.room(actor, id, glass=glass) or Room(None, len(there), "", False)
    return MembersPage(
        found.initiative, found.changes, there, await joining_queries.waiting(actor, id, glass=glass), room,
        found.initiative.runs or glass, looks, q,
        [one for one in known if one.id not in present],
        Checked({"q": [q], "joined_on": [_today(request)], **form.typed}, form.errors),
    )  # fmt: skip


async def _leaving_page(request: Request, form: Checked[Any]) -> LeavingPage:
    found = await _changing(request)
    who = await members.member(request.state.actor, found.initiative.id, request.path_params["member"])
    return LeavingPage(found.initiative, who, form)


async def _changing(request: Request) -> Seen:
    found = await members.seen(request.state.actor, request.path_params["id"])
    if not found.changes:
        raise Refused("", 404)
    return found


async def _note(request: Request) -> Note:
    where = request.path_params
    return await confided.read(settings_of(request), request.state.actor, where["id"], where["member"])


def _new_page(request: Request, initiative: InitiativeRow, form: Checked[Any]) -> NewMemberPage:
    return NewMemberPage(initiative, form, sms_words(), only_alias=not _looks(request))


def _looks(request: Request) -> bool:
    return request.state.actor.role in LOOKING


def _seen(note: Note) -> str:
    return note.changed_at.isoformat() if note.changed_at else ""


def _today(request: Request) -> str:
    return clock.today(settings_of(request).timezone).isoformat()
