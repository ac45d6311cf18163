"""Webhooks: administrators make, stop, start, try and end them and change their secrets. Reads and verbs."""

import base64
import contextlib
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.exchange.api_access import changes, events
from volunteer_hub.exchange.api_access.rules import BOTH_SIGN, SECRET_PREFIX, Ended, Kind
from volunteer_hub.exchange.api_access.tokens import administrators_only
from volunteer_hub.kit import clock, database, sealed
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import hooks, outbox
from volunteer_hub.messaging.channels import hook
from volunteer_hub.messaging.channels.hook import Endpoint, Find
from volunteer_hub.messaging.hooks import Delivery, Standing
from volunteer_hub.settings import Settings
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import mark

MOST_SHOWN = 50
# Standard Webhooks ask for 24 to 64 bytes.
SECRET_BYTES = 32

MAKE = """
    INSERT INTO webhook (id, name, url, kinds, secret_sealed, made_by, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, now())"""
STOP = "UPDATE webhook SET stopped_at = now() WHERE id = $1 AND ended_at IS NULL AND stopped_at IS NULL"
START = "UPDATE webhook SET stopped_at = NULL WHERE id = $1 AND ended_at IS NULL AND stopped_at IS NOT NULL"
END = "UPDATE webhook SET ended_at = now(), ended_why = $2 WHERE id = $1 AND ended_at IS NULL"
TURN = """
    UPDATE webhook SET former_sealed = secret_sealed, former_until = now() + $3, secret_sealed = $2
    WHERE id = $1 AND ended_at IS NULL"""
LINE = "SELECT w.*, a.name AS maker FROM webhook w JOIN account a ON a.id = w.made_by"
LEAVES = """
    SELECT url, secret_sealed, CASE WHEN former_until > now() THEN former_sealed END AS former
    FROM webhook WHERE id = $1 AND ended_at IS NULL AND stopped_at IS NULL"""

