"""Interdisciplinary teams at the desk: who is in them, when they meet, what they took on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.teams import actions, queries
from volunteer_hub.schedule.teams.forms import NewMember, NewTeam, NewTeamMeeting
from volunteer_hub.schedule.teams.meeting_pages import struck_in
from volunteer_hub.schedule.teams.queries import MemberRow, TaskRow, TeamMeetingRow, TeamRow
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

FIRST_POINTS = 5
TEAMS: files.Columns[TeamRow] = {
    mark("Zespół"): lambda team: team.name,
    mark("Osiedle"): lambda team: team.area_name or gettext("całe miasto"),
    mark("Osoby"): lambda team: team.people,
    mark("Najbliższe spotkanie"): lambda team: team.next_at,
    mark("Zadania do zrobienia"): lambda team: team.tasks,
    mark("Stan"): lambda team: gettext("zamknięty") if team.closed else "",
}
# Without the words of a task: they speak of families and stay sealed.
TASKS: files.Columns[TaskRow] = {
    mark("Kto"): lambda task: task.who or gettext("cały zespół"),
    mark("Do kiedy"): lambda task: task.due,
    mark("Zrobione"): lambda task: task.done_on,
    mark("Po terminie"): lambda task: gettext("tak") if task.late else "",
}
MEETINGS: files.Columns[TeamMeetingRow] = {
    mark("Od"): lambda one: one.starts_wall,
    mark("Do"): lambda one: one.ends_wall,
    mark("Gdzie"): lambda one: one.place_name,
    mark("Stan"): lambda one: word("meeting_state", one.state),
    mark("Punkty"): lambda one: one.points,
    mark("Ustalenia"): lambda one: one.decided,
}
MEMBERS: files.Columns[MemberRow] = {
    mark("Kto"): lambda one: one.name,
    mark("Kim jest w pracy"): lambda one: one.function,
    mark("E-mail"): lambda one: one.email,
    mark("Telefon"): lambda one: pretty(one.phone) if one.phone else "",
    mark("Do kiedy"): lambda one: one.left_on,
}
WITH_POINTS = mark("Spotkanie jest w kalendarzach zespołu. W porządku są już największe luki.")
EMPTY_AGENDA = mark("Spotkanie jest w kalendarzach zespołu. Teraz ułóż porządek.")


@dataclass(frozen=True)
class TeamsPage:
    teams: list[TeamRow]


@dataclass(frozen=True)
class NewTeamPage:
    form: Checked[Any]
    areas: Options


@dataclass(frozen=True)
class TeamPage:
    """`joining` and `meeting` are the forms of a new member and of a new meeting."""

    team: TeamRow
    members: list[MemberRow]
    meetings: list[TeamMeetingRow]
    tasks: list[TaskRow]
    joining: Checked[Any]
    meeting: Checked[Any]
    areas: Options
    places: Options


@dataclass(frozen=True)
class _Forms:
    joining: Checked[Any] = field(default_factory=Checked)
    meeting: Checked[Any] | None = None


async def teams(request: Request) -> Response:
    found = await queries.teams(request.state.actor)
    if kind := files.asked(request):
        return await files.answer(request, kind, files.table(mark("Zespoły"), TEAMS, found), personal=False)
    return render(request, "schedule/teams.html", TeamsPage(found))


async def new_team(request: Request) -> Response:
    return render(request, "schedule/new_team.html", NewTeamPage(forms.blank(), await atlas.area_ids()))


async def create_team(request: Request) -> Response:
    areas = await atlas.area_ids()
    checked = listed(forms.read(NewTeam, await request.form()), area=areas)
    if (value := checked.value) is None:
        return render(request, "schedule/new_team.html", NewTeamPage(checked, areas), status=422)
    team = await actions.start(request.state.actor, value.name, value.area)
    return redirect(request, f"/desk/teams/{team}", mark("Zespół jest. Dodaj osoby i pierwsze spotkanie."))


async def team(request: Request) -> Response:
    page = await _page(request, _Forms())
    if kind := files.asked(request):
        tables = [
            files.table(mark("Zadania"), TASKS, page.tasks),
            files.table(mark("Spotkania"), MEETINGS, page.meetings),
            files.table(mark("Osoby w zespole"), MEMBERS, page.members),
        ]
        return await files.answer(request, kind, *tables, name=page.team.name, personal=True)
    return render(request, "schedule/team.html", page)


async def add_member(request: Request) -> Response:
    checked = forms.read(NewMember, await request.form())
    if (value := checked.value) is None:
        return render(request, "schedule/team.html", await _page(request, _Forms(joining=checked)), status=422)
    await actions.add_member(
        request.state.actor,
        request.path_params["id"],
        name=value.name,
        function=value.function,
        email=value.email or "",
        phone=value.phone or "",
    )
    return _back(request, mark("Osoba jest w zespole. Spotkania, które są przed Wami, dostaje do kalendarza."))


async def end_member(request: Request) -> Response:
    where = request.path_params
    await actions.end_member(request.state.actor, where["id"], where["member"])
    return _back(request, mark("Ta osoba nie jest już w zespole."))


async def plan(request: Request) -> Response:
    page = await _page(request, _Forms())
    checked = forms.read(NewTeamMeeting, await request.form())
    checked = listed(checked, place=page.places, area=page.areas)
    if (value := checked.value) is not None:
        starts, ends = datetime.combine(value.day, value.starts), datetime.combine(value.day, value.ends)
        try:
            worst = await _worst(request, value.area)
            id = await actions.plan(
                request.state.actor, page.team.id, value.place, starts, ends, area=value.area, needs=worst
            )
        except Refused as refused:
            checked = checked.refused("day", gettext(refused.sentence, **refused.values))
        else:
            said = WITH_POINTS if worst else EMPTY_AGENDA
            return redirect(request, f"/desk/team-meetings/{id}", said)
    return render(request, "schedule/team.html", await _page(request, _Forms(meeting=checked)), status=422)


async def set_done(request: Request) -> Response:
    """The button says what becomes of the task."""
    done = (await request.form()).get("done") == "yes"
    where = request.path_params
    await actions.set_done(request.state.actor, where["id"], where["task"], done=done)
    return _back(request, mark("Zapisane."))


async def close(request: Request) -> Response:
    await actions.close(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/teams", mark("Zespół jest zamknięty."))


async def _worst(request: Request, area: UUID | None) -> list[UUID]:
    """The district's worst gaps, which a new agenda begins with; of one person's need somebody decides by a tick."""
    slug = await queries.slug(area) if area else ""
    struck = await struck_in(request, slug)
    return (await queries.community(request.state.actor, [gap.id for gap in struck]))[:FIRST_POINTS]


def _back(request: Request, said: str) -> Response:
    return redirect(request, f"/desk/teams/{request.path_params['id']}", said)


async def _page(request: Request, typed: _Forms) -> TeamPage:
    actor = request.state.actor
    id: UUID = request.path_params["id"]
    found = await queries.team(actor, id)
    if found is None:
        raise Refused("", 404)
    return TeamPage(
        team=found,
        members=await queries.members(actor, id),
        meetings=await queries.meetings(actor, id),
        tasks=await queries.tasks_of_team(settings_of(request), actor, id),
        joining=typed.joining,
        meeting=typed.meeting or forms.blank(area=found.area or ""),
        areas=await atlas.area_ids(),
        places=await atlas.place_ids(),
    )
