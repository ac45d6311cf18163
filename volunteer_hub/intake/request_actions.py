"""Verbs of requests: one comes in, is taken, answered, routed to another desk, mended. Each leaves a line of its way.

What stands at a desk is for that desk alone: whoever comes too late for it is told that it moved (409); for whoever
never had it, it is not there (404).
"""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit, limits, strangers
from volunteer_hub.initiatives.rules import OPEN_TO_ALL
from volunteer_hub.intake import rules
from volunteer_hub.intake.queries import desks_of
from volunteer_hub.intake.request_forms import LONGEST, AskForHelp, ChangeRequest, EnterRequest
from volunteer_hub.intake.rules import ENTERING, NEXT, OUTSIDE, Act, Came, Desk, Reporter, RequestState, What
from volunteer_hub.intake.status import code_of
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.kit.phone import MAX_LENGTH, takes_sms
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, proven
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language, mark

NUMBERS_LOCK = 727_002

ADD = """
    INSERT INTO request (id, number, once_hash, name, phone, email, area_slug, address, for_whom, text, language, what,
                         urgency, reporter, channel, desk, desk_since, answer, entered_by, asks_for, state, version,
                         created_at)
    SELECT gen_random_uuid(), 'Z-' || $1 || '-' || lpad(n::text, greatest(4, length(n::text)), '0'), $2, $3, $4, $5, $6,
           $7, $8, $9, $10, $11, $12, $13, $14, 'first-contact', now(), '', $15,
           (SELECT id FROM initiative WHERE id = $16 AND public AND kind = ANY($17) AND state = 'running'), 'new', 1,
           now()
    FROM (SELECT coalesce(max(split_part(number, '-', 3)::int), 0) + 1 AS n
          FROM request WHERE number LIKE 'Z-' || $1 || '-%') AS next
    RETURNING id, number"""

# The row stays ours until the end of the transaction: of two who press at once, the second sees what the first did.
HELD = "SELECT r.* FROM request r WHERE r.id = $1 FOR NO KEY UPDATE OF r"
# Asked once the row is held: a statement that waited for a move does not see the line that move has left.
WENT_THROUGH = "SELECT EXISTS (SELECT FROM request_move WHERE request = $1 AND was_desk = ANY($2))"

GONE = mark("To zgłoszenie jest już przy innym biurku.")
STALE = mark("Ktoś zmienił to zgłoszenie w międzyczasie. Zobacz, jak jest teraz, i zdecyduj jeszcze raz.")


async def ask_for_help(settings: Settings, new: AskForHelp, today: date, client: str) -> str:
    """Keeps a request and answers its number, like Z-2026-0042. The same form sent twice is one request, one number.

    The number goes out once, by whatever way is open to a stranger at `client`; nothing where somebody is harmed,
    because the one who harms may be holding the phone.
    """
    once = secret.fingerprint(new.once) if new.once else None
    if known := await _of_once(once):
        return str(known["number"])
    async with database.transaction():
        row, is_new = await _add(VISITOR, new, Came.WEB, once, today, language())
        if is_new and new.what is not What.HARM:
            if new.phone and await strangers.may_write(settings, new.phone, client):
                await _tell(settings, row, Channel.SMS, new.phone, language())
            if new.email and await limits.spend(settings, rules.MAILS_TO_ONE_ADDRESS, new.email):
                await _tell(settings, row, Channel.EMAIL, new.email, language())
    return str(row["number"])


async def enter_request(settings: Settings, actor: Actor, new: EnterRequest, today: date) -> UUID:
    """First contact types in what somebody says; the number goes to their phone when they want it. Raises Refused 404.

    The same form sent twice is one request. Where somebody is harmed no message goes out.
    """
    _entering(actor)
    async with database.transaction():
        once = secret.fingerprint(new.once) if new.once else None
        row, is_new = await _add(actor, new, new.came, once, today, new.language)
        if is_new:
            await audit.record(actor, "request.enter", f"request:{row['id']}")
        if is_new and new.text_number and new.phone and takes_sms(new.phone) and new.what is not What.HARM:
            await proven.note(new.phone, "desk")
            await _tell(settings, row, Channel.SMS, new.phone, new.language)
    id: UUID = row["id"]
    return id


