"""Pages of messages to many: those there were, one being written, its preview, and what became of it."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.intake import bulk_pages
from volunteer_hub.kit.refused import Refused
from volunteer_hub.replies.bulk import actions, forms, plan, progress, queries
from volunteer_hub.replies.bulk.actions import Changed
from volunteer_hub.replies.bulk.forms import Confirmed, ForWhom, Proposed, Writing
from volunteer_hub.replies.bulk.plan import Plan
from volunteer_hub.replies.bulk.progress import Progress
from volunteer_hub.replies.bulk.queries import BulkRow, Words
from volunteer_hub.replies.bulk.rules import State, Way, Whom
from volunteer_hub.web import forms as web_forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

LIST = "/desk/messages/bulk"
STATES = {State.DRAFT: mark("Szkic"), State.SENT: mark("Wysłana"), State.CANCELLED: mark("Zatrzymana")}
COLUMNS: files.Columns[BulkRow] = {
    mark("Treść"): lambda one: one.words["pl"].subject or one.words["pl"].text,
    mark("Do kogo"): lambda one: word("whose", one, of="replies/bulk/words.html"),
    mark("Kiedy"): lambda one: one.sent_at or one.made_at,
    mark("Kto"): lambda one: one.by,
    mark("Stan"): lambda one: gettext(STATES[one.state]),
    mark("Osoby"): lambda one: one.confirmed - one.left_out if one.sent_at else None,
}


@dataclass(frozen=True)
class ListPage:
    bulks: list[BulkRow]


@dataclass(frozen=True)
class WritePage:
    """`read_in` are the languages read in the set; `many` is how many people it has."""

    bulk: BulkRow
    form: Checked[Any]
    read_in: list[str]
    many: int


@dataclass(frozen=True)
class PreviewPage:
    bulk: BulkRow
    plan: Plan
    said: str = ""


@dataclass(frozen=True)
class SentPage:
    bulk: BulkRow
    progress: Progress


async def bulks(request: Request) -> Response:
    found = await queries.bulks(request.state.actor)
    if kind := files.asked(request):
        table = files.table(mark("Wiadomości do wielu osób"), COLUMNS, found)
        return await files.answer(request, kind, table, personal=True)
    return render(request, "replies/bulk/list.html", ListPage(found))


async def begin(request: Request) -> Response:
    """A draft for who is chosen in the list of people, or for an initiative's or meeting's people."""
    data = await request.form()
    actor, whose = request.state.actor, web_forms.read(ForWhom, data).value
    if whose:
        id = await actions.begin_for(actor, whose.whom, initiative=whose.initiative, meeting=whose.meeting)
    else:
        choice = await bulk_pages.chosen_in(request, data)
        proposed = web_forms.read(Proposed, data).value or Proposed()
        id = await actions.begin(actor, choice.people, Words(proposed.subject, proposed.text))
    return redirect(request, f"{LIST}/{id}")


async def bulk(request: Request) -> Response:
    """A draft is written here; what was sent is followed."""
    of = await _bulk(request)
    if of.state is not State.DRAFT:
        return render(
            request, "replies/bulk/sent.html", SentPage(of, await progress.progress(of)), fragment="bulk_progress"
        )
    typed = {f"{part}_{code}": getattr(said, part) for code, said in of.words.items() for part in ("subject", "text")}
    usual = Way.BEST if of.whom is Whom.VOLUNTEERS else Way.SMS
    return await _write(request, of, web_forms.blank(way=of.way if of.looked_at else usual, **typed))


async def _write(request: Request, of: BulkRow, form: Checked[Any], status: int = 200) -> Response:
    now = await plan.plan(settings_of(request), of)
    page = WritePage(of, form, now.languages, len(now.people))
    return render(request, "replies/bulk/write.html", page, status=status)


async def write(request: Request) -> Response:
    of, actor, settings = await _draft(request), request.state.actor, settings_of(request)
    form = web_forms.read(Writing, await request.form())
    if form.value:
        typed = form.value
        as_typed = await plan.plan(settings, replace(of, way=typed.way, words=typed.words))
        form = forms.neutral(form, of.whom, await queries.unsayable(of.initiative), as_typed.surnames)
        form = forms.fits(form, as_typed)
    if form.value is None:
        return await _write(request, of, form, status=422)
    await actions.write(actor, settings, of.id, form.value.way, form.value.words)
    return redirect(request, f"{LIST}/{of.id}/preview")


async def preview(request: Request) -> Response:
    of = await _bulk(request)
    if of.state is not State.DRAFT or not of.looked_at:
        return redirect(request, f"{LIST}/{of.id}")
    return render(request, "replies/bulk/preview.html", PreviewPage(of, await plan.plan(settings_of(request), of)))


async def send(request: Request) -> Response:
    of, settings = await _bulk(request), settings_of(request)
    confirmed = web_forms.read(Confirmed, await request.form()).value
    try:
        sent = await actions.send(request.state.actor, settings, of.id, confirmed.version if confirmed else -1)
    except Changed as changed:
        of = await _bulk(request)
        page = PreviewPage(of, await plan.plan(settings, of), gettext(changed.sentence))
        return render(request, "replies/bulk/preview.html", page, status=changed.status)
    if sent is None:
        return redirect(request, f"{LIST}/{of.id}", mark("Ta wiadomość już wyszła albo właśnie wychodzi."))
    if sent.left_out:
        say = mark("Wiadomości przekazane do wysłania: %(n)s. Osoby pominięte od czasu podglądu: %(out)s.")
        return redirect(request, f"{LIST}/{of.id}", say, n=sent.messages, out=sent.left_out)
    return redirect(request, f"{LIST}/{of.id}", mark("Wiadomości przekazane do wysłania: %(n)s."), n=sent.messages)


async def cancel(request: Request) -> Response:
    of = await _bulk(request)
    stopped = await actions.cancel(request.state.actor, of.id)
    return redirect(request, f"{LIST}/{of.id}", mark("Zatrzymane wiadomości: %(n)s."), n=stopped)


async def forget(request: Request) -> Response:
    of = await _bulk(request)
    await actions.forget(request.state.actor, of.id)
    return redirect(request, LIST, mark("Szkic usunięty."))


async def _bulk(request: Request) -> BulkRow:
    return await queries.bulk(request.state.actor, request.path_params["id"])


async def _draft(request: Request) -> BulkRow:
    of = await _bulk(request)
    if of.state is not State.DRAFT:
        raise Refused(mark("Ta wiadomość jest już wysłana."))
    return of
