"""The way in: a message is put in the transaction of the change it tells of, so it leaves if and only if that stands.

Only the row is written; `delivery` sends it afterwards. Nothing here knows whom an address belongs to.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

import structlog

from volunteer_hub.kit import database
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.edited import saying
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel, State, segments
from volunteer_hub.messaging.texts import Words

# What never left and is no longer wanted may be said anew under its key.
REPLACEABLE = (State.PLANNED, State.CANCELLED, State.EXPIRED)


class Said(TypedDict):
    """What is said, to whom and when.

    `key` names it for good; `about` is what it concerns ("assignment:<uuid>"). It leaves at `due_at` (None: at once),
    never after `expires_at`. `wakes` is whether an SMS may leave in quiet hours (unless said: a code does, other words
    where they are needed before `needed_by`, which is `expires_at` unless said). `reply_code` tells apart the offers
    one phone holds. `calendar` is an iCalendar object for e-mail and `calendar_method` its METHOD.
    """

    key: str
    about: str
    channel: Channel
    address: str
    language: str
    template: str
    values: Mapping[str, object]
    due_at: NotRequired[datetime | None]
    expires_at: NotRequired[datetime | None]
    wakes: NotRequired[Wakes]
    needed_by: NotRequired[datetime | None]
    reply_code: NotRequired[str]
    calendar: NotRequired[bytes]
    calendar_method: NotRequired[str]


INSERT = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, calendar,
                         calendar_method, reply_code, due_at, expires_at, trace, state, finished_at,
                         created_at, attempt, deferred, checks, error, encoding, parts, any_hour)
    SELECT gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
           $11, $12, coalesce($13::timestamptz, now()), $14::timestamptz, $15,
           CASE WHEN stop.yes THEN 'suppressed' WHEN $19 THEN 'expired' ELSE 'planned' END,
           CASE WHEN stop.yes OR $19 THEN now() END,
           now(), 0, 0, 0, CASE WHEN stop.yes THEN 'stop' WHEN $19 THEN 'quiet' ELSE '' END, $16, $17, $18
    FROM (SELECT EXISTS (SELECT FROM opt_out WHERE address = $4) AS yes) AS stop"""

PUT = f"{INSERT} ON CONFLICT (key) DO NOTHING RETURNING id"

REPLACE = f"""{INSERT} ON CONFLICT (key) DO UPDATE SET
        about = excluded.about, address = excluded.address, language = excluded.language,
        template = excluded.template, subject = excluded.subject, body = excluded.body, html = excluded.html,
        calendar = excluded.calendar, calendar_method = excluded.calendar_method, reply_code = excluded.reply_code,
        due_at = excluded.due_at, expires_at = excluded.expires_at, trace = excluded.trace, state = excluded.state,
        finished_at = excluded.finished_at, error = excluded.error, cancelled_at = NULL, settled_by = NULL,
        encoding = excluded.encoding, parts = excluded.parts, any_hour = excluded.any_hour
    WHERE message.state = ANY($20) AND message.channel = excluded.channel
    RETURNING id"""

CANCEL = """
    UPDATE message
    SET state = CASE WHEN state = 'planned' THEN 'cancelled' ELSE state END,
        finished_at = CASE WHEN state = 'planned' THEN now() ELSE finished_at END,
        cancelled_at = now()
    WHERE state IN ('planned', 'in_flight', 'unknown') AND cancelled_at IS NULL
      AND ($1::text IS NULL OR about = $1) AND ($2::text IS NULL OR key = $2)
    RETURNING state"""


async def put(**said: Unpack[Said]) -> bool:
    """Writes the message; False when `key` is there already, whatever became of it.

    An address that wrote STOP gets the row all the same, suppressed: it shows the desk whom to ring. An SMS for which
    the morning after quiet hours is too late is put as expired, unless `wakes` lets it go.
    Raises texts.MissingText, and RuntimeError outside a transaction.
    """
    return await _write(PUT, said)


async def put_each(all_said: Iterable[Said]) -> None:
    """As `put`, of many in one go: what is held for their sake is held for no longer than this takes.

    The same words with the same values are made once. Raises as `put`; then none of them is written.
    """
    must_be_in_transaction()
    now, made, rows = await _now(), dict[tuple[object, ...], Words](), []
    for said in all_said:
        same = (said["template"], said["channel"], said["language"], repr(said["values"]))
        if same not in made:
            made[same] = await saying.words(said["template"], said["channel"], said["language"], said["values"])
        rows.append(await _row(said, made[same], now))
    await database.executemany(PUT, rows)


async def replace(**said: Unpack[Said]) -> bool:
    """Says under `key` something else than before; writes it when `key` is new.

    False when the former words have left, or may have: then it takes another message to correct them. Raises as `put`.
    """
    return await _write(REPLACE, said, [state.value for state in REPLACEABLE])


async def cancel(*, about: str | None = None, key: str | None = None) -> int:
    """Calls off what has not left about this matter, or under this key; answers how many messages that stopped.

    One that is just on its way cannot be stopped; should it turn out not to have left, it stays unsent.
    """
    if about is None and key is None:
        raise TypeError("cancel needs about= or key=")
    must_be_in_transaction()
    rows = await database.fetch(CANCEL, about, key)
    return sum(row["state"] == State.CANCELLED for row in rows)


async def _write(sql: str, said: Said, *more: object) -> bool:
    must_be_in_transaction()
    words = await saying.words(said["template"], said["channel"], said["language"], said["values"])
    return await database.fetchval(sql, *await _row(said, words), *more) is not None


async def _row(said: Said, words: Words, now: datetime | None = None) -> Sequence[object]:
    mail = said["channel"] is Channel.EMAIL
    calendar = said.get("calendar") if mail else None
    sms = None if mail else segments(words.body)
    due_at, any_hour = (said.get("due_at"), False) if mail else await _leaves(said, now)
    expires_at = said.get("expires_at")
    return (
        said["key"],
        said["about"],
        said["channel"].value,
        said["address"],
        said["language"],
        said["template"],
        words.subject,
        words.body,
        words.html,
        calendar or None,
        said.get("calendar_method", "") if calendar else "",
        said.get("reply_code", ""),
        due_at,
        expires_at,
        structlog.contextvars.get_contextvars().get("trace", ""),
        sms.encoding if sms else "",
        len(sms.parts) if sms else 0,
        any_hour,
        bool(due_at and expires_at and due_at != said.get("due_at") and due_at >= expires_at),
    )


async def _leaves(said: Said, now: datetime | None) -> tuple[datetime | None, bool]:
    """When an SMS leaves, decided now by the quiet hours, and whether it may at any hour."""
    usual = Wakes.ALWAYS if said["about"].startswith("account:") else Wakes.NEEDED
    wakes, due_at, hours = said.get("wakes", usual), said.get("due_at"), quiet.current()
    if hours is None:
        return due_at, wakes is Wakes.ALWAYS
    now = now or await _now()
    needed_by = said.get("needed_by") or said.get("expires_at")
    at, any_hour = quiet.decide(max(now, due_at or now), needed_by, wakes, hours)
    return (due_at if at == now else at), any_hour


async def _now() -> datetime:
    """The transaction's."""
    now: datetime = await database.fetchval("SELECT now()")
    return now


def must_be_in_transaction() -> None:
    """A message beside its change, not with it, could tell of what never happened, or stay silent about what did."""
    if database.DB.current_transaction.get() is None:
        raise RuntimeError("messages are put, replaced and cancelled inside the transaction of the change they tell of")