async def enter_message(
    settings: Settings, actor: Actor, *, inbound: UUID, sender: str, name: str, text: str, written_in: str, today: date,
    group: UUID | None = None,
) -> UUID:  # fmt: skip
    """A request out of the SMS `inbound`, once; its number goes back to the phone it came from. Raises Refused 404."""
    _entering(actor)
    rings = sender.startswith("+") and len(sender) <= MAX_LENGTH
    new = EnterRequest.model_construct(
        reporter=Reporter.SELF, name=name, text=text[:LONGEST] or "–", phone=sender if rings else None, group=group
    )
    async with database.transaction():
        row, is_new = await _add(actor, new, Came.SMS, _of_inbound(inbound), today, written_in)
        if is_new:
            if rings:
                await _tell(settings, row, Channel.SMS, sender, written_in)
            await audit.record(actor, "request.enter", f"request:{row['id']}")
    id: UUID = row["id"]
    return id


async def of_message(inbound: UUID) -> UUID | None:
    """The request that was made out of this SMS."""
    row = await _of_once(_of_inbound(inbound))
    return row["id"] if row else None


async def take_request(actor: Actor, request: UUID) -> None:
    """This actor looks after the request from now on. Raises Refused (404, 409 when somebody else does)."""
    async with database.transaction():
        row = await held(actor, request)
        if row["state"] == RequestState.TAKEN and row["taken_by"] == actor.account:
            return
        if not rules.may(RequestState(row["state"]), Act.TAKE):
            raise Refused(mark("Tym zgłoszeniem zajmuje się już ktoś inny albo jest zamknięte."))
        await _moved(actor, row, Act.TAKE, "taken_by = $2, taken_at = now()", actor.account)
        await audit.record(actor, "request.take", f"request:{request}")


async def answer_request(actor: Actor, request: UUID, words: str, version: int) -> None:
    """The request is over, with these words; twice is once. Raises Refused (404, 409)."""
    async with database.transaction():
        row = await held(actor, request)
        if row["state"] == RequestState.CLOSED and row["answer"] == words:
            return
        checked(row, Act.ANSWER, version)
        await _moved(actor, row, Act.ANSWER, "closed_at = now(), answer = $2", words, note=words)
        await audit.record(actor, "request.answer", f"request:{request}")


async def route_request(actor: Actor, request: UUID, to: Desk, note: str, version: int) -> None:
    """Gives the request to another desk, or back; to one outside this system it is handed over and so closed.

    Pressed twice it moves once. Raises Refused (404, 409).
    """
    async with database.transaction():
        row = await _locked(actor, request)
        if row["desk"] == to and await _moved_by(actor, request, to, version):
            return
        _at_our_desk(actor, row)
        act = Act.HAND_OVER if to is OUTSIDE else Act.ROUTE
        checked(row, act, version)
        if to not in rules.routes_from(Desk(row["desk"])):
            raise Refused(mark("To zgłoszenie już jest przy tym biurku."))
        changes = "desk = $2, desk_since = now(), taken_by = NULL, taken_at = NULL"
        if act is Act.HAND_OVER:
            changes += ", closed_at = now()"
        await _moved(actor, row, act, changes, to.value, desk=to, note=note)
        await audit.record(actor, "request.route", f"request:{request}", to.value)


async def bring_back_request(actor: Actor, request: UUID) -> None:
    """A desk outside has sent the request back: it is new at first contact again. Raises Refused (404, 409)."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        row = await _locked(actor, request)
        if row["desk"] != OUTSIDE:
            raise Refused(GONE) if row["desk"] == Desk.FIRST_CONTACT else Refused("", 404)
        changes = "desk = $2, desk_since = now(), closed_at = NULL"
        await _moved(actor, row, Act.BRING_BACK, changes, Desk.FIRST_CONTACT.value, desk=Desk.FIRST_CONTACT)
        await audit.record(actor, "request.bring-back", f"request:{request}")


async def change_request(actor: Actor, request: UUID, new: ChangeRequest) -> None:
    """Mends what was written down. Raises Refused (404, 409 when somebody changed it since `new.version`)."""
    async with database.transaction():
        row = await held(actor, request)
        checked(row, Act.CHANGE, new.version)
        await database.execute(
            """UPDATE request SET name = $2, phone = $3, email = $4, area_slug = $5, address = $6, text = $7,
                      language = $8, what = $9, urgency = $10, reporter = $11, for_whom = $12, version = version + 1
               WHERE id = $1""",
            request, new.name, new.phone or "", new.email or "", new.area, new.address, new.text, new.language,
            new.what.value, rules.urgency_of(new.what, new.urgency), new.reporter.value, _for_whom(new.reporter),
        )  # fmt: skip
        await audit.record(actor, "request.change", f"request:{request}")


async def held(actor: Actor, request: UUID) -> asyncpg.Record:
    """The request's row, ours until the transaction ends. Raises Refused (404, 409 when it went to another desk)."""
    row = await _locked(actor, request)
    _at_our_desk(actor, row)
    return row