PAST = mark("Ten webhook już się zakończył.")
STOPPED = mark("Ten webhook jest zatrzymany. Najpierw go uruchom.")


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook as administrators see it: all but its secret."""

    id: UUID
    name: str
    url: str
    kinds: tuple[Kind, ...]
    made_by: str
    made_at: datetime
    former_until: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    standing: Standing = field(default_factory=Standing)


async def make(actor: Actor, settings: Settings, name: str, url: str, kinds: Iterable[Kind]) -> tuple[UUID, str]:
    """A new one and its secret, to be shown this once. It hears of what changes from now on. Raises Refused 404."""
    administrators_only(actor)
    id, wanted = uuid4(), frozenset(kinds)
    secret, kept = _new(settings, id)
    async with database.transaction():
        await database.execute(MAKE, id, name, url, sorted(wanted), kept, actor.account)
        await changes.begin(settings, wanted)
        await audit.record(actor, "webhook.make", hooks.about(id))
    return id, secret


async def stop(actor: Actor, id: UUID) -> None:
    """It is told nothing; what waits for it is called off. Raises Refused."""
    async with _change(actor, id, "webhook.stop", STOP):
        await outbox.cancel(about=hooks.about(id))


async def start(actor: Actor, settings: Settings, id: UUID) -> None:
    """It hears of what changes from now on. Raises Refused."""
    kinds = (await one(actor, id)).kinds
    async with _change(actor, id, "webhook.start", START):
        await changes.begin(settings, frozenset(kinds))


async def end(actor: Actor, id: UUID) -> None:
    """For good; what waits for it is called off. Raises Refused."""
    async with _change(actor, id, "webhook.end", END, Ended.BY_US.value):
        await outbox.cancel(about=hooks.about(id))


async def turn(actor: Actor, settings: Settings, id: UUID) -> str:
    """A new secret, to be shown this once; for a day both sign. Raises Refused."""
    secret, kept = _new(settings, id)
    async with _change(actor, id, "webhook.secret", TURN, kept, BOTH_SIGN):
        return secret


async def attempt(actor: Actor, settings: Settings, id: UUID) -> None:
    """Sends a trial, as any other hook leaves. Raises Refused."""
    if (await one(actor, id)).stopped_at:
        raise Refused(STOPPED)
    said = events.trial(settings.public_url, clock.now())
    async with _change(actor, id, "webhook.try", "SELECT 1 FROM webhook WHERE id = $1 AND ended_at IS NULL"):
        await hooks.put([(id, f"hook:{id.hex}:trial:{uuid4().hex}", said.type, events.written(said))])


async def again(actor: Actor, id: UUID, delivery: UUID) -> None:
    """One that was given up leaves once more. Raises Refused 404 when it was not."""
    administrators_only(actor)
    async with database.transaction():
        if not await hooks.again(id, delivery):
            raise Refused("", 404)
        await audit.record(actor, "webhook.again", hooks.about(id))


async def listed(actor: Actor) -> list[WebhookLine]:
    """All of them, those at work first. Raises Refused 404."""
    administrators_only(actor)
    rows = await database.fetch(f"{LINE} ORDER BY w.ended_at IS NOT NULL, w.made_at DESC, w.id")
    how = await hooks.standing([row["id"] for row in rows])
    return [_line(row, how.get(row["id"], Standing())) for row in rows]


async def one(actor: Actor, id: UUID) -> WebhookLine:
    """Raises Refused 404."""
    administrators_only(actor)
    row = await database.fetchrow(f"{LINE} WHERE w.id = $1", id)
    if row is None:
        raise Refused("", 404)
    return _line(row, (await hooks.standing([id])).get(id, Standing()))


async def deliveries(actor: Actor, id: UUID) -> list[Delivery]:
    """The last of them, newest first. Raises Refused 404."""
    administrators_only(actor)
    return await hooks.latest(id, MOST_SHOWN)


def finder(settings: Settings) -> Find:
    """Where hooks go, and what signs them, for the channel that sends them."""

    async def find(address: str) -> Endpoint | None:
        id = forms.id_of(address)
        row = await database.fetchrow(LEAVES, id) if id else None
        if row is None:
            return None
        kept = [row["secret_sealed"], *([row["former"]] if row["former"] else [])]
        where = _where(id)
        texts = [sealed.unseal(settings.field_keys, bytes(each), where=where) for each in kept]
        return Endpoint(row["url"], tuple(base64.b64decode(text.removeprefix(SECRET_PREFIX)) for text in texts))

    return find


def wrong_address(settings: Settings, url: str) -> str:
    """Why no webhook may stand there, as the channel will judge it too; empty when one may."""
    return hook.unreachable(url, loopback=settings.demo)


@contextlib.asynccontextmanager
async def _change(actor: Actor, id: UUID, verb: str, sql: str, *values: object) -> AsyncIterator[None]:
    """A transaction with the change, and a line in the log where it changed anything. Raises Refused: 404, 409."""
    administrators_only(actor)
    async with database.transaction():
        if await database.execute(sql, id, *values):
            await audit.record(actor, verb, hooks.about(id))
        else:
            row = await database.fetchrow("SELECT ended_at FROM webhook WHERE id = $1", id)
            if row is None or row["ended_at"]:
                raise Refused(PAST if row else "", 409 if row else 404)
        yield


def _new(settings: Settings, webhook: UUID) -> tuple[str, bytes]:
    """A secret, and how it is kept."""
    secret = SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()
    return secret, sealed.seal(settings.field_keys, secret, where=_where(webhook))


def _where(webhook: UUID | None) -> str:
    return f"webhook:{webhook}"


def _line(row: Mapping[str, Any], how: Standing) -> WebhookLine:
    same = ("id", "name", "url", "made_at", "former_until", "stopped_at", "ended_at", "ended_why")
    kinds = tuple(kind for kind in Kind if kind in row["kinds"])
    return WebhookLine(**{name: row[name] for name in same}, kinds=kinds, made_by=row["maker"], standing=how)