def checked(row: asyncpg.Record, act: Act, version: int) -> None:
    """Raises Refused 409 when the request changed since `version`, or `act` is not for its state."""
    if row["version"] != version:
        raise Refused(STALE)
    if not rules.may(RequestState(row["state"]), act):
        raise Refused(mark("Tego zgłoszenia nie można już zmienić: jest zamknięte."))


async def _locked(actor: Actor, request: UUID) -> asyncpg.Record:
    desks = desks_of(actor)
    row = await database.fetchrow(HELD, request)
    if row is None or (row["desk"] not in desks and not await database.fetchval(WENT_THROUGH, request, desks)):
        raise Refused("", 404)
    return row


def _at_our_desk(actor: Actor, row: asyncpg.Record) -> None:
    if row["desk"] not in desks_of(actor):
        raise Refused(GONE)


async def _moved(
    actor: Actor, row: asyncpg.Record, act: Act, changes: str, *values: object, desk: Desk | None = None, note: str = ""
) -> None:
    state = NEXT[RequestState(row["state"]), act]
    await database.execute(
        f"UPDATE request SET {changes}, state = ${len(values) + 2}, version = version + 1 WHERE id = $1",
        row["id"], *values, state.value,
    )  # fmt: skip
    await note_move(actor, row["id"], row["desk"], desk or row["desk"], state, note)


async def note_move(actor: Actor, request: UUID, was: str, desk: str, state: RequestState, note: str = "") -> None:
    """One line of the request's way."""
    await database.execute(
        "INSERT INTO request_move (id, request, was_desk, desk, state, at, by, note)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, clock_timestamp(), $5, $6)",
        request, was, desk, state.value, actor.account, note,
    )  # fmt: skip


async def _moved_by(actor: Actor, request: UUID, to: Desk, version: int) -> bool:
    """Whether the change after `version` was this actor's own move to that desk: the same press come twice."""
    found = await database.fetchrow(
        "SELECT r.version, m.by FROM request r JOIN request_move m ON m.request = r.id AND m.desk = $2"
        " WHERE r.id = $1 ORDER BY m.at DESC LIMIT 1",
        request, to.value,
    )  # fmt: skip
    return found is not None and found["by"] == actor.account and found["version"] == version + 1


async def _add(
    actor: Actor, new: AskForHelp | EnterRequest, came: Came, once: bytes | None, today: date, written_in: str
) -> tuple[asyncpg.Record, bool]:
    """The request's id and number, and whether it is a new one."""
    # Numbers have no gaps and no doubles, so who takes one waits for who took the one before.
    await database.execute("SELECT pg_advisory_xact_lock($1)", NUMBERS_LOCK)
    if known := await _of_once(once):
        return known, False
    row: Any = await database.fetchrow(
        ADD, str(today.year), once, new.name, new.phone or "", new.email or "", new.area, new.address,
        _for_whom(new.reporter), new.text, written_in, new.what.value, rules.urgency_of(new.what, new.urgency),
        new.reporter.value, came.value, actor.account, new.group, list(OPEN_TO_ALL),
    )  # fmt: skip
    await note_move(actor, row["id"], "", Desk.FIRST_CONTACT, RequestState.NEW)
    return row, True


def _entering(actor: Actor) -> None:
    if actor.role not in ENTERING:
        raise Refused("", 404)


def _of_inbound(inbound: UUID) -> bytes:
    return secret.fingerprint(f"inbound:{inbound}")


def _for_whom(reporter: Reporter) -> str:
    return "me" if reporter is Reporter.SELF else "other"


async def _of_once(once: bytes | None) -> asyncpg.Record | None:
    return await database.fetchrow("SELECT id, number FROM request WHERE once_hash = $1", once) if once else None


async def _tell(settings: Settings, row: asyncpg.Record, channel: Channel, address: str, written_in: str) -> None:
    """The number to ask by, once to each address; nothing of what was asked for."""
    await outbox.put(
        key=f"request:{row['id']}:received:{channel}",
        about=f"request:{row['id']}",
        channel=channel,
        address=address,
        language=written_in,
        template="request_received",
        values={
            "centre": settings.centre_name,
            "number": row["number"],
            "code": code_of(settings, row["number"]),
            "url": f"{settings.public_url}/help/status",
        },
    )
